"""The span of days in which a parcel will arrive, and the day after which it is silent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from postal_tracker.core.eta.calibration import LATE, Record
from postal_tracker.core.eta.cases import Case, Kind, Season, days_waited, season_of
from postal_tracker.core.eta.curves import Curve, curve_of, narrowest
from postal_tracker.core.eta.drift import Place, bent, drift_of
from postal_tracker.core.working_days import Calendar

_LEAST_CASES = 30
"""Of fewer a quantile says little: the parent group is asked."""

_HALF_LIFE = 90
"""Days: after so many a case says half as much of what is usual."""

_RECENT_HALF_LIFE, _RECENT = 8, 4
"""Days after which a case says half as much of how the post does just now, and so many halves."""

_TET_HALF_LIFE = 400
"""Last year's Tết tells of this one's."""

_GOLDEN = 0.6180339887498949
"""Its multiples fall evenly between 0 and 1 (a low-discrepancy sequence)."""


@dataclass(frozen=True, slots=True)
class Promise:
    """When one parcel will arrive."""

    first: date
    last: date
    late_after: date | None
    """By the end of this day some 95 in 100 of its like have arrived; None: unknown."""
    is_trusted: bool
    """Whether it may be told to people."""


class _Group(NamedTuple):
    """Parcels that are alike, and on which weekday the post took them; None: on any."""

    kind: Kind
    season: Season
    weekday: int | None = None


class Forecaster:
    """What is known on a day: the past legs, and how promises about them turned out."""

    def __init__(
        self,
        calendar: Calendar,
        today: date,
        cases: Iterable[Case],
        records: Mapping[tuple[str, str], Record],
    ) -> None:
        """`records`: by carrier and direction."""
        self._calendar, self._today, self._records = calendar, today, records
        self._cases: dict[_Group, list[Case]] = defaultdict(list)
        self._curves: dict[_Group, Curve | None] = {}
        self._usuals: dict[_Group, Curve | None] = {}
        self._drifts: dict[_Group, Sequence[float]] = {}
        for case in cases:
            for group in _groups(case.kind, case.season, case.taken_on.weekday()):
                self._cases[group].append(case)

    @property
    def knows_nothing(self) -> bool:
        return not self._cases

    def promise(self, kind: Kind, taken_on: date, number: int) -> Promise | None:
        """Say when a parcel will arrive that the post has had since a day and not delivered.

        None where nothing can be said. `number` is the parcel's.
        """
        season = season_of(self._calendar, taken_on)
        curve = self._curve(_groups(kind, season, taken_on.weekday()))
        if curve is None:
            return None
        record = self._records.get((kind.carrier, kind.direction), Record())
        ended = curve.after(days_waited(self._calendar, taken_on, self._today))
        span = ended and narrowest(ended, record.level, number * _GOLDEN % 1)
        if not span:
            return None
        late = curve.by_when(LATE)
        return Promise(
            max(self._from(taken_on, span[0], curve), self._today),
            max(self._on(taken_on, span[1]), self._today),
            None if late is None else self._on(taken_on, late),
            record.is_trusted,
        )

    def _curve(self, groups: Sequence[_Group]) -> Curve | None:
        """Return the curve of parcels that are alike, as the post does just now."""
        nearest = groups[0]
        if nearest not in self._curves:
            usual = self._usual(groups)
            self._curves[nearest] = usual and replace(
                usual, ended=bent(usual.ended, self._drift(nearest))
            )
        return self._curves[nearest]

    def _usual(self, groups: Sequence[_Group]) -> Curve | None:
        """Return the curve of the last months: of the first group with cases enough."""
        nearest = groups[0]
        if nearest not in self._usuals:
            half_life = _TET_HALF_LIFE if nearest.season else _HALF_LIFE
            curves = (curve_of(self._cases.get(g, ()), self._today, half_life) for g in groups)
            enough = (curve for curve in curves if curve.effective >= _LEAST_CASES)
            self._usuals[nearest] = next(enough, None)
        return self._usuals[nearest]

    def _drift(self, of: _Group) -> Sequence[float]:
        """Return how a carrier does of late in a direction, wherever its parcels go."""
        all_ = _Group(Kind(of.kind.carrier, of.kind.direction), of.season)
        if all_ not in self._drifts:
            self._drifts[all_] = drift_of(self._places(self._cases.get(all_, ())))
        return self._drifts[all_]

    def _places(self, cases: Iterable[Case]) -> Iterator[Place]:
        for case in cases:
            age = (self._today - case.taken_on).days
            if age > _RECENT * _RECENT_HALF_LIFE:
                continue
            usual = self._usual(_groups(case.kind, case.season, case.taken_on.weekday()))
            if usual:
                low, high = usual.by(case.days - 1), usual.by(case.days)
                weight = 0.5 ** (age / _RECENT_HALF_LIFE)
                yield Place(low, high, weight, case.arrived)

    def _on(self, taken_on: date, days: int) -> date:
        return self._calendar.add(taken_on, days) if days else taken_on

    def _from(self, taken_on: date, days: int, curve: Curve) -> date:
        """Return the first day: where days off are no hindrance, the one after the day before."""
        if not curve.days_off:
            return self._on(taken_on, days)
        return taken_on if days <= 1 else self._on(taken_on, days - 1) + timedelta(days=1)


@lru_cache(10_000)
def _groups(kind: Kind, season: Season, weekday: int) -> Sequence[_Group]:
    """Return what a parcel is like, from near to far (hierarchical back-off)."""
    all_ = Kind(kind.carrier, kind.direction)
    places = (kind, all_) if kind.place else (kind,)
    near = [_Group(place, season, day) for place in places for day in (weekday, None)]
    return [*near, _Group(Kind(kind.carrier, ""), season), _Group(Kind("", ""), season)]
