"""The power is cut while the record is backed up or restored: what was there before is there still.

Or else the new one, whole; and that alone, for good, once the command has said so.
"""

import shutil
from contextlib import closing
from functools import cache
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from postal_tracker.storage.database import Database
from postal_tracker.storage.engines import sqlite
from postal_tracker.storage.tables import Office
from tests.commands.running import command
from tests.durability.power_cut import Disk
from tests.durability.record import found_in, lasting, put_down
from tests.durability.recorder import recorder

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CUTS = 400
CUTS_AT_THE_END = 20

MONDAY, TUESDAY = ["MONDAY"], ["MONDAY", "TUESDAY"]
"""What the copy of Monday holds, and the record on Tuesday."""

BACKUP, RESTORE = ("backup", "copy.db"), ("restore", "copy.db", "--yes")


@pytest.mark.parametrize(
    ("asked", "file", "old", "new"),
    [(BACKUP, "copy.db", MONDAY, TUESDAY), (RESTORE, "postal.db", TUESDAY, MONDAY)],
    ids=["backup", "restore"],
)
def test_a_copy_is_whole_or_the_one_before_is(done, tmp_path, share, asked, file, old, new):
    before, steps = done(asked)
    cuts = [(n, Random(n).randrange(len(steps))) for n in range(share.of(CUTS))]
    after = [
        offices_after(Disk.of(before), steps[:place], n, tmp_path / "disk" / file)
        for n, place in cuts
    ]

    assert [cut for cut, found in zip(cuts, after, strict=True) if found not in (old, new)] == []


@pytest.mark.parametrize(
    ("asked", "file", "new"),
    [(BACKUP, "copy.db", TUESDAY), (BACKUP, "postal.db", TUESDAY), (RESTORE, "postal.db", MONDAY)],
    ids=["backup", "the record that is backed up", "restore"],
)
@pytest.mark.parametrize("honours_syncs", [True, False])
def test_what_a_command_said_is_done_is_so_after_a_cut(
    done, tmp_path, asked, file, new, honours_syncs
):
    before, steps = done(asked)
    after = [
        offices_after(
            Disk.of(before, honours_syncs=honours_syncs), steps, n, tmp_path / "disk" / file
        )
        for n in range(CUTS_AT_THE_END)
    ]

    assert all(found == new for found in after) is honours_syncs


# The stage


@pytest.fixture(scope="module")
def on_tuesday(tmp_path_factory, migrated_sqlite):
    """Return the files of a folder: a copy of Monday, and a record whose last news is in its log.

    So they stand after the service was killed, or lost its power.
    """
    folder = tmp_path_factory.mktemp("tuesday")
    shutil.copy(migrated_sqlite, folder / "postal.db")
    url = f"sqlite:///{folder / 'postal.db'}"
    with closing(Database(url)) as database:
        open_on(database, "MONDAY")
        assert command(folder, "backup", "copy.db", POSTAL_DATABASE_URL=url).returncode == 0
        open_on(database, "TUESDAY")
        content = found_in(folder)  # before it is closed, and its log emptied
    assert content["postal.db-wal"]
    return content


def open_on(database, day):
    database.write_now(lambda s: s.add(Office(code=day, name_vi=day)))


@pytest.fixture(scope="module")
def done(tmp_path_factory, on_tuesday):
    """Return a way to carry out a command, that tells the files before it and all its steps."""

    @cache
    def carry_out(asked):
        folder, beside = tmp_path_factory.mktemp("kept"), tmp_path_factory.mktemp("beside")
        put_down(on_tuesday, folder)
        writer = recorder(folder, beside)
        url = {"POSTAL_DATABASE_URL": f"sqlite:///{folder / 'postal.db'}"}
        ended = command(folder, *asked, **url, **writer.environment)
        assert ended.returncode == 0, ended.stderr
        steps = writer.steps()
        assert lasting(Disk.of(on_tuesday).take_all(steps).whole()) == found_in(folder)
        return on_tuesday, steps

    return carry_out


def offices_after(disk: Disk, steps, cut: int, file: Path):
    """Return which offices a database knows after a cut; or what is wrong with it."""
    put_down(disk.take_all(steps).after_a_cut(Random(cut)), file.parent)
    try:
        with closing(Database(f"sqlite:///{file}")) as database:
            return database.read_now(_offices)
    except (DatabaseError, sqlite.DatabaseError) as fault:
        return str(fault)


def _offices(session):
    connection = session.connection()
    state = connection.execute(text("PRAGMA integrity_check")).scalars().all()
    known = connection.execute(text("SELECT code FROM office ORDER BY code")).scalars().all()
    return known if state == ["ok"] else state
