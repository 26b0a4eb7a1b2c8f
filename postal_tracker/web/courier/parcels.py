"""A courier's pages: one number, and big buttons for what happened to it."""

from collections.abc import Sequence
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from sqlmodel import Session, col, select

from adapters.event import Milestone, Reason
from postal_tracker import views
from postal_tracker.access import Role
from postal_tracker.carriers import inbox
from postal_tracker.carriers.inbox import EventBatch, EventResult, EventStatus
from postal_tracker.core import codes
from postal_tracker.core.codes import wedge
from postal_tracker.core.problems import Invalid, NotFound, Problem, no_such
from postal_tracker.desks import scanning, taking, undoing
from postal_tracker.forms import CountForm, EventForm, ScanForm, field_invalid, read_as
from postal_tracker.storage.tables import LedgerEntry, Parcel
from postal_tracker.web.html.cookies import TELEPHONE, keep
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of, local_moment
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.auth import (
    CourierContext,
    CourierOrStaffContext,
    RequestContext,
)

router = APIRouter(prefix="/courier", include_in_schema=False)

_A_YEAR = 365 * 24 * 3600
"""Seconds."""

_REASONS = (
    Reason.NOBODY_HOME,
    Reason.UNREACHABLE,
    Reason.WRONG_ADDRESS,
    Reason.REFUSED,
    Reason.OTHER,
)


@router.get("")
async def ask(request: Request, context: CourierContext) -> Response:
    return await ask_for_number(request, context)


async def ask_for_number(
    request: Request,
    context: RequestContext,
    problem: Problem | None = None,
    *,
    list_: str = "",
) -> Response:
    """Ask for a number, and show what is in the courier's hands.

    `list_`: what a colleague signed for, if it is asked whether it is taken all the same.
    """
    found = await context.house.database.read(
        lambda s: views.carried(s, by=context.caller, now=context.now), slow=True
    )
    shown = views.by_street(found[: views.MOST_CARRIED])
    named = [one.tracking_number for one in shown if one.goes_to]
    context.saw(["name", "address"], parcels=named)
    is_more = len(found) > len(shown)
    page = show(
        request,
        "courier/ask.html",
        context=context,
        problem=problem,
        here="/courier",
        list_=list_,
        carried=shown,
        is_more=is_more,
        possible=scanning.COURIER_ACTS,
        reasons=_REASONS,
    )
    keep(request, page, TELEPHONE, "yes", max_age=_A_YEAR)
    return page


@router.post("")
async def find(request: Request, context: CourierContext) -> Response:
    sent = await form_of(request, context.caller)
    return await lead_to(request, context, sent.one("code"), is_sure=bool(sent.one("sure")))


async def lead_to(
    request: Request, context: RequestContext, code: str, *, is_sure: bool = False
) -> Response:
    """Lead to the parcel that was scanned or typed, known to us or not; or to a list."""
    try:
        form = read_as(ScanForm, {"code": code})
        if (scanned := codes.read_scan(form.code)).kind is codes.ScanKind.HANDOVER:
            return await _list(request, context, scanned.code, is_sure=is_sure)
        number, done = await _scanned(context, form)
    except Problem as problem:
        of_another = problem.slug == taking.SIGNED_BY_ANOTHER
        list_ = code if of_another else ""
        return await ask_for_number(request, context, problem, list_=list_)
    return go(request, f"/courier/{quote(number)}", done=done)


@router.post("/undo")
async def undo(request: Request, context: CourierContext) -> Response:
    """Take back what was told a moment ago."""
    sent = await form_of(request, context.caller)
    try:
        await context.house.database.write(
            lambda s: undoing.undo(s, sent.one("event"), by=context.caller, now=context.now)
        )
    except Problem as problem:
        return await ask_for_number(request, context, problem)
    return go(request, "/courier", done="undone")


async def _list(
    request: Request, context: RequestContext, number: str, *, is_sure: bool
) -> Response:
    """Lead to a list to count; take one that was signed on paper, a colleague's when it is sure."""
    by, now, database = context.caller, context.now, context.house.database
    seen = await database.read(lambda s: views.handover(s, number, scope=context.scope))
    if seen.way == "back" or not seen.signed_at or seen.counted_at:
        return go(request, f"/courier/lists/{number}")
    await database.write(
        lambda s: taking.take(s, number, CountForm(), by=by, now=now, is_sure=is_sure)
    )
    return go(request, "/courier", done="taken")


async def _scanned(context: RequestContext, form: ScanForm) -> tuple[str, str]:
    """Return the number of a parcel, known or not, and `repaired` if a keyboard had changed it."""
    seen = await context.house.database.read(lambda s: scanning.read(s, form, by=context.caller))
    if seen.kind == "parcel":
        return seen.code, "repaired" if seen.repaired else ""
    plain, restored = codes.read_scan(form.code), codes.restored(codes.one_line(form.code))
    if not seen.choices and plain.kind in _OF_A_PARCEL:
        return plain.code, ""
    if not seen.choices and len(restored) == 1 and restored[0].kind in _OF_A_PARCEL:
        return restored[0].code, "repaired"
    raise no_number(form.code)


_OF_A_PARCEL = (codes.ScanKind.PARCEL, codes.ScanKind.LOOKUP)


def no_number(text: str = "") -> Invalid:
    if wedge.is_changed(text):
        return field_invalid("code", *wedge.SWITCH)
    return field_invalid(
        "code",
        "Đây không phải số hiệu bưu gửi. Vui lòng quét mã trên phong bì.",
        "This is no parcel's number. Scan the code of the envelope.",
    )


@router.get("/{tracking_number:path}")
async def show_one(
    tracking_number: str, request: Request, context: CourierOrStaffContext
) -> Response:
    """Show what can be told of a parcel. The label's QR leads here; staff go on to their page."""
    number = _number(tracking_number)
    if context.caller.role is not Role.COURIER:
        return go(request, f"/desk/parcels/{quote(number)}")
    return await _one(request, context, number)


def _number(text: str) -> str:
    try:
        return codes.normal_number(text)
    except codes.BadCode:
        raise no_such("parcel") from None


async def _one(
    request: Request,
    context: RequestContext,
    number: str,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    parcel, acts, goes_to, undoable = await context.house.database.read(
        lambda s: _seen(s, context, number)
    )
    if goes_to:
        context.saw(["name", "address"], parcels=[number], detail="in hand")
    return show(
        request,
        "courier/parcel.html",
        context=context,
        sent=sent,
        problem=problem,
        here=f"/courier/{quote(number)}",
        number=number,
        parcel=parcel,
        goes_to=goes_to,
        possible=acts,
        reasons=_REASONS,
        undoable=undoable,
    )


def _seen(
    session: Session, context: RequestContext, number: str
) -> tuple[views.ParcelView | None, Sequence[str], views.Addressee | None, str]:
    """Return a parcel, what may be told of it (all of one unknown to us), and where it goes.

    And which event of this courier's can still be taken back.
    """
    try:
        parcel = views.parcel(session, number, scope=context.scope)
    except NotFound:
        return None, [m.value for m in scanning.COURIER_ACTS], None, ""
    by = context.caller
    acts = scanning.look_at(session, number, by=by).acts
    undoable = undoing.told_just_now(session, number, by=by, now=context.now)
    return parcel, acts, views.addressee(session, number, by=by), undoable


@router.post("/{tracking_number:path}")
async def report(tracking_number: str, request: Request, context: CourierContext) -> Response:
    """Record one event; the form's own id makes a form sent twice one event."""
    sent, number = await form_of(request, context.caller), _number(tracking_number)
    try:
        event = _event(context, number, sent)
        result = await _told(context, event)
        if result.status is EventStatus.REFUSED and result.problem:
            raise field_invalid(result.problem.field, result.problem.vi, result.problem.en)
    except Problem as problem:
        return await _one(request, context, number, sent, problem)
    unclaimed = result.status is EventStatus.UNCLAIMED
    return go(request, f"/courier/{quote(number)}", done="unclaimed" if unclaimed else "recorded")


def _event(context: RequestContext, number: str, sent: Sent) -> EventForm:
    if not sent.one("milestone"):
        raise field_invalid("milestone", "Vui lòng chọn trạng thái.", "Choose what happened.")
    failed = sent.one("milestone") == Milestone.DELIVERY_FAILED
    if failed and not sent.one("reason"):
        raise field_invalid(
            "reason", "Vui lòng chọn lý do phát không thành công.", "Choose why it failed."
        )
    return read_as(
        EventForm,
        {
            "id": sent.one("form_id"),
            "tracking_number": number,
            "milestone": sent.one("milestone"),
            "happened_at": local_moment(sent.one("happened_at")) or context.now,
            "reason": sent.one("reason") if failed else "",
            **sent.given("place", "note"),
        },
    )


async def _told(context: RequestContext, event: EventForm) -> EventResult:
    database = context.house.database
    batch = EventBatch((event,), context.caller, context.now)
    result = (await database.write_each(inbox.record_batches, batch))[0]
    if result.status is EventStatus.REFUSED and await database.read(
        lambda s: _told_before(s, context, event)
    ):
        # The same form a moment later: its clock has gone on, but it tells nothing new.
        return EventResult(event.id, EventStatus.DUPLICATE)
    return result


def _told_before(session: Session, context: RequestContext, event: EventForm) -> bool:
    query = (
        select(LedgerEntry.id)
        .join(Parcel, col(Parcel.id) == col(LedgerEntry.parcel_id))
        .where(
            LedgerEntry.key == f"{context.caller.label}:{event.id}",
            LedgerEntry.what == event.milestone.value,
            Parcel.tracking_number == event.tracking_number,
        )
    )
    return session.exec(query).first() is not None
