"""Where a parcel was in nobody's hands, as far as the record knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from urllib.parse import quote

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.journey import Act
from postal_tracker.reports.inspection import suspects
from postal_tracker.reports.inspection.hours import Hours
from postal_tracker.reports.inspection.recorded import Asked, of_desks
from postal_tracker.reports.pages import Report, behind, fetch, number
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import Enclosure, LedgerEntry, Office, Parcel
from postal_tracker.views import worklists

GapKind = Literal[
    "never_handed_over",
    "not_accepted",
    "accepted_late",
    "accepted_after_delivery",
    "arrival_untold",
]
"""Sealed and on no signed list; signed for and unknown to the carrier; known to him only after the
hours of the rule; accepted by him after its delivery; on our desk without his delivery."""

KINDS: tuple[GapKind, ...] = get_args(GapKind)


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap: where it begins, and until when."""

    kind: GapKind
    tracking_number: str
    carrier: str
    """Its name for people."""
    office: str
    name: str
    """Which account recorded the act with which it begins."""
    begins_at: datetime
    ends_at: datetime | None
    """When somebody is known to have it again; None: nobody until now."""
    hours: int
    """Whole hours between the two, or until now."""
    dossiers: str
    """Where the parcel is shown, with what is in it and all that happened to it."""


def gaps(
    session: Session,
    asked: Asked,
    *,
    scope: Scope,
    after: timedelta,
    titles: Mapping[str, str],
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return gaps in custody that begin with an act of a desk in the period, oldest first.

    `after`: for how many hours nobody need say that he has it.
    """
    hours, now = after / timedelta(hours=1), asked.period.now
    connection, period = session.connection(), asked.period
    found = {
        "waiting": suspects.waiting(connection),
        "signed": suspects.signed(connection, period, hours),
        "arrived": suspects.arrived(connection, period),
    }
    query = _told(_begun(asked, scope), hours, now).params(found)
    first = query.selected_columns["first"]
    rest = behind([first], cursor, number)
    page = fetch(session, query.where(*rest).order_by(first), limit)
    is_all = not page.more and not cursor  # then they are counted already, and it is dear
    count = views.Count(len(page.rows)) if is_all else views.counted(session, query)
    names = worklists.names_of(session, {row.by for row in page.rows})
    rows = [_row(row, names.get(row.by, row.by), titles, now) for row in page.rows]
    return Report(GapRow, rows, page.cursor("first"), count)


def _begun(asked: Asked, scope: Scope) -> Any:
    """Return the sealings, signatures and arrivals at a desk with which gaps may begin.

    One of each for a parcel, looked up by what it is about, for which there are indexes.
    """
    entry, what = LedgerEntry, col(LedgerEntry.what)
    query = of_desks(
        asked,
        scope,
        *(col(entry.parcel_id), what, func.min(entry.id).label("first")),
        *(func.min(entry.happened_at).label("at"), func.min(entry.by).label("by")),
        func.min(Office.code).label("office"),
    ).group_by(col(entry.parcel_id), what)
    rides = and_(
        *(col(Enclosure.dossier_id) == col(entry.dossier_id), col(Enclosure.open)),
        col(Enclosure.parcel_id) == col(entry.parcel_id),
    )
    of_parcel = query.where(col(entry.dossier_id).is_(None), ~_struck(entry))
    return union_all(
        query.join(Enclosure, rides).where(
            what == Act.SEALED.value, among(col(Enclosure.parcel_id), "waiting")
        ),
        *(
            of_parcel.where(what == told.value, among(col(entry.parcel_id), name))
            for told, name in ((Milestone.HANDED_OVER, "signed"), (Milestone.DELIVERED, "arrived"))
        ),
    ).subquery()


def _told(begun: Any, hours: float, now: datetime) -> Any:
    c = begun.c
    heard, accepted = col(Parcel.first_scan_at), col(Parcel.accepted_at)
    turned = and_(heard < accepted, _delivered_at(c.parcel_id) < accepted)
    long_ago = c.at <= now - timedelta(hours=hours)
    signed, kinds = c.what == Milestone.HANDED_OVER.value, range(len(KINDS))
    kind = case(
        (and_(c.what == Act.SEALED.value, long_ago), kinds[0]),
        (and_(signed, heard.is_(None), long_ago), kinds[1]),
        (and_(signed, turned), kinds[3]),
        (and_(signed, Hours(c.at, heard) > hours), kinds[2]),
        (and_(c.what == Milestone.DELIVERED.value, ~_told_by_carrier(c.parcel_id)), kinds[4]),
    )
    ends = case((signed, heard), (c.what == Milestone.DELIVERED.value, c.at))
    return (
        select(c.first, c.at, c.by, c.office, kind.label("kind"), ends.label("ends"))
        .add_columns(col(Parcel.tracking_number), col(Parcel.carrier))
        .join_from(begun, Parcel, col(Parcel.id) == c.parcel_id)
        .where(kind.is_not(None))
    )


_SCAN: Any = aliased(LedgerEntry)
_STRIKE: Any = aliased(LedgerEntry)


def _struck(entry: Any) -> ColumnElement[bool]:
    """Return whether an entry of a parcel was taken back."""
    return exists(literal(1)).where(
        _STRIKE.parcel_id == entry.parcel_id,
        *(_STRIKE.dossier_id.is_(None), _STRIKE.what == Act.STRUCK_OUT.value),
        _STRIKE.strikes_id == entry.id,
    )


def _deliveries(parcel: Any) -> list[ColumnElement[bool]]:
    delivered = _SCAN.what == Milestone.DELIVERED.value
    return [_SCAN.parcel_id == parcel, _SCAN.dossier_id.is_(None), delivered, ~_struck(_SCAN)]


def _delivered_at(parcel: Any) -> Any:
    """Return when a parcel was first told to be delivered."""
    return select(func.min(_SCAN.happened_at)).where(*_deliveries(parcel)).scalar_subquery()


def _told_by_carrier(parcel: Any) -> ColumnElement[bool]:
    """Return whether anybody but a desk told of its delivery."""
    return exists(literal(1)).where(*_deliveries(parcel), _SCAN.source != "staff")


def _row(row: Row[Any], name: str, titles: Mapping[str, str], now: datetime) -> GapRow:
    until = row.ends or now
    return GapRow(
        kind=KINDS[row.kind],
        tracking_number=row.tracking_number,
        carrier=titles.get(row.carrier, row.carrier),
        office=row.office,
        name=name,
        begins_at=row.at,
        ends_at=row.ends,
        hours=max(0, int((until - row.at) / timedelta(hours=1))),
        dossiers=f"/api/v1/parcels/{quote(row.tracking_number, safe='')}",
    )
