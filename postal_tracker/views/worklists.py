"""What waits for somebody at the desk: parcels to hand over, lists to sign, numbers running out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, select, union_all
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access import Scope
from postal_tracker.core.dates import midnight
from postal_tracker.core.journey import Direction
from postal_tracker.ledger import numbers
from postal_tracker.storage.tables import ApiKey, Handover, HandoverLine, Parcel, StaffMember
from postal_tracker.views.counting import Count, counted
from postal_tracker.views.dossiers import MOST_LISTED
from postal_tracker.views.keyset import behind, moment, number, place_of
from postal_tracker.views.parcels import dossier_codes

MOST_WAITING = 200
"""Parcels that are shown to be put on lists; the oldest come first, the others after them."""


@dataclass(frozen=True, slots=True)
class WaitingParcel:
    """A sealed parcel that stands on no list yet."""

    tracking_number: str
    carrier: str
    direction: str
    created_at: datetime
    dossiers: Sequence[str]


def parcels_to_hand_over(
    session: Session, *, scope: Scope
) -> tuple[dict[str, list[WaitingParcel]], bool]:
    """Return what can go on a list, by carrier, oldest first; and whether there are others.

    A parcel that comes to us is handed over at another desk than ours.
    """
    query = select(
        *(col(Parcel.id), col(Parcel.tracking_number), col(Parcel.carrier)),
        *(col(Parcel.direction), col(Parcel.created_at)),
    )
    wanted = _on_no_list(query).where(scope.covers(Parcel))
    oldest = wanted.order_by(col(Parcel.milestone_at), col(Parcel.id)).limit(MOST_WAITING + 1)
    found = session.connection().execute(oldest).all()
    rows = found[:MOST_WAITING]
    inside = dossier_codes(session, [row.id for row in rows], scope=scope)
    waiting: dict[str, list[WaitingParcel]] = {}
    for row in rows:
        waiting.setdefault(row.carrier, []).append(
            WaitingParcel(
                row.tracking_number, row.carrier, row.direction, row.created_at, inside[row.id]
            )
        )
    return waiting, len(found) > MOST_WAITING


def count_to_hand_over(session: Session, *, scope: Scope, most: int) -> Count:
    """Count the parcels that can go on a list."""
    query = _on_no_list(select(col(Parcel.id))).where(scope.covers(Parcel))
    return counted(session, query, most=most)


def _on_no_list(query: Any) -> Any:
    return query.join(
        HandoverLine, col(HandoverLine.parcel_id) == col(Parcel.id), isouter=True
    ).where(
        col(Parcel.open),
        col(Parcel.milestone) == Milestone.ANNOUNCED.value,
        col(Parcel.direction) != Direction.TO_CENTRE.value,
        col(HandoverLine.parcel_id).is_(None),
    )


@dataclass(frozen=True, slots=True)
class HandoverSummaryView:
    """A handover list in short."""

    number: str
    carrier: str
    created_at: datetime
    signed_at: datetime | None
    signed_by: str
    parcels: int


_LINES = select(func.count()).where(col(HandoverLine.handover_id) == col(Handover.id))
_ON_IT = func.coalesce(func.json_array_length(col(Handover.brought)), _LINES.scalar_subquery())

_SHORT: Any = select(
    col(Handover.number),
    col(Handover.carrier),
    col(Handover.created_at),
    col(Handover.signed_at),
    col(Handover.signed_by),
    _ON_IT.label("parcels"),
)
"""What a HandoverSummaryView holds."""


def lists(session: Session, *, scope: Scope, since: datetime) -> list[HandoverSummaryView]:
    """Return the lists made since a moment, and older ones that nobody has signed; newest first."""
    id_ = col(Handover.id)
    is_old = case((col(Handover.created_at) < since, 1), else_=0) == 1  # by no index: most are
    shown = union_all(
        select(id_).where(col(Handover.created_at) >= since),
        select(id_).where(col(Handover.signed_at).is_(None), is_old),
    ).subquery()
    rows = session.connection().execute(
        _SHORT.join(shown, id_ == shown.c.id)
        .where(scope.covers(Handover))
        .order_by((id_ + 0).desc())
        .limit(MOST_LISTED)
    )
    return [HandoverSummaryView(*row) for row in rows]


def lists_of_days(
    session: Session,
    days: tuple[date, date],
    *,
    scope: Scope,
    signed: bool | None = None,
    limit: int = MOST_LISTED,
    cursor: str | None = None,
) -> tuple[list[HandoverSummaryView], str | None]:
    """Return a page of the lists made on these days, newest first, and the cursor of the next.

    Raises Invalid (the cursor).
    """
    order = (col(Handover.created_at), col(Handover.id))
    rest = behind(order, cursor, moment, number, is_down=True)
    made = _made_on(days, signed)
    query = _SHORT.add_columns(order[1]).where(scope.covers(Handover), *made, *rest)
    newest = query.order_by(*(column.desc() for column in order)).limit(limit + 1)
    rows = session.connection().execute(newest).all()
    shown = rows[:limit]
    further = place_of(shown[-1], "created_at", "id") if len(rows) > limit else None
    return [HandoverSummaryView(*row[:-1]) for row in shown], further


def count_of_days(
    session: Session, days: tuple[date, date], *, scope: Scope, signed: bool | None = None
) -> Count:
    """Count the lists made on these days, to a thousand."""
    made = [scope.covers(Handover), *_made_on(days, signed)]
    return counted(session, select(col(Handover.id)).where(*made))


def _made_on(days: tuple[date, date], signed: bool | None) -> list[ColumnElement[bool]]:
    made, signed_at = col(Handover.created_at), col(Handover.signed_at)
    wanted = [made >= midnight(days[0]), made < midnight(days[1] + timedelta(days=1))]
    if signed is not None:
        wanted.append(signed_at.is_not(None) if signed else signed_at.is_(None))
    return wanted


def numbers_running_out(session: Session, carriers: Iterable[str]) -> dict[str, int]:
    """Return how many allotted numbers are left, of those carriers whose numbers run out."""
    left = numbers.running_out(session)
    return {name: left[name] for name in carriers if name in left}


def latest_carrier(session: Session, *, scope: Scope) -> str:
    """Return who carries the newest parcel: most likely the next one too."""
    query = select(col(Parcel.carrier)).where(scope.covers(Parcel)).order_by(col(Parcel.id).desc())
    return session.scalars(query.limit(1)).first() or ""


def names_of(session: Session, labels: Collection[str | None]) -> Mapping[str, str]:
    """Return what people call those who stand behind these labels (`staff:3`, `key:AB12CD34`)."""
    names: dict[str, str] = {}
    tables: tuple[tuple[str, Any], ...] = (("staff", StaffMember), ("key", ApiKey))
    for kind, table in tables:
        ids = [label.partition(":")[2] for label in labels if label and label.startswith(kind)]
        query = select(table.id, table.name).where(cast(table.id, String).in_(ids))
        names |= {f"{kind}:{id_}": name for id_, name in session.connection().execute(query)}
    return names
