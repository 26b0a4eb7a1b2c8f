"""Callers who wait for the writer, and how they are told."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from postal_tracker.core.problems import overloaded, uncertain
from postal_tracker.storage.patience import ENDLESS, Patience

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Queued:
    """A caller who waits, and what for: a command of its own, or its item in a shared one."""

    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    command: Callable[..., Any]
    is_shared: bool
    item: Any
    caller: Patience = ENDLESS
    since: float = field(default_factory=time.monotonic)
    result: Any = None
    failure: BaseException | None = None
    is_settled: bool = False
    """Whether its outcome is known: durable, or refused and nothing of it kept."""

    def settle(self, failure: BaseException | None = None) -> None:
        self.failure = failure or self.failure
        self.is_settled = True

    def tell(self) -> None:
        if self.future.done():  # told before, or the caller has gone: what is written stays written
            return
        failure = self.failure if self.is_settled else uncertain()
        if isinstance(failure, StopIteration):  # the one exception that a future refuses
            failure = RuntimeError("a command raised StopIteration")
        if failure is not None:
            self.future.set_exception(failure)
        else:
            self.future.set_result(self.result)


def tell_all(batch: Iterable[Queued]) -> None:
    """Wake each event loop once, not once for each command."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Queued]] = {}
    for queued in batch:
        by_loop.setdefault(queued.loop, []).append(queued)
    for loop, theirs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_tell, theirs)
        except RuntimeError:  # that loop is closed; its callers have gone
            log.info("callers left before their commit")


def _tell(batch: list[Queued]) -> None:
    for queued in batch:
        queued.tell()


def those_who_stayed(batch: list[Queued]) -> list[Queued]:
    """Leave out what has waited for longer than its caller: nothing of it has begun."""
    late = [q for q in batch if q.future.cancelled() or q.caller.is_over]
    if not late:
        return batch
    for queued in late:
        queued.settle(overloaded())
    tell_all(late)
    return [queued for queued in batch if not queued.is_settled]
