"""Changing one's own password and e-mail address, for the desk and for couriers."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import SignIn, accounts, audit
from postal_tracker.access.audit import Audited
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Forbidden, Problem
from postal_tracker.forms import AddressForm, field_invalid, read_as
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, as_typed, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.audited_refusals import refused
from postal_tracker.web.http.auth import (
    CourierOrStaffContext,
    RequestContext,
    cookie_of,
)
from postal_tracker.web.staff.sign_in import counted, entrance, guess_at, sign_in_limits

router = APIRouter()


@router.get("/desk/password")
@router.get("/courier/password")
async def ask(request: Request, context: CourierOrStaffContext) -> Response:
    own = await context.house.database.read(lambda s: accounts.own_account(s, context.caller))
    return _page(request, context, prefilled(email=own.email if own else ""))


@router.post("/desk/password")
@router.post("/courier/password")
async def change(request: Request, context: CourierOrStaffContext) -> Response:
    """Take a new password; all other sessions of this account end."""
    sent = await form_of(request, context.caller)
    try:
        await _change(request, context, sent)
    except Problem as problem:
        _note_failure(request, context, problem)
        return _page(request, context, sent, problem)
    return go(request, entrance(request), done="password_changed")


@router.post("/desk/email")
async def keep_email(request: Request, context: CourierOrStaffContext) -> Response:
    """Keep where somebody is written to, as he says himself."""
    sent = await form_of(request, context.caller)
    told = happened(request, Audited.ACCOUNT, who=context.caller.label, detail="own e-mail")

    def command(session: Session) -> None:
        if own := accounts.own_account(session, context.caller):
            own.email = read_as(AddressForm, sent.given("email")).email
            audit.record(session, [told])

    try:
        await context.house.database.write(command)
    except Problem as problem:
        return _page(request, context, sent, problem)
    tell(told)
    return go(request, "/desk/password", done="email_kept")


def _page(
    request: Request,
    context: RequestContext,
    sent: Sent = NOTHING_SENT,
    problem: Problem | None = None,
) -> Response:
    home = entrance(request)
    return show(request, "password.html", context=context, sent=sent, problem=problem, home=home)


async def _change(request: Request, context: RequestContext, sent: Sent) -> None:
    database = context.house.database
    old, new = as_typed(sent, "old_password"), as_typed(sent, "password")
    who = await database.read(lambda s: access.account_of(s, context.caller))
    if who is None:
        raise Forbidden("not-your-role", *_NO_ACCOUNT)
    shortest = context.house.settings.password_length
    access.check_new_password(new, who.username, who.name, shortest=shortest)
    _refuse_unfit(old, new, as_typed(sent, "again"))
    # Whoever is signed in is no stranger: nobody else's guesses keep him from it.
    guess, limits = guess_at(request, who.username, "signed in"), sign_in_limits(request)
    new_hash = await counted(request, guess, partial(_new_hash, who, old, new))
    token = cookie_of(request)
    told = happened(request, Audited.ACCOUNT, who=context.caller.label, detail=_OWN)

    def settle(session: Session) -> bool:
        is_kept = access.settle_own_password(
            session, who, new_hash=new_hash, token=token, guess=guess, limits=limits
        )
        audit.record(session, [told] if is_kept else [])
        return is_kept

    if not await database.write(settle):
        raise field_invalid("old_password", *_WRONG)
    tell(told)


_OWN = "own password"


def _note_failure(request: Request, context: RequestContext, problem: Problem) -> None:
    """Write down that somebody guesses at an open desk; not what he mistyped in another field."""
    is_wrong = any(fault.field == "old_password" for fault in problem.faults)
    if is_wrong or problem.status == 429:
        kind = Audited.SIGN_IN_FAILED if is_wrong else Audited.LOCKED_OUT
        who = context.caller.label
        refused(request, kind, who=who, detail=_OWN)


def _new_hash(who: SignIn, old: str, new: str) -> str:
    """Return what is stored of the new password; empty if the old one is wrong."""
    return access.hash_password(new) if access.check_password(who.password_hash, old) else ""


def _refuse_unfit(old: str, new: str, again: str) -> None:
    if new != again:
        raise field_invalid("again", *_DIFFERS)
    if new == old:
        raise field_invalid("password", *_SAME)


_NO_ACCOUNT = ("Khóa API không có mật khẩu.", "An API key has no password.")
_WRONG = ("Mật khẩu hiện tại không đúng.", "The present password is wrong.")
_DIFFERS = (
    "Hai lần nhập mật khẩu mới không giống nhau. Vui lòng nhập lại.",
    "The new password was not typed alike both times. Type it again.",
)
_SAME = (
    "Mật khẩu mới trùng mật khẩu hiện tại. Vui lòng chọn mật khẩu khác.",
    "The new password is the present one. Choose another.",
)
