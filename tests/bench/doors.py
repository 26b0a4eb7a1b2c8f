"""Requests over HTTP: events, scans and citizens' lookups, each against what does nothing."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import func, select

from adapters.event import Milestone
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import LedgerEntry
from tests.bench import load
from tests.bench.data import PHONE_LAST4, Town, sample_differences, scans_to_come
from tests.bench.databases import Postgres, Sqlite
from tests.bench.figures import Ratio, in_turn, ratio
from tests.bench.load import Load
from tests.bench.servers import running

CLIENTS = 64
MOST_PER_SECOND = 8_000
"""Requests made ready for a second of load; no server here answers more."""

_STATUSES = ("recorded", "duplicate", "unclaimed", "refused")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to measure."""

    rounds: int
    seconds: float


@dataclass(slots=True)
class Side:
    """One server under load, block after block; no event is sent twice unless it is meant to."""

    port: int
    requests: Iterator[bytes]
    seconds: float
    once: bool
    clients: int = CLIENTS
    most: int = MOST_PER_SECOND
    status: str = "200"
    blocks: list[Load] = field(default_factory=list)

    def measure(self) -> float:
        ready = list(islice(self.requests, int(self.most * self.seconds)))
        block = load.put(
            self.port,
            ready,
            seconds=self.seconds,
            clients=self.clients,
            words=_STATUSES,
            once=self.once,
        )
        assert set(block.statuses) == {self.status}, block.statuses
        self.blocks.append(block)
        return block.per_second


def events_of(town: Town) -> Iterator[bytes]:
    for event in scans_to_come(town):
        yield load.request("POST", "/api/v1/events", {"events": [event]}, key=town.keys["courier"])


def events(databases: Sqlite | Postgres, town: Town, pace: Pace) -> list[Ratio]:
    """Measure one durable event per request, against a no-op and against the textbook."""
    towns = {kind: databases.copy(town, f"events_{kind}") for kind in ("ours", "textbook")}
    with ExitStack() as open_servers:
        sides = {}
        for kind in ("noop", "ours", "textbook"):
            of = towns.get(kind, town)
            server = open_servers.enter_context(running(kind, of.url))
            sides[kind] = Side(server.port, events_of(of), pace.seconds, kind != "noop")
        speed = in_turn({kind: side.measure for kind, side in sides.items()}, pace.rounds)
    check_recorded(towns["ours"], sides["ours"].blocks)
    durable = 0.50 if isinstance(databases, Sqlite) else 0.35
    return [
        ratio(
            f"one durable event / no-op, {databases.name}",
            speed["ours"],
            speed["noop"],
            goal=durable,
            note=note_of(sides["ours"], sides["noop"]),
        ),
        ratio(
            f"one durable event / textbook, {databases.name}",
            speed["ours"],
            speed["textbook"],
            goal=5,
            note=note_of(sides["textbook"]),
        ),
    ]


def note_of(*sides: Side) -> str:
    """Say how long answers took, and whether the clients were the brake."""
    block = sides[0].blocks[-1]
    busiest = max(block.processor for side in sides for block in side.blocks)
    brake = "" if busiest < 0.8 else ": the clients were the brake, the ratio is flattering"
    return (
        f"p50 {block.p50_ms:.0f} ms, p99 {block.p99_ms:.0f} ms at {sides[0].clients} clients, "
        f"which took {busiest:.0%} of a core{brake}"
    )


def check_recorded(town: Town, blocks: list[Load]) -> None:
    """Count in the ledger what was answered, and replay a sample of it."""
    database = Database(town.url)
    by_scanners = select(func.count()).where(LedgerEntry.key.like("key:%:scan-%"))  # type: ignore[attr-defined]
    kept = database.read_now(lambda s: s.connection().execute(by_scanners).scalar_one())
    told = sum(block.words.get("recorded", 0) for block in blocks)
    assert kept == told, f"{told} events answered, {kept} in the ledger"
    assert not database.read_now(sample_differences)
    database.close()


def track(databases: Sqlite | Postgres, town: Town, pace: Pace) -> list[Ratio]:
    """Measure a citizen's lookup against a no-op that answers the same shape."""
    asked = [
        load.request("POST", "/api/v1/track", {"code": code, "phone_last4": PHONE_LAST4})
        for code in town.lookup_codes
    ]
    with running("noop") as noop, running("ours", town.url) as ours:
        sides = {
            "ours": Side(ours.port, _again(asked), pace.seconds, False),
            "noop": Side(noop.port, _again(asked), pace.seconds, False),
        }
        speed = in_turn({kind: side.measure for kind, side in sides.items()}, pace.rounds)
    name = f"a citizen's lookup / no-op, {len(asked):,} dossiers, {databases.name}"
    note = note_of(sides["ours"], sides["noop"])
    return [ratio(name, speed["ours"], speed["noop"], goal=0.60, note=note)]


def scans(databases: Sqlite | Postgres, town: Town, pace: Pace) -> list[Ratio]:
    """Measure a courier's scan with an act, durable, against a no-op that answers the same shape.

    The aim stands for 1,500 scans a second where the no-op answers 5,000.
    """
    asked = [
        load.request(
            "POST",
            "/api/v1/scans",
            {"code": number, "act": Milestone.IN_TRANSIT.value},
            key=town.keys["courier"],
        )
        for number in town.numbers
    ]
    copy = databases.copy(town, "scans")
    with running("noop") as noop, running("ours", copy.url) as ours:
        sides = {
            "ours": Side(ours.port, _again(asked), pace.seconds, False),
            "noop": Side(noop.port, _again(asked), pace.seconds, False),
        }
        speed = in_turn({kind: side.measure for kind, side in sides.items()}, pace.rounds)
    name = f"a courier's scan / no-op, {databases.name}"
    note = note_of(sides["ours"], sides["noop"])
    return [ratio(name, speed["ours"], speed["noop"], goal=0.30, note=note)]


def _again(requests: list[bytes]) -> Iterator[bytes]:
    while True:
        yield from requests
