"""The codes that travel with papers: dossiers, parcels, handovers, and the citizen's lookup code.

Making, checking and reading back what a scanner, a phone or a person gives. Pure: no clock, no
database; whether a code exists is not known here, only whether it could.

BadCode
  what was read cannot be such a code; says why in Vietnamese and in English
"""

import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import Self

from adapters import s10
from adapters.s10 import S10_PATTERN


class BadCode(ValueError):
    """A code that cannot be right. Never repeats what was read: it may be somebody's name."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(vi, en)
        self.vi = vi
        self.en = en

    def __str__(self) -> str:
        return self.en


# AIM symbology identifiers (ISO/IEC 15424), which some scanners send first: ]C0 Code 128, ]Q1 QR.
_SYMBOLOGY = re.compile(r"^\][A-Za-z][0-9A-Za-z](?=.)")
# Word processors and phones turn a hyphen into one of its longer sisters.
_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_LONGEST_READING = 512


def _clean(text: str) -> str:
    """Return what was meant, case kept: one line of printable ASCII without spaces."""
    if len(text) > _LONGEST_READING:
        raise BadCode("Mã quá dài.", "The code is too long.")
    plain = unicodedata.normalize("NFKC", text).translate(_HYPHENS)
    # Invisible marks come along when a code is copied out of a chat or a spreadsheet.
    if not plain.isascii():
        plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    plain = plain.strip().replace(" ", "")
    plain = _SYMBOLOGY.sub("", plain)
    # A line break inside means two codes in one reading: never join them into a third.
    if not plain or not plain.isascii() or not plain.isprintable():
        raise BadCode("Đây không phải là một mã.", "This is not a code.")
    return plain


def _read(text: str, pattern: re.Pattern[str], vi: str, en: str, sample: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise BadCode(f"{vi} phải có dạng {sample}.", f"A {en} looks like {sample}.")
    return found


def _day(yymmdd: str) -> date:
    try:
        return date(2000 + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        raise BadCode("Ngày trong mã không có thật.", "There is no such date.") from None


def _check_serial(serial: int) -> None:
    if not 1 <= serial <= 9999:
        raise BadCode(
            "Số thứ tự trong ngày phải từ 1 đến 9999.", "The number of the day must be 1 to 9999."
        )


DOSSIER_PATTERN = re.compile(
    r"(?P<unit>[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(?:\.[0-9]{2,3}){0,4})"
    r"-(?P<day>[0-9]{6})-(?P<serial>[0-9]{4,6})"
)
"""Circular 01/2018/TT-VPCP art. 19, the unit codes of Decision 20/2020/QĐ-TTg, and the police's.

Whether the law of 2025 changed the form is not known: another pattern with the same three groups
may be given wherever a dossier code is read or made.
"""


@dataclass(frozen=True, slots=True)
class DossierCode:
    """The one-stop system's code, such as `H49.12-261123-0001`. It has no check digit."""

    unit: str
    received_on: date
    serial: int
    serial_digits: int = 4
    """4 by the circular; the national portal writes up to 6, leading zeros and all."""

    def __str__(self) -> str:
        return f"{self.unit}-{self.received_on:%y%m%d}-{self.serial:0{self.serial_digits}d}"

    @classmethod
    def parse(cls, text: str, pattern: re.Pattern[str] = DOSSIER_PATTERN) -> Self:
        """Read a code, however it was typed or scanned. Raises BadCode."""
        found = _read(
            _clean(text).upper(), pattern, "Mã hồ sơ", "dossier code", "H49.12-261123-0001"
        )
        serial = found["serial"]
        return cls(found["unit"], _day(found["day"]), int(serial), len(serial))


def make_dossier_code(
    unit: str, received_on: date, serial: int, pattern: re.Pattern[str] = DOSSIER_PATTERN
) -> DossierCode:
    """Return the code of the `serial`-th dossier (1 to 9999) received that day. Raises BadCode."""
    _check_serial(serial)
    if not 2000 <= received_on.year <= 2099:
        raise BadCode("Năm phải từ 2000 đến 2099.", "The year must be 2000 to 2099.")
    return DossierCode.parse(f"{unit}-{received_on:%y%m%d}-{serial:04d}", pattern)


_HANDOVER = re.compile(r"BK-(?P<day>[0-9]{6})-(?P<serial>[0-9]{4})")


def make_handover_number(day: date, serial: int) -> str:
    """Return the number of that day's `serial`-th handover list (bảng kê). Raises BadCode."""
    _check_serial(serial)
    return read_handover_number(f"BK-{day:%y%m%d}-{serial:04d}")


def read_handover_number(text: str) -> str:
    """Return a handover number in its one written form. Raises BadCode."""
    reading = _clean(text).upper()
    found = _read(reading, _HANDOVER, "Số bảng kê", "handover number", "BK-261123-0001")
    _day(found["day"])
    return found[0]


_S10_RESERVED = frozenset("JKSTW")


@dataclass(frozen=True, slots=True)
class S10:
    """A number by UPU standard S10: `EE123456785VN`."""

    indicator: str
    serial: int
    country: str

    def __str__(self) -> str:
        serial = f"{self.serial:08d}"
        return f"{self.indicator}{serial}{s10_check_digit(serial)}{self.country}"

    @property
    def is_reserved(self) -> bool:
        """Whether the UPU has kept this service indicator back, so nobody should be using it."""
        return self.indicator[0] in _S10_RESERVED


def s10_check_digit(serial: int | str) -> int:
    """Return the check digit of eight digits (UPU S10: weights, modulo 11). Raises BadCode."""
    digits = f"{serial:08d}" if isinstance(serial, int) else serial
    if not re.fullmatch(r"[0-9]{8}", digits):
        raise BadCode("Số hiệu phải có tám chữ số.", "The serial must have eight digits.")
    return s10.s10_check_digit(digits)


def make_s10(indicator: str, serial: int, country: str = "VN") -> str:
    """Return the tracking number of an item we post ourselves. Raises BadCode."""
    made = parse_s10(f"{indicator}{serial:08d}{s10_check_digit(serial)}{country}")
    if made.is_reserved:
        raise BadCode(
            f"Liên minh Bưu chính Thế giới chưa cấp ký hiệu dịch vụ {made.indicator}.",
            f"The UPU keeps the service indicator {made.indicator} in reserve.",
        )
    return str(made)


def parse_s10(text: str) -> S10:
    """Read an S10 number, grouped or not. Raises BadCode, also when its check digit is wrong."""
    reading = _without_marks(_clean(text).upper())
    found = _read(reading, S10_PATTERN, "Số hiệu bưu gửi", "postal item number", "EE123456785VN")
    if s10_check_digit(found["serial"]) != int(found["check"]):
        raise BadCode(
            "Số hiệu bưu gửi sai chữ số kiểm tra; xin đọc lại.",
            "The check digit is wrong; please read the number again.",
        )
    return S10(found["indicator"], int(found["serial"]), found["country"])


def _without_marks(text: str) -> str:
    return text.replace(".", "").replace("-", "")


def normal_number(text: str) -> str:
    """Return a tracking number in the one form that is stored and compared. Raises BadCode.

    Upper case, 1 to 64 printable ASCII characters, no spaces. S10 numbers also lose the marks
    between their groups; other carriers' dots mean something (GHTK) and stay. The check digit is
    not looked at: carriers' own documents show S10 numbers that fail it.
    """
    number = _clean(text).upper()
    if S10_PATTERN.fullmatch(_without_marks(number)):
        return _without_marks(number)
    if len(number) > 64:
        raise BadCode("Số hiệu bưu gửi quá dài.", "The tracking number is too long.")
    return number


# Crockford's base 32: no I, L, O (they read as 1, 1, 0) and no U.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}
_LOOKUP = re.compile(f"[{_LETTERS}]{{13}}")
_LOOKALIKES = str.maketrans("OIL", "011")


def new_lookup_code(random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Return a code nobody can guess: 12 random characters (60 bits) and a check character."""
    number = int.from_bytes(random_bytes(8), "big") >> 4
    body = [number >> shift & 31 for shift in range(55, -1, -5)]
    return "".join(_LETTERS[value] for value in [*body, _times_x(_remainder(body))])


def read_lookup_code(text: str) -> str:
    """Return a lookup code as 13 characters, from whatever a citizen typed. Raises BadCode.

    Lower case, spaces, hyphens and O, I, L for 0, 1, 1 are forgiven. Refused for certain: any one
    wrong character, and any two characters changed by the same amount, which covers two that
    changed places (neighbours or not) and a pair misread alike (AA for BB). Of other mistakes about
    one in 32 slips through, and then finds no dossier.
    """
    reading = _clean(text).upper().replace("-", "").translate(_LOOKALIKES)
    code = _read(reading, _LOOKUP, "Mã tra cứu", "lookup code", "7K3M-Q2XW-9PTA8")[0]
    if _remainder([_VALUES[letter] for letter in code]):
        raise BadCode(
            "Mã tra cứu có chỗ gõ nhầm; xin xem lại.",
            "The lookup code has a typing mistake; please look again.",
        )
    return code


def show_lookup_code(code: str) -> str:
    """Return a lookup code in the groups people read aloud: `7K3M-Q2XW-9PTA8`. Raises BadCode."""
    code = read_lookup_code(code)
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


# The check character is Reed-Solomon's over the field of 32 elements: the 13 characters, taken for
# a polynomial, have x as a root. ISO/IEC 7064's hybrid construction with 32 characters would let
# one swap of neighbours in 496 pass; this lets none.
def _times_x(value: int) -> int:
    """Multiply by x in the field of 32 elements (modulo x^5 + x^2 + 1)."""
    return value << 1 ^ (0b100101 if value & 16 else 0)


def _remainder(values: list[int]) -> int:
    return reduce(lambda rest, value: _times_x(rest) ^ value, values, 0)


class ScanKind(StrEnum):
    """What a scanner's reading turned out to be."""

    DOSSIER = "dossier"
    PARCEL = "parcel"
    HANDOVER = "handover"
    LINK = "link"
    LOOKUP = "lookup"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scanned:
    """A reading and its kind. `code` is in its stored form; of a link, its token.

    Of something unknown it is empty: people scan identity cards by mistake, and those hold names.
    """

    kind: ScanKind
    code: str


_LINK = re.compile(r"(?i:https?)://[^/?#]+/t/([A-Za-z0-9_-]{1,128})/?(?:[?#].*)?")
_PARCEL_LABEL = re.compile(r"HTTPS?://[^/?#]+/COURIER/([^?#]+?)/?")
_WITH_DIGIT = r"(?=.*[0-9])[A-Z0-9](?:[.-]?[A-Z0-9]){5,39}"
_PLAUSIBLE = re.compile(_WITH_DIGIT + r"|[A-Z]{6,10}")  # GHN's may lack a digit
_GROUPED = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}")
_UNKNOWN = Scanned(ScanKind.UNKNOWN, "")


def read_scan(text: str, pattern: re.Pattern[str] = DOSSIER_PATTERN) -> Scanned:
    """Tell what a scanner, or somebody typing into the scan field, has read. Never raises.

    A number of 13 letters and digits that happens to pass the lookup code's check is taken for a
    lookup code (one in 32 of other carriers' numbers of that length, none of the S10 ones): a desk
    that finds no such dossier should try the parcels.
    """
    try:
        return _tell(_clean(text), pattern)
    except BadCode:  # of a form we know, but with an impossible date or a wrong check character
        return _UNKNOWN


def _tell(reading: str, pattern: re.Pattern[str]) -> Scanned:
    upper = reading.upper()
    if pattern.fullmatch(upper):
        return Scanned(ScanKind.DOSSIER, str(DossierCode.parse(upper, pattern)))
    if _HANDOVER.fullmatch(upper):
        return Scanned(ScanKind.HANDOVER, read_handover_number(upper))
    # With Caps Lock on, a scanner that types as a keyboard turns every letter round.
    if link := _LINK.fullmatch(reading) or _LINK.fullmatch(reading.swapcase()):
        return Scanned(ScanKind.LINK, link[1])
    if label := _PARCEL_LABEL.fullmatch(upper):  # the QR of our own parcel label
        return Scanned(ScanKind.PARCEL, normal_number(label[1]))
    if _is_meant_as_lookup_code(upper):
        return Scanned(ScanKind.LOOKUP, read_lookup_code(upper))
    number = normal_number(upper)
    return Scanned(ScanKind.PARCEL, number) if _PLAUSIBLE.fullmatch(number) else _UNKNOWN


def _is_meant_as_lookup_code(upper: str) -> bool:
    """Whether it stands in our groups, or else passes our check and cannot be a carrier's.

    S10 numbers and numbers of digits alone (Viettel Post's have up to 13) are the carriers'.
    """
    if _GROUPED.fullmatch(upper):
        return True
    if upper.isdigit() or S10_PATTERN.fullmatch(_without_marks(upper)):
        return False
    try:
        return bool(read_lookup_code(upper))
    except BadCode:
        return False
