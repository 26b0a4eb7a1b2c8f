"""Inspection of duty as pages: a part at a time, each row with its evidence one click away."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from postal_tracker.reports.headings import HEADINGS
from postal_tracker.reports.in_words import as_rows
from postal_tracker.reports.inspection.recorded import Asked
from postal_tracker.reports.readers import Part, inspection_of, period_of
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.audited import saw_report
from postal_tracker.web.http.auth import ManagerContext
from postal_tracker.web.http.parameters import Code

router = APIRouter(prefix="/desk/reports")

Day = Annotated[str, Query(max_length=10)]

_A_PAGE = 100

_NOT_ON_PAPER = ("dossiers", "procedure", "received_at")
"""An address for programs; and what the dossier says, one click away, where a sheet has no room."""


def _asked(
    context: ManagerContext,
    first: Annotated[Day, Query(alias="from")] = "",
    last: Annotated[Day, Query(alias="to")] = "",
    office: Code = "",
    by: Annotated[str, Query(max_length=80)] = "",
) -> Asked:
    return Asked(period_of(context.house, context.now, first, last), office, by)


@router.get("/inspection")
async def show_inspection(
    request: Request,
    context: ManagerContext,
    wanted: Annotated[Asked, Depends(_asked)],
    part: Part = "work",
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    read = inspection_of(context.house, context.lang, wanted, part, scope=context.scope)
    report = await context.house.database.read(lambda s: read(s, cursor, _A_PAGE), slow=True)
    saw_report(context, report, f"inspection-{part}")
    header, cells = as_rows(report, context.lang)
    both = zip(report.items, cells, strict=True)
    asked = _address(wanted)
    return show(
        request,
        "desk/inspection.html",
        context=context,
        asked=wanted,
        part=part,
        link=urlencode(asked),
        header=dict(zip(HEADINGS[report.of], header, strict=True)),
        names=[name for name in HEADINGS[report.of] if name not in _NOT_ON_PAPER],
        rows=[(item, dict(zip(HEADINGS[report.of], row, strict=True))) for item, row in both],
        count=report.count,
        next_cursor=report.next_cursor,
        settings=context.house.settings,
    )


def _address(asked: Asked) -> dict[str, str]:
    days = {"from": asked.period.first.isoformat(), "to": asked.period.last.isoformat()}
    of = {"office": asked.office, "by": asked.by}
    return days | {name: value for name, value in of.items() if value}
