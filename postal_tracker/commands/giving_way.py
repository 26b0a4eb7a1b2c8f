"""Giving way to the service, for commands that read the whole record beside it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_NICE = 10
"""As the unit that makes backups has it."""


@contextmanager
def giving_way() -> Iterator[None]:
    """Let others have the processor first; not for whoever keeps others waiting by a lock."""
    if sys.platform == "win32":
        yield
        return
    before = os.getpriority(os.PRIO_PROCESS, 0)
    os.setpriority(os.PRIO_PROCESS, 0, max(before, _NICE))
    try:
        yield
    finally:
        with suppress(PermissionError):  # only root may go back
            os.setpriority(os.PRIO_PROCESS, 0, before)
