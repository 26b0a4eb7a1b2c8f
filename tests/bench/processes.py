"""Several services on one PostgreSQL: how much more they do together, and who waits for whom.

`python -m tests.bench processes`, on a quiet machine: with two cores the clients, the database and
the services share them, so the figures tell of locks rather than of a bigger machine.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice

from sqlalchemy import create_engine, text

from tests.bench import load
from tests.bench.data import Town, scans_to_come
from tests.bench.databases import Postgres, Sqlite
from tests.bench.doors import Pace
from tests.bench.figures import Limit
from tests.bench.load import Load
from tests.bench.servers import running

CLIENTS = 64
"""All together, shared among the services."""


def processes(databases: Sqlite | Postgres, town: Town, pace: Pace) -> list[Limit]:
    """Measure events put to one, two and four services at once; parcels are told of by all."""
    if isinstance(databases, Sqlite):
        return []  # it serves one
    found: list[Limit] = []
    for services in (1, 2, 4):
        copy = databases.copy(town, f"services_{services}")
        blocks, deadlocks = _together(copy, services, pace)
        answers = sum(block.answers for block in blocks) / max(b.seconds for b in blocks)
        worst = max(block.p99_ms for block in blocks)
        found.append(
            Limit(
                f"events, {services} service(s) on one PostgreSQL",
                worst,
                1_000,
                "ms p99",
                note=f"{answers:,.0f} events/s, {deadlocks} deadlocks",
            )
        )
    return found


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
