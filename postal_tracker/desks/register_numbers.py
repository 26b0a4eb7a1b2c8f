"""Numbers in the registers of offices and years (sổ theo dõi hồ sơ), see decision 26."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlmodel import Session

from postal_tracker.core import register_books
from postal_tracker.core.working_days import local_day
from postal_tracker.ledger.numbers import next_serials

Place = tuple[int, int]
"""A year, and a number in its register."""


def draw(session: Session, received: Sequence[tuple[str, datetime]]) -> list[Place]:
    """Return a place for each dossier, told by its office's code and when it was received.

    Of one register they are numbered in the order of receipt; nobody else draws of it until the
    commit. Registers are gone through in one order, for others draw, too.
    """
    registers = [(office, local_day(at).year) for office, at in received]
    fresh = {
        (office, year): _numbers(session, office, year, count)
        for (office, year), count in sorted(Counter(registers).items())
    }
    in_order = sorted(range(len(received)), key=lambda place: received[place][1])
    numbers = {place: next(fresh[registers[place]]) for place in in_order}
    return [(year, numbers[place]) for place, (_, year) in enumerate(registers)]


def _numbers(session: Session, office: str, year: int, count: int) -> Iterator[int]:
    last = next_serials(session, register_books.SERIES + office, date(year, 1, 1), count)
    return iter(range(last - count + 1, last + 1))
