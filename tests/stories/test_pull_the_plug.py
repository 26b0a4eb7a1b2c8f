"""The plug is pulled under load, again and again; whoever was told "recorded" must find it kept.

Kept once, with every copy as the ledger says. The processes are real and die by SIGKILL; a service
that answers too early must be found out by the same check.
"""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from postal_tracker.settings import Settings
from postal_tracker.storage.database import Database
from tests.durability.clients import ByApi, ByHook, Client
from tests.durability.findings import findings
from tests.durability.load import a_centre, answered, load_and_kill
from tests.durability.server import born

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
        clients = load_and_kill(
            settings, numbers, ByApi(key), rounds=rounds, strikes=[partial(hang_up, settings)]
        )

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


def hang_up(settings: Settings) -> None:
    """End every connection to the database, as a restart or a fail-over of it does."""
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    end = text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    with closing(Database(settings.database_url)) as database:
        database.read_now(lambda s: s.connection().execute(end).all())
