"""The page on which an empty centre's first administrator opens an account, once."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.access import audit, first_admin
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Problem
from postal_tracker.forms import field_invalid
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, as_typed, form_of
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.cross_site import cross_site, is_from_here

router = APIRouter(prefix="/first-admin")


@router.get("/{token}")
async def ask(token: str, request: Request) -> Response:
    house = house_of(request)
    await house.database.read(lambda s: first_admin.check_first(s, token, house.secret))
    return _page(request)


@router.post("/{token}")
async def make(token: str, request: Request) -> Response:
    if not is_from_here(request):
        raise cross_site()
    house = house_of(request)
    await house.database.read(lambda s: first_admin.check_first(s, token, house.secret))
    sent = await form_of(request)
    try:
        await _make(request, token, sent)
    except Problem as problem:
        return _page(request, sent, problem)
    return go(request, "/desk/sign-in", done="first_admin")


def _page(request: Request, sent: Sent = NOTHING_SENT, problem: Problem | None = None) -> Response:
    return show(request, "first_admin.html", sent=sent, problem=problem)


async def _make(request: Request, token: str, sent: Sent) -> None:
    house, password = house_of(request), as_typed(sent, "password")
    if password != as_typed(sent, "again"):
        raise field_invalid("again", *_DIFFERS)

    def command(session: Session) -> Note:
        member = first_admin.make_first(
            session,
            token=token,
            secret=house.secret,
            username=sent.one("username"),
            name=sent.one("name"),
            password=password,
            shortest=house.settings.password_length,
            now=house.now(),
        )
        detail = f"{member.username} first administrator"
        told = happened(request, Audited.ACCOUNT, detail=detail)
        audit.record(session, [told])
        return told

    tell(await house.database.write(command))


_DIFFERS = (
    "Hai lần nhập mật khẩu không giống nhau. Vui lòng nhập lại.",
    "The password was not typed alike both times. Type it again.",
)
