"""Signing in and out, for the desk and for couriers."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import Guess, Limits, Role, SignIn, audit, pending
from postal_tracker.access.audit import Audited
from postal_tracker.access.devices import COOKIE, device_of
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Busy, Problem
from postal_tracker.storage.pools import HASHING
from postal_tracker.web.html.cookies import TELEPHONE, drop, keep, know_device
from postal_tracker.web.html.forms import Sent, as_typed, form_of, prefilled
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.html.searches import forget_searches
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.audited_refusals import refused
from postal_tracker.web.http.auth import SESSION, address_of, cookie_of, find_caller, house_of
from postal_tracker.web.http.cross_site import cross_site, is_from_here

router = APIRouter()

T = TypeVar("T")


@router.get("/desk/sign-in")
@router.get("/courier/sign-in")
async def ask(request: Request) -> Response:
    return _page(request, prefilled(next=safe_address(request.query_params.get("next", ""))))


@router.post("/desk/sign-in")
@router.post("/courier/sign-in")
async def sign_in(request: Request) -> Response:
    """Begin a session with a new token, at once or after a code."""
    if not is_from_here(request):  # or another site could sign somebody in as somebody else
        raise cross_site()
    sent, username = await form_of(request), ""
    try:
        username = access.normal_username(sent.one("username"))
        who, token = await _begin(request, username, as_typed(sent, "password"))
        if not token:
            return await ask_for_code(request, who, sent)
    except Problem as problem:
        await _note_failure(request, username, problem)
        return _page(request, sent, problem)
    return await let_in(request, username, token, sent.one("next"))


async def ask_for_code(request: Request, who: SignIn, sent: Sent) -> Response:
    """Show the page that asks for the code of a second factor, after a right password."""
    house, staff_id = house_of(request), who.staff_id or 0
    now = house.now()
    told = await house.database.read(lambda s: pending.pending(s, staff_id, house.secret, now))
    return code_page(request, prefilled(pending=told, next=sent.one("next")))


def code_page(request: Request, sent: Sent, problem: Problem | None = None) -> Response:
    here = f"{entrance(request)}/sign-in"
    return show(request, "sign_in_code.html", sent=sent, problem=problem, here=here)


async def let_in(request: Request, username: str, token: str, wanted: str) -> Response:
    """Lead somebody in whose session has begun; one that the browser had before ends."""
    house = house_of(request)
    if before := cookie_of(request):
        await house.database.write(lambda s: access.end_session(s, before))
    response = go(request, await _first_page(request, token, wanted))
    keep(request, response, SESSION, token)
    know_device(request, response, access.SIGN_IN, [username])
    return response


@router.post("/desk/sign-out")
@router.post("/courier/sign-out")
async def sign_out(request: Request) -> Response:
    """End this session; the next officer at this desk may sign in to the same place."""
    house, sign_in_again = house_of(request), f"{entrance(request)}/sign-in"
    caller = await find_caller(request, house.now())
    if caller is None or not caller.csrf:
        return go(request, sign_in_again)
    if place := _place_of_work((await form_of(request, caller)).one("next")):
        sign_in_again += f"?{urlencode({'next': place})}"
    token = cookie_of(request)
    await house.database.write(lambda s: access.end_session(s, token))
    house.audit.note(happened(request, Audited.SIGNED_OUT, who=caller.label))
    response = go(request, sign_in_again, done="signed_out")
    forget_searches(request, response)
    drop(request, response, SESSION)
    if not cookie_of(request, TELEPHONE):
        response.headers["Clear-Site-Data"] = '"storage"'  # scans that waited
    return response


def _page(request: Request, sent: Sent, problem: Problem | None = None) -> Response:
    courier = entrance(request) == "/courier"
    return show(request, "sign_in.html", sent=sent, problem=problem, courier=courier)


def entrance(request: Request) -> str:
    return "/courier" if request.url.path.startswith("/courier") else "/desk"


async def _begin(request: Request, username: str, password: str) -> tuple[SignIn, str]:
    """Return whose session begins, and its token, empty if a code is asked for first.

    Raises Unauthorised, TooMany, Busy.
    """
    database, now = house_of(request).database, house_of(request).now()
    who = await database.read(lambda s: access.find_for_sign_in(s, username))
    guess, limits = guess_at(request, who.username), sign_in_limits(request)
    right, newer = await counted(request, guess, partial(_checked, who, password))

    def settle(session: Session) -> str | None:
        token = access.settle_sign_in(
            session, who, right=right, guess=guess, limits=limits, now=now, newer_hash=newer
        )
        if token:
            audit.record(session, [begun])
        return token

    begun = happened(request, Audited.SIGNED_IN, who=f"staff:{who.staff_id}", detail="password")
    token = await database.write(settle)
    if token is None:
        raise access.wrong_sign_in()
    if token:
        tell(begun)
    return who, token


def _checked(who: SignIn, password: str) -> tuple[bool, str]:
    """Tell whether a password is right, and its hash with today's parameters if that is another."""
    right = access.check_password(who.password_hash, password)
    return right, access.newer_hash(who.password_hash, password) if right else ""


def guess_at(request: Request, username: str, device: str = "") -> Guess:
    """Return who tries a password, from which network, on which device."""
    device = device or device_of_account(request, username)
    return access.guess_at_account(username, address_of(request), device)


def device_of_account(request: Request, username: str) -> str:
    """Return the name of a device on which an account was signed in before; empty for others."""
    house, known = house_of(request), cookie_of(request, COOKIE)
    return device_of(known, (access.SIGN_IN, username), house.secret, house.today())


def sign_in_limits(request: Request) -> Limits:
    settings = house_of(request).settings
    rest = timedelta(minutes=settings.sign_in_rest_minutes)
    return access.sign_in_limits(rest, settings.sign_in_wrong_per_day)


async def counted(request: Request, guess: Guess, hashing: Callable[[], T]) -> T:
    """Count a try, then hash: of many at once no more are hashed than may be tried.

    Nothing is counted for whom there is no room. Raises TooMany, Busy.
    """
    HASHING.refuse_if_full()
    database, now, limits = (
        house_of(request).database,
        house_of(request).now(),
        sign_in_limits(request),
    )
    if wait := await database.write(lambda s: access.take_turn(s, guess, limits, now)):
        raise access.too_many_sign_ins(wait)
    try:
        return await HASHING.run(hashing)
    except Busy:
        await database.write(lambda s: access.give_back(s, guess, limits))
        raise


async def _note_failure(request: Request, username: str, problem: Problem) -> None:
    """Write down a failure, with the account if there is one: what was typed may be a password."""
    kinds = {401: Audited.SIGN_IN_FAILED, 429: Audited.LOCKED_OUT}
    if kind := kinds.get(problem.status):
        house = house_of(request)
        tried = await house.database.read(lambda s: access.find_for_sign_in(s, username))
        who = f"staff:{tried.staff_id}" if tried.staff_id else ""
        refused(request, kind, who=who, detail=problem.slug)


async def _first_page(request: Request, token: str, wanted: str) -> str:
    """Return where somebody goes after signing in: where he wanted to, if his role may."""
    house = house_of(request)
    now = house.now()
    caller = await house.database.read(lambda s: access.caller_of_session(s, token, now))
    home = "/courier" if caller and caller.role is Role.COURIER else "/desk"
    wanted = safe_address(wanted)
    may_go = wanted.startswith(home) or (home == "/desk" and wanted)
    return wanted if may_go else home


def _place_of_work(text: str) -> str:
    """Return the address of a station or list; none of a dossier, parcel or list by its number."""
    return "" if any(c.isdigit() for c in text) else safe_address(text)


_OURS = re.compile(r"/(?:desk|courier)(?:/(?!\.)[A-Za-z0-9._-]+)*")


def safe_address(text: str) -> str:
    """Return an address inside our own pages; empty for any other, which may be a trap."""
    return text if _OURS.fullmatch(text) else ""
