"""What becomes of one event that somebody told: pure functions, without database or clock.

The first telling stands. An event that is told again is passed over, one that is told otherwise
under the same id is a contradiction, whether the first telling came long ago or just before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from adapters.event import CarrierEvent
from postal_tracker import ledger
from postal_tracker.access import EVERYTHING
from postal_tracker.carriers.inbox.known import Known, KnownEntry
from postal_tracker.carriers.inbox.matching import numbers_of
from postal_tracker.carriers.inbox.messages import HOOKS, Message
from postal_tracker.core.journey import FINAL_MILESTONES

_CLAIM = ":claim"
"""Ends the key of a claim: it and its later confirmation are two entries, by one id."""

_LONGEST_KEY = 200


class Fate(StrEnum):
    """What became of one event of a message."""

    RECORDED = "recorded"
    """By this message."""
    KNOWN = "known"
    """Another message, or an answer, had told it before."""
    OTHERWISE = "otherwise"
    """Its id is known, but told something else; that stands."""
    ANOTHERS = "anothers"
    """The only parcel of that number is another carrier's or office's than its teller's."""
    EARLIER = "earlier"
    """It is of a parcel that bore the number long before."""
    UNCLAIMED = "unclaimed"
    """There is no parcel of that number."""
    UNRECORDED = "unrecorded"
    """Nothing speaks against it: reading the message again records it, or finds it known."""


@dataclass(frozen=True, slots=True)
class News:
    """One event, with the message that told it."""

    event: CarrierEvent
    message: Message
    came_at: datetime
    message_id: int | None = None
    """Empty: an answer to polling, which is not kept."""

    @property
    def numbers(self) -> tuple[str, ...]:
        return numbers_of(self.event)

    @property
    def is_hooked(self) -> bool:
        return not self.message.by and self.message.source in HOOKS

    @property
    def is_proven(self) -> bool:
        """What is proven is never a claim."""
        return self.message.source.is_trusted

    @property
    def is_claim(self) -> bool:
        return self.event.milestone in FINAL_MILESTONES and not self.is_proven

    @property
    def key(self) -> str:
        """Return its idempotency key in the ledger: an id is unique for whoever told it."""
        return self._key(_CLAIM if self.is_claim else "")

    @property
    def other_key(self) -> str:
        """Return the key under which the same id stands if it was told as a claim, or as none."""
        return self._key("" if self.is_claim else _CLAIM)

    def _key(self, end: str) -> str:
        told_by = self.message.by or self.message.carrier
        return f"{told_by}:{self.event.event_id}{end}"[:_LONGEST_KEY]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of news."""

    fate: Fate
    entry: ledger.NewEntry | None = None
    """What the ledger is to hold of it, or holds already; empty if it must not be recorded."""
    repeats: KnownEntry | None = None
    """What is known under its id and says the same."""

    @property
    def parcel_id(self) -> int | None:
        """Return whose news it is; empty if nothing of it may be recorded."""
        return self.entry.parcel_id if self.entry else None


Judged = tuple[News, Verdict]


def judge_each(news: Sequence[News], known: Known) -> list[Verdict]:
    """Judge news in its order: what one tells is known when the next one is judged."""
    entries = dict(known.entries)
    so_far = replace(known, entries=entries)
    verdicts = []
    for one in news:
        verdict = judge(one, so_far)
        if verdict.entry and verdict.fate is Fate.UNRECORDED:
            entries[verdict.entry.key] = _as_known(verdict.entry)
        verdicts.append(verdict)
    return verdicts


def _as_known(entry: ledger.NewEntry) -> KnownEntry:
    """Return what was told just now as if the ledger held it; it has no id yet."""
    return KnownEntry(
        id=0,
        key=entry.key,
        parcel_id=entry.parcel_id,
        what=entry.what.value,
        happened_at=entry.happened_at,
        carrier_code=entry.carrier_code,
        source=entry.source.value,
        message_id=entry.message_id,
        tracking_number=None,
    )


def judge(news: News, known: Known) -> Verdict:
    """Tell what becomes of an event, by what is known."""
    parcel = known.parcels.find(news.message.scope, news.numbers)
    if parcel is None:
        is_anothers = known.parcels.find(EVERYTHING, news.numbers) is not None
        return Verdict(Fate.ANOTHERS if is_anothers else Fate.UNCLAIMED)
    if parcel.is_younger_than(news.event):
        # If it was told while its own parcel had the number, it is no wonder that it comes again.
        first = known.entries.get(news.key) or known.entries.get(news.other_key)
        return Verdict(_fate(news, first, unknown=Fate.EARLIER))
    return _judge_by_id(news, _entry_of(news, parcel.id), known)


def judge_refused(news: News, verdict: Verdict, known: Known) -> Verdict:
    """Judge news again whose key the ledger refused; by now its entry under that key is known.

    If there is none, another id told of the same scan before.
    """
    if verdict.entry is None:
        return verdict
    if verdict.entry.key not in known.entries:
        return replace(verdict, fate=Fate.KNOWN)
    return _judge_by_id(news, verdict.entry, known)


def _judge_by_id(news: News, entry: ledger.NewEntry, known: Known) -> Verdict:
    own = known.entries.get(entry.key)
    other = None if news.is_proven else known.entries.get(news.other_key)
    if any(first and _says_otherwise(first, entry, news.numbers) for first in (own, other)):
        return Verdict(Fate.OTHERWISE)
    fate = _fate(news, own, unknown=Fate.UNRECORDED)
    return Verdict(fate, entry, repeats=(other or own) if news.is_claim else own)


def _fate(news: News, first: KnownEntry | None, *, unknown: Fate) -> Fate:
    if first is None:
        return unknown
    is_ours = first.message_id is not None and first.message_id == news.message_id
    return Fate.RECORDED if is_ours else Fate.KNOWN


def _says_otherwise(first: KnownEntry, entry: ledger.NewEntry, numbers: Sequence[str]) -> bool:
    """Tell whether an entry contradicts the one that is known under its id.

    A number that came back has a new parcel, and what is told of it again is of the old one. A code
    of the carrier's that our table reads in another way since is the same word of the carrier.
    """
    same_parcel = first.parcel_id == entry.parcel_id or first.tracking_number in numbers
    same_word = first.carrier_code == entry.carrier_code and first.carrier_code != ""
    same_scan = first.happened_at == entry.happened_at and (
        first.what == entry.what.value or same_word
    )
    return not (same_parcel and same_scan)


def _entry_of(news: News, parcel_id: int) -> ledger.NewEntry:
    """Return what the ledger is to hold of an event."""
    event, message = news.event, news.message
    return ledger.NewEntry(
        key=news.key,
        what=event.milestone,
        happened_at=event.happened_at,
        source=message.source,
        by=message.by,
        parcel_id=parcel_id,
        place=event.place[:200],
        reason=event.reason,
        carrier_code=event.carrier_code[:60],
        message_id=news.message_id,
    )
