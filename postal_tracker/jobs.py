"""Work that nobody waits for: asking carriers, telling them of parcels, tidying up at night.

The only module that knows DBOS. It starts each piece of work at its time, in one process of however
many there are, and takes up again what a crash cut short. What is due is no business of its: that
stands in our own tables, so a piece of work that is lost or done twice does no harm.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dbos import DBOS, DBOSPortableJSONSerializer, ScheduleInput
from sqlalchemy import Engine, create_engine, event
from sqlmodel import Session

from postal_tracker import announcing, idempotency, polling, wrong_proofs
from postal_tracker.database import sqlite
from postal_tracker.house import House
from postal_tracker.working_days import VIETNAM

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
    hurry: float = 1.0,
    announces: bool = True,
) -> AsyncIterator[None]:
    """Do the house's background work beside whatever runs within; close the house after it.

    `name` tells processes apart that work on one database; stable, for who starts under it again
    takes up what it left (default: the setting). `rounds` is when carriers are asked and told, a
    cron line; `hurry` divides the waits between two questions, see `polling.next_check`. Without
    `announces` carriers are told nothing: the parcels are made known to them in another way.
    """
    engine = _engine(house)
    try:
        # In a thread without an event loop, for DBOS would run its work in ours and set its own
        # thread pool there, which dies with it. So it makes a loop of its own.
        await asyncio.to_thread(_start, house, engine, name, rounds, hurry, announces)
        yield
    finally:
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


def _start(
    house: House, engine: Engine, name: str | None, rounds: str, hurry: float, announces: bool
) -> None:
    DBOS(
        config={
            "name": "postal-tracker",
            "system_database_engine": engine,
            "application_version": VERSION,
            "executor_id": name or house.settings.worker_name,
            "serializer": DBOSPortableJSONSerializer(),  # readable; by default it pickles
            "log_level": "WARNING",
            "enable_otlp": False,
            # Nobody here waits for another's message: PostgreSQL need not keep a connection for it.
            "use_listen_notify": False,
            # That wait is a sleep, and the only thing that closing has to sit out.
            "notification_listener_polling_interval_sec": 0.5,
        }
    )
    jobs = _jobs(house, hurry)
    DBOS.launch()
    wanted = _schedules(house, jobs, rounds, announces)
    known = {schedule["schedule_name"] for schedule in DBOS.list_schedules()}
    for gone in known - {schedule["schedule_name"] for schedule in wanted}:
        DBOS.delete_schedule(gone)
    DBOS.apply_schedules(wanted)


Job = Callable[[datetime, Any], Coroutine[Any, Any, None]]
Round = Callable[..., Awaitable[int]]


def _jobs(house: House, hurry: float) -> dict[str, Job]:
    """Return a house's jobs, registered by the names under which DBOS keeps them."""
    under_way: set[tuple[Round, str]] = set()

    async def one_at_a_time(round_: Round, carrier: str) -> None:
        if (round_, carrier) in under_way:  # the last one takes its time, and does this one's work
            return
        under_way.add((round_, carrier))
        try:
            await _work_off(house, round_, carrier, hurry)
        except Exception:
            log.exception("a round failed", extra={"round": round_.__name__, "carrier": carrier})
        finally:
            under_way.discard((round_, carrier))

    @DBOS.workflow(name="poll")
    async def poll(_at: datetime, carrier: str) -> None:
        await one_at_a_time(polling.poll, carrier)

    @DBOS.workflow(name="announce")
    async def announce(_at: datetime, carrier: str) -> None:
        await one_at_a_time(announcing.announce, carrier)

    @DBOS.workflow(name="tidy")
    async def tidy(at: datetime, _nothing: None) -> None:
        await house.database.write(partial(_forget, now=house.now()))
        await DBOS.run_step_async({"name": "forget_finished"}, _forget_finished, at - FINISHED_KEPT)

    return {"poll": poll, "announce": announce, "tidy": tidy}


async def _work_off(house: House, round_: Round, carrier: str, hurry: float) -> None:
    """Do one round after the other until one finds too little to do, at the carrier's pace."""
    pause = 1 / house.settings.carriers[carrier].rate_per_second
    async with polling.client() as client:
        while await round_(house, client, carrier, hurry=hurry) == polling.MOST:
            await asyncio.sleep(pause)


def _forget(session: Session, now: datetime) -> None:
    wrong_proofs.forget_ended_windows(session, now)
    idempotency.forget_old(session, now)


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
