"""What is known of parcels before: how long they took, and whether promises about them were kept.

Read are some of the last weeks, of each carrier and direction: of a large record as many.
"""

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.core.eta import (
    Case,
    Forecaster,
    Kind,
    Outcome,
    Record,
    leg,
    record_of,
    season_of,
)
from postal_tracker.core.journey import Direction
from postal_tracker.core.working_days import VIETNAM, Calendar, local_day
from postal_tracker.storage.tables import Parcel

_ENOUGH, _SPREAD = 500, 45
"""Parcels of one carrier and direction, and over how many days they are to be spread at least."""

_WINDOW = timedelta(days=150)
_LAST_TET = (timedelta(days=410), timedelta(days=300))
_AFTER_TET = timedelta(days=30)
_DAYS_TO_COME = 7
"""What is looked at was taken within these days, as a rule."""

_A_DAY = timedelta(days=1)

SINCE: Any = func.coalesce(col(Parcel.handed_over_at), col(Parcel.first_scan_at))
"""Since when the post has a parcel: its courier signed for it, or nobody did and it was scanned.

What is signed for is the post's, though the desk strikes the handing over out later.
"""


def learn(
    session: Session, carriers: Sequence[str], calendar: Calendar, now: datetime
) -> Forecaster:
    """Return what is known today of these carriers' parcels."""
    today = local_day(now)
    cases: list[Case] = []
    records: dict[tuple[str, str], Record] = {}
    season = cache(lambda day: season_of(calendar, day))
    spans = [(today - _WINDOW, today), *_tets(today, season)]
    for carrier in carriers:
        for direction in Direction:
            for span in spans:
                rows = _rows(session, carrier, direction.value, span)
                cases += (case for row in rows if (case := _case(row, calendar, today, season)))
                if span is spans[0]:
                    outcomes = _outcomes(rows, today)
                    records[carrier, direction.value] = record_of(outcomes)
    forecaster = Forecaster(calendar, today, cases, records)
    for kind in {case.kind for case in cases}:
        for n in range(_DAYS_TO_COME):  # worked out here, not while others wait to write
            forecaster.promise(kind, today - n * _A_DAY, 0)
    return forecaster


def _tets(today: date, season: Any) -> Iterator[tuple[date, date]]:
    """Yield from when to when it was Tết last year, if that tells of any parcel now."""
    if not any(season(today - n * _A_DAY) for n in range(_AFTER_TET.days)):
        return
    first, last = (today - ago for ago in _LAST_TET)
    days = [first + n * _A_DAY for n in range((last - first).days)]
    if tet := [day for day in days if season(day)]:
        yield tet[0], tet[-1]


def _rows(session: Session, carrier: str, direction: str, span: tuple[date, date]) -> Sequence[Any]:
    """Return parcels of a time that the post has had, the newest first; of many a sample."""
    first, last = (datetime.combine(day, time(), VIETNAM) for day in span)
    made = col(Parcel.created_at)
    theirs = (
        *(col(Parcel.carrier) == carrier, col(Parcel.direction) == direction),
        *(made.between(first, last + _A_DAY), SINCE.is_not(None)),
    )
    newest = select(made).where(*theirs).order_by(made.desc()).offset(_ENOUGH).limit(1)
    since = session.connection().scalar(newest)
    days = (last + _A_DAY - since) / _A_DAY if since else _SPREAD
    query = _PAST.where(*theirs).order_by(made.desc()).limit(3 * _ENOUGH)
    if days < _SPREAD:
        query = query.where(col(Parcel.id) % math.ceil(_SPREAD / max(days, 0.1)) == 0)
    return session.connection().execute(query).all()


_PAST = select(
    *(col(Parcel.carrier), col(Parcel.direction), col(Parcel.authority_id)),
    *(SINCE.label("since"), col(Parcel.open), col(Parcel.milestone), col(Parcel.milestone_at)),
    *(col(Parcel.promised_from), col(Parcel.promised_to), col(Parcel.promise_told)),
)


def kind_of(parcel: Any) -> Kind:
    """Return what a parcel is like: to citizens no authority is the other end."""
    is_theirs = parcel.direction == Direction.TO_CITIZEN
    return Kind(parcel.carrier, parcel.direction, 0 if is_theirs else parcel.authority_id or 0)


def _case(row: Any, calendar: Calendar, today: date, season: Any) -> Case | None:
    """Return the case of a parcel; None where only its arrival was told, and no way before it."""
    taken_on, arrived_on = local_day(row.since), _arrived_on(row)
    if row.milestone_at and row.milestone_at <= row.since and not row.open:
        return None
    seen_until = today if row.open else local_day(row.milestone_at)
    return leg(calendar, kind_of(row), taken_on, arrived_on, seen_until, season=season(taken_on))


def _arrived_on(row: Any) -> date | None:
    if row.open or row.milestone != Milestone.DELIVERED:
        return None
    return local_day(row.milestone_at)


def _outcomes(rows: Sequence[Any], today: date) -> list[Outcome]:
    """Return what became of promises that are settled, in the order in which they were."""
    settled = []
    for row in rows:
        if not row.promised_to:
            continue
        arrived_on = _arrived_on(row)
        if arrived_on is None and row.promised_to >= today:
            continue
        missed_on = row.promised_to + _A_DAY
        kept = bool(arrived_on and row.promised_from <= arrived_on <= row.promised_to)
        outcome = Outcome(kept, row.promise_told)
        settled.append((min(arrived_on or missed_on, missed_on), outcome))
    return [outcome for _, outcome in sorted(settled, key=lambda one: one[0])]
