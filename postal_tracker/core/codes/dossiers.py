"""The one-stop system's dossier code."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from postal_tracker.core.codes.cleaning import BadCode, check_serial, clean, day_of, matched

DOSSIER_PATTERN = re.compile(
    r"(?P<unit>[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(?:\.[0-9]{2,3}){0,4})"
    r"-(?P<day>[0-9]{6}|20[0-9]{6})-(?P<serial>[0-9]{4,7})"
)
"""Circular 01/2018/TT-VPCP art. 19, the unit codes of Decision 20/2020/QĐ-TTg, and the police's.

Dossier codes are regulated by Circular 03/2025/TT-VPCP now, whose text was not read; in 2026 both
forms are seen, the newer with the year's four digits and a serial of up to seven:
`G09.20-20260609-0092637`. Another pattern with the same three groups may be given wherever a
dossier code is read or made.
"""


@dataclass(frozen=True, slots=True)
class DossierCode:
    """The one-stop system's code, such as `H49.12-261123-0001`. It has no check digit."""

    unit: str
    received_on: date
    serial: int
    serial_digits: int = 4
    """4 by the circular; portals write up to 7, leading zeros and all."""
    has_whole_year: bool = False

    def __str__(self) -> str:
        day = f"{self.received_on:{'%Y%m%d' if self.has_whole_year else '%y%m%d'}}"
        return f"{self.unit}-{day}-{self.serial:0{self.serial_digits}d}"

    @classmethod
    def parse(cls, text: str, pattern: re.Pattern[str] = DOSSIER_PATTERN) -> Self:
        """Read a code, however it was typed or scanned. Raises BadCode."""
        found = matched(
            clean(text).upper(), pattern, "Mã hồ sơ", "dossier code", "H49.12-261123-0001"
        )
        serial, day = found["serial"], found["day"]
        return cls(found["unit"], day_of(day[-6:]), int(serial), len(serial), len(day) == 8)


def make_dossier_code(
    unit: str, received_on: date, serial: int, pattern: re.Pattern[str] = DOSSIER_PATTERN
) -> DossierCode:
    """Return the code of the `serial`-th dossier (1 to 9999) received that day. Raises BadCode."""
    check_serial(serial)
    if not 2000 <= received_on.year <= 2099:
        raise BadCode("Năm phải từ 2000 đến 2099.", "The year must be 2000 to 2099.")
    return DossierCode.parse(f"{unit}-{received_on:%y%m%d}-{serial:04d}", pattern)
