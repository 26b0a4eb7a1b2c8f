"""Each report with what it needs of the house, to be read a page at a time by doors of any kind."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from sqlmodel import Session

from postal_tracker import reports, views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.working_days import YEARS
from postal_tracker.forms import field_invalid
from postal_tracker.house import House
from postal_tracker.reports import inspection
from postal_tracker.reports.behind import Column
from postal_tracker.reports.inspection.recorded import Asked
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import By, Period
from postal_tracker.reports.satisfaction import Group

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


def listed_of(house: House, lang: Lang, wanted: views.Filter, *, scope: Scope) -> Read:
    """Return what reads a list of dossiers."""
    return lambda session, cursor, limit: reports.listed(
        session,
        wanted,
        scope=scope,
        today=house.today(),
        titles=house.titles,
        lang=lang,
        cursor=cursor,
        limit=limit,
    )


def nearly_late_of(house: House, lang: Lang, *, scope: Scope) -> Read:
    return lambda session, cursor, limit: reports.nearly_late(
        session,
        scope=scope,
        today=house.today(),
        calendar=house.calendar,
        titles=house.titles,
        lang=lang,
        cursor=cursor,
        limit=limit,
    )


def to_forward_of(house: House, now: datetime, lang: Lang, *, scope: Scope) -> Read:
    return lambda session, cursor, limit: reports.to_forward(
        session,
        scope=scope,
        now=now,
        calendar=house.calendar,
        lang=lang,
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


def month_of(house: House, month: str) -> date:
    """Return a month's first day. Raises Invalid for what is none (`2026-11`); empty: this one."""
    return _first_day(month) if month else house.today().replace(day=1)


def punctuality_of(house: House, lang: Lang, month: str, *, scope: Scope) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = month_of(house, month)
    return lambda session, _cursor, _limit: reports.punctuality(
        session, scope=scope, month=first, lang=lang
    )


def satisfaction_of(house: House, lang: Lang, month: str, by: Group, *, scope: Scope) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = month_of(house, month)
    return lambda session, cursor, limit: reports.satisfaction(
        session,
        scope=scope,
        month=first,
        by=by,
        titles=house.titles,
        lang=lang,
        cursor=cursor,
        limit=limit,
    )


def survey_of(house: House, lang: Lang, code: str, *, scope: Scope) -> Read:
    """Return what reads what a round of a survey has brought."""
    known, plain = house.surveys, code.upper()[:30]
    return lambda session, _cursor, _limit: reports.survey(
        session, plain, known=known, scope=scope, lang=lang
    )


def found_by_poll_of(house: House, month: str, *, scope: Scope) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = month_of(house, month)
    return lambda session, _cursor, _limit: reports.found_by_poll(
        session, scope=scope, month=first, titles=house.titles
    )


def feedback_of(house: House, lang: Lang, month: str, *, scope: Scope) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = month_of(house, month)
    return lambda session, _cursor, _limit: reports.feedback_figures(
        session, scope=scope, month=first, lang=lang, now=house.now()
    )


def promises_of(house: House, month: str, *, scope: Scope) -> Read:
    """Raises Invalid for what is no month (`2026-11`); empty: this month."""
    first = month_of(house, month)
    return lambda session, _cursor, _limit: reports.promises(
        session, scope=scope, month=first, titles=house.titles, today=house.today()
    )


def period_of(house: House, now: datetime, first: str, last: str) -> Period:
    """Read "2026-04-01" and "2026-06-30"; without them it is this quarter. Raises Invalid."""
    today = house.today()
    begins = day_of("from", first) or today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    ends = day_of("to", last) or today
    if not timedelta(0) <= ends - begins <= LONGEST:
        raise field_invalid(
            "to",
            f"Kỳ báo cáo phải kết thúc sau ngày bắt đầu và không quá {LONGEST.days} ngày.",
            f"A period ends after it begins, and has at most {LONGEST.days} days.",
        )
    return Period(begins, ends, now)


LONGEST = timedelta(days=400)


def day_of(field: str, text: str) -> date | None:
    """Read "2026-11-27"; empty: none. Raises Invalid."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = date.max
    if day and day.year not in YEARS:
        raise field_invalid(field, "Ngày phải có dạng 2026-11-27.", "A day looks like 2026-11-27.")
    return day


def catalogue_of(house: House, lang: Lang) -> Read:
    return lambda session, _cursor, _limit: reports.catalogue(
        session, today=house.today(), lang=lang
    )


def ii06a_of(lang: Lang, period: Period, by: By, *, scope: Scope) -> Read:
    return lambda session, _cursor, _limit: reports.ii06a(
        session, period, by, scope=scope, lang=lang
    )


def summary_of(lang: Lang, period: Period, by: By, *, scope: Scope) -> Read:
    return lambda session, _cursor, _limit: reports.summary(
        session, period, by, scope=scope, lang=lang
    )


def p766_of(house: House, lang: Lang, period: Period, *, scope: Scope) -> Read:
    return lambda session, _cursor, _limit: reports.p766(
        session, period, scope=scope, calendar=house.calendar, lang=lang
    )


Part = Literal["work", "late", "gaps", "corrections", "acts"]
"""Of the inspection of duty: what accounts did, what was late, gaps in custody, what was corrected
or struck out, and all entries of desks."""


def inspection_of(house: House, lang: Lang, asked: Asked, part: Part, *, scope: Scope) -> Read:
    """Return what reads one part of the inspection of duty."""
    after = timedelta(hours=house.settings.unaccepted_after_hours)
    read: dict[Part, Callable[..., Report]] = {
        "work": inspection.work,
        "late": partial(inspection.late, lang=lang),
        "gaps": partial(inspection.gaps, after=after, titles=house.titles),
        "corrections": partial(inspection.acts, retractions=True),
        "acts": inspection.acts,
    }
    return lambda session, cursor, limit: read[part](
        session, asked, scope=scope, cursor=cursor, limit=limit
    )


def behind_figure_of(
    lang: Lang, period: Period, by: By, key: str, column: Column, *, scope: Scope
) -> Read:
    return lambda session, cursor, limit: reports.behind_figure(
        session, period, by, key, column, scope=scope, lang=lang, cursor=cursor, limit=limit
    )


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise field_invalid(
            "month", "Tháng phải có dạng 2026-11.", "A month looks like 2026-11."
        ) from None
