"""Engines that keep the promises: durable commits, foreign keys, real transactions.

See docs/decisions/0003-which-sqlite.md.
"""

import logging
import sqlite3
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Engine, create_engine, event, make_url

from postal_tracker.storage import postgres
from postal_tracker.storage.prepared import executed

sqlite: Any
try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # where there is no wheel of it the interpreter's own library must do
    sqlite = sqlite3


def _is_no_row(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Row ")


# Parameters are hidden below, but at DEBUG the rows of results would still show citizens' names.
logging.getLogger("sqlalchemy.engine.Engine").addFilter(_is_no_row)

CACHE_KIB = 2 * 1024
"""Pages that a SQLite connection keeps at hand; it starts small and grows as it reads.

Each of some eight connections has its own, and another's commit empties it; the system keeps the
file's pages at hand for all of them.
"""

CHECKPOINT_PAGES = 4_000
"""When SQLite moves its log (of 4 KiB pages) into the file: later, and fewer pages move twice."""

_JSON: dict[str, Any] = {
    "json_serializer": lambda value: to_json(value).decode(),
    "json_deserializer": from_json,
}
"""Pydantic's reader and writer: several times as fast as the standard library's."""


class UnsafeSqlite(Exception):
    """This SQLite library can corrupt a database that several connections use."""


def is_unsafe_sqlite(version: tuple[int, ...]) -> bool:
    """Tell whether a SQLite has the WAL-reset fault (3.7.0 to 3.51.2).

    Source: SQLite release notes of 3.51.3, March 2026; fixed also in 3.44.6 and 3.50.7.
    """
    if version[:2] in ((3, 44), (3, 50)):
        return version[2] < {44: 6, 50: 7}[version[1]]
    return (3, 7, 0) <= version < (3, 51, 3)


def make_engine(url: str, *, patience: float | None = None) -> Engine:
    """Return an engine with the promises kept: durable commits, foreign keys, real transactions.

    `patience` is how many seconds PostgreSQL may take for one answer; SQLite is part of us. Raises
    UnsafeSqlite where the library has the WAL-reset fault.
    """
    if not url.startswith("sqlite"):
        return postgres.make_engine(url, patience, **_JSON)
    if is_unsafe_sqlite(sqlite.sqlite_version_info):
        raise UnsafeSqlite(
            f"SQLite {sqlite.sqlite_version} can lose data. Install pysqlite3 0.6.1 or newer, or a "
            "Python with SQLite 3.51.3 or newer where there is no such package; or use PostgreSQL."
        )
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        module=sqlite,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # or a log would show citizens' names
        **_JSON,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    # A commit must survive a power cut: FULL syncs the log at each commit.
    # Without recursive triggers a REPLACE would delete a ledger entry behind the trigger's back.
    wanted = {
        "busy_timeout": 5000,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "cache_size": -CACHE_KIB,
        "wal_autocheckpoint": CHECKPOINT_PAGES,
    }
    for name, value in wanted.items():
        connection.execute(f"PRAGMA {name}={value}")
        got = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if got != value and not (name == "journal_mode" and got == "memory"):
            raise UnsafeSqlite(f"SQLite refuses {name}={value}; it says {got}.")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: one that is taken later can fail in mid-transaction."""
    reading = connection.get_execution_options().get("reading", False)
    executed(connection, "BEGIN" if reading else "BEGIN IMMEDIATE")
