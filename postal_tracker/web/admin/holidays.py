"""Days off and make-up days: entered, taken back, and what each means for dates on receipts."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from postal_tracker.access import refuse_part
from postal_tracker.core.own_days import exceptions
from postal_tracker.core.problems import Problem
from postal_tracker.desks import days_off
from postal_tracker.desks.days_off import OwnDayForm
from postal_tracker.forms import field_invalid, read_as
from postal_tracker.web.admin.keeping import keep
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import AdminContext, RequestContext

router = APIRouter(prefix="/desk/admin/holidays")


@router.get("")
async def show_days(
    request: Request,
    context: AdminContext,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Response:
    return await _page(request, context, year=year)


@router.post("")
async def change_days(request: Request, context: AdminContext) -> Response:
    """Do what the button that was pressed says: tell a day, or take one back."""
    refuse_part(context.scope)
    sent, today, now = await form_of(request, context.caller), context.house.today(), context.now
    try:
        if day := _day(sent.one("back")):
            await keep(
                request,
                context,
                f"day {day} taken back",
                lambda s: days_off.take_back(s, day, today=today, now=now),
            )
        else:
            form = read_as(OwnDayForm, _told(sent))
            detail = f"day {form.date} {'works' if form.working else 'off'}"
            await keep(
                request, context, detail, lambda s: days_off.tell(s, form, today=today, now=now)
            )
    except Problem as problem:
        return await _page(request, context, sent, problem)
    await context.house.refresh()
    return go(request, "/desk/admin/holidays", done="days_changed")


def _told(sent: Sent) -> dict[str, object]:
    told: dict[str, object] = dict(sent.given("reason", "source"))
    if day := _day(sent.one("date")):
        told["date"] = day
    return told | {"working": sent.one("working") == "yes"}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise field_invalid("date", *_NO_DAY) from None


async def _page(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    year: int | None = None,
) -> Response:
    refuse_part(context.scope)
    house, today, scope = context.house, context.house.today(), context.scope
    days = list(exceptions(house.calendar, year or today.year, context.lang))
    coming = [one.date for one in days if one.date >= today and not one.working]
    due = await house.database.read(lambda s: days_off.due_on(s, coming, scope=scope))
    return show(
        request,
        "admin/holidays.html",
        context=context,
        sent=sent,
        problem=problem,
        days=days,
        due=due,
        today=today,
        year=year or today.year,
    )


_NO_DAY = ("Ngày phải có dạng 2027-02-08.", "A date looks like 2027-02-08.")
