"""Threads for what would hold up the event loop: a pool for each kind, none waits for another.

Each has a bounded queue: whoever comes while it is full hears 503 at once.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import BoundedSemaphore
from typing import ParamSpec, TypeVar

from postal_tracker.core.problems import overloaded
from postal_tracker.storage import patience

P = ParamSpec("P")
T = TypeVar("T")


def _yield_to_others() -> None:
    if sys.platform == "linux":  # elsewhere it would be the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


class Pool:
    """So many threads, which are started when they are needed, and so many who may wait."""

    def __init__(self, name: str, *, threads: int, waiting: int, is_yielding: bool = False) -> None:
        """`is_yielding`: everything else comes first, where the system lets threads differ."""
        begin = _yield_to_others if is_yielding else None
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name, initializer=begin)
        self._places = BoundedSemaphore(threads + waiting)

    def refuse_if_full(self) -> None:
        """Raises Busy where too many wait, for those who must know before they begin."""
        if not self._places.acquire(blocking=False):
            raise overloaded()
        self._places.release()

    async def run(self, work: Callable[P, T], *args: P.args, **rest: P.kwargs) -> T:
        """Run something in a thread. Raises Busy where too many wait, or the caller has left."""
        if not self._places.acquire(blocking=False):
            raise overloaded()
        caller = patience.current()

        def unless_over() -> T:
            if caller.is_over:
                raise overloaded()
            return work(*args, **rest)

        running = self._executor.submit(copy_context().run, unless_over)
        # Not when the caller stops waiting: the thread goes on all the same.
        running.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(running)


LOOKUPS = Pool("lookup", threads=6, waiting=300)
"""Short questions to PostgreSQL. On SQLite they are shorter than the way to a thread."""

READING = Pool("reading", threads=4, waiting=100)
"""Lists, reports, searches."""

DRAWING = Pool("drawing", threads=2, waiting=50)
"""Labels, papers, spreadsheets: processor time, so no more threads than an office PC has cores."""

HASHING = Pool("hashing", threads=1, waiting=10, is_yielding=True)
"""Passwords: 19 MiB and 20 to 50 ms each, for whoever tries to sign in. So many wait for half a
second."""

LOOKING = Pool("looking", threads=1, waiting=10, is_yielding=True)
"""Pictures in which a code is to be read: one at a time bounds their memory, too."""
