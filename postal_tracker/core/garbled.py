"""Vietnamese that was written for another encoding: what cannot be a right name, and what to do.

Until Unicode came, Vietnamese was kept in bytes that only a font of its own shows rightly; lists
of old programs, pasted as they are, read "NguyÔn V¨n" (TCVN3) or "Nguyeãn Vaên" (VNI). Nothing is
converted here: whoever sent it sees what it should say, we do not.

Only what is certain is refused. A word counts if it is no Vietnamese syllable as it stands and
is one once it is read as that encoding, and then only by signs that no name of any people has; by
letters alone (Loïc, Seán, Bø) it takes two such words, none that speaks against it, and a letter
that short names of northern and central Europe do not have (Dö Böm, Kü Lång).

Sources: TCVN 5712:1993 (VN3; the same upper half as glibc's TCVN5712-1); VNI as in UniKey's
`vnconv` tables.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

Told = tuple[str, str]

_TCVN3_SIGNS = "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·\xb8¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ"
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_TCVN3 = str.maketrans(_TCVN3_SIGNS, _TCVN3_LETTERS)
_TONES = "\u0301\u0300\u0309\u0303\u0323"
_VNI_MARKS = dict(zip("ùøûõï", _TONES, strict=True))
for _hat, _marks in (("\u0302", "âáàåãä"), ("\u0306", "êéèúüë")):
    _VNI_MARKS |= {m: _hat + tone for m, tone in zip(_marks, ["", *_TONES], strict=True)}
_VNI_PAIR = re.compile("([aeouyôö])([ùøûõï])|([aeo])([âáàåãä])|(a)([êéèúüë])")
_VNI_LETTERS = str.maketrans("ñôöæóòî", "đơưỉĩịỵ")

_CASE_MIXED = re.compile("[a-zß-ÿ][A-ZÀ-Þ]")
_TCVN3_SIGN = re.compile("[¡-\xac®-¾×÷]|[a-zß-ÿ][A-ZÀ-Þ]")
_VNI_SIGN = re.compile("[ôöuyae][ùøõ]|[uyeôö]û|[aeo][âàåãä]|aá|a[êéèüë]|(?:ng|nh|ph|tr)[aou]ï")
_FRENCH = re.compile("(?!ng|nh|ph|tr)[a-z]*[aeou]ï[a-z]*")
"""Loïc, Naïm: each could be a Vietnamese syllable in VNI, and is a name as it stands."""

_NORTHERN = re.compile("[a-zäëöüåæø]+", re.IGNORECASE)
"""Any two of Lü, Bö, Böm, Käm, Lång, Hå, Bø could be Vietnamese in TCVN3, and are names too."""

_SYLLABLE = re.compile(
    "(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|n|ngh?|nh|ph?|qu|r|s|th?|tr|v|x)?(?:"
    "[ou]?a(?:ch?|i|m|nh?|ng|o|p|t|u|y)?|[ou]?ă(?:c|m|n|ng|p|t)|u?â(?:c|m|n|ng|p|t|u|y)|"
    "[ou]?e(?:c|m|n|ng|o|p|t)?|ê(?:ch|m|nh?|p|t|u)?|uê(?:ch|nh)?|(?:i|u?y)ê(?:c|m|n|ng|p|t|u)|"
    "u?y(?:a|ch|nh?|p|t|u)?|i(?:a|ch|m|nh?|p|t|u)?|o(?:c|i|m|n|ng|p|t)?|oo(?:c|ng)|"
    "ô(?:c|i|m|n|ng|p|t)?|u?ơ(?:i|m|n|p|t)?|uô(?:c|i|m|n|ng|t)|u(?:a|c|i|m|n|ng|p|t)?|"
    "ươ(?:c|i|m|n|ng|p|t|u)|ư(?:a|c|i|m|n|ng|t|u)?)"
)
_WORDS = re.compile(r"[^\s,;./()\"“”-]+")
_SUSPECT = re.compile("[¡-ÿ\ufffd]|[A-Za-z][?][A-Za-z]")


def garbled(text: str) -> Told | None:
    """Return what to tell whoever wrote this, in two languages; None if it may be right."""
    plain = unicodedata.normalize("NFC", text)
    if not _SUSPECT.search(plain):
        return None
    if _LOST.search(plain) and "://" not in plain:
        return _LOST_TOLD
    if any(map(_is_misread_utf8, _NOT_ASCII.findall(plain))):
        return _MISREAD_TOLD
    words = [word for word in _WORDS.findall(plain) if not word.isascii()]
    if _is_in(words, _from_tcvn3, _TCVN3_SIGN):
        return _other_encoding("TCVN3", ".VnTime")
    if _is_in([word.casefold() for word in words], _from_vni, _VNI_SIGN):
        return _other_encoding("VNI", "VNI-Times")
    return None


def _is_in(words: list[str], read: Callable[[str], str], sign: re.Pattern[str]) -> bool:
    # A sign alone (·, ×, «, ¹) is a sign, though it could be a letter of such a font.
    longer = [word for word in words if len(word) > 1]
    strange = [word for word in longer if _CASE_MIXED.search(word) or not _is_syllable(word)]
    proofs = [word for word in strange if _is_syllable(read(word))]
    if any(map(sign.search, proofs)):
        return True
    return len(strange) == len(proofs) >= 2 and not all(map(_NORTHERN.fullmatch, proofs))


def _from_tcvn3(word: str) -> str:
    return word.translate(_TCVN3)


def _from_vni(word: str) -> str:
    """Return a word in small letters as VNI means it: a letter, then its marks."""
    return word if _FRENCH.fullmatch(word) else "".join(_vni_pieces(word))


def _vni_pieces(word: str) -> Iterator[str]:
    at = 0
    for pair in _VNI_PAIR.finditer(word):
        letter, mark = (group for group in pair.groups() if group)
        yield word[at : pair.start()].translate(_VNI_LETTERS)
        yield letter.translate(_VNI_LETTERS) + _VNI_MARKS[mark]
        at = pair.end()
    yield word[at:].translate(_VNI_LETTERS)


def _is_syllable(word: str) -> bool:
    """Tell whether a word has the form of a Vietnamese syllable, with one tone at most."""
    parts = unicodedata.normalize("NFD", word.casefold())
    tones = sum(part in _TONES for part in parts)
    bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
    return tones <= 1 and _SYLLABLE.fullmatch(bare) is not None


_NOT_ASCII = re.compile("[^\x00-\x7f]{2,}")
_VIETNAMESE = re.compile("[À-ýĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
# Ò and Ô read so are "Ã’" and "Ã”"; but so is the end of a quoted “THỊ XÃ”.
_QUOTED = re.compile("Ã[’”–—…]")


def _is_misread_utf8(run: str) -> bool:
    """Tell whether signs are bytes of Vietnamese in UTF-8, each shown as Windows-1252 has it."""
    try:
        read = b"".join(map(_byte, run)).decode()
    except UnicodeError:
        return False
    return _VIETNAMESE.search(read) is not None and not _QUOTED.fullmatch(run)


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")  # what Windows-1252 leaves open


_LOST = re.compile("\ufffd|[A-Za-z][?][A-Za-z]")

_LOST_TOLD = (
    "Một số chữ đã mất khi lưu, còn lại dấu hỏi. Vui lòng lấy lại từ bản gốc, lưu ở dạng Unicode "
    "(UTF-8).",
    "Letters were lost when this was saved; question marks are left. Take it from the original, "
    "saved as Unicode (UTF-8).",
)
_MISREAD_TOLD = (
    "Chữ bị đọc sai bảng mã: UTF-8 thành Windows-1252. Vui lòng mở lại bản gốc ở dạng UTF-8.",
    "This is UTF-8 that was read as Windows-1252. Open the original again as UTF-8.",
)


def _other_encoding(name: str, font: str) -> Told:
    return (
        f"Chữ theo bảng mã {name} (phông {font}), không phải Unicode. Vui lòng chuyển mã sang "
        "Unicode, ví dụ bằng UniKey (Ctrl+Shift+F6), rồi nhập lại.",
        f"This is in {name} (fonts such as {font}), not in Unicode. Convert it, for instance with "
        "UniKey (Ctrl+Shift+F6), and enter it again.",
    )
