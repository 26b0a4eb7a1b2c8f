"""Handovers: what waits for each carrier, the lists, and the postman's signature."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import views
from postal_tracker.core import dates
from postal_tracker.core.problems import Invalid, Problem
from postal_tracker.desks import handover
from postal_tracker.forms import HandoverForm, SignatureForm, field_invalid, read_as
from postal_tracker.reports import handover_lists
from postal_tracker.reports.readers import LONGEST, day_of
from postal_tracker.views import catalogue, worklists
from postal_tracker.web.html.counting import count_of
from postal_tracker.web.html.forms import (
    NOTHING_SENT,
    Sent,
    form_of,
    local_moment,
    once,
    plain_code,
    prefilled,
)
from postal_tracker.web.html.rendering import go, show, symbol_of
from postal_tracker.web.http.auth import ClerkContext, RequestContext, StaffContext
from postal_tracker.web.http.report_files import FileKind, report_file
from postal_tracker.web.staff.prints import print_offer_for

router = APIRouter(prefix="/desk/handovers")

_A_PAGE = 25


@router.get("")
async def show_all(request: Request, context: StaffContext) -> Response:
    """Nothing is ticked but the parcel whose page leads here: a clerk signs for what lies there."""
    chosen = request.query_params.get("parcels", "")[:80]
    return await _all(request, context, prefilled(parcels=chosen))


async def _all(
    request: Request,
    context: RequestContext,
    sent: Sent,
    problem: Problem | None = None,
) -> Response:
    house = context.house
    asked, days, wrong = _days_of(request, context)
    (waiting, more), (lists, further, count) = await house.database.read(
        lambda s: (
            worklists.parcels_to_hand_over(s, scope=context.scope),
            _lists(s, context, asked, days),
        ),
        slow=True,
    )
    return show(
        request,
        "desk/handovers.html",
        context=context,
        sent=sent,
        problem=problem or wrong,
        here="/desk/handovers" if problem else "",
        asked=asked,
        next_cursor=further,
        files={kind: _address(asked, f"/list.{kind}") for kind in ("xlsx", "csv")},
        waiting=waiting,
        lists=lists,
        count=count,
        titles=house.titles,
        most_waiting=worklists.MOST_WAITING,
        more_waiting=more,
    )


_STATES = {"signed": True, "unsigned": False}


def _days_of(
    request: Request, context: RequestContext
) -> tuple[dict[str, str], tuple[date, date] | None, Problem | None]:
    """Return what an address asks for, of which days it wants the lists, and what is wrong."""
    query = request.query_params
    asked = {n: query[n][:80] for n in ("from", "to", "state", "cursor") if query.get(n)}
    try:
        return asked, _days(asked, context.house.today()), None
    except Invalid as wrong:
        return {}, None, wrong


def _days(asked: Mapping[str, str], today: date) -> tuple[date, date] | None:
    """Raises Invalid."""
    first, last = (day_of(name, asked.get(name, "")) for name in ("from", "to"))
    if not asked:
        return None
    last = last or (first and max(first, today)) or today
    first = first or (last if "to" in asked else last - LONGEST)
    if not timedelta() <= last - first <= LONGEST:
        raise field_invalid(
            "to",
            f"Ngày cuối phải từ ngày đầu trở đi và không quá {LONGEST.days} ngày.",
            f"The last day is not before the first, and at most {LONGEST.days} days later.",
        )
    return first, last


def _lists(
    session: Session,
    context: RequestContext,
    asked: Mapping[str, str],
    days: tuple[date, date] | None,
) -> tuple[list[worklists.HandoverSummaryView], str | None, views.Count | None]:
    """Return a page of lists, the next one's cursor, and how many all pages have."""
    scope, signed = context.scope, _STATES.get(asked.get("state", ""))
    if not days:
        midnight = dates.midnight(context.house.today())
        return worklists.lists(session, scope=scope, since=midnight), None, None
    lists, further = worklists.lists_of_days(
        session, days, scope=scope, signed=signed, limit=_A_PAGE, cursor=asked.get("cursor")
    )
    count = worklists.count_of_days(session, days, scope=scope, signed=signed)
    return lists, further, count


def _address(asked: Mapping[str, str], path: str = "", **more: str) -> str:
    kept = {**{name: text for name, text in asked.items() if name != "cursor"}, **more}
    return f"/desk/handovers{path}" + (f"?{urlencode(kept)}" if kept else "")


@router.get("/list.{kind}")
async def take_away(kind: FileKind, request: Request, context: StaffContext) -> Response:
    """Answer with all lists of some days as a file; of none, with those of the last year."""
    asked, days, wrong = _days_of(request, context)
    if wrong:
        raise wrong
    today, signed = context.house.today(), _STATES.get(asked.get("state", ""))
    wanted = days or (today - LONGEST, today)
    return await report_file(
        context,
        "handovers",
        lambda s, cursor, limit: handover_lists(
            s, wanted, scope=context.scope, signed=signed, cursor=cursor, limit=limit
        ),
        kind,
    )


@router.post("")
async def make(request: Request, context: ClerkContext) -> Response:
    sent = await form_of(request, context.caller)
    try:
        if not sent.many("parcels"):
            raise field_invalid("parcels", *NONE_CHOSEN)
        values = {"carrier": sent.one("carrier"), "parcels": sent.many("parcels")}
        form = read_as(HandoverForm, values)
        context.house.carriers.chosen(form.carrier)

        def command(session: Session) -> dict[str, Any]:
            return {"number": handover.make_list(session, form, by=context.caller, now=context.now)}

        made = await once(context, sent, values, command)
    except Problem as problem:
        return await _all(request, context, sent, problem)
    return go(request, f"/desk/handovers/{made['number']}", done="listed")


@router.get("/{number}")
async def show_one(number: str, request: Request, context: StaffContext) -> Response:
    return await _one(request, context, plain_code(number))


async def _one(
    request: Request,
    context: RequestContext,
    number: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    missed: list[str] | None = None,
) -> Response:
    def found(session: Session) -> tuple[views.HandoverView, str]:
        seen = views.handover(session, number, scope=context.scope)
        return seen, catalogue.office_name(session, seen.office, context.lang)

    seen, office = await context.house.database.read(found)
    patience = timedelta(hours=context.house.settings.unaccepted_after_hours)
    return show(
        request,
        "desk/handover.html",
        context=context,
        is_late=bool(seen.signed_at and context.now - seen.signed_at > patience),
        sent=sent,
        problem=problem,
        here=f"/desk/handovers/{number}",
        list=seen,
        listed=[one.tracking_number for one in seen.parcels],
        missed=missed or [],
        symbol=symbol_of(f"{context.house.settings.address}/courier/lists/{seen.number}"),
        office=office,
        paper=await print_offer_for(context, handover=number),
        carrier=context.house.titles.get(seen.carrier, seen.carrier),
    )


@router.post("/{number}/sign")
async def sign(number: str, request: Request, context: ClerkContext) -> Response:
    sent, plain = await form_of(request, context.caller), plain_code(number)
    database = context.house.database
    try:
        seen = await database.read(lambda s: views.handover(s, plain, scope=context.scope))
        if seen.way == "back":
            count = count_of(sent, [one.tracking_number for one in seen.parcels])
            if not count.is_sure:
                missed = count.left if count.is_done else None
                return await _one(request, context, plain, count.sent, missed=missed)
            form = SignatureForm(signed_by=context.caller.name, parcels=count.here)
        else:
            at = local_moment(sent.one("at")) or None
            values = {"signed_by": sent.one("signed_by"), "at": at, "record": sent.one("record")}
            form = read_as(SignatureForm, values)
        await database.write(
            lambda s: handover.sign(s, plain, form, by=context.caller, now=context.now)
        )
    except Problem as problem:
        return await _one(request, context, plain, sent, problem)
    done = "signed" if seen.way == "out" else "brought"
    return go(request, f"/desk/handovers/{plain}", done=done)


NONE_CHOSEN = ("Vui lòng chọn ít nhất một bưu gửi.", "Choose at least one parcel.")
