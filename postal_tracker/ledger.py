"""The only writer of history: what happened, once, and where everything stands after it.

`record` adds entries and brings the copies (stage, location, milestone) up to date in the same
transaction. It is set-based: a thousand entries cost a handful of statements. A history that grows
at its end is followed; one that changes in its middle is replayed from its beginning.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, null, or_, select, true, update
from sqlmodel import Session, col

from adapters.event import Milestone, Reason, Source
from postal_tracker import notices
from postal_tracker.bulk import ChangedRows, NewRows, among
from postal_tracker.journey import (
    FINAL_MILESTONES,
    Act,
    Direction,
    Fact,
    Flag,
    Holder,
    Journey,
    Leg,
    ParcelJourney,
    Stage,
    What,
    follow,
    follow_parcel,
    replay,
    replay_parcel,
)
from postal_tracker.tables import Dossier, Enclosure, EntryNote, LedgerEntry, Parcel


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

    @property
    def is_claim(self) -> bool:
        return self.what in FINAL_MILESTONES and not self.source.is_trusted


def record(session: Session, entries: Sequence[NewEntry], *, now: datetime) -> list[int | None]:
    """Add entries and bring every copy up to date; return each one's id, None if it was known.

    Known is an entry with the same key, or a scan of the same parcel, milestone, time and place.
    """
    connection = session.connection()
    first = {entry.key: entry for entry in reversed(entries)}
    distinct = [entry for entry in entries if first[entry.key] is entry]
    ids = _insert(connection, distinct, now)
    new = [entry for entry in distinct if entry.key in ids]
    _insert_notes(connection, new, ids)
    _bring_up_to_date(connection, new, now)
    taken = dict(ids)  # the same key twice in one call is recorded once
    return [taken.pop(entry.key, None) for entry in entries]


def _insert(connection: Connection, entries: Sequence[NewEntry], now: datetime) -> dict[str, int]:
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
    )


def _insert_notes(
    connection: Connection, entries: Iterable[NewEntry], ids: Mapping[str, int]
) -> None:
    rows = [{"entry_id": ids[e.key], "text": e.note} for e in entries if e.note]
    if rows:
        connection.execute(EntryNote.__table__.insert(), rows)  # type: ignore[attr-defined]


def _bring_up_to_date(connection: Connection, new: Sequence[NewEntry], now: datetime) -> None:
    """Lock what the entries speak of (parcels first, each kind by id), then move it."""
    of_parcels: dict[int, list[NewEntry]] = defaultdict(list)
    of_dossiers: dict[int, list[NewEntry]] = defaultdict(list)
    for entry in new:
        if entry.dossier_id is not None:
            of_dossiers[entry.dossier_id].append(entry)
        elif entry.parcel_id is not None:
            of_parcels[entry.parcel_id].append(entry)
    parcels = _lock(connection, _PARCELS, of_parcels)
    dossiers = _lock_dossiers(connection, of_dossiers, of_parcels)
    _move_parcels(connection, parcels, of_parcels)
    for dossier, parcel_ids in dossiers.values():
        for parcel_id in parcel_ids:
            of_dossiers[dossier.id].extend(of_parcels[parcel_id])
    directions = {row.id: Direction(row.direction) for row in parcels}
    _move_dossiers(connection, [d for d, _ in dossiers.values()], of_dossiers, directions, now)


_PARCEL = (
    col(Parcel.id),
    col(Parcel.direction),
    col(Parcel.open),
    col(Parcel.milestone),
    col(Parcel.place),
    col(Parcel.milestone_at),
    col(Parcel.flags),
    col(Parcel.resume),
)

_DOSSIER = (
    col(Dossier.id),
    col(Dossier.stage),
    col(Dossier.holder),
    col(Dossier.place),
    col(Dossier.since),
    col(Dossier.result_ready_at),
    col(Dossier.flags),
    col(Dossier.resume),
)


_PARCELS = (
    select(*_PARCEL).where(among(col(Parcel.id), "ids")).order_by(col(Parcel.id)).with_for_update()
)

_NAMED = (
    select(*_DOSSIER, null().label("parcel_id"))
    .where(among(col(Dossier.id), "ids"))
    .order_by(col(Dossier.id))
    .with_for_update()
)

_INSIDE = (
    select(*_DOSSIER, col(Enclosure.parcel_id))
    .join(Enclosure, col(Enclosure.dossier_id) == col(Dossier.id))
    .where(among(col(Enclosure.parcel_id), "ids"))
    .order_by(col(Dossier.id))
    .with_for_update(of=Dossier)
)


def _lock(connection: Connection, query: Any, ids: Iterable[int]) -> Sequence[Row[Any]]:
    wanted = sorted(ids)
    return connection.execute(query, {"ids": wanted}).all() if wanted else []


def _lock_dossiers(
    connection: Connection, ids: Iterable[int], parcel_ids: Iterable[int]
) -> dict[int, tuple[Row[Any], list[int]]]:
    """Return the dossiers named, and those in the parcels named, each with these parcels."""
    found: dict[int, tuple[Row[Any], list[int]]] = {}
    for row in [*_lock(connection, _NAMED, ids), *_lock(connection, _INSIDE, parcel_ids)]:
        _, parcels = found.setdefault(row.id, (row, []))
        if row.parcel_id is not None:
            parcels.append(row.parcel_id)
    return found


# Parcels


def _move_parcels(
    connection: Connection, rows: Sequence[Row[Any]], new: Mapping[int, list[NewEntry]]
) -> None:
    moved: dict[int, ParcelJourney] = {}
    lost_thread = []
    for row in rows:
        parcel = _followed_parcel(_parcel_journey(row), new[row.id])
        if parcel is None:
            lost_thread.append(row.id)
        else:
            moved[row.id] = parcel
    moved |= replay_parcels(connection, lost_thread)
    was_open = {row.id: row.open for row in rows}
    new_columns = {id_: parcel_columns(parcel) for id_, parcel in moved.items()}
    on, over = _split(new_columns, lambda id_: new_columns[id_]["open"] == was_open[id_])
    _MOVE_PARCEL.store(connection, on)
    _UPDATE_PARCEL.store(connection, over)


_Columns = Mapping[int, dict[str, Any]]
"""What is to be stored in some rows, by id."""


def _split(rows: _Columns, is_first: Callable[[int], bool]) -> tuple[_Columns, _Columns]:
    first = {id_: row for id_, row in rows.items() if is_first(id_)}
    return first, {id_: row for id_, row in rows.items() if id_ not in first}


# SQLite writes every index whose column an UPDATE names, even if the value stays; so the usual move
# has a narrower one than the change of hands.

_MOVE = ("milestone", "place", "milestone_at", "flags", "resume")

_MOVE_PARCEL = ChangedRows(Parcel, *_MOVE)

_UPDATE_PARCEL = ChangedRows(
    Parcel,
    "open",
    *_MOVE,
    next_check_at=lambda new: case((new.open == true(), col(Parcel.next_check_at))),
)


def _followed_parcel(parcel: ParcelJourney, entries: Iterable[NewEntry]) -> ParcelJourney | None:
    after: ParcelJourney | None = parcel
    for fact in sorted((_fact_of(e) for e in entries), key=lambda f: f.happened_at):
        if fact.what is Act.STRUCK_OUT or after is None:
            return None
        after = follow_parcel(after, fact)
    return after


def replay_parcels(connection: Connection, ids: Sequence[int]) -> dict[int, ParcelJourney]:
    """Return where these parcels stand, from the ledger alone."""
    if not ids:
        return {}
    facts = _facts(connection, col(LedgerEntry.parcel_id).in_(ids), ids)
    of_parcel: dict[int, list[Fact]] = {id_: [] for id_ in ids}
    for dossier_id, parcel_id, fact in facts:
        if dossier_id is None and parcel_id is not None:
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
        "flags": sorted(parcel.flags),
        "resume": {"last": _order_out(parcel.last)},
    }


def _parcel_journey(row: Row[Any]) -> ParcelJourney:
    if not row.resume:
        return ParcelJourney()
    return ParcelJourney(
        milestone=Milestone(row.milestone) if row.milestone else None,
        place=row.place,
        since=row.milestone_at or ParcelJourney().since,
        flags=frozenset(map(Flag, row.flags)),
        last=_order_in(row.resume["last"]),
    )


# Dossiers


def _move_dossiers(
    connection: Connection,
    rows: Sequence[Row[Any]],
    new: Mapping[int, list[NewEntry]],
    directions: Mapping[int, Direction],
    now: datetime,
) -> None:
    before = {row.id: _journey(row) for row in rows}
    after: dict[int, Journey] = {}
    lost_thread = []
    for id_, journey in before.items():
        followed = _followed(journey, new[id_], directions)
        if followed is None:
            lost_thread.append(id_)
        else:
            after[id_] = followed
    after |= replay_dossiers(connection, lost_thread)
    moved = {id_: journey for id_, journey in after.items() if journey != before[id_]}
    if not moved:
        return
    new_columns = {id_: columns(journey) for id_, journey in moved.items()}
    on, changed_hands = _split(new_columns, lambda i: _is_alike(before[i], moved[i]))
    _MOVE_DOSSIER.store(connection, on)
    _UPDATE_DOSSIER.store(connection, changed_hands)
    _open_and_close(connection, before, moved)
    notices.queue(connection, before, moved, now=now)


def _is_alike(before: Journey, after: Journey) -> bool:
    return before.stage is after.stage and before.holder is after.holder


_WAIT = ("place", "since", "result_ready_at", "flags", "resume")

_MOVE_DOSSIER = ChangedRows(Dossier, *_WAIT)

_UPDATE_DOSSIER = ChangedRows(Dossier, "open", "stage", "holder", *_WAIT)


def _followed(
    journey: Journey, entries: Iterable[NewEntry], directions: Mapping[int, Direction]
) -> Journey | None:
    after: Journey | None = journey
    facts = [_fact_of(entry, directions.get(entry.parcel_id or 0)) for entry in entries]
    for fact in sorted(facts, key=lambda f: f.happened_at):
        if after is None:
            return None
        after = follow(after, fact)
    return after


def _open_and_close(
    connection: Connection, before: Mapping[int, Journey], after: Mapping[int, Journey]
) -> None:
    """An enclosure is open while its parcel is the dossier's present leg."""
    changed = {
        id_: journey.leg.parcel if journey.leg else None
        for id_, journey in after.items()
        if journey.leg != before[id_].leg
    }
    _put_into(connection, changed)


def _put_into(connection: Connection, parcel_of: Mapping[int, int | None]) -> None:
    if not parcel_of:
        return
    changed = [{"b_dossier": id_, "b_parcel": parcel} for id_, parcel in parcel_of.items()]
    # Close first: a dossier may have one open enclosure only, and the database sees to it.
    connection.execute(_CLOSE, changed)
    connection.execute(_OPEN, changed)


_OF_DOSSIER = update(Enclosure).where(col(Enclosure.dossier_id) == bindparam("b_dossier"))
_CLOSE = _OF_DOSSIER.where(col(Enclosure.open)).values(open=False)
_OPEN = _OF_DOSSIER.where(col(Enclosure.parcel_id) == bindparam("b_parcel")).values(open=True)


def replay_dossiers(connection: Connection, ids: Sequence[int]) -> dict[int, Journey]:
    """Return where these dossiers stand, from the ledger alone."""
    if not ids:
        return {}
    inside: dict[int, list[int]] = defaultdict(list)
    rides = select(col(Enclosure.parcel_id), col(Enclosure.dossier_id))
    for ride in connection.execute(rides.where(col(Enclosure.dossier_id).in_(ids))):
        inside[ride.parcel_id].append(ride.dossier_id)
    wanted = or_(col(LedgerEntry.dossier_id).in_(ids), col(LedgerEntry.parcel_id).in_(list(inside)))
    histories: dict[int, list[Fact]] = {id_: [] for id_ in ids}
    for dossier_id, parcel_id, fact in _facts(connection, wanted, ids):
        for owner in [dossier_id] if dossier_id is not None else inside[parcel_id or 0]:
            if owner in histories:
                histories[owner].append(fact)
    return {id_: replay(history) for id_, history in histories.items()}


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
        "flags": sorted(journey.flags),
        "resume": {
            "last": _order_out(journey.last),
            "past": sorted(journey.past_parcels),
            "leg": leg
            and [leg.parcel, leg.direction.value, leg.origin.value, _moment_out(leg.sealed_at)],
        },
    }


def _journey(row: Row[Any]) -> Journey:
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
        flags=frozenset(map(Flag, row.flags)),
        last=_order_in(row.resume["last"]),
    )


def last_known(dossier: Dossier) -> datetime:
    """Return when the latest thing that is known of a dossier happened."""
    return _order_in(dossier.resume["last"])[0] if dossier.resume else Journey().last[0]


def _order_out(order: tuple[datetime, int, str]) -> list[Any]:
    return [_moment_out(order[0]), order[1], order[2]]


def _moment_out(moment: datetime) -> str:
    """Return a moment as it is stored in JSON: in UTC, or the same one would have many forms."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()


def _order_in(order: Sequence[Any]) -> tuple[datetime, int, str]:
    return datetime.fromisoformat(order[0]), order[1], order[2]


# From rows to facts


def what_of(word: str) -> What:
    """Return the milestone or act that a stored word names."""
    return _WHAT[word]


_WHAT: dict[str, What] = {**{m.value: m for m in Milestone}, **{a.value: a for a in Act}}


def _fact_of(entry: NewEntry, direction: Direction | None = None) -> Fact:
    return Fact(
        key=entry.key,
        what=entry.what,
        happened_at=entry.happened_at,
        source=entry.source,
        place=entry.place,
        reason=entry.reason,
        parcel=entry.parcel_id,
        direction=direction,
    )


def _facts(
    connection: Connection, wanted: Any, ids: Sequence[int]
) -> list[tuple[int | None, int | None, Fact]]:
    if not ids:
        return []
    query = (
        select(LedgerEntry.__table__, col(Parcel.direction))  # type: ignore[attr-defined]
        .join(Parcel, col(Parcel.id) == col(LedgerEntry.parcel_id), isouter=True)
        .where(wanted)
    )
    rows = connection.execute(query).all()
    keys = {row.id: row.key for row in rows}
    return [(row.dossier_id, row.parcel_id, _fact(row, keys)) for row in rows]


def _fact(row: Row[Any], keys: Mapping[int, str]) -> Fact:
    return Fact(
        key=row.key,
        what=_WHAT[row.what],
        happened_at=row.happened_at,
        source=Source(row.source),
        place=row.place,
        reason=Reason(row.reason) if row.reason else None,
        parcel=row.parcel_id,
        direction=Direction(row.direction) if row.direction else None,
        strikes=keys.get(row.strikes_id) if row.strikes_id else None,
    )


# Checking the copies


def differences(session: Session, *, mend: bool = False) -> list[str]:
    """Return what is stored otherwise than a replay of the ledger says; empty if all is well.

    With `mend`, also store what the ledger says.
    """
    connection = session.connection()
    parcels = _differing(connection, Parcel, replay_parcels, parcel_columns)
    dossiers = _differing(connection, Dossier, replay_dossiers, columns)
    rides = _wrong_rides(connection, dossiers)
    if mend:
        _UPDATE_PARCEL.store(connection, parcels)
        _UPDATE_DOSSIER.store(connection, dossiers)
        _put_into(connection, rides)
    return [
        f"{noun} {id_}"
        for noun, found in (("parcel", parcels), ("dossier", sorted({*dossiers, *rides})))
        for id_ in found
    ]


def _wrong_rides(
    connection: Connection, right: Mapping[int, dict[str, Any]]
) -> dict[int, int | None]:
    """Return the parcel in which a dossier should be, of those whose enclosures say otherwise.

    `right` are the right columns of dossiers that have wrong ones.
    """
    open_ride = and_(col(Enclosure.dossier_id) == col(Dossier.id), col(Enclosure.open))
    query = (
        select(col(Dossier.id), col(Dossier.resume), col(Enclosure.parcel_id))
        .join(Enclosure, open_ride, isouter=True)
        .execution_options(yield_per=500)
    )
    wrong: dict[int, int | None] = {}
    for id_, stored, parcel in connection.execute(query):
        leg = (right[id_]["resume"] if id_ in right else stored).get("leg")
        wanted = leg[0] if leg else None
        if wanted != parcel:
            wrong[id_] = wanted
    return wrong


def _differing(
    connection: Connection, table: Any, replayed: Any, columns_of: Any
) -> dict[int, dict[str, Any]]:
    """Return the right columns of the rows that have others, by id; in batches, by id."""
    wrong: dict[int, dict[str, Any]] = {}
    last = 0
    while True:
        query = (
            select(table.__table__).where(col(table.id) > last).order_by(col(table.id)).limit(500)
        )
        rows = connection.execute(query).all()
        if not rows:
            return wrong
        last = rows[-1].id
        right = replayed(connection, [row.id for row in rows])
        for row in rows:
            wanted = columns_of(right[row.id])
            if any(getattr(row, name) != value for name, value in wanted.items()):
                wrong[row.id] = wanted
