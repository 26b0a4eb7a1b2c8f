"""Who sent a request, and whether his role may: by API key or by session."""

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer, SecurityScopes

from postal_tracker import access
from postal_tracker.access import MISSING, Caller, Role, Scope, keys
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.courier_devices import withdrawn_from
from postal_tracker.access.networks import network_of, read_address
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.problems import Busy, Forbidden, Unauthorised
from postal_tracker.house import House
from postal_tracker.web.http.cross_site import refuse_cross_site
from postal_tracker.web.http.languages import language_of
from postal_tracker.web.http.unfinished import is_locked, locked, what_comes_first


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: the house it came to, who sent it, in which language, and when."""

    house: House
    caller: Caller
    lang: Lang
    now: datetime
    network: str = ""
    door: str = ""

    def saw(
        self,
        fields: Iterable[str],
        *,
        dossiers: Iterable[str] = (),
        parcels: Iterable[str] = (),
        detail: str = "",
        what: Audited = Audited.READ,
    ) -> None:
        """Write down that the caller sees these data of these dossiers."""
        told = Note(
            what,
            self.now,
            who=self.caller.label,
            network=self.network,
            door=self.door,
            dossiers=tuple(dossiers),
            parcels=tuple(parcels),
            fields=tuple(fields),
            detail=detail,
        )
        if told.dossiers or told.parcels or detail:
            self.house.audit.note(told)

    @property
    def scope(self) -> Scope:
        """How far the caller's reach goes: what every view and list is asked with."""
        return self.caller.scope


def house_of(request: Request) -> House:
    return cast(House, request.app.state.house)


def address_of(request: Request) -> str:
    """Return the client's address; a proxy's word is taken only where one was announced.

    It is the last address of the last line: what stands before it the client may have written.
    """
    if house_of(request).settings.behind_proxy:
        lines = request.headers.getlist("x-forwarded-for")
        if lines and (told := read_address(lines[-1].rpartition(",")[2])):
            return told
    return request.client.host if request.client else ""


def seen_from(request: Request) -> str:
    """Return the client's network as the audit log writes it; empty if it names none."""
    network = network_of(address_of(request))
    return network if _NETWORK.fullmatch(network) else ""


_NETWORK = re.compile(r"[0-9a-f.:]{2,45}(?:/64)?")


def door_of(request: Request) -> str:
    """Return through which address a request came, never what stood in it."""
    path = getattr(request.scope.get("route"), "path", "")
    return f"{request.method} {path or '(unknown)'}"


SESSION = "sid"


def cookie_name(house: House, name: str = SESSION) -> str:
    # The prefix makes browsers refuse it from another host or over plain http (RFC 6265bis).
    return f"__Host-{name}" if house.settings.secure_cookies else name


def cookie_of(request: Request, name: str = SESSION) -> str:
    """Return what a cookie of ours holds; empty if it did not come."""
    return request.cookies.get(cookie_name(house_of(request), name), "")


def wants_in(request: Request) -> bool:
    """Tell whether a request shows a key or a session, right or wrong."""
    return bool(request.headers.get("authorization") or cookie_of(request))


async def find_caller(request: Request, now: datetime) -> Caller | None:
    """Return who sent a request, by key or by session; None if nobody we know."""
    house = house_of(request)
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        credential = text.strip()
        caller = await _caller_of_key(request, credential, now)
    elif credential := cookie_of(request):
        caller = await _caller_of_session(house, credential, now)
    else:
        return None
    request.app.state.rooms.proven.note(credential, is_right=caller is not None)
    return caller


async def _caller_of_key(request: Request, text: str, now: datetime) -> Caller | None:
    house = house_of(request)
    known = house.known_keys.get(text, now)
    if known is not MISSING:
        return known
    caller = await house.database.read(lambda s: access.caller_of_key(s, text, now))
    house.known_keys.remember(text, caller, now)
    if caller:
        await _note_use(request, caller.label, now)
    return caller


async def _note_use(request: Request, label: str, now: datetime) -> None:
    """Note when a key was used last, once an hour, and write down that it comes from elsewhere."""
    house, network = house_of(request), seen_from(request)
    if not await house.database.read(lambda s: keys.is_use_news(s, label, network, now)):
        return
    before = ""
    with suppress(Busy):  # who only reads is not refused because nothing can be written
        before = await house.database.write(lambda s: keys.note_use(s, label, network, now))
    if before and house.known_keys.is_first_from(label, network, now):
        told = Note(Audited.KEY_FROM_ELSEWHERE, now, label, network, door_of(request))
        house.audit.note(told)


async def _caller_of_session(house: House, token: str, now: datetime) -> Caller | None:
    caller = await house.database.read(lambda s: access.caller_of_session(s, token, now))
    if caller is None:
        return None
    is_away = is_locked(house, caller)
    if caller.touch_due and not is_away:
        await house.database.write(lambda s: access.touch_session(s, token, now))
    ours, *before = (access.csrf_token(token, secret) for secret in house.secrets)
    return replace(caller, csrf=ours, csrf_before="".join(before), is_locked=is_away)


# Who may do what

_KEY = HTTPBearer(
    scheme_name="key",
    description="A key made with `postal-tracker keys create`. "
    "An operation names the roles that may call it; one of them is enough.",
    auto_error=False,
)
_SESSION = APIKeyCookie(
    name="sid",
    scheme_name="session",
    description="The sign-in of staff; `__Host-sid` over https. The roles are a key's.",
    auto_error=False,
)


async def _admit(
    request: Request,
    roles: SecurityScopes,
    _key: Annotated[Any, Security(_KEY)],
    _session: Annotated[Any, Security(_SESSION)],
) -> RequestContext:
    # The two schemes tell the OpenAPI document how to come in; `find_caller` reads what they name.
    return await admit(request, roles.scopes)


def allow(*roles: Role) -> Any:
    """Return a dependency that lets these roles through: role-based access control.

    To FastAPI a role is a scope, so that the OpenAPI document says who may call what.
    """
    return Security(_admit, scopes=[role.value for role in roles])


async def admit(request: Request, roles: Collection[str]) -> RequestContext:
    """Return the context of a request from somebody in one of these roles.

    Raises Unauthorised, Forbidden.
    """
    house = house_of(request)
    now = house.now()
    caller = await find_caller(request, now)
    if caller is None:
        raise await _nobody(request)
    request.state.caller = caller.label
    if caller.is_locked:
        refuse_cross_site(request, caller)  # or what another site made up would be carried on
        raise await locked(request, caller)
    network, door = seen_from(request), door_of(request)
    context = RequestContext(house, caller, language_of(request), now, network, door)
    request.state.context = context
    if caller.role not in roles:
        raise Forbidden(
            "not-your-role",
            "Vai trò của tài khoản không được làm việc này.",
            "Your role does not allow this.",
        )
    if caller.is_on_device and not _ON_A_DEVICE.fullmatch(request.url.path):
        raise Forbidden("not-on-a-telephone", *_NOT_ON_A_DEVICE)
    refuse_cross_site(request, caller)
    if problem := what_comes_first(request, house, caller):
        raise problem
    return context


def sign_in_first() -> Unauthorised:
    return Unauthorised(
        "sign-in-first", "Vui lòng đăng nhập hoặc gửi khóa API.", "Sign in, or send an API key."
    )


async def _nobody(request: Request) -> Unauthorised:
    """Return what is said to whoever we do not know: that his telephone was withdrawn, if so."""
    token, database = cookie_of(request), house_of(request).database
    whose = await database.read(lambda s: withdrawn_from(s, token)) if token else ""
    if not whose:
        return sign_in_first()
    request.state.withdrawn_from = whose
    return Unauthorised("telephone-withdrawn", *_WITHDRAWN)


_ON_A_DEVICE = re.compile(
    r"/courier(/(?!(password|second-factor|sessions)$).*)?"
    r"|/api/v1/(events|proofs/.*|handovers/[^/]+/take)"
)
"""What an enrolled telephone may ask for; its person's account is seen to where he signs in."""

_NOT_ON_A_DEVICE = (
    "Điện thoại này chỉ mở được các trang của bưu tá. Vui lòng đăng nhập trên máy khác.",
    "This telephone opens the couriers' pages only. Sign in on another device.",
)
_WITHDRAWN = (
    "Điện thoại này đã bị thu hồi quyền sử dụng.",
    "This telephone has been withdrawn.",
)

ALL_STAFF = (Role.DESK, Role.MANAGER, Role.ADMIN)
REPORTERS = (Role.COURIER, Role.INTEGRATION)
SCANNERS = (Role.DESK, Role.COURIER)

ClerkContext = Annotated[RequestContext, allow(Role.DESK)]
ClerkOrProgramContext = Annotated[RequestContext, allow(Role.DESK, Role.INTEGRATION)]
ClerkOrCourierContext = Annotated[RequestContext, allow(*SCANNERS)]
ClerkOrManagerContext = Annotated[RequestContext, allow(Role.DESK, Role.MANAGER)]
ClerkOrAdminContext = Annotated[RequestContext, allow(Role.DESK, Role.ADMIN)]
ManagerContext = Annotated[RequestContext, allow(Role.MANAGER)]
ManagerOrAdminContext = Annotated[RequestContext, allow(Role.MANAGER, Role.ADMIN)]
AnyCallerContext = Annotated[RequestContext, allow(*Role)]
StaffContext = Annotated[RequestContext, allow(*ALL_STAFF)]
AdminContext = Annotated[RequestContext, allow(Role.ADMIN)]
ManagerOrProgramContext = Annotated[RequestContext, allow(Role.MANAGER, Role.INTEGRATION)]
AdminOrProgramContext = Annotated[RequestContext, allow(Role.ADMIN, Role.INTEGRATION)]
CourierContext = Annotated[RequestContext, allow(Role.COURIER)]
CourierOrStaffContext = Annotated[RequestContext, allow(Role.COURIER, *ALL_STAFF)]
ReporterContext = Annotated[RequestContext, allow(*REPORTERS)]
