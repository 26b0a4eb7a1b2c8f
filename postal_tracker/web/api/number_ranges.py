"""Ranges of tracking numbers that a post allotted to the centre."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import Query
from sqlmodel import Session

from postal_tracker.access import refuse_part
from postal_tracker.desks import number_ranges
from postal_tracker.desks.number_ranges import NumberRangesView, NumberRangeView
from postal_tracker.forms import NumberRangeForm
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import changed_settings
from postal_tracker.web.http.auth import AdminContext
from postal_tracker.web.http.errors import documented

router = api_router("number-ranges")


@router.get("/number-ranges")
async def list_number_ranges(
    context: AdminContext, cursor: Annotated[int, Query(ge=0, le=2**62)] = 0
) -> NumberRangesView:
    """List the ranges of tracking numbers, and how many numbers are left of each."""
    refuse_part(context.scope)
    return await context.house.database.read(lambda s: number_ranges.listed(s, after=cursor))


@router.post("/number-ranges", status_code=201, responses={**CREATED, **documented(409)})
async def add_number_range(
    form: NumberRangeForm, context: AdminContext, creating: Creating
) -> NumberRangeView:
    """Enter a range that a post allotted: parcels sealed without a number get its next one."""
    refuse_part(context.scope)

    def command(session: Session) -> dict[str, Any]:
        return asdict(number_ranges.add(session, form, context.house.carriers))

    made = NumberRangeView(**await creating.once(context, command))
    if not creating.is_replayed:
        serials = f"{made.first_serial} to {made.last_serial}"
        changed_settings(context, f"numbers {made.indicator} {serials} added")
    return made
