"""Handovers for programs: the list that a courier signs for, made, signed, shown."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from postal_tracker import views
from postal_tracker.desks import handover, taking
from postal_tracker.forms import BringForm, CountForm, HandoverForm, SignatureForm
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import (
    ClerkContext,
    CourierContext,
    RequestContext,
    StaffContext,
)
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import CodeInPath

router = api_router("handovers")


@router.post("/handovers", status_code=201, responses={**CREATED, **documented(404, 409)})
async def make_handover(
    form: HandoverForm, context: ClerkContext, creating: Creating
) -> views.HandoverView:
    """Make the list that a courier signs for."""
    context.house.carriers.chosen(form.carrier)

    def command(session: Session) -> dict[str, Any]:
        return {"number": handover.make_list(session, form, by=context.caller, now=context.now)}

    made = await creating.once(context, command)
    return await _handover(context, made["number"])


async def _handover(context: RequestContext, number: str) -> views.HandoverView:
    return await context.house.database.read(
        lambda s: views.handover(s, number, scope=context.scope)
    )


@router.post("/handovers/{number}/sign", responses=documented(404, 409))
async def sign_handover(
    number: CodeInPath, form: SignatureForm, context: ClerkContext
) -> views.HandoverView:
    """Record that what is on the list has passed: to the courier, or from him to the desk."""
    plain = number.upper()[:30]
    await context.house.database.write(
        lambda s: handover.sign(s, plain, form, by=context.caller, now=context.now)
    )
    return await _handover(context, plain)


@router.post("/handovers/brought", status_code=201, responses={**CREATED, **documented(404, 409)})
async def bring_handover(
    form: BringForm, context: CourierContext, creating: Creating
) -> views.HandoverView:
    """Make the list of what you, a courier, bring to a desk; it is there once the desk has signed.

    What you have still open for that desk is told anew, under its number.
    """

    def command(session: Session) -> dict[str, Any]:
        return {"number": taking.bring(session, form, by=context.caller, now=context.now)}

    made = await creating.once(context, command)
    return await _handover(context, made["number"])


@dataclass(frozen=True, slots=True)
class TakenView:
    """A list that a courier took."""

    number: str
    """The list's."""


@router.post("/handovers/{number}/take", responses=documented(404, 409))
async def take_handover(
    number: CodeInPath, context: CourierContext, form: CountForm | None = None
) -> TakenView:
    """Tell that you, a courier, take what is on the list, or which parcels of it are there.

    They are in your hands once the desk has signed too; what is not there stays with the desk. To
    whom a parcel goes is shown on its page for couriers. May be repeated.
    """
    plain = number.upper()[:30]
    await context.house.database.write(
        lambda s: taking.take(s, plain, form or CountForm(), by=context.caller, now=context.now)
    )
    return TakenView(plain)


@router.get("/handovers/{number}", responses=documented(404))
async def show_handover(number: CodeInPath, context: StaffContext) -> views.HandoverView:
    """Show a list, and for each parcel whether its carrier has accepted it."""
    return await _handover(context, number.upper()[:30])
