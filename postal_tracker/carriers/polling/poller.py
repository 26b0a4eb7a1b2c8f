"""Questions to one carrier, several under way at once, until nothing is due or it must rest."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import httpx
from sqlmodel import Session

from adapters.carrier import Carrier, Unreachable, Unreadable
from adapters.event import CarrierEvent
from postal_tracker.carriers import inbox, state
from postal_tracker.carriers.backoff import FAILURES_ENDURED
from postal_tracker.carriers.exchange import Exchange
from postal_tracker.carriers.next_checks import plan
from postal_tracker.carriers.polling.leases import (
    NOTHING,
    Taken,
    come_back_one_by_one,
    give_back,
    lock,
    take,
)
from postal_tracker.carriers.polling.rate import ANSWER_WITHIN, RateLimit

log = logging.getLogger(__name__)

UNDER_WAY = 8
"""Questions to one carrier at once, where its answers take longer than its rate allows for."""

_LOT = timedelta(seconds=15)
"""Parcels are taken for so much asking, and for what can be under way at once, at most.

So even if each answer takes as long as it may, the last of them is there within the lease: a lot is
taken while the one before it is asked about (75 s), asked about (75 s), and answered (60 s).
"""


async def ask_all_due(
    exchange: Exchange,
    client: httpx.AsyncClient,
    name: str,
    *,
    by: str,
    rate: RateLimit | None = None,
) -> int:
    """Poll a carrier, or a source, about all that is due; return how many parcels it told of.

    `by` names the process: one polls a carrier at a time. Ends early if the carrier must rest.
    """
    carrier = exchange.carriers.find(name)
    rate = rate or RateLimit(exchange.carriers.rate_per_second(name))
    round_ = _Round(exchange, client, carrier, by, rate)
    try:
        await round_.work_off(min(max(_LOT // rate.gap, 1), UNDER_WAY))
    finally:
        # Whoever asks next keeps the distance to our last question.
        free_at = exchange.now() + rate.gap
        release = partial(state.release, carrier=name, by=by, at=free_at)
        await exchange.database.write(release)
    return round_.told_of


@dataclass(slots=True)
class _Round:
    exchange: Exchange
    client: httpx.AsyncClient
    carrier: Carrier
    by: str
    rate: RateLimit
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UNDER_WAY))
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    failures: int = 0
    """In a row, of this round."""
    told_of: int = 0

    @property
    def must_rest(self) -> bool:
        return self.failures >= FAILURES_ENDURED or self.wishes_rest

    wishes_rest: bool = False

    async def work_off(self, lot: int) -> None:
        """Ask so many questions at a time, until nothing is due; take the next ones meanwhile."""
        async with asyncio.TaskGroup() as under_way:
            taken = await self._take(lot)
            while taken.ids:
                ahead = lot > 1 and not taken.is_trial
                following = under_way.create_task(self._take(lot)) if ahead else None
                for question in taken.questions(self.carrier.numbers_per_question):
                    await self._put(question, under_way)
                if taken.is_trial:
                    await self._all_answered()
                taken = await (following or self._take(lot))

    async def _take(self, lot: int) -> Taken:
        """Take what is due, unless the carrier must rest."""
        if self.must_rest:
            return NOTHING
        return await self.exchange.database.write(
            partial(
                take,
                asked=self.carrier.name,
                carriers=self.exchange.carriers.asked_at(self.carrier.name),
                question=self.carrier.numbers_per_question,
                most=lot * self.carrier.numbers_per_question,
                gap=self.rate.gap,
                by=self.by,
                now=self.exchange.now(),
            )
        )

    async def _put(self, question: Taken, under_way: asyncio.TaskGroup) -> None:
        """Put a question as soon as the carrier's rate allows; give it back if it must rest."""
        await self.room.acquire()
        if not self.must_rest:
            await self.rate.turn()
        if not self.must_rest:
            under_way.create_task(self._ask_about(question))
            return
        self.room.release()
        await self._write(partial(give_back, ids=question.ids, now=self.exchange.now()))

    async def _all_answered(self) -> None:
        for _ in range(UNDER_WAY):
            await self.room.acquire()
        for _ in range(UNDER_WAY):
            self.room.release()

    async def _ask_about(self, question: Taken) -> None:
        try:
            events, problem = await _answer(self.carrier, self.client, question.numbers)
            await self._write(
                partial(self._record, question=question, events=events, problem=problem)
            )
            self.failures = 0
            self.told_of += len(question.ids)
        except Unreachable as fault:
            await self._failed(question, fault, fault.retry_after_seconds or 0.0)
        except Unreadable as fault:
            await self._failed(question, fault)
        finally:
            self.room.release()

    async def _failed(self, question: Taken, fault: Exception, wish_seconds: float = 0.0) -> None:
        log.warning("a question failed", extra={"carrier": self.carrier.name, "why": str(fault)})
        self.failures += 1
        self.wishes_rest = self.wishes_rest or wish_seconds > 0
        await self._write(
            partial(self._note_failure, question=question, fault=fault, wish=wish_seconds)
        )

    async def _write(self, command: Callable[[Session], None]) -> None:
        """Write one thing at a time: in one transaction, answers would hold up every webhook."""
        async with self.writing:
            await self.exchange.database.write(command)

    # In a transaction

    def _record(
        self, session: Session, question: Taken, events: Sequence[CarrierEvent], problem: str
    ) -> None:
        now, name = self.exchange.now(), self.carrier.name
        # Parcels first and by id, as the ledger does it, then the carrier: so no two writers wait
        # for each other.
        lock(session, question.ids)
        whose = not self.carrier.carries
        inbox.record_answer(session, name, events, now=now, of_anybodys=whose)
        if problem:
            inbox.keep_unread_answer(session, name, problem, now=now)
        plan(session, question.ids, now=now, timing=self.exchange.timing, asked=True)
        state.note_answer(session, name, now=now)

    def _note_failure(
        self, session: Session, question: Taken, fault: Exception, wish: float
    ) -> None:
        now, name, timing = self.exchange.now(), self.carrier.name, self.exchange.timing
        if isinstance(fault, Unreadable):
            inbox.keep_unread_answer(session, name, str(fault), now=now)
        come_back_one_by_one(session, question.ids, now=now, timing=timing)
        wait = timedelta(seconds=wish)
        state.note_failure(session, name, now=now, wish=wait, timing=timing)


async def _answer(
    carrier: Carrier, client: httpx.AsyncClient, numbers: Sequence[str]
) -> tuple[Sequence[CarrierEvent], str]:
    """Return what the carrier knows, and why a part of that cannot be read ("" if all can).

    Raises Unreachable, Unreadable (nothing of it can be read); nothing else.
    """
    try:
        async with asyncio.timeout(ANSWER_WITHIN.total_seconds()):
            return await carrier.ask(client, numbers), ""
    except Unreadable as fault:
        if not fault.events:
            raise
        return fault.events, str(fault)
    except Unreachable:
        raise
    except TimeoutError:
        raise Unreachable(f"no answer within {ANSWER_WITHIN}") from None
    except Exception:
        log.exception("an adapter failed", extra={"carrier": carrier.name})
        raise Unreadable("a fault in the adapter") from None
