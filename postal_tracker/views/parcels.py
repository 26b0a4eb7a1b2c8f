"""A parcel, with everything that its carrier and we have said of it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access import Scope
from postal_tracker.core.journey import Direction, Flag
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import (
    Applicant,
    Dossier,
    Enclosure,
    Handover,
    HandoverLine,
    Parcel,
)
from postal_tracker.views.history import ParcelEvent, events


@dataclass(frozen=True, slots=True)
class ParcelView:
    """One parcel, with every scan of it."""

    tracking_number: str
    carrier: str
    direction: Direction
    milestone: Milestone
    place: str
    milestone_at: datetime | None
    """When its last scan happened."""
    open: bool
    flags: list[Flag]
    dossiers: list[str]
    handover: str | None
    """The number of the handover list that it is on."""
    created_at: datetime
    next_check_at: datetime | None
    events: list[ParcelEvent]
    numbers_left: int | None = None
    """How many allotted numbers are left, once they are running out."""


def find_parcel(session: Session, number: str, *, scope: Scope) -> Parcel:
    """Return the parcel of a number: the open one, else the latest. Raises NotFound."""
    return _found(session, number, scope.covers(Parcel))


def _found(session: Session, number: str, within_reach: ColumnElement[bool]) -> Parcel:
    query = (
        select(Parcel)
        .where(col(Parcel.tracking_number) == number, within_reach)
        .order_by(col(Parcel.open).desc(), col(Parcel.id).desc())
    )
    found = session.scalars(query.limit(1)).first()
    if found is None:
        raise no_such("parcel")
    return found


def parcel(
    session: Session, number: str, *, scope: Scope, numbers_left: int | None = None
) -> ParcelView:
    """Return a parcel with everything its carrier and we have said of it. Raises NotFound."""
    row = _found(session, number, scope.covers_parcel_or_its_dossiers())
    return ParcelView(
        tracking_number=row.tracking_number,
        carrier=row.carrier,
        direction=Direction(row.direction),
        milestone=Milestone(row.milestone),
        place=row.place,
        milestone_at=row.milestone_at,
        open=row.open,
        flags=[Flag(flag) for flag in row.flags] + _doubts(session, row),
        dossiers=dossier_codes(session, [row.id], scope=scope)[row.id],
        handover=_list_of(session, row.id, scope),
        created_at=row.created_at,
        next_check_at=row.next_check_at,
        events=events(session, row.id),
        numbers_left=numbers_left,
    )


def citizen_of(session: Session, parcel_id: int) -> Applicant | None:
    """Return whose papers a parcel has in it: of several the first one's."""
    return citizens_of(session, [parcel_id]).get(parcel_id)


def citizens_of(session: Session, parcel_ids: Collection[int]) -> Mapping[int, Applicant]:
    """Return the same of several parcels."""
    query = (
        select(col(Enclosure.parcel_id), Applicant)
        .join(Applicant, col(Applicant.dossier_id) == col(Enclosure.dossier_id))
        .where(col(Enclosure.parcel_id).in_(list(parcel_ids)))
        .order_by(col(Applicant.dossier_id).desc())
    )
    return dict(session.execute(query).all())  # of each, the last one told stays


def address_of(applicant: Applicant) -> str:
    """Return the whole address that a citizen gave, on one line."""
    return ", ".join(filter(None, (applicant.address, applicant.ward, applicant.province)))


def _doubts(session: Session, row: Parcel) -> list[Flag]:
    """Whether a parcel goes to a citizen without a result, or though it was to be collected."""
    if not row.open or row.direction != Direction.TO_CITIZEN:
        return []
    query = (
        select(col(Dossier.result_ready_at), col(Dossier.return_by_post))
        .join(Enclosure, col(Enclosure.dossier_id) == col(Dossier.id))
        .where(col(Enclosure.parcel_id) == row.id)
    )
    inside = session.execute(query).all()
    if any(ready_at is None for ready_at, _ in inside):
        return [Flag.NO_RESULT_YET]
    return [] if all(by_post for _, by_post in inside) else [Flag.TO_BE_COLLECTED]


def dossier_codes(
    session: Session, parcel_ids: Collection[int], *, scope: Scope
) -> Mapping[int, list[str]]:
    """Return the codes of the dossiers in each parcel, of those within reach."""
    inside: dict[int, list[str]] = defaultdict(list)
    query = (
        select(col(Enclosure.parcel_id), col(Dossier.code))
        .join(Dossier, col(Dossier.id) == col(Enclosure.dossier_id))
        .where(col(Enclosure.parcel_id).in_(list(parcel_ids)), scope.covers(Dossier))
        .order_by(col(Dossier.code))
    )
    for parcel_id, code in session.connection().execute(query):
        inside[parcel_id].append(code)
    return inside


def _list_of(session: Session, parcel_id: int, scope: Scope) -> str | None:
    return session.scalars(
        select(col(Handover.number))
        .join(HandoverLine, col(HandoverLine.handover_id) == col(Handover.id))
        .where(col(HandoverLine.parcel_id) == parcel_id, scope.covers(Handover))
    ).first()
