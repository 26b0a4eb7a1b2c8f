"""The page that a courier's telephone opens once: from then on it is signed in."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import audit, courier_devices
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.courier_devices import WRONG_ADDRESSES, guess_at_address
from postal_tracker.access.guesses import count_guess, wait_of
from postal_tracker.access.sessions import ON_A_DEVICE
from postal_tracker.access.trail import tell
from postal_tracker.core.problems import NotFound
from postal_tracker.web.html.cookies import keep
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import SESSION, address_of, cookie_of, house_of, seen_from
from postal_tracker.web.http.cross_site import cross_site, is_from_here

router = APIRouter(prefix="/courier/enrol", include_in_schema=False)


@router.get("/{token}")
async def ask(token: str, request: Request) -> Response:
    """Ask first: a QR reader that looks ahead must not use the address up."""
    await _refuse_guessers(request)
    database, now = house_of(request).database, house_of(request).now()
    try:
        device, member = await database.read(lambda s: courier_devices.enrolment(s, token, now))
    except NotFound:
        await _count(request)
        raise
    carrier = house_of(request).carriers.choices.get(device.carrier, device.carrier)
    return show(request, "courier/enrol.html", person=member.name, carrier=carrier)


@router.post("/{token}")
async def enrol(token: str, request: Request) -> Response:
    """Sign the telephone in; a session that its browser had before ends."""
    if not is_from_here(request):
        raise cross_site()
    await _refuse_guessers(request)
    house, before = house_of(request), cookie_of(request)
    now, network = house.now(), seen_from(request)

    def command(session: Session) -> tuple[str, Note]:
        key, who, detail = courier_devices.enrol(session, token, now, network=network)
        access.end_session(session, before)
        note = happened(request, Audited.ACCOUNT, who=who, detail=detail)
        audit.record(session, [note])
        return key, note

    try:
        key, note = await house.database.write(command)
    except NotFound:
        await _count(request)
        raise
    tell(note)
    response = go(request, "/courier", done="device_enrolled")
    keep(request, response, SESSION, key, max_age=int(ON_A_DEVICE.whole.total_seconds()))
    return response


async def _refuse_guessers(request: Request) -> None:
    guess, now = guess_at_address(address_of(request)), house_of(request).now()
    wait = await house_of(request).database.read(lambda s: wait_of(s, guess, WRONG_ADDRESSES, now))
    if wait:
        raise access.too_many_sign_ins(wait)


async def _count(request: Request) -> None:
    guess, now = guess_at_address(address_of(request)), house_of(request).now()
    await house_of(request).database.write(lambda s: count_guess(s, guess, WRONG_ADDRESSES, now))
