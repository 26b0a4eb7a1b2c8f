"""Reports as pages: the same rows that spreadsheets get, with links to what they are about."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from postal_tracker import reports
from postal_tracker.core.problems import no_such
from postal_tracker.reports.headings import HEADINGS
from postal_tracker.reports.readers import (
    Read,
    catalogue_of,
    feedback_of,
    follow_ups_of,
    found_by_poll_of,
    locations_of,
    nearly_late_of,
    overdue_of,
    promises_of,
    punctuality_of,
    silent_of,
    to_forward_of,
    unaccepted_of,
)
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.audited import saw_report
from postal_tracker.web.http.auth import ClerkOrManagerContext, RequestContext

router = APIRouter(prefix="/desk/reports")

_A_PAGE = 100


def _follow_ups(kind: str) -> Callable[[RequestContext, str], Read]:
    return lambda context, _: follow_ups_of(context.house, context.now, kind, scope=context.scope)


_READ: dict[str, Callable[[RequestContext, str], Read]] = {
    "catalogue": lambda context, _: catalogue_of(context.house, context.lang),
    "locations": lambda context, _: locations_of(context.house, context.lang, scope=context.scope),
    "overdue": lambda context, _: overdue_of(context.house, context.lang, scope=context.scope),
    "nearly-late": lambda context, _: nearly_late_of(
        context.house, context.lang, scope=context.scope
    ),
    "to-forward": lambda context, _: to_forward_of(
        context.house, context.now, context.lang, scope=context.scope
    ),
    "unaccepted": lambda context, _: unaccepted_of(context.house, context.now, scope=context.scope),
    "silent": lambda context, _: silent_of(context.house, context.now, scope=context.scope),
    **{kind: _follow_ups(kind) for kind in reports.FOLLOW_UPS},
    "punctuality": lambda context, month: punctuality_of(
        context.house, context.lang, month, scope=context.scope
    ),
    "feedback": lambda context, month: feedback_of(
        context.house, context.lang, month, scope=context.scope
    ),
    "promises": lambda context, month: promises_of(context.house, month, scope=context.scope),
    "found-by-poll": lambda context, month: found_by_poll_of(
        context.house, month, scope=context.scope
    ),
}


@router.get("/{name}")
async def show_report(
    name: str,
    request: Request,
    context: ClerkOrManagerContext,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    month: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    if name not in _READ:
        raise no_such("page")
    read = _READ[name](context, month)
    report = await context.house.database.read(lambda s: read(s, cursor, _A_PAGE), slow=True)
    saw_report(context, report, name)
    header, rows = reports.as_rows(report, context.lang)
    return show(
        request,
        "desk/report.html",
        context=context,
        name=name,
        follow_ups=reports.FOLLOW_UPS,
        columns=list(HEADINGS[report.of]),
        header=header,
        rows=rows,
        count=report.count,
        next_cursor=report.next_cursor,
        month=month or f"{context.house.today():%Y-%m}",
        settings=context.house.settings,
    )
