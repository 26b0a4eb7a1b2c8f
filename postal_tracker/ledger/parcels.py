"""Where parcels stand: followed or replayed, and stored beside each parcel."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, case, select, true
from sqlmodel import col

from adapters.event import Milestone
from postal_tracker.core.journey import (
    Act,
    Direction,
    Fact,
    Flag,
    ParcelJourney,
    follow_parcel,
    replay_parcel,
)
from postal_tracker.ledger.copies import order_in, order_out, split
from postal_tracker.ledger.entries import NewEntry, fact_of, stored_facts
from postal_tracker.storage.bulk import ChangedRows, among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import LedgerEntry, Parcel

_PARCEL = (
    col(Parcel.id),
    col(Parcel.direction),
    col(Parcel.open),
    col(Parcel.milestone),
    col(Parcel.place),
    col(Parcel.milestone_at),
    *(col(Parcel.first_scan_at), col(Parcel.accepted_at)),
    col(Parcel.flags),
    col(Parcel.resume),
    *(col(Parcel.office_id), col(Parcel.carrier)),
)

PARCELS = Prepared(
    select(*_PARCEL)
    .where(among(col(Parcel.id), "ids"))
    .order_by(col(Parcel.id))
    .with_for_update(key_share=True)
)


def follow_parcels(
    connection: Connection, rows: Sequence[Row[Any]], new: Mapping[int, list[NewEntry]]
) -> dict[int, ParcelJourney]:
    """Return where parcels stand after these entries."""
    moved: dict[int, ParcelJourney] = {}
    needs_replay = []
    for row in rows:
        facts = [fact_of(entry, Direction(row.direction)) for entry in new[row.id]]
        parcel = _followed_parcel(_parcel_journey(row), facts)
        if parcel is None:
            needs_replay.append(row.id)
        else:
            moved[row.id] = parcel
    return moved | replay_parcels(connection, needs_replay)


def store_parcels(
    connection: Connection, rows: Sequence[Row[Any]], moved: Mapping[int, ParcelJourney]
) -> None:
    was = {row.id: row for row in rows}
    new_columns = {id_: parcel_columns(parcel) for id_, parcel in moved.items()}

    def keeps(*names: str) -> Callable[[int], bool]:
        return lambda id_: all(getattr(was[id_], n) == new_columns[id_][n] for n in names)

    on, over = split(new_columns, keeps("open"))
    on, first = split(on, keeps(*_FIRST))
    _MOVE_PARCEL.store(connection, on)
    _SCAN_FIRST.store(connection, first)
    UPDATE_PARCEL.store(connection, over)


# SQLite writes every index whose column an UPDATE names, even if the value stays; so the usual move
# has a narrower one than the first scan and the end.

_MOVE = ("milestone", "place", "milestone_at", "flags", "resume")

_FIRST = ("first_scan_at", "accepted_at")

_MOVE_PARCEL = ChangedRows(Parcel, *_MOVE)

_SCAN_FIRST = ChangedRows(Parcel, *_MOVE, *_FIRST)

UPDATE_PARCEL = ChangedRows(
    Parcel,
    "open",
    *(*_MOVE, *_FIRST),
    next_check_at=lambda new: case((new.open == true(), col(Parcel.next_check_at))),
)


def _followed_parcel(parcel: ParcelJourney, facts: Iterable[Fact]) -> ParcelJourney | None:
    after: ParcelJourney | None = parcel
    for fact in sorted(facts, key=lambda f: f.happened_at):
        if fact.what is Act.STRUCK_OUT or after is None:
            return None
        after = follow_parcel(after, fact)
    return after


def replay_parcels(connection: Connection, ids: Sequence[int]) -> dict[int, ParcelJourney]:
    """Return where these parcels stand, from the ledger alone."""
    if not ids:
        return {}
    # What names a dossier is the dossier's; and no index leads to it by its parcel.
    theirs = and_(col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id).in_(ids))
    of_parcel: dict[int, list[Fact]] = {id_: [] for id_ in ids}
    for _, parcel_id, fact in stored_facts(connection, theirs, ids):
        if parcel_id is not None:
            of_parcel[parcel_id].append(fact)
    return {id_: replay_parcel(history) for id_, history in of_parcel.items()}


def parcel_columns(parcel: ParcelJourney) -> dict[str, Any]:
    """Return the stored copy of a parcel's journey, column by column."""
    known = parcel.milestone is not None
    return {
        "open": not parcel.is_over,
        "milestone": parcel.milestone.value if parcel.milestone else "",
        "place": parcel.place,
        "milestone_at": parcel.since if known else None,
        "first_scan_at": parcel.first_scan_at,
        "accepted_at": parcel.accepted_at,
        "flags": sorted(parcel.flags),
        "resume": {"last": order_out(parcel.last)},
    }


def _parcel_journey(row: Row[Any]) -> ParcelJourney:
    if not row.resume:
        return ParcelJourney()
    return ParcelJourney(
        milestone=Milestone(row.milestone) if row.milestone else None,
        place=row.place,
        since=row.milestone_at or ParcelJourney().since,
        flags=frozenset(map(Flag, row.flags)),
        last=order_in(row.resume["last"]),
        first_scan_at=row.first_scan_at,
        accepted_at=row.accepted_at,
    )
