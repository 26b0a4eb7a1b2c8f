"""Printers for programs: which there are, and who may add one."""

from typing import Annotated, Any

from fastapi import Path, Response
from sqlmodel import Session

from postal_tracker.access import Role
from postal_tracker.printing import devices
from postal_tracker.printing.devices import PrinterForm, PrintersView, PrinterView
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import changed_settings
from postal_tracker.web.http.auth import AdminContext, StaffContext
from postal_tracker.web.http.errors import documented

router = api_router("printers")


@router.get("/printers")
async def list_printers(context: StaffContext) -> PrintersView:
    """List the printers of your office and those below it; addresses for admins only."""
    shown, scope = context.caller.role is Role.ADMIN, context.scope
    return await context.house.database.read(
        lambda s: PrintersView(
            [devices.view(s, p, with_address=shown) for p in devices.within(s, scope)]
        )
    )


@router.post("/printers", status_code=201, responses={**CREATED, **documented(404, 409)})
async def add_printer(form: PrinterForm, context: AdminContext, creating: Creating) -> PrinterView:
    """Add a printer. The service will send documents to its address, so only an admin names one."""

    def command(session: Session) -> dict[str, Any]:
        made = devices.add(
            session,
            form,
            context.house.media,
            allowed=context.house.printer_networks,
            scope=context.scope,
            now=context.now,
        )
        return {"name": made.name}

    made = await creating.once(context, command)
    if not creating.is_replayed:
        changed_settings(context, "printer added")
    return await context.house.database.read(
        lambda s: devices.view(
            s, devices.find(s, made["name"], scope=context.scope), with_address=True
        )
    )


@router.delete("/printers/{name:path}", status_code=204, responses=documented(404))
async def remove_printer(
    name: Annotated[str, Path(min_length=1, max_length=80)], context: AdminContext
) -> Response:
    """Forget a printer; labels that came out of it keep its name."""
    await context.house.database.write(lambda s: devices.remove(s, name, scope=context.scope))
    changed_settings(context, "printer removed")
    return Response(status_code=204)
