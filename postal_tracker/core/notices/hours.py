"""When citizens are not disturbed, and what waits until somebody at the office can be asked.

BadQuietHours
  they are not two times of day, like 21:00-07:00
"""

import re
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from postal_tracker.core.notices.events import Event
from postal_tracker.core.working_days import VIETNAM, Calendar, local_day

_ONE_DAY = timedelta(days=1)

_FORM = re.compile(r"([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])", re.ASCII)

_ON_WORKING_DAYS = frozenset(
    {
        *(Event.SUPPLEMENT_ASKED, Event.PAYMENT_ASKED, Event.MORE_ASKED),
        *(Event.LATE, Event.AT_OFFICE),
    }
)
"""Whoever reads these calls the office, or comes."""


class BadQuietHours(ValueError):
    """Quiet hours that cannot be read."""


class Quiet(NamedTuple):
    """From when to when nothing is sent, in local time; over midnight, as a rule."""

    begins: time
    ends: time

    def holds(self, at: datetime) -> bool:
        """Tell whether it is quiet at a moment."""
        clock = at.astimezone(VIETNAM).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def after(self, at: datetime) -> datetime:
        """Return the first moment from this one on at which it is not quiet, in UTC."""
        if not self.holds(at):
            return at
        day = local_day(at)
        ends = datetime.combine(day, self.ends, VIETNAM).astimezone(UTC)
        return ends if ends > at else ends + _ONE_DAY


def read_quiet(text: str) -> Quiet:
    """Return quiet hours from `21:00-07:00`; two equal times: none. Raises BadQuietHours."""
    found = _FORM.fullmatch(text)
    try:
        if found:
            return Quiet(*map(time.fromisoformat, found.groups()))
    except ValueError:
        pass
    raise BadQuietHours(f"not like 21:00-07:00: {text}")


def when_to_tell(event: Event, now: datetime, quiet: Quiet, calendar: Calendar) -> datetime:
    """Return when a notice may be sent: at once, in the morning, or on the next working day."""
    at = quiet.after(now)
    day = local_day(at)
    if event not in _ON_WORKING_DAYS or calendar.is_working_day(day):
        return at
    opens = datetime.combine(calendar.add(day, 0), calendar.hours[0][0], VIETNAM)
    return quiet.after(opens.astimezone(UTC))
