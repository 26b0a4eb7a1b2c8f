"""One's own sessions, for the desk and for couriers: where one is signed in, and ending that."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from postal_tracker import access
from postal_tracker.access import audit
from postal_tracker.access.audit import Audited
from postal_tracker.access.trail import tell
from postal_tracker.web.html.forms import form_of
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.auth import CourierOrStaffContext, cookie_of
from postal_tracker.web.staff.sign_in import entrance

router = APIRouter()


@router.get("/desk/sessions")
@router.get("/courier/sessions")
async def show_sessions(request: Request, context: CourierOrStaffContext) -> Response:
    token = cookie_of(request)
    found = await context.house.database.read(
        lambda s: access.own_sessions(s, context.caller, token, context.now)
    )
    home = entrance(request)
    return show(request, "sessions.html", context=context, sessions=found, home=home)


@router.post("/desk/sessions")
@router.post("/courier/sessions")
async def end_sessions(request: Request, context: CourierOrStaffContext) -> Response:
    """End one of one's other sessions, or all of them."""
    sent, token = await form_of(request, context.caller), cookie_of(request)
    told = happened(request, Audited.ACCOUNT, who=context.caller.label, detail="own session ended")

    def command(session: Session) -> int:
        ended = access.end_own_sessions(session, context.caller, token, sent.one("session"))
        audit.record(session, [told] if ended else [])
        return ended

    ended = await context.house.database.write(command)
    if ended:
        tell(told)
    here = f"{entrance(request)}/sessions"
    return go(request, here, done="session_ended" if ended else "")
