"""Couriers' telephones for programs: a one-time address, to be shown as a QR code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from postal_tracker.access import courier_devices
from postal_tracker.access.courier_devices import GOOD_FOR, DeviceView
from postal_tracker.access.trail import tell
from postal_tracker.forms import DeviceForm
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ClerkOrAdminContext, RequestContext
from postal_tracker.web.http.enrolling import Made, making
from postal_tracker.web.http.errors import documented

router = api_router("keys")


@dataclass(frozen=True, slots=True)
class AwaitedDeviceView:
    """A courier's telephone that is to be enrolled."""

    id: int
    """Its number in the list of telephones, and in the audit log."""
    name: str
    """What the telephone is called in lists."""
    staff: str
    """The sign-in name of its courier."""
    carrier: str
    """The only carrier on whose parcels it may report."""
    address: str
    """To be opened on the telephone, once. Not kept here: asked for again, it is empty."""
    good_until: datetime
    """From when on the address opens nothing any more."""


@router.post("/courier/devices", status_code=201, responses={**CREATED, **documented(404)})
async def enrol_courier_device(
    form: DeviceForm, context: ClerkOrAdminContext, creating: Creating
) -> AwaitedDeviceView:
    """Make the one-time address that enrols a courier's telephone; show it as a QR code.

    Whoever opens it has that courier's session on his telephone. It is shown in this answer alone:
    the same request sent again has no `address`.
    """
    make, made = making(context, form), list[Made]()

    def command(session: Session) -> dict[str, Any]:
        made[:] = [make(session)]
        return {"id": made[0][0].id}  # is kept, to be answered again; the address never is

    answer = await creating.once(context, command)
    for view, address, note in made:
        tell(note)
        return _view(view, address)
    return _view(await context.house.database.read(lambda s: _again(s, context, answer["id"])), "")


def _again(session: Session, context: RequestContext, id_: int) -> DeviceView:
    page = courier_devices.devices(session, context.scope, before=id_ + 1, now=context.now)
    return page.items[0]


def _view(made: DeviceView, address: str) -> AwaitedDeviceView:
    until = made.created_at + GOOD_FOR
    return AwaitedDeviceView(made.id, made.name, made.username, made.carrier, address, until)
