"""Events that people and portals tell by our own API and pages: each stands for itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection
from sqlmodel import Session

from adapters.event import Reason
from adapters.places import without_people
from postal_tracker import ledger
from postal_tracker.access import EVERYTHING, Caller
from postal_tracker.access.callers import source_of
from postal_tracker.carriers.inbox.known import KnownEntry, by_key
from postal_tracker.carriers.inbox.matching import Parcels, parcels_by_number
from postal_tracker.carriers.inbox.messages import Message, MessageState, Outcome, keep, mark
from postal_tracker.carriers.inbox.unmatched import take_turns
from postal_tracker.core.clocks import CLOCK_SKEW
from postal_tracker.core.problems import FieldFault
from postal_tracker.forms import EventForm


class EventStatus(StrEnum):
    """What became of an event: recorded, known before, kept for a parcel to come, or refused."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    UNCLAIMED = "unclaimed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class EventResult:
    """What became of one event."""

    id: str
    """The reporter's own id of the event."""
    status: EventStatus
    problem: FieldFault | None = None
    """Why it was refused or looks odd."""


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Events that one caller tells at one time."""

    events: tuple[EventForm, ...]
    by: Caller
    at: datetime


_REASONS = {reason.value: reason for reason in Reason}


def record_batches(session: Session, batches: Sequence[EventBatch]) -> list[list[EventResult]]:
    """Record what people and portals tell; each event stands for itself."""
    connection = session.connection()
    parcels = _parcels_of(connection, batches)
    results: list[list[EventResult]] = []
    entries: list[ledger.NewEntry] = []
    waiting: list[tuple[list[EventResult], int]] = []
    for batch in batches:
        mine: list[EventResult] = []
        results.append(mine)
        for event in batch.events:
            parcel = parcels.find(batch.by.scope, [event.tracking_number])
            refusal = _refusal(event, parcels, batch)
            if refusal or parcel is None:
                mine.append(refusal or _unclaimed(session, event, batch))
                continue
            waiting.append((mine, len(mine)))
            mine.append(EventResult(event.id, EventStatus.RECORDED))
            entries.append(_entry_of(event, batch, parcel.id))
    ids = ledger.record(session, entries, now=max(batch.at for batch in batches))
    doubled = [n for n, id_ in enumerate(ids) if id_ is None]
    _note_doubles(connection, entries, waiting, doubled)
    return results


def _parcels_of(connection: Connection, batches: Sequence[EventBatch]) -> Parcels:
    """Return the parcels told of; where one is missing, look again once nobody makes it."""
    numbers = {event.tracking_number for batch in batches for event in batch.events}
    found = parcels_by_number(connection, numbers)
    missing = [number for number in numbers if found.find(EVERYTHING, [number]) is None]
    if missing and take_turns(connection, missing):
        return parcels_by_number(connection, numbers)
    return found


def _refusal(event: EventForm, parcels: Parcels, batch: EventBatch) -> EventResult | None:
    if event.happened_at > batch.at + CLOCK_SKEW:
        return _refused(event.id, "happened_at", *_TO_COME)
    number = [event.tracking_number]
    if parcels.find(EVERYTHING, number) and not parcels.find(batch.by.scope, number):
        return _refused(event.id, "tracking_number", *_NOT_YOURS)
    return None


_TO_COME = (
    "Thời điểm này chưa tới. Vui lòng kiểm tra đồng hồ.",
    "That time is still to come. Check the clock.",
)
_NOT_YOURS = (
    "Bưu gửi này thuộc đơn vị bưu chính hoặc điểm tiếp nhận khác.",
    "This parcel is another carrier's or another office's.",
)
_ID_USED = (
    "Mã sự kiện này đã dùng cho một sự kiện khác; vui lòng gửi lại với mã mới.",
    "This event id was used for another event; send it again with a new id.",
)


def _refused(id_: str, field: str, vi: str, en: str) -> EventResult:
    return EventResult(id_, EventStatus.REFUSED, FieldFault(field, vi, en))


def _entry_of(event: EventForm, batch: EventBatch, parcel_id: int) -> ledger.NewEntry:
    reason = _REASONS.get(event.reason, Reason.OTHER if event.reason else None)
    # A reason in a courier's own words may name somebody: it is a note, not a part of history.
    own_words = event.reason if reason is Reason.OTHER and event.reason != reason.value else ""
    return ledger.NewEntry(
        key=f"{batch.by.label}:{event.id}",
        what=event.milestone,
        happened_at=event.happened_at,
        source=source_of(batch.by),
        by=batch.by.label,
        parcel_id=parcel_id,
        place=without_people(event.place),
        reason=reason,
        note="\n".join(filter(None, (own_words, event.note))),
        details=_how(event),
    )


def _how(event: EventForm) -> dict[str, str]:
    """Return how it was noted, as far as that was told."""
    by_device = event.device_at.isoformat() if event.device_at else ""
    told = {"device_at": by_device, "decided": event.decided}
    return {name: text for name, text in told.items() if text}


def _unclaimed(session: Session, event: EventForm, batch: EventBatch) -> EventResult:
    """Keep an event of a parcel that we do not know, as `by_hand` will read it again."""
    body = json.dumps(
        {"events": [event.model_dump(mode="json")]}, ensure_ascii=False, sort_keys=True
    ).encode()
    message = Message("by_hand", source_of(batch.by), body, by=batch.by.label)
    ids = keep(session.connection(), [(message, batch.at)])
    waits = Outcome(MessageState.UNCLAIMED, waits_for={event.tracking_number})
    mark(session.connection(), dict.fromkeys(ids.values(), waits))
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
    known = by_key(connection, (entries[n].key for n in doubled))
    for n in doubled:
        results, place = waiting[n]
        same = _says_the_same(entries[n], known.get(entries[n].key))
        problem = None if same else FieldFault("id", *_ID_USED)
        status = EventStatus.DUPLICATE if same else EventStatus.REFUSED
        results[place] = EventResult(results[place].id, status, problem)


def _says_the_same(entry: ledger.NewEntry, known: KnownEntry | None) -> bool:
    if known is None:  # another id told of the same scan
        return True
    return (known.parcel_id, known.what, known.happened_at) == (
        entry.parcel_id,
        entry.what.value,
        entry.happened_at,
    )
