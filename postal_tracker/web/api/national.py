"""What the national public service portal is told, for the province's adapter to fetch."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Query
from sqlmodel import Session

from postal_tracker.access import KeyScope, Role
from postal_tracker.core.problems import Forbidden
from postal_tracker.ledger.log.feed import LONGEST_CURSOR, refuse_standstill
from postal_tracker.views.national import (
    DossierFeed,
    ProgressFeed,
    dossiers_behind,
    progress_behind,
)
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import AdminOrProgramContext, RequestContext
from postal_tracker.web.http.errors import documented

PageT = TypeVar("PageT", DossierFeed, ProgressFeed)

router = api_router("national", below="/national")

CursorQuery = Annotated[
    str,
    Query(
        max_length=LONGEST_CURSOR,
        description="The `next_cursor` up to which all was sent; without it, from the beginning.",
    ),
]

_REFUSED: dict[int | str, dict[str, Any]] = documented(409)


@router.get("/dossiers", responses=_REFUSED)
async def list_national_dossiers(
    context: AdminOrProgramContext, cursor: CursorQuery = ""
) -> DossierFeed:
    """List the dossiers that changed since a cursor as DongBoHoSoMC takes them, 200 at most."""
    scope, calendar = context.scope, context.house.calendar

    def query(session: Session) -> DossierFeed:
        return dossiers_behind(session, cursor, scope=scope, calendar=calendar)

    return await _told(context, query, ["name", "phone", "email", "entry_note"], "dossiers")


@router.get("/progress", responses=_REFUSED)
async def list_national_progress(
    context: AdminOrProgramContext, cursor: CursorQuery = ""
) -> ProgressFeed:
    """List what happened since a cursor as CapNhatTienDoHoSoMC takes it, 200 items at most."""
    scope, calendar, titles = context.scope, context.house.calendar, context.house.titles

    def query(session: Session) -> ProgressFeed:
        return progress_behind(session, cursor, scope=scope, calendar=calendar, titles=titles)

    return await _told(context, query, ["entry_note"], "progress")


async def _told(
    context: RequestContext, query: Callable[[Session], PageT], fields: list[str], what: str
) -> PageT:
    """Return a page; whose items it holds is written down before they leave the house.

    Raises Forbidden, and Busy for a page of nothing while the log stands still.
    """
    _refuse_without_scope(context)
    now, read = context.now, context.house.database.read
    page = await read(query, slow=True)
    if not page.items and not page.is_more:
        await read(lambda s: refuse_standstill(s.connection(), now))
    if codes := dict.fromkeys(item.MaHoSo for item in page.items):
        context.saw(fields, dossiers=codes, detail=f"national {what}")
        await context.house.audit.settle()
    return page


def _refuse_without_scope(context: RequestContext) -> None:
    caller = context.caller
    if caller.role is Role.INTEGRATION and KeyScope.NATIONAL not in caller.scopes:
        raise Forbidden(
            "scope-missing",
            "Khóa này không có phạm vi national. Vui lòng tạo khóa với --scope national.",
            "This key has not the scope national. Make one with --scope national.",
        )
