"""The list of parcels: searched, taken away as a file, and several of them printed or listed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select

from adapters.event import Milestone
from postal_tracker.core.journey import Direction
from postal_tracker.core.problems import Invalid, Problem
from postal_tracker.desks import handover
from postal_tracker.forms import HandoverForm, field_invalid, read_as
from postal_tracker.reports import listed_parcels
from postal_tracker.reports.readers import day_of
from postal_tracker.storage.tables import Parcel
from postal_tracker.views import catalogue, parcel_lists
from postal_tracker.views.parcel_lists import ParcelFilter, ParcelPage, ParcelSort
from postal_tracker.web.html.forms import Sent, form_of, once, plain_code, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import ClerkContext, RequestContext, StaffContext
from postal_tracker.web.http.report_files import FileKind, report_file
from postal_tracker.web.staff.handovers import NONE_CHOSEN

router = APIRouter(prefix="/desk/parcels")

_HERE = "/desk/parcels"
_KEPT = ("carrier", "direction", "milestone", "office", "from", "to", "sort")
"""What an address of the list may hold."""
_CHOSEN = 200
"""Parcels that are chosen at once, at most."""


@router.get("")
async def show_list(request: Request, context: StaffContext) -> Response:
    return await _list(request, context, _asked(request))


def _asked(request: Request) -> Sent:
    asked = request.query_params
    return prefilled(**{name: asked[name][:80] for name in (*_KEPT, "cursor") if asked.get(name)})


async def _list(
    request: Request, context: RequestContext, sent: Sent, problem: Problem | None = None
) -> Response:
    try:
        found = await context.house.database.read(lambda s: _found(s, context, sent), slow=True)
    except Invalid as wrong:  # the days, or a cursor that nobody gave
        if problem:
            raise
        return await _list(request, context, prefilled(), wrong)
    return show(
        request,
        "desk/parcels.html",
        context=context,
        sent=sent,
        problem=problem,
        here=_HERE if problem else "",
        filtered=bool(sent.given(*_KEPT)),
        carriers=list(context.house.titles.items()),
        titles=context.house.titles,
        directions=[direction.value for direction in Direction],
        milestones=[milestone.value for milestone in Milestone],
        sort=_sort(sent).value,
        sorted_by={each.value: _address(sent, sort=each.value) for each in ParcelSort},
        files={kind: _address(sent, f"/list.{kind}") for kind in ("xlsx", "csv")},
        **found,
    )


def _found(session: Session, context: RequestContext, sent: Sent) -> Mapping[str, Any]:
    page: ParcelPage = parcel_lists.parcels(session, _wanted(sent), scope=context.scope)
    today, lang = context.house.today(), context.lang
    return {
        "page": page,
        "offices": catalogue.offices(session, on=today, lang=lang, scope=context.scope),
    }


def _wanted(sent: Sent) -> ParcelFilter:
    """Raises Invalid (the days)."""
    return ParcelFilter(
        carrier=sent.one("carrier"),
        direction=sent.one("direction"),
        milestone=sent.one("milestone"),
        office=sent.one("office"),
        days=(day_of("from", sent.one("from")), day_of("to", sent.one("to"))),
        sort=_sort(sent),
        cursor=sent.one("cursor") or None,
    )


def _sort(sent: Sent) -> ParcelSort:
    asked = sent.one("sort")
    return ParcelSort(asked) if asked in set(ParcelSort) else ParcelSort.NEWEST


def _address(sent: Sent, path: str = "", **more: str) -> str:
    """Return the address of this list with something else; the usual order needs no word."""
    kept = {**sent.given(*_KEPT), **more}
    if kept.get("sort") == ParcelSort.NEWEST:
        del kept["sort"]
    return f"{_HERE}{path}" + (f"?{urlencode(kept)}" if kept else "")


@router.get("/list.{kind}")
async def take_away(kind: FileKind, request: Request, context: StaffContext) -> Response:
    """Answer with all that the list shows as a file, or with what was chosen on one page."""
    numbers = [plain_code(each) for each in request.query_params.getlist("parcels")[:_CHOSEN]]
    wanted = replace(_wanted(_asked(request)), numbers=numbers)
    return await report_file(
        context,
        "parcels",
        lambda s, cursor, limit: listed_parcels(
            s, replace(wanted, cursor=cursor, limit=limit), scope=context.scope
        ),
        kind,
    )


@router.post("/chosen")
async def with_chosen(request: Request, context: ClerkContext) -> Response:
    """Do with several parcels what a button says: print their labels, list them, take them away."""
    sent = await form_of(request, context.caller)
    numbers = [plain_code(each) for each in sent.many("parcels")[:_CHOSEN]]
    named = urlencode([("parcels", each) for each in numbers])
    try:
        if not numbers:
            raise field_invalid("parcels", *NONE_CHOSEN)
        if sent.one("do") == "handover":
            return go(request, await _handed_over(context, sent, numbers), done="listed")
    except Problem as problem:
        return await _list(request, context, _asked(request), problem)
    if sent.one("do") == "file":
        return go(request, f"{_HERE}/list.xlsx?{named}")
    return go(request, f"/desk/prints?{named}")


async def _handed_over(context: RequestContext, sent: Sent, numbers: Sequence[str]) -> str:
    """Put the chosen ones on a new list; return its address. Raises NotFound, Conflict, Invalid."""
    carrier = await context.house.database.read(lambda s: _carrier_of(s, context, numbers[0]))
    form = read_as(HandoverForm, {"carrier": carrier, "parcels": numbers})
    context.house.carriers.chosen(form.carrier)

    def command(session: Session) -> dict[str, Any]:
        return {"number": handover.make_list(session, form, by=context.caller, now=context.now)}

    made = await once(context, sent, form.model_dump(mode="json"), command)
    return f"/desk/handovers/{made['number']}"


def _carrier_of(session: Session, context: RequestContext, number: str) -> str:
    """Return whose parcels are to be listed: of one that nobody has, the list says so."""
    query = select(Parcel.carrier).where(
        Parcel.tracking_number == number, col(Parcel.open), context.scope.covers(Parcel)
    )
    return session.exec(query).first() or next(iter(context.house.titles))
