"""What an earlier clock has promised for a time that will not come soon is put right."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from postal_tracker import access
from postal_tracker.background import clock
from postal_tracker.background.clock import ClockWatch
from postal_tracker.background.tasks import Tasks
from postal_tracker.carriers import state
from postal_tracker.storage.tables import (
    CarrierState,
    LogHead,
    Parcel,
    StaffSession,
    Worker,
    WrongProof,
)

A_YEAR = timedelta(days=365)


@pytest.fixture
def from_a_wrong_clock(any_centre):
    """A record in which all was promised a year ahead."""
    any_centre.a_parcel()
    any_centre.database.write_now(lambda s: promise(s, any_centre, any_centre.clock() + A_YEAR))
    return any_centre


def promise(session, centre, at):
    state.hold(session, "rehearsal", by="another", now=at)
    session.exec(update(CarrierState).values(rests_until=at))
    session.exec(update(Parcel).values(next_check_at=at))
    session.add(LogHead(verifier_key="key", held_by="another", held_until=at))
    session.add(Worker(name="another", seen_at=at))
    session.add(WrongProof(key="k" * 64, window_ends_at=at, tries=9, last_at=at))
    member = access.add_staff(
        session,
        username="lan",
        name="Lan",
        role=access.Role.DESK,
        office_id=centre.lan.office_id,
        password="cau-thang-may-xanh-71",
        now=centre.clock(),
    )
    access.begin_session(session, member.id, at)


COLUMNS = (
    CarrierState.held_until,
    CarrierState.rests_until,
    Parcel.next_check_at,
    LogHead.held_until,
    Worker.seen_at,
    WrongProof.last_at,
    StaffSession.created_at,
    StaffSession.seen_at,
)


def put_right(centre, carriers=("rehearsal",)):
    centre.database.write_now(lambda s: clock.put_right(s, carriers=carriers, now=centre.clock()))


def stands_at(centre, column):
    return centre.database.read_now(lambda s: s.exec(select(col(column))).one())


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_what_stands_a_year_ahead_is_brought_back(from_a_wrong_clock, column):
    put_right(from_a_wrong_clock)

    assert stands_at(from_a_wrong_clock, column) == from_a_wrong_clock.clock()


def test_wrong_tries_count_for_a_day_at_most(from_a_wrong_clock):
    put_right(from_a_wrong_clock)

    ends = stands_at(from_a_wrong_clock, WrongProof.window_ends_at)
    assert ends == from_a_wrong_clock.clock() + timedelta(days=1)


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_what_may_well_be_so_is_left_as_it_is(any_centre, column):
    any_centre.a_parcel()
    at = any_centre.clock() + timedelta(minutes=2)
    any_centre.database.write_now(lambda s: promise(s, any_centre, at))
    before = stands_at(any_centre, column)

    put_right(any_centre)

    assert stands_at(any_centre, column) == before


class MovedClock(ClockWatch):
    def __init__(self, **ahead):
        super().__init__()
        self._began -= timedelta(**ahead).total_seconds()


def test_a_clock_that_nobody_sets_has_not_moved():
    watch = ClockWatch()

    assert watch.moved() == timedelta(0)
    assert not watch.is_in_doubt


@pytest.mark.parametrize("ahead", [{"days": 1}, {"hours": -1}, {"minutes": 1}])
def test_a_clock_that_was_set_is_noticed_once(ahead):
    watch = MovedClock(**ahead)

    assert abs(watch.moved() - timedelta(**ahead)) < timedelta(seconds=1)
    assert watch.moved() == timedelta(0)


def test_a_leap_ahead_is_in_doubt_until_it_is_taken_back():
    watch = MovedClock(days=2)
    watch.moved()
    assert watch.is_in_doubt

    watch._began += timedelta(days=2).total_seconds()
    watch.moved()

    assert not watch.is_in_doubt


@pytest.mark.parametrize("is_noticed", [True, False], ids=["noticed", "in the same second"])
def test_nothing_is_erased_while_the_clock_is_in_doubt(from_a_wrong_clock, is_noticed):
    centre = from_a_wrong_clock
    watch = MovedClock(days=800)
    if is_noticed:
        watch.moved()
    centre.clock.pass_(days=800)

    asyncio.run(Tasks(centre.house, by="test", clock=watch).tidy())
    assert centre.database.read_now(lambda s: s.exec(select(WrongProof)).all())

    asyncio.run(Tasks(centre.house, by="test").tidy())
    assert not centre.database.read_now(lambda s: s.exec(select(WrongProof)).all())
