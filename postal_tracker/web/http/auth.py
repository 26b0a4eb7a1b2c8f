"""Who stands at the door, in which role, speaking which language; and what every answer carries."""

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, Request

from postal_tracker import access
from postal_tracker.access import MISSING, Caller, Role
from postal_tracker.core.problems import Forbidden, Unauthorised
from postal_tracker.core.terms import Lang
from postal_tracker.house import House

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

ALL_STAFF = (Role.DESK, Role.MANAGER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Door:
    """One request: the house it came to, who sent it, in which language, and when."""

    house: House
    caller: Caller
    lang: Lang
    now: datetime


def house_of(request: Request) -> House:
    return cast(House, request.app.state.house)


def language_of(request: Request) -> Lang:
    """Return the language chosen by switch, else the browser's first one that we speak."""
    chosen = request.query_params.get("lang") or request.cookies.get("lang")
    if chosen in ("vi", "en"):
        return cast(Lang, chosen)
    for wish in request.headers.get("accept-language", "").split(","):
        tag = wish.split(";")[0].strip().lower()[:2]
        if tag in ("vi", "en"):
            return cast(Lang, tag)
    return "vi"


def address_of(request: Request) -> str:
    """Return the client's address; a proxy's word is taken only where one was announced."""
    forwarded = request.headers.get("x-forwarded-for", "")
    if forwarded and house_of(request).settings.behind_proxy:
        return forwarded.split(",")[-1].strip()
    return request.client.host if request.client else ""


def cookie_name(house: House) -> str:
    # The prefix makes browsers refuse it from another host or over plain http (RFC 6265bis).
    return "__Host-sid" if house.settings.secure_cookies else "sid"


async def find_caller(request: Request, now: datetime) -> Caller | None:
    """Return who sent a request, by key or by session; None if nobody we know."""
    house = house_of(request)
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await _caller_of_key(house, text.strip(), now)
    token = request.cookies.get(cookie_name(house))
    if not token:
        return None
    return await _caller_of_session(house, token, now)


async def _caller_of_key(house: House, text: str, now: datetime) -> Caller | None:
    known = house.known_keys.get(text, now)
    if known is not MISSING:
        return known
    caller = await house.database.read(lambda s: access.caller_of_key(s, text, now))
    house.known_keys.remember(text, caller, now)
    return caller


async def _caller_of_session(house: House, token: str, now: datetime) -> Caller | None:
    caller = await house.database.read(lambda s: access.caller_of_session(s, token, now))
    if caller is None:
        return None
    if caller.touch_due:
        await house.database.write(lambda s: access.touch_session(s, token, now))
    return replace(caller, csrf=access.csrf_token(token, house.secret))


def allow(*roles: Role) -> Callable[[Request], Coroutine[Any, Any, Door]]:
    """Return a dependency that lets these roles through and hands the door over."""

    async def open_door(request: Request) -> Door:
        house = house_of(request)
        now = house.now()
        caller = await find_caller(request, now)
        if caller is None:
            raise Unauthorised(
                "sign-in-first",
                "Hãy đăng nhập hoặc gửi khóa API.",
                "Sign in, or send an API key.",
            )
        if caller.role not in roles:
            raise Forbidden(
                "not-your-role",
                "Vai trò của bạn không được làm việc này.",
                "Your role does not allow this.",
            )
        refuse_cross_site(request, caller)
        return Door(house, caller, language_of(request), now)

    return open_door


def refuse_cross_site(request: Request, caller: Caller) -> None:
    """Refuse what another site made a signed-in browser send. Raises Forbidden.

    A key is not sent by a browser of its own accord, so it needs no such proof.
    """
    if request.method not in SAFE and caller.csrf and not is_from_here(request):
        raise cross_site()


def is_from_here(request: Request) -> bool:
    """Tell whether one of our own pages, or the person at the browser, sent this.

    Fetch Metadata first, Origin for browsers without it, and neither is a refusal (OWASP cheat
    sheet on CSRF).
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


def cross_site() -> Forbidden:
    return Forbidden(
        "cross-site",
        "Yêu cầu không đến từ trang này. Hãy mở lại trang và làm lại.",
        "The request does not come from this site. Open the page again and repeat it.",
    )


def check_form_token(caller: Caller, token: str) -> None:
    """Refuse a form that was not made for this session. Raises Forbidden."""
    if not hmac.compare_digest(caller.csrf.encode(), token.encode()):
        raise cross_site()


open_to_reporters = allow(Role.COURIER, Role.INTEGRATION)

Desk = Annotated[Door, Depends(allow(Role.DESK))]
DeskOrProgram = Annotated[Door, Depends(allow(Role.DESK, Role.INTEGRATION))]
DeskOrCourier = Annotated[Door, Depends(allow(Role.DESK, Role.COURIER))]
Reporter = Annotated[Door, Depends(open_to_reporters)]
Staff = Annotated[Door, Depends(allow(*ALL_STAFF))]
Admin = Annotated[Door, Depends(allow(Role.ADMIN))]
DeskOrManager = Annotated[Door, Depends(allow(Role.DESK, Role.MANAGER))]
