"""The entries: put into the ledger once, and read from it again as facts.

Each has an idempotency key: news that comes again has the same one, and is no second entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlmodel import col

from adapters.event import Milestone, Reason, Source
from postal_tracker.core.journey import FINAL_MILESTONES, Act, Direction, Fact, What
from postal_tracker.storage.bulk import NewRows
from postal_tracker.storage.tables import EntryDetail, EntryNote, LedgerEntry, Parcel, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """One thing to record: of a dossier, of a parcel, or (SEALED, TAKEN_OUT) of both."""

    key: str
    what: What
    happened_at: datetime
    source: Source
    by: str = ""
    dossier_id: int | None = None
    parcel_id: int | None = None
    place: str = ""
    reason: Reason | None = None
    carrier_code: str = ""
    message_id: int | None = None
    strikes_id: int | None = None
    note: str = ""
    fields: tuple[str, ...] = ()
    """Which data a correction changed."""
    due_at: datetime | None = None
    """The date that an extension promises."""
    details: Mapping[str, str] = field(default_factory=dict)
    """What an act of the law says: its reason, its signer and the like."""

    @property
    def is_claim(self) -> bool:
        return self.what in FINAL_MILESTONES and not self.source.is_trusted


def insert(connection: Connection, entries: Sequence[NewEntry], now: datetime) -> dict[str, int]:
    if not entries:
        return {}
    return {r.key: r.id for r in _NEW.add(connection, (_row(entry, now) for entry in entries))}


_NEW = NewRows(
    LedgerEntry,
    "key",
    "dossier_id",
    "parcel_id",
    "what",
    "happened_at",
    "recorded_at",
    "source",
    "by",
    "place",
    "reason",
    "carrier_code",
    "claimed",
    "message_id",
    "strikes_id",
    "fields",
    "due_at",
    returning=("key", "id"),
)


def _row(entry: NewEntry, now: datetime) -> tuple[Any, ...]:
    """Return the columns of `_NEW`."""
    return (
        entry.key,
        entry.dossier_id,
        entry.parcel_id,
        entry.what.value,
        entry.happened_at,
        now,
        entry.source.value,
        entry.by,
        entry.place,
        entry.reason.value if entry.reason else "",
        entry.carrier_code,
        entry.is_claim,
        entry.message_id,
        entry.strikes_id,
        " ".join(entry.fields) or None,
        entry.due_at,
    )


def insert_notes(
    connection: Connection, entries: Iterable[NewEntry], ids: Mapping[str, int]
) -> None:
    rows = [{"entry_id": ids[e.key], "text": e.note} for e in entries if e.note]
    if rows:
        connection.execute(table_of(EntryNote).insert(), rows)


def insert_details(
    connection: Connection, entries: Iterable[NewEntry], ids: Mapping[str, int]
) -> None:
    rows = [
        {"entry_id": ids[entry.key], "field": field, "text": text}
        for entry in entries
        for field, text in entry.details.items()
    ]
    if rows:
        connection.execute(table_of(EntryDetail).insert(), rows)


def what_of(word: str) -> What:
    """Return the milestone or act that a stored word names."""
    return _WHAT[word]


_WHAT: dict[str, What] = {**{m.value: m for m in Milestone}, **{a.value: a for a in Act}}


def fact_of(entry: NewEntry, direction: Direction | None = None) -> Fact:
    return Fact(
        key=entry.key,
        what=entry.what,
        happened_at=entry.happened_at,
        source=entry.source,
        place=entry.place,
        reason=entry.reason,
        parcel=entry.parcel_id,
        direction=direction,
        due_at=entry.due_at,
    )


def stored_facts(
    connection: Connection, wanted: Any, ids: Sequence[int]
) -> list[tuple[int | None, int | None, Fact]]:
    if not ids:
        return []
    query = (
        select(table_of(LedgerEntry), col(Parcel.direction))
        .join(Parcel, col(Parcel.id) == col(LedgerEntry.parcel_id), isouter=True)
        .where(wanted)
    )
    rows = connection.execute(query).all()
    keys = {row.id: row.key for row in rows}
    return [(row.dossier_id, row.parcel_id, stored_fact(row, keys, row.direction)) for row in rows]


def stored_fact(row: Any, keys: Mapping[int, str], direction: str | None) -> Fact:
    """Return the fact of a stored entry; `keys`: of entries, by id; `direction`: its parcel's."""
    return Fact(
        key=row.key,
        what=_WHAT[row.what],
        happened_at=row.happened_at,
        source=Source(row.source),
        place=row.place,
        reason=Reason(row.reason) if row.reason else None,
        parcel=row.parcel_id,
        direction=Direction(direction) if direction else None,
        strikes=keys.get(row.strikes_id) if row.strikes_id else None,
        due_at=row.due_at,
    )
