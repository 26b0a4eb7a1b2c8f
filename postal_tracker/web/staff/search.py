"""The list of dossiers: by filters, or by what a citizen at the desk says of himself."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core.codes import CARD_REFUSED, is_identity_card
from postal_tracker.core.journey import Holder, Stage
from postal_tracker.core.problems import Problem
from postal_tracker.forms import field_invalid
from postal_tracker.reports import LocationRow
from postal_tracker.reports.readers import locations_of
from postal_tracker.views import catalogue
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.html.searches import MOST, keep_search, kept_search, token_of
from postal_tracker.web.http.auth import RequestContext, StaffContext

router = APIRouter(prefix="/desk/dossiers")

_FILTERS = ("stage", "holder", "authority", "office", "overdue")
_KEPT = (*_FILTERS, "held", "search")
"""What an address may hold: filters, and digests of what must not stand in one."""
_A_PAGE = 50
_ROWS = 1000
"""Rows of the board among which one is found again."""


@router.get("")
async def show_list(request: Request, context: StaffContext) -> Response:
    asked = request.query_params
    kept = {name: asked[name][:80] for name in (*_KEPT, "cursor") if asked.get(name)}
    if token := kept.get("search"):
        kept["q"] = kept_search(request, token, context.caller.csrf)
    return await _list(request, context, prefilled(**kept))


@router.post("")
async def find(request: Request, context: StaffContext) -> Response:
    """Search. Filters become an address; a name or telephone number never does."""
    sent = await form_of(request, context.caller)
    kept, q = sent.given(*_FILTERS, "held"), sent.one("q")[:MOST]
    if is_identity_card(q):
        return await _list(request, context, prefilled(**kept), field_invalid("q", *CARD_REFUSED))
    if q:
        kept["search"] = token_of(q, context.caller.csrf)
    answer = go(request, "/desk/dossiers" + (f"?{urlencode(kept)}" if kept else ""))
    if q:
        keep_search(request, answer, q, kept["search"], now=context.now)
    return answer


async def _list(
    request: Request, context: RequestContext, sent: Sent, problem: Problem | None = None
) -> Response:
    found = await context.house.database.read(lambda s: _found(s, context, sent), slow=True)
    shown = (one.code for one in found["page"].items)
    context.saw(["name"], dossiers=shown, detail="list by " + " ".join(sent.given(*_KEPT, "q")))
    return show(
        request,
        "desk/dossiers.html",
        context=context,
        sent=sent,
        problem=problem,
        here="/desk/dossiers" if problem else "",
        filtered=bool(sent.given(*_KEPT)),
        forgotten=_is_forgotten(sent),
        stages=[stage.value for stage in Stage],
        holders=[holder.value for holder in Holder],
        **found,
    )


def _found(session: Session, context: RequestContext, sent: Sent) -> Mapping[str, Any]:
    house, today, lang = context.house, context.house.today(), context.lang
    held = _row_of_board(session, context, sent.one("held"))
    page = views.DossierPage([])
    if not _is_forgotten(sent) and bool(held) == bool(sent.one("held")):
        wanted = _wanted(sent, held)
        page = views.dossiers(
            session, wanted, scope=context.scope, today=today, titles=house.titles, lang=lang
        )
    query = {**sent.given(*_KEPT), "cursor": page.next_cursor}
    return {
        "page": page,
        "held": held,
        "next_page": f"/desk/dossiers?{urlencode(query)}" if page.next_cursor else "",
        "authorities": catalogue.authorities(session, lang),
        "offices": catalogue.offices(session, on=today, lang=lang, scope=context.scope),
    }


def _is_forgotten(sent: Sent) -> bool:
    return bool(sent.one("search") and not sent.one("q"))


def _row_of_board(session: Session, context: RequestContext, token: str) -> LocationRow | None:
    """Return the row of the board that a token stands for; with nobody there any more none."""
    if not token:
        return None
    rows = locations_of(context.house, context.lang, scope=context.scope)(
        session, None, _ROWS
    ).items
    return next((row for row in rows if held_token(row, context) == token), None)


def held_token(row: LocationRow, context: RequestContext) -> str:
    """Return what stands for a row of the board in addresses: its place may be a street."""
    return token_of(f"{row.holder} {row.holder_code} {row.place}", context.house.secret)


def _wanted(sent: Sent, held: LocationRow | None) -> views.Filter:
    cursor = sent.one("cursor")
    return views.Filter(
        stage=sent.one("stage"),
        authority=sent.one("authority"),
        office=sent.one("office"),
        holder=sent.one("holder"),
        held_by=views.Held(held.holder, held.holder_code, held.place) if held else None,
        overdue=True if sent.one("overdue") else None,
        q=sent.one("q")[:MOST],
        cursor=int(cursor) if cursor.isdecimal() and len(cursor) < 16 else None,
        limit=_A_PAGE,
    )
