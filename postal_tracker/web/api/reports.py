"""Reports for programs and spreadsheets: rows as JSON, CSV or XLSX."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Response
from pydantic import Field, create_model
from pydantic_core import to_json

from postal_tracker import reports
from postal_tracker.reports import (
    FollowUpRow,
    FoundByPollRow,
    HotlineRow,
    LocationRow,
    NearlyLateRow,
    OverdueRow,
    PromiseRow,
    PunctualityRow,
    SatisfactionRow,
    SilentRow,
    SurveyRow,
    ToForwardRow,
    UnacceptedRow,
)
from postal_tracker.reports.readers import (
    Read,
    feedback_of,
    follow_ups_of,
    found_by_poll_of,
    locations_of,
    nearly_late_of,
    overdue_of,
    promises_of,
    punctuality_of,
    satisfaction_of,
    silent_of,
    survey_of,
    to_forward_of,
    unaccepted_of,
)
from postal_tracker.reports.satisfaction import Group
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import saw_report
from postal_tracker.web.http.auth import ClerkOrManagerContext, ManagerContext, RequestContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.files import XLSX, files_of
from postal_tracker.web.http.parameters import Code, CodeInPath
from postal_tracker.web.http.report_files import Laid, report_file

router = api_router("reports", below="/reports")

FollowUp = Literal["failed-delivery", "to-collect", "returning", "claimed", "trouble"]


@dataclass(frozen=True, slots=True)
class ReportPart:
    """In which form a report is wanted, and which part of it. Files hold all pages."""

    format: Literal["json", "csv", "xlsx"] = "json"
    cursor: Annotated[str | None, Query(max_length=200)] = None
    limit: Annotated[int, Query(ge=1, le=reports.MOST_LISTED)] = 100


Part = Annotated[ReportPart, Depends()]


def page_of(row: Any, name: str = "") -> Any:
    """Return what OpenAPI says of a report with rows of this kind, or of one of these kinds."""
    rows: Any = list.__class_getitem__(row)
    page = create_model(
        name or f"{row.__name__}s",
        __doc__="A page of a report.",
        items=(rows, ...),
        next_cursor=(str | None, None),
        count=(int, Field(description="Rows on all pages, counted to 1,000.")),
        is_more=(bool, Field(description="Whether there are more than that.")),
    )
    return {200: {"model": page, **files_of("text/csv", XLSX)[200]}}


@router.get("/locations", response_class=Response, responses=page_of(LocationRow))
async def show_locations(context: ClerkOrManagerContext, asked: Part) -> Response:
    """Say who holds how many open dossiers, where, the oldest since when."""
    return await answer_with(
        context, "locations", locations_of(context.house, context.lang, scope=context.scope), asked
    )


@router.get("/overdue", response_class=Response, responses=page_of(OverdueRow))
async def show_overdue(
    context: ClerkOrManagerContext, asked: Part, office: Code = "", authority: Code = ""
) -> Response:
    """List open dossiers whose due date has passed without a result."""
    read = overdue_of(
        context.house, context.lang, scope=context.scope, office=office, authority=authority
    )
    return await answer_with(context, "overdue", read, asked)


@router.get("/nearly-late", response_class=Response, responses=page_of(NearlyLateRow))
async def show_nearly_late(context: ClerkOrManagerContext, asked: Part) -> Response:
    """List what is due within two working days and has no result: hurry, or apologise in time."""
    read = nearly_late_of(context.house, context.lang, scope=context.scope)
    return await answer_with(context, "nearly-late", read, asked)


@router.get("/to-forward", response_class=Response, responses=page_of(ToForwardRow))
async def show_to_forward(context: ClerkOrManagerContext, asked: Part) -> Response:
    """List what must go to the authority today: received, or completed, by 15:00 or before."""
    read = to_forward_of(context.house, context.now, context.lang, scope=context.scope)
    return await answer_with(context, "to-forward", read, asked)


@router.get("/unaccepted", response_class=Response, responses=page_of(UnacceptedRow))
async def show_unaccepted(context: ClerkOrManagerContext, asked: Part) -> Response:
    """List parcels that a courier signed for and whose carrier does not know of them."""
    return await answer_with(
        context, "unaccepted", unaccepted_of(context.house, context.now, scope=context.scope), asked
    )


@router.get("/silent", response_class=Response, responses=page_of(SilentRow))
async def show_silent(context: ClerkOrManagerContext, asked: Part) -> Response:
    """List parcels on their way of which nothing has been heard for long."""
    return await answer_with(
        context, "silent", silent_of(context.house, context.now, scope=context.scope), asked
    )


@router.get("/follow-ups/{kind}", response_class=Response, responses=page_of(FollowUpRow))
async def show_follow_ups(
    context: ClerkOrManagerContext,
    asked: Part,
    kind: Annotated[FollowUp, Path(description="Which list.", examples=["failed-delivery"])],
) -> Response:
    """List open parcels that do not go on by themselves, the one that stands longest first."""
    read = follow_ups_of(context.house, context.now, kind, scope=context.scope)
    return await answer_with(context, kind, read, asked)


@router.get("/punctuality", response_class=Response, responses=page_of(PunctualityRow))
async def show_punctuality(
    context: ClerkOrManagerContext, asked: Part, month: Code = ""
) -> Response:
    """Say how each authority kept its appointments in a month (`2026-11`)."""
    return await answer_with(
        context,
        "punctuality",
        punctuality_of(context.house, context.lang, month, scope=context.scope),
        asked,
    )


@router.get("/satisfaction", response_class=Response, responses=page_of(SatisfactionRow))
async def show_satisfaction(
    context: ManagerContext, asked: Part, month: Code = "", by: Group = "office"
) -> Response:
    """Say what citizens thought in a month (`2026-11`), by what; shares from 30 answers on."""
    read = satisfaction_of(context.house, context.lang, month, by, scope=context.scope)
    return await answer_with(context, "satisfaction", read, asked)


@router.get("/feedback", response_class=Response, responses=page_of(HotlineRow))
async def show_feedback_figures(
    context: ClerkOrManagerContext, asked: Part, month: Code = ""
) -> Response:
    """Say what became of the feedback of a month (`2026-11`), by kind and category (766: 5.2)."""
    read = feedback_of(context.house, context.lang, month, scope=context.scope)
    return await answer_with(context, "feedback", read, asked)


@router.get(
    "/surveys/{round_code}",
    response_class=Response,
    responses={**page_of(SurveyRow), **documented(404, 409)},
)
async def show_survey(
    context: ClerkOrManagerContext, asked: Part, round_code: CodeInPath
) -> Response:
    """Say how content people are by what they ticked in a survey on paper, from 30 answers on."""
    read = survey_of(context.house, context.lang, round_code, scope=context.scope)
    return await answer_with(context, "survey", read, asked)


@router.get("/promises", response_class=Response, responses=page_of(PromiseRow))
async def show_promises(context: ClerkOrManagerContext, asked: Part, month: Code = "") -> Response:
    """Say of the parcels expected in a month (`2026-11`) how many came within the expected days."""
    return await answer_with(
        context, "promises", promises_of(context.house, month, scope=context.scope), asked
    )


@router.get("/found-by-poll", response_class=Response, responses=page_of(FoundByPollRow))
async def show_found_by_poll(
    context: ClerkOrManagerContext, asked: Part, month: Code = ""
) -> Response:
    """Say of each carrier's scans in a month (`2026-11`) how many no webhook told of."""
    return await answer_with(
        context, "found-by-poll", found_by_poll_of(context.house, month, scope=context.scope), asked
    )


async def answer_with(
    context: RequestContext, name: str, read: Read, asked: ReportPart, laid: Laid | None = None
) -> Response:
    """Answer with a page of a report, or with a file of all of it; say whose data were seen.

    A workbook of what has a form of its own is `laid` out as that.
    """
    database = context.house.database
    if asked.format == "json":
        page = await database.read(lambda s: read(s, asked.cursor, asked.limit), slow=True)
        saw_report(context, page, name)
        n, is_more = page.count
        told = {"items": page.items, "next_cursor": page.next_cursor}
        body = to_json({**told, "count": n, "is_more": is_more})
        return Response(body, media_type="application/json")

    return await report_file(context, name, read, asked.format, laid)
