"""Parcels for programs: sealed, shown."""

from typing import Any

from sqlmodel import Session

from postal_tracker import views
from postal_tracker.desks import sealing
from postal_tracker.forms import ParcelForm
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ClerkOrProgramContext, StaffContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import CodeInPath

router = api_router("parcels")


@router.post("/parcels", status_code=201, responses={**CREATED, **documented(404, 409)})
async def make_parcel(
    form: ParcelForm, context: ClerkOrProgramContext, creating: Creating
) -> views.ParcelView:
    """Seal dossiers into a parcel; without a number it gets the next of the centre's range."""

    def command(session: Session) -> dict[str, Any]:
        made = sealing.put_into_parcel(
            session,
            form,
            context.house.carriers,
            by=context.caller,
            reuse_after=context.house.reuse_after,
            now=context.now,
        )
        return {"number": made.tracking_number, "left": made.numbers_left}

    made = await creating.once(context, command)
    return await context.house.database.read(
        lambda s: views.parcel(s, made["number"], scope=context.scope, numbers_left=made["left"])
    )


@router.get("/parcels/{tracking_number:path}", responses=documented(404))
async def show_parcel(tracking_number: CodeInPath, context: StaffContext) -> views.ParcelView:
    """Show one parcel with every scan of it."""
    number = tracking_number.upper()[:80]
    return await context.house.database.read(lambda s: views.parcel(s, number, scope=context.scope))
