"""Text as people mean it: without invisible signs, and without marks for searching."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Default_Ignorable_Code_Point (Unicode, DerivedCoreProperties.txt), and U+FFF9 to U+FFFB.

They come along from chats, word processors and telephones' address books.
"""
_MOST_MARKS = 4
"""On one letter: no language of Vietnam has more than three (ậ̆)."""
_TOO_MANY_MARKS = re.compile(
    rf"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{{{_MOST_MARKS + 1}}}"
)
_ETH = re.compile("(?<![aáeéiíoóuúyýæørfg])ð", re.IGNORECASE)
"""An Icelandic letter that old keyboards typed for đ. In Icelandic it stands behind these."""
_D_OF_ETH = str.maketrans("Ðð", "Đđ")
_WITHOUT_STROKES = str.maketrans("đðɖƀɓɗłøħŧɨʉı\u03c2", "dddbbdlohtiui\u03c3")
"""Letters that Unicode does not take apart into a letter and its mark, and the last sigma."""
APOSTROPHES = re.compile("['`\u00b4\u02b9\u02bb-\u02bd\u02c8\u2018\u2019\u201b\u2032\uff07]")


def visible(text: str) -> str:
    """Return text without signs that nobody sees."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def meant(text: str) -> str:
    """Return text as it was meant: composed letters (NFC), no invisible signs, Đ for U+00D0."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", visible(text))
    return _ETH.sub(lambda eth: eth[0].translate(_D_OF_ETH), composed)


def fault(text: str) -> tuple[str, str] | None:
    """Return why text cannot be what was meant, in Vietnamese and English, or None.

    Here nothing may be left out in silence: what is left would be another name.
    """
    if text.isascii():
        return None
    if any(_is_lost(sign) for sign in text):
        return (
            "Có chữ chỉ hiện được bằng một phông chữ riêng, hoặc đã bị mất. "
            "Vui lòng gõ lại bằng bộ gõ Unicode.",
            "A letter is lost, or only one font can show it. Type it anew in Unicode.",
        )
    if _TOO_MANY_MARKS.search(unicodedata.normalize("NFD", visible(text))):
        return "Một chữ có quá nhiều dấu. Vui lòng gõ lại.", "A letter has too many marks."
    return None


def _is_lost(sign: str) -> bool:
    """Private use, a noncharacter, or what stands in the place of a lost letter."""
    code = ord(sign)
    return (
        unicodedata.category(sign) == "Co"
        or 0xFDD0 <= code <= 0xFDEF
        or code & 0xFFFE == 0xFFFE
        or sign in "\ufffc\ufffd"
    )


def folded(text: str) -> str:
    """Return text for searching: lower case, no diacritics or apostrophes; đ is d, ƀ is b.

    Never longer than the text, as its column has no more room.
    """
    plain = APOSTROPHES.sub("", visible(text).lower())
    split = unicodedata.normalize("NFD", plain).translate(_WITHOUT_STROKES)
    bare = "".join(c for c in split if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", bare).split())
