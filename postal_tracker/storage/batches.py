"""A batch of commands in one transaction: alike ones together, a failing one failing alone."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from postal_tracker.storage.faults import has_lost_its_transaction, is_fatal
from postal_tracker.storage.queued import Queued

log = logging.getLogger(__name__)

SLOW = 0.1
SLOW_PER_ITEM = 0.001
"""Seconds that a command may take, and as many more for each caller whom it serves. Whoever takes
longer is named in the log: all others wait for it."""


def grouped(batch: list[Queued]) -> list[list[Queued]]:
    """Put items for the same command together, each group where its first item stood."""
    groups: dict[Any, list[Queued]] = {}
    for queued in batch:
        groups.setdefault(queued.command if queued.is_shared else queued, []).append(queued)
    return list(groups.values())


def ran_alone(
    transaction: Callable[[], AbstractContextManager[Session]], group: list[Queued]
) -> bool:
    """Run the only group of a batch without a savepoint, which is two statements less.

    False if it failed and was rolled back whole, and a savepoint may show whose fault it is.
    """
    try:
        with transaction() as session:
            with _told_apart(), _timed(group):
                results = _results(session, group)
            told = list(zip(group, results, strict=True))
    except _CommandFailed as failed:
        if len(group) > 1 or isinstance(failed.why, DBAPIError):
            return False
        group[0].failure = failed.why
        return True
    for queued, result in told:
        queued.result, queued.failure = result, None
    return True


class _CommandFailed(Exception):
    """A command failed, and not the transaction."""

    def __init__(self, why: Exception) -> None:
        super().__init__()
        self.why = why


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except Exception as failure:
        if is_fatal(failure):
            raise
        raise _CommandFailed(failure) from failure


def run_group(session: Session, group: list[Queued]) -> None:
    """Run a group in one savepoint; if it fails, each item in one of its own."""
    try:
        with _timed(group), session.begin_nested():
            results = _results(session, group)
    except Exception as failure:
        session.expunge_all()
        if is_fatal(failure) or has_lost_its_transaction(session):
            raise
        if len(group) == 1:
            group[0].failure = failure
            return
        for queued in group:
            run_group(session, [queued])
        return
    session.expunge_all()
    for queued, result in zip(group, results, strict=True):
        queued.result = result
        queued.failure = None


def _results(session: Session, group: list[Queued]) -> Sequence[Any]:
    command = group[0].command
    if not group[0].is_shared:
        return [command(session)]
    results: Sequence[Any] = command(session, [queued.item for queued in group])
    return results


@contextmanager
def _timed(group: list[Queued]) -> Iterator[None]:
    """Name in the log whoever holds up the others."""
    began = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - began
        if seconds > SLOW + SLOW_PER_ITEM * len(group):
            what = {"command": name_of(group[0].command), "callers": len(group)}
            log.warning("a slow command", extra=what | {"milliseconds": round(seconds * 1000)})


def name_of(command: Any) -> str:
    """Return where a command is defined; its arguments may be personal."""
    defined = getattr(command, "func", command)  # of a partial
    return f"{defined.__module__}.{getattr(defined, '__qualname__', type(defined).__qualname__)}"
