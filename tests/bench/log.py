"""What the log that cannot be rewritten costs: events with it beside and without, and each leaf."""

import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from postal_tracker.house import House
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import LedgerEntry, LogHead
from tests.bench.data import Town
from tests.bench.databases import Postgres, Sqlite
from tests.bench.doors import Pace, Side, check_recorded, events_of, note_of
from tests.bench.figures import Limit, Ratio, in_turn, ratio
from tests.bench.servers import running, settings_on

MOST_PER_SECOND = 2_500

MOST_MICROSECONDS = 100.0
"""Of processor time for a leaf of many that are appended together."""


def log(databases: Sqlite | Postgres, town: Town, pace: Pace) -> list[Ratio | Limit]:
    """Measure one durable event per request with the log beside it, against the same without.

    Others on the machine disturb what a second brings more than what a processor's second does.
    """
    with tempfile.TemporaryDirectory(prefix="postal-bench-") as folder:
        file = Path(folder) / "log-key"
        leaves = _cost_of_a_leaf(databases, databases.copy(town, "log_leaves"), file)
        return [*_events(databases, town, pace, file), leaves]


@dataclass(slots=True)
class _Served(Side):
    """A server under load, whose own processor time is counted."""

    pid: int = 0
    per_processor_second: list[float] = field(default_factory=list)

    def measure(self) -> float:
        before = _processor_seconds(self.pid)
        speed = Side.measure(self)
        took = _processor_seconds(self.pid) - before
        self.per_processor_second.append(self.blocks[-1].words["recorded"] / took)
        return speed


def _processor_seconds(pid: int) -> float:
    told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _events(databases: Sqlite | Postgres, town: Town, pace: Pace, key_file: Path) -> list[Ratio]:
    towns = {kind: databases.copy(town, f"log_{kind}") for kind in ("logged", "ours")}
    _catch_up(towns["logged"].url, key_file)
    with ExitStack() as open_servers:
        sides = {}
        for kind, of in towns.items():
            more = [str(key_file)] if kind == "logged" else []
            server = open_servers.enter_context(running(kind, of.url, *more))
            sides[kind] = _Served(
                *(server.port, events_of(of), pace.seconds, True),
                most=MOST_PER_SECOND,
                pid=server.pid,
            )
            sides[kind].measure()  # warms up
            sides[kind].per_processor_second.clear()
        speed = in_turn({kind: side.measure for kind, side in sides.items()}, pace.rounds + 1)
        time.sleep(2)  # the log is a second behind
    for kind, of in towns.items():
        check_recorded(of, sides[kind].blocks)
    _check_logged(towns["logged"].url)
    note = note_of(sides["logged"], sides["ours"])
    of_processor = {kind: side.per_processor_second for kind, side in sides.items()}
    name = f"with the log / without, {databases.name}"
    return [
        ratio(f"events {name}", speed["logged"], speed["ours"], goal=0.9, note=note),
        ratio(
            f"  of a processor's second {name}",
            of_processor["logged"],
            of_processor["ours"],
            goal=0.9,
        ),
    ]


def _catch_up(url: str, key_file: Path) -> tuple[float, int]:
    """Log all that there is; return the processor's seconds, and how many leaves."""
    house = House(settings_on(url).model_copy(update={"log_key_file": key_file}))
    began = time.process_time()
    house.sequencer("bench").append_now()
    took = time.process_time() - began
    size = house.database.read_now(lambda s: s.scalars(select(LogHead.size)).one())
    house.close()
    return took, size


def _cost_of_a_leaf(databases: Sqlite | Postgres, town: Town, key_file: Path) -> Limit:
    seconds, leaves = _catch_up(town.url, key_file)
    name = f"processor time for a leaf of {leaves:,}, {databases.name}"
    return Limit(name, seconds / leaves * 1e6, MOST_MICROSECONDS, "µs")


def _check_logged(url: str) -> None:
    """Count the leaves: all that was recorded is in the log by now."""
    database = Database(url)
    asked = (select(func.count(LedgerEntry.id)), select(LogHead.size))
    entries, size = (database.read_now(lambda s, q=q: s.scalars(q).one()) for q in asked)
    database.close()
    assert size == entries, f"{entries} entries, {size} leaves"
