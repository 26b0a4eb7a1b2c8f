"""The database as doors see it: `write` and `read`.

Here and in the writer alone is anything committed. A command is a unit of work: all of it is kept,
or nothing. The same code runs on SQLite (one process) and PostgreSQL (many).
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, text
from sqlmodel import Session

from postal_tracker.core.problems import busy
from postal_tracker.core.working_days import Calendar, centre_calendar
from postal_tracker.storage import pulse
from postal_tracker.storage.engines import make_engine
from postal_tracker.storage.faults import transaction_of
from postal_tracker.storage.pools import LOOKUPS, READING
from postal_tracker.storage.pulse import Pulse, State
from postal_tracker.storage.record_file import RecordFile
from postal_tracker.storage.writer import Writer

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 - the type of one item


def calendar_of(connection: Connection) -> Calendar:
    """Return by which days and hours this centre counts."""
    found: Calendar = connection.engine.get_execution_options()["calendar"]
    return found


class Database:
    """`write` and `read`, and their like for callers without an event loop."""

    def __init__(
        self, url: str, *, patience: float | None = None, calendar: Calendar | None = None
    ) -> None:
        """`patience`: how many seconds PostgreSQL may take for one answer, where people wait.

        `calendar`: by which dates are moved in the transaction of a scan; None: the country's.
        """
        self.engine = make_engine(url, patience=patience)
        self.count_by(calendar or centre_calendar())
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._reading = self.engine.execution_options(reading=True)
        file = RecordFile(self.engine)
        self._writer = Writer(self.engine, self._nudge, self._may_write, file.is_ours)
        probe = partial(make_engine, url, patience=pulse.PATIENCE)
        self._pulse, self._file = Pulse(self._writer, file, probe), file
        self._listeners: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def count_by(self, calendar: Calendar) -> None:
        """Let dates be moved by these days and hours from now on."""
        self.engine.update_execution_options(calendar=calendar)

    async def write(self, command: Callable[[Session], T]) -> T:
        """Run a command in a transaction and return its result once that is durable.

        The command may run again if the database asks for it, so it does nothing but read and
        write its session. Raises what the command raises (then nothing of it is kept), Busy
        (likewise), or Uncertain.
        """
        self._pulse.begin()
        result: T = await self._writer.queue(command)
        return result

    async def write_each(
        self, command: Callable[[Session, Sequence[I]], Sequence[T]], item: I
    ) -> T:
        """Like `write`, for commands that serve many callers at once.

        Items that queue up for the same command are handed to it as one list; it returns a result
        for each, in order.
        """
        self._pulse.begin()
        result: T = await self._writer.queue(command, is_shared=True, item=item)
        return result

    async def write_at_once(self, command: Callable[[Session], T]) -> T:
        """Run a short command on PostgreSQL in a transaction of its own, beside the writer's queue.

        For what is read nearly always, and must be written in the transaction that read it if it is
        written at all. Raises what the command raises, Busy, or Uncertain.
        """
        if self._pulse.is_away:
            raise busy()
        return await LOOKUPS.run(self.write_now, command)

    async def read(self, query: Callable[[Session], T], *, slow: bool = False) -> T:
        """Return what a query finds. `slow` ones (lists, reports) must not hold up the others.

        A point look-up in SQLite takes less time than handing it to a thread.
        """
        if self.is_sqlite and not slow:
            return self.read_now(query)
        return await (READING if slow else LOOKUPS).run(self.read_now, query)

    def read_now(self, query: Callable[[Session], T]) -> T:
        if self._pulse.is_away:
            raise busy()
        with Session(self._reading, expire_on_commit=False) as session:
            return query(session)

    def write_now(self, command: Callable[[Session], T]) -> T:
        """Run one command in one transaction of its own, for the command line and for tests."""
        with self.transaction() as session:
            return command(session)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with Session(self.engine, expire_on_commit=False) as session, transaction_of(session):
            yield session
        self._nudge()

    @contextmanager
    def nudges(self) -> Iterator[asyncio.Event]:
        """Give an event that is set after each commit, so that who waits for news need not poll.

        It is a hint: it tells of this process's commits alone, and of several at once. Who must
        miss nothing clears it, looks, and waits for it with a timeout.
        """
        listener = (asyncio.get_running_loop(), asyncio.Event())
        self._listeners.append(listener)
        try:
            yield listener[1]
        finally:
            self._listeners.remove(listener)

    def _nudge(self) -> None:
        for loop, committed in tuple(self._listeners):
            with suppress(RuntimeError):  # that loop is closed; nobody waits there any more
                loop.call_soon_threadsafe(committed.set)

    def at_one_moment(self, *, writing: bool = False) -> Engine:
        """Return an engine whose transactions see one snapshot, while others go on writing.

        On SQLite whoever is `writing` is the only one to write until he is done.
        """
        if self.is_sqlite:
            return self.engine.execution_options(reading=not writing)
        return self.engine.execution_options(isolation_level="REPEATABLE READ")

    def size_bytes(self) -> int:
        """Return how large the record is, with what of a SQLite one has yet to be folded into it.

        In whatever thread: of PostgreSQL it is a question.
        """
        if self.is_sqlite:
            name = self.engine.url.database or ""
            files = (Path(f"{name}{end}") for end in ("", "-wal"))
            return sum(file.stat().st_size for file in files if file.is_file())
        asked = text("SELECT pg_database_size(current_database())")
        return int(self.read_now(lambda s: s.connection().execute(asked).scalar_one()))

    async def state(self) -> State:
        """Return whether it can be used now, as it was felt last; nobody is asked for it."""
        self._pulse.begin()
        if not self._pulse.is_felt:
            return await asyncio.to_thread(self._pulse.state)
        return self._pulse.state()

    @property
    def felt(self) -> State:
        """What was felt last, without waiting for the first time."""
        return self._pulse.felt

    def _may_write(self) -> bool:
        return self._file.is_ours() and not self._pulse.is_away

    def close(self) -> None:
        """Finish what is queued, then let go of the database."""
        self._writer.close()
        self._pulse.close()
        self._file.close()
        self.engine.dispose()
