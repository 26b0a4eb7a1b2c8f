"""Where a parcel stands: what its scans say, one after the other."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from adapters.event import Milestone
from postal_tracker.core.journey.facts import LONG_AGO, Fact, Order, not_struck_out, order_of
from postal_tracker.core.journey.stages import (
    FINAL_MILESTONES,
    PASSING,
    Direction,
    Flag,
    What,
)


class ParcelJourney(NamedTuple):
    """Where one parcel stands after the scans so far."""

    milestone: Milestone | None = None
    """None until anything is known of it."""
    place: str = ""
    since: datetime = LONG_AGO
    """When the milestone happened."""
    flags: frozenset[Flag] = frozenset()
    last: Order = (LONG_AGO, -1, "")
    first_scan_at: datetime | None = None
    """When it was first scanned by whoever had it after us."""
    accepted_at: datetime | None = None
    """When it was first scanned as accepted."""

    @property
    def is_over(self) -> bool:
        return self.milestone in FINAL_MILESTONES and Flag.DELIVERY_CLAIMED not in self.flags


def replay_parcel(facts: Iterable[Fact]) -> ParcelJourney:
    """Return where a parcel stands, from its scans in any order."""
    parcel = ParcelJourney()
    for fact in sorted(not_struck_out(facts), key=order_of):
        parcel = _follow_parcel(parcel, fact, order_of(fact))
    return parcel


def follow_parcel(parcel: ParcelJourney, fact: Fact) -> ParcelJourney | None:
    """Return the parcel after one more scan, or None where only a full replay can tell."""
    if not isinstance(fact.what, Milestone):
        return None
    order = order_of(fact)
    return _follow_parcel(parcel, fact, order) if order > parcel.last else None


class Ride(NamedTuple):
    """How long the post had one parcel."""

    parcel: int
    direction: Direction
    since: datetime
    """When it was handed over or, if nobody wrote that down, first scanned."""
    delivered_at: datetime


def rides(facts: Iterable[Fact]) -> list[Ride]:
    """Return those of a dossier's parcels that were delivered, from all facts in any order.

    What only somebody claims is no delivery.
    """
    scans: dict[int, list[Fact]] = defaultdict(list)
    for fact in sorted(not_struck_out(facts), key=order_of):
        if fact.parcel and isinstance(fact.what, Milestone) and fact.what not in _ON_PAPER:
            scans[fact.parcel].append(fact)
    return [ride for mine in scans.values() if (ride := _ride(mine))]


_ON_PAPER = frozenset({Milestone.ANNOUNCED, Milestone.UNRECOGNISED})
"""With these the post has nothing in its hands yet, or nobody knows whether it has."""


def _ride(scans: Sequence[Fact]) -> Ride | None:
    first = scans[0]
    for scan in scans[1:]:
        if scan.what is Milestone.DELIVERED and not scan.is_claim and scan.direction:
            return Ride(scan.parcel or 0, scan.direction, first.happened_at, scan.happened_at)
    return None


def _follow_parcel(parcel: ParcelJourney, fact: Fact, order: Order) -> ParcelJourney:
    after = _step_parcel(parcel, fact)._replace(last=order)
    if parcel.first_scan_at is None and _is_scan(fact.what):
        after = after._replace(first_scan_at=fact.happened_at)
    if parcel.accepted_at is None and fact.what is Milestone.ACCEPTED:
        after = after._replace(accepted_at=fact.happened_at)
    return after


def _is_scan(what: What) -> bool:
    """Tell whether that is told by whoever has a parcel after us: the paper work before is ours."""
    return isinstance(what, Milestone) and what not in _COMES_AFTER


def _step_parcel(parcel: ParcelJourney, fact: Fact) -> ParcelJourney:
    if not isinstance(fact.what, Milestone):
        return parcel
    if parcel.milestone not in _COMES_AFTER.get(fact.what, (parcel.milestone,)):
        return parcel
    if parcel.is_over:
        same = fact.what is parcel.milestone
        return parcel if same else _parcel_flagged(parcel, Flag.NEWS_AFTER_THE_END)
    if fact.what is Milestone.UNRECOGNISED and parcel.milestone is not None:
        return _parcel_flagged(parcel, Flag.UNRECOGNISED_NEWS)
    return _parcel_moved(parcel, fact, fact.what)


_COMES_AFTER: dict[Milestone, tuple[Milestone | None, ...]] = {
    Milestone.ANNOUNCED: (None, Milestone.UNRECOGNISED, Milestone.ANNOUNCED),
    Milestone.HANDED_OVER: (
        None,
        Milestone.UNRECOGNISED,
        Milestone.ANNOUNCED,
        Milestone.HANDED_OVER,
    ),
}
"""What may precede paper work; told later, it tells nothing new."""


def _parcel_flagged(parcel: ParcelJourney, flag: Flag) -> ParcelJourney:
    return parcel._replace(flags=parcel.flags | {flag})


def _parcel_moved(parcel: ParcelJourney, fact: Fact, milestone: Milestone) -> ParcelJourney:
    flags = parcel.flags - PASSING
    if fact.is_claim:
        flags |= {Flag.DELIVERY_CLAIMED}
    if milestone is Milestone.UNRECOGNISED:
        flags |= {Flag.UNRECOGNISED_NEWS}
    return parcel._replace(
        milestone=milestone,
        place=fact.place or parcel.place,
        since=fact.happened_at,
        flags=flags,
    )
