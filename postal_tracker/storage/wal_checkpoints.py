"""Checkpoints beside the writer: a thread of its own moves SQLite's log into the file.

Left to itself SQLite does so at the end of a commit, and whoever waits for that commit waits for
the disk: 0.05 s after each 16 MB, and 0.4 s once a reader of minutes (`verify`, `backup`) lets go
of what came meanwhile. Nobody waits for a checkpoint that another connection makes.
"""

import logging
import threading
from contextlib import closing
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from postal_tracker.storage import engines
from postal_tracker.storage.engines import sqlite

log = logging.getLogger(__name__)

EVERY = 0.2
"""Seconds between two looks at how much there is to move."""

BACKSTOP_PAGES = 64 * engines.CHECKPOINT_PAGES
"""A gigabyte of log, from which on the writer checkpoints all the same: something is wrong then."""

SAID_EVERY = 300
"""Of as many looks that failed one is told of."""


class Checkpoints:
    """Begins with the first connection of an engine; nothing happens where it is PostgreSQL's."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ending, self._lock = threading.Event(), threading.Lock()
        self._thread: threading.Thread | None = None
        self._failed = 0
        if engine.dialect.name == "sqlite" and engine.url.database not in (None, "", ":memory:"):
            event.listen(engine, "connect", self._take_over)

    def _take_over(self, connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA wal_autocheckpoint={BACKSTOP_PAGES}")
        with self._lock:
            if self._thread is None and not self._ending.is_set():
                self._thread = threading.Thread(target=self._work, name="checkpoints", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End it; what is left is moved when the last connection is closed."""
        self._ending.set()
        with self._lock:
            thread = self._thread
        if thread:
            thread.join()

    def _work(self) -> None:
        while not self._ending.wait(EVERY):
            try:
                self._look()
                self._failed = 0
            except (SQLAlchemyError, sqlite.Error) as fault:  # the pulse tells of what goes on
                if self._failed % SAID_EVERY == 0:
                    log.warning("no checkpoint can be made", exc_info=fault)
                self._failed += 1

    def _look(self) -> None:
        """Move what there is, if it is worth while; what somebody still reads waits."""
        with closing(self._engine.raw_connection()) as connection:
            if _unmoved(connection) >= engines.CHECKPOINT_PAGES:
                _asked(connection, "PASSIVE")


def _unmoved(connection: Any) -> int:
    _is_busy, logged, moved = _asked(connection, "NOOP")
    return int(logged - moved)


def _asked(connection: Any, how: str) -> Any:
    """Libraries before 3.51 know no NOOP and make a checkpoint of it, which does no harm."""
    cursor = connection.cursor()
    try:
        return cursor.execute(f"PRAGMA wal_checkpoint({how})").fetchone()
    finally:
        cursor.close()
