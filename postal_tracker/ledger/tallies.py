"""How many dossiers are where, due when and decided how: tallies, so that nobody counts them.

A tally is a projection, kept in the transaction of what it counts (a materialised aggregate). Each
dossier stands in up to three cells; when it moves, one is taken from those it leaves and added to
those it comes to. That is only ever added to the end of a table of changes: so no two processes
wait for each other at the cell that everybody's scans change. Once a minute the changes are folded
into the sums. Whoever asks adds both up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Date,
    Row,
    and_,
    case,
    delete,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import Session, col

from postal_tracker.core.journey import Holder, Journey
from postal_tracker.core.working_days import local_day
from postal_tracker.storage.bulk import NewRows, among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import Dossier, Enclosure, Parcel, Tally, TallyChange, table_of

HERE, DUE = "here", "due"
"""Open, by the local day since when it is there; open without a result, by the appointed day."""

AHEAD, ON_TIME, LATE = "ahead", "on_time", "late"
"""With a result, by the first of the local month in which that was ready."""


class Cell(NamedTuple):
    """What is counted together. Zero or empty is what does not tell the holder apart."""

    kind: str
    day: date
    office_id: int
    authority_id: int = 0
    holder: str = ""
    carrier: str = ""
    place: str = ""


_CELL = Cell._fields


def cells(dossier: Any, journey: Journey, carrier: str) -> Iterator[Cell]:
    """Return in which cells a dossier stands that is so far; `carrier`: whose parcel it is in."""
    if not journey.is_over:
        there = _there(dossier, journey, carrier)
        yield Cell(HERE, local_day(journey.since), *there)
        if journey.result_ready_at is None:
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


def tell(
    connection: Connection,
    rows: Sequence[Row[Any]],
    before: Mapping[int, Journey],
    after: Mapping[int, Journey],
) -> None:
    """Count these dossiers where they are now; before it was taken in, one was nowhere."""
    was = [(row, before[row.id]) for row in rows if row.resume]
    is_ = [(row, after[row.id]) for row in rows]
    carriers = {row.parcel_id: row.carrier for row in rows if row.parcel_id is not None}
    unknown = {parcel for _, journey in (*was, *is_) if (parcel := _carrying(journey))}
    if unknown := unknown - set(carriers):
        found = _CARRIERS.all(connection, {"ids": sorted(unknown)})
        carriers |= {row.id: row.carrier for row in found}

    def stood(where: Iterable[tuple[Row[Any], Journey]]) -> Iterator[Cell]:
        for row, journey in where:
            yield from cells(row, journey, carriers.get(_carrying(journey), ""))

    change(connection, stood(was), stood(is_))


def _carrying(journey: Journey) -> int | None:
    """Return in which parcel a dossier is with the post."""
    return journey.leg.parcel if journey.leg and journey.holder is Holder.POST else None


_CARRIERS = Prepared(
    select(col(Parcel.id), col(Parcel.carrier)).where(among(col(Parcel.id), "ids"))
)


def change(connection: Connection, gone: Iterable[Cell], come: Iterable[Cell]) -> None:
    """Take one from each cell that was left, and add one to each that was come to."""
    by = Counter(come)
    by.subtract(gone)
    _add(connection, by)


def _add(connection: Connection, by: Mapping[Cell, int]) -> None:
    rows = [(*cell, n) for cell, n in by.items() if n]
    if rows:
        _CHANGES.put(connection, rows)


_CHANGES = NewRows(TallyChange, *_CELL, "n")


def fold(session: Session, most: int) -> int:
    """Fold the oldest changes into the sums; return how many."""
    connection = session.connection()
    oldest = select(col(TallyChange.id)).order_by(col(TallyChange.id)).limit(most)
    fold_them = delete(TallyChange).where(
        col(TallyChange.id).in_(oldest.with_for_update(skip_locked=True))
    )
    gone = connection.execute(fold_them.returning(*_columns(TallyChange))).all()
    by: Counter[Cell] = Counter()
    for *cell, n in gone:
        by[Cell(*cell)] += n
    # In one order: two processes may fold at once.
    rows = [{**cell._asdict(), "n": n} for cell, n in sorted(by.items()) if n]
    if rows:
        connection.execute(_to_sums(connection), rows)
        connection.execute(delete(Tally).where(col(Tally.n) == 0))
    return len(gone)


def _to_sums(connection: Connection) -> Any:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(table_of(Tally))
    added = {"n": table_of(Tally).c.n + new.excluded.n}
    return new.on_conflict_do_update(index_elements=_CELL, set_=added)


def _columns(table: Any) -> list[Any]:
    return [col(getattr(table, name)) for name in (*_CELL, "n")]


def told(*wanted: Any) -> Any:
    """Return sums and changes as one thing to select from. `wanted` makes conditions of a table."""
    halves = (
        select(*_columns(table)).where(*(want(table) for want in wanted))
        for table in (Tally, TallyChange)
    )
    return union_all(*halves).subquery("told")


# What is right


def differing(connection: Connection) -> Mapping[Cell, int]:
    """Return by how much cells are too high, all in one look: others write meanwhile."""
    told_ = told().c
    both = union_all(
        select(*(told_[name] for name in (*_CELL, "n"))), *(_right(kind) for kind in _KINDS)
    ).subquery("both")
    cell = [both.c[name] for name in _CELL]
    too_much = func.sum(both.c.n)
    query = select(*cell, too_much).group_by(*cell).having(too_much != 0)
    return {Cell(*row[:-1]): row[-1] for row in connection.execute(query)}


def mend(connection: Connection, too_high: Mapping[Cell, int]) -> None:
    """Add what is missing and take away what is too much, as `differing` says."""
    _add(connection, {cell: -n for cell, n in too_high.items()})


_KINDS = (HERE, DUE, AHEAD)
"""Of the three that tell how it was decided, one stands for all."""


def _right(kind: str) -> Any:
    """Return a row for each dossier, with minus one for it."""
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
        rows = select(literal(HERE), _LocalDay(col(Dossier.since)), *there, minus)
        return _riding(rows).where(col(Dossier.open))
    if kind == DUE:
        rows = select(literal(DUE), col(Dossier.due_on), *there, minus)
        return _riding(rows).where(col(Dossier.open), ready.is_(None))
    on, none = _LocalDay(ready), literal("")
    how = case((on < col(Dossier.due_on), AHEAD), (on == col(Dossier.due_on), ON_TIME), else_=LATE)
    whose = (col(Dossier.office_id), col(Dossier.authority_id))
    rows = select(how, _FirstOfMonth(ready), *whose, none, none, none, minus)
    return rows.where(ready.is_not(None))


def _riding(rows: Any) -> Any:
    inside = and_(col(Enclosure.dossier_id) == col(Dossier.id), col(Enclosure.open))
    return (
        rows.select_from(Dossier)
        .join(Enclosure, inside, isouter=True)
        .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id), isouter=True)
    )


class _LocalDay(FunctionElement[Any]):
    """The day of a moment in Vietnam."""

    type = Date()
    inherit_cache = True


class _FirstOfMonth(_LocalDay):
    """The first day of its month in Vietnam."""

    inherit_cache = True


@compiles(_LocalDay, "sqlite")
def _day_in_sqlite(element: _LocalDay, compiler: SQLCompiler, **how: Any) -> str:
    month = ", 'start of month'" if isinstance(element, _FirstOfMonth) else ""
    return f"date({compiler.process(element.clauses, **how)}, '+7 hours'{month})"


@compiles(_LocalDay, "postgresql")
def _day_in_postgres(element: _LocalDay, compiler: SQLCompiler, **how: Any) -> str:
    local = f"timezone('Asia/Ho_Chi_Minh', {compiler.process(element.clauses, **how)})"
    if isinstance(element, _FirstOfMonth):
        local = f"date_trunc('month', {local})"
    return f"CAST({local} AS date)"
