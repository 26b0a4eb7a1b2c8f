"""The number told after each entry is the one that a replay of all up to it gives."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.event import Milestone, Source
from postal_tracker.core.journey import Act, Direction, Fact, national_status, replay, steps_of
from postal_tracker.core.time_limits import Limit, Unit, due_at
from postal_tracker.core.working_days import centre_calendar, read_hours
from postal_tracker.ledger.log.feed import Told
from postal_tracker.views.national.course import Course, term_of
from tests.centre import MONDAY

CALENDAR = centre_calendar(None, read_hours("07:30-11:30,13:30-17:00"))
LIMIT = Limit(5, Unit.WORKING_DAY)
ROW = SimpleNamespace(
    limit_number=5,
    limit_unit="working_day",
    received_at=MONDAY,
    first_due_at=due_at(LIMIT, MONDAY, CALENDAR),
    post_counts=True,
)
ROWS = [ROW, SimpleNamespace(**{**vars(ROW), "post_counts": False})]
WAYS = {1: Direction.TO_AUTHORITY, 2: Direction.TO_CENTRE, 3: Direction.TO_CITIZEN}
OF_PARCELS = [Act.SEALED, Milestone.ACCEPTED, Milestone.IN_TRANSIT, Milestone.DELIVERED]
OF_DOSSIERS = [act for act in Act if act not in (Act.SEALED, Act.TAKEN_OUT, Act.EXTENDED)]


def a_fact(number, what, hours, parcel, strikes):
    is_ride = what in OF_PARCELS
    return Fact(
        key=str(number),
        what=what,
        happened_at=MONDAY + timedelta(hours=hours),
        source=Source.STAFF,
        parcel=parcel if is_ride else None,
        direction=WAYS[parcel] if is_ride else None,
        strikes=str(strikes) if what is Act.STRUCK_OUT else None,
    )


ANY = st.tuples(
    st.sampled_from(OF_PARCELS + OF_DOSSIERS),
    st.integers(0, 200),
    st.sampled_from([1, 2, 3]),
    st.integers(1, 12),
)


def told_of(found):
    registered = a_fact(0, Act.REGISTERED, 0, 1, 0)
    facts = [registered, *(a_fact(n, *one) for n, one in enumerate(found, 1))]
    return [Told(n, n * 2, "", "", fact) for n, fact in enumerate(facts)]


def by_replay(row, history, number):
    facts = [told.fact for told in history if told.number <= number]
    journey, steps = replay(facts), list(steps_of(facts, term_of(row), CALENDAR))
    waiting = steps[-1].waiting_for if steps and not journey.settled_at else ""
    status = national_status(
        journey.stage,
        journey.closed_by,
        has_result=journey.result_ready_at is not None,
        waiting_for=waiting,
    )
    return status, steps[-1].due_at if steps else row.first_due_at


@given(st.sampled_from(ROWS), st.lists(ANY, max_size=12), st.integers(1, 3))
def test_followed_or_replayed_it_is_the_same(row, found, stride):
    history = told_of(found)
    course = Course(row, reversed(history), CALENDAR)
    for told in history[::stride]:
        assert course.after(told.number) == by_replay(row, history, told.number)


@pytest.mark.parametrize("number", [None, 100])
def test_what_is_not_in_the_log_yet_is_not_counted(number):
    history = told_of([(Act.RESULT_READY, 1, 1, 0)])
    history[1] = history[1]._replace(number=number)

    assert Course(ROW, history, CALENDAR).after(50)[0] == 2
