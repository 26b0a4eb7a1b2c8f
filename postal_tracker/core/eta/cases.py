"""How long a leg took, in working days, and around which days Tết is."""

from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

from postal_tracker.core.working_days import Calendar

_A_DAY = timedelta(days=1)

_LONG_BREAK = 6
"""So many days off in a row are Tết; no other holiday of the year comes to more than five."""

_NEAR = 9
"""So many days before it everybody sends, and so many after it everything has waited."""


class Season(IntEnum):
    """Which time of the year it is for the post: each is learned from its like alone."""

    ORDINARY = 0
    BEFORE_TET = 1
    AFTER_TET = 2


class Kind(NamedTuple):
    """What is alike in parcels: they take about as long."""

    carrier: str
    direction: str
    place: int = 0
    """The authority at the other end; 0: none, or no matter which."""


class Case(NamedTuple):
    """One leg that ended, or has lasted so long without an end."""

    kind: Kind
    taken_on: date
    days: int
    """Working days; one that is delivered on a day off counts as the next working day's."""
    arrived: bool
    """Else it took longer than these days, nobody knows how much (right-censored)."""
    season: Season = Season.ORDINARY
    day_off: bool = False
    """Whether it was delivered on a day off."""


def leg(
    calendar: Calendar,
    kind: Kind,
    taken_on: date,
    arrived_on: date | None,
    today: date,
    *,
    season: Season,
) -> Case:
    """Return the case of a parcel that the post took on a day; None: it has not arrived.

    Of one on its way all days before today are known, and no more.
    """
    if arrived_on is None:
        waited = days_waited(calendar, taken_on, today)
        return Case(kind, taken_on, waited, arrived=False, season=season)
    is_off = not calendar.is_working_day(arrived_on)
    days = max(calendar.working_days_between(taken_on, arrived_on), 0) + is_off
    return Case(kind, taken_on, days, arrived=True, season=season, day_off=is_off)


def days_waited(calendar: Calendar, taken_on: date, today: date) -> int:
    """Return how many working days are over without an arrival; -1: not even the first day is."""
    yesterday = today - _A_DAY
    return -1 if yesterday < taken_on else calendar.working_days_between(taken_on, yesterday)


def season_of(calendar: Calendar, day: date) -> Season:
    """Return in which season a day is: Tết is a break longer than any other, within nine days."""
    off, n = 0, -_NEAR - _LONG_BREAK
    while n <= _NEAR or off:
        off = 0 if calendar.is_working_day(day + n * _A_DAY) else off + 1
        if off >= _LONG_BREAK and n >= -_NEAR:
            return Season.BEFORE_TET if n > 0 else Season.AFTER_TET
        n += 1
    return Season.ORDINARY
