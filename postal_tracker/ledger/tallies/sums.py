"""Cells and what is in them: changes are added at the end, and folded into sums once a minute."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select, union_all
from sqlmodel import Session, col

from postal_tracker.storage.bulk import NewRows, insert_into
from postal_tracker.storage.tables import Tally, TallyChange, table_of


class Cell(NamedTuple):
    """What is counted together. Zero or empty is what does not tell the holder apart."""

    kind: str
    day: date
    office_id: int
    authority_id: int = 0
    holder: str = ""
    carrier: str = ""
    place: str = ""


CELL = Cell._fields
"""Its columns."""

Changes = tuple[list[Cell], list[Cell]]
"""From which cells one is to be taken, and to which to add one."""


def change(connection: Connection, gone: Iterable[Cell], come: Iterable[Cell]) -> None:
    """Take one from each cell that was left, and add one to each that was come to."""
    by = Counter(come)
    by.subtract(gone)
    add(connection, by)


def add(connection: Connection, by: Mapping[Cell, int]) -> None:
    """Add to cells; zeros are passed over."""
    rows = [(*cell, n) for cell, n in by.items() if n]
    if rows:
        _CHANGES.put(connection, rows)


_CHANGES = NewRows(TallyChange, *CELL, "n")


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
    new = insert_into(connection, table_of(Tally))
    added = {"n": table_of(Tally).c.n + new.excluded.n}
    return new.on_conflict_do_update(index_elements=CELL, set_=added)


def _columns(table: Any) -> list[Any]:
    return [col(getattr(table, name)) for name in (*CELL, "n")]


def told(*wanted: Any) -> Any:
    """Return sums and changes as one thing to select from. `wanted` makes conditions of a table."""
    halves = (
        select(*_columns(table)).where(*(want(table) for want in wanted))
        for table in (Tally, TallyChange)
    )
    return union_all(*halves).subquery("told")
