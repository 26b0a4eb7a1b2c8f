"""Which carriers' webhooks fail us: scans that were found only by polling."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    case,
    exists,
    func,
    not_,
    select,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from adapters.event import Source
from postal_tracker.access import Scope
from postal_tracker.core.dates import midnight
from postal_tracker.core.journey import FINAL_MILESTONES
from postal_tracker.reports.pages import Report, bounds_of
from postal_tracker.storage.tables import Echo, LedgerEntry, Parcel


@dataclass(frozen=True, slots=True)
class FoundByPollRow:
    """How we learnt of one carrier's scans in one month."""

    carrier: str
    """Its name for people."""
    scans: int
    """Scans first recorded in the month, what people reported left out."""
    told_first: int
    """By a webhook, the carrier's or a source's, before we found them by asking."""
    told_later: int
    """Found by asking; a webhook told of them afterwards."""
    never_told: int
    """Found by asking; no webhook has told of them yet."""
    never_told_percent: float
    """`never_told` of all `scans`."""


def found_by_poll(
    session: Session, *, scope: Scope, month: date, titles: Mapping[str, str]
) -> Report:
    """Return, by the carrier of the parcels, how we learnt of the scans of a month (any day of it).

    A scan is of the local month in which it was first recorded here. What people reported is left
    out, and a claim and its confirmation are one scan. A past month changes when a webhook tells
    of its scans afterwards. Raises Invalid for a month that no calendar of ours holds.
    """
    start, end = (midnight(day) for day in bounds_of(month))
    rows = session.connection().execute(how_learnt(session.connection(), start, end, scope=scope))
    return Report(FoundByPollRow, [_row(row, titles) for row in rows])


_ASKED = Source.POLL.value
_HOOKS = (Source.SIGNED.value, Source.SHARED_TOKEN.value, Source.UNSIGNED.value)

_SCAN = aliased(LedgerEntry)
_EARLIER = aliased(LedgerEntry)


def how_learnt(connection: Connection, start: datetime, end: datetime, *, scope: Scope) -> Any:
    """Return the query that counts, by carrier, how we learnt of what was recorded then."""
    asked, heard = col(_SCAN.source) == _ASKED, col(Echo.entry_id).is_not(None)
    counts = (
        func.count().label("scans"),
        _sum(not_(asked)).label("told_first"),
        _sum(and_(asked, heard)).label("told_later"),
        _sum(and_(asked, not_(heard))).label("never_told"),
    )
    return (
        select(col(Parcel.carrier), *counts)
        .join_from(_SCAN, Parcel, col(Parcel.id) == col(_SCAN.parcel_id))
        .join(Echo, col(Echo.entry_id) == col(_SCAN.id), isouter=True)
        .where(
            *_recorded_between(connection, start, end),
            scope.covers(Parcel),
            # Not "is null": for that PostgreSQL reads the whole index of scans, of all the years.
            func.coalesce(col(_SCAN.dossier_id), 0) == 0,
            col(_SCAN.source).in_([_ASKED, *_HOOKS]),
            not_(_is_told_twice()),
        )
        .group_by(col(Parcel.carrier))
        .order_by(col(Parcel.carrier))
    )


def _sum(test: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((test, 1), else_=0))


def _is_told_twice() -> ColumnElement[bool]:
    """Whether it is the confirmation of a claim, or a claim of what was found before."""
    same = (
        col(_EARLIER.dossier_id).is_(None),
        col(_EARLIER.parcel_id) == col(_SCAN.parcel_id),
        col(_EARLIER.what) == col(_SCAN.what),
        col(_EARLIER.happened_at) == col(_SCAN.happened_at),
        col(_EARLIER.claimed) != col(_SCAN.claimed),
        col(_EARLIER.source).in_([_ASKED, *_HOOKS]),
        col(_EARLIER.id) < col(_SCAN.id),
    )
    final = col(_SCAN.what).in_([milestone.value for milestone in FINAL_MILESTONES])
    return and_(final, exists().where(*same))


def _row(row: Row[Any], titles: Mapping[str, str]) -> FoundByPollRow:
    return FoundByPollRow(
        carrier=titles.get(row.carrier, row.carrier),
        scans=row.scans,
        told_first=row.told_first,
        told_later=row.told_later,
        never_told=row.never_told,
        never_told_percent=round(100 * row.never_told / row.scans, 1),
    )


# Where a month stands in the ledger. No index holds when entries were recorded, but they are
# numbered as they are: a place is found by halving, in some twenty looks, and nothing else is read.

_OUT_OF_ORDER = timedelta(days=1)
"""Services on several machines number what they record together; their clocks differ a little."""


def _recorded_between(
    connection: Connection, start: datetime, end: datetime
) -> tuple[ColumnElement[bool], ...]:
    return (
        col(_SCAN.id) >= _first_id(connection, start - _OUT_OF_ORDER),
        col(_SCAN.id) < _first_id(connection, end + _OUT_OF_ORDER),
        col(_SCAN.recorded_at) >= start,
        col(_SCAN.recorded_at) < end,
    )


def _first_id(connection: Connection, at: datetime) -> int:
    """Return from which number on entries were recorded at a moment or later."""
    id_ = col(LedgerEntry.id)
    entries = select(id_, col(LedgerEntry.recorded_at)).order_by(id_).limit(1)
    low, high = 0, (connection.execute(select(func.max(id_))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = connection.execute(entries.where(id_ >= middle)).first()
        if found is None or found.recorded_at >= at:
            high = middle
        else:
            low = found.id + 1
    return low
