"""What is done in the background: polling carriers, telling them of parcels, tidying up at night.

What is due stands in our own tables, so a task that is lost or done twice does no harm.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

import httpx
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import audit, people, throttle
from postal_tracker.background.clock import ClockWatch
from postal_tracker.carriers import announcing, inbox, polling, promises, state
from postal_tracker.carriers.polling import RateLimit
from postal_tracker.core.eta import Forecaster
from postal_tracker.core.working_days import local_day
from postal_tracker.desks import erasing, rating, worklist
from postal_tracker.desks.imports import under_way
from postal_tracker.house import House
from postal_tracker.ledger import idempotency, outbox, tallies
from postal_tracker.ledger.log import forget_salts
from postal_tracker.outgoing import deliveries, notices

log = logging.getLogger(__name__)

Forget = Callable[[Session, int], int]
"""Deletes or empties at most so many rows, and returns how many."""

_SLICE_SECONDS = 0.02
"""How long one slice of housekeeping may write: a webhook that comes meanwhile waits so long."""

_FEWEST = 20

_LEARNED_EVERY = timedelta(hours=1)

Round = Callable[[httpx.AsyncClient, str], Awaitable[None]]


class Tasks:
    """A house's tasks; one round of a kind at a time, each carrier within its own rate limit.

    `by` tells this process from all others.
    """

    def __init__(self, house: House, by: str, clock: ClockWatch | None = None) -> None:
        self._house, self._by, self._clock = house, by, clock or ClockWatch()
        self._rates: dict[tuple[str, float], RateLimit] = {}
        self._under_way: set[tuple[Round, str]] = set()
        self._learned: tuple[Forecaster, datetime] | None = None

    async def poll(self, carrier: str) -> None:
        """Ask a carrier about all parcels that are due."""
        await self._one_at_a_time(self._ask, carrier)

    async def announce(self, carrier: str) -> None:
        """Tell a carrier of all parcels to come."""
        await self._one_at_a_time(self._tell, carrier)

    async def tidy(self) -> None:
        """Forget what nobody needs any more (housekeeping), so that nothing grows for ever."""
        now = self._house.now()  # read first: what leaps after it does no harm
        if self._clock.is_in_doubt:
            log.warning("nothing is erased for a day: the clock went ahead by more than an hour")
            return
        for forget in self.forgotten(now):
            await self._in_slices(forget)

    async def count(self) -> None:
        """Fold what has changed into the tallies: what reads them adds up few rows."""
        await self._in_slices(tallies.fold)

    async def promise(self) -> None:
        """Note what the post has taken since, and when it will arrive."""
        make = partial(promises.make, forecaster=await self._forecaster(), now=self._house.now())
        await self._in_slices(make)

    async def _forecaster(self) -> Forecaster:
        """Return what is known of parcels before; it is learned anew once an hour and day."""
        house, now = self._house, self._house.now()
        known, at = self._learned or (None, now)
        if known and timedelta(0) <= now - at < _LEARNED_EVERY and local_day(at) == local_day(now):
            return known
        names = [carrier.name for carrier in house.carriers]
        learn = partial(promises.learn, carriers=names, calendar=house.calendar, now=now)
        learned = await house.database.read(learn, slow=True)
        # A record that has just been brought up tells more within a minute.
        self._learned = None if learned.knows_nothing else (learned, now)
        return learned

    def forgotten(self, now: datetime) -> list[Forget]:
        """Return what lets go of each kind of row that has had its time."""
        kept_for = timedelta(days=self._house.settings.messages_kept_days)
        return [
            partial(throttle.forget_ended_windows, now=now),
            partial(idempotency.forget_old, now=now),
            partial(access.forget_old_sessions, now=now),
            partial(inbox.erase_old, kept_for=kept_for, now=now),
            partial(inbox.fold_away, now=now),
            partial(deliveries.forget_old, kept_for=outbox.KEPT, now=now),
            partial(outbox.forget_old, now=now),
            partial(notices.forget_old, kept_for=kept_for, now=now),
            partial(worklist.forget_old, now=now),
            partial(under_way.forget_old, now=now),
            partial(rating.forget_old, now=now),
            *self._people(now),
            partial(
                audit.forget_old,
                kept_for=self._house.audit_kept_for,
                now=now,
                let_go=partial(forget_salts, kind="audit"),
            ),
            *self._idle_accounts(now),
        ]

    def _people(self, now: datetime) -> list[Forget]:
        """Return what erases people whose matters ended long ago, unless none are to be erased."""
        days = self._house.settings.people_kept_days
        kept_for = max(timedelta(days=days), self._house.people_required_for)
        erases = (erasing.erase_old, erasing.erase_old_denunciations) if days else ()
        return [partial(erase, kept_for=kept_for, now=now) for erase in erases]

    def _idle_accounts(self, now: datetime) -> list[Forget]:
        """Return what closes accounts that nobody uses, unless the centre wants none closed."""
        days = self._house.settings.idle_account_days
        closes = partial(people.disable_idle, idle_for=timedelta(days=days), now=now)
        return [closes] if days else []

    async def _in_slices(self, forget: Forget) -> None:
        """Forget until nothing is left, a few rows at a time: others wait to write meanwhile."""
        most, done = _FEWEST, 1
        while done:
            done, took = await self._house.database.write(partial(_timed, forget, most))
            most = max(_FEWEST, min(2 * most, int(most * _SLICE_SECONDS / took)))
            await asyncio.sleep(took)

    async def _one_at_a_time(self, round_: Round, carrier: str) -> None:
        """Do a round, unless the last one takes its time: then that one does this one's work."""
        if (round_, carrier) in self._under_way:
            return
        self._under_way.add((round_, carrier))
        try:
            async with polling.client() as client:
                await round_(client, carrier)
        except Exception:
            log.exception("a round failed", extra={"round": round_.__name__, "carrier": carrier})
        finally:
            self._under_way.discard((round_, carrier))

    def _rate(self, carrier: str) -> RateLimit:
        """Return a carrier's rate limit, which asking and telling share."""
        per_second = self._house.carriers.rate_per_second(carrier)
        return self._rates.setdefault((carrier, per_second), RateLimit(per_second))

    async def _ask(self, client: httpx.AsyncClient, carrier: str) -> None:
        exchange, rate = self._house.exchange, self._rate(carrier)
        await polling.ask_all_due(exchange, client, carrier, by=self._by, rate=rate)

    async def _tell(self, client: httpx.AsyncClient, carrier: str) -> None:
        """Tell of parcels, unless another process speaks with the carrier just now."""
        exchange, rate, told = self._house.exchange, self._rate(carrier), announcing.MOST
        while told == announcing.MOST and await self._holds(carrier):
            told = await announcing.announce(exchange, client, carrier, rate=rate)

    async def _holds(self, carrier: str) -> bool:
        """Take the lease of a carrier or keep it: polling and telling, one process at a time."""
        gap, now = self._rate(carrier).gap, self._house.now()
        return await self._house.database.write(
            lambda s: state.hold(s, carrier, by=self._by, gap=gap, now=now) is not None
        )


def _timed(forget: Forget, most: int, session: Session) -> tuple[int, float]:
    began = time.perf_counter()
    return forget(session, most), time.perf_counter() - began
