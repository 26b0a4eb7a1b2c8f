"""Parcels to follow up: not delivered, waiting, going back, only said to be there."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, union_all
from sqlmodel import Session, col

from adapters.event import Milestone, Reason
from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.journey import FINAL_MILESTONES, Direction
from postal_tracker.reports.pages import Report, behind, fetch, moment, number
from postal_tracker.storage.tables import LedgerEntry, Parcel

FOLLOW_UPS: Mapping[str, Collection[Milestone]] = {
    "failed-delivery": {Milestone.DELIVERY_FAILED},
    "to-collect": {Milestone.AWAITING_COLLECTION},
    "returning": {Milestone.RETURNING},
    "claimed": FINAL_MILESTONES,  # of an open parcel: a delivery that is proven closes it
    "trouble": {Milestone.EXCEPTION},
}
"""Each list by its name, and the last scan of the open parcels on it."""


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """One open parcel that does not go on by itself."""

    tracking_number: str
    carrier: str
    """Its name for people."""
    direction: Direction
    dossiers: Sequence[str]
    milestone: Milestone
    reason: Reason | None
    """What its carrier gave as the reason, if anything."""
    place: str
    last_news_at: datetime
    """When its last scan happened."""
    hours: int
    """Whole hours since then."""
    attempts: int
    """How often it could not be delivered so far."""


def follow_ups(
    session: Session,
    kind: str,
    *,
    scope: Scope,
    now: datetime,
    titles: Mapping[str, str],
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return the open parcels of one list of FOLLOW_UPS, the one that stands longest first."""
    order = (col(Parcel.milestone_at), col(Parcel.id))
    rest = behind(order, cursor, moment, number)
    wanted = [scope.covers(Parcel), *rest]
    page = fetch(session, _longest_first(kind, wanted, order, max(1, limit) + 1), limit)
    ids = [row.id for row in page.rows]
    inside, told = views.dossier_codes(session, ids, scope=scope), _told(session, ids)
    items = [
        FollowUpRow(
            tracking_number=row.tracking_number,
            carrier=titles.get(row.carrier, row.carrier),
            direction=Direction(row.direction),
            dossiers=inside[row.id],
            milestone=Milestone(row.milestone),
            reason=told[row.id].reasons.get((row.milestone, row.milestone_at)),
            place=row.place,
            last_news_at=row.milestone_at,
            hours=int((now - row.milestone_at) / timedelta(hours=1)),
            attempts=len(told[row.id].failures),
        )
        for row in page.rows
    ]
    count = views.counted(session, parcels_on(kind, scope))
    return Report(FollowUpRow, items, page.cursor("milestone_at", "id"), count)


def _longest_first(kind: str, wanted: Sequence[Any], order: Sequence[Any], limit: int) -> Any:
    """Return the query for what one list holds, each milestone read in the order of its index.

    For several at once PostgreSQL would go through all that is open, in that order.
    """
    by_milestone = (
        select(*_PARCEL)
        .where(col(Parcel.open), col(Parcel.milestone) == milestone.value, *wanted)
        .order_by(*order)
        .limit(limit)
        .subquery()
        for milestone in sorted(FOLLOW_UPS[kind])
    )
    first = union_all(*(select(part) for part in by_milestone)).subquery()
    return select(first).order_by(*(first.c[column.name] for column in order))


def follow_up_counts(session: Session, *, scope: Scope, most: int) -> dict[str, views.Count]:
    """Count the parcels on each list, by its name, up to `most`."""
    return views.counted_each(session, {k: parcels_on(k, scope) for k in FOLLOW_UPS}, most=most)


_PARCEL: Sequence[Any] = (
    col(Parcel.id),
    col(Parcel.tracking_number),
    col(Parcel.carrier),
    col(Parcel.direction),
    col(Parcel.milestone),
    col(Parcel.place),
    col(Parcel.milestone_at),
)


def parcels_on(kind: str, scope: Scope) -> Any:
    """Return the query for the ids of the parcels on one list."""
    milestones = [milestone.value for milestone in FOLLOW_UPS[kind]]
    on_it = (col(Parcel.open), col(Parcel.milestone).in_(milestones), scope.covers(Parcel))
    return select(col(Parcel.id)).where(*on_it)


@dataclass(slots=True)
class _Told:
    """What the scans of one parcel say beside the last milestone."""

    failures: set[datetime] = field(default_factory=set)
    """When; two tellers of one failure are one."""
    reasons: dict[tuple[str, datetime], Reason] = field(default_factory=dict)


def _told(session: Session, parcels: Sequence[int]) -> Mapping[int, _Told]:
    """Return it for each parcel, without what was struck out."""
    told: dict[int, _Told] = defaultdict(_Told)
    rows = session.connection().execute(_SCANS, {"parcels": parcels}).all()
    struck = {row.strikes_id for row in rows}
    for row in rows:
        if row.id in struck:
            continue
        if row.what == Milestone.DELIVERY_FAILED:
            told[row.parcel_id].failures.add(row.happened_at)
        if row.reason:
            told[row.parcel_id].reasons[row.what, row.happened_at] = Reason(row.reason)
    return told


_SCANS = select(
    col(LedgerEntry.id),
    col(LedgerEntry.parcel_id),
    col(LedgerEntry.what),
    col(LedgerEntry.happened_at),
    col(LedgerEntry.reason),
    col(LedgerEntry.strikes_id),
).where(
    col(LedgerEntry.parcel_id).in_(bindparam("parcels", expanding=True)),
    col(LedgerEntry.dossier_id).is_(None),
)
