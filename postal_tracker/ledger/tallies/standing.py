"""Where dossiers stand, by when they are due, how they were decided: up to three cells for each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal, select
from sqlmodel import col

from postal_tracker.core.journey import Holder, Journey
from postal_tracker.core.working_days import local_day
from postal_tracker.ledger.tallies.local_days import FirstOfMonth, LocalDay
from postal_tracker.ledger.tallies.sums import Cell, Changes
from postal_tracker.storage.bulk import among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Dossier, Enclosure, Parcel

HERE, DUE = "here", "due"
"""Open, by the local day since when it is there; owed and not stopped, by the appointed day."""

AHEAD, ON_TIME, LATE = "ahead", "on_time", "late"
"""With a result, by the first of the local month in which that was ready."""

HOW_DECIDED = (AHEAD, ON_TIME, LATE)


def cells(dossier: Any, journey: Journey, carrier: str) -> Iterator[Cell]:
    """Return in which cells a dossier stands that is so far; `carrier`: whose parcel it is in."""
    if not journey.is_over:
        there = _there(dossier, journey, carrier)
        yield Cell(HERE, local_day(journey.since), *there)
        if journey.settled_at is None and not dossier.stopped:
            yield Cell(DUE, dossier.due_on, *there)
    if journey.result_ready_at is not None:
        on, due = local_day(journey.result_ready_at), dossier.due_on
        kind = AHEAD if on < due else ON_TIME if on == due else LATE
        yield Cell(kind, on.replace(day=1), dossier.office_id, dossier.authority_id)


def _there(dossier: Any, journey: Journey, carrier: str) -> tuple[int, int, str, str, str]:
    holder = journey.holder
    authority = dossier.authority_id if holder is Holder.AUTHORITY else 0
    post = (carrier, journey.place) if holder is Holder.POST else ("", "")
    return dossier.office_id, authority, holder.value, *post


def moves(
    connection: Connection,
    was: Sequence[tuple[Any, Journey]],
    is_: Sequence[tuple[Any, Journey]],
) -> Changes:
    """Return how dossiers, each by its row, go from where they were to where they are now."""
    carriers = {row.parcel_id: row.carrier for row, _ in is_ if row.parcel_id is not None}
    unknown = {parcel for _, journey in (*was, *is_) if (parcel := _carrying(journey))}
    if unknown := unknown - set(carriers):
        found = _CARRIERS.all(connection, {"ids": sorted(unknown)})
        carriers |= {row.id: row.carrier for row in found}

    def stood(where: Iterable[tuple[Any, Journey]]) -> Iterator[Cell]:
        for row, journey in where:
            yield from cells(row, journey, carriers.get(_carrying(journey), ""))

    return list(stood(was)), list(stood(is_))


def _carrying(journey: Journey) -> int | None:
    """Return in which parcel a dossier is with the post."""
    return journey.leg.parcel if journey.leg and journey.holder is Holder.POST else None


_CARRIERS = Prepared(
    select(col(Parcel.id), col(Parcel.carrier)).where(among(col(Parcel.id), "ids"))
)


# What is right


def right() -> list[Any]:
    """Return the queries that count: a row for each dossier in each of its cells, minus one."""
    return [_right(kind) for kind in (HERE, DUE, AHEAD)]  # the last with all that are decided


def _right(kind: str) -> Any:
    holder, ready = col(Dossier.holder), col(Dossier.result_ready_at)
    by_post = holder == Holder.POST.value
    there = (
        col(Dossier.office_id),
        case((holder == Holder.AUTHORITY.value, col(Dossier.authority_id)), else_=0),
        holder,
        case((by_post, func.coalesce(col(Parcel.carrier), "")), else_=""),
        case((by_post, col(Dossier.place)), else_=""),
    )
    minus = literal(-1)
    if kind == HERE:
        rows = select(literal(HERE), LocalDay(col(Dossier.since)), *there, minus)
        return _riding(rows).where(col(Dossier.open))
    if kind == DUE:
        rows = select(literal(DUE), col(Dossier.due_on), *there, minus)
        owed = (col(Dossier.open), col(Dossier.settled_at).is_(None), ~col(Dossier.stopped))
        return _riding(rows).where(*owed)
    on, none = LocalDay(ready), literal("")
    how = case((on < col(Dossier.due_on), AHEAD), (on == col(Dossier.due_on), ON_TIME), else_=LATE)
    whose = (col(Dossier.office_id), col(Dossier.authority_id))
    rows = select(how, FirstOfMonth(ready), *whose, none, none, none, minus)
    return rows.where(ready.is_not(None))


def _riding(rows: Any) -> Any:
    inside = and_(col(Enclosure.dossier_id) == col(Dossier.id), col(Enclosure.open))
    return (
        rows.select_from(Dossier)
        .join(Enclosure, inside, isouter=True)
        .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id), isouter=True)
    )
