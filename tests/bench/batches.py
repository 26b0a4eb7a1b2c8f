"""A thousand events at once, against a bare executemany of the same rows."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import col

from postal_tracker.carrier_news import Report, report_each
from postal_tracker.database import Database
from postal_tracker.forms import EventsForm
from postal_tracker.staff import Caller, Role
from postal_tracker.tables import Dossier, Enclosure, LedgerEntry, Parcel
from tests.bench.data import Town, sample_differences, scans_to_come
from tests.bench.databases import Postgres, Sqlite
from tests.bench.figures import Ratio, in_turn, ratio

SIZE = 1_000

COURIER = Caller("key:BENCH", Role.COURIER, None)


@dataclass(slots=True)
class _Ours:
    """Parse, match, record, bring the copies up to date: what POST /events does with a body."""

    database: Database
    bodies: list[bytes]
    written: list["_Rows"] = field(default_factory=list)

    def measure(self) -> float:
        body = self.bodies.pop()
        began = time.perf_counter()
        events = tuple(EventsForm.model_validate_json(body).events)
        report = Report(events, COURIER, datetime.now(UTC))
        results = self.database.write_now(lambda s: report_each(s, [report]))[0]
        taken = time.perf_counter() - began
        assert {r.status for r in results} <= {"recorded", "duplicate"}, results[:3]
        new = [f"{COURIER.label}:{r.id}" for r in results if r.status == "recorded"]
        self.written.append(_rows(self.database, new))
        return SIZE / taken


@dataclass(frozen=True, slots=True)
class _Rows:
    """What a batch wrote: new entries, and the copies it changed."""

    entries: list[dict[str, Any]]
    parcels: list[dict[str, Any]]
    dossiers: list[dict[str, Any]]


_PARCEL = ("open", "milestone", "place", "milestone_at", "flags", "resume", "next_check_at")
_DOSSIER = (*("open", "stage", "holder", "place", "since", "result_ready_at", "flags", "resume"),)


def _rows(database: Database, keys: Sequence[str]) -> _Rows:
    def query(session: Any) -> _Rows:
        connection = session.connection()
        table = LedgerEntry.__table__  # type: ignore[attr-defined]
        found = connection.execute(select(table).where(table.c.key.in_(keys))).mappings().all()
        entries = [{k: v for k, v in row.items() if k != "id"} for row in found]
        parcels = [row["parcel_id"] for row in found]
        inside = select(col(Enclosure.dossier_id)).where(col(Enclosure.parcel_id).in_(parcels))
        return _Rows(
            entries,
            _copies(connection, Parcel, _PARCEL, col(Parcel.id).in_(parcels)),
            _copies(connection, Dossier, _DOSSIER, col(Dossier.id).in_(inside)),
        )

    return database.read_now(query)


def _copies(connection: Any, table: Any, names: Sequence[str], wanted: Any) -> list[dict[str, Any]]:
    columns = [col(table.id).label("b_id"), *(getattr(table, name) for name in names)]
    return [dict(row) for row in connection.execute(select(*columns).where(wanted)).mappings()]


@dataclass(slots=True)
class _Bare:
    """The same rows, written by somebody who knows them already."""

    database: Database
    ours: _Ours
    with_copies: bool
    done: int = 0

    def measure(self) -> float:
        rows = self.ours.written[self.done]
        self.done += 1
        began = time.perf_counter()
        with self.database.engine.begin() as connection:
            connection.execute(insert(LedgerEntry), rows.entries)
            if self.with_copies:
                connection.execute(_update(Parcel, _PARCEL), rows.parcels)
                connection.execute(_update(Dossier, _DOSSIER), rows.dossiers)
        return SIZE / (time.perf_counter() - began)


def _update(table: Any, names: Sequence[str]) -> Any:
    values = {name: bindparam(name) for name in names}
    return update(table).where(col(table.id) == bindparam("b_id")).values(values)


def batches(databases: Sqlite | Postgres, town: Town, rounds: int) -> list[Ratio]:
    """Measure bodies of 1,000 events, each durable before the next begins."""
    opened = [
        Database(databases.copy(town, f"batches_{kind}").url) for kind in ("ours", "all", "new")
    ]
    ours = _Ours(opened[0], _bodies(town, rounds + 2))
    sides: dict[str, Callable[[], float]] = {
        "ours": ours.measure,
        "all": _Bare(opened[1], ours, with_copies=True).measure,
        "new": _Bare(opened[2], ours, with_copies=False).measure,
    }
    for warm in sides.values():
        warm()
    speed = {name: [] for name in sides}
    for _ in range(rounds):  # ours first: the others write what it wrote
        for name, side in sides.items():
            speed[name] += in_turn({name: side}, 1)[name]
    assert not opened[0].read_now(sample_differences)
    for database in opened:
        database.close()
    kind = databases.name
    return [
        ratio(f"{SIZE} events / entries and copies, {kind}", speed["ours"], speed["all"], goal=0.6),
        ratio(f"{SIZE} events / entries alone, {kind}", speed["ours"], speed["new"], goal=0.6),
    ]


def _bodies(town: Town, n: int) -> list[bytes]:
    to_come = scans_to_come(town)
    return [json.dumps({"events": list(islice(to_come, SIZE))}).encode() for _ in range(n)][::-1]
