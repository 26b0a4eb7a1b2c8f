"""The writer's thread may fail to start, or end by a fault: everybody is told, the next goes on."""

import asyncio
import ctypes
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from postal_tracker.core.problems import Busy, Uncertain
from postal_tracker.storage import writer
from postal_tracker.storage.database import Database
from tests.storage.callers import all_of, an_office, begun, hold_up, offices


@contextmanager
def no_room_for_threads():
    """Ask for stacks that no address space holds: the system refuses each new thread."""
    before = threading.stack_size(1 << 47)
    try:
        yield
    finally:
        threading.stack_size(before)


async def told(database, *codes):
    """Write offices, one caller each; return what each is told, none after more than a minute."""
    writing = (database.write(an_office(code)) for code in codes)
    return await asyncio.wait_for(asyncio.gather(*writing, return_exceptions=True), 60)


def test_a_thread_that_cannot_be_started_is_told_and_tried_again_by_the_next(database):
    async def come() -> None:
        with no_room_for_threads():
            for code in "AB":
                assert [type(r) for r in await told(database, code)] == [Busy]
        assert await told(database, "C", "D") == ["C", "D"]

    asyncio.run(come())
    assert offices(database) == ["C", "D"]


def end_thread(thread, how):
    """Raise something in another thread, as the interpreter does with SystemExit at its end."""
    where = ctypes.c_ulong(thread.ident)
    assert ctypes.pythonapi.PyThreadState_SetAsyncExc(where, ctypes.py_object(how)) == 1


@pytest.mark.parametrize("how", [SystemExit, KeyboardInterrupt, MemoryError, RuntimeError])
def test_a_thread_that_ends_while_it_waits_leaves_nobody_waiting(database, how):
    async def come() -> None:
        assert await told(database, "A") == ["A"]
        await until_there_is(lambda: not database._writer._under_way)  # it waits again
        thread = database._writer._thread
        end_thread(thread, how)
        assert [type(r) for r in await told(database, "B", "C")] == [Busy, Busy]
        await asyncio.to_thread(thread.join, 60)
        assert await told(database, "D") == ["D"]

    asyncio.run(come())
    assert offices(database) == ["A", "D"]


@pytest.mark.parametrize("how", [SystemExit, KeyboardInterrupt, MemoryError])
def test_what_was_kept_before_the_thread_ended_is_told_as_kept(database, monkeypatch, how):
    tell_all = writer.tell_all

    def once(batch):
        if not batch:  # the pulse looks after those who waited too long, and there are none
            return tell_all(batch)
        monkeypatch.undo()
        raise how

    async def come() -> None:
        monkeypatch.setattr(writer, "tell_all", once)
        assert await told(database, "A") == ["A"]
        await until_there_is(lambda: not database._writer._thread)
        assert await told(database, "C") == ["C"]

    asyncio.run(come())
    assert offices(database) == ["A", "C"]


def test_who_waits_behind_those_hears_that_nothing_of_his_is_kept(database, monkeypatch):
    slow, began, go_on = hold_up(database)

    def once(_batch):
        monkeypatch.undo()
        raise MemoryError

    async def come() -> None:
        first = asyncio.create_task(database.write(slow))
        await begun(began)
        behind = asyncio.create_task(told(database, "A", "B"))
        await until_there_is(lambda: len(database._writer._waiting) == 2)
        monkeypatch.setattr(writer, "tell_all", once)
        go_on.set()
        await asyncio.wait_for(first, 60)
        assert [type(r) for r in await behind] == [Busy, Busy]
        await until_there_is(lambda: not database._writer._thread)
        assert await told(database, "C") == ["C"]

    asyncio.run(come())
    assert offices(database) == ["C"]


def test_a_thread_that_ends_without_a_word_is_noticed_by_the_next_caller(database, monkeypatch):
    """It had no memory left even to say so; of what was under way nobody knows."""

    def dumb(*_told, **_extra):
        raise MemoryError

    async def come() -> None:
        monkeypatch.setattr(writer.log, "error", dumb)
        monkeypatch.setattr(writer.log, "critical", dumb)
        monkeypatch.setattr(threading, "excepthook", lambda _told: None)
        lost = asyncio.create_task(database.write(breaks_the_transaction))
        thread = await until_there_is(lambda: database._writer._thread)
        await asyncio.to_thread(thread.join, 60)
        monkeypatch.undo()
        assert await told(database, "B") == ["B"]
        with pytest.raises(Uncertain):
            await asyncio.wait_for(lost, 60)

    asyncio.run(come())
    assert offices(database) == ["B"]


def breaks_the_transaction(session):
    an_office("A")(session)
    raise SystemExit


async def until_there_is(what):
    while not (found := what()):
        await asyncio.sleep(0.001)
    return found


# What is known of a commit


@pytest.mark.parametrize("how", [MemoryError, SystemExit, KeyboardInterrupt])
def test_a_fault_of_ours_in_the_middle_of_a_commit_leaves_it_open(database, how):
    def at_commit(_connection):
        raise how

    event.listen(database.engine, "commit", at_commit)
    results = all_of(database, an_office("A"), an_office("B"))
    event.remove(database.engine, "commit", at_commit)

    assert [type(r) for r in results] == [Uncertain, Uncertain]
    assert all_of(database, an_office("C")) == ["C"]


@pytest.mark.parametrize("how", [MemoryError, SystemExit, KeyboardInterrupt])
def test_a_fault_of_ours_after_the_commit_takes_nothing_back(database, monkeypatch, how):
    def after() -> None:
        monkeypatch.undo()
        raise how

    monkeypatch.setattr(database._writer, "after_commit", after)

    assert all_of(database, an_office("A")) == ["A"]
    ended = database._writer._thread
    if ended and not issubclass(how, Exception):
        ended.join(60)
    assert all_of(database, an_office("B")) == ["B"]
    assert offices(database) == ["A", "B"]


def test_the_command_line_too_hears_that_a_broken_commit_is_not_certain(database):
    def at_commit(_connection):
        raise MemoryError

    event.listen(database.engine, "commit", at_commit)
    with pytest.raises(Uncertain):
        database.write_now(an_office("A"))


def test_closing_after_the_thread_has_ended_leaves_nobody_waiting(sqlite_url):
    database = Database(sqlite_url)

    async def come() -> None:
        await told(database, "A")
        await until_there_is(lambda: not database._writer._under_way)
        end_thread(database._writer._thread, SystemExit)
        assert [type(r) for r in await told(database, "B")] == [Busy]
        await asyncio.to_thread(database.close)

    asyncio.run(come())
