"""Telling citizens: each channel for itself, so that a slow one holds up none.

No transaction is open while a channel is at work. In several processes each takes what another has
not leased.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import partial

from postal_tracker.core.notices import ToldBy
from postal_tracker.core.problems import Problem
from postal_tracker.house import House
from postal_tracker.outgoing.notices import gateway
from postal_tracker.outgoing.notices.claiming import Round, claim, has_due
from postal_tracker.outgoing.notices.email import Email
from postal_tracker.outgoing.notices.message import Sends
from postal_tracker.outgoing.notices.outcomes import BROKEN_OFF, Fate, Outcome
from postal_tracker.outgoing.notices.settling import settle
from postal_tracker.outgoing.notices.setup import setup_of
from postal_tracker.outgoing.notices.sms import Sms
from postal_tracker.outgoing.notices.zalo import Zalo
from postal_tracker.outgoing.notices.zalo_tokens import Tokens

log = logging.getLogger(__name__)

WITHIN_SECONDS = 60
"""How long one attempt may take; well within its lease."""

LISTENS_SECONDS = 1.0
RESTS_SECONDS = 30

Channels = Mapping[ToldBy, Sends]


@asynccontextmanager
async def opened(house: House) -> AsyncIterator[Channels]:
    """Yield the channels that are set up. A new one takes its file, and a line here."""
    told, setup = house.settings.notices, setup_of(house)
    async with gateway.client() as http:
        every: Channels = {
            ToldBy.EMAIL: Email(told.email),
            ToldBy.SMS: Sms(told.sms, http),
            ToldBy.ZALO: Zalo(told.zalo, http, Tokens(house, told.zalo, http)),
        }
        yield {channel: sends for channel, sends in every.items() if channel in setup.open}


class Teller:
    """Tells citizens what is queued for them."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def run(self) -> None:
        """Do so for ever."""
        async with opened(self._house) as channels, asyncio.TaskGroup() as tasks:
            for channel, sends in channels.items():
                tasks.create_task(self._serve(channel, sends))

    async def _serve(self, channel: ToldBy, sends: Sends) -> None:
        with self._house.database.nudges() as committed:
            while True:
                committed.clear()
                if await self._did_something(channel, sends):
                    continue
                with suppress(TimeoutError):
                    await asyncio.wait_for(committed.wait(), LISTENS_SECONDS)
                await asyncio.sleep(0.1)

    async def _did_something(self, channel: ToldBy, sends: Sends) -> bool:
        try:
            if await self._house.database.read(
                partial(has_due, channel=channel, now=self._house.now())
            ):
                return await self.tell(channel, sends)
        except Problem:  # the database is away or busy, which others tell of
            await asyncio.sleep(LISTENS_SECONDS)
        except Exception:
            log.exception("citizens were not told", extra={"channel": channel.value})
            await asyncio.sleep(RESTS_SECONDS)
        return False

    async def tell(self, channel: ToldBy, sends: Sends) -> bool:
        """Do one round in a channel; tell whether there was one."""
        database, now, setup = self._house.database, self._house.now, setup_of(self._house)
        can_be_asked = sends.can_be_asked
        claimed = partial(
            claim,
            channel=channel,
            rate_per_second=sends.rate_per_second,
            can_be_asked=can_be_asked,
            setup=setup,
            now=now(),
        )
        round_ = await database.write(claimed)
        if not (round_.messages or round_.asks):
            return bool(round_.looked_at)
        sent, asked = await _done(sends, round_)
        kept = partial(
            settle,
            channel=channel,
            sent=sent,
            asked=asked,
            can_be_asked=can_be_asked,
            setup=setup,
            now=now(),
        )
        await database.write(kept)
        return True


Outcomes = list[tuple[int, Outcome]]


async def _done(sends: Sends, round_: Round) -> tuple[Outcomes, Outcomes]:
    """Send and ask, all at once."""
    sent = [_bounded(sends.send(message)) for _, message in round_.messages]
    asked = [_bounded(sends.ask(reference)) for _, reference in round_.asks]
    outcomes = await asyncio.gather(*sent, *asked)
    ids = [id_ for id_, _ in (*round_.messages, *round_.asks)]
    told = list(zip(ids, outcomes, strict=True))
    return told[: len(sent)], told[len(sent) :]


async def _bounded(attempt: Awaitable[Outcome]) -> Outcome:
    """Make one attempt; whatever goes wrong in it, it may have reached somebody."""
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            return await attempt
    except TimeoutError:
        return Outcome(Fate.UNKNOWN, BROKEN_OFF)
    except Exception as wrong:  # noqa: BLE001 - its text may name the address
        log.warning("an attempt broke off", extra={"kind": type(wrong).__name__})
        return Outcome(Fate.UNKNOWN, BROKEN_OFF)
