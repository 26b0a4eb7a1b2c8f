"""What dossiers rest on, for programs: offices, authorities, procedures."""

from typing import Annotated

from fastapi import Depends, Query

from postal_tracker.core.catalogue import Group
from postal_tracker.views import listed
from postal_tracker.views.listed import AuthorityPage, OfficePage, ProcedurePage, Wanted
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import AnyCallerContext
from postal_tracker.web.http.parameters import Cursor, Limit

router = api_router("catalogue")

Words = Annotated[
    str, Query(max_length=200, description="Words of the code or name, with or without marks.")
]
GroupQuery = Annotated[
    Group | None, Query(description="Only what authorities of this branch decide.")
]


def _wanted(q: Words = "", cursor: Cursor = None, limit: Limit = 50) -> Wanted:
    return Wanted(q=q, cursor=cursor, limit=limit)


def _wanted_of(
    q: Words = "",
    group: GroupQuery = None,
    field: Annotated[str, Query(max_length=200, description="Only of this field.")] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Wanted:
    return Wanted(q=q, cursor=cursor, limit=limit, group=group or "", field=field)


Part = Annotated[Wanted, Depends(_wanted)]
PartOf = Annotated[Wanted, Depends(_wanted_of)]


@router.get("/offices")
async def list_offices(context: AnyCallerContext, wanted: Part) -> OfficePage:
    """List the offices where dossiers come in or came in, and who took over from whom."""
    read = context.house.database.read
    return await read(lambda s: listed.offices(s, wanted, context.lang), slow=True)


@router.get("/authorities")
async def list_authorities(context: AnyCallerContext, wanted: Part) -> AuthorityPage:
    """List the authorities that decide."""
    read = context.house.database.read
    return await read(lambda s: listed.authorities(s, wanted, context.lang), slow=True)


@router.get("/procedures")
async def list_procedures(context: AnyCallerContext, wanted: PartOf) -> ProcedurePage:
    """List what can be asked for: how, of whom, within which time, with which papers."""
    read = context.house.database.read
    return await read(lambda s: listed.procedures(s, wanted, context.lang), slow=True)
