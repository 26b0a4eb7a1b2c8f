"""Tracking numbers: the UPU's S10, and whatever other carriers use."""

import re
from dataclasses import dataclass
from functools import cache

from babel import Locale

from adapters import s10
from adapters.s10 import S10_PATTERN
from postal_tracker.core.codes.cleaning import BadCode, clean, matched

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
    refuse_impossible(made)
    return str(made)


def refuse_impossible(item: S10) -> None:
    """Refuse a number that no post can have given out. Raises BadCode.

    For what is entered here; what carriers tell is read as they tell it.
    """
    if item.is_reserved:
        raise BadCode(
            f"Liên minh Bưu chính Thế giới chưa cấp ký hiệu dịch vụ {item.indicator}.",
            f"The UPU keeps the service indicator {item.indicator} in reserve.",
        )
    if item.country not in _countries():
        raise BadCode(
            f"Không có nước nào mang mã {item.country}; vui lòng kiểm tra lại số hiệu.",
            f"There is no country {item.country}; please read the number again.",
        )


@cache
def _countries() -> frozenset[str]:
    """Return the countries of ISO 3166-1, by two letters."""
    territories = map(str, Locale("en").territories)  # with continents, and codes for private use
    return frozenset(t for t in territories if len(t) == 2 and t.isalpha()) - _NO_COUNTRIES


_NO_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)


def parse_s10(text: str) -> S10:
    """Read an S10 number, grouped or not. Raises BadCode, also when its check digit is wrong."""
    reading = without_marks(clean(text).upper())
    found = matched(reading, S10_PATTERN, "Số hiệu bưu gửi", "postal item number", "EE123456785VN")
    if s10_check_digit(found["serial"]) != int(found["check"]):
        raise BadCode(
            "Số hiệu bưu gửi sai chữ số kiểm tra; vui lòng kiểm tra lại.",
            "The check digit is wrong; please read the number again.",
        )
    return S10(found["indicator"], int(found["serial"]), found["country"])


def without_marks(text: str) -> str:
    return text.replace(".", "").replace("-", "")


def normal_number(text: str) -> str:
    """Return a tracking number in the one form that is stored and compared. Raises BadCode.

    Upper case, 1 to 64 printable ASCII characters, no spaces. S10 numbers also lose the marks
    between their groups; other carriers' dots mean something (GHTK) and stay. The check digit is
    not looked at: carriers' own documents show S10 numbers that fail it.
    """
    number = clean(text).upper()
    if S10_PATTERN.fullmatch(without_marks(number)):
        return without_marks(number)
    if len(number) > 64:
        raise BadCode("Số hiệu bưu gửi quá dài.", "The tracking number is too long.")
    return number
