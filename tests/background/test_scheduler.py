"""Background work as it really runs: DBOS on our own database, the post over real HTTP."""

import asyncio
import time
from datetime import timedelta

from alembic import command
from dbos import DBOS
from sqlalchemy import text

from postal_tracker.access import kept_settings, throttle
from postal_tracker.background import scheduler
from postal_tracker.storage import migrations
from tests.background.times import (
    EVERY_SECOND,
    NEVER,
    on_sqlite_and_in_the_soak_on_postgresql,
    until,
)
from tests.carriers.answering import a_carrier_that_answers, due_times, entries
from tests.post import at_address, silent_post


def work(centre, *statuses):
    """Return the pieces of work that DBOS knows, as (name, status)."""
    table = "workflow_status" if centre.database.is_sqlite else "dbos.workflow_status"
    rows = centre.database.read_now(
        lambda s: s.connection().execute(text(f"SELECT name, status FROM {table}")).all()
    )
    return [tuple(row) for row in rows if not statuses or row.status in statuses]


def schedules(centre):
    table = "workflow_schedules" if centre.database.is_sqlite else "dbos.workflow_schedules"
    names = text(f"SELECT schedule_name FROM {table}")
    found = centre.database.read_now(lambda s: s.connection().execute(names).scalars().all())
    return set(found)


async def start_and_stop(centre):
    async with scheduler.running(centre.house, rounds=NEVER):
        pass


@on_sqlite_and_in_the_soak_on_postgresql
def test_a_parcel_is_announced_and_followed_though_the_service_restarts(any_centre):
    dossier = any_centre.a_dossier()
    number = any_centre.a_parcel(dossier)

    async def one_day(condition):
        async with scheduler.running(any_centre.house, rounds=EVERY_SECOND):
            await until(condition)
            ending = time.monotonic()
        assert time.monotonic() - ending < 5
        assert await asyncio.to_thread(lambda: True)  # our own threads go on working

    with silent_post(any_centre) as post:
        asyncio.run(one_day(lambda: post.knows(number) == ["DANG_KY"]))
        post.pick_up(number)
        post.pass_time(days=7)
        asyncio.run(one_day(lambda: any_centre.stage(dossier) == "at_authority"))
    assert {e.source for e in entries(any_centre, number)[1:]} == {"poll"}
    assert any_centre.differences() == []


@on_sqlite_and_in_the_soak_on_postgresql
def test_the_tables_of_background_work_are_no_business_of_migrations(any_centre, nothing_under_way):
    asyncio.run(start_and_stop(any_centre))
    assert schedules(any_centre)
    command.check(migrations.config(any_centre.database.engine))  # raises if it finds a difference
    assert migrations.is_current(any_centre.database.engine)


def test_a_round_cut_short_by_a_restart_is_taken_up_again(centre):
    number = centre.a_parcel()
    now = centre.clock.pass_(days=1)

    async def stop_while_the_carrier_thinks():
        async with scheduler.running(centre.house, rounds=EVERY_SECOND):
            await until(lambda: due_times(centre)[number] > now)
            await asyncio.sleep(0.1)
            ending = time.monotonic()
        assert time.monotonic() - ending < 5

    async def start_again():
        async with scheduler.running(centre.house, rounds=NEVER):
            await until(lambda: not work(centre, "PENDING", "ENQUEUED"))

    centre.settings.carriers["rehearsal"].rate_per_second = 1000
    with a_carrier_that_answers(centre, b"", b""):
        asyncio.run(stop_while_the_carrier_thinks())
    assert work(centre, "PENDING")
    with silent_post(centre) as post:
        post.pass_time(minutes=5)
        asyncio.run(start_again())
    assert due_times(centre)[number] > centre.clock() + timedelta(minutes=30)


def test_a_carrier_that_can_be_asked_no_more_is_left_alone(centre, nothing_under_way):
    asyncio.run(start_and_stop(centre))
    assert schedules(centre) == {"poll-rehearsal", "announce-rehearsal", "tidy"}
    at_address(centre, "")
    asyncio.run(start_and_stop(centre))
    assert schedules(centre) == {"tidy"}


def test_a_carrier_is_polled_once_an_administrator_has_set_it_up(
    centre, monkeypatch, nothing_under_way
):
    monkeypatch.setattr(scheduler, "TAKEN_UP_EVERY", 0.05)
    name = kept_settings.of_carrier("ghn", "token")
    how = {"secrets": centre.house.secrets, "by": "staff:1", "now": centre.clock()}

    async def meanwhile():
        async with scheduler.running(centre.house, rounds=NEVER):
            await centre.database.write(lambda s: kept_settings.keep(s, name, "x", **how))
            await until(lambda: "poll-ghn" in schedules(centre))
            await centre.database.write(lambda s: kept_settings.forget(s, name))
            await until(lambda: "poll-ghn" not in schedules(centre))

    asyncio.run(meanwhile())
    assert "poll-rehearsal" in schedules(centre)


@on_sqlite_and_in_the_soak_on_postgresql
def test_the_night_clears_away_what_nobody_needs(any_centre, monkeypatch, nothing_under_way):
    monkeypatch.setattr(scheduler, "FINISHED_KEPT", timedelta(0))
    any_centre.database.write_now(
        lambda s: throttle.count_wrong(
            s, "a key", window=timedelta(hours=1), now=any_centre.clock()
        )
    )
    any_centre.clock.pass_(hours=2)

    async def a_night():
        async with scheduler.running(any_centre.house, rounds=NEVER):
            await until(lambda: work(any_centre) == [("tidy", "SUCCESS")])
            await asyncio.sleep(0.01)
            await asyncio.to_thread(DBOS.trigger_schedule, "tidy")  # clears away the first
            await until(lambda: work(any_centre) == [("tidy", "SUCCESS")])

    asyncio.run(a_night())
    count = text("SELECT count(*) FROM wrong_proof")
    left = any_centre.database.read_now(lambda s: s.connection().execute(count).scalar())
    assert left == 0
    assert work(any_centre) == [("tidy", "SUCCESS")]


def test_a_night_slept_through_is_made_up_for_at_the_next_start_and_once(centre, nothing_under_way):
    """An office's computer is off at night."""

    async def a_day():
        async with scheduler.running(centre.house, rounds=NEVER):
            await until(lambda: not work(centre, "PENDING", "ENQUEUED"))

    asyncio.run(a_day())
    asyncio.run(a_day())
    assert work(centre) == [("tidy", "SUCCESS")]
    a_day_ago = text("UPDATE workflow_status SET created_at = created_at - 86400000")
    centre.database.write_now(lambda s: s.connection().execute(a_day_ago))
    asyncio.run(a_day())
    assert work(centre) == [("tidy", "SUCCESS")] * 2


def test_a_house_that_is_closed_first_stops_in_peace(centre):
    async def close_too_early():
        async with scheduler.running(centre.house, rounds=EVERY_SECOND):
            await until(lambda: work(centre))
            centre.house.close()

    asyncio.run(close_too_early())
