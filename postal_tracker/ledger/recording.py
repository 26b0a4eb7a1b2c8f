"""The way in: entries are added, and everything that they speak of is moved."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection
from sqlmodel import Session

from postal_tracker.core.journey import Direction, Journey
from postal_tracker.ledger import deadlines, notice_cues, tallies
from postal_tracker.ledger.copies import lock
from postal_tracker.ledger.dossiers import (
    INSIDE,
    NAMED,
    Step,
    follow_dossiers,
    journey_of,
    store_dossiers,
    with_parcels,
)
from postal_tracker.ledger.entries import NewEntry, insert, insert_details, insert_notes
from postal_tracker.ledger.parcels import PARCELS, follow_parcels, store_parcels
from postal_tracker.storage.database import calendar_of
from postal_tracker.storage.prepared import without_waiting


def record(session: Session, entries: Sequence[NewEntry], *, now: datetime) -> list[int | None]:
    """Add entries and bring every copy up to date; return each one's id, None if it was known.

    Known is an entry with the same idempotency key, or a scan of the same parcel, milestone, time
    and place.
    """
    connection = session.connection()
    first = {entry.key: entry for entry in reversed(entries)}
    distinct = [entry for entry in entries if first[entry.key] is entry]
    ids = insert(connection, distinct, now)
    new = [entry for entry in distinct if entry.key in ids]
    insert_notes(connection, new, ids)
    insert_details(connection, new, ids)
    _bring_up_to_date(connection, new, ids, now)
    taken = dict(ids)  # the same key twice in one call is recorded once
    return [taken.pop(entry.key, None) for entry in entries]


def _bring_up_to_date(
    connection: Connection, new: Sequence[NewEntry], ids: Mapping[str, int], now: datetime
) -> None:
    """Lock what the entries speak of (parcels first, each kind by id), then move it.

    Dates move here only where the post's time does not count: what else moves them, its desk tells.
    """
    of_parcels: dict[int, list[NewEntry]] = defaultdict(list)
    of_dossiers: dict[int, list[NewEntry]] = defaultdict(list)
    for entry in new:
        if entry.dossier_id is not None:
            of_dossiers[entry.dossier_id].append(entry)
        elif entry.parcel_id is not None:
            of_parcels[entry.parcel_id].append(entry)
    parcels, named, inside = lock(
        connection, (PARCELS, of_parcels), (NAMED, of_dossiers), (INSIDE, of_parcels)
    )
    dossiers = with_parcels([*named, *inside])
    for dossier, parcel_ids in dossiers.values():
        for parcel_id in parcel_ids:
            of_dossiers[dossier.id].extend(of_parcels[parcel_id])
    directions = {row.id: Direction(row.direction) for row in parcels}
    before = {id_: journey_of(dossier) for id_, (dossier, _) in dossiers.items()}
    scanned = follow_parcels(connection, parcels, of_parcels)
    steps, replayed = follow_dossiers(connection, before, of_dossiers, directions)
    learnt = tallies.learn(connection, ((ids[e.key], e) for e in new), parcels, now)
    rows = {id_: dossier for id_, (dossier, _) in dossiers.items()}
    with without_waiting(connection):
        store_parcels(connection, parcels, scanned)
        gone, come = store_dossiers(connection, rows.values(), before, steps, now)
        come += tallies.done(new, rows, parcels, now)
        tallies.change(connection, gone + learnt[0], come + learnt[1])
        notice_cues.put(connection, of_dossiers, steps, ids)
    uncounted = [id_ for id_, dossier in rows.items() if not dossier.post_counts]
    if moved := [i for i in uncounted if i in replayed or _changes_hands(before[i], steps[i])]:
        deadlines.work_out(connection, moved, calendar_of(connection))


def _changes_hands(before: Journey, steps: Iterable[Step]) -> bool:
    """Tell whether the post takes a dossier or gives it, or nobody owes a result any more."""
    journeys = [before, *(journey for journey, _ in steps)]
    return any(
        one.holder is not after.holder or one.settled_at != after.settled_at
        for one, after in pairwise(journeys)
    )
