"""What messages and answers tell, matched to its parcels and recorded; what does not fit is said.

One bad event of a message holds up none of its good ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlmodel import Session, col

from adapters.event import CarrierEvent, Source
from postal_tracker import ledger
from postal_tracker.carriers import state
from postal_tracker.carriers.inbox.known import (
    CLAIM,
    by_key,
    found_by_asking,
    note_echoes,
    other_key,
    says_otherwise,
    scan_of,
)
from postal_tracker.carriers.inbox.matching import Parcels, numbers_of, parcels
from postal_tracker.carriers.inbox.messages import (
    A_CLOCK_WRONG_BY_A_ZONE,
    HOOKS,
    Message,
    MessageState,
    Outcome,
    doubted,
    keep,
    mark,
    show_answer,
)
from postal_tracker.carriers.inbox.unmatched import take_turns
from postal_tracker.carriers.next_checks import plan
from postal_tracker.core.journey import FINAL_MILESTONES
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import Parcel

OF_ANOTHERS = "it tells of another carrier's parcel"
OF_AN_EARLIER_ONE = "it tells of a time long before the parcel was made"
OTHERWISE_NOW = "an event that is known tells something else now"


def keep_each(session: Session, items: Sequence[tuple[Message, datetime]]) -> list[MessageState]:
    """Keep messages and record what they tell; return how far we got with each.

    A body that we have already is neither kept nor recorded twice.
    """
    connection = session.connection()
    now = max(at for _, at in items)
    items = [(doubted(message, at), at) for message, at in items]
    names = [(message.carrier, message.digest) for message, _ in items]
    ids = keep(connection, items)
    kept = {
        ids[name]: Kept(ids[name], *item)
        for name, item in zip(names, items, strict=True)
        if name in ids
    }
    outcomes, told = record_kept(session, list(kept.values()), now=now)
    mark(connection, {i: o for i, o in outcomes.items() if o.state is not MessageState.READ})
    _note_hooks(session, items, told, now)
    states = {name: outcomes[id_].state for name, id_ in ids.items()}
    return [states.get(name, MessageState.READ) for name in names]


def record_answer(
    session: Session,
    carrier: str,
    events: Sequence[CarrierEvent],
    *,
    now: datetime,
    of_anybodys: bool = False,
) -> None:
    """Record what a carrier answered when it was asked; what it had told before is passed over.

    It tells of its own parcels, or if it is a source, `of_anybodys`. The answer itself is not kept:
    each repeats the whole journey, and it can be had again by asking, as a message cannot. But
    staff are shown what it tells otherwise now than it told before; the first telling stands.
    """
    answer = Message(carrier, Source.POLL, b"", of_anybodys=of_anybodys)
    latest = now + A_CLOCK_WRONG_BY_A_ZONE
    events = [e for e in events if e.happened_at <= latest]
    known = parcels(session.connection(), _all_numbers(events))
    found = [(e, known.find(answer.bound, numbers_of(e))) for e in events]
    told = [
        (e, entry_of(e, answer, parcel.id, None))
        for e, parcel in found
        if parcel and not parcel.is_younger_than(e)
    ]
    ids = ledger.record(session, [entry for _, entry in told], now=now)
    doubled = [one for one, id_ in zip(told, ids, strict=True) if id_ is None]
    _show_contradictions(session, carrier, doubled, now)


def _show_contradictions(
    session: Session,
    carrier: str,
    doubled: Sequence[tuple[CarrierEvent, ledger.NewEntry]],
    now: datetime,
) -> None:
    held = by_key(session.connection(), (entry.key for _, entry in doubled))
    for event, entry in doubled:
        row = held.get(entry.key)
        if row is not None and says_otherwise(row, entry, numbers_of(event)):
            about = {"tracking_number": event.tracking_number, "now": event.milestone.value}
            odd = Outcome(MessageState.CONFLICTING, OTHERWISE_NOW)
            show_answer(session, carrier, odd, about, now=now)


# What is kept, recorded


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that is kept, and when it came."""

    id: int
    message: Message
    at: datetime


@dataclass(frozen=True, slots=True)
class _News:
    """One event of a message, and what the ledger is to hold of it."""

    of: Kept
    event: CarrierEvent
    entry: ledger.NewEntry
    is_of_an_earlier_one: bool
    """Whether it is of a parcel that bore the number before this one."""

    @property
    def is_hooked(self) -> bool:
        return not self.of.message.by and self.of.message.source in HOOKS


def record_kept(
    session: Session, kept: Sequence[Kept], *, now: datetime
) -> tuple[dict[int, Outcome], set[int]]:
    """Record what messages tell; return what became of each, and of which parcels hooks told."""
    connection = session.connection()
    outcomes = {k.id: _at_first(k.message) for k in kept}
    news = _without_earlier_ones(connection, _matched(connection, kept, outcomes), outcomes)
    claims = by_key(connection, (other_key(n.entry) for n in news if _is_unproven(n)))
    news = [n for n in news if not _contradicts_itself(n, claims, outcomes)]
    news = _without_second_tellings(news, outcomes)
    ids = ledger.record(session, [n.entry for n in news], now=now)
    doubled = {n.entry.key for n, id_ in zip(news, ids, strict=True) if id_ is None}
    held = by_key(connection, doubled)
    news = [n for n in news if not _is_contradicted(n, held, outcomes)]
    told = [n for n in news if n.is_hooked]
    again = [n for n in told if n.entry.is_claim or n.entry.key in doubled]
    _note_echoes(connection, again, held | claims)
    return outcomes, {n.entry.parcel_id for n in told if n.entry.parcel_id is not None}


def _at_first(message: Message) -> Outcome:
    return Outcome(MessageState.UNREAD, message.problem) if message.problem else Outcome()


def _without_earlier_ones(
    connection: Connection, news: Sequence[_News], outcomes: Mapping[int, Outcome]
) -> list[_News]:
    """Leave out what is of a number's earlier life; it is no wonder if that was told before."""
    early = [n for n in news if n.is_of_an_earlier_one]
    held = by_key(connection, (key for n in early for key in (n.entry.key, other_key(n.entry))))
    for n in early:
        if n.entry.key not in held and other_key(n.entry) not in held:
            outcomes[n.of.id].conflict(OF_AN_EARLIER_ONE)
    return [n for n in news if not n.is_of_an_earlier_one]


def _all_numbers(events: Iterable[CarrierEvent]) -> list[str]:
    return [number for event in events for number in numbers_of(event)]


def _matched(
    connection: Connection, kept: Sequence[Kept], outcomes: Mapping[int, Outcome]
) -> list[_News]:
    told = [(k, event) for k in kept for event in k.message.events]
    known = _parcels_of(connection, told)
    news = []
    for k, event in told:
        numbers = numbers_of(event)
        if parcel := known.find(k.message.bound, numbers):
            entry = entry_of(event, k.message, parcel.id, k.id)
            news.append(_News(k, event, entry, parcel.is_younger_than(event)))
            continue
        outcomes[k.id].stray(numbers)
        if known.find("", numbers):
            outcomes[k.id].conflict(OF_ANOTHERS)
    return news


def _parcels_of(connection: Connection, told: Sequence[tuple[Kept, CarrierEvent]]) -> Parcels:
    """Return the parcels told of; where one is missing, look again once nobody is making it."""
    numbers = _all_numbers(event for _, event in told)
    known = parcels(connection, numbers)
    missing = {
        number
        for k, event in told
        if known.find(k.message.bound, numbers_of(event)) is None
        for number in numbers_of(event)
    }
    if missing and take_turns(connection, missing):
        return parcels(connection, numbers)
    return known


def entry_of(
    event: CarrierEvent, message: Message, parcel_id: int, message_id: int | None
) -> ledger.NewEntry:
    # Ids are unique for whoever told: a carrier, or one of our API's callers. A claim and its later
    # confirmation are two entries, though the carrier's id is the same.
    claim = event.milestone in FINAL_MILESTONES and not message.source.is_trusted
    return ledger.NewEntry(
        key=f"{message.by or message.carrier}:{event.event_id}{CLAIM if claim else ''}"[:200],
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


# What contradicts the first telling


def _is_unproven(news: _News) -> bool:
    """Only what nobody proves can be told once as a claim and once as none."""
    return not news.entry.source.is_trusted


def _contradicts_itself(
    news: _News, held: Mapping[str, Row[Any]], outcomes: Mapping[int, Outcome]
) -> bool:
    """Whether an id that is known as a claim is told as something else now, or the other way."""
    row = held.get(other_key(news.entry)) if _is_unproven(news) else None
    if row is None or not says_otherwise(row, news.entry, numbers_of(news.event)):
        return False
    outcomes[news.of.id].conflict(OTHERWISE_NOW)
    return True


def _without_second_tellings(news: Iterable[_News], outcomes: Mapping[int, Outcome]) -> list[_News]:
    """Leave out what tells something else under an id that came with it just now."""
    first: dict[str, _News] = {}
    good = []
    for one in news:
        earlier = first.setdefault(one.entry.key.removesuffix(CLAIM), one)
        if scan_of(earlier.entry) == scan_of(one.entry):
            good.append(one)
        else:
            outcomes[one.of.id].conflict(OTHERWISE_NOW)
    return good


def _is_contradicted(
    news: _News, held: Mapping[str, Row[Any]], outcomes: Mapping[int, Outcome]
) -> bool:
    """Whether the ledger holds something else under its id; then the first telling stands."""
    row = held.get(news.entry.key)  # none: it is new, or another id told of the same scan
    if row is None or not says_otherwise(row, news.entry, numbers_of(news.event)):
        return False
    outcomes[news.of.id].conflict(OTHERWISE_NOW)
    return True


# What hooks told


def _note_echoes(
    connection: Connection, again: Sequence[_News], held: Mapping[str, Row[Any]]
) -> None:
    """Note which of the scans that a hook tells now were found by asking before.

    The ledger passes them over, all but a claim: that stands beside the word it repeats.
    """
    heard: dict[int, datetime] = {}
    nameless = []
    for n in again:
        row = held.get(other_key(n.entry)) or held.get(n.entry.key)
        if row is None:
            nameless.append(n)
        elif row.source == Source.POLL.value:
            heard.setdefault(row.id, n.of.at)
    found = found_by_asking(connection, (n.entry for n in nameless))
    for n in nameless:
        if id_ := found.get(scan_of(n.entry)):
            heard.setdefault(id_, n.of.at)
    note_echoes(connection, heard)


def _note_hooks(
    session: Session, items: Sequence[tuple[Message, datetime]], ids: set[int], now: datetime
) -> None:
    """Note who told of what: a parcel of which a hook told need not be asked about so soon.

    But one that is claimed to have arrived is asked about at once.
    """
    if ids:
        session.connection().execute(_HOOKED, {"ids": sorted(ids), "at": now})
        plan(session, sorted(ids), now=now)
    for carrier in sorted({m.carrier for m, _ in items if m.source in HOOKS and not m.by}):
        state.note_hook(session, carrier, now=now)


# Who holds one of them tells something of it too. Waiting for them could end in a deadlock.
_HOOKED = (
    update(Parcel)
    .where(
        col(Parcel.id).in_(
            select(col(Parcel.id))
            .where(among(col(Parcel.id), "ids"), col(Parcel.open))
            .with_for_update(skip_locked=True)
        )
    )
    .values(hooked_at=bindparam("at"))
)
