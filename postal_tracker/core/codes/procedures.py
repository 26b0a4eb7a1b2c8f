"""Codes of the national list of procedures, and the zeros that a spreadsheet takes from them.

A code of the national database of administrative procedures has one digit, a point and six
digits, such as 1.005100 (dichvucong.gov.vn). In a numeric cell it becomes 1.0051, and 2.000000
becomes 2; where the decimal sign is a comma, 1,0051.
"""

import re

_AS_A_NUMBER = re.compile(r"(\d)(?:[.,](\d{1,6}))?")


def national_procedure_code(text: str) -> str | None:
    """Return the code that a number stands for, such as 1.005100 for 1.0051; else None."""
    found = _AS_A_NUMBER.fullmatch(text)
    return f"{found[1]}.{(found[2] or '').ljust(6, '0')}" if found else None
