"""The one-time address by which a courier's telephone is enrolled, made for a page or a program."""

from collections.abc import Callable

from sqlmodel import Session

from postal_tracker.access import audit, courier_devices
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.courier_devices import DeviceView
from postal_tracker.forms import DeviceForm
from postal_tracker.web.http.audited import note_of
from postal_tracker.web.http.auth import RequestContext

Made = tuple[DeviceView, str, Note]
"""A telephone that is to come, what is to be opened on it, once, and what is told of that."""


def making(context: RequestContext, form: DeviceForm) -> Callable[[Session], Made]:
    """Return what makes an address and writes it down. Raises Invalid; so does what it returns."""
    by, now, house = context.caller, context.now, context.house
    if form.carrier:
        house.carriers.chosen(form.carrier)
    asked = {"username": form.staff, "name": form.name, "carrier": form.carrier}

    def command(session: Session) -> Made:
        view, token = courier_devices.make(session, **asked, by=by, now=now)
        told = courier_devices.told(view.id, view.username, "awaited")
        note = note_of(context, Audited.ACCOUNT, told)
        audit.record(session, [note])
        return view, f"{house.settings.address}/courier/enrol/{token}", note

    return command
