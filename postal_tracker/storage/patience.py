"""How long the caller of a command waits for it, and whether he is still there.

Whoever lets a request in says so here; the writer begins nothing for callers who have left. Nobody
said so: the caller waits for as long as it takes, as background work does.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from math import inf


def stays() -> bool:
    """Tell of a caller of whom it is not known whether he has left that he has not."""
    return False


@dataclass(frozen=True, slots=True)
class Patience:
    """What is known of a caller."""

    share: str = ""
    """Whose queue he stands in; none fills the others' places."""
    ends_at: float = inf
    """By `time.monotonic`."""
    has_left: Callable[[], bool] = stays

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.ends_at or self.has_left()


ENDLESS = Patience()

_ours: ContextVar[Patience] = ContextVar("patience", default=ENDLESS)


def current() -> Patience:
    """Return what is known of the caller for whom this runs."""
    return _ours.get()


@contextmanager
def of(share: str, seconds: float, has_left: Callable[[], bool] = stays) -> Iterator[None]:
    """Let what runs within be for a caller who waits no longer than that."""
    token = _ours.set(Patience(share, time.monotonic() + seconds, has_left))
    try:
        yield
    finally:
        _ours.reset(token)
