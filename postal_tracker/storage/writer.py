"""The writer: one thread that commits for everybody (group commit).

Whatever has queued up while the last commit ran goes into one transaction, the unit of work, each
command in a savepoint of its own if there are several, and every caller hears of it after the
commit. See docs/decisions/0002-group-commit.md.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from postal_tracker.core.problems import Busy, Uncertain, busy, uncertain
from postal_tracker.storage import patience
from postal_tracker.storage.batches import grouped, name_of, ran_alone, run_group
from postal_tracker.storage.faults import SERIALIZATION, sqlstate, transaction_of
from postal_tracker.storage.pace import Pace
from postal_tracker.storage.queued import Queued, tell_all, those_who_stayed

log = logging.getLogger(__name__)

MOST_AT_ONCE = 500
"""Commands in one transaction."""

LONGEST_WAIT = 8.0
"""Seconds in the queue; whoever waits longer is told to come again, before he hangs up."""

STUCK_AFTER = 5.0
"""Seconds after which a transaction is said to stand still."""

FAILED_FOR = 5.0
"""Seconds for which a transaction that failed says that the next one may."""

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the writer can write now."""

    is_closing: bool
    stuck: str
    """The command that does not end; empty as long as all goes on."""
    has_failed: bool


@dataclass(slots=True)
class Writer:
    """Runs whatever has queued up, in one transaction after the other.

    Its thread is started by the first caller, and anew should it ever end by a fault.
    """

    engine: Engine
    after_commit: Callable[[], None]
    """Called once something is durable, and its callers have been told."""
    may_write: Callable[[], bool] = lambda: True
    """Asked before a transaction."""
    is_found_again: Callable[[], bool] = lambda: True
    """Asked after its commit: whether what was written stands where it will be looked for."""
    _waiting: list[Queued] = field(default_factory=list)
    _under_way: list[Queued] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _thread: threading.Thread | None = None
    _closing: bool = False
    _began_at: float | None = None
    _failed_at: float | None = None
    _doing: Any = None
    _pace: Pace = field(default_factory=Pace)

    async def queue(
        self, command: Callable[..., Any], *, is_shared: bool = False, item: Any = None
    ) -> Any:
        loop = asyncio.get_running_loop()
        caller = patience.current()
        queued = Queued(loop, loop.create_future(), command, is_shared, item, caller)
        with self._changed:
            if self._closing or self._is_full(caller.share):
                raise busy()
            self._see_to_the_thread()
            self._waiting.append(queued)
            self._changed.notify()
        return await queued.future

    def close(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify()
            thread = self._thread
        if thread:
            thread.join()
        self.look_after()

    def look_after(self) -> None:
        """Tell those whom a thread that has ended left waiting, and those who wait for too long."""
        with self._changed:
            if self._thread and not self._thread.is_alive():
                self._bury()
            since = time.monotonic() - LONGEST_WAIT
            late = [queued for queued in self._waiting if queued.since < since]
            del self._waiting[: len(late)]
        for queued in late:
            queued.settle(busy())
        tell_all(late)

    def standing(self, now: float) -> Standing:
        """Tell how it stands, without waiting for anything; `now` is of `time.monotonic`."""
        began, failed = self._began_at, self._failed_at
        stuck = name_of(self._doing) if began and now - began > STUCK_AFTER else ""
        return Standing(self._closing, stuck, bool(failed and now - failed < FAILED_FOR))

    def _is_full(self, share: str) -> bool:
        """Tell whether about a second's work waits, or this share's part of it."""
        most = self._pace.most_waiting(share)
        if len(self._waiting) < most or not share:
            return len(self._waiting) >= most
        return sum(queued.caller.share == share for queued in self._waiting) >= most

    def _see_to_the_thread(self) -> None:
        """Start the thread unless it lives. Raises Busy where the system gives none."""
        if self._thread:
            if self._thread.is_alive():
                return
            self._bury()
        thread = threading.Thread(target=self._work, name="writer", daemon=True)
        try:
            thread.start()
        except (RuntimeError, MemoryError):  # too many threads, or the interpreter is ending
            log.critical("the writer cannot be started", exc_info=True)
            raise busy() from None
        self._thread = thread

    def _bury(self) -> None:
        """Tell all whom the ended thread left waiting; of what was under way nothing is certain."""
        under_way, waiting = self._under_way, self._waiting
        self._under_way, self._waiting, self._thread, self._began_at = [], [], None, None
        for queued in waiting:
            queued.settle(busy())
        tell_all(under_way + waiting)

    def _work(self) -> None:
        try:
            while batch := self._next_batch():
                batch = those_who_stayed(batch)
                began = time.perf_counter()
                if batch:
                    self._run_until_committed(batch)
                self._pace.note(time.perf_counter() - began, len(batch))
                tell_all(batch)
                if any(queued.failure is None for queued in batch):
                    self._tell_of_the_commit()
        except BaseException:
            log.critical("the writer has ended; the next write starts it anew", exc_info=True)
            with self._changed:
                self._bury()

    def _tell_of_the_commit(self) -> None:
        try:
            self.after_commit()
        except Exception:
            log.exception("telling of a commit failed")

    def _next_batch(self) -> list[Queued]:
        """Return what waits; empty only when closing and nothing is left."""
        with self._changed:
            self._under_way, self._began_at = [], None
            while not self._waiting and not self._closing:
                self._changed.wait()
            batch = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            self._under_way, self._began_at = batch, time.monotonic()
            return batch

    def _run_until_committed(self, batch: list[Queued]) -> None:
        for tries_left in reversed(range(_TRIES)):
            try:
                self._run(batch)
            except BaseException as failure:  # noqa: BLE001 - whoever waits is told, whatever it is
                stood_in_the_way = sqlstate(failure) in SERIALIZATION
                if stood_in_the_way and len(batch) > 1:
                    self._run_in_halves(batch)
                    return
                if stood_in_the_way and tries_left:
                    continue
                self._give_up(batch, failure)
            return

    def _give_up(self, batch: list[Queued], failure: BaseException) -> None:
        """Tell whoever waits, whatever it is."""
        self._failed_at = time.monotonic()
        if not isinstance(failure, Busy):  # that is the pulse's, and it says so itself
            log.error("a transaction failed", extra={"commands": len(batch)}, exc_info=failure)
        problem = uncertain if isinstance(failure, Uncertain) else busy
        for queued in batch:
            if not queued.is_settled:  # by a commit, before this fault
                queued.settle(problem())

    def _run_in_halves(self, batch: list[Queued]) -> None:
        """Two services' transactions stood in each other's way; smaller ones do so less."""
        half = len(batch) // 2
        self._run_until_committed(batch[:half])
        self._run_until_committed(batch[half:])

    def _run(self, batch: list[Queued]) -> None:
        """Run a batch in one transaction. Raises Busy, or Uncertain: see `transaction_of`."""
        if not self.may_write():
            raise busy()
        groups = grouped(batch)
        self._doing = groups[0][0].command
        if len(groups) > 1 or not ran_alone(self._transaction, groups[0]):
            with self._transaction() as session:
                for group in groups:
                    self._doing = group[0].command
                    run_group(session, group)
        for queued in batch:
            queued.settle()

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session:
            with transaction_of(session):
                session.connection()  # where it is locked or away, all wait for it once, not each
                yield session
            if not self.is_found_again():
                raise uncertain()
            self._failed_at = None
