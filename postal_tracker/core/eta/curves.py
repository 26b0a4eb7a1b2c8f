"""How probable it is that a leg ends after so many working days, by the cases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from postal_tracker.core.eta.cases import Case

_LONGEST = 60
"""Working days; what takes longer counts as not arrived."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What share ends by 0, 1, 2 … working days; what is lacking to 1 is never seen to end."""

    ended: Sequence[float]
    effective: float
    """As how many cases of equal weight these are worth (Kish)."""
    days_off: bool = False
    """Whether any was delivered on a day off."""

    def by(self, days: int) -> float:
        """Return the share that ends by so many days."""
        return self.ended[min(days, len(self.ended) - 1)] if days >= 0 else 0.0

    def after(self, waited: int) -> Sequence[float] | None:
        """Return the shares among those that last longer than so many days.

        None where hardly any does: then nothing is known of such a parcel.
        """
        gone = self.by(waited)
        if 1.0 - gone < _HARDLY_ANY:
            return None
        return [max(share - gone, 0.0) / (1.0 - gone) for share in self.ended]

    def by_when(self, share: float) -> int | None:
        """Return the first day by which such a share has ended of those that ever do (a quantile).

        None where too many are never seen to end.
        """
        all_ = self.ended[-1]
        if all_ < _MOST_END:
            return None
        return next(n for n, sum_ in enumerate(self.ended) if sum_ >= share * all_ - _TINY)


_HARDLY_ANY = 0.05
_MOST_END = 0.9
_TINY = 1e-9


def curve_of(cases: Iterable[Case], today: date, half_life: int) -> Curve:
    """Return the curve by the estimator of Kaplan and Meier; a case loses half its weight in days.

    `half_life` is in days of the calendar.
    """
    ended, lasting = [0.0] * (_LONGEST + 1), [0.0] * (_LONGEST + 2)
    sum_, squares, days_off = 0.0, 0.0, False
    for case in cases:
        weight = 0.5 ** ((today - case.taken_on).days / half_life)
        days = min(case.days, _LONGEST)
        lasting[days] += weight
        if case.arrived and case.days <= _LONGEST:
            ended[days] += weight
            sum_, squares = sum_ + weight, squares + weight * weight
            days_off = days_off or case.day_off
    effective = sum_ * sum_ / squares if squares else 0.0
    return Curve(_ended_by(ended, lasting), effective, days_off)


def _ended_by(ended: Sequence[float], lasting: Sequence[float]) -> list[float]:
    """Return the shares by day; `lasting` is the weight of what was seen for just so long.

    Its last place, -1, is what was taken today: of that nothing is known.
    """
    at_risk, left, shares = sum(lasting[:-1]), 1.0, []
    for done, gone in zip(ended, lasting, strict=False):
        hazard = done / at_risk if at_risk > _TINY else 0.0
        left *= 1.0 - min(hazard, 1.0)
        shares.append(1.0 - left)
        at_risk -= gone
    while len(shares) > 1 and shares[-1] == shares[-2]:
        shares.pop()
    return shares


def narrowest(ended: Sequence[float], level: float, draw: float) -> tuple[int, int] | None:
    """Return the narrowest span of days that holds a share, from which to which; None: none does.

    Whole days hold more or less than that; `draw`, from 0 to 1, chooses between the narrowest that
    holds enough and the best of a day less, so that over many parcels the share is just met.
    """
    sums = [0.0, *ended]
    less, shorter = 0.0, None
    for width in range(1, len(sums)):
        starts = range(len(sums) - width)
        start = max(starts, key=lambda s: sums[s + width] - sums[s])
        span, held = (start, start + width - 1), sums[start + width] - sums[start]
        if held >= level - _TINY:
            is_shorter = shorter is not None and draw >= (level - less) / (held - less)
            return shorter if is_shorter else span
        less, shorter = held, span
    return None
