"""A cell may hold 32,767 signs, and none of our patterns takes the square of that."""

import time

import pytest

from postal_tracker.desks.imports.checking import _told_of_cell
from postal_tracker.desks.imports.columns import bare
from postal_tracker.desks.imports.rows import name_key
from postal_tracker.spreadsheets.cells import ACTS, TAMED, unescaped

CELL = 32_767
PIECES = [
    "\t",
    " ",
    ";",
    '"',
    "\u200b",
    "\t;",
    ' "',
    "=",
    "'",
    "(",
    "[",
    "(1",
    "_x",
    "_x0041_",
    "9",
]
PIECES += ["9.0", "0", "a\u0301", "\u0316\u0301", "\u0316\u200d\u0301", "Ã", "a?", "ùø", "-", "."]
ENDS = ["", "x", "'=1"]


def hostile() -> list[str]:
    return [(piece * CELL)[: CELL - len(end)] + end for piece in PIECES for end in ENDS]


@pytest.mark.parametrize(
    "read",
    [
        lambda text: ACTS.sub(r"\1'", text),
        ACTS.match,
        lambda text: TAMED.sub(r"\1", text),
        unescaped,
        bare,
        name_key,
        lambda text: _told_of_cell("name", text),
    ],
    ids=["acts", "begins", "tamed", "unescaped", "heading", "procedure", "garbled"],
)
def test_no_cell_takes_long_however_it_is_made(read) -> None:
    slow = []
    for text in hostile():
        before = time.process_time()
        read(text)
        if (took := time.process_time() - before) > 0.1:
            slow.append(f"{text[:3]!r}…{text[-3:]!r}: {took:.2f} s")

    assert slow == []


@pytest.mark.parametrize(
    ("text", "tamed"),
    [
        ("=1", "'=1"),
        (' \t"=1', " \t\"'=1"),
        ("a;=1", "a;'=1"),
        ("a; \u200b=1\t+2", "a; \u200b'=1\t'+2"),
        ("a =1", "a =1"),
        ('a "=1', 'a "=1'),
        ("a \n;\t\n =1", "a \n;\t\n '=1"),
        ("a\r\n-", "a\r\n'-"),
    ],
)
def test_what_would_run_is_tamed_and_read_back_as_it_was(text: str, tamed: str) -> None:
    assert ACTS.sub(r"\1'", text) == tamed
    assert TAMED.sub(r"\1", tamed) == text
