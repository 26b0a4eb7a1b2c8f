"""What is in the log behind a cursor, for those who go on from where they stopped.

Ids are taken before the commit, but numbers of the log are given after it, one behind the other. So
whoever has read up to a number has all that is below it, and nothing comes in there later. A cursor
names the number to go on with, and by its hash the leaf before it: in a record that was put back to
an older copy another leaf stands there, or none, and the cursor is refused.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, select
from sqlmodel import col

from postal_tracker.core.journey import Fact
from postal_tracker.core.problems import Busy, Conflict, FieldFault, Invalid
from postal_tracker.ledger.entries import stored_fact
from postal_tracker.storage.bulk import among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Enclosure, LedgerEntry, LogLeaf, Parcel, table_of

MOST_LEAVES = 1_000
"""Leaves that are looked at for one page, whatever they stand for."""

LONGEST_CURSOR = 40

_CURSOR = re.compile(r"([0-9]{1,16})-([0-9a-f]{16})", re.ASCII)
_BEGINNING = ("", "0")


def position(connection: Connection, cursor: str) -> int:
    """Return the number to go on with. Raises Invalid (no cursor), Conflict (another record's)."""
    if cursor in _BEGINNING:
        return 0
    parts = _CURSOR.fullmatch(cursor)
    if parts is None:
        vi, en = "Không có trang này.", "There is no such page."
        raise Invalid("invalid-form", vi, en, faults=[FieldFault("cursor", vi, en)])
    number = int(parts[1])
    if cursor_at(connection, number) != cursor:
        raise Conflict(
            "cursor-of-another-record",
            "Dữ liệu đã được phục hồi từ một bản sao cũ hơn con trỏ này. Vui lòng tiếp tục từ con "
            "trỏ gần nhất còn được chấp nhận.",
            "The record was put back to a copy older than this cursor. Go on from the newest "
            "cursor of yours that is still taken.",
        )
    return number


def cursor_at(connection: Connection, number: int) -> str:
    """Return the cursor that goes on with a number; empty if the log does not reach as far."""
    if number == 0:
        return "0"
    before = _LEAF.first(connection, {"number": number - 1})
    return f"{number}-{before.hash[:16]}" if before else ""


_LEAF = Prepared(select(col(LogLeaf.hash)).where(col(LogLeaf.seq) == bindparam("number")))


PATIENCE = timedelta(minutes=10)


def refuse_standstill(connection: Connection, now: datetime) -> None:
    """Say so if the log stands still: else whoever reads it would think that nothing happens.

    Raises Busy if the newest entry has been waiting for its number for longer than PATIENCE.
    """
    newest = _NEWEST.first(connection, {})
    if newest and newest.seq is None and newest.recorded_at < now - PATIENCE:
        raise Busy(
            "log-behind",
            "Nhật ký chống sửa đổi đang dừng nên chưa có dữ liệu mới. Vui lòng báo người quản trị.",
            "The log stands still, so nothing new is in it. Please tell the operator.",
            retry_after_seconds=300,
        )


_OF_ENTRY = and_(col(LogLeaf.kind) == "entry", col(LogLeaf.row_id) == col(LedgerEntry.id))
_NEWEST = Prepared(
    select(col(LedgerEntry.recorded_at), col(LogLeaf.seq))
    .join_from(LedgerEntry, LogLeaf, _OF_ENTRY, isouter=True)
    .order_by(col(LedgerEntry.id).desc())
    .limit(1)
)


class Mention(NamedTuple):
    """An entry in the log, and the dossiers that it is about."""

    number: int
    entry: int
    dossiers: Sequence[int]


class Part(NamedTuple):
    """A part of the log."""

    mentions: Sequence[Mention]
    end: int
    """The number behind it."""
    is_more: bool


def part_from(connection: Connection, start: int) -> Part:
    """Return what some leaves from a number on tell of dossiers.

    What a parcel met is about all that lies in it.
    """
    leaves = _LEAVES.all(connection, {"start": start})
    numbers = {leaf.row_id: leaf.seq for leaf in leaves if leaf.kind == "entry"}
    about = {row.id: row for row in _ENTRIES.all(connection, {"ids": list(numbers)})}
    inside = _inside(connection, [e.parcel_id for e in about.values() if e.dossier_id is None])
    mentions = []
    for id_, number in numbers.items():
        entry = about.get(id_)
        if entry is None:  # somebody has taken it out of the record: `verify` tells
            continue
        alone = entry.dossier_id is not None
        of = [entry.dossier_id] if alone else inside[entry.parcel_id]
        mentions.append(Mention(number, id_, of))
    end = leaves[-1].seq + 1 if leaves else start
    return Part(mentions, end, len(leaves) == MOST_LEAVES)


_LEAVES = Prepared(
    select(col(LogLeaf.seq), col(LogLeaf.kind), col(LogLeaf.row_id))
    .where(col(LogLeaf.seq) >= bindparam("start"))
    .order_by(col(LogLeaf.seq))
    .limit(MOST_LEAVES)
)
_ENTRIES = Prepared(
    select(col(LedgerEntry.id), col(LedgerEntry.dossier_id), col(LedgerEntry.parcel_id)).where(
        among(col(LedgerEntry.id), "ids")
    )
)


def _inside(connection: Connection, parcels: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for ride in _RIDES.all(connection, {"parcels": sorted(set(parcels))}):
        found[ride.parcel_id].append(ride.dossier_id)
    return found


_RIDES = Prepared(
    select(col(Enclosure.parcel_id), col(Enclosure.dossier_id))
    .where(among(col(Enclosure.parcel_id), "parcels"))
    .order_by(col(Enclosure.parcel_id), col(Enclosure.dossier_id))
)


class Told(NamedTuple):
    """One entry of a dossier's history."""

    entry: int
    number: int | None
    """In the log; None: not yet."""
    by: str
    carrier: str
    """Of the parcel that it is about."""
    fact: Fact


def histories(connection: Connection, ids: Sequence[int]) -> dict[int, list[Told]]:
    """Return all that happened to these dossiers and to the parcels they were in, by dossier."""
    inside: dict[int, list[int]] = defaultdict(list)
    for ride in _RIDDEN.all(connection, {"ids": list(ids)}):
        inside[ride.parcel_id].append(ride.dossier_id)
    rows = [
        *_OF_DOSSIERS.all(connection, {"ids": list(ids)}),
        *_OF_PARCELS.all(connection, {"ids": list(inside)}),
    ]
    keys = {row.id: row.key for row in rows}
    named = {"ids": sorted({row.parcel_id for row in rows if row.parcel_id is not None})}
    parcels = {row.id: row for row in _PARCELS.all(connection, named)}
    numbers = {row.row_id: row.seq for row in _NUMBERS.all(connection, {"ids": list(keys)})}
    found: dict[int, list[Told]] = {id_: [] for id_ in ids}
    for row in rows:
        parcel = parcels.get(row.parcel_id)
        fact = stored_fact(row, keys, parcel and parcel.direction)
        told = Told(row.id, numbers.get(row.id), row.by, parcel.carrier if parcel else "", fact)
        for owner in [row.dossier_id] if row.dossier_id is not None else inside[row.parcel_id]:
            found[owner].append(told)
    return found


# Joined, they would make PostgreSQL read a whole index for a page of two hundred.

_RIDDEN = Prepared(
    select(col(Enclosure.parcel_id), col(Enclosure.dossier_id)).where(
        among(col(Enclosure.dossier_id), "ids")
    )
)
_OF_DOSSIERS = Prepared(
    select(table_of(LedgerEntry)).where(among(col(LedgerEntry.dossier_id), "ids"))
)
_OF_PARCELS = Prepared(
    # What names a dossier is its own alone; and only the others' index leads to them by parcel.
    select(table_of(LedgerEntry)).where(
        col(LedgerEntry.dossier_id).is_(None), among(col(LedgerEntry.parcel_id), "ids")
    )
)
_PARCELS = Prepared(
    select(col(Parcel.id), col(Parcel.direction), col(Parcel.carrier)).where(
        among(col(Parcel.id), "ids")
    )
)
_NUMBERS = Prepared(
    select(col(LogLeaf.row_id), col(LogLeaf.seq)).where(
        col(LogLeaf.kind) == "entry", among(col(LogLeaf.row_id), "ids")
    )
)
