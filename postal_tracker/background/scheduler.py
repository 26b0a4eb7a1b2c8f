"""When each task is done, and by whom: this is DBOS, started and stopped with the house.

It starts each task at its time, in one process of however many there are, and takes up again what a
crash cut short. Why DBOS, and at what price: docs/decisions/0009-dbos.md.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from dbos import DBOS, DBOSConfig, ScheduleInput

from postal_tracker import outgoing
from postal_tracker.background import clock, workers
from postal_tracker.background.escalating import Escalation
from postal_tracker.background.list_imports import Importer
from postal_tracker.background.queues import NAME, SERIALIZER, Queue
from postal_tracker.background.tasks import Tasks
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.house import TAKEN_UP_EVERY, House
from postal_tracker.storage.engines import sqlite

log = logging.getLogger(__name__)

# Finding a handler DBOS adds none of its own, and what it has to say goes where ours goes.
logging.getLogger("dbos").addHandler(logging.NullHandler())

EVERY_MINUTE = "0 * * * * *"
"""A cron line that begins with seconds, as all here do."""

_NIGHT = time(2, 30)
NIGHTLY = f"0 {_NIGHT.minute} {_NIGHT.hour} * * *"

VERSION = "1"
"""Of these jobs: what another version left half done is not taken up. Raise it with their meaning.

Without it DBOS takes a hash of the code, and every release would strand work.
"""

FINISHED_KEPT = timedelta(days=2)
"""How long DBOS remembers finished work; nobody reads it but somebody who looks for a fault."""

GRACE_SECONDS = 1
"""How long work that is under way may go on when all is to stop; it begins nothing new meanwhile.
Without that DBOS would begin work while it ends, and complain."""


@asynccontextmanager
async def running(
    house: House,
    *,
    name: str | None = None,
    rounds: str = EVERY_MINUTE,
    announces: bool = True,
    queues: Sequence[Queue] = (),
) -> AsyncIterator[None]:
    """Do the house's background work beside whatever runs within; close the house after it.

    `name` tells processes apart that work on one database; stable, for who starts under it again
    takes up what it left (default: the setting). `rounds` is when carriers are polled and told, a
    cron line. Without `announces` carriers are told nothing: the parcels are made known to them in
    another way. `queues` are those whose jobs are done here.
    """
    me = name or house.settings.worker_name
    # Not the process's id: that of two containers may be the same, and so may their names be.
    by = f"{me}:{secrets.token_hex(4)}"
    watch = clock.ClockWatch()
    tasks = Tasks(house, by=by, clock=watch)
    beside: list[asyncio.Task[None]] = []
    try:
        # In a thread without an event loop, for DBOS would run its work in ours and set its own
        # thread pool there, which dies with it. So it makes a loop of its own.
        jobs = await asyncio.to_thread(_start, house, me, tasks, queues)
        await house.refresh()
        wanted = partial(_schedules, house, jobs, rounds, announces)
        await asyncio.to_thread(_apply, schedules := wanted())
        await asyncio.to_thread(_make_up_for_the_night, datetime.now(VIETNAM))
        settings = _watch_settings(house, schedules, wanted)
        watches = (_watch(house, me), _watch_clock(house, watch, schedules), settings)
        own = [one.run() for one in (house.sequencer(by), Importer(house, by), Escalation(house))]
        beside += map(asyncio.create_task, (*watches, _count(tasks), *own, *outgoing.ways(house)))
        yield
    finally:
        for task in beside:
            task.cancel()
        await asyncio.to_thread(
            DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=GRACE_SECONDS
        )


Job = Callable[[datetime, Any], Coroutine[Any, Any, None]]


def _start(house: House, name: str, tasks: Tasks, queues: Sequence[Queue]) -> dict[str, Job]:
    """Start DBOS, and return the jobs by the names under which it keeps them."""
    DBOS(config=_config(house, name))
    jobs = _jobs(tasks)
    for queue in queues:
        queue.register()
    DBOS.launch()
    for queue in queues:
        queue.open()
    return jobs


def _config(house: House, name: str) -> DBOSConfig:
    config: DBOSConfig = {
        "name": NAME,
        "application_version": VERSION,
        "executor_id": name,
        "serializer": SERIALIZER,
        "log_level": "WARNING",
        "enable_otlp": False,
        # Nobody here waits for another's message: PostgreSQL need not keep a connection for it.
        "use_listen_notify": False,
        # That wait is a sleep, and the only thing that closing has to sit out.
        "notification_listener_polling_interval_sec": 0.5,
        # How soon it sees that its schedules began anew; by default after 30 s.
        "scheduler_polling_interval_sec": 5,
    }
    engine = house.database.engine
    if house.database.is_sqlite:
        # It begins its transactions itself, so ours, which say BEGIN IMMEDIATE, are not for it. The
        # same library, though: two of them in one process break each other's locks.
        config["system_database_url"] = engine.url.render_as_string()
        config["db_engine_kwargs"] = {"module": sqlite, "hide_parameters": True}
    else:
        config["system_database_engine"] = engine
    return config


def _jobs(tasks: Tasks) -> dict[str, Job]:
    @DBOS.workflow(name="poll")
    async def poll(_at: datetime, carrier: str) -> None:
        await tasks.poll(carrier)

    @DBOS.workflow(name="announce")
    async def announce(_at: datetime, carrier: str) -> None:
        await tasks.announce(carrier)

    @DBOS.workflow(name="tidy")
    async def tidy(at: datetime, _nothing: None) -> None:
        await tasks.tidy()
        await DBOS.run_step_async({"name": "forget_finished"}, _forget_finished, at - FINISHED_KEPT)

    return {"poll": poll, "announce": announce, "tidy": tidy}


_FORGOTTEN_AT_ONCE = 100
"""It writes as we do, and others wait meanwhile."""


async def _forget_finished(before: datetime) -> None:
    """Delete finished work: DBOS itself keeps it for ever."""
    while finished := await DBOS.list_workflows_async(
        status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
        completed_before=before.isoformat(),
        limit=_FORGOTTEN_AT_ONCE,
        load_input=False,
        load_output=False,
    ):
        await DBOS.delete_workflows_async([work.workflow_id for work in finished])


def _schedules(
    house: House, jobs: dict[str, Job], rounds: str, announces: bool
) -> list[ScheduleInput]:
    """Return what is done when, for each carrier that can be polled or told, and at night."""
    asked = [("poll", c.name) for c in house.carriers if c.can_be_asked]
    told = [("announce", c.name) for c in house.carriers if announces and c.takes_announcements]
    at_night = ScheduleInput(
        schedule_name="tidy", workflow_fn=jobs["tidy"], schedule=NIGHTLY, cron_timezone=VIETNAM.key
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


def _apply(schedules: list[ScheduleInput]) -> None:
    """Let these be all the schedules there are."""
    wanted = _names(schedules)
    for known in DBOS.list_schedules():
        if known["schedule_name"] not in wanted:
            DBOS.delete_schedule(known["schedule_name"])
    DBOS.apply_schedules(schedules)


def _make_up_for_the_night(now: datetime) -> None:
    """Tidy up now if nobody did last night: an office's computer is off then."""
    night = now.replace(hour=_NIGHT.hour, minute=_NIGHT.minute, second=0)
    if night > now:
        night -= timedelta(days=1)
    since = night.isoformat()
    if not DBOS.list_workflows(name="tidy", start_time=since, limit=1, load_input=False):
        DBOS.trigger_schedule("tidy")


_COUNTED_EVERY = timedelta(minutes=1)


async def _watch(house: House, name: str) -> None:
    """Show that this process lives (its heartbeat), and take over what dead ones left half done.

    DBOS itself takes up only what a process of the same name left.
    """
    while True:
        try:
            alive = partial(workers.note_alive, name=name, now=house.now())
            for dead in await house.database.write(alive):
                log.warning("a worker died; its work is taken over", extra={"worker": dead})
                await asyncio.to_thread(_take_over, dead)
        except Exception:
            log.exception("watching over the workers failed")
        await asyncio.sleep(workers.BEAT.total_seconds())


async def _count(tasks: Tasks) -> None:
    """Keep the tallies short, and promise what the post has taken.

    No schedule of DBOS's: twice or not at all does no harm.
    """
    while True:
        for task in (tasks.count, tasks.promise):
            try:
                await task()
            except Exception:
                log.exception("what is done every minute failed", extra={"task": task.__name__})
        await asyncio.sleep(_COUNTED_EVERY.total_seconds())


async def _watch_clock(
    house: House, watch: clock.ClockWatch, schedules: list[ScheduleInput]
) -> None:
    """Put right what an earlier clock has left, now and whenever somebody sets it."""
    moved, is_right = timedelta(0), False
    while True:
        moved = watch.moved() or moved
        try:
            if moved:
                log.warning("the clock was set", extra={"by": str(moved)})
                await asyncio.to_thread(_begin_anew, schedules)
            if moved or not is_right:
                carriers = [carrier.name for carrier in house.carriers]
                put_right = partial(clock.put_right, carriers=carriers, now=house.now())
                await house.database.write(put_right)
            moved, is_right = timedelta(0), True
        except Exception:
            log.exception("what the clock left could not be put right")
        await asyncio.sleep(clock.EVERY)


async def _watch_settings(
    house: House, schedules: list[ScheduleInput], wanted: Callable[[], list[ScheduleInput]]
) -> None:
    """Begin to poll a carrier once an administrator has set it up, and end when he takes it away.

    `schedules` are those that hold; they are put right in their place.
    """
    while True:
        await asyncio.sleep(TAKEN_UP_EVERY)
        try:
            await house.refresh()
            if _names(now := wanted()) != _names(schedules):
                await asyncio.to_thread(_apply, now)
                schedules[:] = now
        except Exception:
            log.exception("what is done when could not be put right")


def _names(schedules: list[ScheduleInput]) -> set[str]:
    return {schedule["schedule_name"] for schedule in schedules}


def _begin_anew(schedules: list[ScheduleInput]) -> None:
    """Let DBOS count from now: by itself it would wait for its next time, or make up for all."""
    for schedule in schedules:
        DBOS.delete_schedule(schedule["schedule_name"])
    _apply(schedules)


def _take_over(dead: str) -> None:
    left = DBOS.list_workflows(status="PENDING", executor_id=dead, load_input=False)
    if left:
        DBOS.resume_workflows([work.workflow_id for work in left])
