"""What carriers and couriers tell us: kept first, then matched to its parcel, then recorded.

What cannot be read or matched is kept and shown to staff (*unread*, *unclaimed*), and read again
after a fix. A carrier's message is kept byte for byte; our own API's events are kept so only when
they find no parcel.
"""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import Session, col

from adapters.carrier import Unreadable
from adapters.event import CarrierEvent, Reason, Source
from postal_tracker import ledger
from postal_tracker.bulk import among, insert_unless_known
from postal_tracker.carriers import Carriers
from postal_tracker.desk import CLOCK_SKEW, source_of
from postal_tracker.forms import EventForm
from postal_tracker.journey import FINAL_MILESTONES
from postal_tracker.problems import FieldFault, no_such
from postal_tracker.staff import Caller
from postal_tracker.tables import CarrierMessage, LedgerEntry, Parcel
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
    ids = _keep(connection, items)
    new = [(ids[m.carrier, m.digest], m) for m, _ in items if (m.carrier, m.digest) in ids]
    told = dict(new)
    states = dict.fromkeys(told, MessageState.READ)
    known = _parcels(connection, [e.tracking_number for m in told.values() for e in m.events])
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
    _mark(connection, states)
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
    known = _parcels(session.connection(), [e.tracking_number for e in events])
    found = [(e, known[e.tracking_number].id) for e in events if e.tracking_number in known]
    ledger.record(session, [_entry(e, answer, id_, None) for e, id_ in found], now=now)


def keep_unread_answer(session: Session, carrier: str, problem: str, *, now: datetime) -> None:
    """Show staff that a carrier's answers cannot be read: one message a day for each problem."""
    day = local_day(now).isoformat()
    body = json.dumps({"asked_on": day, "problem": problem}, ensure_ascii=False).encode()
    message = Message(carrier, Source.POLL, body, problem=problem[:300])
    ids = _keep(session.connection(), [(message, now)])
    _mark(session.connection(), dict.fromkeys(ids.values(), MessageState.UNREAD))


def _keep(
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


def _mark(connection: Connection, states: Mapping[int, MessageState]) -> None:
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
class _Known:
    id: int
    carrier: str


_MATCH = (
    select(col(Parcel.tracking_number), col(Parcel.open), col(Parcel.id), col(Parcel.carrier))
    .where(among(col(Parcel.tracking_number), "numbers"))
    .order_by(col(Parcel.open), col(Parcel.id))
)


def _parcels(connection: Connection, numbers: Sequence[str]) -> dict[str, _Known]:
    """Return the parcel of each number: the open one, else the latest (numbers come back)."""
    wanted = sorted(set(numbers))
    if not wanted:
        return {}
    rows = connection.execute(_MATCH, {"numbers": wanted})
    return {row.tracking_number: _Known(row.id, row.carrier) for row in rows}  # the last one stays


# Events of our own API and pages


class EventStatus(StrEnum):
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    UNCLAIMED = "unclaimed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class EventResult:
    """What became of one event; `problem` says why it was refused or looks odd."""

    id: str
    status: EventStatus
    problem: FieldFault | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Events that one caller reports at one time."""

    events: tuple[EventForm, ...]
    by: Caller
    at: datetime


_REASONS = {reason.value: reason for reason in Reason}


def report_each(session: Session, reports: Sequence[Report]) -> list[list[EventResult]]:
    """Record what people and portals report; each event stands for itself."""
    connection = session.connection()
    known = _parcels(connection, [e.tracking_number for r in reports for e in r.events])
    results: list[list[EventResult]] = []
    entries: list[ledger.NewEntry] = []
    waiting: list[tuple[list[EventResult], int]] = []
    for report in reports:
        mine: list[EventResult] = []
        results.append(mine)
        for event in report.events:
            parcel = known.get(event.tracking_number)
            refusal = _refusal(event, parcel, report)
            if refusal or parcel is None:
                mine.append(refusal or _unclaimed(session, event, report))
                continue
            waiting.append((mine, len(mine)))
            mine.append(EventResult(event.id, EventStatus.RECORDED))
            entries.append(_reported(event, report, parcel.id))
    ids = ledger.record(session, entries, now=max(r.at for r in reports))
    doubled = [n for n, id_ in enumerate(ids) if id_ is None]
    _note_doubles(connection, entries, waiting, doubled)
    return results


def _refusal(event: EventForm, parcel: _Known | None, report: Report) -> EventResult | None:
    if event.happened_at > report.at + CLOCK_SKEW:
        return _refused(event.id, "happened_at", *_TO_COME)
    if parcel and report.by.carrier and report.by.carrier != parcel.carrier:
        return _refused(event.id, "tracking_number", *_NOT_YOURS)
    return None


_TO_COME = (
    "Thời điểm này chưa tới. Hãy kiểm tra đồng hồ.",
    "That time is still to come. Check the clock.",
)
_NOT_YOURS = (
    "Bưu gửi này thuộc đơn vị bưu chính khác.",
    "This parcel is another carrier's.",
)
_ID_USED = (
    "Mã sự kiện này đã dùng cho một sự kiện khác; hãy gửi lại với mã mới.",
    "This event id was used for another event; send it again with a new id.",
)


def _refused(id_: str, field: str, vi: str, en: str) -> EventResult:
    return EventResult(id_, EventStatus.REFUSED, FieldFault(field, vi, en))


def _reported(event: EventForm, report: Report, parcel_id: int) -> ledger.NewEntry:
    reason = _REASONS.get(event.reason, Reason.OTHER if event.reason else None)
    # A reason in a courier's own words may name somebody: it is a note, not a part of history.
    own_words = event.reason if reason is Reason.OTHER and event.reason != reason.value else ""
    return ledger.NewEntry(
        key=f"{report.by.label}:{event.id}",
        what=event.milestone,
        happened_at=event.happened_at,
        source=source_of(report.by),
        by=report.by.label,
        parcel_id=parcel_id,
        place=event.place,
        reason=reason,
        note="\n".join(filter(None, (own_words, event.note))),
    )


def _unclaimed(session: Session, event: EventForm, report: Report) -> EventResult:
    """Keep an event of a parcel that we do not know, as `by_hand` will read it again."""
    body = json.dumps(
        {"events": [event.model_dump(mode="json")]}, ensure_ascii=False, sort_keys=True
    ).encode()
    message = Message("by_hand", source_of(report.by), body, by=report.by.label)
    ids = _keep(session.connection(), [(message, report.at)])
    _mark(session.connection(), dict.fromkeys(ids.values(), MessageState.UNCLAIMED))
    return EventResult(event.id, EventStatus.UNCLAIMED)


def _note_doubles(
    connection: Connection,
    entries: Sequence[ledger.NewEntry],
    waiting: Sequence[tuple[list[EventResult], int]],
    doubled: Sequence[int],
) -> None:
    """Say which events we had; an id that was used for something else must not pass in silence."""
    if not doubled:
        return
    keys = [entries[n].key for n in doubled]
    held = {
        row.key: row
        for row in connection.execute(
            select(LedgerEntry.__table__).where(col(LedgerEntry.key).in_(keys))  # type: ignore[attr-defined]
        )
    }
    for n in doubled:
        results, place = waiting[n]
        same = _says_the_same(entries[n], held.get(entries[n].key))
        problem = None if same else FieldFault("id", *_ID_USED)
        status = EventStatus.DUPLICATE if same else EventStatus.REFUSED
        results[place] = EventResult(results[place].id, status, problem)


def _says_the_same(entry: ledger.NewEntry, row: Any) -> bool:
    if row is None:  # another id told of the same scan
        return True
    return (row.parcel_id, row.what, row.happened_at) == (
        entry.parcel_id,
        entry.what.value,
        entry.happened_at,
    )


# Messages that found no home


def read_again(session: Session, carriers: Carriers, id_: int, *, now: datetime) -> MessageState:
    """Read a kept message once more, after a fix or once its parcel is known. Raises NotFound."""
    row = session.get(CarrierMessage, id_, with_for_update=True)
    if row is None:
        raise no_such("message")
    message = read(carriers, row.carrier, Source(row.source), row.body)
    message = _doubted(replace(message, by=row.by), now)
    known = _parcels(session.connection(), [e.tracking_number for e in message.events])
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
