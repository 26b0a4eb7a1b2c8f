"""What carriers send or answer: kept, read, matched to its parcel, and read again after a fix."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select
from sqlmodel import Session, col

from adapters.carrier import Unreadable
from adapters.event import CarrierEvent, Source
from postal_tracker import ledger
from postal_tracker.bulk import among, insert_unless_known
from postal_tracker.carriers import Carriers
from postal_tracker.journey import FINAL_MILESTONES
from postal_tracker.problems import no_such
from postal_tracker.tables import CarrierMessage, Parcel
from postal_tracker.working_days import local_day

log = logging.getLogger(__name__)


class MessageState(StrEnum):
    """How far we got with a message."""

    READ = "read"
    UNREAD = "unread"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True, slots=True)
class Message:
    """A carrier's message, read as far as it could be."""

    carrier: str
    source: Source
    body: bytes
    events: tuple[CarrierEvent, ...] = ()
    problem: str = ""
    """Why it could not be read."""
    by: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


def read(carriers: Carriers, name: str, source: Source, body: bytes) -> Message:
    """Read a message as far as that is possible; a fault of ours must not lose it."""
    try:
        events = carriers.find(name).read_message(body)
    except Unreadable as fault:
        return Message(name, source, body, problem=str(fault)[:300])
    except Exception:
        # Our own mistake: the carrier will not send it again, so it must be kept all the same.
        log.exception("an adapter failed", extra={"carrier": name})
        return Message(name, source, body, problem="a fault in the adapter")
    return Message(name, source, body, tuple(events))


def keep_each(session: Session, items: Sequence[tuple[Message, datetime]]) -> list[MessageState]:
    """Keep messages and record what they tell; return how far we got with each.

    A body that we have already is neither kept nor recorded twice.
    """
    connection = session.connection()
    now = max(at for _, at in items)
    items = [(_doubted(message, at), at) for message, at in items]
    ids = keep(connection, items)
    new = [(ids[m.carrier, m.digest], m) for m, _ in items if (m.carrier, m.digest) in ids]
    told = dict(new)
    states = dict.fromkeys(told, MessageState.READ)
    known = parcels(connection, [e.tracking_number for m in told.values() for e in m.events])
    entries = []
    for id_, message in told.items():
        for event in message.events:
            parcel = known.get(event.tracking_number)
            if parcel is None:
                states[id_] = MessageState.UNCLAIMED
            else:
                entries.append(_entry(event, message, parcel.id, id_))
        if message.problem:
            states[id_] = MessageState.UNREAD
    ledger.record(session, entries, now=now)
    mark(connection, states)
    return [states.get(ids.get((m.carrier, m.digest), 0), MessageState.READ) for m, _ in items]


A_CLOCK_WRONG_BY_A_ZONE = timedelta(days=1)


def _doubted(message: Message, at: datetime) -> Message:
    """A scan of next year would outlast all that comes before: leave it unread for staff to see."""
    if all(event.happened_at <= at + A_CLOCK_WRONG_BY_A_ZONE for event in message.events):
        return message
    return replace(message, events=(), problem="it tells of a time still to come")


def record_answer(
    session: Session, carrier: str, events: Sequence[CarrierEvent], *, now: datetime
) -> None:
    """Record what a carrier answered when it was asked; what it had told before is passed over.

    The answer itself is not kept: each repeats the whole journey, and it can be had again by
    asking, as a message cannot.
    """
    answer = Message(carrier, Source.POLL, b"")
    latest = now + A_CLOCK_WRONG_BY_A_ZONE
    events = [e for e in events if e.happened_at <= latest]
    known = parcels(session.connection(), [e.tracking_number for e in events])
    found = [(e, known[e.tracking_number].id) for e in events if e.tracking_number in known]
    ledger.record(session, [_entry(e, answer, id_, None) for e, id_ in found], now=now)


def keep_unread_answer(session: Session, carrier: str, problem: str, *, now: datetime) -> None:
    """Show staff that a carrier's answers cannot be read: one message a day for each problem."""
    day = local_day(now).isoformat()
    body = json.dumps({"asked_on": day, "problem": problem}, ensure_ascii=False).encode()
    message = Message(carrier, Source.POLL, body, problem=problem[:300])
    ids = keep(session.connection(), [(message, now)])
    mark(session.connection(), dict.fromkeys(ids.values(), MessageState.UNREAD))


def keep(
    connection: Connection, items: Sequence[tuple[Message, datetime]]
) -> dict[tuple[str, str], int]:
    """Insert the messages we do not have yet; return their ids."""
    table = CarrierMessage.__table__  # type: ignore[attr-defined]
    rows = [
        {
            "carrier": message.carrier,
            "source": message.source.value,
            "by": message.by,
            "received_at": at,
            "digest": message.digest,
            "body": message.body,
            "state": MessageState.READ.value,
            "problem": message.problem,
        }
        for message, at in items
    ]
    statement = insert_unless_known(connection, table)
    returning = statement.returning(table.c.carrier, table.c.digest, table.c.id)
    return {(r.carrier, r.digest): r.id for r in connection.execute(returning, rows)}


def mark(connection: Connection, states: Mapping[int, MessageState]) -> None:
    table = CarrierMessage.__table__  # type: ignore[attr-defined]
    for state in (MessageState.UNREAD, MessageState.UNCLAIMED):
        ids = [id_ for id_, got in states.items() if got is state]
        if ids:
            connection.execute(table.update().where(table.c.id.in_(ids)).values(state=state.value))


def _entry(
    event: CarrierEvent, message: Message, parcel_id: int, message_id: int | None
) -> ledger.NewEntry:
    # Ids are unique for whoever told: a carrier, or one of our API's callers. A claim and its later
    # confirmation are two entries, though the carrier's id is the same.
    claim = event.milestone in FINAL_MILESTONES and not message.source.is_trusted
    return ledger.NewEntry(
        key=f"{message.by or message.carrier}:{event.event_id}{':claim' if claim else ''}"[:200],
        what=event.milestone,
        happened_at=event.happened_at,
        source=message.source,
        by=message.by,
        parcel_id=parcel_id,
        place=event.place[:200],
        reason=event.reason,
        carrier_code=event.carrier_code[:60],
        message_id=message_id,
    )


@dataclass(frozen=True, slots=True)
class Known:
    id: int
    carrier: str


_MATCH = (
    select(col(Parcel.tracking_number), col(Parcel.open), col(Parcel.id), col(Parcel.carrier))
    .where(among(col(Parcel.tracking_number), "numbers"))
    .order_by(col(Parcel.open), col(Parcel.id))
)


def parcels(connection: Connection, numbers: Sequence[str]) -> dict[str, Known]:
    """Return the parcel of each number: the open one, else the latest (numbers come back)."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    rows = connection.execute(_MATCH, {"numbers": wanted})
    return {row.tracking_number: Known(row.id, row.carrier) for row in rows}  # the last one stays


# Messages that found no home


def read_again(session: Session, carriers: Carriers, id_: int, *, now: datetime) -> MessageState:
    """Read a kept message once more, after a fix or once its parcel is known. Raises NotFound."""
    row = session.get(CarrierMessage, id_, with_for_update=True)
    if row is None:
        raise no_such("message")
    message = read(carriers, row.carrier, Source(row.source), row.body)
    message = _doubted(replace(message, by=row.by), now)
    known = parcels(session.connection(), [e.tracking_number for e in message.events])
    found = [e for e in message.events if e.tracking_number in known]
    entries = [_entry(e, message, known[e.tracking_number].id, id_) for e in found]
    ledger.record(session, entries, now=now)
    row.state = _state_of(message, found).value
    row.problem = message.problem
    session.add(row)
    return MessageState(row.state)


def _state_of(message: Message, found: Sequence[CarrierEvent]) -> MessageState:
    if message.problem:
        return MessageState.UNREAD
    return MessageState.READ if len(found) == len(message.events) else MessageState.UNCLAIMED
