"""The list of dossiers: by filters, or by what a citizen at the desk says of himself."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core.journey import Holder, Stage
from postal_tracker.views import catalogue
from postal_tracker.web.html.rendering import Sent, form_of, go, prefilled, show
from postal_tracker.web.http.auth import Door, Staff

router = APIRouter(prefix="/desk/dossiers")

_FILTERS = ("stage", "holder", "authority", "office", "overdue")
_A_PAGE = 50


@router.get("")
async def show_list(request: Request, door: Staff) -> Response:
    asked = request.query_params
    kept = {name: asked[name][:80] for name in (*_FILTERS, "cursor") if asked.get(name)}
    return await _list(request, door, prefilled(**kept))


@router.post("")
async def find(request: Request, door: Staff) -> Response:
    """Search. Filters alone become an address; a name or telephone number never does."""
    sent = await form_of(request, door.caller)
    if not sent.one("q"):
        filters = sent.given(*_FILTERS)
        return go(request, "/desk/dossiers" + (f"?{urlencode(filters)}" if filters else ""))
    return await _list(request, door, sent)


async def _list(request: Request, door: Door, sent: Sent) -> Response:
    found = await door.house.database.read(lambda s: _found(s, door, sent), slow=True)
    return show(
        request,
        "desk/dossiers.html",
        door=door,
        sent=sent,
        here="/desk/dossiers" if request.method == "POST" else "",
        filtered=bool(sent.given(*_FILTERS)),
        stages=[stage.value for stage in Stage],
        holders=[holder.value for holder in Holder],
        **found,
    )


def _found(session: Session, door: Door, sent: Sent) -> Mapping[str, Any]:
    house, today, lang = door.house, door.house.today(), door.lang
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
