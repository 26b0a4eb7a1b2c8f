"""Echoes: what a webhook tells of a scan that polling had found before. A report counts them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select
from sqlmodel import col

from adapters.event import Source
from postal_tracker import ledger
from postal_tracker.carriers.inbox.judging import Fate, Judged, Verdict
from postal_tracker.storage.bulk import among, insert_unless_known
from postal_tracker.storage.tables import Echo, LedgerEntry, table_of

Scan = tuple[int | None, str, datetime]


def note_echoes(connection: Connection, hooked: Iterable[Judged]) -> None:
    """Note when a webhook first told of entries that polling found.

    The ledger passes such news over, all but a claim: that stands beside the word it repeats.
    """
    again = [
        (n, v, v.entry)
        for n, v in hooked
        if v.entry and (n.is_claim or v.fate is not Fate.UNRECORDED)
    ]
    by_scan = _polled(connection, (entry for _, v, entry in again if v.repeats is None))
    heard_at: dict[int, datetime] = {}
    for news, verdict, entry in again:
        if id_ := _polled_entry(verdict, entry, by_scan):
            heard_at.setdefault(id_, news.came_at)
    rows = [{"entry_id": id_, "heard_at": at} for id_, at in sorted(heard_at.items())]
    if rows:
        first = insert_unless_known(connection, table_of(Echo)).returning(col(Echo.entry_id))
        ledger.tallies.hear(connection, connection.execute(first, rows).scalars().all())


def _polled_entry(verdict: Verdict, entry: ledger.NewEntry, by_scan: dict[Scan, int]) -> int | None:
    if verdict.repeats is None:
        return by_scan.get((entry.parcel_id, entry.what.value, entry.happened_at))
    return verdict.repeats.id if verdict.repeats.source == Source.POLL.value else None


def _polled(connection: Connection, entries: Iterable[ledger.NewEntry]) -> dict[Scan, int]:
    """Return which entry that polling found holds each scan of these parcels, whatever its id."""
    wanted = sorted({entry.parcel_id for entry in entries if entry.parcel_id is not None})
    if not wanted:
        return {}
    rows = connection.execute(_POLLED, {"ids": wanted})
    return {(row.parcel_id, row.what, row.happened_at): row.id for row in rows}


_POLLED = select(
    col(LedgerEntry.id),
    col(LedgerEntry.parcel_id),
    col(LedgerEntry.what),
    col(LedgerEntry.happened_at),
).where(
    among(col(LedgerEntry.parcel_id), "ids"),
    col(LedgerEntry.dossier_id).is_(None),
    col(LedgerEntry.source) == Source.POLL.value,
)
