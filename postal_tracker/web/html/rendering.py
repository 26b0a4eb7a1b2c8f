"""How pages are drawn, and how one leads to the next. Every page works without script.

Nothing personal is ever put into an address.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from postal_tracker.access import Caller, Role
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.problems import Problem
from postal_tracker.house import House
from postal_tracker.web.html import filters
from postal_tracker.web.html.cookies import DONE, keep, settle
from postal_tracker.web.html.forms import NOTHING_SENT, Sent, faults_of, form_id
from postal_tracker.web.html.turning import turn
from postal_tracker.web.http import errors
from postal_tracker.web.http.audited_refusals import note_refusal
from postal_tracker.web.http.auth import ALL_STAFF, RequestContext, cookie_of, house_of
from postal_tracker.web.http.languages import language_of
from postal_tracker.web.http.unfinished import is_unfinished

TEMPLATES = Path(__file__).parents[1] / "templates"


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters.install(made)
    return made


_TEMPLATES = _environment()


def show(
    request: Request,
    template: str,
    *,
    context: RequestContext | None = None,
    problem: Problem | None = None,
    sent: Sent = NOTHING_SENT,
    here: str = "",
    **values: Any,
) -> HTMLResponse:
    """Draw a page. With a problem it answers that problem's status and names each fault.

    `here` is where the page can be opened again, if that is not the request's own address.
    """
    if problem:
        note_refusal(request, problem)
    lang, house = language_of(request), house_of(request)
    caller = context.caller if context else None
    faults = faults_of(problem, lang)
    known = {
        "lang": lang,
        "now": house.now(),
        **_known_of(caller, house),
        **_addresses(request, here, lang),
        "faults": faults,
        "fault_of": {fault.field: fault.text for fault in faults},
        "sent": sent.without_cards(),
        "form_id": form_id(sent, problem),
        **_told(cookie_of(request, DONE)),
        **values,
    }
    html = _TEMPLATES.get_template(template).render(known)
    headers = errors.headers_of(problem) if problem else {}
    response = HTMLResponse(html, problem.status if problem else 200, headers)
    settle(request, response)
    # Browsers without Fetch Metadata (plain http in an office) send `Origin: null` with every form
    # of a page that says no-referrer, and then nobody could sign in there.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def symbol_of(text: str) -> Sequence[str]:
    """Return the rows of a QR code."""
    from labels import qr  # with the library that draws it: few pages need it

    return qr.modules(text)


def _told(kept: str) -> dict[str, Any]:
    """Return what has just been done, and which lines of a list were one."""
    done, *again = kept.split(".")
    return {"done": done, "again": [line.split("-") for line in again]}


def _known_of(caller: Caller | None, house: House) -> dict[str, Any]:
    return {
        "who": caller,
        "frame": _frame_of(caller, house),
        "acts": bool(caller and caller.role is Role.DESK),
        "staff": bool(caller and caller.role in ALL_STAFF),
        "estimated": house.calendar.is_estimate,
        "shortest": house.settings.password_length,
        "has_sso": bool(house.settings.oidc.issuer),
        "lacks_room": bool(caller) and house.lacks_room(house.database.felt),
    }


def _frame_of(caller: Caller | None, house: House) -> str:
    """Return the frame of a page that several kinds of people see: each keeps the own menu.

    Who has something to do first is led nowhere else.
    """
    if caller is None or is_unfinished(house, caller):
        return "base.html"
    return "courier/frame.html" if caller.role is Role.COURIER else "desk/frame.html"


def _addresses(request: Request, here: str, lang: Lang) -> dict[str, Any]:
    path = here or request.url.path
    return {
        "path": path,
        "switch": _switch(request, here, lang),
        "turn": partial(turn, request, path),
    }


def _switch(request: Request, here: str, lang: Lang) -> str:
    """Return the address of this page in the other language."""
    kept = [] if here else [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    query = urlencode([*kept, ("lang", "en" if lang == "vi" else "vi")])
    return f"{here or request.url.path}?{query}"


def go(
    request: Request, address: str, *, done: str = "", again: Sequence[Sequence[int]] = ()
) -> RedirectResponse:
    """Lead on after something was done; the next page says so once.

    `again`: lines of what was sent that were the same, and were counted once.
    """
    response = RedirectResponse(address, 303)
    if done:
        told = ".".join([done, *("-".join(map(str, lines)) for lines in again)])
        keep(request, response, DONE, told, max_age=60)
    return response
