"""When a dossier is due: limits in the four units of the national catalogue, stops, extensions.

The day of receipt is not counted (Civil Code art. 147); what would end on a day off ends on the
next working day (art. 148). While the clock stands, for papers or money that a citizen was asked
for, or for the post where its time does not count, nobody's time is taken. A clock that has run out
is not stopped any more: what is late stays late.
"""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from postal_tracker.core.text import folded
from postal_tracker.core.working_days import VIETNAM, Calendar, local_day

MOST = 400
"""Of any unit."""


class Unit(StrEnum):
    """What a limit is counted in: DonViTinh of the national catalogue."""

    HOUR = "hour"
    """Of those in which the office is open."""
    DAY = "day"
    """Of the calendar, as for complaints and denunciations."""
    WORKING_DAY = "working_day"
    MONTH = "month"


class Limit(NamedTuple):
    """How long an authority has. Of 0: until the end of the day (see `Calendar.forward_by`)."""

    number: int
    unit: Unit = Unit.WORKING_DAY


_WRITTEN = re.compile(r"(\d{1,4})(?:[.,]0+)?\s*([^\W\d][\w ]*)?")

_UNITS = {
    **dict.fromkeys(("", "ngay lam viec", "working day", "working days"), Unit.WORKING_DAY),
    **dict.fromkeys(("ngay", "day", "days"), Unit.DAY),
    **dict.fromkeys(
        ("gio", "gio lam viec", "hour", "hours", "working hour", "working hours"), Unit.HOUR
    ),
    **dict.fromkeys(("thang", "month", "months"), Unit.MONTH),
}


def read_limit(text: str) -> Limit:
    """Read "5 ngày làm việc", "30 ngày", "8 giờ", "1 tháng", "trong ngày"; 5 alone: working days.

    With or without marks, in English too. Raises ValueError.
    """
    said = folded(text[:40]).strip()
    if said in ("trong ngay", "same day"):
        return Limit(0)
    found = _WRITTEN.fullmatch(said)
    unit = _UNITS.get((found[2] or "").strip()) if found else None
    if found is None or unit is None or int(found[1]) > MOST:
        raise ValueError("not a time limit")
    return Limit(int(found[1]), unit)


class Stop(NamedTuple):
    """While somebody else is waited for: the clock stands. Aware moments."""

    begins_at: datetime
    ends_at: datetime


class Extension(NamedTuple):
    """A new date, promised with an apology."""

    told_at: datetime
    due_at: datetime


Change = Stop | Extension


def due_at(
    limit: Limit, received_at: datetime, calendar: Calendar, changes: Iterable[Change] = ()
) -> datetime:
    """Return when a dossier is due, in UTC: the hour too, as a rule the end of office hours.

    Raises ValueError: a limit of less than 0 or more than MOST, a date beyond the calendar's.
    """
    if not 0 <= limit.number <= MOST:
        raise ValueError(f"0 to {MOST} can be counted, not {limit.number}")
    clock = _CLOCKS[limit.unit](calendar) if limit.number else _SameDay(calendar)
    end = clock.first(limit.number, received_at)
    for change in _in_turn(changes):
        if isinstance(change, Extension):
            end = change.due_at
        elif change.begins_at <= clock.shown(end):
            end = clock.moved(end, change)
    return clock.shown(end)


def _in_turn(changes: Iterable[Change]) -> list[Change]:
    """Sort changes by time; of stops that overlap none counts what another has counted."""
    turn: list[Change] = []
    stood_until = datetime.min.replace(tzinfo=UTC)
    for change in sorted(changes, key=lambda one: (one[0], one[1])):
        if isinstance(change, Stop):
            begins_at = max(change.begins_at, stood_until)
            if begins_at >= change.ends_at:
                continue
            change = Stop(begins_at, change.ends_at)
            stood_until = change.ends_at
        turn.append(change)
    return turn


End = date | datetime
"""A day before it is known to be a working one, or a moment."""


@dataclass(frozen=True, slots=True)
class _WorkingDays:
    calendar: Calendar

    def first(self, count: int, received_at: datetime) -> End:
        return self.calendar.add(local_day(received_at), count)

    def moved(self, end: End, stop: Stop) -> End:
        """Return the end after a stop, which took the days after its first up to its last."""
        stood = self.calendar.working_days_between(
            local_day(stop.begins_at), local_day(stop.ends_at)
        )
        return self.calendar.add(_day(end), stood) if stood else end

    def shown(self, end: End) -> datetime:
        if isinstance(end, datetime):
            return end.astimezone(UTC)
        return self.calendar.closes_on(self.calendar.add(end, 0))


class _Days(_WorkingDays):
    def first(self, count: int, received_at: datetime) -> End:
        return local_day(received_at) + timedelta(days=count)

    def moved(self, end: End, stop: Stop) -> End:
        stood = local_day(stop.ends_at) - local_day(stop.begins_at)
        return _day(end) + stood if stood else end


class _Months(_Days):
    def first(self, count: int, received_at: datetime) -> End:
        """Return the same day of a later month, or that one's last (art. 148)."""
        on = local_day(received_at)
        years, month = divmod(on.month - 1 + count, 12)
        year, month = on.year + years, month + 1
        return date(year, month, min(on.day, monthrange(year, month)[1]))


class _SameDay(_WorkingDays):
    def first(self, _count: int, received_at: datetime) -> End:
        return self.calendar.forward_by(received_at)

    def moved(self, end: End, stop: Stop) -> End:
        """Return the day on which it can be done from where the clock goes on."""
        return max(_day(end), self.calendar.forward_by(stop.ends_at))


class _Hours(_WorkingDays):
    def first(self, count: int, received_at: datetime) -> End:
        return self.calendar.after_open(received_at, timedelta(hours=count))

    def moved(self, end: End, stop: Stop) -> End:
        stood = self.calendar.open_between(stop.begins_at, stop.ends_at)
        return self.calendar.after_open(_moment(end, self.calendar), stood)


_CLOCKS: dict[Unit, type[_WorkingDays]] = {
    Unit.HOUR: _Hours,
    Unit.DAY: _Days,
    Unit.WORKING_DAY: _WorkingDays,
    Unit.MONTH: _Months,
}


def _day(end: End) -> date:
    return end.astimezone(VIETNAM).date() if isinstance(end, datetime) else end


def _moment(end: End, calendar: Calendar) -> datetime:
    return end if isinstance(end, datetime) else calendar.closes_on(end)
