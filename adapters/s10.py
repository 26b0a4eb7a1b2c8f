"""Tracking numbers by UPU standard S10, which posts all over the world use: `EE123456785VN`."""

import re

_S10 = re.compile(r"[A-Z]{2}([0-9]{8})([0-9])[A-Z]{2}")
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def is_s10(tracking_number: str) -> bool:
    """Whether this is an S10 number, of any country, with its right check digit."""
    found = _S10.fullmatch(tracking_number)
    if not found:
        return False
    serial, check_digit = found.groups()
    weighed = sum(w * int(digit) for w, digit in zip(_WEIGHTS, serial, strict=True))
    return int(check_digit) == {10: 0, 11: 5}.get(11 - weighed % 11, 11 - weighed % 11)
