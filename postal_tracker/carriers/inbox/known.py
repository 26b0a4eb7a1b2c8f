"""What we know already of news that comes: its parcel, and what the ledger holds under its id."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlmodel import col

from postal_tracker.carriers.inbox.matching import Parcels
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import LedgerEntry, Parcel


class KnownEntry(NamedTuple):
    """An entry of the ledger, as far as news that comes again is compared with it."""

    id: int
    key: str
    parcel_id: int | None
    what: str
    happened_at: datetime
    carrier_code: str
    source: str
    message_id: int | None
    tracking_number: str | None
    """Its parcel's."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when news is judged: the parcels by number, the entries by key."""

    parcels: Parcels
    entries: Mapping[str, KnownEntry] = field(default_factory=dict)

    def and_entries(self, entries: Mapping[str, KnownEntry]) -> "Known":
        return replace(self, entries={**self.entries, **entries})


def by_key(connection: Connection, keys: Iterable[str]) -> dict[str, KnownEntry]:
    """Return the entries with these keys."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = connection.execute(_BY_KEY, {"keys": wanted})
    return {row.key: KnownEntry(*row) for row in rows}


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
