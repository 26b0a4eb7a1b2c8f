"""A record whose file was deleted or exchanged under the service: it writes nothing any more."""

import asyncio
import shutil
from pathlib import Path

import pytest
from sqlalchemy import text

from postal_tracker.core.problems import Busy, Uncertain
from postal_tracker.storage import pulse, side_lock
from postal_tracker.storage.database import Database
from postal_tracker.storage.engines import make_engine
from tests.commands.running import until
from tests.storage.callers import all_of, an_office, offices


def deleted(file):
    file.unlink()


def exchanged(file):
    other = file.with_name("other.db")
    shutil.copy(file, other)
    other.replace(file)


def moved_away(file):
    file.rename(file.with_name("away.db"))


def moved_away_and_a_fresh_one_made(file):
    moved_away(file)
    with make_engine(f"sqlite:///{file}").begin() as connection:
        connection.execute(text("CREATE TABLE office (code TEXT)"))


def folder_deleted(file):
    shutil.rmtree(file.parent)


def log_deleted(file):
    Path(f"{file}-wal").unlink()


def log_exchanged(file):
    Path(f"{file}-wal").unlink()
    Path(f"{file}-wal").touch()


BEFALLS = [
    deleted,
    exchanged,
    moved_away,
    moved_away_and_a_fresh_one_made,
    folder_deleted,
    log_deleted,
    log_exchanged,
]


@pytest.fixture
def file(sqlite_url, tmp_path):
    """A record that stands in a folder of its own."""
    (tmp_path / "data").mkdir()
    there = tmp_path / "data" / "postal.db"
    shutil.move(tmp_path / "postal.db", there)
    return there


@pytest.fixture
def database(file):
    made = Database(f"sqlite:///{file}")
    assert all_of(made, an_office("A")) == ["A"]
    yield made
    made.close()


@pytest.mark.parametrize("befalls", BEFALLS)
def test_nothing_is_acknowledged_that_nobody_would_find_again(database, file, befalls):
    befalls(file)

    for _ in range(3):
        assert [type(r) for r in all_of(database, an_office("B"), an_office("C"))] == [Busy, Busy]


@pytest.mark.parametrize("befalls", BEFALLS)
def test_it_is_said_loudly_and_readiness_ends(database, file, befalls, monkeypatch, caplog):
    monkeypatch.setattr(pulse, "EVERY", 0.02)
    assert asyncio.run(database.state()).fault is None
    befalls(file)

    async def until_it_is_felt() -> None:
        while (await database.state()).fault is not pulse.Fault.EXCHANGED:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(until_it_is_felt(), 20))
    [said] = until(lambda: [r for r in caplog.records if r.message == "nothing can be written"])
    assert said.levelname == "CRITICAL"
    assert "exchanged" in said.why


@pytest.mark.parametrize("befalls", BEFALLS)
def test_what_was_under_way_meanwhile_is_not_certain(database, file, befalls):
    def command(session):
        an_office("B")(session)
        befalls(file)

    assert [type(r) for r in all_of(database, command)] == [Uncertain]


def test_a_file_that_comes_back_is_written_after_a_restart_only(database, file):
    """Who moved it may have written to it meanwhile, with another log."""
    file.rename(file.with_name("away.db"))
    assert [type(r) for r in all_of(database, an_office("B"))] == [Busy]
    file.with_name("away.db").rename(file)
    assert [type(r) for r in all_of(database, an_office("C"))] == [Busy]

    again = Database(f"sqlite:///{file}")
    assert all_of(again, an_office("D")) == ["D"]
    assert offices(again) == ["A", "D"]
    again.close()


def test_connections_that_come_and_go_are_no_exchange(file):
    """With its last connection a record's log goes, and comes back with the next."""
    database = Database(f"sqlite:///{file}")
    for code in "ABC":
        assert all_of(database, an_office(code)) == [code]
        database.engine.dispose()
    assert offices(database) == ["A", "B", "C"]
    database.close()


def test_others_who_read_and_write_it_are_no_exchange(database, file):
    for code in "BCD":
        other = make_engine(f"sqlite:///{file}")
        with other.begin() as connection:
            connection.execute(text("UPDATE office SET name_en = 'x'"))
        other.dispose()
        assert all_of(database, an_office(code)) == [code]
    assert offices(database) == ["A", "B", "C", "D"]


# One at a time


def test_a_lock_is_held_by_one_and_free_again_after_it(tmp_path):
    lock = tmp_path / "not yet there" / "x.lock"
    for _ in range(2):
        with side_lock.held(lock):
            with pytest.raises(side_lock.InUse), side_lock.held(lock):
                pass
            with pytest.raises(side_lock.InUse), side_lock.held(lock):
                pass


def test_all_names_of_a_record_have_one_lock(file, tmp_path, monkeypatch):
    (tmp_path / "link.db").symlink_to(file)
    (tmp_path / "elsewhere").symlink_to(file.parent)
    monkeypatch.chdir(file.parent)
    names = (file, tmp_path / "link.db", tmp_path / "elsewhere" / "postal.db", Path("postal.db"))

    assert {side_lock.beside(name) for name in names} == {file.with_name("postal.db.lock")}
