"""Several services on one PostgreSQL: how much more they do together, and who waits for whom.

`python -m tests.bench processes`, on a quiet machine: with two cores the clients, the database and
the services share them, so the figures tell of locks rather than of a bigger machine.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from tests.bench import load
from tests.bench.data import Town, scans_to_come
from tests.bench.databases import Postgres, Sqlite
from tests.bench.doors import Pace
from tests.bench.figures import Limit
from tests.bench.load import Load
from tests.bench.servers import running
from tests.commands.running import started
from tests.standins.rehearsal import RehearsalStandIn
from tests.standins.standin import TOKEN, served

CLIENTS = 64
"""All together, shared among the services."""

WORKERS = 3
STARTING = 8.0
"""Seconds until they work."""


def processes(databases: Sqlite | Postgres, town: Town, pace: Pace) -> list[Limit]:
    """Measure events put to one, two and four services at once; parcels are told of by all."""
    if isinstance(databases, Sqlite):
        return []  # it serves one
    found: list[Limit] = []
    for services, workers in product((1, 2, 4), (0, WORKERS)):
        copy = databases.copy(town, f"services_{services}_{workers}")
        with _working(copy, workers):
            blocks, deadlocks = _together(copy, services, pace)
        answers = sum(block.answers for block in blocks) / max(b.seconds for b in blocks)
        worst = max(block.p99_ms for block in blocks)
        found.append(
            Limit(
                f"events, {services} service(s), {workers} workers, one PostgreSQL",
                worst,
                1_000,
                "ms p99",
                note=f"{answers:,.0f} events/s, {deadlocks} deadlocks",
            )
        )
    return found


@contextmanager
def _working(town: Town, workers: int) -> Iterator[None]:
    """Let so many workers poll a carrier beside it; parcels are due from the first moment."""
    with ExitStack() as opened, TemporaryDirectory() as folder:
        if workers:
            post = opened.enter_context(served(RehearsalStandIn()))
        for n in range(workers):
            named = ("worker", "--no-migrate", "--name", f"worker {n}")
            opened.enter_context(started(Path(folder), *named, **_settings(town, folder, post)))
        time.sleep(STARTING if workers else 0)
        yield


def _settings(town: Town, folder: str, post: str) -> dict[str, str]:
    carrier = "POSTAL_CARRIERS__REHEARSAL__"
    return {
        "POSTAL_DATABASE_URL": town.url,
        "POSTAL_SECRET_KEY": "bench-secret-key-of-more-than-32-characters",
        "POSTAL_LOG_KEY_FILE": f"{folder}/log.key",
        f"{carrier}BASE_URL": post,
        f"{carrier}TOKEN": TOKEN,
        f"{carrier}RATE_PER_SECOND": "50",
    }


def _together(town: Town, services: int, pace: Pace) -> tuple[Sequence[Load], int]:
    seconds = pace.rounds * pace.seconds
    told = scans_to_come(town, doubles=0)
    shares = [
        _requests(town, list(islice(told, int(3_000 * seconds / services))))
        for _ in range(services)
    ]

    def put(port: int, share: Sequence[bytes]) -> Load:
        clients = CLIENTS // services
        return load.put(port, share, seconds=seconds, clients=clients, once=True)

    with ExitStack() as opened, ThreadPoolExecutor(services) as pool:
        ports = [opened.enter_context(running("ours", town.url)).port for _ in shares]
        blocks = list(pool.map(put, ports, shares))
    assert all(set(block.statuses) == {"200"} for block in blocks), [b.statuses for b in blocks]
    return blocks, _deadlocks(town)


def _requests(town: Town, events: list[dict[str, object]]) -> list[bytes]:
    key = town.keys["courier"]
    return [load.request("POST", "/api/v1/events", {"events": [e]}, key=key) for e in events]


def _deadlocks(town: Town) -> int:
    engine = create_engine(town.url.replace("postgresql://", "postgresql+psycopg://"))
    query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return int(found)
