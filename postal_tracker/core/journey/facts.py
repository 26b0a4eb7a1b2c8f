"""One thing that happened, which of them count, and where each belongs in time."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from adapters.event import Milestone, Reason, Source
from postal_tracker.core.journey.stages import (
    FINAL_MILESTONES,
    LIMIT_ACTS,
    Act,
    Direction,
    What,
)

_RANK: dict[What, int] = {
    what: rank
    for rank, what in enumerate(
        (
            Act.REGISTERED,
            Act.POSSIBLE_DOUBLE,
            Act.SEALED,
            Act.TAKEN_OUT,
            *Milestone,
            Act.RESULT_READY,
            Act.RECEIVED_BACK,
            Act.COLLECTED,
            Act.CANCELLED,
            Act.STRUCK_OUT,
            Act.CORRECTED,
            Act.REFUSED,
            Act.STOPPED,
            Act.SUPPLEMENT_REQUESTED,
            Act.SUPPLEMENT_RECEIVED,
            Act.PAYMENT_REQUESTED,
            Act.PAYMENT_RECEIVED,
            Act.EXTENDED,
            Act.NOTED,
            Act.FEEDBACK_OPENED,
            Act.FEEDBACK_ANSWERED,
            Act.DELIVERY_DISPUTED,
            Act.DISPUTE_SETTLED,
            Act.FEEDBACK_ASKED,
        )
    )
}
"""Breaks ties between facts of one instant: the natural order of a round trip.

Stored beside each dossier: a new one comes last, so that those there are keep theirs.
"""

_AT_THE_BEGINNING = (Act.REGISTERED, Act.POSSIBLE_DOUBLE)

LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Fact(NamedTuple):
    """One thing that happened, as plain values."""

    key: str
    """Unique, and the same whenever the fact arrives; breaks the last ties."""
    what: What
    happened_at: datetime
    source: Source
    place: str = ""
    reason: Reason | None = None
    parcel: int | None = None
    direction: Direction | None = None
    """Of the parcel; given whenever `parcel` is."""
    strikes: str | None = None
    """The key of the fact that a STRUCK_OUT takes back."""
    due_at: datetime | None = None
    """The date that an EXTENDED promises."""

    @property
    def is_claim(self) -> bool:
        """Whether it says that a journey ended, on the word of somebody we cannot verify."""
        if self.what not in FINAL_MILESTONES:
            return False
        # Between our own offices the courier's word ends nothing: the desk that has it signs.
        ours = self.direction is Direction.TO_OFFICE and self.source is Source.COURIER
        return ours or not self.source.is_trusted


Order = tuple[datetime, int, str]


def not_struck_out(facts: Iterable[Fact]) -> list[Fact]:
    """Return what moves papers or parcels, each once."""
    return [fact for fact in standing(facts) if fact.what not in _MOVES_NOTHING]


def standing(facts: Iterable[Fact]) -> list[Fact]:
    """Return each fact once, without those that were taken back."""
    distinct = {fact.key: fact for fact in facts}
    struck = {fact.strikes for fact in distinct.values() if fact.what is Act.STRUCK_OUT}
    return [fact for fact in distinct.values() if fact.key not in struck]


_MOVES_NOTHING = frozenset(
    {
        *(Act.STRUCK_OUT, Act.CORRECTED, Act.NOTED),
        *(Act.FEEDBACK_OPENED, Act.FEEDBACK_ASKED, Act.FEEDBACK_ANSWERED, *LIMIT_ACTS),
    }
)


def order_of(fact: Fact, sealed_at: datetime | None = None) -> Order:
    """Return where a fact belongs in time.

    A scan cannot precede the sealing of what it scans; clocks that say so are a little wrong.
    """
    if fact.what in _AT_THE_BEGINNING:
        return LONG_AGO, _RANK[fact.what], fact.key
    if sealed_at is None or sealed_at <= fact.happened_at:
        return fact.happened_at, _RANK[fact.what], fact.key
    # Of several such scans of one kind, the one that was made later still counts later.
    return sealed_at, _RANK[fact.what], f"{fact.happened_at.astimezone(UTC).isoformat()} {fact.key}"
