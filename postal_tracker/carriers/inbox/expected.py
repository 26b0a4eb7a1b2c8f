"""On which day carriers expect to deliver parcels, kept with each: the latest telling stands."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from adapters.event import CarrierEvent
from postal_tracker.core.working_days import local_day
from postal_tracker.storage.bulk import ChangedRows, among
from postal_tracker.storage.tables import Parcel

_FURTHEST = timedelta(days=366)
"""A day further away than this, to either side, is a slip of the carrier's."""


class _Telling(NamedTuple):
    """What was told of a parcel, in its columns' words."""

    expected_on: date
    expected_told_at: datetime


def keep_expected(
    connection: Connection, told: Iterable[tuple[int, CarrierEvent]], now: datetime
) -> None:
    """Keep the days that come with events of these parcels, by id, in the order of their coming.

    Of two tellings that one stands which came with the newer scan, so that a message which was held
    up changes nothing. Who tells no day takes none back.
    """
    latest = _latest(told, now)
    if not latest:
        return
    kept = connection.execute(_KEPT, {"ids": sorted(latest)})
    changed = {row.id: latest[row.id]._asdict() for row in kept if _is_newer(latest[row.id], row)}
    _EXPECTED.store(connection, changed)


def _latest(told: Iterable[tuple[int, CarrierEvent]], now: datetime) -> dict[int, _Telling]:
    latest: dict[int, _Telling] = {}
    today = local_day(now)
    for parcel_id, event in told:
        if event.expected_on is None or abs(event.expected_on - today) > _FURTHEST:
            continue
        # A clock that is fast shuts nobody out for longer than until it is right.
        at = min(event.happened_at, now)
        earlier = latest.get(parcel_id)
        if earlier is None or earlier.expected_told_at <= at:
            latest[parcel_id] = _Telling(event.expected_on, at)
    return latest


def _is_newer(told: _Telling, kept: Any) -> bool:
    at: datetime | None = kept.expected_told_at
    return at is None or (told.expected_told_at >= at and told != (kept.expected_on, at))


# Who holds one of them tells something of it too. Waiting for them could end in a deadlock.
_KEPT = (
    select(col(Parcel.id), col(Parcel.expected_on), col(Parcel.expected_told_at))
    .where(among(col(Parcel.id), "ids"))
    .order_by(col(Parcel.id))
    .with_for_update(skip_locked=True)
)

_EXPECTED = ChangedRows(Parcel, *_Telling._fields)
