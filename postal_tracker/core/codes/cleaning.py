"""What was read, cleaned: what a scanner, a phone or a person adds to a code."""

import re
import unicodedata
from datetime import date

from postal_tracker.core.text import visible


class BadCode(ValueError):
    """A code that cannot be right. Never repeats what was read: it may be somebody's name."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi, en)
        self.vi = vi
        self.en = en

    def __str__(self) -> str:
        return self.en


class Mistyped(BadCode):
    """A code whose check character does not fit."""


# AIM symbology identifiers (ISO/IEC 15424), which some scanners send first: ]C0 Code 128, ]Q1 QR.
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9A-Za-z](?=.)")
# Word processors and phones turn a hyphen into one of its longer sisters.
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_LONGEST_READING = 512


def clean(text: str) -> str:
    """Return what was meant, case kept: one line of printable ASCII without spaces."""
    if len(text) > _LONGEST_READING:
        raise BadCode("Mã quá dài.", "The code is too long.")
    plain = unicodedata.normalize("NFKC", text).translate(_HYPHENS)
    # Invisible marks come along when a code is copied out of a chat or a spreadsheet.
    plain = visible(plain).strip().replace(" ", "")
    plain = _SYMBOLOGY.sub("", plain)
    # A line break inside means two codes in one reading: never join them into a third.
    if not plain or not plain.isascii() or not plain.isprintable():
        raise BadCode("Đây không phải là một mã.", "This is not a code.")
    return plain


def one_line(text: str) -> str:
    """Return what arrived without spaces and invisible marks, whatever its letters."""
    composed = unicodedata.normalize("NFC", text[:_LONGEST_READING]).translate(_HYPHENS)
    return "".join(c for c in composed if not c.isspace() and unicodedata.category(c) != "Cf")


def matched(text: str, pattern: re.Pattern[str], vi: str, en: str, sample: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise BadCode(f"{vi} phải có dạng {sample}.", f"A {en} looks like {sample}.")
    return found


def day_of(yymmdd: str) -> date:
    try:
        return date(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        raise BadCode("Ngày trong mã không có thật.", "There is no such date.") from None


MOST_A_DAY = 9999
"""Own codes of a unit, and handover lists: the number of the day has four digits."""


def check_serial(serial: int) -> None:
    if not 1 <= serial <= MOST_A_DAY:
        raise BadCode(
            "Số thứ tự trong ngày phải từ 1 đến 9999.", "The number of the day must be 1 to 9999."
        )
