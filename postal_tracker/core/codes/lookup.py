"""The citizen's lookup code: one nobody can guess, with a check character."""

import re
import secrets
from collections.abc import Callable
from functools import reduce

from postal_tracker.core.codes.cleaning import Mistyped, clean, matched

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
    reading = clean(text).upper().replace("-", "").translate(_LOOKALIKES)
    code = matched(reading, _LOOKUP, "Mã tra cứu", "lookup code", "7K3M-Q2XW-9PTA8")[0]
    if _remainder([_VALUES[letter] for letter in code]):
        raise Mistyped(
            "Mã tra cứu có ký tự gõ nhầm; vui lòng kiểm tra lại trên giấy hẹn.",
            "The lookup code has a typing mistake; please compare it with your receipt.",
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
