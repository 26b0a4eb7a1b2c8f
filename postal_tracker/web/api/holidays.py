"""Days off and make-up working days: the country's, and those the centre tells of itself."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query, Response
from sqlmodel import Session

from postal_tracker.access import refuse_part
from postal_tracker.core.own_days import DayView, exceptions
from postal_tracker.desks import days_off
from postal_tracker.desks.days_off import OwnDayForm
from postal_tracker.web.api.creation import CREATED, Creating
from postal_tracker.web.api.routing import api_router
from postal_tracker.web.http.audited import changed_settings
from postal_tracker.web.http.auth import AdminContext, StaffContext

router = api_router("holidays")


@dataclass(frozen=True, slots=True)
class DaysView:
    """A year's days on which the week is no guide."""

    items: list[DayView]
    next_cursor: int | None = None
    """Always empty: a year is one page."""


@router.get("/holidays")
async def list_holidays(
    context: StaffContext,
    year: Annotated[
        int | None, Query(ge=2000, le=2100, description="Of which year; without it, of this one.")
    ] = None,
) -> DaysView:
    """List a year's days off from Monday to Friday, and working days at weekends."""
    house = context.house
    return DaysView(list(exceptions(house.calendar, year or house.today().year, context.lang)))


@router.post("/holidays", status_code=201, responses=CREATED)
async def tell_day(form: OwnDayForm, context: AdminContext, creating: Creating) -> DayView:
    """Let a day be off, or a working day. What receipts have promised stays."""
    refuse_part(context.scope)
    today, now = context.house.today(), context.now

    def command(session: Session) -> dict[str, Any]:
        days_off.tell(session, form, today=today, now=now)
        return {"date": form.date.isoformat()}

    await creating.once(context, command)
    if not creating.is_replayed:
        changed_settings(context, f"day {form.date} {'works' if form.working else 'off'}")
    await context.house.refresh()
    return DayView(form.date, form.working, form.reason, form.source, own=True)


@router.delete("/holidays/{day}", status_code=204)
async def take_day_back(
    day: Annotated[date, Path(description="Which day, such as `2027-02-08`.")],
    context: AdminContext,
) -> Response:
    """Let a day be as the country's calendar has it, again."""
    refuse_part(context.scope)
    today, now = context.house.today(), context.now
    await context.house.database.write(lambda s: days_off.take_back(s, day, today=today, now=now))
    changed_settings(context, f"day {day} taken back")
    await context.house.refresh()
    return Response(status_code=204)
