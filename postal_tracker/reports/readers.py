"""Each report with what it needs of the house, to be read a page at a time by doors of any kind."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlmodel import Session

from postal_tracker import reports
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.forms import field_invalid
from postal_tracker.house import House
from postal_tracker.reports.pages import Report

Read = Callable[[Session, str | None, int], Report]
"""What reads a page of a report: from a cursor on, so many rows."""


def locations_of(house: House, lang: Lang, *, scope: Scope) -> Read:
    return lambda session, cursor, limit: reports.locations(
        session,
        scope=scope,
        today=house.today(),
        titles=house.titles,
        lang=lang,
        cursor=cursor,
        limit=limit,
    )


def overdue_of(
    house: House, lang: Lang, *, scope: Scope, office: str = "", authority: str = ""
) -> Read:
    return lambda session, cursor, limit: reports.overdue(
        session,
        scope=scope,
        today=house.today(),
        calendar=house.calendar,
        titles=house.titles,
        lang=lang,
        office=office,
        authority=authority,
        cursor=cursor,
        limit=limit,
    )


def unaccepted_of(house: House, now: datetime, *, scope: Scope) -> Read:
    after = timedelta(hours=house.settings.unaccepted_after_hours)
    return lambda session, cursor, limit: reports.unaccepted(
        session, scope=scope, now=now, after=after, titles=house.titles, cursor=cursor, limit=limit
    )


def silent_of(house: House, now: datetime, *, scope: Scope) -> Read:
    after = timedelta(hours=house.settings.silent_after_hours)
    return lambda session, cursor, limit: reports.silent(
        session, scope=scope, now=now, after=after, titles=house.titles, cursor=cursor, limit=limit
    )


def follow_ups_of(house: House, now: datetime, kind: str, *, scope: Scope) -> Read:
    """Return what reads one list of FOLLOW_UPS."""
    return lambda session, cursor, limit: reports.follow_ups(
        session, kind, scope=scope, now=now, titles=house.titles, cursor=cursor, limit=limit
    )


def punctuality_of(house: House, lang: Lang, month: str, *, scope: Scope) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = _first_day(month) if month else house.today().replace(day=1)
    return lambda session, _cursor, _limit: reports.punctuality(
        session, scope=scope, month=first, lang=lang
    )


def found_by_poll_of(house: House, month: str, *, scope: Scope) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = _first_day(month) if month else house.today().replace(day=1)
    return lambda session, _cursor, _limit: reports.found_by_poll(
        session, scope=scope, month=first, titles=house.titles
    )


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise field_invalid(
            "month", "Tháng phải có dạng 2026-11.", "A month looks like 2026-11."
        ) from None
