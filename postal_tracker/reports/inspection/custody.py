"""Who had the papers from when on, as the facts tell it: an account for each holder's time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from postal_tracker.core.journey import Fact, Holder, custody

Held = Sequence[tuple[datetime, Holder]]
"""From when on, and who; the first from the receipt on."""


def held_by(facts: Sequence[Fact], until: datetime) -> Held:
    """Return who had a dossier until a moment; what was struck out since counts nowhere."""
    return [(stay.since, stay.holder) for stay in custody(facts) if stay.since <= until]


def held_for(
    held: Held, stops: Sequence[tuple[datetime, bool]], until: datetime
) -> tuple[Mapping[Holder, timedelta], timedelta]:
    """Return how long each had it, and for how long the citizen was waited for beside."""
    moments = sorted({at for at, _ in (*held, *stops) if at < until} | {until})
    days: dict[Holder, timedelta] = defaultdict(timedelta)
    waiting = timedelta()
    for begins, ends in pairwise(moments):
        holders = [holder for at, holder in held if at <= begins]
        stopped = [is_stopped for at, is_stopped in stops if at <= begins]
        if stopped and stopped[-1]:
            waiting += ends - begins
        elif holders:
            days[holders[-1]] += ends - begins
    return days, waiting
