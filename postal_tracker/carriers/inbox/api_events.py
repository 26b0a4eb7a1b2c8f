"""Events of our own API and pages, reported by people and portals: each stands for itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from adapters.event import Reason
from postal_tracker import ledger
from postal_tracker.access import Caller
from postal_tracker.access.callers import source_of
from postal_tracker.carriers.inbox.known import by_key
from postal_tracker.carriers.inbox.matching import Parcels, parcels
from postal_tracker.carriers.inbox.messages import Message, MessageState, Outcome, keep, mark
from postal_tracker.carriers.inbox.unmatched import take_turns
from postal_tracker.core.problems import FieldFault
from postal_tracker.core.timing import CLOCK_SKEW
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
class Report:
    """Events that one caller reports at one time."""

    events: tuple[EventForm, ...]
    by: Caller
    at: datetime


_REASONS = {reason.value: reason for reason in Reason}


def report_each(session: Session, reports: Sequence[Report]) -> list[list[EventResult]]:
    """Record what people and portals report; each event stands for itself."""
    connection = session.connection()
    known = _parcels_of(connection, reports)
    results: list[list[EventResult]] = []
    entries: list[ledger.NewEntry] = []
    waiting: list[tuple[list[EventResult], int]] = []
    for report in reports:
        mine: list[EventResult] = []
        results.append(mine)
        for event in report.events:
            parcel = known.find(report.by.carrier, [event.tracking_number])
            refusal = _refusal(event, known, report)
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


def _parcels_of(connection: Connection, reports: Sequence[Report]) -> Parcels:
    """Return the parcels reported of; where one is missing, look again once nobody makes it."""
    numbers = {event.tracking_number for report in reports for event in report.events}
    known = parcels(connection, numbers)
    missing = [number for number in numbers if known.find("", [number]) is None]
    if missing and take_turns(connection, missing):
        return parcels(connection, numbers)
    return known


def _refusal(event: EventForm, known: Parcels, report: Report) -> EventResult | None:
    if event.happened_at > report.at + CLOCK_SKEW:
        return _refused(event.id, "happened_at", *_TO_COME)
    number = [event.tracking_number]
    if known.find("", number) and not known.find(report.by.carrier, number):
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
    ids = keep(session.connection(), [(message, report.at)])
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
    held = by_key(connection, (entries[n].key for n in doubled))
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
