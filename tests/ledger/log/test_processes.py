"""Several processes record on one PostgreSQL, and whoever appends to the log is killed."""

import time
from contextlib import closing, contextmanager
from itertools import count

import pytest
from sqlalchemy import text
from sqlmodel import select

from postal_tracker.house import House
from postal_tracker.storage.tables import LedgerEntry, LogLeaf
from tests.centre import Centre
from tests.ledger.log import worker
from tests.ledger.log.checks import checked


class Processes:
    """Some that record and append, each under a name of its own."""

    def __init__(self, centre, answered, parcels):
        self.centre, self.answered, self.parcels = centre, answered, parcels
        self.alive = {}
        self._names = count()

    def start(self):
        name = f"p{next(self._names)}"
        born = worker.born(self.centre.settings, name, self.answered, self.parcels)
        self.alive[name] = born

    def kill_the_sequencer(self):
        """Kill whoever has appended last, as soon as he has done so again, and start another."""
        size = size_of(self.centre)
        until(lambda: size_of(self.centre) > size and holder(self.centre) in self.alive)
        name = holder(self.centre)
        self._kill(name)
        self.start()

    def kill_all(self):
        for name in list(self.alive):
            self._kill(name)

    def _kill(self, name):
        process = self.alive.pop(name)
        process.kill()
        process.join()


def until(is_so, seconds=60):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "it never came to that"
        time.sleep(0.005)


def size_of(centre):
    query = text("SELECT size FROM log_head")
    return centre.database.read_now(lambda s: s.connection().execute(query).scalar() or 0)


def holder(centre):
    query = text("SELECT held_by FROM log_head")
    return centre.database.read_now(lambda s: s.connection().execute(query).scalar())


def is_caught_up(centre, house):
    """Append all that is left, once no lease of the dead is."""
    house.sequencer("at last").append_now()
    return holder(centre) == "at last"


@contextmanager
def processes(centre, many, answered):
    parcels = [centre.post("/parcels", a_parcel(centre)).json() for _ in range(4)]
    ids = centre.database.read_now(
        lambda s: [*s.scalars(text("SELECT id FROM parcel ORDER BY id"))]
    )
    assert len(ids) == len(parcels)
    started = Processes(centre, answered, ids)
    try:
        for _ in range(many):
            started.start()
        yield started
    finally:
        started.kill_all()


def a_parcel(centre):
    return {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [centre.a_dossier()]}


@pytest.mark.slow
@pytest.mark.parametrize("many", [2, 4])
def test_every_entry_is_in_the_log_exactly_once_however_often_the_sequencer_is_killed(
    postgres_url, tmp_path, many, share
):
    answered = tmp_path / "answered"
    with Centre(postgres_url, log_key_file=tmp_path / "log-key") as centre:
        with processes(centre, many, answered) as running:
            for _ in range(share.of(20)):
                running.kill_the_sequencer()
        with closing(House(centre.settings)) as house:
            until(lambda: is_caught_up(centre, house))

        told = set(answered.read_text().split())
        kept = {*centre.database.read_now(lambda s: s.exec(select(LedgerEntry.key)).all())}
        assert told
        assert told <= kept
        leaves = centre.database.read_now(
            lambda s: s.exec(select(LogLeaf.kind, LogLeaf.row_id)).all()
        )
        logged = [row_id for kind, row_id in leaves if kind == "entry"]
        ids = centre.database.read_now(lambda s: s.exec(select(LedgerEntry.id)).all())
        assert sorted(logged) == sorted(ids)
        assert checked(centre).findings == []
