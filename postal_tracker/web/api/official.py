"""What a centre must report: form II.06a, the indices of Decision 766, and the dossiers behind."""

from functools import partial
from typing import Annotated

from fastapi import Depends, Query, Response

from postal_tracker.reports import CatalogueRow, Column, FigureRow, Ii06aRow, P766Row, SummaryRow
from postal_tracker.reports.ii06a import TOTAL
from postal_tracker.reports.period import By, Period
from postal_tracker.reports.readers import (
    behind_figure_of,
    catalogue_of,
    ii06a_of,
    p766_of,
    period_of,
    summary_of,
)
from postal_tracker.reports.sheets import ii06a_sheet, summary_sheet
from postal_tracker.web.api.reports import Part, answer_with, page_of
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ClerkOrManagerContext

router = api_router("reports", below="/reports")

Day = Annotated[str, Query(max_length=10, examples=["2026-10-01"])]

ByQuery = Annotated[By, Query(description="What a row stands for.")]

ColumnQuery = Annotated[Column, Query(description="Which column of the report.")]


def _period(
    context: ClerkOrManagerContext,
    first: Annotated[Day, Query(alias="from", description="Its first day.")] = "",
    last: Annotated[Day, Query(alias="to", description="Its last day.")] = "",
) -> Period:
    return period_of(context.house, context.now, first, last)


PeriodQuery = Annotated[Period, Depends(_period)]


@router.get("/ii06a", response_class=Response, responses=page_of(Ii06aRow))
async def show_ii06a(
    context: ClerkOrManagerContext, asked: Part, period: PeriodQuery, by: ByQuery = "field"
) -> Response:
    """Fill in form II.06a/VPCP/KSTT for a period; without one, for this quarter so far."""
    read = ii06a_of(context.lang, period, by, scope=context.scope)
    laid = partial(ii06a_sheet, period=period, by=by, lang=context.lang)
    return await answer_with(context, "ii06a", read, asked, laid)


@router.get("/summary", response_class=Response, responses=page_of(SummaryRow))
async def show_summary(
    context: ClerkOrManagerContext, asked: Part, period: PeriodQuery, by: ByQuery = "office"
) -> Response:
    """Sum up a week or month by unit: the post apart, and late ones with and without an apology."""
    read = summary_of(context.lang, period, by, scope=context.scope)
    laid = partial(summary_sheet, period=period, by=by, lang=context.lang)
    return await answer_with(context, "summary", read, asked, laid)


@router.get("/ii06a/dossiers", response_class=Response, responses=page_of(FigureRow))
async def show_dossiers_of_ii06a(
    context: ClerkOrManagerContext,
    asked: Part,
    period: PeriodQuery,
    by: ByQuery = "field",
    key: Annotated[str, Query(max_length=200, description="Of which row.")] = TOTAL,
    column: ColumnQuery = "received",
) -> Response:
    """List the dossiers that a figure of II.06a or of the summary counts."""
    read = behind_figure_of(context.lang, period, by, key, column, scope=context.scope)
    return await answer_with(context, "ii06a-dossiers", read, asked)


@router.get("/p766", response_class=Response, responses=page_of(P766Row))
async def show_p766(context: ClerkOrManagerContext, asked: Part, period: PeriodQuery) -> Response:
    """Work out the indices 2.1 and 2.2 of Decision 766, and of 3.3 the share that came by post."""
    read = p766_of(context.house, context.lang, period, scope=context.scope)
    return await answer_with(context, "p766", read, asked)


@router.get("/catalogue", response_class=Response, responses=page_of(CatalogueRow))
async def show_catalogue(context: ClerkOrManagerContext, asked: Part) -> Response:
    """Count the procedures in force by branch; the total is named by the whole in a sentence."""
    return await answer_with(context, "catalogue", catalogue_of(context.house, context.lang), asked)
