"""How the post does just now beside what it did for months, and what that makes of its curves."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

_STEPS = 50
_PRIOR = 6.0
"""As many cases say that all is as ever: a few slow parcels are no slow post."""


class Place(NamedTuple):
    """Where among its like of the last months a parcel came: from which share of them to which."""

    low: float
    high: float
    weight: float
    arrived: bool
    """Else it came after `high`, nobody knows how far (right-censored)."""


def drift_of(places: Iterable[Place]) -> Sequence[float]:
    """Return what share has come of late by when 0, 2, 4 … 100 in 100 had come before.

    That is the estimator of Kaplan and Meier again. Where all is as ever it returns the same.
    """
    came, lasting = [_PRIOR / _STEPS] * _STEPS, [0.0] * _STEPS
    denser = [0.0] * (_STEPS + 1)  # by how much it changes from a step to the next
    for place in places:
        low, high = place.low * _STEPS, place.high * _STEPS
        first, last = _step(low), _step(high)
        if not place.arrived:
            lasting[last] += place.weight
        elif first == last:
            came[first] += place.weight
        else:
            density = place.weight / (high - low)
            came[first] += density * (first + 1 - low)
            came[last] += density * (high - last)
            denser[first + 1] += density
            denser[last] -= density
    came = [one + more for one, more in zip(came, accumulate(denser), strict=False)]
    at_risk, left, now = sum(came) + sum(lasting), 1.0, [0.0]
    for ended, lasts in zip(came, lasting, strict=True):
        left *= 1.0 - ended / at_risk
        at_risk -= ended + lasts
        now.append(1.0 - left)
    return now


def _step(place: float) -> int:
    return min(int(place), _STEPS - 1)


def bent(ended: Sequence[float], drift: Sequence[float]) -> list[float]:
    """Return what share ends by each day, as the post does just now."""
    return [_between(drift, share * _STEPS) for share in ended]


def _between(drift: Sequence[float], place: float) -> float:
    n = _step(place)
    return drift[n] + (drift[n + 1] - drift[n]) * (place - n)
