"""The database as doors see it: `write` and `read`. The only file that commits.

Writing is group commit: whatever has queued up while the last commit ran goes into one transaction,
each command in a savepoint of its own, and every caller hears of it after the commit. The same code
runs on SQLite (one process) and PostgreSQL (many). See docs/decisions/0002-group-commit.md.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from postal_tracker.core.problems import busy

sqlite: Any
try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # elsewhere than on Linux the interpreter's own library must do
    sqlite = sqlite3

log = logging.getLogger(__name__)


def _is_no_row(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith("Row ")


# Parameters are hidden below, but at DEBUG the rows of results would still show citizens' names.
logging.getLogger("sqlalchemy.engine.Engine").addFilter(_is_no_row)

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - the type of one item

MOST_QUEUED = 5_000
"""Commands waiting; one more is refused, for its caller would wait too long to be told."""

MOST_AT_ONCE = 500
"""Commands in one transaction."""

_TRIES = 3

CACHE_KIB = 64 * 1024
"""Pages that a SQLite connection keeps at hand; it starts small and grows as it reads."""

CHECKPOINT_PAGES = 4_000
"""When SQLite moves its log (of 4 KiB pages) into the file: later, and fewer pages move twice."""

_SERIALIZATION = {"40001", "40P01"}
"""PostgreSQL: could not serialize, deadlock. Nothing is wrong with the commands; run them again."""


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


def make_engine(url: str) -> Engine:
    """Return an engine with the promises kept: durable commits, foreign keys, real transactions.

    Raises UnsafeSqlite where the library has the WAL-reset fault.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True, **_JSON)
    if is_unsafe_sqlite(sqlite.sqlite_version_info):
        raise UnsafeSqlite(
            f"SQLite {sqlite.sqlite_version} can lose data; install pysqlite3 0.6.1 or newer."
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
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class Database:
    """`write` and `read`, and their like for callers without an event loop."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine.execution_options(reading=True)
        self._writer = _Writer(self.engine)

    async def write(self, command: Callable[[Session], T]) -> T:
        """Run a command in a transaction and return its result once that is durable.

        The command may run again if the database asks for it, so it does nothing but read and
        write its session. Raises what the command raises (then nothing of it is kept), or Busy.
        """
        result: T = await self._writer.queue(_Once(command))
        return result

    async def write_each(
        self, command: Callable[[Session, Sequence[I]], Sequence[T]], item: I
    ) -> T:
        """Like `write`, for commands that serve many callers at once.

        Items that queue up for the same command are handed to it as one list; it returns a result
        for each, in order.
        """
        result: T = await self._writer.queue(_Each(command, item))
        return result

    async def read(self, query: Callable[[Session], T], *, slow: bool = False) -> T:
        """Return what a query finds. `slow` ones (lists, reports) must not hold up the others.

        A point look-up in SQLite takes less time than handing it to a thread.
        """
        if self.is_sqlite and not slow:
            return self.read_now(query)
        return await asyncio.to_thread(self.read_now, query)

    def read_now(self, query: Callable[[Session], T]) -> T:
        with Session(self._reading, expire_on_commit=False) as session:
            return query(session)

    def write_now(self, command: Callable[[Session], T]) -> T:
        """Run one command in one transaction of its own, for the command line and for tests."""
        with self.transaction() as session:
            return command(session)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        self._writer.close()
        self.engine.dispose()


@dataclass(slots=True, eq=False)
class _Queued:
    """A command that waits, and whom to tell."""

    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    command: "_Once | _Each"
    result: Any = None
    failure: BaseException | None = None

    def tell(self) -> None:
        if self.future.cancelled():  # the caller has gone; what is written stays written
            return
        if isinstance(self.failure, StopIteration):  # the one exception that a future refuses
            self.failure = RuntimeError("a command raised StopIteration")
        if self.failure is not None:
            self.future.set_exception(self.failure)
        else:
            self.future.set_result(self.result)


@dataclass(frozen=True, slots=True)
class _Once:
    run: Callable[[Session], Any]


@dataclass(frozen=True, slots=True)
class _Each:
    run: Callable[[Session, Sequence[Any]], Sequence[Any]]
    item: Any


@dataclass(slots=True)
class _Writer:
    """One thread that runs whatever has queued up, in one transaction after the other."""

    engine: Engine
    _waiting: list[_Queued] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _closing: bool = False

    async def queue(self, command: "_Once | _Each") -> Any:
        loop = asyncio.get_running_loop()
        queued = _Queued(loop, loop.create_future(), command)
        with self._changed:
            if self._closing or len(self._waiting) >= MOST_QUEUED:
                raise busy()
            self._waiting.append(queued)
            self._changed.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                self._thread.start()
        return await queued.future

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        while batch := self._next_batch():
            self._run_until_committed(batch)
            _tell_all(batch)

    def _next_batch(self) -> list[_Queued]:
        """Return what waits; empty only when closing and nothing is left."""
        with self._changed:
            while not self._waiting and not self._closing:
                self._changed.wait()
            batch = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            return batch

    def _run_until_committed(self, batch: list[_Queued]) -> None:
        for tries_left in reversed(range(_TRIES)):
            try:
                self._run(batch)
            except BaseException as failure:
                stood_in_the_way = _sqlstate(failure) in _SERIALIZATION
                if stood_in_the_way and len(batch) > 1:
                    self._run_in_halves(batch)
                    return
                if stood_in_the_way and tries_left:
                    continue
                # Whoever waits must be told, whatever it is.
                log.exception("a transaction failed", extra={"commands": len(batch)})
                for queued in batch:
                    queued.failure = busy()
            return

    def _run_in_halves(self, batch: list[_Queued]) -> None:
        """Two services' transactions stood in each other's way; smaller ones do so less."""
        half = len(batch) // 2
        self._run_until_committed(batch[:half])
        self._run_until_committed(batch[half:])

    def _run(self, batch: list[_Queued]) -> None:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection()  # where it is locked or away, all wait for it once, not each
            for group in _grouped(batch):
                _run_group(session, group)


def _grouped(batch: list[_Queued]) -> list[list[_Queued]]:
    """Put items for the same command together, each group where its first item stood."""
    groups: dict[Any, list[_Queued]] = {}
    for queued in batch:
        command = queued.command
        key = command.run if isinstance(command, _Each) else queued
        groups.setdefault(key, []).append(queued)
    return list(groups.values())


def _run_group(session: Session, group: list[_Queued]) -> None:
    """Run a group in one savepoint; if it fails, each item in one of its own."""
    try:
        with session.begin_nested():
            results = _results(session, group)
    except Exception as failure:
        session.expunge_all()
        if _is_fatal(failure) or _has_lost_its_transaction(session):
            raise
        if len(group) == 1:
            group[0].failure = failure
            return
        for queued in group:
            _run_group(session, [queued])
        return
    session.expunge_all()
    for queued, result in zip(group, results, strict=True):
        queued.result = result
        queued.failure = None


def _results(session: Session, group: list[_Queued]) -> Sequence[Any]:
    command = group[0].command
    if isinstance(command, _Once):
        return [command.run(session)]
    return command.run(session, [q.command.item for q in group])  # type: ignore[union-attr]


def _is_fatal(failure: Exception) -> bool:
    """Tell whether the whole transaction is lost, not just one command."""
    if not isinstance(failure, DBAPIError):
        return False
    return failure.connection_invalidated or _sqlstate(failure) in _SERIALIZATION


def _has_lost_its_transaction(session: Session) -> bool:
    """Tell whether SQLite rolled everything back by itself, as it may when the disk is full.

    What came after would be kept statement by statement, whatever its callers are told.
    """
    used: Any = session.connection().connection.dbapi_connection
    return isinstance(used, sqlite.Connection) and not used.in_transaction


def _sqlstate(failure: BaseException) -> str:
    """Return PostgreSQL's five-character code of what went wrong; SQLite has none."""
    return getattr(getattr(failure, "orig", None), "sqlstate", None) or ""


def _tell_all(batch: list[_Queued]) -> None:
    """Wake each event loop once, not once for each command."""
    loops = {queued.loop for queued in batch}
    for loop in loops:
        try:
            loop.call_soon_threadsafe(_tell, [q for q in batch if q.loop is loop])
        except RuntimeError:  # that loop is closed; its callers have gone
            log.info("callers left before their commit")


def _tell(batch: list[_Queued]) -> None:
    for queued in batch:
        queued.tell()
