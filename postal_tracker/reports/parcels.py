"""Parcels without news: signed for but not accepted, or silent for too long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import literal_column, select, union_all
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.journey import Direction
from postal_tracker.reports.pages import Report, behind, fetch, moment, number
from postal_tracker.storage.tables import Handover, HandoverLine, Parcel
from postal_tracker.views import MOST_COUNTED, Count, counted


@dataclass(frozen=True, slots=True)
class UnacceptedRow:
    """One parcel that a courier signed for and his carrier does not know of."""

    handover: str
    tracking_number: str
    carrier: str
    """Its name for people."""
    direction: Direction
    dossiers: Sequence[str]
    signed_at: datetime
    signed_by: str
    hours: int
    """Whole hours since the signature."""


@dataclass(frozen=True, slots=True)
class SilentRow:
    """One parcel that has left our hands and of which nothing has been heard for long."""

    tracking_number: str
    carrier: str
    """Its name for people."""
    direction: Direction
    dossiers: Sequence[str]
    milestone: Milestone
    place: str
    last_news_at: datetime
    """When its last scan happened."""
    hours: int
    """Whole hours since the last news."""
    next_check_at: datetime | None


def unaccepted(
    session: Session,
    *,
    scope: Scope,
    now: datetime,
    after: timedelta,
    titles: Mapping[str, str],
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return parcels whose list was signed `after` ago or longer, and no carrier's word since."""
    order = (col(Parcel.handed_over_at), col(Parcel.id))
    query = _with_its_list(unaccepted_parcels(_OF_LIST, scope, now - after))
    rest = behind(order, cursor, moment, number)
    page = fetch(session, query.where(*rest).order_by(*order), limit)
    inside = views.dossier_codes(session, [row.id for row in page.rows], scope=scope)
    items = [
        UnacceptedRow(
            handover=row.number,
            tracking_number=row.tracking_number,
            carrier=titles.get(row.carrier, row.carrier),
            direction=Direction(row.direction),
            dossiers=inside[row.id],
            signed_at=row.signed_at,
            signed_by=row.signed_by,
            hours=_hours(now - row.signed_at),
        )
        for row in page.rows
    ]
    count = count_unaccepted(session, scope=scope, now=now, after=after)
    return Report(UnacceptedRow, items, page.cursor("handed_over_at", "id"), count)


def _with_its_list(query: Any) -> Any:
    return query.join(HandoverLine, col(HandoverLine.parcel_id) == col(Parcel.id)).join(
        Handover, col(Handover.id) == col(HandoverLine.handover_id)
    )


def count_unaccepted(
    session: Session, *, scope: Scope, now: datetime, after: timedelta, most: int = MOST_COUNTED
) -> Count:
    return counted(session, unaccepted_parcels([col(Parcel.id)], scope, now - after), most=most)


def unaccepted_parcels(columns: Sequence[Any], scope: Scope, signed_until: datetime) -> Any:
    """Return the query for parcels that a courier signed for, as their own index has them."""
    return (
        select(*columns)
        .select_from(Parcel)
        .where(
            col(Parcel.open),
            # Word by word as in the index, or SQLite could not tell that it is its condition.
            _MILESTONE.in_([literal_column(f"'{m}'") for m in _BEFORE_ACCEPTANCE]),
            col(Parcel.handed_over_at) <= signed_until,
            scope.covers(Parcel),
        )
    )


def silent(
    session: Session,
    *,
    scope: Scope,
    now: datetime,
    after: timedelta,
    titles: Mapping[str, str],
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return open parcels out of our hands that are later than their like, oldest news first.

    Later than 95 in 100, where past parcels tell that; else their last news is `after` old or
    older. A delivery that is only claimed is not the end: it waits to be confirmed.
    """
    order = (col(Parcel.milestone_at), col(Parcel.id))
    rest = behind(order, cursor, moment, number)
    by_hours, by_their_like = (half.where(*rest) for half in _silent_halves(scope, now, after))
    first = by_hours.order_by(*order).limit(max(1, limit) + 1)  # its index has them in that order
    query = _of(_PARCEL, select(first.subquery().c.id), by_their_like)
    page = fetch(session, query.order_by(*order), limit)
    inside = views.dossier_codes(session, [row.id for row in page.rows], scope=scope)
    items = [
        SilentRow(
            tracking_number=row.tracking_number,
            carrier=titles.get(row.carrier, row.carrier),
            direction=Direction(row.direction),
            dossiers=inside[row.id],
            milestone=Milestone(row.milestone),
            place=row.place,
            last_news_at=row.milestone_at,
            hours=_hours(now - row.milestone_at),
            next_check_at=row.next_check_at,
        )
        for row in page.rows
    ]
    count = count_silent(session, scope=scope, now=now, after=after)
    return Report(SilentRow, items, page.cursor("milestone_at", "id"), count)


def count_silent(
    session: Session, *, scope: Scope, now: datetime, after: timedelta, most: int = MOST_COUNTED
) -> Count:
    return counted(session, silent_parcels([col(Parcel.id)], scope, now, after), most=most)


def silent_parcels(columns: Sequence[Any], scope: Scope, now: datetime, after: timedelta) -> Any:
    """Return the query for open parcels out of our hands that are silent: each kind by its index.

    Once it is known when a parcel is later than its like, the hours without news do not count.
    """
    return _of(columns, *_silent_halves(scope, now, after))


def _silent_halves(scope: Scope, now: datetime, after: timedelta) -> tuple[Any, Any]:
    """Return which are silent by the hours without news, and which by what their like took."""
    out = select(col(Parcel.id)).where(
        col(Parcel.open), _MILESTONE.in_(_OUT_OF_HAND), scope.covers(Parcel)
    )
    return (
        out.where(col(Parcel.silent_at).is_(None), col(Parcel.milestone_at) <= now - after),
        out.where(col(Parcel.silent_at).is_not(None), col(Parcel.silent_at) <= now),
    )


def _of(columns: Sequence[Any], *found: Any) -> Any:
    """Return the query for parcels found by queries for their numbers.

    Joined, not IN: SQLite would find all of them before it counted the first hundred.
    """
    ids = union_all(*found).subquery()
    return select(*columns).select_from(ids).join(Parcel, col(Parcel.id) == ids.c.id)


_MILESTONE = col(Parcel.milestone).op("||")(literal_column("''"))
"""So worded that SQLite takes the index by last news, in the order of the list, and none by it."""
_BEFORE_ACCEPTANCE = (Milestone.ANNOUNCED.value, Milestone.HANDED_OVER.value)
_OUT_OF_HAND = tuple(m.value for m in Milestone if m is not Milestone.ANNOUNCED)

_PARCEL: Sequence[Any] = (
    col(Parcel.id),
    col(Parcel.tracking_number),
    col(Parcel.carrier),
    col(Parcel.direction),
    col(Parcel.milestone),
    col(Parcel.place),
    col(Parcel.milestone_at),
    col(Parcel.next_check_at),
    col(Parcel.handed_over_at),
)

_OF_LIST = (*_PARCEL, col(Handover.number), col(Handover.signed_at), col(Handover.signed_by))


def _hours(wait: timedelta) -> int:
    return int(wait / timedelta(hours=1))
