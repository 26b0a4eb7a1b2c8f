"""The list of dossiers: by filters, or by what a citizen at the desk says of himself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core.codes import CARD_REFUSED, is_identity_card
from postal_tracker.core.journey import Holder, Stage
from postal_tracker.core.problems import Invalid, Problem, no_such
from postal_tracker.forms import field_invalid
from postal_tracker.reports import LocationRow
from postal_tracker.reports.readers import day_of, listed_of, locations_of
from postal_tracker.views import catalogue
from postal_tracker.web.html.forms import Sent, form_of, plain_code, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.html.searches import MOST, keep_search, kept_search, token_of
from postal_tracker.web.http.auth import RequestContext, StaffContext
from postal_tracker.web.http.report_files import FileKind, report_file

router = APIRouter(prefix="/desk/dossiers")

_FILTERS = ("stage", "holder", "authority", "office", "overdue", "from", "to")
_KEPT = (*_FILTERS, "sort", "held", "search")
"""What an address may hold: filters, and digests of what must not stand in one."""
_A_PAGE = 25
_ROWS = 1000
"""Rows of the board among which one is found again."""


@router.get("")
async def show_list(request: Request, context: StaffContext) -> Response:
    return await _list(request, context, _asked(request, context))


def _asked(request: Request, context: RequestContext) -> Sent:
    """Return what an address asks for, and the search that it stands for."""
    asked = request.query_params
    kept = {name: asked[name][:80] for name in (*_KEPT, "cursor", "back") if asked.get(name)}
    if token := kept.get("search"):
        kept["q"] = kept_search(request, token, context.caller.csrf)
    return prefilled(**kept)


@router.get("/list.{kind}")
async def take_away(kind: FileKind, request: Request, context: StaffContext) -> Response:
    """Answer with all that the list shows as a file, or with what was chosen on one page."""
    sent = _asked(request, context)
    codes = [plain_code(code) for code in request.query_params.getlist("dossiers")[:_ROWS]]
    held = await context.house.database.read(lambda s: _row_of_board(s, context, sent.one("held")))
    if _is_gone(sent, held) and not codes:
        raise no_such("page")
    wanted = replace(_wanted(sent, held), codes=codes)
    read = listed_of(context.house, context.lang, wanted, scope=context.scope)
    return await report_file(context, "dossiers", read, kind)


@router.post("")
async def find(request: Request, context: StaffContext) -> Response:
    """Search. Filters become an address; a name or telephone number never does."""
    sent = await form_of(request, context.caller)
    kept, q = sent.given(*_FILTERS, "sort", "held"), sent.one("q")[:MOST]
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
    try:
        found = await context.house.database.read(lambda s: _found(s, context, sent), slow=True)
    except Invalid as wrong:  # the days, or a cursor that nobody gave
        if problem:
            raise
        return await _list(request, context, prefilled(**sent.given(*_FILTERS[:-2], "q")), wrong)
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
        sort=_sort(sent).value,
        sorted_by={each.value: _address(sent, sort=each.value) for each in views.Sort},
        files={kind: _address(sent, path=f"/list.{kind}") for kind in ("xlsx", "csv")},
        **found,
    )


def _address(sent: Sent, path: str = "", **more: str) -> str:
    """Return the address of this list with something else; the usual order needs no word."""
    kept = {**sent.given(*_KEPT), **more}
    if kept.get("sort") == views.Sort.NEWEST:
        del kept["sort"]
    return f"/desk/dossiers{path}" + (f"?{urlencode(kept)}" if kept else "")


def _found(session: Session, context: RequestContext, sent: Sent) -> Mapping[str, Any]:
    house, today, lang = context.house, context.house.today(), context.lang
    held = _row_of_board(session, context, sent.one("held"))
    page = views.DossierPage([])
    if not _is_gone(sent, held):
        wanted = _wanted(sent, held)
        page = views.dossiers(
            session, wanted, scope=context.scope, today=today, titles=house.titles, lang=lang
        )
    there, back = page.next_cursor, page.previous_cursor
    return {
        "page": page,
        "held": held,
        "next_page": _address(sent, cursor=there) if there else "",
        "previous_page": _address(sent, cursor=back, back="yes") if back else "",
        "authorities": catalogue.authorities(session, lang),
        "offices": catalogue.offices(session, on=today, lang=lang, scope=context.scope),
    }


def _is_gone(sent: Sent, held: LocationRow | None) -> bool:
    """Tell whether nobody knows any more what an address stands for."""
    return _is_forgotten(sent) or bool(held) != bool(sent.one("held"))


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
    """Raises Invalid (the days)."""
    return views.Filter(
        stage=sent.one("stage"),
        authority=sent.one("authority"),
        office=sent.one("office"),
        holder=sent.one("holder"),
        held_by=views.Held(held.holder, held.holder_code, held.place) if held else None,
        overdue=True if sent.one("overdue") else None,
        q=sent.one("q")[:MOST],
        days=views.Days(day_of("from", sent.one("from")), day_of("to", sent.one("to"))),
        sort=_sort(sent),
        cursor=sent.one("cursor") or None,
        back=bool(sent.one("back")),
        limit=_A_PAGE,
    )


def _sort(sent: Sent) -> views.Sort:
    asked = sent.one("sort")
    return views.Sort(asked) if asked in set(views.Sort) else views.Sort.NEWEST
