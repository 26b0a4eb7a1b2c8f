"""Statements of the hot paths: put into words once, then handed to the driver as they are.

SQLAlchemy Core takes longer than the database for a row by its key: it works out at each execution
what is always the same (figures: docs/decisions/0002-group-commit.md). Listeners of SQLAlchemy's
`before_cursor_execute` hear of these statements, too, and faults are SQLAlchemy's own.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]


class Prepared:
    """A statement that is always the same but for the values that are given by name."""

    def __init__(self, statement: Any) -> None:
        """Raises ValueError, once it is executed, for an IN of a list: its words would differ.

        `bulk.among` is such an IN in the same words for every list.
        """
        self.statement = statement
        self._wordings: dict[str, _Wording] = {}

    def all(self, connection: Connection, values: Values) -> list[Any]:
        """Return the rows that are found or given back, as named tuples."""
        return self.asked(connection, values)()

    def asked(self, connection: Connection, values: Values) -> Callable[[], list[Any]]:
        """Ask; return what fetches the rows that are found or given back."""
        wording = self._wording(connection.dialect)
        cursor = _executed(connection, wording.text, wording.given(values))
        return lambda: wording.rows(cursor.fetchall())

    def first(self, connection: Connection, values: Values) -> Any | None:
        """Return the first of the rows, None if there is none."""
        wording = self._wording(connection.dialect)
        found = _executed(connection, wording.text, wording.given(values)).fetchone()
        return wording.rows([found])[0] if found else None

    def run(self, connection: Connection, values: Values) -> None:
        """Execute what gives no rows back."""
        wording = self._wording(connection.dialect)
        _executed(connection, wording.text, wording.given(values))

    def _wording(self, dialect: Dialect) -> "_Wording":
        if dialect.name not in self._wordings:
            self._wordings[dialect.name] = _worded(self.statement, dialect)
        return self._wordings[dialect.name]


@dataclass(frozen=True, slots=True)
class _Wording:
    """A statement in one database's words, and how values become the driver's and come back."""

    text: str
    constants: Values
    order: Sequence[str] | None
    """Of the values, where they have places instead of names."""
    out: Mapping[str, Processor]
    row: Callable[..., Any]
    back: Sequence[tuple[int, Processor]]

    def given(self, values: Values) -> Any:
        told = {**self.constants, **values}
        for name, out in self.out.items():
            told[name] = out(told[name])
        return told if self.order is None else tuple([told[name] for name in self.order])

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        if not self.back:
            return [self.row(*each) for each in found]
        rows = []
        for each in found:
            row = list(each)
            for place, back in self.back:
                row[place] = back(row[place])
            rows.append(self.row(*row))
        return rows


def _worded(statement: Any, dialect: Dialect) -> _Wording:
    compiled: SQLCompiler = statement.compile(dialect=dialect)
    if compiled.post_compile_params:
        raise ValueError("its words would differ from list to list")
    columns = list(statement.exported_columns)
    backs = [_processor(column.type, dialect, "result_processor") for column in columns]
    outs = {
        n: _processor(b.type, dialect, "bind_processor") for b, n in compiled.bind_names.items()
    }
    return _Wording(
        text=str(compiled),
        constants=compiled.construct_params(_check=False),
        order=compiled.positiontup if compiled.positional else None,
        out={name: out for name, out in outs.items() if out},
        row=_kind_of_row(tuple(column.key for column in columns)),
        back=[(place, back) for place, back in enumerate(backs) if back],
    )


def _kind_of_row(names: tuple[str, ...]) -> Callable[..., Any]:
    return namedtuple("Row", names)


def _processor(kind: TypeEngine[Any], dialect: Dialect, which: str) -> Processor | None:
    """Return what makes a value into the driver's (`bind_processor`), or the driver's into ours."""
    of_dialect = kind.dialect_impl(dialect)
    if which == "bind_processor":
        return of_dialect.bind_processor(dialect)
    return of_dialect.result_processor(dialect, None)


def _executed(connection: Connection, text: str, values: Any) -> Any:
    """Return the driver's cursor. Raises DBAPIError, as SQLAlchemy does."""
    if not connection.in_transaction():
        connection.begin()
    return executed(connection, text, values)


def executed(connection: Connection, text: str, values: Any = ()) -> Any:
    """Do the same where a transaction is beginning just now."""
    cursor = connection.connection.cursor()
    for hear in connection.dispatch.before_cursor_execute:
        text, values = hear(connection, cursor, text, values, None, False)
    try:
        cursor.execute(text, values)
    except _errors_of(connection.dialect) as fault:
        _fail(connection, cursor, text, fault)
    return cursor


def answers(connection: Connection, *questions: tuple[Prepared, Values]) -> list[list[Any]]:
    """Return the rows of each question, of which none waits for another's answer.

    A way to PostgreSQL and back costs more than most statements: it is gone once for all of them.
    """
    with without_waiting(connection):
        asked = [prepared.asked(connection, values) for prepared, values in questions]
    return [fetch() for fetch in asked]


@contextmanager
def without_waiting(connection: Connection) -> Iterator[None]:
    """Send on what is `run` without waiting for each answer (pipeline mode of PostgreSQL).

    Raises DBAPIError once all has been sent, if any of it fails.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    driver: Any = connection.connection.dbapi_connection
    try:
        with driver.pipeline():
            yield
    except _errors_of(connection.dialect) as fault:
        _fail(connection, None, "several statements", fault)


def _errors_of(dialect: Dialect) -> type[Exception]:
    errors: type[Exception] = dialect.loaded_dbapi.Error
    return errors


def _fail(connection: Connection, cursor: Any, text: str, fault: Any) -> NoReturn:
    """Say what the driver said in SQLAlchemy's words; a connection that is lost is let go of."""
    dialect = connection.dialect
    lost = dialect.is_disconnect(fault, connection.connection.dbapi_connection, cursor)
    told = DBAPIError.instance(
        text,
        None,  # never the values: they may name citizens
        fault,
        _errors_of(dialect),
        hide_parameters=True,
        connection_invalidated=lost,
        dialect=dialect,
    )
    if lost:
        connection.invalidate(fault)
    raise told from fault
