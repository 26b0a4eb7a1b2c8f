"""How days, moments and spans are said, wherever the centre says them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from postal_tracker.commands.terminal import said
from postal_tracker.core import dates
from postal_tracker.web.html.i18n import translated

LATE = datetime(2026, 11, 22, 17, 30, 7, tzinfo=UTC)
"""Half past midnight in Vietnam, the next day."""


def test_a_moment_is_said_in_vietnams_time():
    assert dates.moment(LATE) == "23/11/2026 00:30"
    assert dates.clock(LATE) == "00:30:07"
    assert dates.moment_in_full(LATE) == (
        "0 giờ 30 phút, ngày 23 tháng 11 năm 2026",
        "00:30, 23 November 2026",
    )


def test_the_day_of_a_moment_is_the_day_in_vietnam():
    assert dates.day(LATE) == "23/11/2026"
    assert dates.day(date(2026, 11, 22)) == "22/11/2026"
    assert dates.day_in_full(date(2026, 3, 4))[0] == "ngày 04 tháng 03 năm 2026"


@pytest.mark.parametrize(
    ("on", "vi", "en"),
    [
        (date(2026, 12, 3), "03/12/2026", "3 Dec 2026"),
        (date(2026, 3, 12), "12/03/2026", "12 Mar 2026"),
        (date(2026, 5, 31), "31/05/2026", "31 May 2026"),
    ],
)
def test_nobody_takes_a_day_of_december_for_one_of_march(on, vi, en):
    noon = datetime(on.year, on.month, on.day, 5, tzinfo=UTC)

    assert (dates.day(on), dates.day(on, "en")) == (vi, en)
    assert (dates.moment(noon), dates.moment(noon, "en")) == (f"{vi} 12:00", f"{en} 12:00")
    assert said(on, "en") == translated("{on}", "en", on=on) == en
    assert said(noon, "vi") == translated("{at}", "vi", at=noon) == f"{vi} 12:00"


def test_a_day_begins_at_midnight_in_vietnam():
    assert dates.midnight(date(2026, 11, 23)) == datetime(2026, 11, 22, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "vi", "en"),
    [(0, "dưới 1 phút", "under a minute"), (30, "30 giờ", "30 hours"), (72, "3 ngày", "3 days")],
)
def test_a_span_is_said_in_one_unit(hours, vi, en):
    assert dates.span(timedelta(hours=hours), "vi") == vi
    assert dates.span(timedelta(hours=hours), "en") == en


def test_the_terminal_says_days_and_moments_as_pages_do():
    assert said(LATE, "vi") == dates.moment(LATE)
    assert said(LATE.date(), "vi") == dates.day(LATE.date())
