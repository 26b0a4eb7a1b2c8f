"""Handovers: what waits for each carrier, the lists, and the postman's signature."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core import dates
from postal_tracker.core.problems import Problem
from postal_tracker.desks import handover
from postal_tracker.forms import HandoverForm, SignatureForm, read_as
from postal_tracker.views import worklists
from postal_tracker.web.html.forms import (
    NOTHING_SENT,
    Sent,
    form_of,
    local_moment,
    once,
    plain_code,
)
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext, StaffContext
from postal_tracker.web.staff.prints import print_offer_for

router = APIRouter(prefix="/desk/handovers")


@router.get("")
async def show_all(request: Request, context: StaffContext) -> Response:
    return await _all(request, context)


async def _all(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    house = context.house
    midnight = dates.midnight(house.today())
    (waiting, more), lists = await house.database.read(
        lambda s: (
            worklists.parcels_to_hand_over(s, scope=context.scope),
            worklists.lists(s, scope=context.scope, since=midnight),
        ),
        slow=True,
    )
    return show(
        request,
        "desk/handovers.html",
        context=context,
        sent=sent,
        problem=problem,
        waiting=waiting,
        lists=lists,
        titles=house.titles,
        most_waiting=worklists.MOST_WAITING,
        more_waiting=more,
    )


@router.post("")
async def make(request: Request, context: ClerkContext) -> Response:
    sent = await form_of(request, context.caller)
    try:
        values = {"carrier": sent.one("carrier"), "parcels": sent.many("parcels")}
        form = read_as(HandoverForm, values)
        context.house.carriers.chosen(form.carrier)

        def command(session: Session) -> dict[str, Any]:
            return {"number": handover.make_list(session, form, by=context.caller, now=context.now)}

        made = await once(context, sent, values, command)
    except Problem as problem:
        return await _all(request, context, sent, problem)
    return go(request, f"/desk/handovers/{made['number']}", done="listed")


@router.get("/{number}")
async def show_one(number: str, request: Request, context: StaffContext) -> Response:
    return await _one(request, context, plain_code(number))


async def _one(
    request: Request,
    context: RequestContext,
    number: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    seen = await context.house.database.read(
        lambda s: views.handover(s, number, scope=context.scope)
    )
    return show(
        request,
        "desk/handover.html",
        context=context,
        sent=sent,
        problem=problem,
        here=f"/desk/handovers/{number}",
        list=seen,
        paper=await print_offer_for(context, handover=number),
        carrier=context.house.titles.get(seen.carrier, seen.carrier),
    )


@router.post("/{number}/sign")
async def sign(number: str, request: Request, context: ClerkContext) -> Response:
    sent, plain = await form_of(request, context.caller), plain_code(number)
    try:
        at = local_moment(sent.one("at")) or None
        form = read_as(SignatureForm, {"signed_by": sent.one("signed_by"), "at": at})
        await context.house.database.write(
            lambda s: handover.sign(s, plain, form, by=context.caller, now=context.now)
        )
    except Problem as problem:
        return await _one(request, context, plain, sent, problem)
    return go(request, f"/desk/handovers/{plain}", done="signed")
