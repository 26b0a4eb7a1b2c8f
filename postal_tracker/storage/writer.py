"""The writer: one thread that commits for everybody (group commit).

Whatever has queued up while the last commit ran goes into one transaction, the unit of work, each
command in a savepoint of its own, and every caller hears of it after the commit. See
docs/decisions/0002-group-commit.md.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from postal_tracker.core.problems import Uncertain, busy, uncertain
from postal_tracker.storage.engines import sqlite

log = logging.getLogger(__name__)

MOST_QUEUED = 5_000
"""Commands waiting; one more is refused, for its caller would wait too long to be told."""

MOST_AT_ONCE = 500
"""Commands in one transaction."""

SLOW = 0.1
SLOW_PER_ITEM = 0.001
"""Seconds that a command may take, and as many more for each caller whom it serves. Whoever takes
longer is named in the log: all others wait for it."""

_TRIES = 3

_SERIALIZATION = {"40001", "40P01"}
"""PostgreSQL: could not serialize, deadlock. Nothing is wrong with the commands; run them again."""


@dataclass(slots=True, eq=False)
class _Queued:
    """A caller who waits, and what for: a command of its own, or its item in a shared one."""

    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    command: Callable[..., Any]
    is_shared: bool
    item: Any
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


@dataclass(slots=True)
class Writer:
    """Runs whatever has queued up, in one transaction after the other."""

    engine: Engine
    after_commit: Callable[[], None]
    """Called once something is durable, and its callers have been told."""
    _waiting: list[_Queued] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _closing: bool = False

    async def queue(
        self, command: Callable[..., Any], *, is_shared: bool = False, item: Any = None
    ) -> Any:
        loop = asyncio.get_running_loop()
        queued = _Queued(loop, loop.create_future(), command, is_shared, item)
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
            if any(queued.failure is None for queued in batch):
                self.after_commit()

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
                problem = uncertain if isinstance(failure, Uncertain) else busy
                for queued in batch:
                    queued.failure = problem()
            return

    def _run_in_halves(self, batch: list[_Queued]) -> None:
        """Two services' transactions stood in each other's way; smaller ones do so less."""
        half = len(batch) // 2
        self._run_until_committed(batch[:half])
        self._run_until_committed(batch[half:])

    def _run(self, batch: list[_Queued]) -> None:
        """Run a batch in one transaction.

        Raises Uncertain if the connection is lost during the commit: the database may have made it
        durable before, and its answer be lost.
        """
        is_committing = False
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                session.connection()  # where it is locked or away, all wait for it once, not each
                for group in _grouped(batch):
                    _run_group(session, group)
                is_committing = True
        except DBAPIError as failure:
            if is_committing and failure.connection_invalidated:
                raise uncertain() from failure
            raise


def _grouped(batch: list[_Queued]) -> list[list[_Queued]]:
    """Put items for the same command together, each group where its first item stood."""
    groups: dict[Any, list[_Queued]] = {}
    for queued in batch:
        groups.setdefault(queued.command if queued.is_shared else queued, []).append(queued)
    return list(groups.values())


def _run_group(session: Session, group: list[_Queued]) -> None:
    """Run a group in one savepoint; if it fails, each item in one of its own."""
    try:
        with _timed(group), session.begin_nested():
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
    if not group[0].is_shared:
        return [command(session)]
    results: Sequence[Any] = command(session, [queued.item for queued in group])
    return results


@contextmanager
def _timed(group: list[_Queued]) -> Iterator[None]:
    """Name in the log whoever holds up the others."""
    began = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - began
        if seconds > SLOW + SLOW_PER_ITEM * len(group):
            what = {"command": _name_of(group[0].command), "callers": len(group)}
            log.warning("a slow command", extra=what | {"milliseconds": round(seconds * 1000)})


def _name_of(command: Any) -> str:
    """Return where a command is defined; its arguments may be personal."""
    defined = getattr(command, "func", command)  # of a partial
    return f"{defined.__module__}.{getattr(defined, '__qualname__', type(defined).__qualname__)}"


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
