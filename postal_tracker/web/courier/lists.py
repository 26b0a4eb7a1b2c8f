"""Lists between a courier and a desk: he counts and takes one, or makes one of what he brings."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access import Role
from postal_tracker.core.problems import Problem
from postal_tracker.desks import taking
from postal_tracker.forms import BringForm, CountForm, read_as
from postal_tracker.views import catalogue
from postal_tracker.web.html.counting import count_of
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, plain_code
from postal_tracker.web.html.rendering import go, show, symbol_of
from postal_tracker.web.http.auth import CourierContext, CourierOrStaffContext, RequestContext
from postal_tracker.web.http.papers import print_list

router = APIRouter(prefix="/courier/lists", include_in_schema=False)


@router.get("")
async def show_mine(request: Request, context: CourierContext) -> Response:
    """Show what he may bring to a desk, and his lists of these days."""
    return await _mine(request, context, NOTHING_SENT)


async def _mine(
    request: Request, context: RequestContext, sent: Sent, problem: Problem | None = None
) -> Response:
    by, house = context.caller, context.house
    day, lang = house.today(), context.lang
    listed, lists, offices, own = await house.database.read(
        lambda s: (
            [one.tracking_number for one in views.carried(s, by=by, now=context.now)],
            views.lists_of(s, by=by, now=context.now),
            catalogue.offices(s, on=day, lang=lang, scope=context.scope),
            catalogue.own_office(s, by),
        ),
        slow=True,
    )
    return show(
        request,
        "courier/handing_back.html",
        context=context,
        sent=sent if sent.one("office") else sent.having(office=own),
        problem=problem,
        here="/courier/lists",
        listed=listed[: views.MOST_CARRIED],
        lists=lists,
        offices=offices,
    )


@router.post("")
async def bring(request: Request, context: CourierContext) -> Response:
    """Make the list of what he brings; the desk signs it."""
    sent, by = await form_of(request, context.caller), context.caller
    try:
        held = await context.house.database.read(
            lambda s: views.carried(s, by=by, now=context.now), slow=True
        )
        count = count_of(sent, [one.tracking_number for one in held])
        if not count.is_done:
            return await _mine(request, context, count.sent)
        form = read_as(BringForm, {"office": sent.one("office"), "parcels": count.here})
        number = await context.house.database.write(
            lambda s: taking.bring(s, form, by=by, now=context.now)
        )
    except Problem as problem:
        return await _mine(request, context, sent, problem)
    return go(request, f"/courier/lists/{number}")


@router.get("/{number}.pdf")
async def print_one(number: str, context: CourierContext) -> Response:
    return await print_list(number, context)


@router.get("/{number}")
async def show_one(number: str, request: Request, context: CourierOrStaffContext) -> Response:
    """Show a list to count, or what became of it. Its QR leads here; staff go on to their page."""
    if context.caller.role is not Role.COURIER:
        return go(request, f"/desk/handovers/{plain_code(number)}")
    return await _one(request, context, plain_code(number))


async def _one(
    request: Request,
    context: RequestContext,
    number: str,
    sent: Sent = NOTHING_SENT,
    missed: list[str] | None = None,
    problem: Problem | None = None,
) -> Response:
    def found(session: Session) -> tuple[views.HandoverView, str]:
        seen = views.handover(session, number, scope=context.scope)
        return seen, catalogue.office_name(session, seen.office, context.lang)

    seen, office = await context.house.database.read(found)
    here = f"/courier/lists/{seen.number}"
    return show(
        request,
        "courier/list.html",
        context=context,
        sent=sent,
        problem=problem,
        here=here,
        list=seen,
        listed=[one.tracking_number for one in seen.parcels],
        missed=missed or [],
        office=office,
        symbol=symbol_of(context.house.settings.address + here),
    )


@router.post("/{number}")
async def take(number: str, request: Request, context: CourierContext) -> Response:
    """Count on, or sign for what is there once he knows what is missing."""
    sent, plain = await form_of(request, context.caller), plain_code(number)
    database = context.house.database
    try:
        seen = await database.read(lambda s: views.handover(s, plain, scope=context.scope))
        count = count_of(sent, [one.tracking_number for one in seen.parcels])
        if not count.is_sure:
            missed = count.left if count.is_done else None
            return await _one(request, context, plain, count.sent, missed)
        form = CountForm(parcels=count.here)
        await database.write(
            lambda s: taking.take(s, plain, form, by=context.caller, now=context.now)
        )
    except Problem as problem:
        return await _one(request, context, plain, sent, problem=problem)
    return go(request, f"/courier/lists/{plain}", done="counted")
