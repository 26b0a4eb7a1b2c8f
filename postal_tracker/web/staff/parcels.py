"""Parcels at the desk: making one by scanning dossiers into it, and what its carrier says of it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.access.scope import EVERYTHING
from postal_tracker.core.problems import FieldFault, Problem
from postal_tracker.desks import scanning, sealing
from postal_tracker.forms import ParcelForm, ScanForm, read_as
from postal_tracker.views import catalogue, worklists
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, once, plain_code, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext, StaffContext
from postal_tracker.web.staff.prints import print_offer_for

router = APIRouter(prefix="/desk")


@router.get("/parcels/new")
async def new(request: Request, context: ClerkContext) -> Response:
    asked = request.query_params
    carrier = await context.house.database.read(
        lambda s: worklists.latest_carrier(s, scope=context.scope)
    )
    codes = [*asked.getlist("dossier"), *asked.getlist("dossiers")][:100]
    sent = prefilled(
        dossiers="\n".join(map(plain_code, codes)),
        direction=asked.get("direction", "to_authority"),
        carrier=asked.get("carrier", "") or carrier,
        tracking_number=plain_code(asked.get("number", "")),
    )
    return await _new(request, context, sent)


async def _new(
    request: Request, context: RequestContext, sent: Sent, problem: Problem | None = None
) -> Response:
    day, lang = context.house.today(), context.lang
    offices = await context.house.database.read(
        lambda s: catalogue.offices(s, on=day, lang=lang, scope=EVERYTHING)
    )
    return show(
        request,
        "desk/new_parcel.html",
        context=context,
        sent=sent,
        problem=problem,
        carriers=list(context.house.carriers.choices.items()),
        offices=offices,
        doubtful=problem.codes
        if isinstance(problem, sealing.Doubtful)
        else sent.one("sure").split(),
    )


@router.post("/parcels/new")
async def make(request: Request, context: ClerkContext) -> Response:
    sent = await form_of(request, context.caller)
    try:
        number, places = await _make(context, sent)
    except Problem as problem:
        return await _new(request, context, sent, problem)
    again = [[line + 1 for line in lines] for lines in places if len(lines) > 1]
    return go(request, f"/desk/parcels/{quote(number)}", done="sealed", again=again)


async def _make(context: RequestContext, sent: Sent) -> tuple[str, list[list[int]]]:
    """Return the new parcel's number, and in which lines each dossier was scanned."""
    readings = sent.lines("dossiers")[:100]
    found = await context.house.database.read(
        lambda s: scanning.codes_of(s, readings, context.caller), slow=True
    )
    lines: dict[str, list[int]] = {}  # scanned twice, it is meant once
    for line, code in enumerate(found):
        lines.setdefault(code, []).append(line)
    recipient = {name: sent.one(f"recipient.{name}") for name in ("name", "phone", "address")}
    values: dict[str, Any] = {
        **sent.given("carrier", "direction", "tracking_number", "to_office"),
        "dossiers": list(lines),
        "recipient": recipient if any(recipient.values()) else None,
    }
    try:
        return await _seal(context, sent, values), list(lines.values())
    except Problem as problem:
        if not problem.faults or isinstance(problem, sealing.Doubtful):
            raise
        raise _at_lines(problem, [first for first, *_ in lines.values()]) from None


def _at_lines(problem: Problem, lines: Sequence[int]) -> Problem:
    """Return the problem with its faults at the lines in which the dossiers were scanned."""

    def placed(fault: FieldFault) -> FieldFault:
        field, _, place = fault.field.rpartition(".")
        if field != "dossiers" or not place.isdecimal():
            return fault
        return replace(fault, field=f"dossiers.{lines[int(place)]}")

    return replace(problem, faults=[placed(fault) for fault in problem.faults])


async def _seal(context: RequestContext, sent: Sent, values: dict[str, Any]) -> str:
    form = read_as(ParcelForm, values)

    def command(session: Session) -> dict[str, Any]:
        made = sealing.put_into_parcel(
            session,
            form,
            context.house.carriers,
            by=context.caller,
            reuse_after=context.house.reuse_after,
            now=context.now,
            sure=sent.one("sure").split(),
        )
        return {"number": made.tracking_number}

    return str((await once(context, sent, values, command))["number"])


@router.get("/parcels/{number:path}")
async def show_one(number: str, request: Request, context: StaffContext) -> Response:
    return await _one(request, context, plain_code(number))


async def _one(
    request: Request,
    context: RequestContext,
    number: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    database = context.house.database
    parcel = await database.read(lambda s: views.parcel(s, number, scope=context.scope))
    seen = await database.read(lambda s: scanning.look_at(s, number, by=context.caller))
    return show(
        request,
        "desk/parcel.html",
        context=context,
        sent=sent,
        problem=problem,
        here=f"/desk/parcels/{quote(number)}",
        parcel=parcel,
        carrier=context.house.titles.get(parcel.carrier, parcel.carrier),
        own_page=context.house.carriers.own_page(parcel.carrier, parcel.tracking_number),
        can_receive="received_back" in seen.acts,
        paper=await print_offer_for(context, parcels=[parcel.tracking_number]),
    )


@router.post("/parcels/{number:path}/receive")
async def receive(number: str, request: Request, context: ClerkContext) -> Response:
    """Take in a parcel that lies on the desk, with all that is in it."""
    sent, plain = await form_of(request, context.caller), plain_code(number)
    try:
        form = read_as(ScanForm, {"code": plain, "act": "received_back"})
        await context.house.database.write(
            lambda s: scanning.scan(s, form, by=context.caller, now=context.now)
        )
    except Problem as problem:
        return await _one(request, context, plain, sent, problem)
    return go(request, f"/desk/parcels/{quote(plain)}", done="parcel_received")
