"""A scanner that types as a keyboard, and a computer set to something else: our own model of both.

The rules are those of Unikey's engine (read in vn-input/ibus-unikey: ukengine/ukengine.cpp and
inputproc.cpp, 2026): syllables of consonants, vowels, consonants; what is none is left alone up to
the next break; a tone replaces the one before, the same key again undoes it; the mark goes to where
the syllable bears it. Nothing here is shared with the code that undoes it.
"""

import unicodedata
from dataclasses import dataclass, field

TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323", "0": ""}


def _words(text: str) -> list[str]:
    return text.split()


_VOWELS = _words(
    """
    a â ă e ê i o ô ơ u ư y ai ao au ay âu ây eo eu êu ia ie iê iu oa oă oe oi ôi ơi ua uâ ue uê
    ui uo uô uơ uu uy ưa ưi ưo ươ ưu ye yê ieu iêu oai oay oeo uay uây uoi uou uôi uơi uơu uya
    uye uyê uyu ưoi ưou ươi ươu yeu yêu
    """
)
_FIRST = _words(
    """
    b c ch d đ dz g gh gi gin h k kh l m n ng ngh nh p ph q qu r s t th tr v x
    """
)
_LAST = ("c", "ch", "m", "n", "ng", "nh", "p", "t")
_PAIRS = _words(
    """
    a:c,ch,m,n,ng,nh,p,t â:c,m,n,ng,p,t ă:c,m,n,ng,p,t e:c,ch,m,n,ng,nh,p,t ê:c,ch,m,n,nh,p,t
    i:c,ch,m,n,nh,p,t o:c,m,n,ng,p,t ô:c,m,n,ng,p,t ơ:m,n,p,t u:c,m,n,ng,p,t ư:c,m,n,ng,t y:t
    ie:c,m,n,ng,p,t iê:c,m,n,ng,p,t oa:c,ch,m,n,ng,nh,p,t oă:c,m,n,ng,t oe:n,t ua:n,ng,t
    uâ:n,ng,t ue:c,ch,n,nh uê:c,ch,n,nh uo:c,m,n,ng,p,t uô:c,m,n,ng,t ưo:c,m,n,ng,p,t
    ươ:c,m,n,ng,p,t uy:c,ch,n,nh,p,t ye:m,n,ng,p,t yê:m,n,ng,t uye:n,t uyê:n,t
    """
)
_ENDS = {
    (vowels, end)
    for vowels, ends in (pair.split(":") for pair in _PAIRS)
    for end in ends.split(",")
}
_AFTER_K = _words("e i y ê eo eu êu ia ie iê ieu iêu")
_ROOFS = {"a": "â", "ă": "â", "e": "ê", "o": "ô", "ơ": "ô"}
_HOOKS = {"a": "ă", "â": "ă", "o": "ơ", "ô": "ơ", "u": "ư"}
_PLAIN = {"â": "a", "ă": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u"}
_BREAKS = ",;:.\"'!? <>=+-*/\\_@#$%&(){}[]|"

# What a key does: a tone by its digit, or a mark.
TELEX = {
    **dict(zip("zsfrxj", "012345", strict=True)),
    "a": "roof a", "e": "roof e", "o": "roof o", "d": "stroke", "w": "w",
}  # fmt: skip
VNI = {**{d: d for d in "012345"}, "6": "roof", "7": "hook", "8": "bowl", "9": "stroke"}
VIQR = {
    **dict(zip("0'`?~.", "012345", strict=True)),
    "^": "roof", "+": "hook", "*": "hook", "(": "bowl", "d": "stroke",
}  # fmt: skip
METHODS = {"telex": TELEX, "vni": VNI, "viqr": VIQR}


@dataclass
class _Letter:
    """One character on the screen. `form` says what the word up to here is."""

    char: str
    caps: bool
    form: str
    """empty, none (no Vietnamese), c, v, cv, vc or cvc."""
    first: str = ""
    vowels: str = ""
    last: str = ""
    at: int = -1
    """Where the vowels begin."""
    tone: str = "0"


@dataclass
class Unikey:
    """One input method with its settings, and what it has put on the screen."""

    method: str
    spelling: bool = True
    free: bool = True
    modern: bool = True
    line: list[_Letter] = field(default_factory=list)
    single: bool = False
    w_was_u: bool = False

    def type(self, keys: str) -> str:
        for key in keys:
            self._press(key)
        return unicodedata.normalize("NFC", "".join(map(_drawn, self.line)))

    def _press(self, key: str) -> None:
        act = METHODS[self.method].get(key.lower(), "")
        word = self._word()
        if act == "stroke":
            done = self._stroke(key)
        elif act == "w":
            done = self._w(key)
        elif act and word and word.vowels:
            done = self._mark(key, act)
        elif act.isdigit() and word and word.form == "c" and word.first in ("gi", "gin"):
            done = self._tone_of_gi(key, act)
        else:
            done = False
        if not done:
            self._append(key, key.lower())
        now = self.line[-1]
        if now.form == "none" and _is_letter(key) and (not self.spelling or self.single):
            self._begin(now)

    def _word(self) -> _Letter | None:
        return self.line[-1] if self.line else None

    # What a key adds

    def _append(self, key: str, char: str) -> None:
        before = self._word()
        form = before.form if before else "empty"
        new = _Letter(char, key != key.lower(), "none")
        self.line.append(new)
        if key in _BREAKS:
            new.form, self.single = "empty", False
        elif not _is_letter(char) or form == "none":
            return
        elif form == "empty":
            self._begin(new)
        elif char in _PLAIN or char in "aeiouy":
            self._append_vowel(before, new)
        else:
            self._append_consonant(before, new)

    def _begin(self, new: _Letter) -> None:
        if new.char in _PLAIN or new.char in "aeiouy":
            new.form, new.vowels, new.at = "v", new.char, len(self.line) - 1
            new.first = new.last = ""
        else:
            new.form, new.first, new.vowels, new.last = "c", new.char, "", ""

    def _append_vowel(self, before: _Letter, new: _Letter) -> None:
        if before.form == "c" and before.first + new.char in ("qu", "gi"):
            new.form, new.first = "c", before.first + new.char
            return
        vowels = before.vowels + new.char
        if before.last or vowels not in _VOWELS or not _begins(before.first, vowels):
            return
        new.form = {"c": "cv", "cv": "cv", "v": "v"}[before.form]
        new.first, new.vowels = before.first, vowels
        new.at = before.at if before.vowels else len(self.line) - 1
        if before.vowels:
            self._move_tone(new, self._bearer(before, before.vowels, ended=True))
        elif before.first == "gi" and before.tone != "0":
            new.tone, before.tone = before.tone, "0"

    def _append_consonant(self, before: _Letter, new: _Letter) -> None:
        if before.form == "c":
            if before.first + new.char in _FIRST:
                new.form, new.first = "c", before.first + new.char
            return
        last = before.last + new.char
        whole = {"uơ": "ươ", "ưo": "ươ"}.get(before.vowels, before.vowels)
        if not _ends(before.first, whole, last):
            return
        bearer = self._bearer(before, before.vowels, ended=True)
        new.form = "vc" if before.form in ("v", "vc") else "cvc"
        new.first, new.vowels, new.last, new.at = before.first, whole, last, before.at
        self._spell(new)
        if not before.last:
            self._move_tone(new, bearer)

    # What a key changes

    def _mark(self, key: str, act: str) -> bool:
        word = self.line[-1]
        if act.isdigit():
            return self._tone(key, act)
        target = act[-1] if act.startswith("roof ") else ""
        if act.startswith("roof"):
            return self._change(key, word, _ROOFS, "âêô", _ROOFS.get(target, ""))
        return self._hook(key, word, act)

    def _hook(self, key: str, word: _Letter, act: str) -> bool:
        """Hooks: `w` any, `hook` u and o, `bowl` a."""
        if act != "bowl" and word.vowels[:2] in ("uo", "uô", "uơ", "ưo", "ươ", "ưô"):
            return self._hook_uo(key, word)
        wanted = {"bowl": "ă", "hook": "ơư"}.get(act, "ăơư")
        return self._change(key, word, _HOOKS, "ăơư", wanted)

    def _hook_uo(self, key: str, word: _Letter) -> bool:
        if not self.free and word.last:
            return False
        u, o, rest = word.vowels[0], word.vowels[1], word.vowels[2:]
        undone = u + o == "ươ"
        to = "uo" if undone else "ươ"
        if u == "u" and o in "oô" and not rest and not word.last and word.first == "th":
            to = "uơ"
        self._set(word, to + rest)
        if undone:
            self._undone(key)
        return True

    def _change(self, key: str, word: _Letter, marks: dict, marked: str, wanted: str) -> bool:
        vowels = word.vowels
        if marks is _ROOFS and vowels[:2] in ("ưo", "ươ") and vowels[2:] in ("", "i"):
            new = "uô" + vowels[2:]
        else:
            new = next((v for v in _with(vowels, marks) if v in _VOWELS), "")
        if new:
            place = next(
                n for n, pair in enumerate(zip(vowels, new, strict=True)) if pair[0] != pair[1]
            )
            changed = new[1] if new.startswith("uô") else new[place]
            if (wanted and changed not in wanted) or not _fits(word.first, new, word.last):
                return False
            return self._placed(word, place) and self._set(word, new)
        place = next((n for n, v in enumerate(vowels) if v in marked), -1)
        if place < 0 or (wanted and vowels[place] not in wanted) or not self._placed(word, place):
            return False
        self._set(word, vowels[:place] + _PLAIN[vowels[place]] + vowels[place + 1 :])
        self._undone(key)
        return True

    def _placed(self, word: _Letter, place: int) -> bool:
        return self.free or word.at + place == len(self.line) - 1

    def _set(self, word: _Letter, vowels: str) -> bool:
        bearer = self._bearer(word, word.vowels, ended=not word.last)
        word.vowels = vowels
        self._spell(word)
        self._move_tone(word, bearer, ended=not word.last)
        return True

    def _spell(self, word: _Letter) -> None:
        """Put the vowels of a word back into its letters."""
        for n, vowel in enumerate(word.vowels):
            letter = self.line[word.at + n]
            letter.char = vowel
            if letter is not word:
                letter.vowels = word.vowels[: n + 1]

    def _undone(self, key: str) -> None:
        self.single = False
        self._append(key, key.lower())

    def _tone(self, key: str, tone: str) -> bool:
        word = self.line[-1]
        if self.spelling and not self.free and word.vowels in ("ie", "ue", "uo", "ye", "uye"):
            return False
        if word.last in ("c", "ch", "p", "t") and tone in "234":
            return False
        bearer = self.line[self._bearer(word, word.vowels, ended=not word.last)]
        return self._set_tone(bearer, key, tone)

    def _tone_of_gi(self, key: str, tone: str) -> bool:
        back = 1 if self.line[-1].first == "gi" else 2
        return self._set_tone(self.line[-back], key, tone)

    def _set_tone(self, bearer: _Letter, key: str, tone: str) -> bool:
        if bearer.tone == tone == "0":
            return False
        if bearer.tone == tone:
            bearer.tone = "0"
            self._undone(key)
        else:
            bearer.tone = tone
        return True

    def _stroke(self, key: str) -> bool:
        word = self._word()
        if not word:
            return False
        if word.form == "none" and word.char == "d":
            back = self.line[-2].char if len(self.line) > 1 else ""
            if not _is_vowel(back):
                self.single = True
                word.char, word.form, word.first = "đ", "c", "đ"
                return True
        if not word.first or word.form in ("none", "empty"):
            return False
        start = self._start(word)
        if not self.free and start != len(self.line) - 1:
            return False
        if word.first == "d":
            self._set_first("đ", start)
            self.single = True
            return True
        if word.first == "đ":
            self._set_first("d", start)
            self._undone(key)
            return True
        return False

    def _start(self, word: _Letter) -> int:
        if word.at >= 0:
            return word.at - len(word.first)
        return len(self.line) - len(word.first)

    def _set_first(self, first: str, start: int) -> None:
        self.line[start].char = first
        for letter in self.line[start:]:
            letter.first = first

    def _w(self, key: str) -> bool:
        """Telex's W: a hook where there is something to hook, or else the letter itself."""
        if self.w_was_u:
            if self._w_as_u(key):
                return True
            self.w_was_u = False
            word = self._word()
            return bool(word and word.vowels and self._hook(key, word, "w"))
        word = self._word()
        if word and word.vowels and self._hook(key, word, "w"):
            return True
        self.w_was_u = True
        return self._w_as_u(key)

    def _w_as_u(self, key: str) -> bool:
        self._append(key, "ư")
        if self.line[-1].form not in ("none", "empty"):
            return True
        if not self.spelling or self.single:
            self._begin(self.line[-1])
            return True
        self.line.pop()
        before = self._word()
        if before and before.char == "ư" and before.form not in ("none", "empty"):
            self.line.pop()
            self._append(key, key.lower())
            self.single = False
            return True
        return False

    # Where the tone stands

    def _bearer(self, word: _Letter, vowels: str, *, ended: bool) -> int:
        return word.at + self._place(vowels, ended)

    def _place(self, vowels: str, ended: bool) -> int:
        if len(vowels) == 1:
            return 0
        for marked in "âêô":
            if marked in vowels:
                return vowels.index(marked)
        if vowels[:2] == "ươ":
            return 1
        for marked in "ăơư":
            if marked in vowels:
                return vowels.index(marked)
        if len(vowels) == 3 or (self.modern and vowels in ("oa", "oe", "uy")):
            return 1
        return 0 if ended else 1

    def _move_tone(self, word: _Letter, old: int, *, ended: bool | None = None) -> None:
        new = self._bearer(word, word.vowels, ended=not word.last if ended is None else ended)
        tone = self.line[old].tone
        if new != old and tone != "0":
            self.line[old].tone, self.line[new].tone = "0", tone


def _is_letter(key: str) -> bool:
    """Letters of Vietnamese words: f, j and w are none."""
    return key.isalpha() and key.lower() not in "fjw"


def _is_vowel(char: str) -> bool:
    return bool(char) and (char in _PLAIN or char in "aeiouy")


def _with(vowels: str, marks: dict) -> list[str]:
    return [vowels[:n] + marks[v] + vowels[n + 1 :] for n, v in enumerate(vowels) if v in marks]


def _begins(first: str, vowels: str) -> bool:
    if (first == "gi" and vowels[0] == "i") or (first == "qu" and vowels[0] == "u"):
        return False
    return first != "k" or vowels in _AFTER_K


def _ends(first: str, vowels: str, last: str) -> bool:
    odd = (first == "qu" and vowels == "y" and last in ("n", "nh")) or (
        first == "gi" and vowels in ("e", "ê") and last in ("n", "ng")
    )
    return odd or (_begins(first, vowels) and (vowels, last) in _ENDS)


def _fits(first: str, vowels: str, last: str) -> bool:
    return _ends(first, vowels, last) if last else _begins(first, vowels)


def _drawn(letter: _Letter) -> str:
    text = unicodedata.normalize("NFD", letter.char) + TONES[letter.tone]
    drawn = unicodedata.normalize("NFC", text)
    return drawn.upper() if letter.caps else drawn


# Layouts: the scanner presses the keys of a US keyboard; what the computer takes them for, read off
# the keyboards' own pictures (Windows; the two upper rows and the marks that codes need).

_US_KEYS = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./"
_US_SHIFT = '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_FR_KEYS = "²&é\"'(-è_çà)=azertyuiop^$*qsdfghjklmùwxcvbn,;:!"
_FR_SHIFT = "²1234567890°+AZERTYUIOP¨£µQSDFGHJKLM%WXCVBN?./§"
_UK_KEYS = "`1234567890-=qwertyuiop[]#asdfghjkl;'zxcvbnm,./"
_UK_SHIFT = '¬!"£$%^&*()_+QWERTYUIOP{}~ASDFGHJKL:@ZXCVBNM<>?'
_VN_KEYS = "`ăâêô\u0300\u0309\u0303\u0301\u0323đ-₫qwertyuiopươ\\asdfghjkl;'zxcvbnm,./"
_VN_SHIFT = '~ĂÂÊÔ\u0300\u0309\u0303\u0301\u0323Đ_+QWERTYUIOPƯƠ|ASDFGHJKL:"ZXCVBNM<>?'

_FR_CAPS = _FR_SHIFT  # on a French keyboard Caps Lock reaches the digits and signs too
_BOARDS = {
    "french": (_FR_KEYS, _FR_SHIFT),
    "french caps": (_FR_CAPS, _FR_KEYS),
    "british": (_UK_KEYS, _UK_SHIFT),
    "british caps": (_UK_KEYS.swapcase(), _UK_SHIFT.swapcase()),
    "vietnamese": (_VN_KEYS, _VN_SHIFT),
    "vietnamese caps": (_VN_KEYS.swapcase(), _VN_SHIFT.swapcase()),
}
LAYOUTS = (*_BOARDS, "french scanner")


def typed_on(layout: str, keys: str) -> str:
    """Return what arrives of a scan on such a keyboard, as a browser sends it."""
    if layout == "french scanner":
        there, here = _FR_KEYS + _FR_SHIFT, _US_KEYS + _US_SHIFT
    else:
        there, here = _US_KEYS + _US_SHIFT, "".join(_BOARDS[layout])
    table = dict(zip(there + " ", here + " ", strict=True))
    return unicodedata.normalize("NFC", "".join(table[key] for key in keys))
