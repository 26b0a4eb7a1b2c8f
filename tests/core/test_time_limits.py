"""Until when a dossier is due: 230 cases that were reckoned day by day and minute by minute."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_tracker.core.bilingual_terms import limit_in_words
from postal_tracker.core.time_limits import (
    MOST,
    Extension,
    Limit,
    Stop,
    Unit,
    due_at,
    read_limit,
)
from postal_tracker.core.working_days import VIETNAM, centre_calendar

CALENDAR = centre_calendar()

with Path(__file__).with_name("time_limits.csv").open(encoding="utf-8") as table:
    CASES = list(csv.DictReader(table))


def moment(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


def changes_of(text):
    kinds = {"stop": Stop, "extension": Extension}
    for one in filter(None, text.split("; ")):
        kind, *moments = one.split(" > ")
        yield kinds[kind](*map(moment, moments))


def limit_of(case):
    return Limit(int(case["count"]), Unit(case["unit"]))


def test_the_table_is_long_enough():
    assert len(CASES) >= 200


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(list(case.values())[:5]))
def test_it_is_due_when_the_law_says(case):
    due = due_at(
        limit_of(case), moment(case["received"]), CALENDAR, list(changes_of(case["changes"]))
    )

    assert f"{due.astimezone(VIETNAM):%Y-%m-%d %H:%M}" == case["due"]
    assert due.tzinfo is UTC


@pytest.mark.parametrize("case", [case for case in CASES if "; " in case["changes"]])
def test_it_does_not_matter_in_which_order_changes_are_told(case):
    changes = list(changes_of(case["changes"]))

    told = {
        due_at(limit_of(case), moment(case["received"]), CALENDAR, order)
        for order in (changes, changes[::-1])
    }
    assert len(told) == 1


MOMENTS = st.integers(0, 880 * 24 * 60).map(
    lambda minutes: datetime(2025, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=minutes)
)


@given(st.sampled_from(Unit), st.integers(0, 60), MOMENTS, st.integers(0, 40), st.integers(0, 60))
def test_a_citizen_who_takes_longer_is_never_served_sooner(unit, count, received, after, days):
    limit = Limit(count, unit)
    begins = received + timedelta(days=after)
    due = [
        due_at(limit, received, CALENDAR, [Stop(begins, begins + timedelta(days=stood))])
        for stood in (0, days, days + 1)
    ]

    assert due == sorted(due)
    assert due[0] == due_at(limit, received, CALENDAR)
    assert all(CALENDAR.is_working_day(one.astimezone(VIETNAM).date()) for one in due)


@pytest.mark.parametrize("count", [-1, MOST + 1])
def test_no_other_number_can_be_counted(count):
    with pytest.raises(ValueError, match=str(count)):
        due_at(Limit(count), moment("2026-03-02 08:00"), CALENDAR)


def test_a_limit_beyond_the_calendar_is_refused():
    with pytest.raises(ValueError, match="2100"):
        due_at(Limit(MOST, Unit.MONTH), moment("2090-03-02 08:00"), CALENDAR)


# As centres write limits, and as papers say them

WRITTEN = {
    "5": Limit(5),
    "05": Limit(5),
    "5.0": Limit(5),
    "5 ngày làm việc": Limit(5),
    "5 NGÀY LÀM VIỆC": Limit(5),
    "5 ngay lam viec": Limit(5),
    " 5  working days ": Limit(5),
    "1 working day": Limit(1),
    "30 ngày": Limit(30, Unit.DAY),
    "30ngày": Limit(30, Unit.DAY),
    "30 days": Limit(30, Unit.DAY),
    "8 giờ": Limit(8, Unit.HOUR),
    "8 giờ làm việc": Limit(8, Unit.HOUR),
    "1 tháng": Limit(1, Unit.MONTH),
    "3 months": Limit(3, Unit.MONTH),
    "0": Limit(0),
    "0 ngày": Limit(0, Unit.DAY),
    "trong ngày": Limit(0),
    "Trong ngày": Limit(0),
    "same day": Limit(0),
}


@pytest.mark.parametrize("text", WRITTEN)
def test_a_limit_is_read_as_a_centre_writes_it(text):
    assert read_limit(text) == WRITTEN[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ngày",
        "-5",
        "401",
        "5.5",
        "5 tuần",
        "5 năm",
        "1e3",
        "5 ngày hoặc 7 ngày",
        "5/7",
        "x" * 99,
    ],
)
def test_what_is_no_limit_is_refused(text):
    with pytest.raises(ValueError, match="not a time limit"):
        read_limit(text)


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("number", [1, 2, 30])
def test_a_limit_is_read_as_it_is_said_in_both_languages(unit, number):
    limit = Limit(number, unit)

    assert [read_limit(text) for text in limit_in_words(limit)] == [limit, limit]
