"""A handover list, with the fate of each parcel on it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.access import Caller, Scope
from postal_tracker.core.journey import Direction
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import Handover, HandoverLine, HandoverTaking, Office, Parcel
from postal_tracker.views.in_hand import LOOKED_BACK
from postal_tracker.views.parcels import dossier_codes
from postal_tracker.views.worklists import names_of

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
    """A list that a courier signs for, or that he brings, with the fate of each parcel."""

    number: str
    state: Literal["open", "signed"]
    """`signed` once what is on it has passed into other hands."""
    way: Literal["out", "back"]
    """`out` to a courier, `back` from him to the desk."""
    carrier: str
    office: str
    created_at: datetime
    counted_at: datetime | None
    """When a courier counted it on his telephone."""
    counted_by: str | None
    """His name."""
    given_by: str | None
    """The name of who gave what is on it."""
    signed_at: datetime | None
    signed_by: str | None
    left_behind: list[str]
    """What was not there when it was counted: it stays with who gives."""
    record: str
    """SHA-256 of what both sign: number, who counted when, what passes, what is left."""
    parcels: list[HandoverParcel]
    """What stands on it; once it is signed, what a courier did not take is off."""

    @property
    def passing(self) -> int:
        """How many pass, or have passed."""
        return sum(one.tracking_number not in self.left_behind for one in self.parcels)


def handover(session: Session, number: str, *, scope: Scope) -> HandoverView:
    """Return a list with each parcel's fate; of a courier's, without what is inside.

    Raises NotFound.
    """
    query = select(Handover).where(col(Handover.number) == number, scope.covers_list())
    row = session.scalars(query).first()
    if row is None:
        raise no_such("handover")
    parcels = on_list(session, row)
    inside = dossier_codes(session, [p.id for p in parcels], scope=scope)
    taking = session.get(HandoverTaking, row.id)
    giver = row.confirmed_by if row.brought is None else row.created_by
    names = names_of(session, [giver, taking.by if taking else None])
    return HandoverView(
        number=row.number,
        state="signed" if row.signed_at else "open",
        way="out" if row.brought is None else "back",
        carrier=row.carrier,
        office=session.get_one(Office, row.office_id).code,
        created_at=row.created_at,
        counted_at=taking.at if taking else None,
        counted_by=names.get(taking.by, taking.by) if taking else None,
        given_by=names.get(giver, giver) if giver else None,
        signed_at=row.signed_at,
        signed_by=row.signed_by or None,
        left_behind=row.left or [],
        record=record_of(session, row),
        parcels=[
            HandoverParcel(
                position=position,
                tracking_number=p.tracking_number,
                direction=Direction(p.direction),
                milestone=Milestone(p.milestone),
                accepted=p.milestone not in _NOT_YET_ACCEPTED,
                dossiers=inside[p.id],
            )
            for position, p in enumerate(parcels, start=1)
        ],
    )


@dataclass(frozen=True, slots=True)
class ListView:
    """A courier's list in short."""

    number: str
    signed_at: datetime | None


def lists_of(session: Session, *, by: Caller, now: datetime) -> list[ListView]:
    """Return what a courier took or brought in these days, newest first."""
    since = now - LOOKED_BACK
    query = (
        select(col(Handover.number), col(Handover.signed_at))
        .join(HandoverTaking, col(HandoverTaking.handover_id) == col(Handover.id))
        .where(
            col(HandoverTaking.by) == by.label,
            col(HandoverTaking.at) >= since,
            by.scope.covers_list(),
        )
        .order_by(col(HandoverTaking.at).desc())
    )
    return [ListView(*row) for row in session.execute(query.limit(_MOST_LISTS))]


_MOST_LISTS = 50


def on_list(session: Session, handover: Handover) -> Sequence[Parcel]:
    """Return the parcels of a list that was found, in its order."""
    if handover.brought is None:
        lines = select(Parcel).join(HandoverLine, col(HandoverLine.parcel_id) == col(Parcel.id))
        mine = lines.where(col(HandoverLine.handover_id) == handover.id)
        return session.scalars(mine.order_by(col(HandoverLine.position))).all()
    made = col(Parcel.created_at) <= handover.created_at  # numbers come back
    query = select(Parcel).where(col(Parcel.tracking_number).in_(handover.brought), made)
    newest = {p.tracking_number: p for p in session.scalars(query.order_by(col(Parcel.id)))}
    return [newest[number] for number in handover.brought if number in newest]


def numbers_of(session: Session, handover: Handover) -> list[str]:
    """Return the numbers on a list, in its order."""
    return [parcel.tracking_number for parcel in on_list(session, handover)]


def record_of(session: Session, handover: Handover) -> str:
    """Return the hash of what both sign, so that each sees whether the other saw the same."""
    taking, left = session.get(HandoverTaking, handover.id), handover.left or []
    passes = [number for number in numbers_of(session, handover) if number not in left]
    counted = [taking.by, taking.at.astimezone(UTC).isoformat()] if taking else []
    told = json.dumps([handover.number, counted, passes, left])
    return sha256(told.encode()).hexdigest()
