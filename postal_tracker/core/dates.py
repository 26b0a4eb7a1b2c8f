"""Days and moments as paper says them, in Vietnam's time."""

from datetime import date, datetime

from babel.dates import format_date

from postal_tracker.core.working_days import VIETNAM


def moment(at: datetime) -> str:
    """Return "23/11/2026 08:00"."""
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def day(at: datetime) -> str:
    """Return "23/11/2026"."""
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y")


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
