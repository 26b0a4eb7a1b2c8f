"""The relay of the transactional outbox: gives each change its number soon after its commit."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

from sqlmodel import Session

from postal_tracker.core.problems import Problem
from postal_tracker.ledger import outbox
from postal_tracker.outgoing import deliveries
from postal_tracker.storage.database import Database

log = logging.getLogger(__name__)

MOST = 500
"""Changes that are numbered in one transaction: others wait to write meanwhile."""

PACE_SECONDS = 1.0
"""How long it waits between two rounds: what comes meanwhile is numbered together."""

LISTENS_SECONDS = 2.0
"""How long it waits after that for a commit of this process, before it looks for others'."""

RESTS_SECONDS = 30


class Relay:
    """Numbers what has changed; of several, in however many processes, one at a time."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    async def run(self) -> None:
        """Do so for ever."""
        with self._database.nudges() as committed:
            while True:
                committed.clear()
                await asyncio.sleep(await self._round())
                with suppress(TimeoutError):
                    await asyncio.wait_for(committed.wait(), LISTENS_SECONDS)

    async def _round(self) -> float:
        """Number what has none, and return for how long to rest."""
        try:
            while await self._database.read(outbox.has_unnumbered):
                if not await self._database.write(partial(relay, now=self._now())):
                    break  # another process is at it
        except Problem:  # the database is away or busy, which others tell of
            pass
        except Exception:
            log.exception("changes were not numbered")
            return RESTS_SECONDS
        return PACE_SECONDS


def relay(session: Session, *, now: datetime) -> int:
    """Number the first changes that have none, and queue them for webhooks; return how many."""
    first, last = outbox.number(session, MOST)
    if first <= last:
        deliveries.queue(session, first, last, now=now)
    return last - first + 1
