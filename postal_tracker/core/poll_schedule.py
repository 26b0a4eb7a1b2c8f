"""When a parcel is polled again: one pure function, and the reasons for its numbers.

Every question counts against the carrier's rate limit; a scan that is learnt late costs somebody a
day. So it is polled when news can be expected, and seldom when it cannot (adaptive polling).
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from adapters.event import Milestone
from postal_tracker.core.clocks import REAL_TIME, Timing
from postal_tracker.core.working_days import VIETNAM


@dataclass(frozen=True, slots=True)
class ParcelProgress:
    """What is known of an open parcel that bears on when to poll it again."""

    milestone: Milestone | None
    since: datetime
    """Of the milestone, by the carrier's clock; of the sealing where there is none."""
    claimed: bool = False
    """Somebody whom we cannot verify says that it has arrived."""
    hooked_at: datetime | None = None
    """When a webhook last told of it, or its carrier of any parcel."""


@dataclass(frozen=True, slots=True)
class _Rhythm:
    """When the scan after a milestone comes, and how often to look for it."""

    soonest: timedelta
    overdue: timedelta
    """By then it is there as a rule; where hooks tell of it, the hook must have got lost."""
    every: timedelta
    by_day: bool
    """Whether it is made by people at work: a signature, a delivery."""


def _rhythm(soonest: float, overdue: float, every: float, *, by_day: bool = True) -> _Rhythm:
    first, late, again = (timedelta(hours=hours) for hours in (soonest, overdue, every))
    return _Rhythm(first, late, again, by_day)


_RHYTHMS: dict[Milestone, _Rhythm] = {
    # On our own desk until the postman comes, whose signature the desk records.
    Milestone.ANNOUNCED: _rhythm(12, 24, 6),
    # What he took is scanned within four hours, in the evening as a rule, or missed.
    Milestone.HANDED_OVER: _rhythm(3, 5, 2, by_day=False),
    # Vans and sorting centres work through the night, but nobody waits for their scans; before the
    # papers are anywhere that matters, ten hours pass.
    Milestone.ACCEPTED: _rhythm(10, 10, 3),
    Milestone.IN_TRANSIT: _rhythm(4, 10, 3),
    Milestone.UNRECOGNISED: _rhythm(2, 10, 3),
    # The last miles take hours, and somebody waits for the papers.
    Milestone.ARRIVED_AT_DELIVERY_OFFICE: _rhythm(2.5, 6, 2),
    Milestone.OUT_FOR_DELIVERY: _rhythm(1.5, 5, 1.5),
    # Another try comes the next day, or the recipient comes for it, or it goes back.
    Milestone.DELIVERY_FAILED: _rhythm(2, 24, 3),
    Milestone.AWAITING_COLLECTION: _rhythm(6, 48, 4),
    Milestone.RETURNING: _rhythm(8, 24, 5),
    # People look for it, or write to each other about it.
    Milestone.EXCEPTION: _rhythm(12, 48, 12),
    # Claimed, and open until the carrier confirms it.
    Milestone.DELIVERED: _rhythm(0, 0, 1),
    Milestone.RETURNED: _rhythm(0, 0, 1),
}

AT_ONCE = timedelta(0)

_SHARE_OF_SILENCE = 5
"""What has been silent for five days will hardly move in the next hour: ask after a fifth."""

LONGEST_WAIT = timedelta(days=1)
"""No open parcel is left alone for longer, but where hooks tell of it."""

_HOOKS_ARE_ALIVE = timedelta(hours=36)

_EVENING, _MORNING = time(20, 0), time(6, 30)
"""No postman hands over anything between them."""


def next_check(
    parcel: ParcelProgress, *, now: datetime, timing: Timing = REAL_TIME, asked: bool = False
) -> datetime:
    """Return when to poll an open parcel again, `now` at the earliest.

    A claimed delivery at once, but if it was `asked` about just now every hour until it is
    confirmed. Else as its last milestone lets expect: if hooks tell of it, only once the next one
    is overdue; from then on less and less often the longer it is silent (a backoff), but once a day
    as long as it is open. What people do by day is not asked for by night.
    """
    silence = timing.lived(max(now - parcel.since, AT_ONCE))
    rhythm = _RHYTHMS[parcel.milestone or Milestone.ANNOUNCED]
    if parcel.claimed and not asked and silence < rhythm.every:
        return now
    first = rhythm.overdue if _hooks_are_alive(parcel, now) else rhythm.soonest
    wait = first - silence
    if wait <= AT_ONCE:
        wait = min(max(rhythm.every, silence / _SHARE_OF_SILENCE), LONGEST_WAIT)
    at = now + timing.shortened(wait)
    return _after_the_night(at) if rhythm.by_day and timing.has_nights else at


def _hooks_are_alive(parcel: ParcelProgress, now: datetime) -> bool:
    heard = parcel.hooked_at
    return heard is not None and now - heard < _HOOKS_ARE_ALIVE


def _after_the_night(at: datetime) -> datetime:
    """Return the time itself if it is by day here, else the next morning, as far into it."""
    local = at.astimezone(VIETNAM)
    if _MORNING <= local.time() < _EVENING:
        return at
    day = local.date() + timedelta(days=local.time() >= _EVENING)
    # Not all at the same moment: each as far into the morning as it was into its minute.
    spread = timedelta(minutes=local.minute, seconds=local.second) / 2
    return max(at, datetime.combine(day, _MORNING, VIETNAM) + spread)
