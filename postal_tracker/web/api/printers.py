"""Printers for programs: which there are, who may add one, and sending labels to their paper."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response

from postal_tracker.access import Role
from postal_tracker.core.terms import pick
from postal_tracker.printing import batches, devices, reservations
from postal_tracker.printing.batches import BatchResult
from postal_tracker.printing.devices import PrinterForm, PrintersView, PrinterView
from postal_tracker.printing.selection import CameOutForm, PrintsForm
from postal_tracker.web.http.auth import Admin, Desk, Door, Staff
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.json_bodies import StrictRoute

router = APIRouter(
    prefix="/api/v1",
    route_class=StrictRoute,
    responses=documented(400, 401, 403, 405, 413, 422, 500, 503),
)

SECONDS = 20.0
"""How long one request prints; what is left then is for the next.

Proxies wait for a minute: with the last job (`printers.batches.LAST_JOB`) it is fifty seconds.
"""


# Which there are


@router.get("/printers")
async def list_printers(door: Staff) -> PrintersView:
    """List the printers of your office, or all if you belong to none; addresses for admins only."""
    shown, office = door.caller.role is Role.ADMIN, door.caller.office_id
    return await door.house.database.read(
        lambda s: PrintersView(
            [devices.view(s, p, with_address=shown) for p in devices.of_office(s, office)]
        )
    )


@router.post("/printers", status_code=201, responses=documented(404, 409))
async def add_printer(form: PrinterForm, door: Admin) -> PrinterView:
    """Add a printer. The service will send documents to its address, so only an admin names one."""
    house = door.house
    return await house.database.write(
        lambda s: devices.view(
            s, devices.add(s, form, house.media, now=door.now), with_address=True
        )
    )


@router.delete("/printers/{name:path}", status_code=204, responses=documented(404))
async def remove_printer(
    name: Annotated[str, Path(min_length=1, max_length=80)], door: Admin
) -> Response:
    """Forget a printer; labels that came out of it keep its name."""
    await door.house.database.write(lambda s: devices.remove(s, name))
    return Response(status_code=204)


# Labels to their paper


@dataclass(frozen=True, slots=True)
class PrintsView:
    """What came of it. Empty `left`: all is done. Else ask again to go on."""

    printed: int
    already: int
    """Printed before, so left out; `again` prints them once more, and their paper says so."""
    left: list[str]
    unsure: list[str]
    """Those of `left` that may have come out as the printer failed: look before you go on.

    Printed again, their paper says so; name those that came out to `/prints/came-out`.
    """
    unprintable: list[str]
    """Those that cannot be printed; the others were printed without them."""
    reasons: dict[str, str]
    """Of each of `unprintable`, why, and what helps."""
    began: datetime
    """To go on with a reprint, ask for the same with `again` and this."""
    fault: str | None
    """Why the printer takes no more, in a sentence."""


@router.post("/prints", responses=documented(404))
async def print_labels(form: PrintsForm, door: Desk) -> PrintsView:
    """Print labels of parcels, dossiers, a handover or a day on a printer, each once.

    What was printed before is left out unless `again` is true, so a request may be repeated. 503:
    the printer failed before anything came out.
    """
    outcome = await batches.print_labels(door.house, form, by=door.caller, seconds=SECONDS)
    return _view(outcome, door)


def _view(outcome: BatchResult, door: Door) -> PrintsView:
    fault = outcome.fault
    return PrintsView(
        printed=outcome.printed,
        already=outcome.already,
        left=outcome.left,
        unsure=outcome.unsure,
        unprintable=list(outcome.unprintable),
        reasons={code: pick(why, door.lang) for code, why in outcome.unprintable.items()},
        began=outcome.began,
        fault=pick((fault.vi, fault.en), door.lang) if fault else None,
    )


@dataclass(frozen=True, slots=True)
class CameOutView:
    """How many labels are noted as printed now."""

    noted: int


@router.post("/prints/came-out")
async def note_what_came_out(form: CameOutForm, door: Desk) -> CameOutView:
    """Note as printed those of `unsure` labels that somebody has seen on paper."""
    return CameOutView(
        await door.house.database.write(lambda s: reservations.came_out(s, form.codes))
    )
