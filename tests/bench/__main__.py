"""How fast, as ratios within one run: `python -m tests.bench [names] [--quick] [--json]`."""

import argparse
import gc
import json
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tests.bench import databases, doors, labels
from tests.bench.asking import asking
from tests.bench.asking_load import carriers
from tests.bench.batches import batches
from tests.bench.databases import Postgres, Sqlite
from tests.bench.doors import Pace
from tests.bench.figures import Limit, Ratio, as_rows, limits_table, machine, table
from tests.bench.growth import QUICK_SIZES, SIZES, growth
from tests.bench.hooks import hooks
from tests.bench.log import log
from tests.bench.processes import processes
from tests.bench.sealing import sealing


@contextmanager
def _databases(names: list[str]) -> Iterator[list[Sqlite | Postgres]]:
    with databases.sqlite() as files, databases.postgres() as server:
        yield [d for d in (files, server) if d.name.lower() in names]


def _measure(arguments: argparse.Namespace) -> tuple[list[Ratio], list[Limit]]:
    quick = arguments.quick
    ratios: list[Ratio] = []
    limits: list[Limit] = []
    if "labels" in arguments.names:
        ratios += labels.speed(500 if quick else 1_000, rounds=3 if quick else 9)
        limits += labels.costs(1_000, rounds=1 if quick else 5)
    if "asking" in arguments.names:
        ratios += asking(200 if quick else 1_500, rounds=2 if quick else 5)
    if set(arguments.names) - {"labels", "asking"}:
        more = _measure_databases(arguments)
        ratios += more[0]
        limits += more[1]
    return ratios, limits


def _measure_databases(arguments: argparse.Namespace) -> tuple[list[Ratio], list[Limit]]:
    quick = arguments.quick
    pace = Pace(rounds=3, seconds=1.0) if quick else Pace(rounds=5, seconds=2.5)
    found: list[Ratio] = []
    limits: list[Limit] = []
    with _databases(arguments.on) as all_databases:
        for one in all_databases:
            if "carriers" in arguments.names:
                more = carriers(one, 20_000 if quick else 100_000, 10 if quick else 40)
                found += more[0]
                limits += more[1]
            if "growth" in arguments.names:
                limits += growth(one, QUICK_SIZES if quick else SIZES, 5 if quick else 9)
            wanted = [name for name in _OF_A_TOWN if name in arguments.names]
            town = one.town("town", 10_000 if quick else 20_000) if wanted else None
            for name in wanted:
                told = _OF_A_TOWN[name](one, town, pace)
                found += [each for each in told if isinstance(each, Ratio)]
                limits += [each for each in told if isinstance(each, Limit)]
    return found, limits


_OF_A_TOWN: dict[str, Callable[..., Sequence[Ratio | Limit]]] = {
    "events": doors.events,
    "track": doors.track,
    "scans": doors.scans,
    "sealing": sealing,
    "hooks": hooks,
    "log": log,
    "processes": processes,
    "batches": lambda one, town, pace: batches(one, town, rounds=2 * pace.rounds - 3),
}

NAMES = ("labels", "asking", "carriers", "events", "hooks", "batches", "track", "scans", "sealing")
LONG = ("growth", "log", "processes")
"""Only if they are asked for: they take minutes."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", default=NAMES, help=f"of {', '.join(NAMES + LONG)}")
    parser.add_argument("--quick", action="store_true", help="smaller and shorter, some minutes")
    parser.add_argument("--json", action="store_true", help="print rows for a program")
    parser.add_argument("--on", nargs="*", default=["sqlite", "postgresql"], help="which databases")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    gc.freeze()  # as `serve` does, for both sides
    began, before = time.perf_counter(), machine()
    ratios, limits = _measure(arguments)
    if arguments.json:
        rows = {"ratios": as_rows(ratios), "limits": as_rows(limits)}
        print(json.dumps({"machine": before, **rows}, indent=2))
    else:
        seconds = time.perf_counter() - began
        print(table(ratios))
        print(limits_table(limits), end="\n" if limits else "")
        print(f"\nBefore: {before}. After: {machine()}. It took {seconds:.0f} s.")
        print("The middle of blocks taken in turn; judge the ratios, not what a second brings.")
    sys.exit(0 if all(one.is_reached for one in (*ratios, *limits)) else 1)


if __name__ == "__main__":
    main()
