"""One's own second factor: an app is told of a secret by QR, and asked for codes from then on."""

from collections.abc import Sequence
from textwrap import wrap

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import audit, second_factor
from postal_tracker.access.audit import Audited
from postal_tracker.access.second_factor import Enrolment
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Forbidden, Problem
from postal_tracker.storage.tables import SecondFactor
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, form_of
from postal_tracker.web.html.rendering import go, show, symbol_of
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.audited_refusals import refused
from postal_tracker.web.http.auth import (
    CourierOrStaffContext,
    RequestContext,
    address_of,
    cookie_of,
)
from postal_tracker.web.staff.sign_in import entrance, sign_in_limits
from postal_tracker.web.staff.sign_in_code import wrong_code

router = APIRouter()


@router.get("/desk/second-factor")
@router.get("/courier/second-factor")
async def show_state(request: Request, context: CourierOrStaffContext) -> Response:
    return await _page(request, context)


@router.post("/desk/second-factor")
@router.post("/courier/second-factor")
async def change(request: Request, context: CourierOrStaffContext) -> Response:
    """Do what the button that was pressed says: begin, confirm or remove."""
    sent = await form_of(request, context.caller)
    ways = {"begin": _begin, "confirm": _confirm, "remove": _remove}
    if sent.one("do") not in ways:
        return await _page(request, context)
    return await ways[sent.one("do")](request, context, sent)


async def _page(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
    *,
    enrolment: Enrolment | None = None,
    codes: list[str] | None = None,
) -> Response:
    """Draw the page, with a secret or with recovery codes where they were just made."""
    id_ = await _own_id(context)
    factor = await context.house.database.read(lambda s: s.get(SecondFactor, id_))
    home, (symbol, key) = entrance(request), _drawn(enrolment)
    return show(
        request,
        "second_factor.html",
        context=context,
        sent=sent,
        problem=problem,
        home=home,
        since=factor.confirmed_at if factor else None,
        left=len(factor.recovery_hashes.split()) if factor else 0,
        is_needed=context.caller.role in context.house.settings.roles_with_second_factor,
        enrolment=enrolment,
        symbol=symbol,
        key=key,
        codes=codes or [],
    )


def _drawn(enrolment: Enrolment | None) -> tuple[Sequence[str], str]:
    """Return the rows of the QR code that an app reads, and what may be typed instead."""
    if enrolment is None:
        return (), ""
    return symbol_of(enrolment.address), " ".join(wrap(enrolment.secret, 4))


async def _own_id(context: RequestContext) -> int:
    """Return whose account it is. Raises Forbidden for a program's key."""
    who = await context.house.database.read(lambda s: access.account_of(s, context.caller))
    if who is None or who.staff_id is None:
        raise Forbidden("not-your-role", *_NO_ACCOUNT)
    return who.staff_id


async def _begin(request: Request, context: RequestContext, _sent: Sent) -> Response:
    """Show the secret for an app, in this answer alone."""
    return await _page(request, context, enrolment=await _enrolment(context))


async def _enrolment(context: RequestContext) -> Enrolment | None:
    """Return the secret for an app; None if there is one already that works."""
    id_, keys, now = await _own_id(context), context.house.secrets, context.now
    return await context.house.database.write(
        lambda s: second_factor.begin_enrolment(s, id_, keys, now)
    )


async def _confirm(request: Request, context: RequestContext, sent: Sent) -> Response:
    """Ask for codes from now on, if this one is right; other sessions end."""
    id_, house, token = await _own_id(context), context.house, cookie_of(request)
    told = _note(request, context, "second factor set up")

    def command(session: Session) -> list[str]:
        code = sent.one("one_time_code")
        codes = second_factor.confirm(session, id_, code, house.secrets, context.now)
        if codes:
            access.end_own_sessions(session, context.caller, token)
            audit.record(session, [told])
        return codes

    codes = await house.database.write(command)
    if not codes:
        made = await _enrolment(context)
        return await _page(request, context, sent, wrong_code(), enrolment=made)
    tell(told)
    return await _page(request, context, codes=codes)


async def _remove(request: Request, context: RequestContext, sent: Sent) -> Response:
    """Forget the app, for whoever has a code of it: a desk may stand open and unwatched."""
    id_, database = await _own_id(context), context.house.database
    guess = second_factor.guess_at_code(id_, address_of(request), "signed in")
    limits, told = sign_in_limits(request), _note(request, context, "second factor removed")

    def command(session: Session) -> int:
        """Return how long to wait; -1 if the code is wrong."""
        if wait := access.take_turn(session, guess, limits, context.now):
            return wait
        code = sent.one("one_time_code")
        if not second_factor.use(session, id_, code, context.house.secrets, context.now):
            return -1
        second_factor.settle(session, guess, limits)
        second_factor.remove(session, id_)
        audit.record(session, [told])
        return 0

    wait = await database.write(command)
    if wait:
        kind = Audited.SIGN_IN_FAILED if wait < 0 else Audited.LOCKED_OUT
        refused(request, kind, who=context.caller.label, detail="second factor")
        problem = wrong_code() if wait < 0 else access.too_many_sign_ins(wait)
        return await _page(request, context, sent, problem)
    tell(told)
    return go(request, f"{entrance(request)}/second-factor", done="second_factor_removed")


def _note(request: Request, context: RequestContext, detail: str) -> audit.Note:
    return happened(request, Audited.ACCOUNT, who=context.caller.label, detail=detail)


_NO_ACCOUNT = ("Khóa API không có mã xác thực.", "An API key has no second factor.")
