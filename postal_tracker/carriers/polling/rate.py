"""How fast a carrier may be polled (its rate limit), and how patiently."""

import asyncio
import time
from datetime import timedelta
from functools import cache
from ssl import SSLContext

import httpx

ANSWER_WITHIN = timedelta(minutes=1)


_MARGIN = 1.05
"""How much farther apart than allowed questions are asked: on their way they may catch each other
up, and the carrier counts those that arrive. One too many, and it would turn us away."""


class RateLimit:
    """A carrier's rate limit, kept by taking turns. What was missed is not caught up: no burst."""

    def __init__(self, per_second: float) -> None:
        self.gap = timedelta(seconds=_MARGIN / per_second)
        self._next = 0.0
        self._one_by_one = asyncio.Lock()

    async def turn(self) -> None:
        """Return when the next question may be asked."""
        async with self._one_by_one:
            while (wait := self._next - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            # Counted from when it really goes: this process may have been held up.
            self._next = time.monotonic() + self.gap.total_seconds()


@cache
def _certificates() -> SSLContext:
    """Read once: it takes longer than many a carrier's answer."""
    return httpx.create_ssl_context()


def client() -> httpx.AsyncClient:
    """Return what carriers are spoken with through: patient for seconds, never for minutes."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(20, connect=5),
        verify=_certificates(),
        headers={"User-Agent": "postal-tracker"},
        # A carrier on this machine is a rehearsal's: a proxy would look for it elsewhere.
        mounts={"all://127.0.0.1": None, "all://localhost": None},
    )
