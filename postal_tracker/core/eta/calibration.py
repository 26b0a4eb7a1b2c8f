"""What kept and missed promises change: adaptive conformal inference, and whether to trust."""

from collections.abc import Sequence
from typing import NamedTuple

PROMISED = 0.8
"""The share of promises that is to be kept."""

LATE = 0.94
"""Later than such a share of its curve, a parcel is silent.

Days are whole, and the first by which so many have come is one by which 95 in 100 have, on average.
"""

_STEP = 0.015
"""By how much one miss moves the level; a promise kept moves it back by its part."""

_FIRST_LEVEL = 0.83
_LEAST_LEVEL, _MOST_LEVEL = 0.6, 0.93

_LEAST_MEASURED = 30
_ENOUGH_OF = {60: 0.65, 20: 0.55}
"""Fewer kept of the last ones: something has changed, and nobody knows how much.

By chance alone that happens once in some hundred times where 80 in 100 are kept.
"""


class Outcome(NamedTuple):
    """What became of one promise."""

    kept: bool
    told: bool = True
    """Whether people were told: what was not trusted when it was made teaches no level."""


class Record(NamedTuple):
    """What the last promises of one carrier and direction teach."""

    level: float = _FIRST_LEVEL
    """How much of the curve a span is to hold for 80 in 100 promises to be kept."""
    is_trusted: bool = False


def record_of(outcomes: Sequence[Outcome]) -> Record:
    """Return what these teach, the oldest first."""
    level = _FIRST_LEVEL
    for one in outcomes:
        if not one.told:
            continue
        level += _STEP * ((not one.kept) - (1 - PROMISED))
        level = min(max(level, _LEAST_LEVEL), _MOST_LEVEL)
    measured = len(outcomes) >= _LEAST_MEASURED
    kept = (_share_kept(outcomes[-n:]) >= least for n, least in _ENOUGH_OF.items())
    return Record(level, measured and all(kept))


def _share_kept(outcomes: Sequence[Outcome]) -> float:
    return sum(one.kept for one in outcomes) / len(outcomes) if outcomes else 0.0
