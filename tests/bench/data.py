"""A busy centre to measure: many dossiers on their way, and the scans that come next.

A few lives are made by the real desks and doors; the others are copies of their rows under other
numbers, so that the copies in `dossier` and `parcel` agree with the ledger from the first moment.
"""

import json
import random
import secrets
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text
from sqlmodel import Session

from postal_tracker import ledger
from postal_tracker.core import codes
from postal_tracker.core.search_terms import terms_of
from postal_tracker.ledger import tallies
from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine
from postal_tracker.storage.tables import (
    Applicant,
    Dossier,
    Enclosure,
    LedgerEntry,
    Parcel,
    SearchTerm,
)
from tests.centre import Centre

LIFE = (
    ("accepted", "BC Uông Bí"),
    ("in_transit", "BC Uông Bí"),
    ("in_transit", "TTKT Quảng Ninh"),
    ("in_transit", "TTKT Hà Nội"),
    ("arrived_at_delivery_office", "BCP Cầu Giấy"),
    ("out_for_delivery", "BCP Cầu Giấy"),
    ("delivered", "BCP Cầu Giấy"),
)
"""What the post tells of a parcel, from the counter to the authority's door."""

BEGAN = timedelta(days=6)
STEP = timedelta(hours=7)
"""The parcels were sealed six days ago, and are scanned every seven hours."""

PHONE_LAST4 = "5678"


@dataclass(frozen=True, slots=True)
class Town:
    """A database full of dossiers, its keys, and what is known outside of it."""

    url: str
    keys: dict[str, str]
    numbers: list[str]
    """Tracking numbers; number n has had `n % len(LIFE)` scans."""
    lookup_codes: list[str]
    began: datetime

    def save(self, file: Path) -> None:
        told = {name: getattr(self, name) for name in self.__slots__}
        file.write_text(json.dumps({**told, "began": self.began.isoformat()}))


def fill(url: str, dossiers: int) -> Town:
    """Migrate a database and fill it with dossiers, each in a parcel of its own."""
    engine = make_engine(url)
    migrations.upgrade(engine)
    engine.dispose()
    now = datetime.now(UTC).replace(microsecond=0)
    with Centre(url) as centre:
        lives = _lives(centre, now - BEGAN)
        keys = centre.keys
        with centre.database.engine.begin() as connection:
            made = _copy(connection, lives, dossiers)
            tallies.mend(connection, tallies.differing(connection))
        _tidy(centre)
    return Town(url, keys, *made, now - BEGAN)


def _lives(centre: Centre, began: datetime) -> list[int]:
    """Let dossiers live, the n-th through n scans; return their ids. All is told as it happened."""
    centre.clock.at = began
    codes_ = [centre.a_dossier(phone=f"091234{PHONE_LAST4}") for _ in LIFE]
    numbers = [centre.a_parcel(code) for code in codes_]
    for n, (milestone, place) in enumerate(LIFE):
        centre.clock.at = began + STEP * (n + 1)
        for number in numbers[n + 1 :]:
            centre.tell(centre.an_event(number, milestone, place=place))
    of_codes = select(_table(Dossier).c.id).where(_table(Dossier).c.code.in_(codes_)).order_by("id")
    return centre.database.read_now(lambda s: list(s.connection().execute(of_codes).scalars()))


def _copy(connection: Connection, lives: Sequence[int], wanted: int) -> tuple[list[str], list[str]]:
    """Copy lives in turn until there are enough; return the tracking numbers and lookup codes."""
    templates = [_rows_of(connection, life) for life in lives]
    first = 1 + max(
        connection.execute(select(func.max(_table(t).c.id))).scalar_one() or 0
        for t in (Dossier, Parcel, LedgerEntry)
    )
    # As if all came in one delivery: a log knows of nothing that was heard before what it holds.
    heard_at = max(row["recorded_at"] for rows in templates for row in rows[LedgerEntry])
    numbers: list[str] = []
    lookup_codes: list[str] = []
    for start in range(0, wanted, 5_000):
        found: dict[Any, list[dict[str, Any]]] = {
            t: [] for t in (Dossier, Parcel, Applicant, Enclosure, LedgerEntry, SearchTerm)
        }
        for n in range(start, min(start + 5_000, wanted)):
            _copy_one(found, templates[n % len(templates)], n, first, heard_at)
        for table, rows in found.items():
            connection.execute(insert(_table(table)), rows)
        numbers += [row["tracking_number"] for row in found[Parcel]]
        lookup_codes += [row["lookup_code"] for row in found[Dossier]]
    return numbers, lookup_codes


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _rows_of(connection: Connection, dossier: int) -> dict[Any, list[dict[str, Any]]]:
    def rows(model: Any, column: str, value: int) -> list[dict[str, Any]]:
        query = select(_table(model)).where(_table(model).c[column] == value)
        return [dict(row._mapping) for row in connection.execute(query)]

    ride = rows(Enclosure, "dossier_id", dossier)
    parcel = ride[0]["parcel_id"]
    entries = rows(LedgerEntry, "parcel_id", parcel)
    entries += [e for e in rows(LedgerEntry, "dossier_id", dossier) if e["parcel_id"] is None]
    return {
        Dossier: rows(Dossier, "id", dossier),
        Parcel: rows(Parcel, "id", parcel),
        Applicant: rows(Applicant, "dossier_id", dossier),
        Enclosure: ride,
        LedgerEntry: sorted(entries, key=lambda e: e["id"]),
    }


_MOST_ENTRIES = len(LIFE) + 3
"""Registered, sealed, announced, and the scans."""


def _copy_one(
    into: dict[Any, list[dict[str, Any]]],
    life: dict[Any, list[dict[str, Any]]],
    n: int,
    first: int,
    heard_at: datetime,
) -> None:
    id_ = first + n
    ids = {"dossier_id": id_, "parcel_id": id_}
    for model, rows in life.items():
        for place, row in enumerate(rows):
            copy = {**row, **{name: new for name, new in ids.items() if row.get(name)}}
            if model is LedgerEntry:
                copy |= {"id": first + n * _MOST_ENTRIES + place, "key": f"{row['key']}~{n}"}
                copy |= {"recorded_at": heard_at}
            elif model in (Dossier, Parcel):
                copy |= {"id": id_, "resume": _resumed(row["resume"], id_, n)}
            into[model].append(copy)
    into[Dossier][-1] |= {
        "code": f"H49.12-{n // 100_000:06d}-{n % 100_000:05d}",
        "lookup_code": codes.new_lookup_code(secrets.token_bytes),
        **{"register_year": None, "register_number": None},  # a number is given once
    }
    into[Parcel][-1]["tracking_number"] = codes.make_s10("EE", 20_000_000 + n)
    whose = into[Applicant][-1]
    terms = terms_of(into[Dossier][-1]["code"], whose["name"], whose["phone"])
    into[SearchTerm] += [{"term": term, "dossier_id": id_} for term in terms]


def _resumed(resume: dict[str, Any], parcel: int, n: int) -> dict[str, Any]:
    at, rank, key = resume["last"]
    copy = {**resume, "last": [at, rank, key and f"{key}~{n}"]}
    if resume.get("leg"):
        copy["leg"] = [parcel, *resume["leg"][1:]]
    return copy


def _tidy(centre: Centre) -> None:
    """Let PostgreSQL number new rows behind ours and know its tables; check a sample."""
    engine = centre.database.engine
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for name in ("dossier", "parcel", "ledger_entry"):
                serial = f"pg_get_serial_sequence('{name}', 'id')"
                connection.execute(text(f"SELECT setval({serial}, max(id)) FROM {name}"))
            connection.execute(text("VACUUM ANALYZE"))
    wrong = centre.database.read_now(sample_differences)
    assert not wrong, f"the copies do not follow from the ledger: {wrong[:5]}"


def sample_differences(session: Session, sample: int = 200) -> list[str]:
    """Compare the stored copies of some dossiers and parcels with a replay of the ledger."""
    connection = session.connection()
    wrong = []
    for model, replayed, columns_of in (
        (Parcel, ledger.replay_parcels, ledger.parcel_columns),
        (Dossier, ledger.replay_dossiers, ledger.columns),
    ):
        table = _table(model)
        ids = list(connection.execute(select(table.c.id)).scalars())
        some = random.sample(ids, min(sample, len(ids)))
        right = replayed(connection, some)
        for row in connection.execute(select(table).where(table.c.id.in_(some))):
            wanted = columns_of(right[row.id])
            if any(getattr(row, name) != value for name, value in wanted.items()):
                wrong.append(f"{table.name} {row.id}")
    return wrong


def endless_scans(town: Town) -> Iterator[dict[str, Any]]:
    """Yield scans on the way that nobody has told yet, of all parcels in turn, without an end."""
    now = datetime.now(UTC).replace(microsecond=0)
    for turn in count():
        at = (now - timedelta(hours=2) + timedelta(seconds=turn)).isoformat()
        for number in town.numbers:
            yield {
                "id": f"{number} on the way {turn}",
                "tracking_number": number,
                "milestone": "in_transit",
                "happened_at": at,
                "place": "TTKT Hà Nội",
            }


def scans_to_come(town: Town, doubles: float = 0.03) -> Iterator[dict[str, Any]]:
    """Yield what scanners tell from now on, parcel by parcel; some of it twice."""
    chance = random.Random(1)
    scans = {number: n % len(LIFE) for n, number in enumerate(town.numbers)}
    recent: deque[dict[str, Any]] = deque(maxlen=500)
    ids = count()
    while scans:
        for number in chance.sample(list(scans), len(scans)):
            milestone, place = LIFE[scans[number]]
            at = town.began + STEP * (scans[number] + 1)
            event = {
                "id": f"scan-{next(ids)}",
                "tracking_number": number,
                "milestone": milestone,
                "happened_at": at.isoformat(),
                "place": place,
            }
            yield event
            recent.append(event)
            if chance.random() < doubles:
                yield chance.choice(recent)
            scans[number] += 1
            if scans[number] == len(LIFE):
                del scans[number]
