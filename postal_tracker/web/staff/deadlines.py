"""Promising a later date at the desk, with the apology that was signed (form 04)."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.core.problems import Problem
from postal_tracker.desks import acts
from postal_tracker.forms import ActForm, read_as
from postal_tracker.web.html.forms import (
    NOTHING_SENT,
    Sent,
    form_of,
    local_moment,
    once,
    plain_code,
)
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext
from postal_tracker.web.http.reading import read_dossier

router = APIRouter(prefix="/desk/dossiers")


@router.get("/{code}/extend")
async def ask(code: str, request: Request, context: ClerkContext) -> Response:
    return await _ask(request, context, plain_code(code))


@router.post("/{code}/extend")
async def extend(code: str, request: Request, context: ClerkContext) -> Response:
    sent, plain = await form_of(request, context.caller), plain_code(code)
    try:
        await _extend(context, plain, sent)
    except Problem as problem:
        return await _ask(request, context, plain, sent, problem)
    return go(request, f"/desk/dossiers/{plain}", done="extended")


async def _extend(context: RequestContext, code: str, sent: Sent) -> None:
    told = sent.given("reason", "signed_by")
    until = local_moment(sent.one("new_due_at"))
    values: dict[str, Any] = {"act": "extend", "new_due_at": until or None, **told}
    form = read_as(ActForm, values)

    def command(session: Session) -> dict[str, Any]:
        acts.act(session, code, form, by=context.caller, now=context.now)
        return {}

    await once(context, sent, values, command)


async def _ask(
    request: Request,
    context: RequestContext,
    code: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    dossier = await read_dossier(context, code)
    return show(
        request, "desk/extend.html", context=context, sent=sent, problem=problem, dossier=dossier
    )
