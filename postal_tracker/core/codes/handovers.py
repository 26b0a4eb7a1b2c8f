"""The number of a handover list."""

import re
from datetime import date

from postal_tracker.core.codes.cleaning import check_serial, clean, day_of, matched

HANDOVER_PATTERN = re.compile(r"BK-(?P<day>[0-9]{6})-(?P<serial>[0-9]{4})")


def make_handover_number(day: date, serial: int) -> str:
    """Return the number of that day's `serial`-th handover list (bảng kê). Raises BadCode."""
    check_serial(serial)
    return read_handover_number(f"BK-{day:%y%m%d}-{serial:04d}")


def read_handover_number(text: str) -> str:
    """Return a handover number in its one written form. Raises BadCode."""
    reading = clean(text).upper()
    found = matched(reading, HANDOVER_PATTERN, "Số bảng kê", "handover number", "BK-261123-0001")
    day_of(found["day"])
    return found[0]
