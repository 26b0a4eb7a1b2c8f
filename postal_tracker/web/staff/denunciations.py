"""Denunciations, kept apart: any clerk takes one in, and only who is named for it reads them."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.core.problems import Problem
from postal_tracker.desks.feedback import (
    DenunciationForm,
    close_denunciation,
    enter_denunciation,
    refuse_unnamed,
)
from postal_tracker.forms import read_as
from postal_tracker.views import catalogue
from postal_tracker.views.denunciations import denunciation, denunciations
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, once, plain_code
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, ClerkOrManagerContext, RequestContext
from postal_tracker.web.http.parameters import Code
from postal_tracker.web.http.report_files import FileKind
from postal_tracker.web.staff.list_files import DENUNCIATION, Asked, Listing, all_of, list_file

router = APIRouter(prefix="/desk/denunciations")

_HERE = "/desk/denunciations"


@router.get("")
async def show_list(
    request: Request, context: ClerkOrManagerContext, cursor: Code = ""
) -> Response:
    def read(session: Session) -> Any:
        _refuse_unnamed(session, context)
        return denunciations(session, scope=context.scope, cursor=cursor)

    page = await context.house.database.read(read)
    return show(request, "desk/denunciations.html", context=context, page=page)


@router.get("/list.{kind}")
async def take_away(kind: FileKind, context: ClerkOrManagerContext) -> Response:
    """Answer with all that the list shows as a file: neither who denounces nor what."""

    def rows(session: Session, context: RequestContext, _asked: Asked) -> Iterator[Any]:
        _refuse_unnamed(session, context)
        return all_of(lambda cursor: denunciations(session, scope=context.scope, cursor=cursor))

    return await list_file(context, "denunciations", Listing(DENUNCIATION, rows), {}, kind)


@router.get("/new")
async def ask(request: Request, context: ClerkContext) -> Response:
    return await _ask(request, context)


@router.post("/new")
async def take_in(request: Request, context: ClerkContext) -> Response:
    """Take one in; what was written is shown to nobody afterwards but to who is named for it."""
    sent, house = await form_of(request, context.caller), context.house
    values = sent.given("name", "contact", "text", "office")
    by, now = context.caller, context.now
    try:
        form = read_as(DenunciationForm, values)

        def command(session: Session) -> dict[str, Any]:
            number = enter_denunciation(session, form, by=by, calendar=house.calendar, now=now)
            return {"number": number}

        told = await once(context, sent, values, command)
    except Problem as problem:
        return await _ask(request, context, sent, problem)
    return await _ask(request, context, kept=told["number"])


async def _ask(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    kept: str = "",
) -> Response:
    house, scope = context.house, context.scope
    offices = await house.database.read(
        lambda s: catalogue.offices(s, on=house.today(), lang=context.lang, scope=scope)
    )
    return show(
        request,
        "desk/denunciation_new.html",
        context=context,
        sent=sent,
        problem=problem,
        kept=kept,
        offices=offices,
        needs_office=context.caller.office_id is None,
    )


@router.get("/{number}")
async def show_one(number: str, request: Request, context: ClerkOrManagerContext) -> Response:
    return await _one(request, context, plain_code(number))


@router.post("/{number}")
async def close(number: str, request: Request, context: ClerkOrManagerContext) -> Response:
    sent, plain = await form_of(request, context.caller), plain_code(number)

    def command(session: Session) -> None:
        _refuse_unnamed(session, context)
        by, now = context.caller, context.now
        close_denunciation(session, plain, sent.one("outcome"), by=by, now=now)

    try:
        await context.house.database.write(command)
    except Problem as problem:
        return await _one(request, context, plain, sent, problem)
    return go(request, f"{_HERE}/{plain}", done="denunciation_closed")


async def _one(
    request: Request,
    context: RequestContext,
    number: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    def read(session: Session) -> Any:
        _refuse_unnamed(session, context)
        return denunciation(session, number, scope=context.scope)

    seen = await context.house.database.read(read)
    context.saw(["name", "feedback"], detail=f"denunciation {number}")
    return show(
        request,
        "desk/denunciation.html",
        context=context,
        sent=sent,
        problem=problem,
        here=f"{_HERE}/{number}",
        seen=seen,
    )


def _refuse_unnamed(session: Session, context: RequestContext) -> None:
    refuse_unnamed(session, context.caller, context.house.settings.denunciations_to)
