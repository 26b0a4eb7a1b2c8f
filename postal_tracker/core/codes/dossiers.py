"""The one-stop system's dossier code."""

import re
from collections.abc import Iterable, Mapping
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
`G09.20-20260609-0092637`.
"""

_OTHER_FORMS: dict[date, re.Pattern[str]] = {}
"""Forms that a circular to come may bring, by the day from which codes have them."""


def form_of(pattern: str) -> re.Pattern[str]:
    """Return a form of dossier codes, in capitals. Raises ValueError for what is none."""
    try:
        form = re.compile(pattern)
    except re.error as fault:
        raise ValueError(f"no regular expression: {fault}") from None
    if missing := {"unit", "day", "serial"} - set(form.groupindex):
        raise ValueError(f"it has no group named {min(missing)}")
    return form


def accept_forms(forms: Mapping[date, str]) -> None:
    """Accept these forms, too, in codes received on their day or later. Once, at the start.

    Codes are read in every form, list and scan: it is the one thing here that is set, not passed.
    """
    _OTHER_FORMS.clear()
    _OTHER_FORMS.update({since: form_of(pattern) for since, pattern in forms.items()})


@dataclass(frozen=True, slots=True)
class DossierCode:
    """The one-stop system's code, such as `H49.12-261123-0001`. It has no check digit."""

    unit: str
    received_on: date
    serial: int
    serial_digits: int = 4
    """4 by the circular; portals write up to 7, leading zeros and all."""
    has_whole_year: bool = False
    written: str = ""
    """As it is written, if its form is one of those that were set."""

    def __str__(self) -> str:
        if self.written:
            return self.written
        day = f"{self.received_on:{'%Y%m%d' if self.has_whole_year else '%y%m%d'}}"
        return f"{self.unit}-{day}-{self.serial:0{self.serial_digits}d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code, however it was typed or scanned. Raises BadCode."""
        upper = clean(text).upper()
        for since, form in _OTHER_FORMS.items():
            code = cls._in_form(form, upper)
            if code and code.received_on >= since:
                return code
        sample = "H49.12-261123-0001"
        return cls._of(matched(upper, DOSSIER_PATTERN, "Mã hồ sơ", "dossier code", sample))

    @classmethod
    def _in_form(cls, form: re.Pattern[str], upper: str) -> Self | None:
        """Return a code of a form that was set; None if another form has to say what it is."""
        found = None if "/" in upper else form.fullmatch(upper)  # it stands in addresses
        if found is None or not all(found.group("unit", "day", "serial")):
            return None
        try:
            return cls._of(found, written=upper)
        except (BadCode, ValueError):
            return None

    @classmethod
    def _of(cls, found: re.Match[str], *, written: str = "") -> Self:
        serial, day = found["serial"], found["day"]
        received_on = day_of(day[-6:])
        return cls(found["unit"], received_on, int(serial), len(serial), len(day) == 8, written)


def is_dossier_code(upper: str) -> bool:
    """Whether it has a form of dossier codes; its day may be none."""
    return any(form.fullmatch(upper) for form in (DOSSIER_PATTERN, *_OTHER_FORMS.values()))


def make_dossier_code(unit: str, received_on: date, serial: int) -> DossierCode:
    """Return the code of the `serial`-th dossier (1 to 9999) received that day. Raises BadCode."""
    check_serial(serial)
    if not 2000 <= received_on.year <= 2099:
        raise BadCode("Năm phải từ 2000 đến 2099.", "The year must be 2000 to 2099.")
    return DossierCode.parse(f"{unit}-{received_on:%y%m%d}-{serial:04d}")


def make_dossier_codes(
    unit: str, received_on: date, serials: Iterable[int]
) -> tuple[list[str], BadCode | None]:
    """Return the codes of these serials as far as there are such, and why there are no more."""
    found: list[str] = []
    try:
        for serial in serials:
            found.append(str(make_dossier_code(unit, received_on, serial)))
    except BadCode as bad:
        return found, bad
    return found, None
