"""The second half of signing in: a code of the app, or a recovery code, after the password."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import audit, pending, second_factor
from postal_tracker.access.audit import Audited
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Problem
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import StaffMember
from postal_tracker.web.html.forms import form_of
from postal_tracker.web.html.rendering import show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.audited_refusals import refused
from postal_tracker.web.http.auth import address_of, house_of
from postal_tracker.web.http.cross_site import cross_site, is_from_here
from postal_tracker.web.staff.sign_in import (
    code_page,
    device_of_account,
    entrance,
    let_in,
    sign_in_limits,
)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Tried:
    """What came of a code: how long to wait, or the new session's token and what is noted of it."""

    wait: int = 0
    token: str = ""
    begun: audit.Note | None = None


@router.post("/desk/sign-in/code")
@router.post("/courier/sign-in/code")
async def sign_in_by_code(request: Request) -> Response:
    if not is_from_here(request):
        raise cross_site()
    house, sent = house_of(request), await form_of(request)
    now, secrets = house.now(), house.secrets
    try:
        member = await house.database.read(
            lambda s: pending.waiting(s, sent.one("pending"), secrets, now)
        )
    except Problem as problem:  # from the beginning
        here = f"{entrance(request)}/sign-in"
        is_courier = entrance(request) == "/courier"
        return show(
            request, "sign_in.html", sent=sent, problem=problem, here=here, courier=is_courier
        )
    try:
        token = await _token(request, member, sent.one("one_time_code"))
    except Problem as problem:
        return code_page(request, sent, problem)
    return await let_in(request, member.username, token, sent.one("next"))


async def _token(request: Request, member: StaffMember, code: str) -> str:
    """Return a new session's token. Raises Invalid, TooMany."""
    house, who = house_of(request), f"staff:{member.id}"
    device = device_of_account(request, member.username)
    guess = second_factor.guess_at_code(member.id, address_of(request), device)
    limits, now = sign_in_limits(request), house.now()

    def command(session: Session) -> _Tried:
        if wait := access.take_turn(session, guess, limits, now):
            return _Tried(wait)
        used = second_factor.use(session, member.id, code, house.secrets, now)
        if not used:
            return _Tried()
        second_factor.settle(session, guess, limits)
        token = access.begin_session(session, member.id, now, network=guess.networks[0])
        audit.record(session, [begun := _begun(request, who, used)])
        return _Tried(0, token, begun)

    tried = await house.database.write(command)
    if tried.begun:
        tell(tried.begun)
    else:
        kind = Audited.LOCKED_OUT if tried.wait else Audited.SIGN_IN_FAILED
        refused(request, kind, who=who, detail="second factor")
        raise access.too_many_sign_ins(tried.wait) if tried.wait else wrong_code()
    return tried.token


def _begun(request: Request, who: str, used: str) -> audit.Note:
    return happened(request, Audited.SIGNED_IN, who=who, detail=f"password and {used}")


def wrong_code() -> Problem:
    return field_invalid(
        "one_time_code",
        "Mã không đúng, đã dùng rồi hoặc đã hết hạn. Vui lòng nhập mã mới nhất trong ứng dụng.",
        "The code is wrong, used already, or too old. Type the newest one of the app.",
    )
