"""Work that nobody waits for: asking carriers, telling them of parcels, tidying up at night.

The only module that knows DBOS. It starts each piece of work at its time, in one process of however
many there are, and takes up again what a crash cut short. What is due is no business of its: that
stands in our own tables, so a piece of work that is lost or done twice does no harm.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
from dbos import DBOS, DBOSPortableJSONSerializer, ScheduleInput
from sqlalchemy import Engine, create_engine, event
from sqlmodel import Session

from postal_tracker.access import throttle
from postal_tracker.background import workers
from postal_tracker.carriers import announcing, inbox, polling, state
from postal_tracker.carriers.polling import RateLimit
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.house import House
from postal_tracker.ledger import idempotency
from postal_tracker.storage.engines import sqlite

log = logging.getLogger(__name__)

# Finding a handler DBOS adds none of its own, and what it has to say goes where ours goes.
logging.getLogger("dbos").addHandler(logging.NullHandler())

EVERY_MINUTE = "0 * * * * *"
"""A cron line that begins with seconds, as all here do."""

NIGHTLY = "0 30 2 * * *"

VERSION = "1"
"""Of these jobs: what another version left half done is not taken up. Raise it with their meaning.

Without it DBOS takes a hash of the code, and every release would strand work.
"""

FINISHED_KEPT = timedelta(days=2)
"""How long DBOS remembers finished work; nobody reads it but somebody who looks for a fault."""


@asynccontextmanager
async def running(
    house: House,
    *,
    name: str | None = None,
    rounds: str = EVERY_MINUTE,
    announces: bool = True,
) -> AsyncIterator[None]:
    """Do the house's background work beside whatever runs within; close the house after it.

    `name` tells processes apart that work on one database; stable, for who starts under it again
    takes up what it left (default: the setting). `rounds` is when carriers are asked and told, a
    cron line. Without `announces` carriers are told nothing: the parcels are made known to them in
    another way.
    """
    engine = _engine(house)
    me = name or house.settings.worker_name
    watching = None
    try:
        # In a thread without an event loop, for DBOS would run its work in ours and set its own
        # thread pool there, which dies with it. So it makes a loop of its own.
        await asyncio.to_thread(_start, house, engine, me, rounds, announces)
        watching = asyncio.create_task(_watch(house, me))
        yield
    finally:
        if watching:
            watching.cancel()
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if engine is not house.database.engine:
            engine.dispose()


def _engine(house: House) -> Engine:
    """Return how DBOS reaches our database. On SQLite it needs connections in its own manner.

    DBOS begins its transactions itself, so ours, which say BEGIN IMMEDIATE, refuse its migrations;
    and its many small questions would each take the lock that the writer needs. With the driver's
    own manner only its writes do. Nothing it keeps on SQLite need outlast a power cut (a round that
    is forgotten comes again in a minute), so it does not wait for the disk either.
    """
    if not house.database.is_sqlite:
        return house.database.engine
    # The same library as ours: two of them in one process break each other's locks.
    engine = create_engine(
        house.database.engine.url,
        module=sqlite,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = "IMMEDIATE"
    connection.execute("PRAGMA busy_timeout=30000")
    connection.execute("PRAGMA synchronous=NORMAL")


def _start(house: House, engine: Engine, name: str, rounds: str, announces: bool) -> None:
    DBOS(
        config={
            "name": "postal-tracker",
            "system_database_engine": engine,
            "application_version": VERSION,
            "executor_id": name,
            "serializer": DBOSPortableJSONSerializer(),  # readable; by default it pickles
            "log_level": "WARNING",
            "enable_otlp": False,
            # Nobody here waits for another's message: PostgreSQL need not keep a connection for it.
            "use_listen_notify": False,
            # That wait is a sleep, and the only thing that closing has to sit out.
            "notification_listener_polling_interval_sec": 0.5,
        }
    )
    # Not the process's id: that of two containers may be the same, and so may their names be.
    jobs = _jobs(house, by=f"{name}:{secrets.token_hex(4)}")
    DBOS.launch()
    wanted = _schedules(house, jobs, rounds, announces)
    known = {schedule["schedule_name"] for schedule in DBOS.list_schedules()}
    for gone in known - {schedule["schedule_name"] for schedule in wanted}:
        DBOS.delete_schedule(gone)
    DBOS.apply_schedules(wanted)


async def _watch(house: House, name: str) -> None:
    """Show that this process lives, and take over what dead ones left half done.

    DBOS itself takes up only what a process of the same name left.
    """
    while True:
        try:
            now = house.now()
            alive = partial(workers.note_alive, name=name, now=now)
            for dead in await house.database.write(alive):
                log.warning("a worker died; its work is taken over", extra={"worker": dead})
                await asyncio.to_thread(_take_over, dead)
        except Exception:
            log.exception("watching over the workers failed")
        await asyncio.sleep(workers.BEAT.total_seconds())


def _take_over(dead: str) -> None:
    left = DBOS.list_workflows(status="PENDING", executor_id=dead, load_input=False)
    if left:
        DBOS.resume_workflows([work.workflow_id for work in left])


Job = Callable[[datetime, Any], Coroutine[Any, Any, None]]
Round = Callable[[httpx.AsyncClient, str], Awaitable[None]]


def _jobs(house: House, by: str) -> dict[str, Job]:
    """Return a house's jobs, registered by the names under which DBOS keeps them."""
    rounds = _Rounds(house, by)

    @DBOS.workflow(name="poll")
    async def poll(_at: datetime, carrier: str) -> None:
        await rounds.one_at_a_time(rounds.ask, carrier)

    @DBOS.workflow(name="announce")
    async def announce(_at: datetime, carrier: str) -> None:
        await rounds.one_at_a_time(rounds.tell, carrier)

    @DBOS.workflow(name="tidy")
    async def tidy(at: datetime, _nothing: None) -> None:
        await house.database.write(partial(_forget, now=house.now()))
        await _erase_messages(house)
        await DBOS.run_step_async({"name": "forget_finished"}, _forget_finished, at - FINISHED_KEPT)

    return {"poll": poll, "announce": announce, "tidy": tidy}


class _Rounds:
    """Asking and telling carriers: one round of a kind at a time, each carrier at its own rate."""

    def __init__(self, house: House, by: str) -> None:
        self._house, self._by = house, by
        # Asking and telling share a carrier's rate.
        self._rates = {
            c.name: RateLimit(house.carriers.rate_per_second(c.name))
            for c in house.carriers
            if c.can_be_asked or c.takes_announcements
        }
        self._under_way: set[tuple[Round, str]] = set()

    async def one_at_a_time(self, round_: Round, carrier: str) -> None:
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

    async def ask(self, client: httpx.AsyncClient, carrier: str) -> None:
        """Ask about all that is due."""
        exchange, rate = self._house.exchange, self._rates[carrier]
        await polling.ask_all_due(exchange, client, carrier, by=self._by, rate=rate)

    async def tell(self, client: httpx.AsyncClient, carrier: str) -> None:
        """Tell of all parcels to come, unless another process speaks with the carrier just now."""
        exchange, rate, told = self._house.exchange, self._rates[carrier], announcing.MOST
        while told == announcing.MOST and await self._holds(carrier):
            told = await announcing.announce(exchange, client, carrier, rate=rate)

    async def _holds(self, carrier: str) -> bool:
        """Take the carrier or keep it: asking and telling, one process at a time."""
        gap, now = self._rates[carrier].gap, self._house.now()
        return await self._house.database.write(
            lambda s: state.hold(s, carrier, by=self._by, gap=gap, now=now) is not None
        )


def _forget(session: Session, now: datetime) -> None:
    throttle.forget_ended_windows(session, now)
    idempotency.forget_old(session, now)


async def _erase_messages(house: House) -> None:
    kept_for = timedelta(days=house.settings.messages_kept_days)
    erase = partial(inbox.erase_old, kept_for=kept_for, now=house.now())
    while await house.database.write(erase) == inbox.MOST_ERASED:
        await asyncio.sleep(0)


async def _forget_finished(before: datetime) -> None:
    """Delete finished work: DBOS itself keeps it for ever."""
    while finished := await DBOS.list_workflows_async(
        status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
        completed_before=before.isoformat(),
        limit=500,
        load_input=False,
        load_output=False,
    ):
        await DBOS.delete_workflows_async([work.workflow_id for work in finished])


def _schedules(
    house: House, jobs: dict[str, Job], rounds: str, announces: bool
) -> list[ScheduleInput]:
    """Return what is done when, for each carrier that can be asked or told, and at night."""
    asked = [("poll", c.name) for c in house.carriers if c.can_be_asked]
    told = [("announce", c.name) for c in house.carriers if announces and c.takes_announcements]
    at_night = ScheduleInput(
        schedule_name="tidy",
        workflow_fn=jobs["tidy"],
        schedule=NIGHTLY,
        cron_timezone=VIETNAM.key,
    )
    return [
        at_night,
        *(
            ScheduleInput(
                schedule_name=f"{what}-{carrier}",
                workflow_fn=jobs[what],
                schedule=rounds,
                context=carrier,
            )
            for what, carrier in asked + told
        ),
    ]
