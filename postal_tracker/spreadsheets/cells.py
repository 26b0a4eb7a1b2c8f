"""What a cell may hold, how it reads as text, and which text a spreadsheet would run."""

import re
import unicodedata
from datetime import date, datetime, time
from typing import Any

from postal_tracker.core.working_days import VIETNAM

Cell = str | int | float | date | datetime | None

_TRIGGERS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
_SEPARATES = r";\t\r\n"
_SKIPPED = r'"\s\u200b-\u200f\u2060\ufeff'
# A cell may also begin in the middle of a quoted one: in a Vietnamese Excel the separator is `;`. A
# run of what is skipped is gone through once, from its beginning: a cell may hold 32,767 tabs.
_BEGINS = (
    rf"(^[;{_SKIPPED}]*+|(?<![;{_SKIPPED}])(?:(?![{_SEPARATES}])[{_SKIPPED}])*+"
    rf"[{_SEPARATES}][;{_SKIPPED}]*+)"
)
ACTS = re.compile(rf"{_BEGINS}(?=[{_TRIGGERS}])")
TAMED = re.compile(rf"{_BEGINS}'(?=[{_TRIGGERS}])")


# ECMA-376 part 1, 22.9.2.19 ST_Xstring: how XML, and what copies out of it, spells such signs.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Return text with the signs for which `_x000D_` and its kin stand; line ends as `\\n`."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(_meant, text)
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _meant(found: re.Match[str]) -> str:
    sign = chr(int(found[1], 16))
    return found[0] if unicodedata.category(sign) == "Cs" else sign  # half a sign is none


def text_of(value: Any) -> str:
    """Return a cell as a person would type it: dates year first, whole numbers without `.0`."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment_text(value.astimezone(VIETNAM) if value.tzinfo else value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def moment_text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
