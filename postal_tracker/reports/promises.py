"""Whether parcels came when we said they would: the measured coverage of a month's promises."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access import EVERYTHING, Scope
from postal_tracker.core.journey import Direction
from postal_tracker.ledger.tallies.local_days import LocalDay
from postal_tracker.reports.pages import Report, bounds_of
from postal_tracker.storage.tables import Parcel


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """How one carrier's parcels of one direction came, of those with an expected day in a month."""

    carrier: str
    """Its name for people."""
    direction: Direction
    promises: int
    """Parcels that were expected by a day of the month, that day being over or they being there."""
    kept: int
    """Those that came within the expected days: 80 in 100 should."""
    early: int
    """Those that came on a day before them."""
    late: int
    """Those that came after them."""
    not_arrived: int
    """Those that should have come and have not."""
    kept_percent: float
    """`kept` of all `promises`."""


def promises(
    session: Session, *, scope: Scope, month: date, titles: Mapping[str, str], today: date
) -> Report:
    """Return, by carrier and direction, whether promises of a month (any day of it) were kept.

    A promise is of the month in which its last expected day lies; told ones count alone. Raises
    Invalid for a month that no calendar of ours holds.
    """
    first, next_ = bounds_of(month)
    counts = {name: func.count(case((when, 1))) for name, when in _BECAME.items()}
    query = (
        select(
            *(col(Parcel.carrier), col(Parcel.direction), func.count().label("promises")),
            *(count.label(name) for name, count in counts.items()),
        )
        .where(
            *(col(Parcel.promised_to).is_not(None), col(Parcel.promise_told)),
            *(col(Parcel.promised_to) >= first, col(Parcel.promised_to) < next_),
            or_(_ARRIVED, col(Parcel.promised_to) < today),
            scope.covers(Parcel),
        )
        .group_by(col(Parcel.carrier), col(Parcel.direction))
        .order_by(col(Parcel.carrier), col(Parcel.direction))
    )
    rows = session.connection().execute(query)
    return Report(PromiseRow, [_row(row, titles) for row in rows])


def kept_in_ten(session: Session, *, month: date, today: date) -> int | None:
    """Return how many of ten promises of a month were kept, all offices together, for all to read.

    None where they were too few to say.
    """
    rows = promises(session, scope=EVERYTHING, month=month, titles={}, today=today).items
    promised = sum(row.promises for row in rows)
    return round(10 * sum(row.kept for row in rows) / promised) if promised >= _LEAST else None


_LEAST = 30
_ARRIVED = and_(not_(col(Parcel.open)), col(Parcel.milestone) == Milestone.DELIVERED.value)
_ON = LocalDay(col(Parcel.milestone_at))

_BECAME = {
    "kept": and_(_ARRIVED, col(Parcel.promised_from) <= _ON, col(Parcel.promised_to) >= _ON),
    "early": and_(_ARRIVED, col(Parcel.promised_from) > _ON),
    "late": and_(_ARRIVED, col(Parcel.promised_to) < _ON),
    "not_arrived": not_(_ARRIVED),
}


def _row(row: Any, titles: Mapping[str, str]) -> PromiseRow:
    return PromiseRow(
        titles.get(row.carrier, row.carrier),
        Direction(row.direction),
        *(row.promises, row.kept, row.early, row.late, row.not_arrived),
        round(100 * row.kept / row.promises, 1),
    )
