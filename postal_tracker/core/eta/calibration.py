"""What kept and missed promises change: adaptive conformal inference, and whether to trust."""

from collections.abc import Sequence
from typing import NamedTuple

PROMISED = 0.8
"""The share of promises that is to be kept."""

LATE = 0.95
"""Later than such a share of its like, a parcel is silent."""

_STEP, _STEP_LATE = 0.006, 0.002
"""By how much one miss moves a level; a promise kept moves it back by its part."""

_FIRST_LEVEL = 0.83
_LEAST_LEVEL, _MOST_LEVEL = 0.6, 0.97
_LEAST_LATE, _MOST_LATE = 0.93, 0.985

_LEAST_MEASURED = 30
_ENOUGH_OF = {60: 0.65, 20: 0.55}
"""Fewer kept of the last ones: something has changed, and nobody knows how much.

By chance alone that happens once in some hundred times where 80 in 100 are kept.
"""


class Outcome(NamedTuple):
    """What became of one promise."""

    kept: bool
    late: bool
    """Whether it came, but after 95 in 100 of its like should have."""
    told: bool = True
    """Whether people were told: what was not trusted when it was made teaches no level."""


class Record(NamedTuple):
    """What the last promises of one carrier and direction teach."""

    level: float = 0.83
    """How much of the curve a span is to hold for 80 in 100 promises to be kept."""
    late_level: float = LATE
    """Of how much of the curve the end makes a parcel silent."""
    is_trusted: bool = False


def record_of(outcomes: Sequence[Outcome]) -> Record:
    """Return what these teach, the oldest first."""
    level, late_level = _FIRST_LEVEL, LATE
    for one in outcomes:
        if not one.told:
            continue
        level += _STEP * ((not one.kept) - (1 - PROMISED))
        level = min(max(level, _LEAST_LEVEL), _MOST_LEVEL)
        late_level += _STEP_LATE * (one.late - (1 - LATE))
        late_level = min(max(late_level, _LEAST_LATE), _MOST_LATE)
    measured = len(outcomes) >= _LEAST_MEASURED
    kept = (_share_kept(outcomes[-n:]) >= least for n, least in _ENOUGH_OF.items())
    return Record(level, late_level, measured and all(kept))


def _share_kept(outcomes: Sequence[Outcome]) -> float:
    return sum(one.kept for one in outcomes) / len(outcomes) if outcomes else 0.0
