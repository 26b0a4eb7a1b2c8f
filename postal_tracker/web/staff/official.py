"""What a centre must report, as pages: II.06a, 766, a week or a month; each number a link."""

from datetime import date, timedelta
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlmodel import Session

from postal_tracker import reports
from postal_tracker.reports.ii06a import TOTAL
from postal_tracker.reports.in_words import FATES_IN_WORDS
from postal_tracker.reports.pages import Report, bounds_of
from postal_tracker.reports.par import ParShares, official
from postal_tracker.reports.period import By, Period
from postal_tracker.reports.readers import (
    behind_figure_of,
    period_of,
    summary_of,
)
from postal_tracker.reports.sheets import II06A, SUMMARY, ii06a_sheet, summary_sheet
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.audited import saw_report
from postal_tracker.web.http.auth import ClerkOrManagerContext

router = APIRouter(prefix="/desk/reports/official")

Span = Literal["week", "month"]

Day = Annotated[str, Query(max_length=10)]

_A_PAGE = 100


def _period(
    context: ClerkOrManagerContext,
    first: Annotated[Day, Query(alias="from")] = "",
    last: Annotated[Day, Query(alias="to")] = "",
) -> Period:
    return period_of(context.house, context.now, first, last)


PeriodQuery = Annotated[Period, Depends(_period)]


@router.get("")
async def show_official(
    request: Request, context: ClerkOrManagerContext, period: PeriodQuery, by: By = "field"
) -> Response:
    house, lang, scope = context.house, context.lang, context.scope

    def read(session: Session) -> tuple[Report, Report, ParShares]:
        return official(session, period, by, scope=scope, calendar=house.calendar, lang=lang)

    ii06a, p766, par = await house.database.read(read, slow=True)
    return show(
        request,
        "desk/official.html",
        context=context,
        period=period,
        by=by,
        asked=urlencode(_asked(period, by)),
        of_authority=urlencode(_asked(period, "authority")),
        form=ii06a_sheet(ii06a, period, by, context.lang),
        columns=list(II06A),
        ii06a=ii06a.items,
        p766=p766.items,
        par=par,
    )


@router.get("/summary")
async def show_summary(
    request: Request,
    context: ClerkOrManagerContext,
    span: Span = "week",
    on: Annotated[Day, Query(description="Any day of it.")] = "",
    by: By = "office",
) -> Response:
    """Show the results of a week (Monday to Sunday) or month by unit."""
    any_day = period_of(context.house, context.now, on, on).first if on else context.house.today()
    first, behind = _span(span, any_day)
    period = Period(first, behind - timedelta(days=1), context.now)
    read = summary_of(context.lang, period, by, scope=context.scope)
    report = await context.house.database.read(lambda s: read(s, None, 1), slow=True)
    return show(
        request,
        "desk/summary.html",
        context=context,
        period=period,
        span=span,
        on=any_day,
        by=by,
        week=first.isocalendar(),
        before=_link(span, first - timedelta(days=1), by),
        after=_link(span, behind, by) if behind <= context.house.today() else "",
        asked=urlencode(_asked(period, by)),
        form=summary_sheet(report, period, by, context.lang),
        columns=list(SUMMARY),
        rows=report.items,
    )


def _span(span: Span, day: date) -> tuple[date, date]:
    """Return the first day of the week or month of a day, and of the next."""
    if span == "month":
        return bounds_of(day)
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)


def _link(span: Span, on: date, by: By) -> str:
    return urlencode({"span": span, "on": on.isoformat(), "by": by})


@router.get("/dossiers")
async def show_dossiers(
    request: Request,
    context: ClerkOrManagerContext,
    period: PeriodQuery,
    by: By = "field",
    key: Annotated[str, Query(max_length=200)] = TOTAL,
    column: reports.Column = "received",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List the dossiers behind a figure."""
    read = behind_figure_of(context.lang, period, by, key, column, scope=context.scope)
    report = await context.house.database.read(lambda s: read(s, cursor, _A_PAGE), slow=True)
    saw_report(context, report, "ii06a-dossiers")
    asked = {**_asked(period, by), "key": key, "column": column}
    return show(
        request,
        "desk/behind_figure.html",
        context=context,
        period=period,
        asked=urlencode(_asked(period, by)),
        file=urlencode(asked),
        rows=report.items,
        fates=FATES_IN_WORDS,
        count=report.count,
        next_cursor=report.next_cursor,
    )


def _asked(period: Period, by: By) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.last.isoformat(), "by": by}
