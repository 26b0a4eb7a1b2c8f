"""A month to look at: its figures as pictures, a table under each, the dossiers behind each number.

For the manager who has the director on the telephone, and prints it for the meeting.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session

from postal_tracker import reports
from postal_tracker.access import Scope, within
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.forms import field_invalid
from postal_tracker.reports import months
from postal_tracker.reports.due_soon import days_ahead
from postal_tracker.reports.headings import HEADINGS
from postal_tracker.reports.ii06a import TOTAL
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import By, names
from postal_tracker.views import Named
from postal_tracker.web.html import overview_charts as charts
from postal_tracker.web.html.i18n import translated
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import ClerkOrManagerContext, RequestContext

router = APIRouter(prefix="/desk/reports/overview")

MonthQuery = Annotated[str, Query(max_length=10)]
OfficeQuery = Annotated[str, Query(max_length=30)]

Figures = reports.Column | Literal["due", "slow", "posted"]

_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class _Told:
    """All that the page shows."""

    figures: reports.Overview
    given: reports.GivenBack
    spent: list[reports.SpentRow]
    at_authorities: list[reports.SpentRow]
    carriers: list[reports.PostRow]
    routes: list[reports.PostRow]
    due: reports.DueSoon
    offices: list[Named]


@router.get("")
async def show_overview(
    request: Request,
    context: ClerkOrManagerContext,
    month: MonthQuery = "",
    office: OfficeQuery = "",
) -> Response:
    first = _month(context, month)
    told = await context.house.database.read(lambda s: _read(s, context, first, office), slow=True)
    return show(
        request,
        "desk/overview.html",
        context=context,
        told=told,
        office=office,
        named=next((one.name for one in told.offices if one.code == office), ""),
        now_at=context.now,
        is_under_way=first == context.house.today().replace(day=1),
        month=f"{first:%Y-%m}",
        before=f"{months.month_before(first):%Y-%m}",
        asked=urlencode({"month": f"{first:%Y-%m}", "office": office}),
        charts=_drawn(told, context),
    )


def _read(session: Session, context: RequestContext, month: date, office: str) -> _Told:
    house, lang, now = context.house, context.lang, context.now
    scope = within(session, context.scope, office)
    given = reports.given_back(session, months.period_of_month(month, now), scope=scope)
    parcels = reports.delivered(session, given)
    return _Told(
        reports.overview(session, month, scope=scope, lang=lang, now=now),
        given,
        reports.spent_by_holder(given, lang),
        reports.spent_by_authority(session, given, lang),
        reports.by_carrier(parcels, house.titles),
        reports.post_days(session, parcels, house.titles, lang),
        reports.due_soon(
            session, scope=scope, today=house.today(), calendar=house.calendar, lang=lang
        ),
        _offices(session, context.scope, lang),
    )


def _offices(session: Session, scope: Scope, lang: Lang) -> list[Named]:
    known = names(session, "office", lang)
    found = [Named(code, name) for id_, (code, name) in known.items() if scope.holds(id_)]
    return sorted(found, key=lambda one: one.code)


def _drawn(told: _Told, context: RequestContext) -> charts.Charts:
    lang = context.lang
    _ = partial(translated, lang=lang)
    figures = told.figures
    offices, authorities = _("Đúng hạn theo điểm tiếp nhận"), _("Đúng hạn theo cơ quan")
    at_authorities = _("Số ngày ở cơ quan giải quyết")
    return {
        "compared": charts.compared(figures, lang),
        "flow": charts.flow(figures, lang),
        "authority": charts.on_time("authority", authorities, figures.by_authority, lang),
        "office": charts.on_time("office", offices, figures.by_office, lang),
        "shares": charts.spent(told.spent, lang),
        "holders": charts.spreads("holders", _("Số ngày ở mỗi nơi"), told.spent, lang),
        "at_authorities": charts.spreads("at", at_authorities, told.at_authorities, lang),
        "carriers": charts.post("carriers", _("Bưu chính theo đơn vị"), told.carriers, lang),
        "routes": charts.post("routes", _("Bưu chính theo tuyến"), told.routes, lang),
        "due": charts.due(told.due, lang),
    }


@router.get("/behind")
async def show_behind(
    request: Request,
    context: ClerkOrManagerContext,
    figure: Figures,
    month: MonthQuery = "",
    office: OfficeQuery = "",
    by: By = "authority",
    key: Annotated[str, Query(max_length=200)] = TOTAL,
    day: Annotated[date | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """List the dossiers behind a figure, or the parcels."""
    first = _month(context, month)
    asked = _Asked(figure, first, office, by, key, day, cursor)
    report = await context.house.database.read(lambda s: _read_behind(s, context, asked), slow=True)
    header, rows = reports.as_rows(report, context.lang)
    page = {"month": f"{first:%Y-%m}", "office": office}
    return show(
        request,
        "desk/overview_behind.html",
        context=context,
        figure=figure,
        month=first,
        day=day,
        asked=urlencode(page),
        columns=list(HEADINGS[report.of]),
        header=header,
        rows=rows,
        count=report.count,
        next_cursor=report.next_cursor,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Behind which figure somebody wants to look."""

    figure: Figures
    month: date
    office: str
    by: By
    key: str
    day: date | None
    cursor: str | None


def _read_behind(session: Session, context: RequestContext, asked: _Asked) -> Report:
    lang, house = context.lang, context.house
    scope = within(session, context.scope, asked.office)
    period = months.period_of_month(asked.month, context.now)
    if asked.figure == "slow" or asked.figure == "posted":
        given = reports.given_back(session, period, scope=scope)
        if asked.figure == "slow":
            return reports.slowest(session, given, asked.key, lang, cursor=asked.cursor)
        parcels = reports.delivered(session, given)
        return reports.posted(session, parcels, asked.key, house.titles, lang, cursor=asked.cursor)
    return reports.behind_figure(
        session,
        period,
        asked.by,
        asked.key,
        "open" if asked.figure == "due" else asked.figure,
        scope=scope,
        lang=lang,
        limit=_A_PAGE,
        cursor=asked.cursor,
        due=_days(asked, context),
    )


def _days(asked: _Asked, context: RequestContext) -> tuple[date, date] | None:
    """Return between which days is due what somebody asks for; None: that does not matter."""
    if asked.figure != "due":
        return None
    ahead = days_ahead(context.house.today(), context.house.calendar)
    return (asked.day, asked.day) if asked.day else (ahead[0], ahead[-1])


def _month(context: RequestContext, month: str) -> date:
    """Read "2026-11"; without one it is the month of yesterday. Raises Invalid."""
    try:
        return date.fromisoformat(f"{month}-01") if month else months.month_to_tell(context.now)
    except ValueError:
        raise field_invalid(
            "month", "Tháng phải có dạng 2026-11.", "A month looks like 2026-11."
        ) from None
