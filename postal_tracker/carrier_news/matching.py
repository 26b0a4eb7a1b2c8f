"""Which parcel news is of, within what its teller may tell of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from adapters.event import CarrierEvent
from postal_tracker.bulk import among
from postal_tracker.tables import Parcel


@dataclass(frozen=True, slots=True)
class Known:
    id: int
    carrier: str


class Parcels:
    """The parcel of each number: the open one, else the latest (numbers come back)."""

    def __init__(self, rows: Iterable[Any] = ()) -> None:
        self._found: dict[tuple[str, str], Known] = {}
        for row in rows:  # in order: the last one of a number stays
            found = Known(row.id, row.carrier)
            self._found[row.tracking_number, row.carrier] = found
            self._found[row.tracking_number, ""] = found

    def find(self, bound: str, numbers: Iterable[str]) -> Known | None:
        """Return the parcel of the first of these numbers that has one.

        `bound` is the only carrier of whose parcels the teller may speak; empty: of any.
        """
        return next((f for n in numbers if (f := self._found.get((n, bound)))), None)

    def find_within(self, bounds: Iterable[str], numbers: Sequence[str]) -> Known | None:
        """Return the parcel that the first of these bounds allows for."""
        return next((f for bound in bounds if (f := self.find(bound, numbers))), None)


def numbers_of(event: CarrierEvent) -> tuple[str, ...]:
    """Return by which numbers an event may know its parcel: the carrier's first, then ours."""
    both = (event.tracking_number, event.reference)
    return both if event.reference else both[:1]


def parcels(connection: Connection, numbers: Iterable[str]) -> Parcels:
    """Return the parcels that have these numbers."""
    wanted = sorted(set(numbers))
    return Parcels(connection.execute(_MATCH, {"numbers": wanted}) if wanted else ())


_MATCH = (
    select(col(Parcel.tracking_number), col(Parcel.open), col(Parcel.id), col(Parcel.carrier))
    .where(among(col(Parcel.tracking_number), "numbers"))
    .order_by(col(Parcel.open), col(Parcel.id))
)
