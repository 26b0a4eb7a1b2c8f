"""Where a dossier stands, and the few ways in which that changes."""

from datetime import datetime
from typing import NamedTuple

from postal_tracker.core.journey.facts import LONG_AGO, Fact, Order
from postal_tracker.core.journey.stages import (
    FINAL_STAGES,
    PASSING,
    Act,
    Direction,
    Flag,
    Holder,
    Stage,
)


class Leg(NamedTuple):
    """One dossier's ride in one parcel."""

    parcel: int
    direction: Direction
    origin: Holder
    """Who sealed it, and to whom it goes back if it cannot be delivered."""
    sealed_at: datetime


class Stay(NamedTuple):
    """Somebody had a dossier from a moment on, at whatever places."""

    holder: Holder
    since: datetime


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
    closed_by: Act | None = None
    """Which of CLOSINGS ended it before there was a result."""
    closed_at: datetime | None = None
    flags: frozenset[Flag] = frozenset()
    last: Order = (LONG_AGO, -1, "")
    """The order of the latest fact: a fact that comes after it may simply follow."""

    @property
    def is_over(self) -> bool:
        return self.stage in FINAL_STAGES

    @property
    def settled_at(self) -> datetime | None:
        """Since when nobody owes a result, by whatever came first of what can end that."""
        end = self.result_ready_at or self.closed_at
        return end or (self.since if self.is_over else None)


def flagged(journey: Journey, flag: Flag) -> Journey:
    return journey._replace(flags=journey.flags | {flag})


def held(journey: Journey, stage: Stage, holder: Holder, fact: Fact) -> Journey:
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


def leg_over(journey: Journey) -> Journey:
    past = journey.past_parcels | {journey.leg.parcel} if journey.leg else journey.past_parcels
    return journey._replace(leg=None, past_parcels=past)
