"""When a parcel will arrive: what is promised, and whether a simulated post keeps it."""

from collections import defaultdict
from datetime import date, timedelta
from math import exp, lgamma, log

import pytest

from postal_tracker.core.eta import Forecaster, Kind, Outcome, Season, leg, record_of, season_of
from postal_tracker.core.working_days import centre_calendar
from tests.core.back_test import BackTest
from tests.core.simulated_post import FLOOD, WORSE_FROM, SimulatedPost

CALENDAR = centre_calendar()
FORTNIGHT, WEEK = timedelta(days=14), timedelta(days=7)
PC08 = Kind("vnpost", "to_authority", 1)
MONDAY = date(2026, 11, 2)
KEPT, MISSED = Outcome(kept=True), Outcome(kept=False)
GOOD = {("vnpost", "to_authority"): record_of([*[KEPT] * 8, *[MISSED] * 2] * 6)}


def went(days: dict[int, int], kind=PC08, taken_on=date(2026, 10, 19)):
    """So many parcels that took so many working days."""
    arrived = {n: CALENDAR.add(taken_on, n) for n in days}
    for n, parcels in days.items():
        for _ in range(parcels):
            yield leg(CALENDAR, kind, taken_on, arrived[n], MONDAY, season=Season.ORDINARY)


def foresee(cases, records=GOOD, today=MONDAY):
    return Forecaster(CALENDAR, today, cases, records)


def test_a_parcel_comes_within_the_days_that_most_of_its_like_took():
    said = foresee(went({1: 5, 2: 40, 3: 40, 6: 15})).promise(PC08, MONDAY, 1)
    assert (said.first, said.last) == (date(2026, 11, 4), date(2026, 11, 5))
    assert said.late_after == date(2026, 11, 10)
    assert said.is_trusted


def test_days_off_are_passed_over():
    said = foresee(went({2: 100})).promise(PC08, date(2026, 10, 30), 1)
    assert said.first == said.last == date(2026, 11, 3)


def test_of_what_has_waited_long_only_those_that_took_longer_tell():
    said = foresee(went({1: 60, 5: 20, 6: 20})).promise(PC08, date(2026, 10, 27), 1)
    assert (said.first, said.last) == (date(2026, 11, 3), date(2026, 11, 4))


def test_what_is_still_on_its_way_is_counted_as_longer_than_so_far():
    quick = list(went({1: 60}))
    slow = [leg(CALENDAR, PC08, date(2026, 10, 19), None, MONDAY, season=Season.ORDINARY)] * 60
    said = foresee([*quick, *slow]).promise(PC08, MONDAY, 1)
    assert said is None, "half of them have not arrived, nobody knows when they will"


def test_where_cases_are_few_the_carriers_other_parcels_tell():
    few = [*went({9: 5}), *went({2: 100}, Kind("vnpost", "to_authority", 2))]
    said = foresee(few).promise(PC08, MONDAY, 1)
    assert said.last == date(2026, 11, 4)


def test_of_too_few_parcels_nothing_is_said():
    assert foresee(went({2: 20})).promise(PC08, MONDAY, 1) is None


def test_each_weekday_has_its_own_days():
    fridays = [c for n in range(9) for c in went({1: 5}, taken_on=date(2026, 8, 28) + n * WEEK)]
    mondays = [c for n in range(9) for c in went({3: 5}, taken_on=date(2026, 8, 24) + n * WEEK)]
    known = foresee([*fridays, *mondays])
    assert known.promise(PC08, MONDAY, 1).last == date(2026, 11, 5)
    assert known.promise(PC08, date(2026, 10, 30), 1).last == MONDAY


def test_a_post_that_has_become_slower_is_told_by_its_last_parcels_of_any_weekday():
    def last_day(*cases):
        return foresee([*usual, *cases]).promise(PC08, MONDAY, 1).last

    usual = [c for n in range(12) for c in went({2: 6, 3: 4}, taken_on=date(2026, 8, 3) + n * WEEK)]
    slow = [c for n in range(4) for c in went({3: 12}, taken_on=date(2026, 10, 20 + n))]
    quick = [c for n in range(4) for c in went({2: 12}, taken_on=date(2026, 10, 20 + n))]
    assert last_day(*slow) == date(2026, 11, 5)
    assert last_day(*quick) == date(2026, 11, 4)


def test_what_was_not_measured_or_was_not_kept_is_not_trusted():
    def trusts(*outcomes):
        records = {("vnpost", "to_authority"): record_of(outcomes)}
        return foresee(went({2: 100}), records).promise(PC08, MONDAY, 1).is_trusted

    assert not trusts()
    assert not trusts(*[KEPT] * 20)
    assert trusts(*[*[KEPT] * 4, MISSED] * 10)
    assert not trusts(*[KEPT] * 100, *[MISSED] * 30)


def test_a_span_widens_when_promises_are_missed():
    assert record_of([MISSED] * 10).level > record_of([]).level > record_of([KEPT] * 10).level


def test_days_around_tet_are_told_apart_from_other_holidays():
    def season(*day):
        return season_of(CALENDAR, date(*day))

    assert season(2026, 2, 5) is season(2026, 2, 13) is Season.BEFORE_TET
    assert season(2026, 2, 23) is season(2026, 3, 3) is Season.AFTER_TET
    assert season(2026, 1, 30) is season(2026, 3, 4) is Season.ORDINARY
    for month in (5, 9):
        assert not any(season(2026, month, day) for day in range(1, 20))


# The back-test


def band(n: int, p: float = 0.8) -> tuple[float, float]:
    """Return the 99 % binomial band of a share of n: between which shares it falls."""
    below, low, high = 0.0, None, n
    for k in range(n + 1):
        ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
        below += exp(ways + k * log(p) + (n - k) * log(1 - p))
        if low is None and below >= 0.005:
            low = k
        if below >= 0.995:
            high = k
            break
    return low / n, high / n


def held(promised) -> float:
    return sum(one.kept for one in promised) / len(promised)


def of_each(promised):
    by = defaultdict(list)
    for one in promised:
        by[one.sent.carrier, one.sent.direction].append(one)
    return by


def trusted(test: BackTest, first: date, last: date):
    """The promises that people were told, of parcels of these days."""
    return [
        one
        for one in test.promised
        if one.promise.is_trusted and first <= one.sent.taken_on <= last
    ]


QUIET = (
    (date(2025, 3, 1), FLOOD[0]),
    (FLOOD[1] + FORTNIGHT, WORSE_FROM),
    (WORSE_FROM + FORTNIGHT, date(2026, 2, 4)),
    (date(2026, 3, 5), date(2026, 7, 1)),
)
"""Between the changes: fourteen days after each it is to be as before."""


def in_times(promised, times):
    return [o for o in promised if any(a <= o.sent.taken_on < b for a, b in times)]


def outside_its_band(promised):
    """Return which carriers and directions kept more or less than chance lets 80 in 100 be."""
    wrong = {}
    for pair, theirs in of_each(promised).items():
        low, high = band(len(theirs))
        if not low <= held(theirs) <= high:
            wrong[pair] = (len(theirs), round(held(theirs), 3))
    return wrong


def days_after_their_like(lost):
    """Return how many days after 95 in 100 of its like had come each lost parcel was flagged."""
    post = SimulatedPost(99)
    for one in lost:
        of = one.sent
        point = post.when_have_come(0.95, of.carrier, of.direction, of.place, of.taken_on)
        yield (one.promise.late_after - point).days


def test_in_quiet_months_eight_in_ten_parcels_come_when_they_were_promised():
    post = SimulatedPost(7, carriers=("vnpost",), a_day=5)
    test = BackTest(post.sends(date(2025, 2, 17), date(2025, 6, 10)))
    told = test.run(date(2025, 2, 17), date(2025, 6, 10)).told()

    assert len(told) > 1_200
    assert 0.75 <= held(told) <= 0.85
    assert outside_its_band(told) == {}
    assert sum(one.late and one.sent.arrived_on is not None for one in told) <= 0.07 * len(told)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_of_eighteen_months_with_tet_a_flood_and_a_carrier_that_gets_worse_eight_in_ten_come():
    first, last = date(2025, 1, 2), date(2026, 6, 30)
    test = BackTest(SimulatedPost(11).sends(first, last)).run(first, last)
    told = test.told()
    quiet = in_times(told, QUIET)
    flagged = [one for one in told if one.late and one.sent.arrived_on is not None]
    lost = in_times((one for one in told if one.sent.arrived_on is None), QUIET)
    waits = list(days_after_their_like(one for one in lost if one.promise.late_after))
    outside = [outside_its_band(in_times(told, [time])) for time in QUIET]
    fridays = [one for one in quiet if one.sent.taken_on.weekday() == 4]
    print(f"{len(test.promised)} promised, {len(told)} told, {held(told):.3f} kept")
    print(f"quiet {held(quiet):.3f}, each outside its band {outside_its_band(quiet)}, {outside}")
    print(f"of Fridays {held(fridays):.3f}, flagged and came {len(flagged) / len(told):.3f}")
    soon = sum(wait <= 2 for wait in waits)
    print(f"lost {len(lost)}, flagged {len(waits)}, within 48 h of the true point {soon}")

    assert len(told) > 10_000
    assert 0.75 <= held(told) <= 0.85
    assert outside_its_band(quiet) == {}
    assert outside == [{}] * len(QUIET), "as before within 14 days of each change"
    assert held(fridays) >= 0.75
    assert len(flagged) <= 0.07 * len(told)
    assert soon >= 0.9 * len(lost)
