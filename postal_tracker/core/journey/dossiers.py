"""Where a dossier stands: what our desks and the post do with it, one fact after the other."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from adapters.event import Milestone, Reason
from postal_tracker.core.journey.facts import LONG_AGO, Fact, Order, not_struck_out, order_of
from postal_tracker.core.journey.stages import (
    FINAL_MILESTONES,
    FINAL_STAGES,
    PASSING,
    Act,
    Direction,
    Flag,
    Holder,
    Stage,
    What,
)

_FLAG_OF = {
    Milestone.DELIVERY_FAILED: Flag.DELIVERY_FAILED,
    Milestone.AWAITING_COLLECTION: Flag.AWAITING_COLLECTION,
    Milestone.RETURNING: Flag.RETURNING,
}

_PACKING = frozenset({Act.SEALED, Act.TAKEN_OUT})

_BEFORE_ACCEPTANCE = frozenset({Milestone.ANNOUNCED, Milestone.HANDED_OVER})


class Leg(NamedTuple):
    """One dossier's ride in one parcel."""

    parcel: int
    direction: Direction
    origin: Holder
    """Who sealed it, and to whom it goes back if it cannot be delivered."""
    sealed_at: datetime


class Journey(NamedTuple):
    """Where one dossier stands after the facts so far."""

    stage: Stage = Stage.WITH_OFFICE
    holder: Holder = Holder.OFFICE
    place: str = ""
    since: datetime = LONG_AGO
    """Since when this holder has it at this place."""
    leg: Leg | None = None
    past_parcels: frozenset[int] = frozenset()
    result_ready_at: datetime | None = None
    flags: frozenset[Flag] = frozenset()
    last: Order = (LONG_AGO, -1, "")
    """The order of the latest fact: a fact that comes after it may simply follow."""

    @property
    def is_over(self) -> bool:
        return self.stage in FINAL_STAGES


def replay(facts: Iterable[Fact]) -> Journey:
    """Return where a dossier stands, from its own facts and those of its parcels, in any order."""
    standing = _not_taken_out(not_struck_out(facts))
    sealings = sorted(
        (f.happened_at, f.parcel) for f in standing if f.what is Act.SEALED and f.parcel
    )
    sealed_at: dict[int | None, datetime] = {parcel: at for at, parcel in sealings}
    journey = Journey()
    for order, fact in sorted(
        ((order_of(f, sealed_at.get(f.parcel)), f) for f in standing), key=_first
    ):
        journey = _follow(journey, fact, order)
    return journey


def follow(journey: Journey, fact: Fact) -> Journey | None:
    """Return the journey after one more fact, or None where only a full replay can tell.

    It can be told at once when the fact comes after all others and speaks of the present leg.
    """
    leg = journey.leg
    if leg is None or fact.parcel != leg.parcel or fact.what not in _MOVES:
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
    if journey.is_over:
        return _after_the_end(journey, fact)
    if isinstance(fact.what, Act):
        return _DESK[fact.what](journey, fact)
    if journey.leg is None or journey.leg.parcel != fact.parcel:
        return _stray(journey, fact)
    return _MOVES[fact.what](journey, journey.leg, fact)


def _after_the_end(journey: Journey, fact: Fact) -> Journey:
    """Keep a final stage, whatever is said later; only what contradicts it needs a look."""
    repeats = fact.what is Milestone.DELIVERED and journey.stage is Stage.DELIVERED
    if repeats or fact.what in _BEFORE_ACCEPTANCE or fact.what is Act.RESULT_READY:
        return journey
    return _flagged(journey, Flag.NEWS_AFTER_THE_END)


def _stray(journey: Journey, fact: Fact) -> Journey:
    """Keep a scan of a parcel in which the dossier no longer is; a repeated ending is no news."""
    expected = fact.what in FINAL_MILESTONES or fact.what in _BEFORE_ACCEPTANCE
    if fact.parcel not in journey.past_parcels or expected:
        return journey
    return _flagged(journey, Flag.NEWS_OF_EARLIER_PARCEL)


def _flagged(journey: Journey, flag: Flag) -> Journey:
    return journey._replace(flags=journey.flags | {flag})


def _held(journey: Journey, stage: Stage, holder: Holder, fact: Fact) -> Journey:
    """Put the dossier into a holder's hands; `since` starts anew only if holder or place change.

    A place follows its holder: where a carrier scanned says nothing of where an authority is.
    """
    told = fact.place if holder is Holder.POST or isinstance(fact.what, Act) else ""
    place = told or (journey.place if holder is journey.holder else "")
    stays = holder is journey.holder and place == journey.place
    return journey._replace(
        stage=stage,
        holder=holder,
        place=place,
        since=journey.since if stays else fact.happened_at,
        flags=journey.flags - PASSING,
    )


def _leg_over(journey: Journey) -> Journey:
    past = journey.past_parcels | {journey.leg.parcel} if journey.leg else journey.past_parcels
    return journey._replace(leg=None, past_parcels=past)


# What our desks do


def _registered(journey: Journey, fact: Fact) -> Journey:
    held = _held(journey, Stage.WITH_OFFICE, Holder.OFFICE, fact)
    return held._replace(since=fact.happened_at)


def _may_be_double(journey: Journey, _fact: Fact) -> Journey:
    return _flagged(journey, Flag.POSSIBLE_DOUBLE)


def _sealed(journey: Journey, fact: Fact) -> Journey:
    if fact.parcel is None or fact.direction is None:
        return journey
    journey = _out_of_the_post(journey, fact)
    leg = Leg(fact.parcel, fact.direction, journey.holder, fact.happened_at)
    flags = journey.flags - PASSING
    sealed = _leg_over(journey)._replace(stage=Stage.SEALED, leg=leg, flags=flags)
    # What an authority sends away is its result, whether it told us before or not.
    return _result_ready(sealed, fact) if journey.holder is Holder.AUTHORITY else sealed


def _out_of_the_post(journey: Journey, fact: Fact) -> Journey:
    """What somebody seals anew has come out of the post, though its carrier's clock says later."""
    leg = journey.leg
    if journey.holder is not Holder.POST or leg is None:
        return journey
    back = leg.direction is Direction.TO_CITIZEN
    holder = leg.origin if back else _ARRIVED[leg.direction][1]
    return _held(journey, journey.stage, holder, fact)


def _result_ready(journey: Journey, fact: Fact) -> Journey:
    return journey._replace(result_ready_at=journey.result_ready_at or fact.happened_at)


def _received_back(journey: Journey, fact: Fact) -> Journey:
    stage = journey.stage if journey.stage is Stage.RETURNED else Stage.AT_CENTRE
    return _leg_over(_held(journey, stage, Holder.OFFICE, fact))


def _collected(journey: Journey, fact: Fact) -> Journey:
    return _leg_over(_held(journey, Stage.COLLECTED, Holder.CITIZEN, fact))


def _cancelled(journey: Journey, fact: Fact) -> Journey:
    # What lies at the desk the applicant takes along; the rest is where it was.
    at_desk = journey.holder is Holder.OFFICE
    holder = Holder.CITIZEN if at_desk else journey.holder
    return _leg_over(_held(journey, Stage.CANCELLED, holder, fact._replace(place="")))


_DESK: dict[Act, Callable[[Journey, Fact], Journey]] = {
    Act.REGISTERED: _registered,
    Act.POSSIBLE_DOUBLE: _may_be_double,
    Act.SEALED: _sealed,
    Act.RESULT_READY: _result_ready,
    Act.RECEIVED_BACK: _received_back,
    Act.COLLECTED: _collected,
    Act.CANCELLED: _cancelled,
}


# What the post does with the parcel in which the dossier is

_ON_THE_WAY = {
    Direction.TO_AUTHORITY: Stage.TO_AUTHORITY,
    Direction.TO_CENTRE: Stage.TO_CENTRE,
    Direction.TO_CITIZEN: Stage.TO_CITIZEN,
}

_ARRIVED = {
    Direction.TO_AUTHORITY: (Stage.AT_AUTHORITY, Holder.AUTHORITY),
    Direction.TO_CENTRE: (Stage.AT_CENTRE, Holder.OFFICE),
    Direction.TO_CITIZEN: (Stage.DELIVERED, Holder.CITIZEN),
}


def _stays(journey: Journey, _leg: Leg, _fact: Fact) -> Journey:
    return journey


def _travels(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    moved = _held(journey, _ON_THE_WAY[leg.direction], Holder.POST, fact)
    flag = _FLAG_OF.get(fact.what) if isinstance(fact.what, Milestone) else None
    return _flagged(moved, flag) if flag else moved


def _is_handed_over(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    """A list signed later than the first scan tells nothing new."""
    return journey if journey.holder is Holder.POST else _travels(journey, leg, fact)


def _arrives(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    if fact.is_claim:
        return _flagged(_travels(journey, leg, fact), Flag.DELIVERY_CLAIMED)
    return _leg_over(_held(journey, *_ARRIVED[leg.direction], fact))


def _comes_back(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    if fact.is_claim:
        return _flagged(_travels(journey, leg, fact), Flag.RETURNING)
    return _leg_over(_held(journey, Stage.RETURNED, leg.origin, fact))


def _goes_wrong(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    if fact.reason is Reason.LOST:
        return _held(journey, Stage.LOST, Holder.POST, fact)
    if fact.reason is Reason.CANCELLED:
        return _flagged(journey, Flag.EXCEPTION)
    flag = Flag.DAMAGED if fact.reason is Reason.DAMAGED else Flag.EXCEPTION
    return _flagged(_travels(journey, leg, fact), flag)


def _says_what_nobody_knows(journey: Journey, _leg: Leg, _fact: Fact) -> Journey:
    return _flagged(journey, Flag.UNRECOGNISED_NEWS)


_MOVES: dict[What, Callable[[Journey, Leg, Fact], Journey]] = {
    Milestone.ANNOUNCED: _stays,
    Milestone.HANDED_OVER: _is_handed_over,
    Milestone.ACCEPTED: _travels,
    Milestone.IN_TRANSIT: _travels,
    Milestone.ARRIVED_AT_DELIVERY_OFFICE: _travels,
    Milestone.OUT_FOR_DELIVERY: _travels,
    Milestone.DELIVERY_FAILED: _travels,
    Milestone.AWAITING_COLLECTION: _travels,
    Milestone.RETURNING: _travels,
    Milestone.DELIVERED: _arrives,
    Milestone.RETURNED: _comes_back,
    Milestone.EXCEPTION: _goes_wrong,
    Milestone.UNRECOGNISED: _says_what_nobody_knows,
}
