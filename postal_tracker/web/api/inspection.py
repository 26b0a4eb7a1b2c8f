"""Inspection of duty: who did what, what was late in whose hands, gaps in custody, corrections."""

from typing import Annotated

from fastapi import Depends, Query, Response

from postal_tracker.reports.inspection import ActRow, GapRow, LateRow, WorkRow
from postal_tracker.reports.inspection.recorded import Asked
from postal_tracker.reports.readers import Part as Which
from postal_tracker.reports.readers import inspection_of, period_of
from postal_tracker.web.api.reports import Part, answer_with, page_of
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ManagerContext
from postal_tracker.web.http.parameters import Code

router = api_router("reports", below="/reports")

Day = Annotated[str, Query(max_length=10, examples=["2026-10-01"])]


def _asked(
    context: ManagerContext,
    first: Annotated[Day, Query(alias="from", description="Its first day.")] = "",
    last: Annotated[Day, Query(alias="to", description="Its last day.")] = "",
    office: Code = "",
    by: Annotated[str, Query(max_length=80, description="Of which account alone.")] = "",
) -> Asked:
    return Asked(period_of(context.house, context.now, first, last), office, by)


AskedQuery = Annotated[Asked, Depends(_asked)]

_ROWS = page_of(WorkRow | LateRow | GapRow | ActRow, "InspectionRows")


@router.get("/inspection", response_class=Response, responses=_ROWS)
async def show_inspection(
    context: ManagerContext,
    asked: Part,
    wanted: AskedQuery,
    part: Annotated[Which, Query(description="Which part of it.")] = "work",
) -> Response:
    """Show what an inspection of duty asks for a period; without one, for this quarter so far."""
    read = inspection_of(context.house, context.lang, wanted, part, scope=context.scope)
    return await answer_with(context, f"inspection-{part}", read, asked)
