"""When a carrier is asked again: soon where news can be expected, seldom where it cannot."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.event import Milestone
from postal_tracker.core.clocks import Timing
from postal_tracker.core.poll_schedule import LONGEST_WAIT, ParcelProgress, next_check
from postal_tracker.core.working_days import VIETNAM

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=VIETNAM)


def wait(milestone: Milestone | None, *, silent: float = 0, now: datetime = NOON, **rest) -> float:
    """Return the hours until the next question."""
    standing = ParcelProgress(milestone, now - timedelta(hours=silent), **rest)
    return (next_check(standing, now=now) - now) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("milestone", "silent", "hours"),
    [
        (Milestone.HANDED_OVER, 0, 3),  # its first scan is due within four hours
        (Milestone.OUT_FOR_DELIVERY, 0, 1.5),
        (Milestone.OUT_FOR_DELIVERY, 3, 1.5),
        (Milestone.IN_TRANSIT, 0, 4),
        (Milestone.IN_TRANSIT, 3, 1),  # learnt late: the next scan may be there soon
        (Milestone.IN_TRANSIT, 10, 3),
    ],
)
def test_a_parcel_is_asked_about_when_its_next_scan_can_be_there(milestone, silent, hours):
    assert wait(milestone, silent=silent) == pytest.approx(hours)


def test_where_hooks_tell_asking_waits_until_one_is_overdue():
    heard = NOON - timedelta(hours=1)
    assert wait(Milestone.OUT_FOR_DELIVERY, silent=1) == pytest.approx(0.5)
    assert wait(Milestone.OUT_FOR_DELIVERY, silent=1, hooked_at=heard) == pytest.approx(4)
    assert wait(Milestone.OUT_FOR_DELIVERY, silent=6, hooked_at=heard) == pytest.approx(1.5)


def test_hooks_that_fell_silent_are_waited_for_no_more():
    assert wait(Milestone.IN_TRANSIT, hooked_at=NOON - timedelta(days=2)) == 4


def test_a_claimed_delivery_is_asked_about_at_once_and_then_every_hour():
    assert wait(Milestone.DELIVERED, claimed=True) == 0
    assert wait(Milestone.DELIVERED, claimed=True, silent=3) == 1
    just_asked = ParcelProgress(Milestone.DELIVERED, NOON, claimed=True)
    assert next_check(just_asked, now=NOON, asked=True) == NOON + timedelta(hours=1)
    assert wait(Milestone.DELIVERED, claimed=True, hooked_at=NOON) == 0


def test_the_longer_it_is_silent_the_less_often_it_is_asked_about_but_once_a_day():
    waits = [wait(Milestone.IN_TRANSIT, silent=24 * days) for days in (1, 2, 4, 30, 300)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT / timedelta(hours=1)


@pytest.mark.parametrize("hour", [20, 23, 0, 3, 6])
def test_what_people_do_by_day_is_not_asked_for_by_night(hour):
    night = NOON.replace(hour=hour, minute=10)
    at = next_check(ParcelProgress(Milestone.OUT_FOR_DELIVERY, night), now=night).astimezone(
        VIETNAM
    )
    assert (at.hour, at.minute) >= (6, 30)
    assert at.hour < 9


def test_the_morning_does_not_begin_with_all_at_once():
    nights = [NOON.replace(hour=22, minute=minute) for minute in range(60)]
    times = [next_check(ParcelProgress(Milestone.OUT_FOR_DELIVERY, n), now=n) for n in nights]
    assert len(set(times)) > 50


def test_a_post_that_lives_sixty_times_as_fast_is_asked_sixty_times_as_often():
    standing = ParcelProgress(Milestone.IN_TRANSIT, NOON)
    assert next_check(standing, now=NOON, timing=Timing(speedup=60)) == NOON + timedelta(minutes=4)


@given(
    st.none() | st.sampled_from(list(Milestone)),
    st.floats(-48, 24 * 400),
    st.none() | st.floats(0, 24 * 400),
    st.booleans(),
    st.integers(0, 24 * 60),
)
def test_no_open_parcel_is_asked_about_in_the_past_or_forgotten(
    milestone, silent, heard, claimed, minute
):
    now = NOON + timedelta(minutes=minute)
    hooked = None if heard is None else now - timedelta(hours=heard)
    standing = ParcelProgress(milestone, now - timedelta(hours=silent), claimed, hooked)
    at = next_check(standing, now=now)
    assert now <= at <= now + timedelta(days=5)
