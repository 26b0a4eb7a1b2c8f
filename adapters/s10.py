"""Tracking numbers by UPU standard S10, which posts all over the world use: `EE123456785VN`."""

import re

S10_PATTERN = re.compile(
    r"(?P<indicator>[A-Z]{2})(?P<serial>[0-9]{8})(?P<check>[0-9])(?P<country>[A-Z]{2})"
)
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def s10_check_digit(serial: str) -> int:
    """Return the check digit of eight digits (UPU S10: weights, modulo 11; 10 -> 0, 11 -> 5)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, serial, strict=True))
    check = 11 - total % 11
    return {10: 0, 11: 5}.get(check, check)


def is_s10(tracking_number: str) -> bool:
    """Whether this is an S10 number, of any country, with its right check digit."""
    found = S10_PATTERN.fullmatch(tracking_number)
    return found is not None and int(found["check"]) == s10_check_digit(found["serial"])
