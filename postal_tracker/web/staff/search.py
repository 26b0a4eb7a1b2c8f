"""The list of dossiers: by filters, or by what a citizen at the desk says of himself."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core.journey import Holder, Stage
from postal_tracker.views import catalogue
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import RequestContext, StaffContext

router = APIRouter(prefix="/desk/dossiers")

_FILTERS = ("stage", "holder", "authority", "office", "overdue")
_A_PAGE = 50


@router.get("")
async def show_list(request: Request, context: StaffContext) -> Response:
    asked = request.query_params
    kept = {name: asked[name][:80] for name in (*_FILTERS, "cursor") if asked.get(name)}
    return await _list(request, context, prefilled(**kept))


@router.post("")
async def find(request: Request, context: StaffContext) -> Response:
    """Search. Filters alone become an address; a name or telephone number never does."""
    sent = await form_of(request, context.caller)
    if not sent.one("q"):
        filters = sent.given(*_FILTERS)
        return go(request, "/desk/dossiers" + (f"?{urlencode(filters)}" if filters else ""))
    return await _list(request, context, sent)


async def _list(request: Request, context: RequestContext, sent: Sent) -> Response:
    found = await context.house.database.read(lambda s: _found(s, context, sent), slow=True)
    return show(
        request,
        "desk/dossiers.html",
        context=context,
        sent=sent,
        here="/desk/dossiers" if request.method == "POST" else "",
        filtered=bool(sent.given(*_FILTERS)),
        stages=[stage.value for stage in Stage],
        holders=[holder.value for holder in Holder],
        **found,
    )


def _found(session: Session, context: RequestContext, sent: Sent) -> Mapping[str, Any]:
    house, today, lang = context.house, context.house.today(), context.lang
    page = views.dossiers(session, _wanted(sent), today=today, titles=house.titles, lang=lang)
    query = {**sent.given(*_FILTERS), "cursor": page.next_cursor}
    return {
        "page": page,
        "next_page": f"/desk/dossiers?{urlencode(query)}" if page.next_cursor else "",
        "authorities": catalogue.authorities(session, lang),
        "offices": catalogue.offices(session, on=today, lang=lang),
    }


def _wanted(sent: Sent) -> views.Filter:
    cursor = sent.one("cursor")
    return views.Filter(
        stage=sent.one("stage"),
        authority=sent.one("authority"),
        office=sent.one("office"),
        holder=sent.one("holder"),
        overdue=True if sent.one("overdue") else None,
        q=sent.one("q")[:200],
        cursor=int(cursor) if cursor.isdecimal() and len(cursor) < 16 else None,
        limit=_A_PAGE,
    )
