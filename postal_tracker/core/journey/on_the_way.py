"""What the post does with the parcel in which a dossier is."""

from collections.abc import Callable

from adapters.event import Milestone, Reason
from postal_tracker.core.journey.facts import Fact
from postal_tracker.core.journey.stages import Direction, Flag, Holder, Stage, What
from postal_tracker.core.journey.standing import Journey, Leg, flagged, held, leg_over

_FLAG_OF = {
    Milestone.DELIVERY_FAILED: Flag.DELIVERY_FAILED,
    Milestone.AWAITING_COLLECTION: Flag.AWAITING_COLLECTION,
    Milestone.RETURNING: Flag.RETURNING,
}

_ON_THE_WAY = {
    Direction.TO_AUTHORITY: Stage.TO_AUTHORITY,
    Direction.TO_CENTRE: Stage.TO_CENTRE,
    Direction.TO_CITIZEN: Stage.TO_CITIZEN,
    Direction.TO_OFFICE: Stage.TO_OFFICE,
}

ARRIVED = {
    Direction.TO_AUTHORITY: (Stage.AT_AUTHORITY, Holder.AUTHORITY),
    Direction.TO_CENTRE: (Stage.AT_CENTRE, Holder.OFFICE),
    Direction.TO_CITIZEN: (Stage.DELIVERED, Holder.CITIZEN),
    Direction.TO_OFFICE: (Stage.WITH_OFFICE, Holder.OFFICE),
}


def at_an_office(journey: Journey) -> Stage:
    """Return how it stands once it has come from another office, with its result or before it."""
    return Stage.AT_CENTRE if journey.result_ready_at else Stage.WITH_OFFICE


def _stays(journey: Journey, _leg: Leg, _fact: Fact) -> Journey:
    return journey


def _travels(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    moved = held(journey, _ON_THE_WAY[leg.direction], Holder.POST, fact)
    flag = _FLAG_OF.get(fact.what) if isinstance(fact.what, Milestone) else None
    return flagged(moved, flag) if flag else moved


def _is_handed_over(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    """A list signed later than the first scan tells nothing new."""
    return journey if journey.holder is Holder.POST else _travels(journey, leg, fact)


def _arrives(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    if fact.is_claim:
        return flagged(_travels(journey, leg, fact), Flag.DELIVERY_CLAIMED)
    stage, holder = ARRIVED[leg.direction]
    if leg.direction is Direction.TO_OFFICE:
        stage = at_an_office(journey)
    return leg_over(held(journey, stage, holder, fact))


def _comes_back(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    if fact.is_claim:
        return flagged(_travels(journey, leg, fact), Flag.RETURNING)
    return leg_over(held(journey, Stage.RETURNED, leg.origin, fact))


def _goes_wrong(journey: Journey, leg: Leg, fact: Fact) -> Journey:
    if fact.reason is Reason.LOST:
        return held(journey, Stage.LOST, Holder.POST, fact)
    if fact.reason is Reason.CANCELLED:
        return flagged(journey, Flag.EXCEPTION)
    flag = Flag.DAMAGED if fact.reason is Reason.DAMAGED else Flag.EXCEPTION
    return flagged(_travels(journey, leg, fact), flag)


def _says_what_nobody_knows(journey: Journey, _leg: Leg, _fact: Fact) -> Journey:
    return flagged(journey, Flag.UNRECOGNISED_NEWS)


MOVES: dict[What, Callable[[Journey, Leg, Fact], Journey]] = {
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
