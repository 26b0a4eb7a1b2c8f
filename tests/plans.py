"""How a database looks for what it is asked."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlmodel import Session


def plans_of(session: Session, ask: Callable[[], Any]) -> list[str]:
    """Return one line for each step that the database takes to answer what is asked in there."""
    connection, asked = session.connection(), []

    def hear(_connection, _cursor, statement, values, _context, _many):
        asked.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    ask()
    event.remove(connection, "before_cursor_execute", hear)
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    explained = (connection.exec_driver_sql(f"{how} {s}", values) for s, values in asked)
    return [str(tuple(row)) for rows in explained for row in rows]
