"""A thousand events in one request, against a bare executemany of what they come to.

Ours goes the whole way from the body: read, judged by its form, matched, recorded, every copy
brought up to date, answered. The bare side is handed the very rows that this changed, and writes
just these with SQLAlchemy Core, in one durable transaction, into a copy of the same database.
"""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, bindparam, select, update
from sqlmodel import Session

from postal_tracker.access import Caller, Role
from postal_tracker.house import House
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import Dossier, Enclosure, LedgerEntry, Parcel, StageChange
from postal_tracker.web.api.events import record_events
from postal_tracker.web.http.auth import RequestContext
from tests.bench.data import Town, sample_differences, scans_to_come
from tests.bench.databases import Postgres, Sqlite
from tests.bench.figures import Ratio, in_turn, ratio
from tests.bench.servers import settings_on

SIZE = 1_000
PER_BLOCK = 3

Row = dict[str, Any]


@dataclass(slots=True)
class Written:
    """What one batch came to."""

    new: list[tuple[Table, list[Row]]]
    changed: dict[tuple[Table, tuple[str, ...]], list[Row]]
    """By the columns that changed; a row's key stands under `b_` and the column's name."""


def batches(databases: Sqlite | Postgres, town: Town, rounds: int) -> list[Ratio]:
    """Measure events per second in batches of a thousand."""
    ours = _Ours(databases.copy(town, "batches_ours"))
    bare = _Bare(databases.copy(town, "batches_bare"), ours.written)
    ours.measure()  # the first of each warms up,
    bare.measure()
    ours.measure()  # and ours stays a block ahead
    speed = in_turn({"ours": ours.measure, "bare": bare.measure}, rounds)
    bare.catch_up()
    assert not ours.house.database.read_now(sample_differences)
    assert not bare.database.read_now(sample_differences), "the bare side wrote something else"
    ours.house.close()
    bare.database.close()
    name = f"{SIZE:,} events at once / bare executemany, {databases.name}"
    note = f"{ours.recorded / ours.told:.0%} of the events were new, the others told twice"
    return [ratio(name, speed["ours"], speed["bare"], goal=0.60, note=note)]


class _Ours:
    """The service, from the body to the results, without the network."""

    def __init__(self, town: Town) -> None:
        self.house = House(settings_on(town.url))
        self.scans = scans_to_come(town)
        self.written: deque[Written] = deque()
        self.told = self.recorded = 0

    def measure(self) -> float:
        return PER_BLOCK * SIZE / sum(self._tell() for _ in range(PER_BLOCK))

    def _tell(self) -> float:
        """Tell of a thousand events; return the seconds that took."""
        events = list(islice(self.scans, SIZE))
        body = json.dumps({"events": events}).encode()
        numbers = [event["tracking_number"] for event in events]
        before = self.house.database.read_now(lambda s: _standing(s, numbers))
        caller = Caller("key:BENCH000", Role.COURIER, None)
        context = RequestContext(self.house, caller, "vi", datetime.now(UTC))
        began = time.perf_counter()
        results = asyncio.run(record_events(context, body))
        seconds = time.perf_counter() - began
        self.told += len(results)
        self.recorded += sum(result.status == "recorded" for result in results)
        after = self.house.database.read_now(lambda s: _standing(s, numbers))
        self.written.append(_difference(before, after))
        return seconds


class _Bare:
    """Writes what is handed to it, and knows nothing."""

    def __init__(self, town: Town, to_write: deque[Written]) -> None:
        self.database = Database(town.url)
        self.to_write = to_write

    def measure(self) -> float:
        written = [self.to_write.popleft() for _ in range(PER_BLOCK)]
        began = time.perf_counter()
        for one in written:
            self._write(one)
        return PER_BLOCK * SIZE / (time.perf_counter() - began)

    def _write(self, written: Written) -> None:
        with self.database.engine.begin() as connection:
            for table, rows in written.new:
                connection.execute(table.insert(), rows)
            for (table, names), rows in written.changed.items():
                keys = [column == bindparam(f"b_{column.name}") for column in table.primary_key]
                values = {name: bindparam(name) for name in names}
                connection.execute(update(table).where(*keys).values(values), rows)

    def catch_up(self) -> None:
        while self.to_write:
            self._write(self.to_write.popleft())


_State = dict[Table, dict[tuple[int, ...], Row]]


def _standing(session: Session, numbers: Sequence[str]) -> _State:
    """Return every row that scans of these parcels can change or add, by table and key."""
    parcel, dossier, ride, entry, outbox = _TABLES
    ours = select(parcel.c.id).where(parcel.c.tracking_number.in_(numbers))
    inside = select(ride.c.dossier_id).where(ride.c.parcel_id.in_(ours))
    wanted = {
        parcel: parcel.c.id.in_(ours),
        dossier: dossier.c.id.in_(inside),
        ride: ride.c.parcel_id.in_(ours),
        entry: entry.c.parcel_id.in_(ours),
        outbox: outbox.c.dossier_id.in_(inside),
    }
    found: _State = {}
    for table, which in wanted.items():
        rows = session.connection().execute(select(table).where(which).order_by(*table.primary_key))
        key = [column.name for column in table.primary_key]
        found[table] = {tuple(row[k] for k in key): dict(row) for row in rows.mappings()}
    return found


_TABLES: tuple[Table, ...] = tuple(
    model.__table__  # type: ignore[attr-defined]
    for model in (Parcel, Dossier, Enclosure, LedgerEntry, StageChange)
)


def _difference(before: _State, after: _State) -> Written:
    new = []
    changed = defaultdict(list)
    for table, rows in after.items():
        known = before[table]
        added = [row for key, row in rows.items() if key not in known]
        new += [(table, added)] if added else []
        for key, row in rows.items():
            names = tuple(n for n, value in row.items() if key in known and known[key][n] != value)
            if names:
                keys = {f"b_{column.name}": row[column.name] for column in table.primary_key}
                changed[table, names].append({**keys, **{name: row[name] for name in names}})
    return Written(new, dict(changed))
