"""The registers of a year, by office: each book is a file to print."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from postal_tracker.core.working_days import local_day
from postal_tracker.printing.documents.registers import registers_of
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import ClerkOrManagerContext

router = APIRouter(prefix="/desk/reports/registers")


@router.get("")
async def show_registers(
    request: Request,
    context: ClerkOrManagerContext,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
    cursor: Annotated[str, Query(max_length=30)] = "",
) -> Response:
    asked = year or local_day(context.now).year
    found, behind = await context.house.database.read(
        lambda s: registers_of(s, asked, scope=context.scope, lang=context.lang, after=cursor),
        slow=True,
    )
    return show(
        request,
        "desk/registers.html",
        context=context,
        year=asked,
        registers=found,
        next_cursor=behind,
    )
