"""A month and what it is compared with: how it began and ended, and which months come before."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from postal_tracker.core.working_days import local_day
from postal_tracker.reports.pages import bounds_of
from postal_tracker.reports.period import Period

A_YEAR = 12


def month_before(month: date, months: int = 1) -> date:
    """Return the first day of the month so many months before."""
    count = month.year * 12 + month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def period_of_month(month: date, now: datetime) -> Period:
    """Raises Invalid for a month that no calendar of ours holds."""
    first, after = bounds_of(month)
    return Period(first, after - timedelta(days=1), now)


def months_up_to(month: date) -> Sequence[date]:
    """Return the same month of the year before, all that followed, and it: thirteen."""
    return [month_before(month, back) for back in range(A_YEAR, -1, -1)]


def month_to_tell(now: datetime) -> date:
    """Return the month of yesterday: on the first of a month people ask of the one that is over."""
    return (local_day(now) - timedelta(days=1)).replace(day=1)
