"""Group commit: who is answered has been kept, who fails fails alone, and nobody waits for ever."""

import asyncio
import threading
import time
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session, select

from postal_tracker.core.problems import Busy, Conflict
from postal_tracker.storage import engines, pace, patience, writer
from postal_tracker.storage.database import Database
from postal_tracker.storage.engines import UnsafeSqlite, is_unsafe_sqlite, make_engine
from postal_tracker.storage.tables import DaySerial, Office
from tests.storage.callers import (
    all_of,
    an_office,
    begun,
    failing,
    for_a_caller,
    held_up,
    hold_up,
    offices,
)

TODAY = datetime(2026, 11, 23, tzinfo=UTC).date()


def commits_of(database):
    counted = []
    event.listen(database.engine, "commit", lambda _connection: counted.append(1))
    return counted


# Durable before it is answered


def test_the_answer_comes_after_the_commit(database):
    """The caller who is answered sees its work through a connection of its own."""

    async def come() -> list[str]:
        await database.write(an_office("A"))
        engine = make_engine(database.engine.url.render_as_string(False))
        with engine.connect() as other:
            seen = list(other.execute(text("SELECT code FROM office")).scalars())
        engine.dispose()
        return seen

    assert asyncio.run(come()) == ["A"]


def test_nobody_is_answered_before_the_commit(database):
    reached, go_on = threading.Event(), threading.Event()

    def at_commit(_connection):
        reached.set()
        assert go_on.wait(10)

    async def come() -> None:
        event.listen(database.engine, "commit", at_commit)
        waiting = asyncio.create_task(database.write(an_office("A")))
        await begun(reached)
        await asyncio.sleep(0.05)
        assert not waiting.done()
        assert offices(database) == []
        go_on.set()
        assert await waiting == "A"

    asyncio.run(come())
    assert offices(database) == ["A"]


def test_what_queues_up_during_a_commit_is_committed_at_once(database):
    slow, began, go_on = hold_up(database)

    async def come() -> None:
        first = asyncio.create_task(database.write(slow))
        await begun(began)
        counted = commits_of(database)
        later = [asyncio.create_task(database.write(an_office(f"{n:02}"))) for n in range(50)]
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(first, *later)
        assert len(counted) == 2

    asyncio.run(come())
    assert len(offices(database)) == 50


def test_a_transaction_takes_so_many_and_no_more(sqlite_database, monkeypatch):
    monkeypatch.setattr(writer, "MOST_AT_ONCE", 10)
    slow, began, go_on = hold_up(sqlite_database)

    async def come() -> None:
        first = asyncio.create_task(sqlite_database.write(slow))
        await begun(began)
        counted = commits_of(sqlite_database)
        later = [asyncio.create_task(sqlite_database.write(an_office(str(n)))) for n in range(25)]
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(first, *later)
        assert len(counted) == 4

    asyncio.run(come())


# Failing alone


def test_who_fails_fails_alone(database):
    refusal = Conflict("taken", "đã có", "taken")
    results = all_of(
        database,
        an_office("A"),
        failing("B", refusal),
        an_office("C"),
        failing("D", ValueError("odd")),
        an_office("A"),
        an_office("E"),
    )

    assert [results[n] for n in (0, 2, 5)] == ["A", "C", "E"]
    assert results[1] is refusal
    assert isinstance(results[3], ValueError)
    assert isinstance(results[4], IntegrityError)
    assert offices(database) == ["A", "C", "E"]


def test_what_a_failed_command_left_in_its_session_is_not_written_by_the_next(database):
    def forgetful(session: Session) -> None:
        session.add(Office(code="LEFT", name_vi="x"))  # not flushed
        raise ValueError

    all_of(database, forgetful, an_office("A"))

    assert offices(database) == ["A"]


def test_an_error_of_the_database_spoils_nothing_but_its_own_command(database):
    results = all_of(
        database,
        an_office("A"),
        lambda s: s.connection().execute(text("SELECT * FROM no_such_table")),
        an_office("B"),
    )

    assert [results[0], results[2]] == ["A", "B"]
    assert offices(database) == ["A", "B"]


@pytest.mark.parametrize("failure", [StopIteration(), SystemExit(1), KeyboardInterrupt()])
def test_even_an_odd_failure_leaves_nobody_waiting(sqlite_database, failure):
    async def come() -> None:
        tasks = [
            asyncio.create_task(sqlite_database.write(c))
            for c in (failing("A", failure), an_office("B"))
        ]
        results = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
        assert isinstance(results[0], RuntimeError | Busy)
        assert results[1] == "B" or isinstance(results[1], Busy)
        assert await asyncio.wait_for(sqlite_database.write(an_office("C")), 60) == "C"

    asyncio.run(come())
    assert "A" not in offices(sqlite_database)


# Many callers, one statement


def test_items_of_one_command_are_handed_over_together_and_answered_each(database):
    slow, began, go_on = hold_up(database)
    seen = []

    def serve(session, codes):
        seen.append(list(codes))
        session.add_all([Office(code=code, name_vi="x") for code in codes])
        session.flush()
        return [code.lower() for code in codes]

    async def come() -> list[str]:
        first = asyncio.create_task(database.write(slow))
        await begun(began)
        later = [asyncio.create_task(database.write_each(serve, c)) for c in "ABC"]
        await asyncio.sleep(0)
        go_on.set()
        await first
        return await asyncio.gather(*later)

    assert asyncio.run(come()) == ["a", "b", "c"]
    assert seen == [["A", "B", "C"]]
    assert offices(database) == ["A", "B", "C"]


def test_one_bad_item_does_not_hurt_the_others_of_its_group(database):
    slow, began, go_on = hold_up(database)

    def serve(session, codes):
        session.add_all([Office(code=code, name_vi="x") for code in codes])
        session.flush()
        return codes

    async def come() -> list[object]:
        first = asyncio.create_task(database.write(slow))
        await begun(began)
        later = [asyncio.create_task(database.write_each(serve, c)) for c in "ABAC"]
        await asyncio.sleep(0)
        go_on.set()
        await first
        return await asyncio.gather(*later, return_exceptions=True)

    a, b, again, c = asyncio.run(come())
    assert (a, b, c) == ("A", "B", "C")
    assert isinstance(again, IntegrityError)
    assert offices(database) == ["A", "B", "C"]


def test_a_command_that_answers_fewer_than_asked_is_a_fault_and_keeps_nothing(database):
    def forgetful(session, codes):
        session.add_all([Office(code=code, name_vi="x") for code in codes])
        return []

    async def come() -> None:
        with pytest.raises(Busy):
            await database.write_each(forgetful, "A")

    asyncio.run(come())
    assert offices(database) == []


# When the database cannot


def test_a_commit_that_fails_is_told_to_every_caller_and_keeps_nothing(database):
    def at_commit(_connection):
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    event.listen(database.engine, "commit", at_commit)
    results = all_of(database, an_office("A"), failing("B", ValueError()), an_office("C"))
    event.remove(database.engine, "commit", at_commit)

    assert {type(r) for r in results if not isinstance(r, ValueError)} == {Busy}
    assert offices(database) == []
    assert all_of(database, an_office("D")) == ["D"]


def test_a_database_that_somebody_else_keeps_locked_is_busy_and_not_lost(sqlite_url):
    database = Database(sqlite_url)
    event.listen(
        database.engine, "connect", lambda c, _: c.execute("PRAGMA busy_timeout=50"), insert=False
    )
    engine = make_engine(sqlite_url)
    with engine.begin():
        began = time.monotonic()
        results = all_of(database, *(an_office(str(n)) for n in range(40)))
        waited = time.monotonic() - began
    assert {type(r) for r in results} == {Busy}
    assert waited < 1  # they waited together, not one after the other
    assert all_of(database, an_office("A")) == ["A"]
    engine.dispose()
    database.close()


def test_a_disk_that_is_full_keeps_nothing_of_what_it_refused(sqlite_database):
    """SQLite may end the transaction by itself; nothing of it must be kept behind our back."""

    def fill(session: Session) -> None:
        connection = session.connection()
        size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {size + 2}")
        for n in range(200):
            session.add(Office(code=f"full{n}", name_vi="x" * 200, address="y" * 300))
            session.flush()

    results = all_of(sqlite_database, an_office("A"), fill, an_office("B"), an_office("C"))

    assert isinstance(results[1], Busy | OperationalError)
    assert offices(sqlite_database) == [r for r in results if isinstance(r, str)]


def test_a_transaction_that_ended_by_itself_is_told_to_all(sqlite_database):
    def end_it(session: Session) -> None:
        session.connection().connection.dbapi_connection.execute("ROLLBACK")
        raise ValueError

    slow, began, go_on = hold_up(sqlite_database)

    async def come() -> list[object]:
        commands = (an_office("A"), end_it, an_office("B"))
        first = asyncio.create_task(sqlite_database.write(slow))
        await begun(began)
        later = [asyncio.create_task(sqlite_database.write(c)) for c in commands]
        await asyncio.sleep(0)
        go_on.set()
        return await asyncio.gather(first, *later, return_exceptions=True)

    assert [type(r) for r in asyncio.run(come())[1:]] == [Busy] * 3
    assert offices(sqlite_database) == []


def test_a_connection_that_dies_is_replaced(postgres_database):
    def die(session: Session) -> None:
        session.connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    results = all_of(postgres_database, an_office("A"), die, an_office("B"))
    assert isinstance(results[1], Busy)
    kept = [r for r in results if isinstance(r, str)]
    assert offices(postgres_database) == sorted(kept)
    assert all_of(postgres_database, an_office("C")) == ["C"]


def until_somebody_waits(engine):
    ends = time.monotonic() + 60
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.execute(waiting).scalar_one():
            assert time.monotonic() < ends
            time.sleep(0.01)


def test_a_deadlock_is_tried_again_and_nobody_hears_of_it(postgres_database):
    all_of(
        postgres_database,
        lambda s: s.add_all([DaySerial(series=x, day=TODAY, last=0) for x in "AB"]),
    )
    engine = postgres_database.engine
    count = "UPDATE day_serial SET last = last + 1 WHERE series = '%s'"
    ours, theirs = threading.Event(), threading.Event()
    runs = []

    def other() -> None:
        with engine.begin() as connection:
            # So that it is our writer that PostgreSQL finds in the way.
            connection.execute(text("SET LOCAL deadlock_timeout = '30s'"))
            connection.execute(text(count % "B"))
            theirs.set()
            assert ours.wait(60)
            connection.execute(text(count % "A"))

    def command(session: Session) -> str:
        runs.append(1)
        session.connection().execute(text("SET LOCAL deadlock_timeout = '100ms'"))
        session.connection().execute(text(count % "A"))
        ours.set()
        assert theirs.wait(60)
        if len(runs) == 1:
            until_somebody_waits(engine)  # PostgreSQL looks for a deadlock but once
        session.connection().execute(text(count % "B"))
        return "done"

    thread = threading.Thread(target=other)
    thread.start()
    results = all_of(postgres_database, an_office("X"), command, an_office("Y"))
    thread.join()

    assert results == ["X", "done", "Y"]
    assert len(runs) == 2
    counted = postgres_database.read_now(lambda s: s.exec(select(DaySerial.last)).all())
    assert counted == [2, 2]
    assert offices(postgres_database) == ["X", "Y"]


def test_what_cannot_be_serialised_in_three_tries_is_busy(postgres_database):
    runs = []

    def command(session: Session) -> None:
        runs.append(1)
        session.connection().execute(
            text("DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$")
        )

    assert isinstance(all_of(postgres_database, command)[0], Busy)
    assert len(runs) == 3
    few = [an_office(str(n)) for n in range(7)]
    results = all_of(postgres_database, *few[:3], command, *few[3:])
    assert isinstance(results[3], Busy)
    assert offices(postgres_database) == ["0", "1", "2", "3", "4", "5", "6"]  # its company is kept


# The queue


def test_a_full_queue_takes_nobody_else(database, monkeypatch):
    monkeypatch.setattr(pace, "FEWEST", 3)
    monkeypatch.setattr(pace, "SECONDS", 0)
    slow, began, go_on = hold_up(database)

    async def come() -> list[object]:
        first = asyncio.create_task(database.write(slow))
        await begun(began)
        later = [asyncio.create_task(database.write(an_office(str(n)))) for n in range(5)]
        await asyncio.sleep(0)
        go_on.set()
        return await asyncio.gather(first, *later, return_exceptions=True)

    results = asyncio.run(come())
    assert results[:4] == [None, "0", "1", "2"]
    assert [type(r) for r in results[4:]] == [Busy, Busy]
    assert results[4].retry_after_seconds
    assert offices(database) == ["0", "1", "2"]


def test_what_is_queued_is_finished_before_closing(database_url):
    database = Database(database_url)
    slow, began, go_on = hold_up(database)

    async def come() -> list[object]:
        first = asyncio.create_task(database.write(slow))
        await begun(began)
        later = [asyncio.create_task(database.write(an_office(str(n)))) for n in range(5)]
        await asyncio.sleep(0)
        closing = asyncio.create_task(asyncio.to_thread(database.close))
        await asyncio.sleep(0.05)
        refused = await asyncio.gather(database.write(an_office("late")), return_exceptions=True)
        assert [type(r) for r in refused] == [Busy]
        go_on.set()
        results = await asyncio.gather(first, *later)
        await closing
        return results

    assert asyncio.run(come()) == [None, "0", "1", "2", "3", "4"]
    again = Database(database_url)
    assert offices(again) == ["0", "1", "2", "3", "4"]
    again.close()


def test_closing_twice_or_before_any_work_is_harmless(sqlite_url):
    database = Database(sqlite_url)
    database.close()
    database.close()


def test_one_share_of_the_callers_fills_no_others_places(database, monkeypatch):
    monkeypatch.setattr(pace, "FEWEST", 2)
    monkeypatch.setattr(pace, "SECONDS", 0)
    shares = ["carriers"] * 3 + ["staff"] * 3 + ["public"]

    results = held_up(
        database, *(for_a_caller(s, an_office(f"{s}{n}")) for n, s in enumerate(shares))
    )

    assert [isinstance(r, Busy) for r in results] == [False, False, True, False, False, True, False]


@pytest.mark.parametrize(
    ("seconds", "commands", "most"),
    [(0.1, 100, 333), (0.2, 100, 166), (1, 1, 100), (0, 500, 333_333)],
    ids=["as usual", "slow", "standing still", "no time at all"],
)
def test_as_many_may_wait_as_are_done_in_a_second(seconds, commands, most):
    seen = pace.Pace()
    for _ in range(100):
        seen.note(seconds, commands)

    assert seen.most_waiting("staff") == pytest.approx(most, abs=1)


LEFT = {
    "cancelled": lambda: None,
    "waited too long": lambda: patience.of("public", -1),
    "hung up": lambda: patience.of("public", 60, lambda: True),
}


@pytest.mark.parametrize("why", LEFT)
def test_for_a_caller_who_has_left_nothing_is_begun(database, why):
    async def leave(command) -> object:
        with LEFT[why]() or nullcontext():
            waiting = asyncio.create_task(database.write(command))
            await asyncio.sleep(0)
        if why == "cancelled":
            waiting.cancel()
        return await waiting

    results = held_up(database, an_office("A"), an_office("LEFT"), an_office("B"), leaving=leave)

    assert (results[0], results[2]) == ("A", "B")
    assert isinstance(results[1], Busy | asyncio.CancelledError)
    assert offices(database) == ["A", "B"]


def test_who_leaves_after_it_was_begun_leaves_it_whole(database):
    slow, began, go_on = hold_up(database)

    def command(session: Session) -> None:
        an_office("A")(session)
        slow(session)
        an_office("B")(session)

    async def come() -> None:
        with patience.of("public", 60, began.is_set):
            waiting = asyncio.create_task(database.write(command))
            await begun(began)
        waiting.cancel()
        go_on.set()
        await database.write(an_office("C"))

    asyncio.run(come())
    assert offices(database) == ["A", "B", "C"]


def test_callers_of_a_loop_that_has_ended_do_not_stop_the_writer(database):
    slow, began, go_on = hold_up(database)

    async def leave() -> None:
        task = asyncio.create_task(database.write(slow))
        await begun(began)
        task.cancel()

    asyncio.run(leave())
    go_on.set()
    assert all_of(database, an_office("A")) == ["A"]


# Promises of each connection


def test_every_connection_to_sqlite_keeps_the_promises(sqlite_database):
    names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")

    def promises(cursor) -> list[object]:
        return [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    connections = [sqlite_database.engine.raw_connection() for _ in range(3)]
    seen = [promises(c.cursor()) for c in connections]
    for connection in connections:
        connection.close()

    assert seen == [["wal", 2, 1, 1]] * 3


def test_a_row_that_speaks_of_nothing_is_refused(database):
    def orphan(session: Session) -> None:
        session.connection().execute(text("INSERT INTO enclosure VALUES (99, 99, true)"))

    assert isinstance(all_of(database, orphan)[0], IntegrityError)


@pytest.mark.parametrize(
    ("version", "unsafe"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_a_sqlite_that_can_lose_data_is_known(version, unsafe):
    assert is_unsafe_sqlite(version) is unsafe


def test_a_sqlite_that_can_lose_data_is_not_opened(sqlite_url, monkeypatch):
    class Old:
        sqlite_version = "3.50.4"
        sqlite_version_info = (3, 50, 4)

    monkeypatch.setattr(engines, "sqlite", Old)
    with pytest.raises(UnsafeSqlite, match=r"3\.50\.4"):
        Database(sqlite_url)


def test_a_refused_promise_is_no_connection(sqlite_url, monkeypatch, tmp_path):
    """A file system that cannot keep the write-ahead log must not be used unnoticed."""

    class Reluctant:
        isolation_level = ""

        def execute(self, _statement):
            return self

        def fetchone(self):
            return ["delete"]

    with pytest.raises(UnsafeSqlite):
        engines._prepare_sqlite(Reluctant(), None)


def test_no_log_of_a_fault_holds_what_was_written(database, caplog):
    secret = "Nguyễn Thị Bí Mật"

    def command(session: Session) -> None:
        session.add(Office(code="A", name_vi=secret))
        session.add(Office(code="A", name_vi=secret))
        session.flush()

    [failure] = all_of(database, command)

    assert secret not in str(failure)
    assert secret not in caplog.text


def test_reading_sees_what_was_written_and_cannot_hold_up_the_writer(database):
    async def come() -> None:
        await database.write(an_office("A"))
        read = await database.read(lambda s: s.exec(select(Office.code)).all())
        slowly = await database.read(lambda s: s.exec(select(Office.code)).all(), slow=True)
        assert list(read) == list(slowly) == ["A"]
        with Session(database.engine.execution_options(reading=True)) as open_reader:
            open_reader.exec(select(Office.code)).all()
            assert await asyncio.wait_for(database.write(an_office("B")), 5) == "B"

    asyncio.run(come())
