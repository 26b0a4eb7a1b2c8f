"""Dossiers that were given back in a month, with their whole way: of many, an even part.

Only of a dossier that has come back is all of its way known, and nothing changes it afterwards but
a strike-out. Its way is the fold of its history: what a page of that dossier shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker import ledger
from postal_tracker.access import Scope
from postal_tracker.core.journey import Fact, Holder, Ride, custody, rides
from postal_tracker.reports.held import Span, held_for, stops_of
from postal_tracker.reports.period import Period
from postal_tracker.storage.tables import Dossier

MOST_FOLLOWED = 1_000
"""Of more, every second, third … is followed: then "half of them" may mean 47 to 53 in 100."""

LIES = timedelta(days=92)
"""What lay longer than that after it was settled is not looked for: the index goes by that day."""

_AT_ONCE = 20
"""So few that each parcel is looked up, not all of them read through."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way of one dossier, in days (24 hours each)."""

    dossier: int
    office_id: int
    authority_id: int
    received_at: datetime
    given_at: datetime
    days: Mapping[Holder, float]
    """Who had it how long. While something was asked of the citizen, the citizen."""
    rides: Sequence[Ride]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """How many were given back in a month, and the ways of those that were followed."""

    dossiers: int
    ways: Sequence[Way]

    @property
    def is_part(self) -> bool:
        return len(self.ways) < self.dossiers


def given_back(session: Session, period: Period, *, scope: Scope) -> GivenBack:
    """Follow what reached its citizen in a period; what was withdrawn or refused, too."""
    connection = session.connection()
    wanted = (
        ~col(Dossier.open),
        *(col(Dossier.since) >= period.since, col(Dossier.since) < period.until),
        *(col(Dossier.settled_at) >= period.since - LIES, col(Dossier.settled_at) < period.until),
        scope.covers(Dossier, leads=False),
    )
    found = sorted(connection.scalars(select(col(Dossier.id)).where(*wanted)))
    followed = found[:: ceil(len(found) / MOST_FOLLOWED) or 1]
    parts = (followed[n : n + _AT_ONCE] for n in range(0, len(followed), _AT_ONCE))
    ways = [way for ids in parts for way in _ways(connection, ids)]
    return GivenBack(len(found), ways)


def _ways(connection: Any, ids: Sequence[int]) -> Iterator[Way]:
    histories = ledger.histories(connection, ids)
    rows = connection.execute(_DOSSIER.where(col(Dossier.id).in_(ids))).all()
    stops = stops_of(connection, {row.id: row.settled_at for row in rows})
    for row in sorted(rows, key=lambda row: row.id):
        history = histories[row.id]
        yield Way(
            *(row.id, row.office_id, row.authority_id, row.received_at, row.since),
            _days(history, row, stops.get(row.id, [])),
            rides(history),
        )


_DOSSIER = select(
    col(Dossier.id),
    *(col(Dossier.office_id), col(Dossier.authority_id)),
    *(col(Dossier.received_at), col(Dossier.since), col(Dossier.settled_at)),
)


def _days(history: Sequence[Fact], row: Any, stops: Sequence[Span]) -> dict[Holder, float]:
    """Return how long each had it, from its receipt until it was given back."""
    held, waiting = held_for(custody(history), stops, row.since)
    spent = {holder: held[holder] / _DAY for holder in Holder}
    spent[Holder.CITIZEN] += waiting / _DAY
    return spent
