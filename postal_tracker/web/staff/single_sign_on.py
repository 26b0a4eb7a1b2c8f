"""Signing in by an identity provider, such as the province's, and linking an account to it."""

import hmac
import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import SignIn, audit, identities, people, sealed
from postal_tracker.access.audit import Audited
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Conflict, Problem, no_such
from postal_tracker.web.html.cookies import drop, keep
from postal_tracker.web.html.forms import NOTHING_SENT, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.audited_refusals import refused
from postal_tracker.web.http.auth import (
    CourierOrStaffContext,
    cookie_of,
    find_caller,
    house_of,
    seen_from,
)
from postal_tracker.web.http.cross_site import cross_site, is_from_here
from postal_tracker.web.staff import openid
from postal_tracker.web.staff.openid import Attempt, Identified
from postal_tracker.web.staff.sign_in import ask_for_code, let_in, safe_address

router = APIRouter()

COOKIE = "sso"
_SECONDS = 600

BACK = "/desk/sign-in/sso/back"


@router.get("/desk/sign-in/sso")
async def begin(request: Request) -> Response:
    """Lead somebody to the provider, to sign in or, signed in already, to link his account."""
    house = house_of(request)
    _refuse_without(request)
    links = await _own_id(request) if "link" in request.query_params else 0
    attempt = openid.begin(safe_address(request.query_params.get("next", "")), links)
    try:
        address = await openid.where_to(house.settings.oidc, attempt, _back(request))
    except Problem as problem:
        return _not_in(request, problem)
    response = RedirectResponse(address, 303)
    kept = sealed.seal(json.dumps(attempt.as_values()), house.secrets, COOKIE)
    keep(request, response, COOKIE, kept, max_age=_SECONDS)
    return response


@router.get(BACK)
async def come_back(request: Request) -> Response:
    """Let in, or link, whom the provider vouches for."""
    _refuse_without(request)
    try:
        attempt = _attempt(request)
        who = await _identified(request, attempt)
        response = await (_link if attempt.links else _let_in)(request, attempt, who)
    except Problem as problem:
        response = _not_in(request, problem)
    drop(request, response, COOKIE)
    return response


@router.get("/desk/single-sign-on")
async def show_state(request: Request, context: CourierOrStaffContext) -> Response:
    who = await context.house.database.read(lambda s: access.account_of(s, context.caller))
    id_ = who.staff_id or 0 if who else 0
    linked = await context.house.database.read(lambda s: identities.is_linked(s, id_))
    return show(request, "single_sign_on.html", context=context, linked=linked)


@router.post("/desk/single-sign-on")
async def unlink(request: Request, context: CourierOrStaffContext) -> Response:
    await form_of(request, context.caller)
    who = await context.house.database.read(lambda s: access.account_of(s, context.caller))
    told = happened(request, Audited.ACCOUNT, who=context.caller.label, detail="identity unlinked")

    def command(session: Session) -> None:
        identities.unlink(session, who.staff_id or 0 if who else 0)
        audit.record(session, [told])

    await context.house.database.write(command)
    tell(told)
    return go(request, "/desk/single-sign-on", done="identity_unlinked")


def _not_in(request: Request, problem: Problem) -> Response:
    """Show the page on which the password goes on, and what is wrong."""
    refused(request, Audited.SIGN_IN_FAILED, who="", detail=f"single sign-on: {problem.slug}")
    here = "/desk/sign-in"
    return show(
        request, "sign_in.html", sent=NOTHING_SENT, problem=problem, here=here, courier=False
    )


def _refuse_without(request: Request) -> None:
    if not house_of(request).settings.oidc.issuer:
        raise no_such("page")


def _back(request: Request) -> str:
    return house_of(request).settings.address + BACK


async def _own_id(request: Request) -> int:
    """Return whose account is to be linked. Raises Forbidden, Unauthorised."""
    if not is_from_here(request):
        raise cross_site()
    house = house_of(request)
    caller = await find_caller(request, house.now())
    if caller is None or caller.is_locked or not caller.csrf:
        raise openid.failed()
    return int(caller.label.rpartition(":")[2])


def _attempt(request: Request) -> Attempt:
    """Return the sign-in that this browser began; what else comes back is nobody's."""
    try:
        kept = sealed.opened(cookie_of(request, COOKIE), house_of(request).secrets, COOKIE)
    except sealed.NotOurs:
        raise openid.failed() from None
    attempt, asked = Attempt(**json.loads(kept)), request.query_params
    if not hmac.compare_digest(attempt.state.encode(), asked.get("state", "").encode()):
        raise openid.failed()
    if asked.get("iss", house_of(request).settings.oidc.issuer) != (
        house_of(request).settings.oidc.issuer  # RFC 9207: another provider's answer
    ):
        raise openid.failed()
    return attempt


async def _identified(request: Request, attempt: Attempt) -> Identified:
    house, code = house_of(request), request.query_params.get("code", "")
    if not 0 < len(code) <= 2000:
        raise openid.failed()
    return await openid.identified(
        house.settings.oidc, attempt, code=code, back=_back(request), now=house.now()
    )


async def _link(request: Request, attempt: Attempt, who: Identified) -> Response:
    house = house_of(request)
    caller = await find_caller(request, house.now())
    if caller is None or caller.label != f"staff:{attempt.links}":
        raise openid.failed()
    issuer, now = house.settings.oidc.issuer, house.now()
    told = happened(request, Audited.ACCOUNT, who=caller.label, detail="identity linked")

    def command(session: Session) -> None:
        identities.link(session, attempt.links, issuer=issuer, subject=who.subject, now=now)
        audit.record(session, [told])

    await house.database.write(command)
    tell(told)
    return go(request, "/desk/single-sign-on", done="identity_linked")


async def _let_in(request: Request, attempt: Attempt, who: Identified) -> Response:
    house = house_of(request)
    issuer, roles = house.settings.oidc.issuer, house.settings.oidc.roles

    def command(session: Session) -> tuple[SignIn, str, list[audit.Note]]:
        member = identities.known_as(session, issuer, who.subject)
        if member is None:
            raise _not_linked()
        notes = []
        role = identities.role_of(who.groups, roles, member.role)
        if people.take_role(session, member, role):
            detail = f"{member.username} now {member.role} by group"
            notes.append(happened(request, Audited.ACCOUNT, detail=detail))
        found, token = access.find_for_single_sign_on(session, member), ""
        if not found.asks_code:
            token = access.begin_session(
                session, member.id, house.now(), network=seen_from(request)
            )
            label = f"staff:{member.id}"
            notes.append(happened(request, Audited.SIGNED_IN, who=label, detail="single sign-on"))
        audit.record(session, notes)
        return found, token, notes

    found, token, notes = await house.database.write(command)
    for note in notes:
        tell(note)
    if not token:
        return await ask_for_code(request, found, prefilled(next=attempt.next))
    return await let_in(request, found.username, token, attempt.next)


def _not_linked() -> Conflict:
    return Conflict(
        "identity-not-linked",
        "Tài khoản cơ quan chưa liên kết với tài khoản ở đây. Vui lòng đăng nhập bằng mật khẩu, "
        "rồi liên kết ở trang đổi mật khẩu.",
        "This identity is linked to no account here. Sign in with your password, then link it on "
        "the page for changing the password.",
    )
