"""The one-stop system's dossier code."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from postal_tracker.core.codes.cleaning import BadCode, check_serial, clean, day_of, matched

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
        found = matched(
            clean(text).upper(), pattern, "Mã hồ sơ", "dossier code", "H49.12-261123-0001"
        )
        serial = found["serial"]
        return cls(found["unit"], day_of(found["day"]), int(serial), len(serial))


def make_dossier_code(
    unit: str, received_on: date, serial: int, pattern: re.Pattern[str] = DOSSIER_PATTERN
) -> DossierCode:
    """Return the code of the `serial`-th dossier (1 to 9999) received that day. Raises BadCode."""
    check_serial(serial)
    if not 2000 <= received_on.year <= 2099:
        raise BadCode("Năm phải từ 2000 đến 2099.", "The year must be 2000 to 2099.")
    return DossierCode.parse(f"{unit}-{received_on:%y%m%d}-{serial:04d}", pattern)
