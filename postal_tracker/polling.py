"""One round of asking a carrier what became of our parcels.

A round takes the parcels that are due by moving their due time ahead, so that nobody else asks
about them meanwhile; if it dies, that time comes and they are due again. No transaction is open
while the carrier is asked.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from ssl import SSLContext
from typing import Any

import httpx
from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from adapters.carrier import Carrier, Unreachable, Unreadable
from adapters.event import CarrierEvent, Milestone
from postal_tracker import carrier_news
from postal_tracker.house import House
from postal_tracker.tables import Parcel

log = logging.getLogger(__name__)

MOST = 50
"""Parcels in one question."""

ANSWER_WITHIN = timedelta(minutes=2)

LEASE = timedelta(minutes=5)
"""How long parcels are left to the round that took them; longer than it waits for an answer."""

NEXT_TRY = timedelta(minutes=5)
"""After a failure, unless the carrier wishes for more."""

SPREAD = timedelta(hours=1)
"""Over which parcels that failed together come back, each in other company."""

LONGEST_WAIT = timedelta(days=1)


@cache
def _certificates() -> SSLContext:
    """Read once: it takes longer than many a carrier's answer."""
    return httpx.create_ssl_context()


def client() -> httpx.AsyncClient:
    """Return what carriers are spoken with through: patient for seconds, never for minutes."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(20, connect=5),
        verify=_certificates(),
        headers={"User-Agent": "postal-tracker"},
        # A carrier on this machine is a rehearsal's: a proxy would look for it elsewhere.
        mounts={"all://127.0.0.1": None, "all://localhost": None},
    )


# When to ask next

_HOURS: dict[Milestone, float] = {
    # Not with the post yet, or just so: the first scan tells that it has begun, or that it has not.
    Milestone.ANNOUNCED: 1,
    Milestone.HANDED_OVER: 1,
    # Mail goes by van or night train; it passes one office after the other, a few in a day.
    Milestone.ACCEPTED: 4,
    Milestone.IN_TRANSIT: 4,
    Milestone.UNRECOGNISED: 4,
    # The last miles take hours, and somebody waits for the papers.
    Milestone.ARRIVED_AT_DELIVERY_OFFICE: 2,
    Milestone.OUT_FOR_DELIVERY: 1,
    # Now it is for people to act; the post tries again or waits for days.
    Milestone.DELIVERY_FAILED: 4,
    Milestone.AWAITING_COLLECTION: 6,
    Milestone.RETURNING: 6,
    Milestone.EXCEPTION: 12,
    # Somebody says so whom we cannot verify: the parcel is open until its carrier confirms it.
    Milestone.DELIVERED: 1,
    Milestone.RETURNED: 1,
}

_SHARE_OF_SILENCE = 12
"""What has been silent for four days will hardly move in the next hour: ask after a twelfth."""


def next_check(
    milestone: Milestone | None,
    milestone_at: datetime | None,
    *,
    created_at: datetime,
    now: datetime,
    hurry: float = 1.0,
) -> datetime:
    """Return when to ask about an open parcel again.

    After an hour to half a day, as its last milestone lets expect; less and less often the longer
    it has been silent, but once a day as long as it is open. `hurry` divides the waits, for a
    rehearsal whose post lives faster than ours.
    """
    expected = timedelta(hours=_HOURS[milestone or Milestone.ANNOUNCED])
    silence = now - (milestone_at or created_at)
    return now + min(max(expected, silence / _SHARE_OF_SILENCE), LONGEST_WAIT) / hurry


# Asking


@dataclass(frozen=True, slots=True)
class Leased:
    """Parcels of one carrier that one round asks about."""

    carrier: str
    ids: tuple[int, ...]
    numbers: tuple[str, ...]


async def poll(
    house: House,
    client: httpx.AsyncClient,
    carrier_name: str,
    *,
    most: int = MOST,
    hurry: float = 1.0,
) -> int:
    """Ask the carrier about parcels that are due, at most so many, and record what it tells.

    Returns how many it told of; 0 also if it could not be asked: then there is no use in going on.
    """
    take = partial(lease, carrier=carrier_name, most=most, now=house.now())
    leased = await house.database.write(take)
    if not leased.ids:
        return 0
    told_of = 0
    try:
        events = await _ask(house.carriers.find(carrier_name), client, leased.numbers)
        outcome = partial(_record, events=events)
        told_of = len(leased.ids)
    except Unreachable as fault:
        log.warning("a carrier cannot be asked", extra={"carrier": carrier_name, "why": str(fault)})
        outcome = partial(_rest, wish_seconds=fault.retry_after_seconds or 0.0)
    except Unreadable as fault:
        log.warning("an answer is unread", extra={"carrier": carrier_name, "why": str(fault)})
        outcome = partial(_keep_unread, problem=str(fault))
    await house.database.write(partial(outcome, leased=leased, now=house.now(), hurry=hurry))
    return told_of


def lease(session: Session, carrier: str, *, most: int, now: datetime) -> Leased:
    """Take the parcels that have been due longest; nobody else gets them before LEASE is over."""
    connection = session.connection()
    theirs = (col(Parcel.carrier) == carrier, col(Parcel.open))
    # One that a strike-out opened again has no time: it is due now.
    timeless = update(Parcel).where(*theirs, col(Parcel.next_check_at).is_(None))
    connection.execute(timeless.values(next_check_at=now))
    due = (
        select(col(Parcel.id), col(Parcel.tracking_number))
        .where(*theirs, col(Parcel.next_check_at) <= now)
        .order_by(col(Parcel.next_check_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(due).all()
    taken = Leased(carrier, tuple(r.id for r in rows), tuple(r.tracking_number for r in rows))
    _put_off(session, [(id_, now + LEASE) for id_ in taken.ids])
    return taken


async def _ask(
    carrier: Carrier, client: httpx.AsyncClient, numbers: Sequence[str]
) -> list[CarrierEvent]:
    """Return what the carrier knows. Raises Unreachable, Unreadable; nothing else."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
            return await carrier.ask(client, numbers)
    except (Unreachable, Unreadable):
        raise
    except TimeoutError:
        raise Unreachable(f"no answer within {ANSWER_WITHIN}") from None
    except Exception:
        log.exception("an adapter failed", extra={"carrier": carrier.name})
        raise Unreadable("a fault in the adapter") from None


def _record(
    session: Session,
    *,
    events: Sequence[CarrierEvent],
    leased: Leased,
    now: datetime,
    hurry: float,
) -> None:
    # Locked first and by id, as the ledger does it, so that no two writers wait for each other.
    locked = select(col(Parcel.id)).where(col(Parcel.id).in_(leased.ids)).order_by(col(Parcel.id))
    session.connection().execute(locked.with_for_update())
    carrier_news.record_answer(session, leased.carrier, events, now=now)
    rows = session.connection().execute(
        select(
            col(Parcel.id),
            col(Parcel.milestone),
            col(Parcel.milestone_at),
            col(Parcel.created_at),
        ).where(col(Parcel.id).in_(leased.ids), col(Parcel.open))
    )
    _put_off(session, [(row.id, _next_check_of(row, now, hurry)) for row in rows])


def _next_check_of(row: Any, now: datetime, hurry: float) -> datetime:
    milestone = Milestone(row.milestone) if row.milestone else None
    return next_check(milestone, row.milestone_at, created_at=row.created_at, now=now, hurry=hurry)


def _rest(
    session: Session, *, wish_seconds: float, leased: Leased, now: datetime, hurry: float
) -> None:
    """Ask again later; if the carrier said when, nothing of it is asked before."""
    wish = timedelta(seconds=wish_seconds)
    _put_off(session, _spread(leased.ids, now + max(NEXT_TRY / hurry, wish), SPREAD / hurry))
    if wish:
        early = update(Parcel).where(
            col(Parcel.carrier) == leased.carrier,
            col(Parcel.open),
            col(Parcel.next_check_at) < now + wish,
        )
        session.connection().execute(early.values(next_check_at=now + wish))


def _keep_unread(
    session: Session, *, problem: str, leased: Leased, now: datetime, hurry: float
) -> None:
    """Show staff that an answer could not be read, and ask again later."""
    carrier_news.keep_unread_answer(session, leased.carrier, problem, now=now)
    _put_off(session, _spread(leased.ids, now + NEXT_TRY / hurry, SPREAD / hurry))


def _spread(ids: Sequence[int], first: datetime, spread: timedelta) -> list[tuple[int, datetime]]:
    """Let parcels come back one by one.

    One odd number or scan can spoil the answer for all that were asked about together; so they are
    not asked about together again.
    """
    return [(id_, first + spread * place / len(ids)) for place, id_ in enumerate(ids)]


def _put_off(session: Session, times: Sequence[tuple[int, datetime]]) -> None:
    if times:
        rows = [{"b_id": id_, "b_at": at} for id_, at in sorted(times)]
        session.connection().execute(_PUT_OFF, rows)


_PUT_OFF = (
    update(Parcel)
    .where(col(Parcel.id) == bindparam("b_id"), col(Parcel.open))
    .values(next_check_at=bindparam("b_at"))
)
