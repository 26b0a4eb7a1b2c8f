"""Printers: added, changed and removed. How one is tried and set right: `web/staff/printers.py`."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from postal_tracker.core.problems import Problem
from postal_tracker.forms import field_invalid, read_as
from postal_tracker.printing import devices
from postal_tracker.printing.devices import MEDIUM, Kind, PrinterForm, PrinterView
from postal_tracker.views import catalogue
from postal_tracker.web.admin.keeping import keep
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import AdminContext, RequestContext

router = APIRouter(prefix="/desk/admin/printers")

Row = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("")
async def show_printers(request: Request, context: AdminContext) -> Response:
    return await _page(request, context, prefilled(kind=Kind.BROWSER, media=MEDIUM))


@router.post("")
async def add_printer(request: Request, context: AdminContext) -> Response:
    """Add a printer and lead to its page, where it is tried."""
    sent, house = await form_of(request, context.caller), context.house

    def command(session: Session) -> int:
        how: dict[str, Any] = {"allowed": house.printer_networks, "scope": context.scope}
        return devices.add(session, form, house.media, **how, now=context.now).id

    try:
        form = read_as(PrinterForm, _told(sent))
        id_ = await keep(request, context, "printer added", command)
    except Problem as problem:
        return await _page(request, context, sent, problem)
    return go(request, f"/desk/printers/{id_}", done="printer_added")


@router.get("/{id_}")
async def show_printer(id_: Row, request: Request, context: AdminContext) -> Response:
    return await _one(request, context, id_)


@router.post("/{id_}")
async def change_printer(id_: Row, request: Request, context: AdminContext) -> Response:
    """Do what the button that was pressed says: change or remove."""
    sent, house, scope = await form_of(request, context.caller), context.house, context.scope
    do = sent.one("do")

    def command(session: Session) -> None:
        printer = devices.find(session, id_, scope=scope)
        if do == "remove":
            devices.remove(session, printer.name, scope=scope)
            return
        offset = {"offset_x": printer.offset_x, "offset_y": printer.offset_y}
        form = read_as(PrinterForm, _told(sent) | offset)
        allowed = house.printer_networks
        devices.change(session, printer, form, house.media, allowed=allowed, scope=scope)

    try:
        if do not in ("change", "remove"):
            raise field_invalid("do", *_BAD_BUTTON)
        await keep(request, context, f"printer {id_} {do}d", command)
    except Problem as problem:
        return await _one(request, context, id_, sent, problem)
    return go(request, "/desk/admin/printers", done=f"printer_{do}")


def _told(sent: Sent) -> dict[str, Any]:
    return dict(sent.given("name", "office", "kind", "address", "media"))


async def _one(
    request: Request,
    context: RequestContext,
    id_: int,
    sent: Sent | None = None,
    problem: Problem | None = None,
) -> Response:
    def read(session: Session) -> PrinterView:
        return devices.view(
            session, devices.find(session, id_, scope=context.scope), with_address=True
        )

    seen = await context.house.database.read(read)
    names = ("name", "office", "kind", "address")
    now = prefilled(media=seen.media, **{name: getattr(seen, name) or "" for name in names})
    return await _page(
        request, context, sent if sent and sent.one("name") else now, problem, id_, seen.name
    )


async def _page(
    request: Request,
    context: RequestContext,
    sent: Sent,
    problem: Problem | None = None,
    id_: int = 0,
    name: str = "",
) -> Response:
    """Draw the list with the form of a new one, or the form of one that is there."""
    house, scope, lang = context.house, context.scope, context.lang

    def read(session: Session) -> dict[str, Any]:
        rows = [
            (one.id, devices.view(session, one, with_address=True))
            for one in devices.within(session, scope)
        ]
        on = house.today()
        return {
            "rows": [] if id_ else rows,
            "offices": catalogue.offices(session, on=on, lang=lang, scope=scope),
        }

    sizes = [
        (m.name, f"{m.name} · {m.label_width:g} × {m.label_height:g} mm")
        for m in house.media.values()
    ]
    return show(
        request,
        "admin/printers.html",
        context=context,
        sent=sent,
        problem=problem,
        id_=id_,
        name=name,
        kinds=[kind.value for kind in Kind],
        sizes=sizes,
        **await house.database.read(read),
    )


_BAD_BUTTON = ("Không rõ nút nào được bấm.", "It is not clear which button was pressed.")
