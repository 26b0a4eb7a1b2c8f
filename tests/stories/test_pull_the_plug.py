"""The plug is pulled under load, again and again; whoever was told "recorded" must find it kept.

Kept once, with every copy as the ledger says. The processes are real and die by SIGKILL; a service
that answers too early must be found out by the same check.
"""

import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlmodel import Session, col

from postal_tracker import ledger
from postal_tracker.settings import Settings
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import LedgerEntry
from tests.centre import Centre
from tests.durability.clients import PLACE, ByApi, ByHook, Client, Way
from tests.durability.server import born

CLIENTS = 6

FEW, MANY = 4, 50


@pytest.mark.parametrize("rounds", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_what_was_answered_outlives_the_plug(database_url, rounds, share):
    rounds = share.of(rounds)
    with a_centre(database_url) as (settings, numbers, key):
        clients = load_and_kill(settings, numbers, ByApi(key), rounds=rounds)

    assert answered(clients) > 20 * rounds
    assert findings(settings, clients) == []


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_a_hook_that_was_answered_outlives_the_plug(database_url, rounds, share):
    rounds = share.of(rounds)
    with a_centre(database_url) as (settings, numbers, _key):
        clients = load_and_kill(settings, numbers, ByHook(), rounds=rounds)

    assert answered(clients) > 20 * rounds
    assert findings(settings, clients) == []


def test_a_service_that_answers_before_the_commit_is_found_out(sqlite_url):
    with a_centre(sqlite_url) as (settings, numbers, key):
        clients = load_and_kill(settings, numbers, ByApi(key), rounds=FEW, fault="hasty")

    assert any("lost" in finding for finding in findings(settings, clients))


@pytest.mark.parametrize("rounds", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_the_database_may_hang_up_at_any_moment(postgres_url, rounds, share):
    rounds = share.of(rounds)
    with a_centre(postgres_url) as (settings, numbers, key):
        clients = load_and_kill(settings, numbers, ByApi(key), rounds=rounds, strike=hang_up)

    assert answered(clients) > 20 * rounds
    assert findings(settings, clients) == []


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "syncs"), [("", True), ("lax", False)])
def test_the_log_is_on_the_disk_before_the_answer(sqlite_url, tmp_path, fault, syncs):
    """A power cut is worse than a kill: what the system has not yet written is gone, too."""
    if not shutil.which("strace"):
        pytest.skip("strace is not installed")
    with a_centre(sqlite_url) as stage, socket.create_server(("127.0.0.1", 0)) as listening:
        settings, numbers, key = stage
        service = born(settings, listening, fault)
        device = Client("device", listening.getsockname()[1], ByApi(key), numbers)
        device.tell()  # it is up
        calls = tmp_path / "calls"
        with written_down(service.pid, calls):
            for _ in range(20):
                device.tell()
        device.connection.close()
        service.kill()
        service.join()

    before_each_answer = calls.read_text().split('"HTTP/1.1 200')[:20]
    assert len(before_each_answer) == 20
    assert all(("sync(" in part) is syncs for part in before_each_answer)


# The stage


@contextmanager
def a_centre(url: str) -> Iterator[tuple[Settings, list[str], str]]:
    """Give the settings of a centre with parcels on their way, their numbers, a courier's key."""
    with Centre(url) as centre:
        centre.clock.at = datetime.now(UTC) - timedelta(days=10)
        numbers = [centre.a_parcel(centre.a_dossier(), centre.a_dossier()) for _ in range(12)]
    yield centre.settings, numbers, centre.keys["courier"]


@contextmanager
def written_down(pid: int, file: Path) -> Iterator[None]:
    """Write down what a process asks of the system: to sync a file, and to send an answer."""
    watched = "trace=fdatasync,fsync,write,writev,sendto,sendmsg"
    command = ["strace", "-f", "-p", str(pid), "-e", watched, "-o", str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as watcher:
        if "attached" not in watcher.stderr.readline():
            pytest.skip("this machine lets no process watch another")
        yield
        watcher.send_signal(signal.SIGINT)
        watcher.wait(60)


Strike = Callable[[Settings], None]


def load_and_kill(
    settings: Settings,
    numbers: Sequence[str],
    way: Way,
    *,
    rounds: int,
    fault: str = "",
    strike: Strike | None = None,
) -> list[Client]:
    """Let clients tell of scans while the service dies and is born again; return the clients.

    With `strike`, that happens to the service instead of its death.
    """
    chance = random.Random(rounds)
    ending = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        clients = [Client(f"c{n}", port, way, numbers, ending) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        service = born(settings, listening, fault)
        for n in range(rounds):
            if n % 2:
                wait_until_more_is_answered(clients)
            time.sleep(chance.uniform(0, 0.2))  # at work by then, or in the midst of its birth
            if strike:
                strike(settings)
                continue
            service.kill()
            service.join()
            service = born(settings, listening, fault)
        wait_until_more_is_answered(clients)
        ending.set()
        for client in clients:
            client.join()
        service.kill()
        service.join()
    return clients


def wait_until_more_is_answered(clients: Sequence[Client], more: int = 40) -> None:
    enough, too_late = answered(clients) + more, time.monotonic() + 100
    while answered(clients) < enough:
        assert time.monotonic() < too_late, "the service does not come to life"
        time.sleep(0.01)


def hang_up(settings: Settings) -> None:
    """End every connection to the database, as a restart or a fail-over of it does."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    end = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    with closing(Database(settings.database_url)) as database:
        database.read_now(lambda s: s.connection().execute(end).all())


def answered(clients: Sequence[Client]) -> int:
    return sum(len(client.kept) for client in clients)


def findings(settings: Settings, clients: Sequence[Client]) -> list[str]:
    """Return in sentences whatever is not as it was answered."""
    with closing(Database(settings.database_url)) as database:
        kept, places, found = database.read_now(_what_is_kept)
    found += [f"recorded {n} times: {place}" for place, n in places.items() if n > 1]
    for client in clients:
        key = client.way.key
        found += [f"{client.name} was answered {fault}" for fault in client.faults]
        found += [f"lost: {key(scan)}" for scan in client.kept if key(scan) not in kept]
        found += [
            f"half kept: {key(scans[0])}"
            for scans in client.told
            if len({key(scan) in kept for scan in scans}) > 1
        ]
    return found


def _what_is_kept(session: Session) -> tuple[set[str], Counter[str], list[str]]:
    """Return keys, how often each clients' place stands there, and what contradicts itself."""
    connection = session.connection()
    entries = connection.execute(select(col(LedgerEntry.key), col(LedgerEntry.place))).all()
    places = Counter(place for _, place in entries if place.startswith(PLACE))
    wrong = [f"{what} differs from its replay" for what in ledger.differences(session)]
    if connection.dialect.name == "sqlite":
        (state,) = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
        strangers = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        wrong += [state] * (state != "ok") + [f"points nowhere: {row}" for row in strangers]
    return {key for key, _ in entries}, places, wrong
