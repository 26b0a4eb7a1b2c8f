"""Parcels for programs: sealed, listed, shown."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Query, Response
from sqlmodel import Session

from adapters.event import Milestone
from postal_tracker import views
from postal_tracker.core.journey import Direction
from postal_tracker.desks import sealing
from postal_tracker.forms import ParcelForm
from postal_tracker.reports import listed_parcels
from postal_tracker.reports.readers import day_of
from postal_tracker.views.parcel_lists import ListedParcel, ParcelFilter, ParcelSort
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.reports import Part, answer_with, page_of
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.auth import ClerkOrProgramContext, StaffContext
from postal_tracker.web.http.errors import documented
from postal_tracker.web.http.parameters import CarrierName, Code, CodeInPath

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


Day = Annotated[str, Query(max_length=10, examples=["2026-10-01"])]
FirstDay = Annotated[
    Day, Query(alias="from", description="Made on this day or later; 92 days at most.")
]
LastDay = Annotated[Day, Query(alias="to", description="Made on this day or before.")]


@router.get("/parcels", response_class=Response, responses=page_of(ListedParcel))
async def list_parcels(
    context: StaffContext,
    asked: Part,
    first: FirstDay = "",
    last: LastDay = "",
    carrier: CarrierName = "",
    direction: Direction | None = None,
    milestone: Milestone | None = None,
    office: Code = "",
    sort: Annotated[ParcelSort, Query(description="What comes first.")] = ParcelSort.NEWEST,
) -> Response:
    """List parcels: those in hand, or with `from` or `to` all that were made on these days."""
    wanted = ParcelFilter(
        carrier=carrier,
        direction=direction or "",
        milestone=milestone or "",
        office=office,
        days=(day_of("from", first), day_of("to", last)),
        sort=sort,
    )
    return await answer_with(
        context,
        "parcels",
        lambda s, cursor, limit: listed_parcels(
            s, replace(wanted, cursor=cursor, limit=limit), scope=context.scope
        ),
        asked,
    )


@router.get("/parcels/{tracking_number:path}", responses=documented(404))
async def show_parcel(tracking_number: CodeInPath, context: StaffContext) -> views.ParcelView:
    """Show one parcel with every scan of it."""
    number = tracking_number.upper()[:80]
    return await context.house.database.read(lambda s: views.parcel(s, number, scope=context.scope))
