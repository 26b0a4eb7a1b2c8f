"""Who waits for news is nudged after a commit, and a commit nobody is sure of is called so."""

import asyncio
import logging
import threading
import time
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from postal_tracker.core.problems import Busy, Conflict, Uncertain
from postal_tracker.storage.database import Database
from postal_tracker.storage.engines import make_engine
from postal_tracker.storage.tables import Office
from tests.storage.black_hole import network_to
from tests.storage.callers import all_of, an_office, begun, failing, offices

pytestmark = pytest.mark.alone

REFUSAL = Conflict("taken", "đã có", "taken")

# The nudge


async def comes(nudge):
    await asyncio.wait_for(nudge.wait(), 60)


async def does_not_come(nudge):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(nudge.wait(), 0.05)


def test_who_waits_for_news_is_nudged_and_finds_it(database):
    async def come() -> list[str]:
        with database.nudges() as nudge:
            waiting = asyncio.create_task(comes(nudge))
            await database.write(an_office("A"))
            await waiting
            return offices(database)

    assert asyncio.run(come()) == ["A"]


def test_nobody_is_nudged_before_the_commit(database):
    reached, go_on = threading.Event(), threading.Event()

    def at_commit(_connection):
        reached.set()
        assert go_on.wait(60)

    async def come() -> None:
        event.listen(database.engine, "commit", at_commit)
        with database.nudges() as nudge:
            writing = asyncio.create_task(database.write(an_office("A")))
            await begun(reached)
            await does_not_come(nudge)
            go_on.set()
            await comes(nudge)
            await writing

    asyncio.run(come())


def test_nobody_is_nudged_by_what_was_refused(database):
    async def come() -> None:
        with database.nudges() as nudge:
            with pytest.raises(Conflict):
                await database.write(failing("A", REFUSAL))
            await does_not_come(nudge)

    asyncio.run(come())


def test_what_the_command_line_writes_in_this_process_nudges_too(database):
    async def come() -> None:
        with database.nudges() as nudge:
            with pytest.raises(Conflict):
                database.write_now(failing("A", REFUSAL))
            await does_not_come(nudge)
            database.write_now(an_office("B"))
            await comes(nudge)

    asyncio.run(come())


def test_each_who_waits_is_nudged_in_a_loop_of_his_own(database):
    """A worker in another thread hears of what a door has written."""
    listens, heard = threading.Event(), threading.Event()

    async def listen() -> None:
        with database.nudges() as nudge:
            listens.set()
            await comes(nudge)
            heard.set()

    async def come() -> None:
        with database.nudges() as nudge:
            await begun(listens)
            await database.write(an_office("A"))
            await comes(nudge)

    elsewhere = threading.Thread(target=asyncio.run, args=(listen(),))
    elsewhere.start()
    asyncio.run(come())
    elsewhere.join()

    assert heard.is_set()


def test_who_left_without_a_word_does_not_stop_the_writer(database):
    async def leave() -> None:
        database.nudges().__enter__()  # and never hears of its end

    asyncio.run(leave())

    assert all_of(database, an_office("A"), an_office("B")) == ["A", "B"]


# A commit that nobody is sure of


@contextmanager
def a_server_that_dies_before_the_commit(database):
    """Its process is ended by what the commit itself sets off, so nothing is kept."""
    ends_itself = """
        CREATE FUNCTION end_itself() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON office
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_itself()
    """
    with database.engine.begin() as connection:
        connection.execute(text(ends_itself))
    yield
    with database.engine.begin() as connection:
        connection.execute(text("DROP FUNCTION end_itself CASCADE"))


@contextmanager
def a_server_that_dies_before_it_answers(database):
    """Its process is ended after the commit, waiting in vain for a second server."""
    url = database.engine.url.render_as_string(False)
    operator = make_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    ended = threading.Event()

    def end_who_waits() -> None:
        waits = "datname = current_database() AND wait_event = 'SyncRep'"
        end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {waits}"
        with operator.connect() as connection:
            while not ended.wait(0.02):
                connection.execute(text(end))

    def commits() -> bool:
        """Whether a commit is answered still: it takes a moment until the server waits."""
        try:
            with database.engine.begin() as connection:
                connection.execute(text("SELECT pg_logical_emit_message(true, 'test', '')"))
        except OperationalError:
            return False
        return True

    with operator.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET synchronous_standby_names = 'nobody'"))
        connection.execute(text("SELECT pg_reload_conf()"))
        ending = threading.Thread(target=end_who_waits)
        ending.start()
        try:
            while commits():
                pass
            yield
        finally:
            connection.execute(text("ALTER SYSTEM RESET synchronous_standby_names"))
            connection.execute(text("SELECT pg_reload_conf()"))
            ended.set()
            ending.join()
    operator.dispose()


@pytest.mark.parametrize(
    ("dies", "kept"),
    [
        (a_server_that_dies_before_the_commit, []),
        (a_server_that_dies_before_it_answers, ["A", "B"]),
    ],
)
def test_a_connection_lost_during_the_commit_leaves_it_open_what_was_kept(
    postgres_database, dies, kept
):
    with dies(postgres_database):
        results = all_of(postgres_database, an_office("A"), an_office("B"))

    assert [type(r) for r in results] == [Uncertain] * 2
    assert {(r.slug, r.status) for r in results} == {("outcome-uncertain", 503)}
    assert offices(postgres_database) == kept
    assert all_of(postgres_database, an_office("C")) == ["C"]


@pytest.mark.slow
@pytest.mark.parametrize("at", ["before the commit", "at the commit"])
def test_a_black_hole_is_told_for_what_it_is(postgres_url, at):
    """Nothing is known of a commit that was sent into it; of what was not sent all is known."""
    with network_to(postgres_url) as (network, address):
        database = Database(address, patience=2)
        try:
            assert all_of(database, an_office("A")) == ["A"]
            how = {"at the commit": lambda _connection: network.swallow()}
            if at in how:
                event.listen(database.engine, "commit", how[at])
            else:
                network.swallow()
            began = time.monotonic()
            [told] = all_of(database, an_office("B"))
            assert time.monotonic() - began < 8
        finally:
            network.cut()
            database.close()

    assert type(told) is (Uncertain if at in how else Busy)


def test_a_connection_lost_before_the_commit_kept_nothing_and_that_is_certain(postgres_database):
    def die(session: Session) -> None:
        an_office("A")(session)
        session.connection().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    assert [type(r) for r in all_of(postgres_database, die)] == [Busy]
    assert offices(postgres_database) == []


# Who holds up the others


def take_long(session: Session, name: str) -> None:
    session.add(Office(code="A", name_vi=name))
    threading.Event().wait(0.15)


def test_who_holds_up_the_others_is_named_in_the_log_without_a_citizens_name(database, caplog):
    citizen = "Nguyễn Thị Bí Mật"
    with caplog.at_level(logging.WARNING):
        all_of(database, an_office("B"), partial(take_long, name=citizen), an_office("C"))
    named = {r.command: r for r in caplog.records if r.message == "a slow command"}
    slow = named["tests.storage.test_after_the_commit.take_long"]

    assert slow.milliseconds >= 150
    assert citizen not in str(vars(slow))
