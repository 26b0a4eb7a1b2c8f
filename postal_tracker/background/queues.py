"""Queues of jobs that are handed over in the caller's transaction.

A job is kept with whatever the caller writes, or not at all, and is done soon after the commit, in
one process of however many there are. One that a crash cuts short is done again, so a job must bear
that. Each lane of a queue (a receiver, a channel) has the queue's rate limit for itself.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Engine
from sqlmodel import Session

NAME = "postal-tracker"
"""Under which DBOS keeps what is ours."""

SERIALIZER = DBOSPortableJSONSerializer()
"""Readable; by default it pickles."""

LOOKED_AT = timedelta(seconds=0.5)
"""How often a queue is looked at: how long a job waits before it is begun."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Jobs of one kind. Each is a plain value, handed to `do`."""

    name: str
    do: Callable[[Any], Coroutine[Any, Any, None]]
    per_second: int
    """How many are begun in each lane, all processes together: its rate limit.

    On SQLite with a Python before 3.12 DBOS counts in whole seconds, so that twice as many may
    follow close on each other.
    """
    at_once: int
    """How many one process does at the same time."""

    def register(self) -> None:
        """Make the job known to DBOS, before it starts."""

        @DBOS.workflow(name=self.name)
        async def do(job: Any) -> None:
            await self.do(job)

    def open(self) -> None:
        """Let DBOS work on it, once it has started."""
        DBOS.register_queue(
            self.name,
            worker_concurrency=self.at_once,
            partition_limiter={"limit": self.per_second, "period": 1.0},
            polling_interval_sec=LOOKED_AT.total_seconds(),
        )


class Jobs:
    """The way into the queues of a database on which background work has been started once."""

    def __init__(self, engine: Engine) -> None:
        self._client = DBOSClient(
            system_database_engine=engine, serializer=SERIALIZER, application_name=NAME, lazy=True
        )

    def enqueue(
        self,
        session: Session,
        queue: str,
        job: Any,
        *,
        key: str,
        lane: str,
        after: timedelta = timedelta(0),
    ) -> None:
        """Hand over a job in the session's transaction; the same key again is the same job."""
        options = EnqueueOptions(
            workflow_name=queue, queue_name=queue, workflow_id=key, queue_partition_key=lane
        )
        if after:
            options["delay_seconds"] = after.total_seconds()
        self._client.enqueue_in_transaction(session.connection(), options, job)
