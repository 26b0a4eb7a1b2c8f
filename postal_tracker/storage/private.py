"""Files that nobody but their owner may read: the record, copies of it, keys."""

import os
import stat
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_files_private() -> None:
    """Let every file that this process makes from now on be its owner's alone."""
    os.umask(_OTHERS)


def mended(file: Path) -> bool:
    """Take from others what they may do with a file; tell whether there was anything to take.

    A file that is not there, or that is another's, stays as it is.
    """
    with suppress(OSError):
        mode = stat.S_IMODE(file.stat().st_mode)
        if os.name != "nt" and mode & _OTHERS:
            file.chmod(mode & ~_OTHERS)
            return True
    return False


def write_new(file: Path, text: str) -> None:
    """Write a file that was not there, for its owner alone. Raises FileExistsError."""
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as new:
        new.write(text)
        new.flush()
        os.fsync(number)
