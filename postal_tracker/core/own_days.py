"""The centre's own days off and make-up days, told one after the other on a page: pure.

Each goes into the calendar from the moment at which it was told. What was promised before is worked
out by what was known then, so that a day off that is announced late moves no date on a receipt.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from holidays import country_holidays

from postal_tracker.core.working_days import Calendar, Override


class ToldDay(NamedTuple):
    """What was told of one day; `working` None: it is as the country has it, again."""

    day: date
    working: bool | None
    reason: str
    source: str
    told_at: datetime


def with_own_days(country: Calendar, told: Iterable[ToldDay]) -> Calendar:
    """Return the calendar with all that was told, which knows what it was before; oldest first."""
    calendar, earlier = country, []
    for one in told:
        earlier.append((one.told_at, calendar))
        calendar = replace(calendar, overrides=_overrides(calendar, country, one))
    return replace(calendar, earlier=tuple(earlier))


def _overrides(calendar: Calendar, country: Calendar, one: ToldDay) -> Mapping[date, Override]:
    rest = {day: override for day, override in calendar.overrides.items() if day != one.day}
    if one.working is not None:
        return rest | {one.day: Override(one.working, one.reason, one.source)}
    was = country.overrides.get(one.day)
    return rest | ({one.day: was} if was else {})


@dataclass(frozen=True, slots=True)
class DayView:
    """A day on which the week is no guide."""

    date: date
    working: bool
    """Whether it is a make-up working day; else a day off."""
    reason: str
    """The holiday's name, or why the centre is closed or open."""
    source: str
    """Where it is written, such as an announcement's number."""
    own: bool
    """Whether the centre told it itself, and may take it back."""


_LANGUAGES = {"vi": "vi", "en": "en_US"}
_MAKE_UP = {"vi": "Ngày làm bù", "en": "Make-up day"}


def exceptions(calendar: Calendar, year: int, lang: str = "vi") -> Iterator[DayView]:
    """Yield a year's days off between Monday and Friday and its make-up days, in order."""
    public = country_holidays("VN", years=year, expand=False, language=_LANGUAGES[lang])
    country = calendar.earlier[0][1] if calendar.earlier else calendar
    day = date(year, 1, 1)
    while day.year == year:
        override, works = calendar.overrides.get(day), calendar.is_working_day(day)
        if override or works != (day.weekday() < 5):
            reason = override.reason if override else public.get(day) or _MAKE_UP[lang]
            is_own = override is not country.overrides.get(day)
            yield DayView(day, works, reason, override.source if override else "", is_own)
        day += timedelta(days=1)
