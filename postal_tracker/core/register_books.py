"""The register of dossiers in books: which book a number stands in.

The forms ask for "Quyển số" and "Số thứ tự". Numbers run through the year; a book is so many of
them. What was printed names the book: another size would make those papers wrong.
"""

from collections.abc import Iterable

A_BOOK = 500
"""Dossiers in one book: some 70 pages."""


SERIES = "register "
"""What the series of numbers of an office is called, before the office's code."""


def book_of(number: int) -> int:
    """Return the book in which a number stands."""
    return (number - 1) // A_BOOK + 1


def numbers_of(book: int) -> tuple[int, int]:
    """Return the first and last number that a book has room for."""
    return (book - 1) * A_BOOK + 1, book * A_BOOK


def books_up_to(last: int) -> Iterable[int]:
    """Return the books there are once numbers up to `last` are given out."""
    return range(1, book_of(last) + 1) if last else ()
