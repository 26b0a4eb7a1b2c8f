"""Pages of a report: keyset pagination by a cursor, and where months end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session

from postal_tracker.core.working_days import YEARS
from postal_tracker.forms import field_invalid
from postal_tracker.views import Count
from postal_tracker.views.keyset import behind, moment, number, place_of, read_cursor

__all__ = [
    "MOST_LISTED",
    "Fetched",
    "Report",
    "behind",
    "bounds_of",
    "each_page",
    "fetch",
    "moment",
    "number",
    "part_of",
    "read_cursor",
]

MOST_LISTED = 1000
"""Rows on one page of a report; a larger limit is cut to it."""


@dataclass(frozen=True, slots=True)
class Report:
    """A page of a report: rows of one kind, and what leads to the next ones."""

    of: type
    items: Sequence[Any]
    next_cursor: str | None = None
    counted: Count | None = None
    """How many rows there are on all pages; None: there is one page, and they are on it."""

    @property
    def count(self) -> Count:
        return self.counted or Count(len(self.items))


@dataclass(frozen=True, slots=True)
class Fetched:
    """The rows of one page, and whether there are more."""

    rows: Sequence[Any]
    more: bool

    def cursor(self, *names: str) -> str | None:
        """Return the last row's place in the order of these columns, if more rows follow."""
        if not self.more:
            return None
        return place_of(self.rows[-1], *names)


def fetch(session: Session, query: Any, limit: int) -> Fetched:
    most = max(1, min(limit, MOST_LISTED))
    rows = session.connection().execute(query.limit(most + 1)).all()
    return Fetched(rows[:most], len(rows) > most)


def part_of(
    rows: Sequence[Any], limit: int, cursor: str | None
) -> tuple[Sequence[Any], str | None]:
    """Return a page of rows that are all at hand, and the cursor of the next. Raises Invalid."""
    start = read_cursor(cursor, number)[0] if cursor else 0
    end = start + max(1, min(limit, MOST_LISTED))
    return rows[start:end], str(end) if rows[end:] else None


def bounds_of(month: date) -> tuple[date, date]:
    """Return the first day of a month (any day of it) and of the next.

    Raises Invalid for a month that no calendar of ours holds.
    """
    if month.year not in YEARS:
        raise field_invalid("month", "Không có tháng này.", "There is no such month.")
    first = month.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def each_page(page_at: Callable[[str | None], Report], *, most: int) -> Iterator[Report]:
    """Give the pages of a report one after the other, up to `most` rows, for a file."""
    page = page_at(None)
    left = most
    yield page
    while page.next_cursor and (left := left - len(page.items)) > 0:
        page = page_at(page.next_cursor)
        yield replace(page, items=page.items[:left])
