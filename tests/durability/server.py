"""The service in a process of its own, made to be killed; and some that break its promise."""

import asyncio
import multiprocessing
import socket
from collections.abc import Callable, Sequence
from multiprocessing.process import BaseProcess
from typing import Any

import uvicorn
from sqlalchemy import event
from sqlmodel import Session

from postal_tracker.carriers.inbox import EventBatch, EventResult, EventStatus, MessageState
from postal_tracker.house import House
from postal_tracker.settings import Settings
from postal_tracker.storage.database import Database
from postal_tracker.web.app import create_app


class HastyDatabase(Database):
    """Says that all is recorded before anything is: the fault that these tests must find."""

    async def write_each(
        self, command: Callable[[Session, Sequence[Any]], Sequence[Any]], item: Any
    ) -> Any:
        later = asyncio.create_task(self._write_later(command, item))
        self.unfinished = {later, *getattr(self, "unfinished", ())}
        if isinstance(item, EventBatch):
            return [EventResult(event.id, EventStatus.RECORDED) for event in item.events]
        return MessageState.READ

    async def _write_later(self, command: Any, item: Any) -> None:
        await asyncio.sleep(0.02)
        await super().write_each(command, item)


def lax(url: str) -> Database:
    """Return a database that hands its log to the system, not to the disk."""
    return _syncing(url, "NORMAL")


def careless(url: str) -> Database:
    """Return a database that leaves it to the system when anything comes to the disk."""
    return _syncing(url, "OFF")


def _syncing(url: str, how: str) -> Database:
    database = Database(url)

    def stop_syncing(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA synchronous={how}")

    event.listen(database.engine, "connect", stop_syncing)
    return database


FAULTS: dict[str, Callable[[str], Database]] = {
    "hasty": HastyDatabase,
    "lax": lax,
    "careless": careless,
}


def serve(settings: Settings, listening: socket.socket, fault: str) -> None:
    house = House(settings, in_service=True)
    if fault:
        house.database.close()
        house.database = FAULTS[fault](settings.database_url)
    config = uvicorn.Config(create_app(house), loop="uvloop", log_config=None, lifespan="on")
    uvicorn.Server(config).run([listening])


# A fork of a process that has read our modules is up in a moment: many lives fit into a test.
_births = multiprocessing.get_context("forkserver")
_births.set_forkserver_preload([__name__])


def born(settings: Settings, listening: socket.socket, fault: str = "") -> BaseProcess:
    """Start the service on a socket that outlives it."""
    process = _births.Process(target=serve, args=(settings, listening, fault), daemon=True)
    process.start()
    return process
