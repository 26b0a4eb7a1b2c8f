"""One at a time: a lock on a file that vanishes with the process that holds it, however that ends.

SQLite's own lock on a file beside the record: the same call on Linux, macOS and Windows, and one
package less. The file itself stays and holds nothing.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from postal_tracker.storage.engines import sqlite


class InUse(Exception):
    """Somebody else holds it."""


def beside(record: Path) -> Path:
    """Return the lock of a SQLite record; the same for all names that lead to it."""
    file = record.resolve()
    return file.with_name(f"{file.name}.lock")


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """Hold a lock. Raises InUse at once if another process does, or another part of this one."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite.connect(str(lock), timeout=0, isolation_level=None)) as holder:
        try:
            holder.execute("BEGIN EXCLUSIVE")
        except sqlite.OperationalError as taken:
            raise InUse(str(lock)) from taken
        yield
