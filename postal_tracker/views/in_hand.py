"""To whom a parcel goes that a courier carries: a name and an address, no more than he needs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import literal_column, or_
from sqlmodel import Session, col, select

from adapters.event import Milestone, Source
from postal_tracker.access import Caller
from postal_tracker.core.journey import Direction
from postal_tracker.core.text import folded
from postal_tracker.storage.tables import (
    HandoverLine,
    HandoverTaking,
    LedgerEntry,
    Parcel,
    Recipient,
)
from postal_tracker.views.parcels import address_of, citizens_of, find_parcel

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


@dataclass(frozen=True, slots=True)
class Carried:
    """A parcel in somebody's hands."""

    tracking_number: str
    direction: Direction
    milestone: Milestone
    goes_to: Addressee | None
    """None for an office or authority: the label names it."""


MOST_CARRIED = 100
LOOKED_BACK = timedelta(days=7)
"""What was taken longer ago is still shown to whoever scans it."""


def carried(session: Session, *, by: Caller, now: datetime) -> list[Carried]:
    """Return what is in the caller's hands by his scans and lists of these days, newest first.

    One more than `MOST_CARRIED` if there are more.
    """
    query = select(Parcel).where(
        by.scope.covers(Parcel),
        col(Parcel.id).in_(_touched(session, by.label, now - LOOKED_BACK)),
        col(Parcel.open),
        col(Parcel.milestone).in_(IN_HAND),
    )
    newest = session.exec(query.order_by(col(Parcel.milestone_at).desc(), col(Parcel.id).desc()))
    held = held_by(session, by.label, newest.all())[: MOST_CARRIED + 1]
    people = _people(session, held)
    return [
        Carried(p.tracking_number, Direction(p.direction), Milestone(p.milestone), people.get(p.id))
        for p in held
    ]


def by_street(parcels: Iterable[Carried]) -> list[Carried]:
    """Return them as one walks: offices, then by ward, by street, by house."""
    return sorted(parcels, key=_on_the_way)


def _on_the_way(one: Carried) -> tuple[str, str, int, str]:
    if one.goes_to is None:
        return "", "", 0, one.direction
    house, _, ward = folded(one.goes_to.address).partition(",")
    street = " ".join(word for word in house.split() if word.isalpha() and word not in _NO_NAMES)
    number = re.search(r"\d{1,6}", house)
    return ward.strip() or " ", street, int(number[0]) if number else 0, house


_NO_NAMES = frozenset({"so", "nha", "duong", "pho"})


def addressee(session: Session, number: str, *, by: Caller) -> Addressee | None:
    """Return to whom a parcel in the caller's hands goes; None if it is in no or other hands.

    In hand is what he was the last courier to scan, and what stands on a signed list that he took
    as long as no courier has scanned it; within his reach. Raises NotFound.
    """
    parcel = find_parcel(session, number, scope=by.scope)
    if not parcel.open or parcel.milestone not in IN_HAND:
        return None
    return _people(session, held_by(session, by.label, [parcel])).get(parcel.id)


def _touched(session: Session, label: str, since: datetime) -> set[int]:
    """Return the ids of parcels that a courier told of, or took with a list."""
    told = select(LedgerEntry.parcel_id).where(
        LedgerEntry.by == label,
        LedgerEntry.source == literal_column(f"'{Source.COURIER}'"),  # so that its index is taken
        col(LedgerEntry.dossier_id).is_(None),
        LedgerEntry.happened_at >= since,
    )
    taken = (
        select(HandoverLine.parcel_id)
        .join(HandoverTaking, col(HandoverTaking.handover_id) == col(HandoverLine.handover_id))
        .where(HandoverTaking.by == label, HandoverTaking.at >= since)
    )
    return {id_ for query in (told, taken) for id_ in session.exec(query) if id_}


def held_by(session: Session, label: str, parcels: Sequence[Parcel]) -> list[Parcel]:
    """Return those that are in somebody's hands: by the last scan, else by who took their list."""
    ids = [parcel.id for parcel in parcels]
    holders = _took_their_lists(session, ids) | _scanned_last(session, ids)
    return [parcel for parcel in parcels if holders.get(parcel.id) == label]


def _scanned_last(session: Session, parcel_ids: Sequence[int]) -> dict[int, str]:
    """Return which courier told of each last, by what has not been struck out."""
    told = or_(col(LedgerEntry.source) == Source.COURIER, col(LedgerEntry.strikes_id).is_not(None))
    query = select(
        LedgerEntry.parcel_id, LedgerEntry.id, LedgerEntry.by, LedgerEntry.strikes_id
    ).where(  # its index
        col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id).in_(parcel_ids), told
    )
    oldest = query.order_by(col(LedgerEntry.happened_at), col(LedgerEntry.id))
    rows = session.exec(oldest).all() if parcel_ids else []
    struck = {strikes for _, _, _, strikes in rows}
    kept = ((p, by) for p, id_, by, strikes in rows if not strikes and id_ not in struck)
    return {parcel: by for parcel, by in kept if parcel}


def _took_their_lists(session: Session, parcel_ids: Sequence[int]) -> dict[int, str]:
    query = (
        select(HandoverLine.parcel_id, HandoverTaking.by)
        .join(HandoverTaking, col(HandoverTaking.handover_id) == col(HandoverLine.handover_id))
        .where(col(HandoverLine.parcel_id).in_(parcel_ids))
    )
    return dict(session.exec(query).all()) if parcel_ids else {}


def _people(session: Session, parcels: Sequence[Parcel]) -> dict[int, Addressee]:
    """Return to whom each goes: whoever was chosen, else the citizen, if it goes to one."""
    if not parcels:
        return {}
    ids = [parcel.id for parcel in parcels]
    chosen = session.exec(select(Recipient).where(col(Recipient.parcel_id).in_(ids)))
    homeward = [p.id for p in parcels if p.direction == Direction.TO_CITIZEN]
    citizens = citizens_of(session, homeward).items() if homeward else ()
    found = {id_: Addressee(one.name, address_of(one)) for id_, one in citizens}
    return found | {one.parcel_id: Addressee(one.name, one.address) for one in chosen}
