"""Which parcel news is of, within what its teller may tell of."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from adapters.event import CarrierEvent
from postal_tracker.access import Scope
from postal_tracker.storage.bulk import among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Parcel

_KNOWN_LATE = timedelta(days=60)
"""A parcel may be on its way before it is known here, but not for so long."""


@dataclass(frozen=True, slots=True)
class MatchedParcel:
    id: int
    created_at: datetime
    office_id: int

    def is_younger_than(self, event: CarrierEvent) -> bool:
        """Whether an event is of an earlier parcel that bore the same number."""
        return event.happened_at < self.created_at - _KNOWN_LATE


class Parcels:
    """The parcel of each number: the open one, else the latest (numbers come back)."""

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self._found: dict[tuple[str, str], MatchedParcel] = {}
        for row in rows:  # in order: the last one of a number stays
            found = MatchedParcel(row.id, row.created_at, row.office_id)
            self._found[row.tracking_number, row.carrier] = found
            self._found[row.tracking_number, ""] = found

    def find(self, scope: Scope, numbers: Iterable[str]) -> MatchedParcel | None:
        """Return the parcel of the first of these numbers that has one.

        `scope` is how far the teller reaches: of another carrier's or office's he may not speak.
        """
        for number in numbers:
            found = self._found.get((number, scope.carrier))
            if found and scope.holds(found.office_id):
                return found
        return None


def numbers_of(event: CarrierEvent) -> tuple[str, ...]:
    """Return by which numbers an event may know its parcel: the carrier's first, then ours."""
    both = (event.tracking_number, event.reference)
    return both if event.reference else both[:1]


def parcels_by_number(connection: Connection, numbers: Iterable[str]) -> Parcels:
    """Return the parcels that have these numbers."""
    wanted = sorted(set(numbers))
    return Parcels(_MATCH.all(connection, {"numbers": wanted}) if wanted else ())


_MATCH = Prepared(
    select(
        col(Parcel.tracking_number),
        col(Parcel.open),
        col(Parcel.id),
        col(Parcel.carrier),
        col(Parcel.created_at),
        col(Parcel.office_id),
    )
    .where(among(col(Parcel.tracking_number), "numbers"))
    .order_by(col(Parcel.open), col(Parcel.id))
)
