"""Which rows are leaves of the log, and the text of each that is hashed.

The text is JSON as RFC 8785 has it: names in order, no blanks, UTF-8, whole numbers; times are UTC
with microseconds and a Z. What may be erased one day, or names somebody, does not stand in it: only
a commitment to it does (HMAC-SHA256 of its own canonical text under 32 random bytes). Once the salt
is gone nobody can find out by trying what was committed to, and the leaf stays as it was.
"""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic_core import to_json
from sqlalchemy import Connection, DateTime, select
from sqlmodel import col

from postal_tracker.core import merkle
from postal_tracker.storage.tables import (
    AuditEntry,
    CarrierMessage,
    Handover,
    HandoverLine,
    LedgerEntry,
    LogEpoch,
    LogKey,
    table_of,
)

Row = Mapping[str, Any]
Beside = Callable[[Connection, int], Row]
"""Adds what stands in other tables."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of one table that are leaves.

    Those of a kind that `is_noted` are leaves only once somebody has said so (`due.note_due`).
    """

    name: str
    model: Any
    open: tuple[str, ...]
    """Columns that stand in the leaf."""
    sealed: tuple[str, ...] = ()
    """Columns that may be erased: the leaf commits to them."""
    clock: str = "at"
    """The column that says when our own clock was read."""
    is_noted: bool = False
    later: tuple[str, ...] = ()
    """Columns that came when there were leaves already: they stand in one only where they hold
    something, so that older texts stay as they were hashed."""
    beside: Beside | None = None

    times: frozenset[str] = field(init=False)
    """Columns that hold a time."""

    def __post_init__(self) -> None:
        columns = table_of(self.model).columns
        found = (c.name for c in columns if isinstance(getattr(c.type, "impl", c.type), DateTime))
        object.__setattr__(self, "times", frozenset(found))

    @property
    def columns(self) -> tuple[str, ...]:
        return self.open + self.sealed

    def told(self, row: Row, names: tuple[str, ...]) -> dict[str, Any]:
        """Return some columns of a row as they stand in a text."""
        return {
            name: plain(row[name]) if name in self.times else row[name]
            for name in names
            if name not in self.later or row[name] is not None
        }


def _parcels(connection: Connection, handover: int) -> Row:
    on_it = select(col(HandoverLine.parcel_id)).where(col(HandoverLine.handover_id) == handover)
    return {"parcels": sorted(connection.execute(on_it).scalars())}


def _all_of(model: Any) -> tuple[str, ...]:
    return tuple(column.name for column in table_of(model).columns)


KindName = Literal["entry", "message", "audit", "handover", "epoch", "key"]

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "entry",
            LedgerEntry,
            _all_of(LedgerEntry),
            clock="recorded_at",
            later=("due_at",),
        ),
        Kind(
            "message",
            CarrierMessage,
            ("id", "received_at"),
            ("carrier", "source", "by", "digest"),
            clock="received_at",
        ),
        Kind(
            "audit",
            AuditEntry,
            ("id", "at"),
            tuple(name for name in _all_of(AuditEntry) if name not in ("id", "at")),
        ),
        Kind(
            "handover",
            Handover,
            (
                *("id", "number", "carrier", "office_id", "created_at", "created_by", "signed_at"),
                *("confirmed_by", "brought", "left"),
            ),
            ("signed_by",),
            is_noted=True,
            later=("confirmed_by", "brought", "left"),
            beside=_parcels,
        ),
        Kind("epoch", LogEpoch, _all_of(LogEpoch)),
        Kind("key", LogKey, _all_of(LogKey), is_noted=True),
    )
}
"""A further kind is a line here: the sequencer, the export and the checks go by it."""

SUMS = ("refused", "forged-hook", "sign-in-failed", "locked-out")
"""What the audit log counts, and tells of when the next hour's first comes (`access.trail`)."""


def may_be_late(kind: Kind, row: Any) -> bool:
    """Tell whether a row may come long after its own time."""
    return kind.name == "audit" and row.what in SUMS


_in_order = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, check_circular=False, separators=(",", ":")
).encode


def canonical(value: Any) -> str:
    """Return JSON as RFC 8785 has it, of text, whole numbers, truth, lists and objects."""
    return _in_order(value)


def _text(shown: Mapping[str, Any]) -> str:
    """Return the same text for what holds nothing nested, in a quarter of the time."""
    if _PLAIN.issuperset(map(type, shown.values())):
        return to_json(dict(sorted(shown.items()))).decode()
    return canonical(shown)  # and what is no JSON is refused there: SQLite keeps whatever is put in


_PLAIN = frozenset((str, int, bool, type(None)))


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"
    return value


def commitment(salt: str, kind: Kind, row: Row) -> str:
    """Return what commits to the sealed columns of a row."""
    text = _text(kind.told(row, kind.sealed))
    return hmac.digest(bytes.fromhex(salt), text.encode(), "sha256").hex()


def opened(connection: Connection, kind: Kind, row: Row) -> dict[str, Any]:
    """Return what stands openly in a row's leaf."""
    shown = {"kind": kind.name, **kind.told(row, kind.open)}
    return shown | dict(kind.beside(connection, row["id"])) if kind.beside else shown


def content(connection: Connection, kind: Kind, row: Row, salt: str | None) -> str:
    """Return the text of a row's leaf; `salt` is for kinds that seal something."""
    shown = opened(connection, kind, row)
    if salt is not None:
        shown["sealed"] = commitment(salt, kind, row)
    return _text(shown)


def hash_of(text: str) -> str:
    return merkle.leaf_hash(text.encode()).hex()
