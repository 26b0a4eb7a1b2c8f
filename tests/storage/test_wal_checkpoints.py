"""What has gathered in SQLite's log is moved beside the writer, whoever has read for long."""

import time
from contextlib import closing
from datetime import timedelta

import pytest

from postal_tracker.carriers import state
from postal_tracker.house import House
from postal_tracker.storage import engines, wal_checkpoints
from postal_tracker.storage.engines import sqlite
from tests.commands.running import until

PAGES = 20


@pytest.fixture
def in_service(centre, monkeypatch):
    monkeypatch.setattr(engines, "CHECKPOINT_PAGES", PAGES)
    house = House(centre.settings, clock=centre.clock, in_service=True)
    yield house
    house.close()


def write_much(house):
    for n in range(PAGES):
        now = house.now() + timedelta(minutes=n)
        house.database.write_now(lambda s, now=now: state.hold(s, "rehearsal", by="us", now=now))


def unmoved(house):
    with closing(sqlite.connect(house.database.engine.url.database)) as other:
        _is_busy, logged, moved = other.execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
    return logged - moved


def is_moved(house):
    return unmoved(house) < PAGES


def test_the_log_is_moved_without_the_writer(in_service):
    write_much(in_service)

    until(lambda: is_moved(in_service), seconds=10)
    with in_service.database.engine.connect() as connection:
        asked = connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar()
    assert asked == wal_checkpoints.BACKSTOP_PAGES


def test_what_a_long_reader_kept_back_is_moved_once_it_has_gone(in_service):
    with closing(sqlite.connect(in_service.database.engine.url.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM parcel").fetchone()
        write_much(in_service)
        time.sleep(3 * wal_checkpoints.EVERY)
        assert not is_moved(in_service)

    until(lambda: is_moved(in_service), seconds=10)


def test_a_command_moves_it_itself(centre):
    with centre.database.engine.connect() as connection:
        asked = connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar()
    assert asked == engines.CHECKPOINT_PAGES
