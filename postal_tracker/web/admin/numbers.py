"""Ranges of tracking numbers that a post allotted: entered, and what is left of each."""

from typing import Any

from fastapi import APIRouter, Request, Response

from postal_tracker.access import refuse_part
from postal_tracker.core import codes
from postal_tracker.core.problems import Problem
from postal_tracker.desks import number_ranges
from postal_tracker.desks.number_ranges import NumberRangeView
from postal_tracker.forms import NumberRangeForm, read_as
from postal_tracker.web.admin.keeping import keep
from postal_tracker.web.html.forms import Sent, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import AdminContext, RequestContext
from postal_tracker.web.http.parameters import Cursor

router = APIRouter(prefix="/desk/admin/numbers")


@router.get("")
async def show_numbers(request: Request, context: AdminContext, cursor: Cursor = None) -> Response:
    return await _page(request, context, after=cursor or 0)


@router.post("")
async def add_numbers(request: Request, context: AdminContext) -> Response:
    """Enter a range; one that was entered already is refused, so a second press does nothing."""
    refuse_part(context.scope)
    sent = await form_of(request, context.caller)
    names = ("carrier", "indicator", "country", "first_serial", "last_serial")
    told: dict[str, Any] = {name: sent.one(name) for name in names}
    told |= {name: told[name].upper() for name in ("indicator", "country")}
    for name in ("first_serial", "last_serial"):
        told[name] = int(told[name]) if _is_serial(told[name]) else told[name]
    try:
        form = read_as(NumberRangeForm, told)
        serials = f"{form.first_serial} to {form.last_serial}"
        detail = f"numbers {form.indicator} {serials} added"
        carriers = context.house.carriers
        await keep(request, context, detail, lambda s: number_ranges.add(s, form, carriers))
    except Problem as problem:
        return await _page(request, context, sent, problem)
    return go(request, "/desk/admin/numbers", done="numbers_added")


def _is_serial(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 8


async def _page(
    request: Request,
    context: RequestContext,
    sent: Sent | None = None,
    problem: Problem | None = None,
    *,
    after: int = 0,
) -> Response:
    refuse_part(context.scope)
    page = await context.house.database.read(lambda s: number_ranges.listed(s, after=after))
    return show(
        request,
        "admin/numbers.html",
        context=context,
        sent=sent or prefilled(country="VN"),
        problem=problem,
        rows=[(one, *_ends(one)) for one in page.items],
        next_cursor=page.next_cursor,
        carriers=list(context.house.carriers.choices.items()),
    )


def _ends(one: NumberRangeView) -> tuple[str, str]:
    """Return the first and the last number in full, as the post prints them."""
    return (
        codes.make_s10(one.indicator, one.first_serial, one.country),
        codes.make_s10(one.indicator, one.last_serial, one.country),
    )
