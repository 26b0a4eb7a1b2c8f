"""The span of days in which a parcel will arrive, and the day after which it is silent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from postal_tracker.core.eta.calibration import Record
from postal_tracker.core.eta.cases import Case, Kind, Season, days_waited, season_of
from postal_tracker.core.eta.curves import Curve, curve_of, narrowest
from postal_tracker.core.working_days import Calendar

_LEAST_CASES = 30
"""Of fewer a quantile says little: the parent group is asked."""

_HALF_LIVES = (6, 30)
"""Days: the last weeks where they hold enough, else the last months."""

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
    """If it has not arrived by the end of this day, 95 in 100 of its like have; None: unknown."""
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
        for case in cases:
            for group in _groups(case.kind, case.season, case.taken_on):
                self._cases[group].append(case)

    @property
    def knows_nothing(self) -> bool:
        return not self._cases

    def promise(self, kind: Kind, taken_on: date, number: int) -> Promise | None:
        """Say when a parcel will arrive that the post has had since a day and not delivered.

        None where nothing can be said. `number` is the parcel's.
        """
        curve = self._curve(list(_groups(kind, season_of(self._calendar, taken_on), taken_on)))
        if curve is None:
            return None
        record = self._records.get((kind.carrier, kind.direction), Record())
        shares = curve.after(days_waited(self._calendar, taken_on, self._today))
        span = shares and narrowest(shares, record.level, number * _GOLDEN % 1)
        if not span:
            return None
        late = curve.by_when(record.late_level)
        return Promise(
            max(self._from(taken_on, span[0], curve), self._today),
            max(self._on(taken_on, span[1]), self._today),
            None if late is None else self._on(taken_on, late),
            record.is_trusted,
        )

    def _curve(self, groups: Sequence[_Group]) -> Curve | None:
        """Return the curve of the first group with cases enough, of the last weeks if it can be."""
        nearest = groups[0]
        if nearest not in self._curves:
            curves = (
                curve_of(self._cases.get(group, ()), self._today, half_life)
                for group, half_life in _in_turn(groups)
            )
            enough = (curve for curve in curves if curve.effective >= _LEAST_CASES)
            self._curves[nearest] = next(enough, None)
        return self._curves[nearest]

    def _on(self, taken_on: date, days: int) -> date:
        return self._calendar.add(taken_on, days) if days else taken_on

    def _from(self, taken_on: date, days: int, curve: Curve) -> date:
        """Return the first day: where days off are no hindrance, the one after the day before."""
        if not curve.days_off:
            return self._on(taken_on, days)
        return taken_on if days <= 1 else self._on(taken_on, days - 1) + timedelta(days=1)


def _groups(kind: Kind, season: Season, taken_on: date) -> Iterator[_Group]:
    """Yield what a parcel is like, from near to far (hierarchical back-off)."""
    weekday = taken_on.weekday()
    for near in (kind, Kind(kind.carrier, kind.direction))[not kind.place :]:
        yield _Group(near, season, weekday)
        yield _Group(near, season)
    yield _Group(Kind(kind.carrier, ""), season)
    yield _Group(Kind("", ""), season)


def _in_turn(groups: Sequence[_Group]) -> Iterator[tuple[_Group, int]]:
    """Yield what is asked, one after the other: what is nearer and what is newer come first."""
    half_lives = (_TET_HALF_LIFE,) if groups[0].season else _HALF_LIVES
    for pair in (groups[:2], groups[2:4], groups[4:]):
        for half_life in half_lives:
            yield from ((group, half_life) for group in pair)
