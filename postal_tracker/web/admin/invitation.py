"""The page on which somebody chooses the password of his account, once."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker.access import audit, hash_password, invitations
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import Problem
from postal_tracker.forms import AddressForm, field_invalid, read_as
from postal_tracker.storage.pools import HASHING
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, as_typed, form_of
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import house_of
from postal_tracker.web.http.cross_site import cross_site, is_from_here

router = APIRouter(prefix="/invitation")


@router.get("/{token}")
async def ask(token: str, request: Request) -> Response:
    return await _page(request, token)


@router.post("/{token}")
async def choose(token: str, request: Request) -> Response:
    if not is_from_here(request):
        raise cross_site()
    sent = await form_of(request)
    try:
        role = await _choose(request, token, sent)
    except Problem as problem:
        return await _page(request, token, sent, problem)
    home = "/courier/sign-in" if role == "courier" else "/desk/sign-in"
    return go(request, home, done="password_chosen")


async def _page(
    request: Request, token: str, sent: Sent = NOTHING_SENT, problem: Problem | None = None
) -> Response:
    """Show it to whoever has the address; to nobody once it is used or too old."""
    house = house_of(request)
    username = await house.database.read(
        lambda s: invitations.invited(s, token, house.secret, house.now()).username
    )
    return show(request, "invitation.html", sent=sent, problem=problem, username=username)


async def _choose(request: Request, token: str, sent: Sent) -> str:
    house, password = house_of(request), as_typed(sent, "password")
    email = read_as(AddressForm, sent.given("email")).email
    if password != as_typed(sent, "again"):
        raise field_invalid("again", *_DIFFERS)
    told_by = {"token": token, "secret": house.secret}
    await house.database.read(
        lambda s: invitations.check_choice(
            s,
            **told_by,
            password=password,
            shortest=house.settings.password_length,
            now=house.now(),
        )
    )
    new_hash = await HASHING.run(partial(hash_password, password))

    def command(session: Session) -> tuple[Note, str]:
        member = invitations.choose_password(
            session, **told_by, password_hash=new_hash, email=email, now=house.now()
        )
        told = happened(request, Audited.ACCOUNT, detail=f"{member.username} chose a password")
        audit.record(session, [told])
        return told, member.role

    told, role = await house.database.write(command)
    tell(told)
    return role


_DIFFERS = (
    "Hai lần nhập mật khẩu không giống nhau. Vui lòng nhập lại.",
    "The password was not typed alike both times. Type it again.",
)
