"""A desk that was left alone asks for the password, then goes on with what was typed there.

The page has the whole form in its hidden fields; nothing of it is kept here. The answer to the
right password is a redirect that keeps method and body (307): the form goes where it was sent.
"""

import re
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from postal_tracker import access
from postal_tracker.access import Caller
from postal_tracker.access.audit import Audited
from postal_tracker.core.problems import Problem
from postal_tracker.forms import field_invalid
from postal_tracker.web.html.forms import Sent, as_typed, form_of
from postal_tracker.web.html.problem_pages import draw_locked
from postal_tracker.web.html.rendering import go
from postal_tracker.web.http.audited import happened
from postal_tracker.web.http.audited_refusals import refused
from postal_tracker.web.http.auth import cookie_of, find_caller, house_of
from postal_tracker.web.http.cross_site import check_form_token, cross_site, is_from_here
from postal_tracker.web.staff.sign_in import counted, guess_at, sign_in_limits

router = APIRouter()


@router.post("/desk/unlock")
async def unlock(request: Request) -> Response:
    """Go on with a session that was left alone, for whoever has its password."""
    if not is_from_here(request):
        raise cross_site()
    house, sent = house_of(request), await form_of(request)
    caller = await find_caller(request, house.now())
    if caller is None or not caller.csrf:
        return go(request, "/desk/sign-in")
    check_form_token(caller, sent.one("csrf"))
    try:
        await _unlock(request, caller, as_typed(sent, "unlock_password"))
    except Problem as problem:
        _note_failure(request, caller, problem)
        return _again(request, caller, sent, problem)
    back = our_address(sent.one("unlock_to"))
    if back and sent.one("unlock_form"):
        return RedirectResponse(back, 307)
    return go(request, back or "/desk")


async def _unlock(request: Request, caller: Caller, password: str) -> None:
    house, token = house_of(request), cookie_of(request)
    who = await house.database.read(lambda s: access.account_of(s, caller))
    if who is None:
        raise field_invalid("unlock_password", *_WRONG)
    guess, limits = guess_at(request, who.username, "signed in"), sign_in_limits(request)
    checked = partial(access.check_password, who.password_hash, password)
    if not await counted(request, guess, checked):
        raise field_invalid("unlock_password", *_WRONG)
    now = house.now()
    await house.database.write(lambda s: access.unlock_session(s, token, guess, limits, now))
    house.audit.note(happened(request, Audited.SIGNED_IN, who=caller.label, detail="unlocked"))


def _note_failure(request: Request, caller: Caller, problem: Problem) -> None:
    kind = Audited.LOCKED_OUT if problem.status == 429 else Audited.SIGN_IN_FAILED
    refused(request, kind, who=caller.label, detail="unlock")


def _again(request: Request, caller: Caller, sent: Sent, problem: Problem) -> Response:
    """Show the page again, with all that it carries."""
    has_form = bool(sent.one("unlock_form"))
    kept = [(n, v) for n, texts in sent.values.items() if n not in _OURS for v in texts]
    back = our_address(sent.one("unlock_to")) or "/desk"
    return draw_locked(request, caller, typed=kept if has_form else (), back=back, problem=problem)


_OURS = frozenset({"unlock_to", "unlock_form", "unlock_password"})

_ADDRESS = re.compile(r"/(?:desk|courier)(?:/(?!\.)[A-Za-z0-9._:~-]+)*(?:\?[A-Za-z0-9._:~=&%+-]*)?")


def our_address(text: str) -> str:
    """Return an address of our own pages with its query; empty for any other, perhaps a trap."""
    return text if _ADDRESS.fullmatch(text) else ""


_WRONG = ("Mật khẩu không đúng.", "The password is wrong.")
