"""One of the office's printers: the sheet that shows how far it is astray, and its offset."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

import labels
from labels.layout.sheets import farthest
from postal_tracker.core.problems import Problem
from postal_tracker.forms import read_as
from postal_tracker.printing import devices
from postal_tracker.printing.devices import FORMATS, Kind, OffsetForm
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import changed_settings
from postal_tracker.web.http.auth import ClerkOrAdminContext, RequestContext

router = APIRouter(prefix="/desk/printers/{id_}")

Row = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
async def show_printer(id_: Row, request: Request, context: ClerkOrAdminContext) -> Response:
    return await _page(request, context, id_)


@router.post("/sheet")
async def print_sheet(id_: Row, request: Request, context: ClerkOrAdminContext) -> Response:
    """Send the sheet to the printer, or answer with it where the browser prints."""
    sent = await form_of(request, context.caller)
    printer = await context.house.database.read(lambda s: devices.find(s, id_, scope=context.scope))
    try:
        sheet = devices.calibration_sheet(printer, context.house.media)
        if printer.kind == Kind.BROWSER:
            return Response(sheet, media_type=labels.media_type(FORMATS[printer.kind]))
        await devices.send(printer, sheet, allowed=context.house.printer_networks)
    except Problem as problem:
        return await _page(request, context, id_, sent, problem)
    return go(request, f"/desk/printers/{id_}", done="sheet")


@router.post("/offset")
async def set_offset(id_: Row, request: Request, context: ClerkOrAdminContext) -> Response:
    sent = await form_of(request, context.caller)
    told = {name: sent.one(name).replace(",", ".") for name in ("offset_x", "offset_y")}
    media = context.house.media
    try:
        form = read_as(OffsetForm, told)
        await context.house.database.write(
            lambda s: devices.set_offset(s, devices.find(s, id_, scope=context.scope), form, media)
        )
    except Problem as problem:
        return await _page(request, context, id_, sent, problem)
    changed_settings(context, f"printer {id_} moved")
    return go(request, f"/desk/printers/{id_}", done="offset")


async def _page(
    request: Request,
    context: RequestContext,
    id_: int,
    sent: Sent | None = None,
    problem: Problem | None = None,
) -> Response:
    printer = await context.house.database.read(lambda s: devices.find(s, id_, scope=context.scope))
    now = prefilled(offset_x=f"{printer.offset_x:g}", offset_y=f"{printer.offset_y:g}")
    medium = context.house.media.get(printer.medium)
    return show(
        request,
        "desk/printer.html",
        context=context,
        sent=sent if sent and sent.one("offset_x") else now,
        problem=problem,
        here=f"/desk/printers/{id_}",
        printer=printer,
        most=farthest(medium) if medium else 0.0,
    )
