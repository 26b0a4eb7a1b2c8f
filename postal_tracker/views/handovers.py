"""A handover list, with the fate of each parcel on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access import Scope
from postal_tracker.core.journey import Direction
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import Handover, HandoverLine, Office, Parcel
from postal_tracker.views.parcels import dossier_codes

_NOT_YET_ACCEPTED = (Milestone.ANNOUNCED, Milestone.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class HandoverParcel:
    """One parcel of a list."""

    position: int
    """Its line on the list, from 1."""
    tracking_number: str
    direction: Direction
    milestone: Milestone
    accepted: bool
    """Whether the carrier itself has said anything of it."""
    dossiers: list[str]


@dataclass(frozen=True, slots=True)
class HandoverView:
    """The list that a courier signs for, with the fate of each parcel."""

    number: str
    state: Literal["open", "signed"]
    """`signed` once the courier has taken what is on it."""
    carrier: str
    office: str
    created_at: datetime
    signed_at: datetime | None
    signed_by: str | None
    parcels: list[HandoverParcel]


def handover(session: Session, number: str, *, scope: Scope) -> HandoverView:
    """Return a list with each parcel's fate. Raises NotFound."""
    row = session.scalars(
        select(Handover).where(col(Handover.number) == number, scope.covers(Handover))
    ).first()
    if row is None:
        raise no_such("handover")
    parcels = session.execute(
        select(col(HandoverLine.position), Parcel)
        .join(Parcel, col(Parcel.id) == col(HandoverLine.parcel_id))
        .where(col(HandoverLine.handover_id) == row.id)
        .order_by(col(HandoverLine.position))
    ).all()
    inside = dossier_codes(session, [p.id for _, p in parcels], scope=scope)
    return HandoverView(
        number=row.number,
        state="signed" if row.signed_at else "open",
        carrier=row.carrier,
        office=session.get_one(Office, row.office_id).code,
        created_at=row.created_at,
        signed_at=row.signed_at,
        signed_by=row.signed_by or None,
        parcels=[
            HandoverParcel(
                position=position,
                tracking_number=p.tracking_number,
                direction=Direction(p.direction),
                milestone=Milestone(p.milestone),
                accepted=p.milestone not in _NOT_YET_ACCEPTED,
                dossiers=inside[p.id],
            )
            for position, p in parcels
        ],
    )
