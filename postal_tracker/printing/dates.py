"""Days and moments as paper says them, in Vietnam's time."""

from datetime import date, datetime

from postal_tracker.working_days import VIETNAM


def moment(at: datetime) -> str:
    """Return "23/11/2026 08:00"."""
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def day(at: datetime) -> str:
    """Return "23/11/2026"."""
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y")


def moment_in_full(at: datetime) -> str:
    """Return "8 giờ 00 phút, ngày 23 tháng 11 năm 2026", as the forms of State have it."""
    local = at.astimezone(VIETNAM)
    return f"{local.hour} giờ {local.minute:02} phút, {day_in_full(local)}"


def day_in_full(on: date) -> str:
    """Return "ngày 23 tháng 11 năm 2026"; of the first nine days, "ngày 01"."""
    return f"ngày {on.day:02} tháng {on.month:02} năm {on.year}"
