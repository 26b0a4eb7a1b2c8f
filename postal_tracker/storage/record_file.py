"""The file of a SQLite record: is it still the one that was opened, and is there room beside it?

SQLite goes on writing into a file that was deleted or exchanged, and nobody would ever see that.
"""

import os
import shutil
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from postal_tracker.storage.engines import sqlite

Identity = tuple[int, int]
"""Device and number of a file (on Windows, too): a name may come to mean another one."""


class RecordFile:
    """The file of a database and its write-ahead log, from the first question on.

    Once one of them is another file, it stays so: nothing is written any more until a restart.
    """

    def __init__(self, engine: Engine) -> None:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        self.path = Path(file) if file and file != ":memory:" else None
        self._names = (str(self.path), f"{self.path}-wal") if self.path else ()
        self._known: dict[str, Identity] = {}
        self._lock = threading.Lock()
        self._anchor: Any = None
        self.is_exchanged = False

    def is_ours(self) -> bool:
        """Tell whether what is written is found under the record's name afterwards."""
        if self.path and not self.is_exchanged:
            self._drop_anchor()
            if not all(map(self._is_as_known, self._names)):
                self.is_exchanged = True
        return not self.is_exchanged

    def _drop_anchor(self) -> None:
        """Keep one connection open: with its last one the log would go, and a new one come."""
        with self._lock:
            if self._anchor or not self.path:
                return
            address = f"{self.path.resolve().as_uri()}?mode=rw"  # it makes no file
            try:
                anchor = sqlite.connect(address, uri=True, check_same_thread=False)
                anchor.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite.Error:
                return
            self._anchor = anchor

    def _is_as_known(self, name: str) -> bool:
        found = _identity(name)
        with self._lock:
            known = self._known.get(name)
            if known is None and found is not None:
                self._known[name] = found
        return known in (None, found)

    def free_bytes(self) -> int | None:
        """Return what is free where the record stands; None where that is not known."""
        try:
            return shutil.disk_usage(self.path.parent).free if self.path else None
        except OSError:
            return None

    def close(self) -> None:
        with self._lock:
            if self._anchor:
                self._anchor.close()
            self._anchor, self.path = None, None


def _identity(name: str) -> Identity | None:
    try:
        found = os.stat(name)  # noqa: PTH116 - at each transaction; a Path takes four times as long
    except OSError:
        return None
    return found.st_dev, found.st_ino
