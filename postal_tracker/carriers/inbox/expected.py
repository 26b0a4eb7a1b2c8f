"""On which day carriers expect to deliver parcels, kept with each: the latest telling stands."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

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
    """Keep the days that come with events of parcels, these by id, in the order of their coming.

    Of two tellings that one stands which came with the newer scan, so that a message which was held
    up changes nothing. Who tells no day takes none back.
    """
    latest: dict[int, _Telling] = {}
    for parcel_id, event in told:
        telling = _telling(event, now)
        if telling and _is_newer(telling, latest.get(parcel_id)):
            latest[parcel_id] = telling
    if latest:
        _store(connection, latest)


def _telling(event: CarrierEvent, now: datetime) -> _Telling | None:
    """Return what an event tells of the day on which its parcel is expected, if that can be."""
    day = event.expected_on
    if day is None or abs(day - local_day(now)) > _FURTHEST:
        return None
    # A clock that is fast shuts nobody out for longer than until it is right.
    return _Telling(day, min(event.happened_at, now))


def _is_newer(told: _Telling, before: _Telling | None) -> bool:
    return before is None or before.expected_told_at <= told.expected_told_at


def _store(connection: Connection, latest: Mapping[int, _Telling]) -> None:
    changed = {}
    for id_, day, at in connection.execute(_KEPT, {"ids": sorted(latest)}):
        kept = _Telling(day, at) if day and at else None
        if _is_newer(latest[id_], kept) and latest[id_] != kept:
            changed[id_] = latest[id_]._asdict()
    _EXPECTED.store(connection, changed)


# Who holds one of them tells something of it too. Waiting for them could end in a deadlock.
_KEPT = (
    select(col(Parcel.id), col(Parcel.expected_on), col(Parcel.expected_told_at))
    .where(among(col(Parcel.id), "ids"))
    .order_by(col(Parcel.id))
    .with_for_update(key_share=True, skip_locked=True)
)

_EXPECTED = ChangedRows(Parcel, *_Telling._fields)
