"""Days, moments and spans as people read them, in Vietnam's time: one function per way of saying.

Programs get RFC 3339 instead, and spreadsheets real cells.
"""

from datetime import UTC, date, datetime, time, timedelta

from babel.dates import format_date, format_timedelta

from postal_tracker.core.working_days import VIETNAM


def moment(at: datetime, locale: str = "vi") -> str:
    """Return "23/11/2026 08:00", or in English "23 Nov 2026 08:00"."""
    return f"{day(at, locale)} {at.astimezone(VIETNAM):%H:%M}"


def clock(at: datetime) -> str:
    """Return "08:00:07"."""
    return f"{at.astimezone(VIETNAM):%H:%M:%S}"


def day(on: date, locale: str = "vi") -> str:
    """Return "23/11/2026"; of a moment, the day that it is in Vietnam.

    In English "3 Dec 2026": who reads 03/12/2026 there may take it for a day in March.
    """
    there = on.astimezone(VIETNAM) if isinstance(on, datetime) else on
    return f"{there:%d/%m/%Y}" if locale == "vi" else str(format_date(there, "d MMM y", "en"))


def span(gone: timedelta, locale: str) -> str:
    """Return how long something takes or took, in one unit: "3 ngày"."""
    if timedelta() <= gone < timedelta(minutes=1):
        return "dưới 1 phút" if locale == "vi" else "under a minute"
    return format_timedelta(gone, granularity="minute", threshold=1.5, locale=locale)


def moment_in_full(at: datetime) -> tuple[str, str]:
    """Return "8 giờ 00 phút, ngày 23 tháng 11 năm 2026", as the forms of State have it.

    And in English, "08:00, 23 November 2026".
    """
    local = at.astimezone(VIETNAM)
    vi, en = day_in_full(local)
    return f"{local.hour} giờ {local.minute:02} phút, {vi}", f"{local:%H:%M}, {en}"


def day_in_full(on: date) -> tuple[str, str]:
    """Return "ngày 23 tháng 11 năm 2026" (of the first nine days "ngày 01"), and in English."""
    vi = f"ngày {on.day:02} tháng {on.month:02} năm {on.year}"
    return vi, str(format_date(on, "d MMMM y", locale="en"))


def midnight(on: date) -> datetime:
    """Return when a day begins in Vietnam."""
    return datetime.combine(on, time(), VIETNAM).astimezone(UTC)
