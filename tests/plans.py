"""How a database goes about what it is asked: which large tables it reads through.

SQLite plans by its rules alone, so a few rows are enough. PostgreSQL plans by sizes: it is kept
from reading through a table wherever there is another way, so that what is left has none.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from postal_tracker.storage.tables import metadata

LARGE = frozenset(
    {
        "answered_request",
        "applicant",
        "carrier_message",
        "correction",
        "deadline_step",
        "dossier",
        "echo",
        "enclosure",
        "entry_detail",
        "entry_note",
        "feedback",
        "feedback_act",
        "handover",
        "handover_line",
        "ledger_entry",
        "log_leaf",
        "message_number",
        "notice",
        "notice_attempt",
        "notice_choice",
        "outbox",
        "parcel",
        "printed_label",
        "recipient",
    }
)
"""Tables that grow as long as the post office is open."""


OF_TABLE = {
    str(index.name): table.name for table in metadata.tables.values() for index in table.indexes
}
IN_HAND = frozenset(
    str(index.name)
    for table in metadata.tables.values()
    for index in table.indexes
    if str(index.dialect_options["postgresql"]["where"])
    in ("open", "open AND settled_at IS NULL", "is_unsure", "signed_at IS NULL")
)
"""Indexes of what is under way alone: as much as the centre has in hand, however old it is."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One statement that was sent, and with which values."""

    statement: str
    values: Any


@contextmanager
def hearing(engine: Engine | Connection) -> Iterator[list[Asked]]:
    """Give the statements that are sent meanwhile, whoever sends them."""
    asked: list[Asked] = []

    def hear(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        asked.append(Asked(statement, values[0] if many else values))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", hear)


_EXPLAINED = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)


def read_through(engine: Engine, asked: Asked) -> list[str]:
    """Return the large tables that a statement reads through, each with how."""
    if not _EXPLAINED.match(asked.statement):
        return []
    with engine.execution_options(reading=True).connect() as connection:
        if engine.dialect.name == "sqlite":
            how = f"EXPLAIN QUERY PLAN {asked.statement}"
            rows = connection.exec_driver_sql(how, asked.values).fetchall()
            return _in_sqlite([row[3] for row in rows])
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        how = f"EXPLAIN (FORMAT JSON) {asked.statement}"
        found = connection.exec_driver_sql(how, asked.values).scalar_one()
        plan = found if isinstance(found, list) else json.loads(found)
        few = set(connection.exec_driver_sql(_SMALL).scalars())
        return [how for table, how in _in_postgres(plan[0]["Plan"]) if table not in few]


_SMALL = "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples < 100"
"""Tables in which there is next to nothing: however they are read, it says nothing."""


def _in_sqlite(lines: Sequence[str]) -> list[str]:
    scans = (re.match(r"SCAN (\w+?)(?:_\d+)?(?: .*INDEX (\w+).*| |$)", line) for line in lines)
    return [s.string for s in scans if s and s[1] in LARGE and s[2] not in IN_HAND]


def _in_postgres(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """An index that is read from end to end, with no condition, is no better than its table."""
    kind = node["Node Type"]
    table = node.get("Relation Name", OF_TABLE.get(node.get("Index Name", "")))
    bounded = (
        "Index Cond" in node or kind == "Bitmap Heap Scan" or node.get("Index Name") in IN_HAND
    )
    if table in LARGE and not bounded and kind not in ("ModifyTable",):
        yield table, f"{kind} on {table} {node.get('Index Name', '')}".strip()
    for part in node.get("Plans", []):
        yield from _in_postgres(part)


def plans_of(session: Session, ask: Callable[[], Any]) -> list[str]:
    """Return one line for each step that the database takes to answer what is asked in there."""
    connection = session.connection()
    with hearing(connection) as asked:
        ask()
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    explained = (connection.exec_driver_sql(f"{how} {a.statement}", a.values) for a in asked)
    return [str(tuple(row)) for rows in explained for row in rows]
