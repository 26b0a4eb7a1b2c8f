"""Kill -9 under load, again and again: nothing that was answered with 200 is missing or doubled.

A killed process proves the order of commit and answer, not the disk: that a commit survives a power
cut rests on SQLite's FULL and PostgreSQL's fsync (see tests/desks/test_writer.py).
"""

import itertools
import json
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import text
from sqlmodel import col, func, select

from adapters.signing import sign
from postal_tracker.tables import LedgerEntry
from tests.centre import HOOK_SECRET, TOKEN, Centre

PARCELS = 40
CLIENTS = 4


class Plug:
    """A server to be killed, clients who note what they were told, and the record to look at."""

    def __init__(self, database_url: str, *flags: str) -> None:
        self.url = database_url
        self.flags = flags
        with Centre(database_url) as centre:
            self.numbers = [centre.a_parcel() for _ in range(PARCELS)]
            self.key = centre.keys["courier"]
        self.began = datetime.now(UTC) - timedelta(days=1)
        self.ids = itertools.count(1)
        self.answered: set[str] = set()
        """Keys of entries whose request was answered with 200."""
        self.sent: list[dict] = []
        """Events whose request was not answered: they may or may not be in the record."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen]:
        process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "tests.durability.server",
                self.url,
                str(self.port),
                *self.flags,
            ]
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=10, trust_env=False)

    def wait_until_up(self) -> None:
        with self.client() as client:
            for _ in range(400):
                with suppress(httpx.TransportError):
                    if client.get("/healthz").status_code == 200:
                        return
                time.sleep(0.025)
        raise AssertionError("the service did not start")

    def event(self) -> dict:
        n = next(self.ids)
        return {
            "id": f"e{n}",
            "tracking_number": random.choice(self.numbers),
            "milestone": random.choice(["accepted", "in_transit", "out_for_delivery"]),
            "happened_at": (self.began + timedelta(milliseconds=n)).isoformat(),
            "place": "Bưu cục Uông Bí",
        }

    def report(self, client: httpx.Client, events: list[dict]) -> None:
        """Send events as a courier does; note them only after the 200."""
        answer = client.post(
            "/api/v1/events",
            json={"events": events},
            headers={"Authorization": f"Bearer {self.key}"},
        )
        if answer.status_code == 200:
            told = {r["id"] for r in answer.json()["results"] if r["status"] != "refused"}
            self.answered |= {f"courier {e['id']}" for e in events if e["id"] in told}

    def hook(self, client: httpx.Client) -> None:
        """Send a scan as the rehearsal carrier does, signed."""
        event = self.event()
        scan = {
            "id": event["id"],
            "tracking_number": event["tracking_number"],
            "status": "NHAN_GUI",
            "at": event["happened_at"],
        }
        body = json.dumps({"scans": [scan]}).encode()
        proof = sign(body, TOKEN, message_id=event["id"], at=datetime.now(UTC))
        answer = client.post(f"/hooks/rehearsal/{HOOK_SECRET}", content=body, headers=proof)
        if answer.status_code == 200:
            self.answered.add(f"carrier {event['id']}")

    def load(self, stop: threading.Event, *, hooks: bool) -> None:
        with self.client() as client:
            while not stop.is_set():
                events = [self.event() for _ in range(random.choice([1, 1, 1, 10]))]
                try:
                    if hooks and random.random() < 0.3:
                        self.hook(client)
                    self.report(client, events)
                except httpx.TransportError:
                    self.sent += events
                    time.sleep(0.01)

    @contextmanager
    def under_load(self, *, hooks: bool = True) -> Iterator[None]:
        stop = threading.Event()
        clients = [
            threading.Thread(target=self.load, args=(stop,), kwargs={"hooks": hooks})
            for _ in range(CLIENTS)
        ]
        for client in clients:
            client.start()
        try:
            yield
        finally:
            stop.set()
            for client in clients:
                client.join()

    def pull(self, *, hooks: bool = True) -> None:
        """Start, work for a moment, kill."""
        with self.running() as process:
            self.wait_until_up()
            with self.under_load(hooks=hooks):
                self.wait_for_answers(len(self.answered) + 20)
                time.sleep(random.uniform(0, 0.3))
                process.kill()
                process.wait()

    def pull_at_once(self) -> None:
        """Kill it while it is still starting."""
        with self.running():
            time.sleep(random.uniform(0, 2))

    def wait_for_answers(self, wanted: int) -> None:
        for _ in range(1000):
            if len(self.answered) >= wanted:
                return
            time.sleep(0.01)
        raise AssertionError("the service does not answer")

    def send_again(self) -> None:
        """Couriers' phones send again what was not answered."""
        with self.running(), self.client() as client:
            self.wait_until_up()
            for start in range(0, len(self.sent), 500):
                self.report(client, self.sent[start : start + 500])

    def missing(self) -> set[str]:
        """Return what was answered with 200 and is not in the record."""
        with Centre.opened(self.url) as database:
            keys = database.read_now(lambda s: s.exec(select(LedgerEntry.key)).all())
        told = {f"courier {key.split(':')[-1]}" for key in keys if key.startswith("key:")}
        told |= {f"carrier {key.split(':')[-1]}" for key in keys if key.startswith("rehearsal:")}
        return self.answered - told

    def check(self) -> None:
        assert self.missing() == set()
        scan = (col(LedgerEntry.parcel_id), col(LedgerEntry.what), col(LedgerEntry.happened_at))
        doubled = (
            select(*scan)
            .where(col(LedgerEntry.dossier_id).is_(None))
            .group_by(*scan)
            .having(func.count() > 1)
        )
        with Centre.opened(self.url) as database:
            assert database.read_now(lambda s: s.exec(doubled).all()) == []
            assert database.read_now(Centre.compare) == []
            if database.is_sqlite:
                examined = text("PRAGMA integrity_check")
                with database.engine.connect() as connection:
                    assert connection.execute(examined).scalar() == "ok"


def pulled(plug: Plug, rounds: int) -> None:
    for n in range(rounds):
        plug.pull()
        if n % 5 == 0:
            plug.pull_at_once()
    plug.send_again()
    plug.check()


def test_what_was_answered_is_there_after_the_plug_was_pulled(database_url):
    pulled(Plug(database_url), 3)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_was_answered_is_there_after_fifty_plugs(database_url):
    pulled(Plug(database_url), 50)


def test_a_service_that_answers_before_it_writes_is_found_out(sqlite_url):
    """The check above can fail: this service says "recorded" a moment too early."""
    plug = Plug(sqlite_url, "--answers-early")
    for _ in range(3):
        plug.pull(hooks=False)

    assert plug.missing()


def test_connections_cut_by_the_database_lose_nothing(postgres_url):
    plug = Plug(postgres_url)
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with plug.running(), Centre.opened(postgres_url) as database:
        plug.wait_until_up()
        with plug.under_load():
            for _ in range(8):
                time.sleep(0.2)
                with database.engine.connect() as connection:
                    connection.execute(cut)
    plug.send_again()
    plug.check()
