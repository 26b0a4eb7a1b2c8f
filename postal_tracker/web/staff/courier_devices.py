"""Couriers' telephones: enrolled by a QR code that is shown once, listed, withdrawn."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from postal_tracker.access import courier_devices
from postal_tracker.access.audit import Audited
from postal_tracker.access.courier_devices import DeviceView
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Problem
from postal_tracker.forms import DeviceForm, read_as
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of
from postal_tracker.web.html.rendering import go, show, symbol_of
from postal_tracker.web.http.audited import done
from postal_tracker.web.http.auth import ClerkOrAdminContext, RequestContext
from postal_tracker.web.http.enrolling import making
from postal_tracker.web.http.parameters import Cursor

router = APIRouter(prefix="/desk/courier-devices")

_HERE = "/desk/courier-devices"


@router.get("")
async def show_devices(
    request: Request, context: ClerkOrAdminContext, cursor: Cursor = None
) -> Response:
    return await _list(request, context, before=cursor or 0)


@router.post("")
async def add_device(request: Request, context: ClerkOrAdminContext) -> Response:
    """Show the QR code that enrols a telephone, in this answer alone."""
    sent = await form_of(request, context.caller)
    try:
        form = read_as(DeviceForm, {n: sent.one(n) for n in ("name", "staff", "carrier")})
        device, address, note = await context.house.database.write(making(context, form))
    except Problem as problem:
        return await _list(request, context, sent, problem)
    tell(note)
    return await _list(request, context, device=device, address=address)


@router.post("/{id_}/revoke")
async def revoke_device(
    id_: Annotated[int, Path(ge=1, le=2**31 - 1)], request: Request, context: ClerkOrAdminContext
) -> Response:
    """Let a telephone open nothing from its next request on."""
    await form_of(request, context.caller)
    by, now = context.caller, context.now
    await done(
        context,
        Audited.ACCOUNT,
        lambda s: (None, courier_devices.revoke(s, id_, by=by, now=now)),
    )
    return go(request, _HERE, done="device_revoked")


async def _list(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    *,
    before: int = 0,
    device: DeviceView | None = None,
    address: str = "",
) -> Response:
    house, scope = context.house, context.scope
    page, couriers = await house.database.read(
        lambda s: (
            courier_devices.devices(s, scope, before=before, now=context.now),
            courier_devices.couriers(s, scope),
        )
    )
    return show(
        request,
        "desk/courier_devices.html",
        context=context,
        sent=sent,
        problem=problem,
        page=page,
        couriers=[(one.username, one.name) for one in couriers],
        carriers=list(house.carriers.choices.items()),
        device=device,
        address=address,
        symbol=symbol_of(address) if address else (),
        minutes=int(courier_devices.GOOD_FOR.total_seconds()) // 60,
    )
