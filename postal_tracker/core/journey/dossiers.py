"""A dossier's journey: what our desks and the post do with it, one fact after the other."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice, pairwise
from typing import NamedTuple

from adapters.event import Milestone
from postal_tracker.core.journey.facts import LONG_AGO, Fact, Order, not_struck_out, order_of
from postal_tracker.core.journey.on_the_way import ARRIVED, MOVES, at_an_office
from postal_tracker.core.journey.stages import (
    CLOSINGS,
    FINAL_MILESTONES,
    PASSING,
    Act,
    Direction,
    Flag,
    Handing,
    Holder,
    Stage,
    What,
)
from postal_tracker.core.journey.standing import Journey, Leg, Stay, flagged, held, leg_over

_PACKING = frozenset({Act.SEALED, Act.TAKEN_OUT})

_BEFORE_ACCEPTANCE = frozenset({Milestone.ANNOUNCED, Milestone.HANDED_OVER})


def replay(facts: Iterable[Fact]) -> Journey:
    """Return where a dossier stands, from its own facts and those of its parcels, in any order."""
    return deque(_replayed(facts), maxlen=1).pop()


def custody(facts: Iterable[Fact]) -> list[Stay]:
    """Return in whose hands a dossier has been, the first first; the last one has it still."""
    stays: list[Stay] = []
    for journey in islice(_replayed(facts), 1, None):
        if not stays or stays[-1].holder is not journey.holder:
            stays.append(Stay(journey.holder, journey.since))
    return stays


def _replayed(facts: Iterable[Fact]) -> Iterator[Journey]:
    """Yield where a dossier stands before all facts, and after each in turn."""
    standing = _not_taken_out(not_struck_out(facts))
    sealings = sorted(
        (f.happened_at, f.parcel) for f in standing if f.what is Act.SEALED and f.parcel
    )
    sealed_at: dict[int | None, datetime] = {parcel: at for at, parcel in sealings}
    journey = Journey()
    yield journey
    for order, fact in sorted(
        ((order_of(f, sealed_at.get(f.parcel)), f) for f in standing), key=_first
    ):
        journey = _follow(journey, fact, order)
        yield journey


class WithPost(NamedTuple):
    """How long the post had a dossier, in all its parcels together."""

    until_now: timedelta
    """The times that are over."""
    since: datetime | None
    """Since when it has it again; None if it does not."""


def with_post(facts: Iterable[Fact]) -> WithPost:
    """Return how long the post had a dossier; facts come in any order."""
    stays = custody(facts)
    gone = (after.since - one.since for one, after in pairwise(stays) if one.holder is Holder.POST)
    last = stays[-1] if stays else Stay(Holder.OFFICE, LONG_AGO)
    return WithPost(sum(gone, timedelta()), last.since if last.holder is Holder.POST else None)


def handings(facts: Iterable[Fact]) -> Iterator[tuple[datetime, Handing]]:
    """Yield in turn when the post took a dossier and gave it, while a result was owed.

    By the order of the fold: a scan that its carrier's clock puts before the sealing is of then.
    """
    journeys = list(_replayed(facts))
    settled_at, has_it = journeys[-1].settled_at, False
    for journey in journeys:
        at = journey.last[0]
        if settled_at and at >= settled_at:
            break
        if (journey.holder is Holder.POST) is not has_it:
            has_it = not has_it
            yield at, Handing.POST_TOOK if has_it else Handing.POST_GAVE
    if settled_at and has_it:
        yield settled_at, Handing.POST_GAVE


def follow(journey: Journey, fact: Fact) -> Journey | None:
    """Return the journey after one more fact, or None where only a full replay can tell.

    It can be told at once when the fact comes after all others and speaks of the present leg.
    """
    leg = journey.leg
    if leg is None or fact.parcel != leg.parcel or fact.what not in MOVES:
        return None
    order = order_of(fact, leg.sealed_at)
    return _follow(journey, fact, order) if order > journey.last else None


def _first(pair: tuple[Order, Fact]) -> Order:
    return pair[0]


def _not_taken_out(facts: Iterable[Fact]) -> list[Fact]:
    """A dossier that was taken out again is as if it had never been in that parcel."""
    found = list(facts)
    out = {fact.parcel for fact in found if fact.what is Act.TAKEN_OUT}
    return [f for f in found if f.what not in _PACKING or f.parcel not in out]


def _follow(journey: Journey, fact: Fact, order: Order) -> Journey:
    return _step(journey, fact)._replace(last=order)


def _step(journey: Journey, fact: Fact) -> Journey:
    if fact.what in _DISPUTES:
        return _DISPUTES[fact.what](journey)
    if journey.is_over:
        return _after_the_end(journey, fact)
    if isinstance(fact.what, Act):
        return _DESK[fact.what](journey, fact)
    if journey.leg is None or journey.leg.parcel != fact.parcel:
        return _stray(journey, fact)
    return MOVES[fact.what](journey, journey.leg, fact)


def _after_the_end(journey: Journey, fact: Fact) -> Journey:
    """Keep a final stage, whatever is said later; only what contradicts it needs a look."""
    repeats = fact.what is Milestone.DELIVERED and journey.stage is Stage.DELIVERED
    if repeats or fact.what in _BEFORE_ACCEPTANCE or fact.what is Act.RESULT_READY:
        return journey
    return flagged(journey, Flag.NEWS_AFTER_THE_END)


def _stray(journey: Journey, fact: Fact) -> Journey:
    """Keep a scan of a parcel in which the dossier no longer is; a repeated ending is no news."""
    expected = fact.what in FINAL_MILESTONES or fact.what in _BEFORE_ACCEPTANCE
    if fact.parcel not in journey.past_parcels or expected:
        return journey
    return flagged(journey, Flag.NEWS_OF_EARLIER_PARCEL)


# What our desks do


def _registered(journey: Journey, fact: Fact) -> Journey:
    taken_in = held(journey, Stage.WITH_OFFICE, Holder.OFFICE, fact)
    return taken_in._replace(since=fact.happened_at)


def _may_be_double(journey: Journey, _fact: Fact) -> Journey:
    return flagged(journey, Flag.POSSIBLE_DOUBLE)


def _sealed(journey: Journey, fact: Fact) -> Journey:
    if fact.parcel is None or fact.direction is None:
        return journey
    journey = _out_of_the_post(journey, fact)
    leg = Leg(fact.parcel, fact.direction, journey.holder, fact.happened_at)
    flags = journey.flags - PASSING
    sealed = leg_over(journey)._replace(stage=Stage.SEALED, leg=leg, flags=flags)
    # What an authority sends away is its result, whether it told us before or not.
    decides = journey.holder is Holder.AUTHORITY and not journey.closed_by
    return _result_ready(sealed, fact) if decides else sealed


def _out_of_the_post(journey: Journey, fact: Fact) -> Journey:
    """What somebody seals anew has come out of the post, though its carrier's clock says later."""
    leg = journey.leg
    if journey.holder is not Holder.POST or leg is None:
        return journey
    back = leg.direction is Direction.TO_CITIZEN
    holder = leg.origin if back else ARRIVED[leg.direction][1]
    return held(journey, journey.stage, holder, fact)


def _result_ready(journey: Journey, fact: Fact) -> Journey:
    if journey.closed_by:
        return flagged(journey, Flag.NEWS_AFTER_THE_END)
    return journey._replace(result_ready_at=journey.result_ready_at or fact.happened_at)


def _received_back(journey: Journey, fact: Fact) -> Journey:
    stage = journey.stage
    if fact.direction is Direction.TO_OFFICE:
        stage = at_an_office(journey)
    elif stage is not Stage.RETURNED:
        stage = Stage.AT_CENTRE
    return leg_over(held(journey, stage, Holder.OFFICE, fact))


def _collected(journey: Journey, fact: Fact) -> Journey:
    return leg_over(held(journey, Stage.COLLECTED, Holder.CITIZEN, fact))


_TAKEN_ALONG: dict[What, Stage] = {Act.CANCELLED: Stage.CANCELLED, Act.REFUSED: Stage.REFUSED}


def _closed(journey: Journey, fact: Fact) -> Journey:
    """What lies at the desk the applicant takes along; what is elsewhere has yet to come back."""
    if journey.settled_at is None and isinstance(fact.what, Act):
        journey = journey._replace(closed_by=fact.what, closed_at=fact.happened_at)
    elif journey.leg or journey.holder is not Holder.OFFICE:
        return flagged(journey, Flag.NEWS_AFTER_THE_END)
    stage = _TAKEN_ALONG.get(fact.what)
    if stage is None or journey.leg or journey.holder is not Holder.OFFICE:
        return journey
    return held(journey, stage, Holder.CITIZEN, fact._replace(place=""))


def _disputed(journey: Journey) -> Journey:
    return flagged(journey, Flag.DELIVERY_DISPUTED)


def _settled(journey: Journey) -> Journey:
    return journey._replace(flags=journey.flags - {Flag.DELIVERY_DISPUTED})


_DISPUTES: dict[What, Callable[[Journey], Journey]] = {
    Act.DELIVERY_DISPUTED: _disputed,
    Act.DISPUTE_SETTLED: _settled,
}
"""A word against another: it moves no paper, and is heard also after the end."""

_DESK: dict[Act, Callable[[Journey, Fact], Journey]] = {
    Act.REGISTERED: _registered,
    Act.POSSIBLE_DOUBLE: _may_be_double,
    Act.SEALED: _sealed,
    Act.RESULT_READY: _result_ready,
    Act.RECEIVED_BACK: _received_back,
    Act.COLLECTED: _collected,
    **dict.fromkeys(CLOSINGS, _closed),
}
