"""Telling a carrier of parcels to come, so that it knows them when the postman brings them.

Done in rounds, not at the desk: a parcel is sealed whether its carrier can be reached or not.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import httpx
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from adapters.carrier import Announcement, Carrier, Contact, Unreachable
from adapters.event import Milestone
from postal_tracker.carriers.exchange import Exchange
from postal_tracker.carriers.next_checks import plan
from postal_tracker.carriers.polling import ANSWER_WITHIN, RateLimit
from postal_tracker.core.clocks import Timing
from postal_tracker.core.journey import Direction
from postal_tracker.storage.tables import (
    Applicant,
    Authority,
    Enclosure,
    Office,
    Parcel,
    Recipient,
    table_of,
)

log = logging.getLogger(__name__)

MOST = 50
"""Parcels in one round."""

FAILURES_IN_A_ROW = 3
"""Announcements that fail one after the other before the carrier is left alone for this round."""


async def announce(
    exchange: Exchange,
    client: httpx.AsyncClient,
    carrier_name: str,
    *,
    rate: RateLimit | None = None,
    most: int = MOST,
) -> int:
    """Tell a carrier, or a source, of parcels to come that it was not told of, at most so many.

    Returns how many it took; the others stay to be told of. A round that dies half-way tells some
    twice, which is harmless.
    """
    carriers = exchange.carriers.announced_at(carrier_name)
    query = partial(_unannounced, carriers=carriers, most=most)
    parcels = await exchange.database.read(query, slow=True)
    carrier = exchange.carriers.find(carrier_name)
    rate = rate or RateLimit(exchange.carriers.rate_per_second(carrier_name))
    told: list[int] = []
    failures = 0
    for id_, parcel in parcels:
        await rate.turn()
        if await _tell(carrier, client, parcel):
            told.append(id_)
            failures = 0
        else:
            failures += 1
        if failures == FAILURES_IN_A_ROW:
            break
    if told:
        noted = partial(_note_told, ids=told, now=exchange.now(), timing=exchange.timing)
        await exchange.database.write(noted)
    return len(told)


async def _tell(carrier: Carrier, client: httpx.AsyncClient, parcel: Announcement) -> bool:
    where = {"carrier": carrier.name, "parcel": parcel.tracking_number}
    try:
        async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
            await carrier.announce(client, parcel)
    except (Unreachable, TimeoutError) as fault:
        log.warning("an announcement failed", extra={**where, "why": str(fault)})
        return False
    except Exception:
        log.exception("an adapter failed", extra=where)
        return False
    return True


def _unannounced(
    session: Session, carriers: Collection[str], most: int
) -> list[tuple[int, Announcement]]:
    """Return parcels that the carrier has neither heard of nor seen.

    In any order, so that those which it never takes do not stand before all others for ever.
    """
    query = (
        select(table_of(Parcel), func.count().label("dossiers"))
        .join(Enclosure, (col(Enclosure.parcel_id) == col(Parcel.id)) & col(Enclosure.open))
        .where(
            col(Parcel.open),
            col(Parcel.milestone).in_([Milestone.ANNOUNCED, Milestone.HANDED_OVER]),
            col(Parcel.carrier).in_(sorted(carriers)),
            col(Parcel.announced_at).is_(None),
        )
        .group_by(col(Parcel.id))
        .order_by(func.random())
        .limit(most)
    )
    rows = session.connection().execute(query).all()
    return [(row.id, _announcement(session, row)) for row in rows]


def _announcement(session: Session, parcel: Any) -> Announcement:
    office = session.get_one(Office, parcel.office_id)
    authority = session.get(Authority, parcel.authority_id) if parcel.authority_id else None
    here, there = _contact(office), _contact(authority or office)
    if parcel.direction == Direction.TO_CENTRE:
        here, there = there, here
    elif parcel.direction == Direction.TO_CITIZEN:
        there = _citizen(session, parcel.id)
    if parcel.to_office_id:
        there = _contact(session.get_one(Office, parcel.to_office_id))
    there = _chosen(session, parcel.id) or there
    return Announcement(
        parcel.tracking_number, _place(here), _place(there), parcel.dossiers, here, there
    )


def _place(contact: Contact) -> str:
    """Return a place that names nobody: an office's address, of a citizen ward and province."""
    town = ", ".join(filter(None, (contact.ward, contact.province)))
    return (town or (contact.address if contact.is_office else ""))[:200]


def _contact(where: Office | Authority) -> Contact:
    return Contact(where.name_vi, where.phone, where.address or where.name_vi, is_office=True)


def _chosen(session: Session, parcel_id: int) -> Contact | None:
    chosen = session.get(Recipient, parcel_id)
    return Contact(chosen.name, chosen.phone, chosen.address) if chosen else None


def _citizen(session: Session, parcel_id: int) -> Contact:
    query = (
        select(Applicant)
        .join(Enclosure, col(Enclosure.dossier_id) == col(Applicant.dossier_id))
        .where(col(Enclosure.parcel_id) == parcel_id)
        .order_by(col(Applicant.dossier_id))
    )
    them = session.scalars(query).first()
    if them is None:
        return Contact()
    return Contact(them.name, them.phone, them.address, them.ward, them.province)


def _note_told(session: Session, *, ids: Sequence[int], now: datetime, timing: Timing) -> None:
    """Note when the carrier was told; from now on it can be asked."""
    told = update(Parcel).where(col(Parcel.id).in_(ids))
    session.connection().execute(told.values(announced_at=now))
    plan(session, ids, now=now, timing=timing)
