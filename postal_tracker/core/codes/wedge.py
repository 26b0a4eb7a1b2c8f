"""A scanner that types as a keyboard, through a keyboard that is set to something else.

An input method (Unikey and its kin) swallows keys: `EE123456785VN` arrives as `Ê123456785VN`. A
layout exchanges them: on a French keyboard the 1 arrives as `&`. What may have been typed is told
here; the check digit, the check character or the form of a code says what it was, or the record.

The rules of the methods were read off Unikey's engine (vn-input/ibus-unikey, ukengine): a key that
marks a letter vanishes, a later tone replaces an earlier one, a key repeated undoes its mark, and
after a digit or a word that cannot be Vietnamese nothing is changed up to the next break. Only the
first is relied on: whatever the settings, letters and digits that are seen were typed, in this
order, and what is missing were keys of one method, after a vowel or a D.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, takewhile
from math import comb


@dataclass(frozen=True, slots=True)
class _Method:
    """Which keys an input method swallows, and which of them makes each mark."""

    swallowed: str
    makes: Mapping[str, str]
    """By the mark's combining character; `=` is the letter itself once more."""
    first: str = ""
    """A key that is a letter with a horn where there is none to mark."""


ACUTE, GRAVE, HOOK, TILDE, DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_BREVE, _ROOF, _HORN, _STROKE = "\u0306", "\u0302", "\u031b", "\u0335"
_MARKS = ACUTE + GRAVE + HOOK + TILDE + DOT + _BREVE + _ROOF + _HORN + _STROKE


def _method(keys: str, more: str, first: str = "") -> _Method:
    makes = dict(zip(_MARKS, keys, strict=True))
    if "+" in keys:
        makes[_HORN] = "+*"
    return _Method(keys.replace("=", "AEO") + more, makes, first)


_METHODS = (
    _method("SFRXJW=WD", "Z", first="W"),  # Telex
    _method("123458679", "0"),  # VNI
    _method("'`?~.(^+D", "*0\\"),  # VIQR
)
_OPENING = frozenset("AEIOUYDW")
"""Letters that can take a mark, so that a key after them can vanish."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """One character that arrived."""

    base: str
    marks: str
    is_open: bool
    """Whether a key may have vanished behind it."""


LONGEST = 64
"""No code that is typed is longer, but for a link."""


@lru_cache(maxsize=1024)
def _signs(text: str) -> Sequence[_Sign] | None:
    """Return what arrived, in capitals; None if it can be no code, however it was typed."""
    signs: list[_Sign] = []
    is_open = False
    for character in unicodedata.normalize("NFC", text).upper():
        apart = unicodedata.normalize("NFD", character.replace("Đ", "D" + _STROKE))
        base, marks = apart[0], apart[1:]
        if len(signs) >= LONGEST or not base.isascii() or set(marks) - set(_MARKS):
            return None
        is_open = base.isalpha() and (is_open or base in _OPENING)
        signs.append(_Sign(base, marks, is_open))
    return signs


def could_be(text: str, code: str) -> bool:
    """Tell whether a code, typed through an input method, may have arrived as this text.

    True for too many rather than for too few: of a code that was swallowed nothing else is known.
    """
    signs = _signs(text) or ()
    return any(
        len(signs) in _places(signs, code, method) and _explains(signs, code, method)
        for method in _METHODS
        if signs
    )


def could_begin(text: str, code: str) -> bool:
    """Tell the same of a text that goes on behind the code."""
    signs = _signs(text) or ()
    return any(
        place and _explains(_without_last_word(signs[:place]), code, method)
        for method in _METHODS
        for place in _places(signs, code, method)
    )


def _without_last_word(signs: Sequence[_Sign]) -> Sequence[_Sign]:
    """A key behind the code may have marked its last word."""
    closed = (n for n in range(len(signs), 0, -1) if not signs[n - 1].is_open)
    return signs[: next(closed, 0)]


def _places(signs: Sequence[_Sign], code: str, method: _Method) -> set[int]:
    """Return how many of the signs the whole code may have left."""
    places = {0}
    for key in code:
        shown = {p + 1 for p in places if p < len(signs) and _shows(signs[p], key, method)}
        gone = {p for p in places if p and signs[p - 1].is_open and key in method.swallowed}
        places = shown | gone
    return places


def _shows(sign: _Sign, key: str, method: _Method) -> bool:
    return key == sign.base or (sign.base == "U" and key == method.first)


def _explains(signs: Sequence[_Sign], code: str, method: _Method) -> bool:
    """Tell whether there is a key for every mark among those that are not seen."""
    missing = Counter(code) - Counter(sign.base for sign in signs)
    makers = (method.makes[mark].replace("=", sign.base) for sign in signs for mark in sign.marks)
    return all(any(missing[key] for key in keys) for keys in makers)


def search_pattern(text: str, most: int = LONGEST) -> str:
    """Return an SQL LIKE pattern that fits every code which could be this; empty for none.

    `most`: how many signs are looked at.
    """
    signs = (_signs(text) or ())[:most]
    if any(not (s.base.isalnum() or s.base in ".-") for s in signs):
        return ""
    pieces = (("_" if s.base == "U" else s.base) + ("%" if s.is_open else "") for s in signs)
    return "".join(pieces)


def beginning(text: str) -> str:
    """Return with what every code that could be this begins: no key of it can have vanished."""
    signs = list(takewhile(lambda sign: sign.base != "U", _signs(text) or ()))
    closed = next((n for n, sign in enumerate(signs, 1) if sign.is_open), len(signs))
    return "".join(sign.base for sign in signs[:closed])


def seen(text: str) -> str:
    """Return the letters and digits that arrived, without their marks; empty if it is no code."""
    return "".join(sign.base for sign in _signs(text) or ())


def may_hide(text: str) -> bool:
    """Whether keys may have vanished though what arrived looks like a code."""
    return any(sign.is_open for sign in _signs(text) or ())


SWITCH = (
    "Bàn phím đang gõ tiếng Việt hoặc tiếng khác nên mã quét bị biến dạng. Vui lòng tắt Unikey "
    "(Ctrl + Shift), chọn bàn phím tiếng Anh (Mỹ), rồi quét lại.",
    "The keyboard is set to Vietnamese or another language, which changes what is scanned. Turn "
    "Unikey off (Ctrl + Shift), choose the English (US) keyboard, and scan again.",
)


def is_changed(text: str) -> bool:
    """Whether there are letters that no code has, or signs instead of digits."""
    return any(c in "'\"(&!@#$%^*~" or (c.isprintable() and not c.isascii()) for c in text)


# Layouts: the scanner presses the keys of a US keyboard, the computer takes them for another's.

_US = "1234567890" + "-.:/?|" + "QAWZMM"
_FRENCH = "&é\"'(-è_çà" + "):M!§µ" + "AQZW?,"
_FRENCH_CAPS = "1234567890" + "°/M§!*" + "AQZW,?"
_US_WITH_FRENCH_SCANNER = "!@#$%^&*()" + "6<.>M¦" + "AQZW:;"
_BRITISH = "1234567890" + "-.:/?~" + "QAWZMM"
_SAME = {c: c for c in "BCDEFGHIJKLNOPRSTUVXY"}
_LAYOUTS = [
    _SAME | dict(zip(shown, _US, strict=True))
    for shown in (_FRENCH, _FRENCH_CAPS, _US_WITH_FRENCH_SCANNER, _BRITISH)
]
"""Of each layout: which key of a US keyboard shows what."""


def _capitals(text: str) -> str:
    """Return ASCII letters as capitals; é, è, ç and à are digits of a French keyboard."""
    if text.isascii():
        return text.upper()
    return "".join(c.upper() if c.isascii() else c for c in text)


def spellings(text: str) -> list[str]:
    """Return what was typed if the computer takes the keyboard for another one, in capitals."""
    composed = unicodedata.normalize("NFC", text)
    upper = _capitals(composed)
    retyped = (_retyped(upper, keys) for keys in _LAYOUTS)
    found = [*filter(None, retyped), *_from_vietnamese(composed)]
    return [s for s in dict.fromkeys(found) if s != upper]


def _retyped(upper: str, keys: Mapping[str, str]) -> str:
    """Return the text by the keys of a US keyboard; empty if this layout cannot have made it."""
    try:
        return "".join([keys[c] for c in upper])
    except KeyError:
        return ""


_VIETNAMESE = {"ă": "1", "â": "2", "ê": "3", "ô": "4", "đ": "0"}
_VIETNAMESE_TONES = {GRAVE: "5", HOOK: "6", TILDE: "7", ACUTE: "8", DOT: "9"}
_MOST = 200


def _from_vietnamese(text: str) -> list[str]:
    """Return what was typed if digits arrive as the letters and tones of Vietnam's own layout.

    A dot below has lost its place among the tones behind the same letter (Unicode's canonical
    order): every place is tried.
    """
    if text.isascii() or any(c in "0123456789" for c in text):
        return []
    found = [""]
    for cluster in _clusters(unicodedata.normalize("NFD", text)):
        ways = list(_ways(cluster))
        if not 0 < len(found) * len(ways) <= _MOST:
            return []
        found = [head + way for head in found for way in ways]
    return found


def _clusters(text: str) -> Iterator[str]:
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not unicodedata.combining(text[place]):
            yield text[start:place]
            start = place


def _ways(cluster: str) -> Iterator[str]:
    base, marks = ("", cluster) if unicodedata.combining(cluster[0]) else (cluster[0], cluster[1:])
    others = [mark for mark in marks if mark != DOT]
    if others and others[0] in (_BREVE, _ROOF):
        base = unicodedata.normalize("NFC", base + others.pop(0))
    key = _VIETNAMESE.get(base.lower(), base.upper())
    if not key.isascii() or any(mark not in _VIETNAMESE_TONES for mark in others):
        return
    tones = [_VIETNAMESE_TONES[mark] for mark in others]
    dots = marks.count(DOT)
    if comb(len(marks), dots) > _MOST:  # there is no such letter, and it would take for ever
        return
    for places in combinations(range(len(tones) + dots), dots):
        rest = iter(tones)
        yield key + "".join("9" if n in places else next(rest) for n in range(len(tones) + dots))
