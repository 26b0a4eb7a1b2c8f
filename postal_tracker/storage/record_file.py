"""The file of a SQLite record: is it still the one that was opened, and is there room beside it?

SQLite goes on writing into a file that was deleted or exchanged, and nobody would ever see that.
"""

import os
import shutil
import threading
from pathlib import Path

from sqlalchemy import Engine, event

Identity = tuple[int, int]
"""Device and number of a file (on Windows, too): a name may come to mean another one."""


class RecordFile:
    """The file of a database and its write-ahead log, from the first connection on.

    Once one of them is another file, it stays so: nothing is written any more until a restart.
    """

    def __init__(self, engine: Engine) -> None:
        file = engine.url.database if engine.dialect.name == "sqlite" else None
        self.path = Path(file) if file and file != ":memory:" else None
        self._log = f"{self.path}-wal"
        self._names = (str(self.path), self._log) if self.path else ()
        self._known: dict[str, Identity] = {}
        self._lock = threading.Lock()
        self.is_exchanged = False
        if self.path:
            event.listen(engine, "connect", self._learn)

    def _learn(self, _connection: object, _record: object) -> None:
        """Take the log anew: it is made again where no connection was left open."""
        if self.is_ours():
            with self._lock:
                self._known.pop(self._log, None)

    def is_ours(self) -> bool:
        """Tell whether what is written is found under the record's name afterwards."""
        if not self.is_exchanged and not all(map(self._is_as_known, self._names)):
            self.is_exchanged = True
        return not self.is_exchanged

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


def _identity(name: str) -> Identity | None:
    try:
        found = os.stat(name)  # noqa: PTH116 - twice for each transaction; a Path takes four times as long
    except OSError:
        return None
    return found.st_dev, found.st_ino
