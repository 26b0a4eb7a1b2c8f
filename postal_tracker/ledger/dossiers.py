"""Where dossiers stand: followed or replayed, and stored beside each dossier and its enclosures."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, null, or_, select, update
from sqlmodel import Session, col

from postal_tracker.core.journey import (
    Act,
    Direction,
    Fact,
    Flag,
    Holder,
    Journey,
    Leg,
    Stage,
    follow,
    replay,
)
from postal_tracker.ledger import outbox, tallies
from postal_tracker.ledger.copies import moment_out, order_in, order_out, split
from postal_tracker.ledger.entries import NewEntry, fact_of, stored_facts
from postal_tracker.ledger.outbox import Change
from postal_tracker.ledger.tallies import Cell
from postal_tracker.storage.bulk import ChangedRows, among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Dossier, Enclosure, LedgerEntry, Parcel

_DOSSIER = (
    col(Dossier.id),
    col(Dossier.stage),
    col(Dossier.holder),
    col(Dossier.place),
    col(Dossier.since),
    *(col(Dossier.result_ready_at), col(Dossier.settled_at), col(Dossier.closed_by)),
    col(Dossier.flags),
    col(Dossier.resume),
    *(col(Dossier.office_id), col(Dossier.authority_id)),
    *(col(Dossier.due_on), col(Dossier.stopped), col(Dossier.post_counts)),
)

NAMED = Prepared(
    select(*_DOSSIER, null().label("parcel_id"), null().label("carrier"))
    .where(among(col(Dossier.id), "ids"))
    .order_by(col(Dossier.id))
    .with_for_update(key_share=True)
)

INSIDE = Prepared(
    select(*_DOSSIER, col(Enclosure.parcel_id), col(Parcel.carrier))
    .join(Enclosure, col(Enclosure.dossier_id) == col(Dossier.id))
    .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id))
    .where(among(col(Enclosure.parcel_id), "ids"))
    .order_by(col(Dossier.id))
    .with_for_update(key_share=True, of=Dossier)
)


def with_parcels(rows: Iterable[Row[Any]]) -> dict[int, tuple[Row[Any], list[int]]]:
    """Return the dossiers that are `NAMED` or `INSIDE`, each with the parcels it is inside."""
    found: dict[int, tuple[Row[Any], list[int]]] = {}
    for row in rows:
        _, parcels = found.setdefault(row.id, (row, []))
        if row.parcel_id is not None:
            parcels.append(row.parcel_id)
    return found


Step = tuple[Journey, datetime]
"""Where a dossier stands after a piece of news, and when that happened."""


def follow_dossiers(
    connection: Connection,
    before: Mapping[int, Journey],
    new: Mapping[int, list[NewEntry]],
    directions: Mapping[int, Direction],
) -> tuple[dict[int, list[Step]], Collection[int]]:
    """Return how dossiers move by these entries, and which of them had to be replayed."""
    steps, needs_replay = _follow_each(before, new, directions)
    for id_, journey in replay_dossiers(connection, needs_replay).items():
        steps[id_] = [(journey, max(entry.happened_at for entry in new[id_]))]
    return steps, set(needs_replay)


def store_dossiers(
    connection: Connection,
    rows: Iterable[Row[Any]],
    before: Mapping[int, Journey],
    steps: Mapping[int, list[Step]],
    now: datetime,
) -> tallies.Changes:
    """Store where dossiers stand, tell the outbox of each change of stage, return the tallies'."""
    moved = {id_: taken[-1][0] for id_, taken in steps.items() if taken[-1][0] != before[id_]}
    if not moved:
        return [], []
    _store(connection, before, moved)
    changes = [change for id_ in moved for change in _changes(id_, before[id_], steps[id_])]
    outbox.put(connection, changes, now=now)
    there = [row for row in rows if row.id in moved]
    # Before it was taken in, one was nowhere.
    was = [(row, before[row.id]) for row in there if row.resume]
    return tallies.moves(connection, was, [(row, moved[row.id]) for row in there])


def _follow_each(
    before: Mapping[int, Journey],
    new: Mapping[int, list[NewEntry]],
    directions: Mapping[int, Direction],
) -> tuple[dict[int, list[Step]], list[int]]:
    """Return the steps of each dossier, and those dossiers that need a replay instead."""
    steps: dict[int, list[Step]] = {}
    needs_replay = []
    for id_, journey in before.items():
        followed = _followed(journey, new[id_], directions)
        if followed is None:
            needs_replay.append(id_)
        else:
            steps[id_] = followed
    return steps, needs_replay


def _changes(id_: int, before: Journey, steps: Iterable[Step]) -> Iterator[Change]:
    """Return each change of stage. A replay is one step: it tells only where it ends."""
    stage = before.stage if before != Journey() else None
    for journey, at in steps:
        if journey.stage is not stage:
            yield Change(id_, stage, journey.stage, at)
            stage = journey.stage


def _store(
    connection: Connection, before: Mapping[int, Journey], moved: Mapping[int, Journey]
) -> None:
    new_columns = {id_: columns(journey) for id_, journey in moved.items()}
    same_holder, new_holder = split(new_columns, lambda i: _is_alike(before[i], moved[i]))
    _MOVE_DOSSIER.store(connection, same_holder)
    UPDATE_DOSSIER.store(connection, new_holder)
    _open_and_close(connection, before, moved)


def _is_alike(before: Journey, after: Journey) -> bool:
    return (
        before.stage is after.stage
        and before.holder is after.holder
        and before.result_ready_at == after.result_ready_at
        and before.settled_at == after.settled_at
        and before.closed_by == after.closed_by
    )


_WAIT = ("place", "since", "flags", "resume")
"""In no index: the usual scan writes none."""

_MOVE_DOSSIER = ChangedRows(Dossier, *_WAIT)

UPDATE_DOSSIER = ChangedRows(
    *(Dossier, "open", "stage", "holder"), "result_ready_at", "settled_at", "closed_by", *_WAIT
)


def _followed(
    journey: Journey, entries: Iterable[NewEntry], directions: Mapping[int, Direction]
) -> list[Step] | None:
    steps: list[Step] = []
    facts = [fact_of(entry, directions.get(entry.parcel_id or 0)) for entry in entries]
    for fact in sorted(facts, key=lambda f: f.happened_at):
        after = follow(journey, fact)
        if after is None:
            return None
        steps.append((after, fact.happened_at))
        journey = after
    return steps


def _open_and_close(
    connection: Connection, before: Mapping[int, Journey], after: Mapping[int, Journey]
) -> None:
    """An enclosure is open while its parcel is the dossier's present leg."""
    changed = {
        id_: journey.leg.parcel if journey.leg else None
        for id_, journey in after.items()
        if journey.leg != before[id_].leg
    }
    put_into(connection, changed)


def put_into(connection: Connection, parcel_of: Mapping[int, int | None]) -> None:
    if not parcel_of:
        return
    # Close first: a dossier may have one open enclosure only, and the database sees to it.
    _CLOSE.run(connection, {"dossiers": list(parcel_of)})
    for dossier, parcel in parcel_of.items():
        if parcel is not None:
            _OPEN.run(connection, {"dossier": dossier, "parcel": parcel})


_CLOSE = Prepared(
    update(Enclosure)
    .where(among(col(Enclosure.dossier_id), "dossiers"), col(Enclosure.open))
    .values(open=False)
)
_OPEN = Prepared(
    update(Enclosure)
    .where(col(Enclosure.dossier_id) == bindparam("dossier"))
    .where(col(Enclosure.parcel_id) == bindparam("parcel"))
    .values(open=True)
)


def replay_dossiers(connection: Connection, ids: Sequence[int]) -> dict[int, Journey]:
    """Return where these dossiers stand, from the ledger alone."""
    return {id_: replay(history) for id_, history in histories(connection, ids).items()}


def histories(connection: Connection, ids: Sequence[int]) -> dict[int, list[Fact]]:
    """Return what happened to each of these dossiers and to their parcels, in no order."""
    if not ids:
        return {}
    inside: dict[int, list[int]] = defaultdict(list)
    rides = select(col(Enclosure.parcel_id), col(Enclosure.dossier_id))
    for ride in connection.execute(rides.where(col(Enclosure.dossier_id).in_(ids))):
        inside[ride.parcel_id].append(ride.dossier_id)
    # What names a dossier is its own alone; and only the others' index leads to them by parcel.
    of_parcels = and_(
        col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id).in_(list(inside))
    )
    wanted = or_(col(LedgerEntry.dossier_id).in_(ids), of_parcels)
    found: dict[int, list[Fact]] = {id_: [] for id_ in ids}
    for dossier_id, parcel_id, fact in stored_facts(connection, wanted, ids):
        for owner in [dossier_id] if dossier_id is not None else inside[parcel_id or 0]:
            if owner in found:
                found[owner].append(fact)
    return found


def columns(journey: Journey) -> dict[str, Any]:
    """Return the stored copy of a dossier's journey, column by column."""
    leg = journey.leg
    return {
        "open": not journey.is_over,
        "stage": journey.stage.value,
        "holder": journey.holder.value,
        "place": journey.place,
        "since": journey.since,
        "result_ready_at": journey.result_ready_at,
        "settled_at": journey.settled_at,
        "closed_by": journey.closed_by.value if journey.closed_by else "",
        "flags": sorted(journey.flags),
        "resume": {
            "last": order_out(journey.last),
            "past": sorted(journey.past_parcels),
            "leg": leg
            and [leg.parcel, leg.direction.value, leg.origin.value, moment_out(leg.sealed_at)],
        },
    }


def cells(session: Session, dossier: Dossier) -> list[Cell]:
    """Return in which cells of the tallies a dossier stands."""
    journey = journey_of(dossier)
    carrier = ""
    if journey.leg and journey.holder is Holder.POST:
        carrier = session.get_one(Parcel, journey.leg.parcel).carrier
    return list(tallies.cells(dossier, journey, carrier))


def journey_of(row: Any) -> Journey:
    if not row.resume:
        return Journey()
    leg = row.resume["leg"]
    return Journey(
        stage=Stage(row.stage),
        holder=Holder(row.holder),
        place=row.place,
        since=row.since,
        leg=Leg(leg[0], Direction(leg[1]), Holder(leg[2]), datetime.fromisoformat(leg[3]))
        if leg
        else None,
        past_parcels=frozenset(row.resume["past"]),
        result_ready_at=row.result_ready_at,
        closed_by=Act(row.closed_by) if row.closed_by else None,
        closed_at=row.settled_at if row.closed_by else None,
        flags=frozenset(map(Flag, row.flags)),
        last=order_in(row.resume["last"]),
    )


def last_known(dossier: Dossier) -> datetime:
    """Return when the latest thing that is known of a dossier happened."""
    return order_in(dossier.resume["last"])[0] if dossier.resume else Journey().last[0]
