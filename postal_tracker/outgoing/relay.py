"""The relay of the transactional outbox: gives each change its number soon after its commit.

Whoever is to be told is queued with it: webhooks of other systems, and citizens.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import datetime
from functools import partial

from sqlmodel import Session

from postal_tracker.core.problems import Problem
from postal_tracker.house import House
from postal_tracker.ledger import notice_cues, outbox
from postal_tracker.outgoing import deliveries, notices
from postal_tracker.outgoing.notices import Setup
from postal_tracker.storage.turns import CHANGES, is_my_turn

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

    def __init__(self, house: House) -> None:
        self._house, self._database = house, house.database

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
            while await self._database.read(_has_news):
                setup = notices.setup_of(self._house)
                told = partial(relay, now=self._house.now(), setup=setup)
                if not await self._database.write(told):
                    break  # another process is at it
        except Problem:  # the database is away or busy, which others tell of
            pass
        except Exception:
            log.exception("changes were not numbered")
            return RESTS_SECONDS
        return PACE_SECONDS


def _has_news(session: Session) -> bool:
    return outbox.has_unnumbered(session) or notice_cues.are_there(session)


def relay(session: Session, *, now: datetime, setup: Setup | None = None) -> int:
    """Number the first changes that have none, and queue them for webhooks; return how many.

    With a `setup` citizens are told of them, too, and of what their cues call for.
    """
    if not is_my_turn(session.connection(), CHANGES):
        return 0
    first, last = outbox.number(session, MOST)
    if first <= last:
        deliveries.queue(session, first, last, now=now)
    cues = 0
    if setup is not None:
        cues = notices.queue(session, first, last, most=MOST, setup=setup, now=now)
    return last - first + 1 + cues
