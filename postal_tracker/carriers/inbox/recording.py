"""What messages and answers tell, recorded: each event is judged by what is known already.

What does not fit is said. One bad event of a message holds up none of its good ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlmodel import Session

from adapters.event import CarrierEvent, Source
from postal_tracker import ledger
from postal_tracker.carriers import state
from postal_tracker.carriers.inbox.echoes import note_echoes
from postal_tracker.carriers.inbox.expected import keep_expected
from postal_tracker.carriers.inbox.judging import (
    Fate,
    Judged,
    News,
    judge_each,
    judge_refused,
)
from postal_tracker.carriers.inbox.known import Known, by_key
from postal_tracker.carriers.inbox.matching import Parcels, parcels_by_number
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
from postal_tracker.carriers.next_checks import plan_hooked

OTHERWISE_NOW = "an event that is known tells something else now"

_PROBLEMS = {
    Fate.ANOTHERS: "it tells of another carrier's parcel",
    Fate.EARLIER: "it tells of a time long before the parcel was made",
    Fate.OTHERWISE: OTHERWISE_NOW,
}


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
    """Record what a carrier answered when it was polled; what it had told before is passed over.

    It tells of its own parcels, or if it is a source, `of_anybodys`. The answer itself is not kept:
    each repeats the whole journey, and it can be had again by polling, as a message cannot. But
    staff are shown what it tells otherwise now than it told before; the first telling stands.
    """
    answer = Message(carrier, Source.POLL, b"", of_anybodys=of_anybodys)
    latest = now + A_CLOCK_WRONG_BY_A_ZONE
    news = [News(event, answer, now) for event in events if event.happened_at <= latest]
    parcels = parcels_by_number(session.connection(), _all_numbers(news))
    for told, verdict in _record(session, news, Known(parcels), now=now):
        if verdict.fate is Fate.OTHERWISE:
            _show_contradiction(session, told.event, carrier, now)


def _show_contradiction(session: Session, event: CarrierEvent, carrier: str, now: datetime) -> None:
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


def record_kept(
    session: Session, kept: Sequence[Kept], *, now: datetime
) -> tuple[dict[int, Outcome], set[int]]:
    """Record what messages tell; return what became of each, and of which parcels hooks told."""
    connection = session.connection()
    news = [News(event, k.message, k.at, k.id) for k in kept for event in k.message.events]
    parcels = _parcels_of(connection, news)
    known = Known(parcels, by_key(connection, _keys_that_decide(news, parcels)))
    judged = _record(session, news, known, now=now)
    hooked = [(n, v) for n, v in judged if n.is_hooked]
    note_echoes(connection, hooked)
    return _outcomes(kept, judged), {v.parcel_id for _, v in hooked if v.parcel_id is not None}


def _parcels_of(connection: Connection, news: Sequence[News]) -> Parcels:
    """Return the parcels told of; where one is missing, look again once nobody is making it."""
    numbers = _all_numbers(news)
    found = parcels_by_number(connection, numbers)
    missing = _all_numbers(n for n in news if found.find(n.message.scope, n.numbers) is None)
    if missing and take_turns(connection, missing):
        return parcels_by_number(connection, numbers)
    return found


def _all_numbers(news: Iterable[News]) -> set[str]:
    return {number for n in news for number in n.numbers}


def _keys_that_decide(news: Iterable[News], parcels: Parcels) -> Iterable[str]:
    """Return under which keys the ledger must be looked at before anything is recorded.

    For most news these are none: the ledger itself refuses a key that it holds. But it would take a
    claim beside a word that contradicts it, and the scan of an earlier parcel for this one's.
    """
    for n in news:
        parcel = parcels.find(n.message.scope, n.numbers)
        if parcel and parcel.is_younger_than(n.event):
            yield from (n.key, n.other_key)
        elif parcel and not n.is_proven:
            yield n.other_key


def _outcomes(kept: Sequence[Kept], judged: Iterable[Judged]) -> dict[int, Outcome]:
    told: dict[int | None, list[Judged]] = defaultdict(list)
    for one in judged:
        told[one[0].message_id].append(one)
    return {k.id: _outcome(k.message, told[k.id]) for k in kept}


def _outcome(message: Message, judged: Iterable[Judged]) -> Outcome:
    outcome = Outcome(MessageState.UNREAD, message.problem) if message.problem else Outcome()
    for news, verdict in judged:
        if verdict.fate in (Fate.UNCLAIMED, Fate.ANOTHERS):
            outcome.stray(news.numbers)
        if problem := _PROBLEMS.get(verdict.fate):
            outcome.conflict(problem)
    return outcome


# What is told by a message or by an answer


def _record(session: Session, news: Sequence[News], known: Known, *, now: datetime) -> list[Judged]:
    """Record what is new, by what is known; return what became of all.

    Where a verdict has a parcel, what else its news tells of that parcel is kept, too.
    """
    verdicts = judge_each(news, known)
    new = [v.entry for v in verdicts if v.entry and v.fate is Fate.UNRECORDED]
    ids = ledger.record(session, new, now=now)
    refused = {entry.key for entry, id_ in zip(new, ids, strict=True) if id_ is None}
    known = known.and_entries(by_key(session.connection(), refused))
    judged = [
        (n, judge_refused(n, v, known) if n.key in refused else v)
        for n, v in zip(news, verdicts, strict=True)
    ]
    told = [(v.parcel_id, n.event) for n, v in judged if v.parcel_id is not None]
    keep_expected(session.connection(), told, now)
    return judged


# What hooks told


def _note_hooks(
    session: Session, items: Sequence[tuple[Message, datetime]], ids: set[int], now: datetime
) -> None:
    """Note which carriers told by themselves, and of which parcels."""
    if ids:
        plan_hooked(session, sorted(ids), now=now)
    for carrier in sorted({m.carrier for m, _ in items if m.source in HOOKS and not m.by}):
        state.note_hook(session, carrier, now=now)
