"""A code as Code 128 modules. The only file that knows python-barcode, and it does not trust it.

Every symbol is read back before it is handed out: a label that says something else than it should
sends a citizen's papers astray, and nobody can see it by looking.
"""

import re

from barcode.charsets import code128 as tables
from barcode.codex import Code128

from labels.faults import Unprintable, Why

_CHUNK = 11
"""Modules in a symbol character; the stop pattern has two more."""
_STOP = tables.STOP + "11"
_VALUES = {pattern: value for value, pattern in enumerate(tables.CODES)}
_START_B, _START_C = tables.START_CODES["B"], tables.START_CODES["C"]
_SWITCHES = {(_START_B, 99): _START_C, (_START_C, 100): _START_B}
_SEPARATOR = re.compile(r"[^0-9A-Za-z]")
_RUN = re.compile(r"\d+|\D+")


class _Code128(Code128):
    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        # python-barcode 0.16.1 takes a leading pair of digits "99" for a change of code set, and
        # drops it (its issue 251): "999999" would scan as "9999". Numbers such as "9912 3456" are
        # real, so the step is skipped for them. The reading back below guards all the others.
        return encoded if encoded[1] == 99 else super()._try_to_optimize(encoded)


def modules(code: str) -> str:
    """Return the symbol from start to stop as a string of '1' (bar) and '0' (space).

    The quiet zones, ten modules on either side, are not in it. Raises Unprintable.
    """
    if not code:
        raise Unprintable(code, Why.EMPTY)
    if not all(" " <= letter <= "~" for letter in code):
        raise Unprintable(code, Why.NOT_ASCII)
    symbol = str(_Code128(code).build()[0])
    if read_back(symbol) != code:
        raise Unprintable(code, Why.MISREAD)
    return symbol


def read_back(symbol: str) -> str | None:
    """Return the text of a symbol in code sets B and C, or None if it is no whole symbol."""
    body, stop = symbol[: -len(_STOP)], symbol[-len(_STOP) :]
    chunks = [body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)]
    if stop != _STOP or len(chunks) < 3 or any(chunk not in _VALUES for chunk in chunks):
        return None
    start, *data, check = (_VALUES[chunk] for chunk in chunks)
    if check != (start + sum(n * value for n, value in enumerate(data, start=1))) % 103:
        return None
    return _text(start, data)


def _text(code_set: int, data: list[int]) -> str | None:
    text = ""
    for value in data:
        if code_set == _START_C and value < 100:
            text += f"{value:02d}"
        elif code_set == _START_B and value < 95:
            text += chr(ord(" ") + value)
        elif (code_set, value) in _SWITCHES:
            code_set = _SWITCHES[code_set, value]
        else:
            return None
    return text


def grouped(code: str) -> str:
    """Return the code as a person reads it aloud: "RR123456785VN" as "RR 123 456 785 VN".

    A code with signs of its own, such as "H49.12-261123-0001", is left as it is.
    """
    if _SEPARATOR.search(code):
        return code
    return " ".join(" ".join(_threes(run)) for run in _RUN.findall(code))


def _threes(run: str) -> list[str]:
    """Split a run of digits into threes, the first group of 2, 3 or 4: no digit stands alone."""
    if not run.isdigit() or len(run) < 5:
        return [run]
    head = {0: 3, 1: 4, 2: 2}[len(run) % 3]
    return [run[:head], *(run[at : at + 3] for at in range(head, len(run), 3))]
