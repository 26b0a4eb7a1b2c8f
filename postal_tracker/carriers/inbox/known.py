"""What the ledger holds already of news that comes again, or that another told before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlmodel import col

from adapters.event import Source
from postal_tracker import ledger
from postal_tracker.storage.bulk import among, insert_unless_known
from postal_tracker.storage.tables import Echo, LedgerEntry, Parcel, table_of

CLAIM = ":claim"
"""Ends the key of a claim: it and its later confirmation are two entries, by one id."""


def by_key(connection: Connection, keys: Iterable[str]) -> dict[str, Row[Any]]:
    """Return the entries with these keys, each with its parcel's number."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows: Iterable[Row[Any]] = connection.execute(_BY_KEY, {"keys": wanted})
    return {row.key: row for row in rows}


_BY_KEY = (
    select(
        col(LedgerEntry.id),
        col(LedgerEntry.key),
        col(LedgerEntry.parcel_id),
        col(LedgerEntry.what),
        col(LedgerEntry.happened_at),
        col(LedgerEntry.carrier_code),
        col(LedgerEntry.source),
        col(LedgerEntry.message_id),
        col(Parcel.tracking_number),
    )
    .join(Parcel, col(Parcel.id) == col(LedgerEntry.parcel_id), isouter=True)
    .where(among(col(LedgerEntry.key), "keys"))
)


def says_otherwise(held: Row[Any], entry: ledger.NewEntry, numbers: Sequence[str]) -> bool:
    """Tell whether an entry contradicts the one that is held under its key.

    A number that came back has a new parcel, and what is told of it again is of the old one. A code
    of the carrier's that our table reads in another way since is the same word of the carrier.
    """
    same_parcel = held.parcel_id == entry.parcel_id or held.tracking_number in numbers
    same_word = held.carrier_code == entry.carrier_code and held.carrier_code != ""
    same_scan = held.happened_at == entry.happened_at and (
        held.what == entry.what.value or same_word
    )
    return not (same_parcel and same_scan)


def other_key(entry: ledger.NewEntry) -> str:
    """Return the key under which the same id stands if it was told as a claim, or as none."""
    return entry.key.removesuffix(CLAIM) if entry.is_claim else f"{entry.key}{CLAIM}"[:200]


# What asking found before a web hook told it

Scan = tuple[int | None, str, datetime]


def found_by_asking(connection: Connection, entries: Iterable[ledger.NewEntry]) -> dict[Scan, int]:
    """Return which entry that asking found holds the same scan, whatever its id."""
    wanted = sorted({entry.parcel_id for entry in entries if entry.parcel_id is not None})
    if not wanted:
        return {}
    rows = connection.execute(_FOUND_BY_ASKING, {"ids": wanted})
    return {(row.parcel_id, row.what, row.happened_at): row.id for row in rows}


def scan_of(entry: ledger.NewEntry) -> Scan:
    return (entry.parcel_id, entry.what.value, entry.happened_at)


_FOUND_BY_ASKING = select(
    col(LedgerEntry.id),
    col(LedgerEntry.parcel_id),
    col(LedgerEntry.what),
    col(LedgerEntry.happened_at),
).where(
    among(col(LedgerEntry.parcel_id), "ids"),
    col(LedgerEntry.dossier_id).is_(None),
    col(LedgerEntry.source) == Source.POLL.value,
)


def note_echoes(connection: Connection, heard_at: Mapping[int, datetime]) -> None:
    """Note when a web hook first told of these entries."""
    rows = [{"entry_id": id_, "heard_at": at} for id_, at in sorted(heard_at.items())]
    if rows:
        connection.execute(insert_unless_known(connection, table_of(Echo)), rows)
