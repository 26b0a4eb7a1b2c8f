"""Keys of programs and couriers' devices: made and shown once, listed, revoked."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from postal_tracker.access import KeyScope, Role, refuse_part
from postal_tracker.access.audit import Audited
from postal_tracker.core.problems import Problem
from postal_tracker.desks import keys
from postal_tracker.desks.keys import KeyForm, MadeKeyView, ProgramKeyView
from postal_tracker.forms import read_as
from postal_tracker.views import catalogue
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import done
from postal_tracker.web.http.auth import AdminContext, RequestContext
from postal_tracker.web.http.parameters import Code

router = APIRouter(prefix="/desk/admin/keys")

KeyId = Annotated[str, Path(max_length=16)]

DAYS = ("90", "365", "1095")
"""How long a key may be made to last on the page; or for ever."""


@router.get("")
async def show_keys(request: Request, context: AdminContext, cursor: Code = "") -> Response:
    return await _list(request, context, after=cursor)


@router.post("")
async def make_key(request: Request, context: AdminContext) -> Response:
    """Make a key; the answer shows it, and nothing does so again."""
    refuse_part(context.scope)
    sent = await form_of(request, context.caller)

    def command(session: Session) -> tuple[MadeKeyView, str]:
        made = keys.make(session, form, context.house.carriers, now=context.now)
        return made, keys.told(made)

    try:
        form = read_as(KeyForm, _told(sent, context))
        made = await done(context, Audited.KEY_MADE, command)
    except Problem as problem:
        return await _list(request, context, sent, problem)
    return await _list(request, context, made=made)


@router.get("/{key_id}")
async def show_key(key_id: KeyId, request: Request, context: AdminContext) -> Response:
    """Ask whether a key is to be revoked: that cannot be undone."""
    refuse_part(context.scope)

    def found(session: Session) -> tuple[ProgramKeyView, str]:
        key = keys.one(session, key_id, now=context.now)
        return key, catalogue.office_name(session, key.office or "", context.lang)

    key, office = await context.house.database.read(found)
    return show(request, "admin/key.html", context=context, key=key, office=office)


@router.post("/{key_id}")
async def revoke_key(key_id: KeyId, request: Request, context: AdminContext) -> Response:
    refuse_part(context.scope)
    await form_of(request, context.caller)
    now = context.now
    await done(context, Audited.KEY_REVOKED, lambda s: (None, keys.revoke(s, key_id, now=now)))
    context.house.known_keys.forget_all()
    return go(request, "/desk/admin/keys", done="key_revoked")


def _told(sent: Sent, context: RequestContext) -> dict[str, Any]:
    """Return the page's form as programs would send it."""
    told: dict[str, Any] = {n: sent.one(n) for n in ("role", "name", "carrier", "office")}
    days = sent.one("days")
    lasting = timedelta(days=int(days)) if days in DAYS else None
    return told | {
        "scopes": sent.many("scopes"),
        "expires_at": context.now + lasting if lasting else None,
    }


async def _list(
    request: Request,
    context: RequestContext,
    sent: Sent | None = None,
    problem: Problem | None = None,
    *,
    after: str = "",
    made: MadeKeyView | None = None,
) -> Response:
    refuse_part(context.scope)
    house, now = context.house, context.now
    page = await house.database.read(lambda s: keys.listed(s, after=after, now=now))
    offices = await house.database.read(
        lambda s: catalogue.offices(s, on=house.today(), lang=context.lang, scope=context.scope)
    )
    return show(
        request,
        "admin/keys.html",
        context=context,
        sent=sent or prefilled(role=Role.INTEGRATION, days=DAYS[1]),
        problem=problem,
        page=page,
        made=made,
        roles=sorted((role.value for role in Role), key=lambda role: role != Role.INTEGRATION),
        scopes=[scope.value for scope in KeyScope],
        offices=offices,
        carriers=list(house.carriers.choices.items()),
    )
