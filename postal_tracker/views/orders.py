"""In which order a list of dossiers is read: each order walks along one index of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col

from postal_tracker.core.dates import midnight
from postal_tracker.forms import field_invalid
from postal_tracker.storage.estimates import OfMany
from postal_tracker.storage.tables import Dossier
from postal_tracker.views.keyset import behind, moment, number, place_of


class Sort(StrEnum):
    """What comes first in a list of dossiers."""

    NEWEST = "newest"
    OLDEST = "oldest"
    DUE = "due"
    """What is due first, of those that still have no result."""


LONGEST = timedelta(days=366)
"""Of the days of receipt that a list is narrowed to."""

WALKED: Any = aliased(Dossier, name="walked")
"""Dossiers along an index; what else is asked of each is looked up by its id. Else SQLite would
take another index for that, and sort all that it gives."""


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day on which what a list shows was received; None: any."""

    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return bool(self.first or self.last)

    def bounds(self) -> list[ColumnElement[bool]]:
        """Return the condition for what was received then. Raises Invalid (too long, reversed)."""
        first, last = self._both()
        if not timedelta() <= last - first < LONGEST:
            raise field_invalid(
                "to",
                f"Ngày cuối phải từ ngày đầu trở đi và không quá {LONGEST.days} ngày.",
                f"The last day is not before the first, and at most {LONGEST.days} days later.",
            )
        received = WALKED.received_at
        return [received >= midnight(first), received < midnight(last + timedelta(days=1))]

    def _both(self) -> tuple[date, date]:
        """Return both: of one alone, the longest time that begins or ends with it."""
        span = LONGEST - timedelta(days=1)
        first = self.first or (self.last or date.max) - span
        return first, self.last or first + span


ANY_DAY = Days()


@dataclass(frozen=True, slots=True)
class Walk:
    """Along which columns, within which bounds, up or down."""

    names: Sequence[str]
    kinds: Sequence[Any]
    bounds: Sequence[ColumnElement[bool]]
    is_down: bool

    def order(self, table: Any) -> list[Any]:
        columns = [col(getattr(table, name)) for name in self.names]
        return [column.desc() if self.is_down else column for column in columns]

    def behind(self, table: Any, cursor: str | None) -> list[ColumnElement[bool]]:
        """Return the condition for what comes after a cursor on this way. Raises Invalid."""
        columns = [getattr(table, name) for name in self.names]
        return behind(columns, cursor, *self.kinds, is_down=self.is_down)

    def place_of(self, row: Any) -> str:
        return place_of(row, *self.names)


def walk_of(sort: Sort, days: Days, *, back: bool) -> Walk:
    """Return the way of a list; `back`: the same way in the other direction. Raises Invalid."""
    bounds = days.bounds() if days else []
    is_down = (sort is Sort.NEWEST) != back
    if sort is Sort.DUE:
        owed = [WALKED.open, OfMany(WALKED.settled_at.is_(None))]
        kinds = (date.fromisoformat, number, number)
        return Walk(("due_on", "authority_id", "id"), kinds, [*owed, *bounds], is_down)
    if bounds:
        return Walk(("received_at", "id"), (moment, number), bounds, is_down)
    return Walk(("id",), (number,), [], is_down)
