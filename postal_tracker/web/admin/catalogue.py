"""The catalogue by hand: one office, authority or procedure is added or changed, as a form."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response

from postal_tracker.access import refuse_part
from postal_tracker.core.bilingual_terms import GROUPS, LEVELS, ONLINE_LEVELS, choices_of
from postal_tracker.core.problems import Problem
from postal_tracker.desks import imports
from postal_tracker.desks.imports import Kind, single
from postal_tracker.views import catalogue, listed
from postal_tracker.views.listed import Wanted
from postal_tracker.web.admin.keeping import keep
from postal_tracker.web.admin.lists import KindInPath, catalogue_kind
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import AdminContext, RequestContext
from postal_tracker.web.http.parameters import Cursor

router = APIRouter(prefix="/desk/admin/catalogue/{list_}")

CodeInPath = Annotated[str, Path(min_length=1, max_length=30)]

_A_PAGE = 50
_PAGES: dict[Kind, Any] = {
    Kind.OFFICES: listed.offices,
    Kind.AUTHORITIES: listed.authorities,
    Kind.PROCEDURES: listed.procedures,
}


@router.get("")
async def show_list(
    list_: KindInPath,
    request: Request,
    context: AdminContext,
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: Cursor = None,
) -> Response:
    refuse_part(context.scope)
    kind, wanted = catalogue_kind(list_), Wanted(q=q, cursor=cursor, limit=_A_PAGE)
    page = await context.house.database.read(
        lambda s: _PAGES[kind](s, wanted, context.lang), slow=True
    )
    return show(
        request,
        "admin/catalogue.html",
        context=context,
        kind=kind.value,
        q=q,
        rows=page.items,
        next_cursor=page.next_cursor,
    )


@router.get("/add")
async def show_new(list_: KindInPath, request: Request, context: AdminContext) -> Response:
    begun = prefilled(post_out="yes", post_back="yes", direct="yes", online="none", group="other")
    return await _form(request, context, catalogue_kind(list_), "", begun)


@router.post("/add")
async def add_one(list_: KindInPath, request: Request, context: AdminContext) -> Response:
    refuse_part(context.scope)
    kind, sent = catalogue_kind(list_), await form_of(request, context.caller)
    told = {name: text for name, text in _told(kind, sent).items() if text not in ("", None, [])}
    try:
        await keep(request, context, f"{kind} added", lambda s: single.add(s, kind, told))
    except Problem as problem:
        return await _form(request, context, kind, "", sent, problem)
    return go(request, f"/desk/admin/catalogue/{kind}", done="catalogue_added")


@router.get("/one/{code}")
async def show_one(
    list_: KindInPath, code: CodeInPath, request: Request, context: AdminContext
) -> Response:
    refuse_part(context.scope)
    kind = catalogue_kind(list_)
    texts = await context.house.database.read(lambda s: single.as_texts(s, kind, code))
    return await _form(request, context, kind, code, prefilled(**texts))


@router.post("/one/{code}")
async def change_one(
    list_: KindInPath, code: CodeInPath, request: Request, context: AdminContext
) -> Response:
    refuse_part(context.scope)
    kind, sent = catalogue_kind(list_), await form_of(request, context.caller)
    told = {name: value for name, value in _told(kind, sent).items() if name in sent.values}
    try:
        detail = f"{kind} {quote(code)} changed"
        await keep(request, context, detail, lambda s: single.change(s, kind, code, told))
    except Problem as problem:
        return await _form(request, context, kind, code, sent, problem)
    return go(request, f"/desk/admin/catalogue/{kind}", done="catalogue_changed")


def _told(kind: Kind, sent: Sent) -> dict[str, Any]:
    names = [column.field for column in imports.columns_told(kind)]
    return single.from_texts({name: sent.one(name) for name in names})


async def _form(
    request: Request,
    context: RequestContext,
    kind: Kind,
    code: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    """Draw the form of one; of a new one the code is empty."""
    refuse_part(context.scope)
    lang = context.lang
    choices: dict[str, Any] = {
        "group": choices_of(GROUPS, lang),
        "level": choices_of(LEVELS, lang),
        "online": choices_of(ONLINE_LEVELS, lang),
    }
    if kind is Kind.PROCEDURES:
        read = context.house.database.read
        choices["authority"] = await read(lambda s: catalogue.authorities(s, lang))
    columns = [c for c in imports.columns_told(kind) if c.field != "data_status"]
    return show(
        request,
        "admin/catalogue_form.html",
        context=context,
        sent=sent,
        problem=problem,
        kind=kind.value,
        code=code,
        columns=columns,
        choices=choices,
        yes_or_no=("modern", "post_out", "post_back", "direct"),
    )
