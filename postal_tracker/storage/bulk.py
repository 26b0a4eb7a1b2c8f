"""Many rows in one statement: they travel as one value, and the database takes it apart.

A statement for each row costs more in Python than in the database; and between two of them SQLite
has to wait until the other threads hand the interpreter back.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    LargeBinary,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables.columns import table_of

Values = Mapping[str, Any]

Processor = Callable[[Any], Any]


def among(which: Any, name: str) -> ColumnElement[bool]:
    """Ask whether a column is in the list that is given under this name when the query runs.

    Unlike an IN of SQLAlchemy's it has the same words for a list of any length, and so is
    translated and planned once.
    """
    value = _Members(bindparam(name, type_=_List(which.type))).column_valued("value")
    found: ColumnElement[bool] = which.in_(select(value))
    return found


class _Members(FunctionElement[Any]):
    """The members of a list as rows; both databases call their column by the alias, `value`."""

    inherit_cache = True


@compiles(_Members, "sqlite")
def _members_of_json(element: _Members, compiler: SQLCompiler, **how: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **how)})"


@compiles(_Members, "postgresql")
def _members_of_array(element: _Members, compiler: SQLCompiler, **how: Any) -> str:
    return f"unnest({compiler.process(element.clauses, **how)})"


class _List(TypeDecorator[Sequence[Any]]):
    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.of))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return to_json(value).decode() if dialect.name == "sqlite" else value


def how_often(connection: Connection, query: Any) -> Mapping[int, int]:
    """Return how many rows of a query have which whole number; that is all it selects.

    SQLite sorts what it groups: of many rows they are sooner counted here, sent as one value.
    """
    (number,) = query.selected_columns
    if connection.dialect.name == "sqlite":
        every = connection.scalar(query.with_only_columns(func.json_group_array(number)))
        return Counter(from_json(every))
    number = number.label("number")
    groups = query.with_only_columns(number, func.count()).group_by(number)
    return dict(map(tuple, connection.execute(groups)))


class _Rows:
    """Rows of one table with a value for each of these columns, and what is done with them."""

    def __init__(self, model: Any, names: Sequence[str]) -> None:
        self.table: Table = table_of(model)
        self.names = names
        self._prepared: dict[str, tuple[Prepared, list[Processor | None]]] = {}

    def _statement(self, connection: Connection) -> Any:
        raise NotImplementedError

    def _ready(
        self, connection: Connection, rows: Iterable[Sequence[Any]], **more: Any
    ) -> tuple[Prepared, dict[str, Any]]:
        """Return the statement, and its values: the rows are one of them."""
        dialect = connection.dialect
        if dialect.name not in self._prepared:
            kinds = [self.table.c[name].type for name in self.names]
            processors = [_processor(kind, dialect) for kind in kinds]
            self._prepared[dialect.name] = (Prepared(self._statement(connection)), processors)
        statement, processors = self._prepared[dialect.name]
        columns = zip(*rows, strict=True)
        changed = [map(p, c) if p else c for p, c in zip(processors, columns, strict=True)]
        values: list[Any] = list(zip(*changed, strict=True))
        if dialect.name != "sqlite":
            values = [dict(zip(self.names, row, strict=True)) for row in values]
        return statement, {"rows": to_json(values).decode(), **more}

    def _unpacked(self, dialect: Dialect) -> FromClause:
        """Return the rows as something to select from."""
        columns = [(name, self.table.c[name].type) for name in self.names]
        rows = bindparam("rows", type_=Text)
        if dialect.name == "sqlite":
            row = func.json_each(rows).table_valued("value").c.value
            members = [
                _read(row.op("->>", return_type=kind)(literal_column(str(place)))).label(name)
                for place, (name, kind) in enumerate(columns)
            ]
            return select(*members).subquery("new")
        like_ours: ColumnElement[Any] = literal_column(f"NULL::{self.table.name}")
        found = func.json_populate_recordset(like_ours, cast(rows, JSON))
        return found.table_valued(*(column(*one) for one in columns), name="new")


def _read(member: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the value of a member of SQLite's document: bytes stand in it as digits."""
    is_bytes = isinstance(member.type, LargeBinary)
    return func.unhex(member, type_=member.type) if is_bytes else member


def _processor(kind: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    """Return what makes a value into one that stands in the document."""
    if isinstance(kind, LargeBinary):
        return bytes.hex if dialect.name == "sqlite" else _hex_of_postgresql
    if dialect.name != "sqlite" and isinstance(kind, JSON):
        return None  # as it is, it becomes a part of the document
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _hex_of_postgresql(value: bytes) -> str:
    return rf"\x{value.hex()}"


class NewRows(_Rows):
    """An INSERT that passes over the rows which a unique key refuses."""

    def __init__(self, model: Any, *names: str, returning: Sequence[str] = ()) -> None:
        super().__init__(model, names)
        self.returning = returning

    def _statement(self, connection: Connection) -> Any:
        # Without a WHERE, SQLite would read the ON of ON CONFLICT as a join's.
        source = select(self._unpacked(connection.dialect)).where(true())
        into = insert_unless_known(connection, self.table).from_select(self.names, source)
        back = [self.table.c[name] for name in self.returning]
        return into.returning(*back) if back else into

    def add(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> Sequence[Any]:
        """Insert rows; return those that are new."""
        statement, values = self._ready(connection, rows)
        return statement.all(connection, values)

    def put(self, connection: Connection, rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows of which nothing is asked back."""
        statement, values = self._ready(connection, rows)
        statement.run(connection, values)


class GivenRows(_Rows):
    """A question about rows that are given. `query` makes it, of as many copies as it calls for."""

    def __init__(self, model: Any, *names: str, query: Callable[[Callable[[], Any]], Any]) -> None:
        super().__init__(model, names)
        self.query = query

    def _statement(self, connection: Connection) -> Any:
        return self.query(lambda: self._unpacked(connection.dialect))

    def ask(
        self, connection: Connection, rows: Iterable[Sequence[Any]], **more: Any
    ) -> Sequence[Any]:
        """Return what there is about at least one row."""
        statement, values = self._ready(connection, rows, **more)
        return statement.all(connection, values)


class ChangedRows(_Rows):
    """An UPDATE of rows by id, and what it works out from them beside."""

    def __init__(self, model: Any, *names: str, **worked_out: Callable[[Any], Any]) -> None:
        super().__init__(model, ("id", *names))
        self.worked_out = worked_out

    def _statement(self, connection: Connection) -> Any:
        new = self._unpacked(connection.dialect).c
        values = {name: new[name] for name in self.names[1:]}
        values |= {name: work(new) for name, work in self.worked_out.items()}
        return update(self.table).where(self.table.c.id == new.id).values(values)

    def store(self, connection: Connection, rows: Mapping[int, Values]) -> None:
        """Store the values of each id; others that stand beside them are passed over."""
        if rows:
            names = self.names[1:]
            changed = ((id_, *[row[name] for name in names]) for id_, row in rows.items())
            statement, values = self._ready(connection, changed)
            statement.run(connection, values)


def insert_into(connection: Connection, table: Table) -> Any:
    """Return an INSERT that can be told what to do where a unique key refuses (upsert)."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def insert_unless_known(connection: Connection, table: Table) -> Any:
    """Return an INSERT that passes over rows that a unique key refuses."""
    return insert_into(connection, table).on_conflict_do_nothing()
