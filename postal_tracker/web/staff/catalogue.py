"""The catalogue of procedures as a page: searched, narrowed down, and counted."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from postal_tracker.core.catalogue import Group
from postal_tracker.reports.catalogue import sentence
from postal_tracker.views import listed
from postal_tracker.views.listed import Wanted
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.auth import StaffContext
from postal_tracker.web.http.parameters import Cursor

router = APIRouter(prefix="/desk/catalogue")

_A_PAGE = 50


@router.get("")
async def show_catalogue(
    request: Request,
    context: StaffContext,
    q: Annotated[str, Query(max_length=200)] = "",
    group: Annotated[str, Query(max_length=30)] = "",
    field: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = None,
) -> Response:
    wanted = Wanted(q=q, cursor=cursor, limit=_A_PAGE, group=group, field=field)
    lang, today, database = context.lang, context.house.today(), context.house.database
    page = await database.read(lambda s: listed.procedures(s, wanted, lang), slow=True)
    fields = await database.read(lambda s: listed.fields(s))
    counted = await database.read(lambda s: sentence(s, today, lang), slow=True)
    return show(
        request,
        "desk/catalogue.html",
        context=context,
        q=q,
        group=group,
        field=field,
        groups=[term.value for term in Group],
        fields=fields,
        rows=page.items,
        counted=counted,
        next_cursor=page.next_cursor,
    )
