"""Writing the audit log beside the answers: nobody waits for it, and strangers cannot fill it.

A line of the security log is written at once; the entry goes with one of the next group commits,
a tenth of a second later at most. Should the process be killed in between, the line remains.
"""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Sequence
from contextvars import Context
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from postal_tracker.access.audit import Note, record
from postal_tracker.core.problems import Problem
from postal_tracker.storage.database import Database

SECURITY_LOG = logging.getLogger("postal_tracker.security")
"""JSON lines; where they go is for the command to say that starts the service."""

log = logging.getLogger(__name__)

LINGER = 0.1
"""Seconds for which entries are gathered: some commits, not one for each reading."""

AGAIN_AFTER = 1.0
"""Seconds until the database is asked once more, if it did not take them."""

AT_ONCE = 200
MOST_WAITING = 20_000
"""Entries that wait while the database is away; of more only the line remains."""

FIRST_OF_AN_HOUR = 20
"""Refusals of one network or account that are written one by one, of each kind."""

ALL_FIRST_OF_AN_HOUR = 500
MOST_COUNTED = 500
"""In one process and hour: refusals written one by one, and sums; so a flood writes 1,001 rows."""

_HOUR = timedelta(hours=1)


class Trail:
    """What waits to be written into the audit log. Belongs to one process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[Note] = deque()
        self._refusals = Refusals()
        self._task: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    def note(self, note: Note) -> None:
        """Write something down: the line now, the entry soon. Called in the event loop."""
        tell(note)
        if len(self._waiting) >= MOST_WAITING:
            log.error("an audit entry is in the security log alone: too many wait")
            return
        self._waiting.append(note)
        self._see_to_the_task()

    def refused(self, note: Note) -> None:
        """Write down a refusal, or count it: whoever floods us must not fill the disk."""
        for one in self._refusals.taken(note):
            self.note(one)

    async def settle(self, seconds: float = 5.0) -> None:
        """Write what waits now, so that it can be read; gives up after a while."""
        self._hurry.set()
        if self._waiting:
            self._see_to_the_task()
        if self._task and not self._task.done():
            await asyncio.wait({self._task}, timeout=seconds)

    async def end(self) -> None:
        """Write what waits, the sums of this hour included."""
        for one in self._refusals.ended():
            self.note(one)
        await self.settle()

    def write_now(self) -> None:
        """Write what waits without an event loop: the service ends, the database away or not."""
        sums = self._refusals.ended()
        for one in sums:
            tell(one)
        rest = [*self._waiting, *sums]
        self._waiting.clear()
        try:
            if rest:
                self._database.write_now(lambda s: record(s, rest))
        except (Problem, SQLAlchemyError):
            log.exception("%d audit entries are in the security log alone", len(rest))

    def _see_to_the_task(self) -> None:
        loop = asyncio.get_running_loop()
        if self._task and not self._task.done() and self._task.get_loop() is loop:
            return
        self._hurry = asyncio.Event()
        # Of no request: what its caller is patient for, or hangs up on, is not this.
        self._task = loop.create_task(self._write(), context=Context())

    async def _write(self) -> None:
        while self._waiting:
            await _until(self._hurry, LINGER)
            batch = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
            if not await self._are_kept(batch):
                self._waiting.extendleft(reversed(batch))
                await asyncio.sleep(AGAIN_AFTER)

    async def _are_kept(self, batch: Sequence[Note]) -> bool:
        def write(session: Session) -> None:
            record(session, batch)

        try:
            await self._database.write(write)
        except (Problem, SQLAlchemyError) as fault:
            log.warning("the audit log waits for the database", exc_info=fault)
            return False
        return True


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass


def tell(note: Note) -> None:
    """Write a line of the security log."""
    SECURITY_LOG.info("%s", note.as_line())


class Refusals:
    """Which refusals are written one by one, and which are counted: a rate limit for the log."""

    def __init__(self) -> None:
        self._hour: datetime | None = None
        self._seen: Counter[tuple[str, str, str]] = Counter()
        self._written = 0
        self._left_out: dict[tuple[str, str, str], Note] = {}

    def taken(self, note: Note) -> list[Note]:
        """Return what is to be written now: this one, and the sums of an hour that is over."""
        hour = note.at.replace(minute=0, second=0, microsecond=0)
        sums = self.ended() if self._hour is not None and hour > self._hour else []
        self._hour = hour
        key = (note.what.value, note.who, note.network)
        if len(self._seen) < MOST_COUNTED or key in self._seen:
            self._seen[key] += 1
        is_first = 0 < self._seen[key] <= FIRST_OF_AN_HOUR if key in self._seen else False
        if is_first and self._written < ALL_FIRST_OF_AN_HOUR:
            self._written += 1
            return [*sums, note]
        self._count(key, note)
        return sums

    def _count(self, key: tuple[str, str, str], note: Note) -> None:
        if key not in self._left_out and len(self._left_out) >= MOST_COUNTED:
            key = ("refused", "", "")
            note = replace(note, who="", network="", door="", detail="from many networks")
        before = self._left_out.get(key)
        many = (before.many if before else 0) + 1
        self._left_out[key] = replace(before or note, many=many)

    def ended(self) -> list[Note]:
        """Return the sums of the hour, and begin anew."""
        sums = list(self._left_out.values())
        self._seen.clear()
        self._left_out.clear()
        self._written = 0
        return sums
