"""Parcels at the desk: making one by scanning dossiers into it, and what its carrier says of it."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core.problems import Problem
from postal_tracker.desks import scanning, sealing
from postal_tracker.forms import ParcelForm, ScanForm
from postal_tracker.views import worklists
from postal_tracker.web.html.rendering import (
    NOTHING_SENT,
    Sent,
    form_of,
    go,
    once,
    plain_code,
    prefilled,
    read_as,
    show,
)
from postal_tracker.web.http.auth import Desk, Door, Staff
from postal_tracker.web.staff.prints import print_offer_for

router = APIRouter(prefix="/desk")


@router.get("/parcels/new")
async def new(request: Request, door: Desk) -> Response:
    asked = request.query_params
    carrier = await door.house.database.read(worklists.latest_carrier)
    sent = prefilled(
        dossiers=plain_code(asked.get("dossier", "")),
        direction=asked.get("direction", "to_authority"),
        carrier=asked.get("carrier", "") or carrier,
        tracking_number=plain_code(asked.get("number", "")),
    )
    return _new(request, door, sent)


def _new(request: Request, door: Door, sent: Sent, problem: Problem | None = None) -> Response:
    return show(
        request,
        "desk/new_parcel.html",
        door=door,
        sent=sent,
        problem=problem,
        carriers=list(door.house.titles.items()),
    )


@router.post("/parcels/new")
async def make(request: Request, door: Desk) -> Response:
    sent = await form_of(request, door.caller)
    try:
        number = await _make(door, sent)
    except Problem as problem:
        return _new(request, door, sent, problem)
    return go(request, f"/desk/parcels/{quote(number)}", done="sealed")


async def _make(door: Door, sent: Sent) -> str:
    readings = sent.lines("dossiers")[:100]
    found = await door.house.database.read(
        lambda s: scanning.codes_of(s, readings, door.caller), slow=True
    )
    recipient = {name: sent.one(f"recipient.{name}") for name in ("name", "phone", "address")}
    values: dict[str, Any] = {
        **sent.given("carrier", "direction", "tracking_number"),
        "dossiers": found,
        "recipient": recipient if any(recipient.values()) else None,
    }
    form = read_as(ParcelForm, values)

    def command(session: Session) -> dict[str, Any]:
        made = sealing.put_into_parcel(
            session,
            form,
            door.house.carriers,
            by=door.caller,
            reuse_after=door.house.reuse_after,
            now=door.now,
        )
        return {"number": made.tracking_number}

    return str((await once(door, sent, values, command))["number"])


@router.get("/parcels/{number:path}")
async def show_one(number: str, request: Request, door: Staff) -> Response:
    return await _one(request, door, plain_code(number))


async def _one(
    request: Request,
    door: Door,
    number: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    database = door.house.database
    parcel = await database.read(lambda s: views.parcel(s, number))
    seen = await database.read(lambda s: scanning.look_at(s, number, by=door.caller))
    return show(
        request,
        "desk/parcel.html",
        door=door,
        sent=sent,
        problem=problem,
        here=f"/desk/parcels/{quote(number)}",
        parcel=parcel,
        carrier=door.house.titles.get(parcel.carrier, parcel.carrier),
        can_receive="received_back" in seen.acts,
        paper=await print_offer_for(door, parcels=[parcel.tracking_number]),
    )


@router.post("/parcels/{number:path}/receive")
async def receive(number: str, request: Request, door: Desk) -> Response:
    """Take in a parcel that lies on the desk, with all that is in it."""
    sent, plain = await form_of(request, door.caller), plain_code(number)
    try:
        form = read_as(ScanForm, {"code": plain, "act": "received_back"})
        await door.house.database.write(
            lambda s: scanning.scan(s, form, by=door.caller, now=door.now)
        )
    except Problem as problem:
        return await _one(request, door, plain, sent, problem)
    return go(request, f"/desk/parcels/{quote(plain)}", done="parcel_received")
