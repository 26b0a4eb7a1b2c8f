"""The pulse of a database in service: a thread that feels twice a second whether it can be used.

So `/readyz` asks nobody while it is asked, and who comes while the database is away need not wait
for it (circuit breaker).
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from postal_tracker.storage.record_file import RecordFile
from postal_tracker.storage.writer import Writer

log = logging.getLogger(__name__)

EVERY = 0.5
PATIENCE = 1.0
"""Seconds between two beats, and for an answer of the database."""

STALE_AFTER = 2.0
"""A pulse that was not felt for so long is none."""

AWAY_AFTER = 3.0
"""From then on nobody waits for the database any more, until it answers again."""

SAID_EVERY = 60.0


class Fault(StrEnum):
    """Why nothing can be written now."""

    AWAY = "the database does not answer"
    EXCHANGED = "the database file was deleted or exchanged; put it back and start the service anew"
    STANDS_STILL = "a command does not end"
    FAILS = "the last transaction failed"
    ENDING = "the service is ending"


@dataclass(frozen=True, slots=True)
class State:
    """What was felt at the last beat."""

    fault: Fault | None = None
    revisions: frozenset[str] = frozenset()
    """Which migration the database has."""
    free_bytes: int | None = None
    """What is free on the disk of a SQLite record."""


class Pulse:
    """Feels a database's pulse from `begin` to `close`."""

    def __init__(self, writer: Writer, file: RecordFile, connect: Callable[[], Engine]) -> None:
        self._writer, self._file, self._connect = writer, file, connect
        self._engine: Engine | None = None
        self._thread: threading.Thread | None = None
        self._lock, self._ending = threading.Lock(), threading.Event()
        self._wanted, self._felt = threading.Event(), threading.Event()
        self._state = State()
        self._at = self._answered_at = self._said_at = 0.0
        self.is_away = False
        """Whether the database has not answered for so long that nobody should wait for it."""

    def begin(self) -> None:
        """Start to feel it; also anew, should the thread have ended by a fault."""
        if self._thread and self._thread.is_alive():
            return
        with self._lock:
            if self._ending.is_set() or (self._thread and self._thread.is_alive()):
                return
            thread = threading.Thread(target=self._work, name="pulse", daemon=True)
            try:
                thread.start()
            except (RuntimeError, MemoryError):
                log.critical("the pulse cannot be felt", exc_info=True)
                return
            self._thread = thread

    def state(self, wait: float = STALE_AFTER) -> State:
        """Return what was felt last; waits for the first beat, and for nothing else."""
        if self._ending.is_set():
            return State(Fault.ENDING)
        self.begin()
        self._wanted.set()
        self._felt.wait(wait)
        if time.monotonic() - self._at > STALE_AFTER:
            return replace(self._state, fault=Fault.AWAY)
        return self._state

    @property
    def felt(self) -> State:
        """What was felt last; nothing is wrong before the first beat."""
        return self._state

    @property
    def is_felt(self) -> bool:
        return self._felt.is_set()

    def close(self) -> None:
        self._ending.set()
        self._wanted.set()
        if self._thread:
            self._thread.join(2 * PATIENCE)
        if self._engine:
            self._engine.dispose()

    def _work(self) -> None:
        self._wanted.wait(EVERY)  # what is over sooner needs no pulse
        while not self._ending.is_set():
            self._beat()
            self._felt.set()
            self._ending.wait(EVERY)

    def _beat(self) -> None:
        """Feel it once. Whatever is wrong is a state, not an end of feeling."""
        try:
            self._writer.look_after()
            self._note(self._feel())
        except Exception:
            log.exception("feeling the pulse failed")
            self._note(replace(self._state, fault=Fault.AWAY))

    def _feel(self) -> State:
        free = self._file.free_bytes()
        if not self._file.is_ours():
            return State(Fault.EXCHANGED, free_bytes=free)
        revisions = self._ask()
        now = time.monotonic()
        if revisions is None:
            self.is_away = now - self._answered_at > AWAY_AFTER
            return State(Fault.AWAY, free_bytes=free)
        self.is_away, self._answered_at = False, now
        return State(self._fault_of_writer(now), revisions, free)

    def _ask(self) -> frozenset[str] | None:
        """Return which migrations are there, by a question that takes no lock; None: no answer."""
        try:
            self._engine = self._engine or self._connect()
            with self._engine.execution_options(reading=True).connect() as connection:
                found = connection.execute(text("SELECT version_num FROM alembic_version"))
                return frozenset(found.scalars())
        except SQLAlchemyError as failure:
            log.debug("no pulse", exc_info=failure)
            return frozenset() if _is_answer(failure) else None

    def _fault_of_writer(self, now: float) -> Fault | None:
        standing = self._writer.standing(now)
        if standing.is_closing:
            return Fault.ENDING
        if standing.stuck:
            return Fault.STANDS_STILL
        return Fault.FAILS if standing.has_failed else None

    def _note(self, state: State) -> None:
        """Keep what was felt; a fault is said when it comes, once a minute, and when it goes."""
        now, before, self._state = time.monotonic(), self._state.fault, state
        self._at = now
        if state.fault and (state.fault is not before or now - self._said_at >= SAID_EVERY):
            self._said_at = now
            what = {"why": state.fault.value, "command": self._writer.standing(now).stuck}
            log.critical("nothing can be written", extra=what)
        elif before and not state.fault:
            log.warning("writing is possible again")


def _is_answer(failure: SQLAlchemyError) -> bool:
    """Tell whether a database has answered, even if only that it has no such table."""
    if not isinstance(failure, DBAPIError):
        return False
    return failure.statement is not None and not failure.connection_invalidated
