"""What the national public service portal is told, for the province's adapter to fetch."""

from typing import Annotated, Any

from fastapi import Query

from postal_tracker.access import KeyScope, Role
from postal_tracker.core.problems import Forbidden
from postal_tracker.ledger.log.feed import LONGEST_CURSOR
from postal_tracker.views import national
from postal_tracker.views.national import DossierFeed, ProgressFeed
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import AdminOrProgramContext, RequestContext
from postal_tracker.web.http.errors import documented

router = api_router("national", below="/national")

CursorQuery = Annotated[
    str,
    Query(
        max_length=LONGEST_CURSOR,
        description="The `next_cursor` up to which all was sent; without it, from the beginning.",
    ),
]

_CONFLICT: dict[int | str, dict[str, Any]] = documented(409)


@router.get("/dossiers", responses=_CONFLICT)
async def list_national_dossiers(
    context: AdminOrProgramContext, cursor: CursorQuery = ""
) -> DossierFeed:
    """List the dossiers that changed since a cursor as DongBoHoSoMC takes them, 200 at most."""
    _refuse_without_scope(context)
    house = context.house
    page = await house.database.read(
        lambda s: national.dossiers_behind(s, cursor, scope=context.scope, calendar=house.calendar),
        slow=True,
    )
    await _saw(context, ["name", "phone", "email", "entry_note"], page, "national dossiers")
    return page


@router.get("/progress", responses=_CONFLICT)
async def list_national_progress(
    context: AdminOrProgramContext, cursor: CursorQuery = ""
) -> ProgressFeed:
    """List what happened since a cursor as CapNhatTienDoHoSoMC takes it, 200 items at most."""
    _refuse_without_scope(context)
    house = context.house
    page = await house.database.read(
        lambda s: national.progress_behind(
            s, cursor, scope=context.scope, calendar=house.calendar, titles=house.titles
        ),
        slow=True,
    )
    await _saw(context, ["entry_note"], page, "national progress")
    return page


def _refuse_without_scope(context: RequestContext) -> None:
    caller = context.caller
    if caller.role is Role.INTEGRATION and KeyScope.NATIONAL not in caller.scopes:
        raise Forbidden(
            "scope-missing",
            "Khóa này không có phạm vi national. Vui lòng tạo khóa với --scope national.",
            "This key has not the scope national. Make one with --scope national.",
        )


async def _saw(
    context: RequestContext, fields: list[str], page: DossierFeed | ProgressFeed, detail: str
) -> None:
    """Write down whose items these are, before they leave the house."""
    codes = dict.fromkeys(item.MaHoSo for item in page.items)
    if codes:
        context.saw(fields, dossiers=codes, detail=detail)
        await context.house.audit.settle()
