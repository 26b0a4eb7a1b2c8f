"""A process that does the background work, made to be killed; whatever it waits for is short."""

import asyncio
import multiprocessing
from datetime import timedelta
from multiprocessing.process import BaseProcess

from adapters.rehearsal import Rehearsal
from postal_tracker.background import scheduler, workers
from postal_tracker.carriers import state
from postal_tracker.carriers.polling import leases
from postal_tracker.house import House
from postal_tracker.settings import Settings

EVERY_SECOND = "* * * * * *"
LEASE = timedelta(seconds=6)
HOLD = timedelta(seconds=3)
SILENT_AFTER = timedelta(seconds=3)
NUMBERS_PER_QUESTION = 3
"""So that few parcels make many questions."""


def work(settings: Settings, name: str) -> None:
    leases.LEASE = LEASE
    state.HOLD = HOLD
    workers.SILENT_AFTER = SILENT_AFTER
    workers.BEAT = SILENT_AFTER / 5
    Rehearsal.numbers_per_question = NUMBERS_PER_QUESTION
    asyncio.run(_work(House(settings), name))


async def _work(house: House, name: str) -> None:
    async with scheduler.running(house, name=name, rounds=EVERY_SECOND, announces=False):
        await asyncio.Event().wait()


_births = multiprocessing.get_context("forkserver")
_births.set_forkserver_preload([__name__])


def born(settings: Settings, name: str) -> BaseProcess:
    """Start a worker; nothing but its death ends it."""
    process = _births.Process(target=work, args=(settings, name), daemon=True)
    process.start()
    return process
