"""A process that records and appends to the log, made to be killed."""

import asyncio
import multiprocessing
from datetime import timedelta
from functools import partial
from itertools import count
from multiprocessing.process import BaseProcess
from pathlib import Path

from adapters.event import Milestone, Source
from postal_tracker import ledger
from postal_tracker.house import House
from postal_tracker.ledger import NewEntry
from postal_tracker.ledger.log import sequencing
from postal_tracker.settings import Settings

LEASE = timedelta(seconds=1)
PACE_SECONDS = 0.02
"""So that it is in the middle of appending as often as not when it dies."""


def work(settings: Settings, name: str, answered: Path, parcels: list[int]) -> None:
    sequencing.LEASE, sequencing.PACE_SECONDS = LEASE, PACE_SECONDS
    asyncio.run(_work(House(settings), name, answered, parcels))


async def _work(house: House, name: str, answered: Path, parcels: list[int]) -> None:
    appending = asyncio.create_task(house.sequencer(name).run())
    numbers = count()

    async def write(parcel: int) -> None:
        while True:
            key = f"{name}-{next(numbers)}"
            now = house.now()
            entry = NewEntry(
                key=key,
                what=Milestone.IN_TRANSIT,
                happened_at=now,
                source=Source.STAFF,
                parcel_id=parcel,
                place="BCP Uông Bí",
            )
            await house.database.write(partial(ledger.record, entries=[entry], now=now))
            with answered.open("a") as file:
                file.write(f"{key}\n")

    writing = [asyncio.create_task(write(parcel)) for parcel in parcels]
    await asyncio.gather(appending, *writing)


_births = multiprocessing.get_context("forkserver")
_births.set_forkserver_preload([__name__])


def born(settings: Settings, name: str, answered: Path, parcels: list[int]) -> BaseProcess:
    """Start one; nothing but its death ends it."""
    process = _births.Process(target=work, args=(settings, name, answered, parcels), daemon=True)
    process.start()
    return process
