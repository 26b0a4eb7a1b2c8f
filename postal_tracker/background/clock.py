"""Somebody sets the machine's clock while we work: what was promised by the old one is put right.

A lease, a rest or a due time that is further ahead than any of its kind can be was written by a
clock that was wrong, and would otherwise stand until that one's time has come, perhaps in a year.
"""

import sys
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update
from sqlmodel import Session, col

from postal_tracker.background.workers import SILENT_AFTER
from postal_tracker.storage.tables import (
    CarrierState,
    LogHead,
    NoticeChannel,
    Parcel,
    StaffSession,
    Worker,
    WrongProof,
)

EVERY = 1.0
"""Seconds between two looks at the clock."""

NOTICED = 30.0
"""Seconds by which it moves at once; what keeps it right moves it by less."""

IN_DOUBT_FROM = timedelta(hours=1)
IN_DOUBT_FOR = timedelta(hours=20)
"""So long after a leap ahead nothing is erased: somebody may set it back. The night after that is
housekeeping's again."""


def since_boot() -> float:
    """Return seconds that nobody can set; they go on while the machine sleeps, where it tells."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


@dataclass(slots=True)
class ClockWatch:
    """Compares the clock with the time since the machine began, look after look."""

    _began: float = field(default_factory=lambda: time.time() - since_boot())
    _in_doubt_until: float = 0.0

    def moved(self) -> timedelta:
        """Return by how much somebody has set the clock since the last look, or nothing."""
        began = time.time() - since_boot()
        seconds = began - self._began
        if abs(seconds) < NOTICED:
            return timedelta(0)
        self._began = began
        moved = timedelta(seconds=seconds)
        if moved > IN_DOUBT_FROM:
            self._in_doubt_until = since_boot() + IN_DOUBT_FOR.total_seconds()
        elif moved < -IN_DOUBT_FROM:
            self._in_doubt_until = 0.0
        return moved

    @property
    def is_in_doubt(self) -> bool:
        """Whether it went so far ahead lately that nothing should be erased by it.

        A leap is seen at once here, though the next look may be a second away.
        """
        leapt = time.time() - since_boot() - self._began
        return since_boot() < self._in_doubt_until or leapt > IN_DOUBT_FROM.total_seconds()


def put_right(session: Session, *, carriers: Collection[str], now: datetime) -> None:
    """Bring back what is further ahead than it can be, of parcels those with these carriers."""
    connection = session.connection()
    theirs = (col(Parcel.carrier).in_(sorted(carriers)), col(Parcel.open))  # as its index has it
    _bring_back(connection, Parcel.next_check_at, now + _LONGEST_WAIT, now, *theirs)
    for column, most in _FURTHEST:
        _bring_back(connection, column, now + most, now)
    # Whose window should have ended long since may try again after the longest there is.
    _bring_back(connection, WrongProof.window_ends_at, now + _A_DAY, now + _A_DAY)


_A_DAY = timedelta(days=1)
_LONGEST_WAIT = timedelta(days=4)
"""A parcel is overdue after two days, and a night."""
_A_MOMENT = timedelta(minutes=5)
"""By so much the clocks of several machines may differ."""

_FURTHEST: tuple[tuple[Any, timedelta], ...] = (
    (CarrierState.held_until, timedelta(minutes=30)),
    (CarrierState.rests_until, _A_DAY),
    (LogHead.held_until, _A_MOMENT),
    (NoticeChannel.free_at, _A_MOMENT),
    (NoticeChannel.paused_until, _A_MOMENT),
    (Worker.seen_at, SILENT_AFTER),
    (WrongProof.last_at, _A_MOMENT),
    (StaffSession.created_at, _A_MOMENT),
    (StaffSession.seen_at, _A_MOMENT),
)
"""What stands in the future, and how far at most."""


def _bring_back(
    connection: Connection, column: Any, furthest: datetime, to: datetime, *more: Any
) -> None:
    late = update(column.class_).where(col(column) > furthest, *more)
    connection.execute(late.values({column.key: to}))
