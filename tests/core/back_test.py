"""The back-test of arrival times: a simulated post's parcels, promised day by day as they come."""

from collections import defaultdict
from datetime import date, timedelta
from typing import NamedTuple

from postal_tracker.core.eta import Forecaster, Kind, Outcome, Season, leg, record_of, season_of
from postal_tracker.core.working_days import centre_calendar
from tests.core.simulated_post import A_DAY, Sent

WINDOW = timedelta(days=150)
MOST_OUTCOMES = 450
"""As many as the newest 500 parcels of a carrier and direction have."""


class Promised(NamedTuple):
    """A parcel, what was promised of it, and on which day that was settled."""

    sent: Sent
    promise: object
    kept: bool
    late: bool


class BackTest:
    """Goes through the days: what is known of each is what the desk would know on its evening."""

    def __init__(self, sent: list[Sent]) -> None:
        self.calendar = centre_calendar()
        self.sent = sent
        self._by_day = defaultdict(list)
        for one in sent:
            self._by_day[one.taken_on].append(one)
        self.season = {day: season_of(self.calendar, day) for day in self._by_day}
        self.promised: list[Promised] = []
        self.unsaid = 0
        self._ended: dict[int, object] = {}
        self._settled = defaultdict(list)

    def told(self) -> list[Promised]:
        """Return the promises that people were told."""
        return [one for one in self.promised if one.promise.is_trusted]

    def run(self, since: date, until: date) -> "BackTest":
        day = since
        while day <= until:
            if day in self._by_day:
                self._promise(day, self._by_day[day])
            day += A_DAY
        return self

    def _promise(self, today: date, parcels: list[Sent]) -> None:
        records = {
            key: record_of(self._outcomes(outcomes, today))
            for key, outcomes in self._settled.items()
        }
        forecaster = Forecaster(self.calendar, today, self._cases(today), records)
        for one in parcels:
            promise = forecaster.promise(kind_of(one), one.taken_on, one.number)
            if promise is None:
                self.unsaid += 1
                continue
            at = one.arrived_on
            kept = at is not None and promise.first <= at <= promise.last
            late = promise.late_after is not None and (at is None or at > promise.late_after)
            self.promised.append(Promised(one, promise, kept, late))
            missed_on = promise.last + A_DAY
            settled = missed_on if at is None else min(at, missed_on)
            told = (settled, kept, promise.is_trusted)
            self._settled[one.carrier, one.direction].append(told)

    @staticmethod
    def _outcomes(outcomes, today: date) -> list[Outcome]:
        known = sorted((o for o in outcomes[-800:] if o[0] < today), key=lambda o: o[0])
        return [Outcome(kept, told) for _, kept, told in known[-MOST_OUTCOMES:]]

    def _cases(self, today: date):
        for day, parcels in self._by_day.items():
            season = self.season[day]
            if day < today and (season or day >= today - WINDOW):
                for one in parcels:
                    yield self._case(one, today, season)

    def _case(self, one: Sent, today: date, season: Season):
        if one.number in self._ended:
            return self._ended[one.number]
        known = one.arrived_on if one.arrived_on and one.arrived_on < today else None
        case = leg(self.calendar, kind_of(one), one.taken_on, known, today, season=season)
        if known:
            self._ended[one.number] = case
        return case


def kind_of(one: Sent) -> Kind:
    return Kind(one.carrier, one.direction, one.place)
