"""Which rows are not in the log yet: those that are committed and have no leaf.

Ids are taken before the commit, so where several processes write to PostgreSQL a row may appear
after rows with higher ids. A sweep therefore begins below whatever may still come: every row below
`settled` has its leaf, or was never committed. A new sweeper begins at 0 and looks at everything.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    bindparam,
    column,
    delete,
    exists,
    literal,
    select,
    text,
    update,
)
from sqlmodel import Session, col

from postal_tracker.ledger.log import leaves
from postal_tracker.ledger.log.leaves import KINDS, Kind
from postal_tracker.storage.bulk import insert_unless_known
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import LogDue, LogLeaf, LogSealed, table_of

MOST = 2_000
"""Rows of a kind that are taken at once."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One to be appended."""

    kind: str
    row_id: int
    hash: str
    salt: str | None = None
    content: str | None = None
    """Kept only where something is sealed: the row alone does not give it back."""


def note_due(session: Session, kind: str, row_id: int) -> None:
    """Let a row become a leaf, with the transaction that makes it what it is."""
    connection = session.connection()
    statement = insert_unless_known(connection, table_of(LogDue))
    connection.execute(statement, [{"kind": kind, "row_id": row_id}])


def forget_salts(connection: Connection, ids: Sequence[int], *, kind: str) -> None:
    """Erase what leaves commit to: without its salt nobody can try what it was."""
    those = select(col(LogLeaf.seq)).where(col(LogLeaf.kind) == kind, col(LogLeaf.row_id).in_(ids))
    connection.execute(update(LogSealed).where(col(LogSealed.seq).in_(those)).values(salt=None))


@dataclass(slots=True)
class Sweep:
    """Where to go on looking, of one kind whose rows are leaves from their beginning."""

    kind: Kind
    settled: int = 0
    _cursor: int = 0
    _first: int | None = None
    """The highest id that had a leaf."""
    _second: int | None = None
    """The first transaction that had not begun a sweep later."""

    @property
    def is_under_way(self) -> bool:
        return self._cursor > 0

    def next(self, connection: Connection, seen: Any) -> Sequence[Any]:
        """Return rows that have no leaf; the sweep goes on behind them, or begins anew.

        `seen` are PostgreSQL's oldest and next transactions before that.
        """
        began_low, self._cursor = self._cursor <= self.settled, max(self.settled, self._cursor)
        rows = _unlogged(self.kind.name).all(connection, {"above": self._cursor})
        if began_low:
            self._settle(connection, rows[0].id if rows else None, seen)
        self._cursor = rows[-1].id if len(rows) == MOST else 0
        return rows

    def _settle(self, connection: Connection, first_due: int | None, seen: Any) -> None:
        """Move up below what may still be written.

        An id may have been taken by a transaction that has no number yet; it has one a sweep later.
        """
        if seen is None:  # SQLite has one writer: ids are in the order of commits
            last = self._highest(connection) if first_due is None else first_due - 1
            self.settled = max(self.settled, last)
        elif self._first is None:
            self._first = self._highest(connection)
        elif self._second is None:
            self._second = seen.next_
        elif seen.oldest >= self._second:
            if first_due is None or first_due > self._first:
                self.settled = self._first
            self._first = self._second = None

    def _highest(self, connection: Connection) -> int:
        found = _HIGHEST.first(connection, {"of_kind": self.kind.name})
        return found.row_id if found else 0


def snapshot(connection: Connection) -> Any:
    """Return PostgreSQL's oldest transaction that goes on, and its next; None of SQLite."""
    return None if connection.dialect.name == "sqlite" else _SNAPSHOT.first(connection, {})


_SNAPSHOT = Prepared(
    text(
        "SELECT pg_snapshot_xmin(now_)::text::bigint AS oldest, "
        "pg_snapshot_xmax(now_)::text::bigint AS next_ FROM pg_current_snapshot() AS now_"
    ).columns(column("oldest", BigInteger), column("next_", BigInteger))
)

_HIGHEST = Prepared(
    select(col(LogLeaf.row_id))
    .where(col(LogLeaf.kind) == bindparam("of_kind"))
    .order_by(col(LogLeaf.row_id).desc())
    .limit(1)
)


@cache
def _unlogged(name: str) -> Prepared:
    kind, table = KINDS[name], table_of(KINDS[name].model)
    has_leaf = exists().where(col(LogLeaf.kind) == literal(name), col(LogLeaf.row_id) == table.c.id)
    query = select(*(table.c[one] for one in kind.columns)).order_by(table.c.id).limit(MOST)
    return Prepared(query.where(table.c.id > bindparam("above"), ~has_leaf))


@dataclass(slots=True)
class Sweeper:
    """Finds what is due of every kind."""

    _sweeps: list[Sweep] = field(
        default_factory=lambda: [Sweep(kind) for kind in KINDS.values() if not kind.is_noted]
    )

    def next(self, connection: Connection) -> tuple[list[Leaf], bool]:
        """Return leaves to append, and whether there are more."""
        found, is_more, seen = list(_noted(connection)), False, snapshot(connection)
        for sweep in self._sweeps:
            rows = sweep.next(connection, seen)
            is_more = is_more or sweep.is_under_way
            found += [leaf_of(connection, sweep.kind, row._asdict()) for row in rows]
        return found, is_more


def leaf_of(connection: Connection, kind: Kind, row: leaves.Row) -> Leaf:
    salt = secrets.token_hex(32) if kind.sealed else None
    text_ = leaves.content(connection, kind, row, salt)
    kept = text_ if kind.sealed else None
    return Leaf(kind.name, row["id"], leaves.hash_of(text_), salt, kept)


def _noted(connection: Connection) -> Iterator[Leaf]:
    """Return leaves of rows that somebody has noted."""
    for due in _DUE.all(connection, {}):
        kind, table = KINDS[due.kind], table_of(KINDS[due.kind].model)
        columns = [table.c[name] for name in kind.columns]
        row = connection.execute(select(*columns).where(table.c.id == due.row_id)).mappings().one()
        yield leaf_of(connection, kind, dict(row))


_DUE = Prepared(
    select(col(LogDue.kind), col(LogDue.row_id)).order_by(col(LogDue.row_id)).limit(MOST)
)


def settle_noted(connection: Connection, appended: Sequence[Leaf]) -> None:
    for leaf in appended:
        if KINDS[leaf.kind].is_noted:
            gone = (col(LogDue.kind) == leaf.kind, col(LogDue.row_id) == leaf.row_id)
            connection.execute(delete(LogDue).where(*gone))
