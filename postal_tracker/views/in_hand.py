"""To whom a parcel goes that a courier carries: a name and an address, no more than he needs."""

from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from adapters.event import Milestone, Source
from postal_tracker.access import Caller
from postal_tracker.core.journey import Direction
from postal_tracker.storage.tables import (
    HandoverLine,
    HandoverTaking,
    LedgerEntry,
    Parcel,
    Recipient,
)
from postal_tracker.views.parcels import address_of, citizen_of, find_parcel

IN_HAND = frozenset(
    {
        Milestone.HANDED_OVER,
        *(Milestone.ACCEPTED, Milestone.IN_TRANSIT, Milestone.OUT_FOR_DELIVERY),
        *(Milestone.DELIVERY_FAILED, Milestone.RETURNING),
    }
)
"""While somebody carries it; else it lies at a post office, or has arrived."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a courier looks for."""

    name: str = field(repr=False)
    address: str = field(repr=False)


def addressee(session: Session, number: str, *, by: Caller) -> Addressee | None:
    """Return to whom a parcel in the caller's hands goes; None if it is in no or other hands.

    In hand is what he was the last courier to scan, and what stands on a signed list that he took
    as long as no courier has scanned it; within his reach. Raises NotFound.
    """
    parcel = find_parcel(session, number, scope=by.scope)
    if not parcel.open or parcel.milestone not in IN_HAND:
        return None
    holder = _scanned_last(session, parcel.id) or _took_its_list(session, parcel.id)
    return _found(session, parcel) if holder == by.label else None


def _scanned_last(session: Session, parcel_id: int) -> str:
    """Return which courier told of a parcel last, by what has not been struck out."""
    query = select(
        LedgerEntry.id, LedgerEntry.by, LedgerEntry.source, LedgerEntry.strikes_id
    ).where(col(LedgerEntry.dossier_id).is_(None), LedgerEntry.parcel_id == parcel_id)  # its index
    newest = query.order_by(col(LedgerEntry.happened_at).desc(), col(LedgerEntry.id).desc())
    rows = session.exec(newest).all()
    struck = {strikes for _, _, _, strikes in rows}
    return next(
        (by for id_, by, source, _ in rows if source == Source.COURIER and id_ not in struck), ""
    )


def _took_its_list(session: Session, parcel_id: int) -> str:
    query = (
        select(HandoverTaking.by)
        .join(HandoverLine, col(HandoverLine.handover_id) == col(HandoverTaking.handover_id))
        .where(HandoverLine.parcel_id == parcel_id)
    )
    return session.exec(query).first() or ""


def _found(session: Session, parcel: Parcel) -> Addressee | None:
    if chosen := session.get(Recipient, parcel.id):
        return Addressee(chosen.name, chosen.address)
    if parcel.direction != Direction.TO_CITIZEN:
        return None
    citizen = citizen_of(session, parcel.id)
    return Addressee(citizen.name, address_of(citizen)) if citizen else None
