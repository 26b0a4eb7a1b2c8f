"""How pages are drawn: words in two languages, forms, and faults beside the fields they are about.

Every page works without script. Vietnamese sentences stand in the templates; their English is in
`locale/en.po`, read once at start. Nothing personal is ever put into an address.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from uuid import uuid4

from babel.dates import format_timedelta
from babel.messages.pofile import read_po
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from pydantic import ValidationError
from sqlmodel import Session
from starlette.middleware.gzip import GZipMiddleware

from adapters.event import Milestone, Reason, Source
from postal_tracker.access import Caller, Role
from postal_tracker.core.journey import Direction, Flag, Holder, Stage
from postal_tracker.core.problems import Conflict, Invalid, Problem
from postal_tracker.core.terms import Lang, say, say_what
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.forms import Form, invalid
from postal_tracker.ledger import idempotency
from postal_tracker.printing.documents.parties import spoken
from postal_tracker.web.http import errors
from postal_tracker.web.http.auth import Door, check_form_token, house_of, language_of

_HERE = Path(__file__).parents[1]
TEMPLATES = _HERE / "templates"
STATIC = _HERE / "static"
LOCALE = _HERE / "locale"

FormT = TypeVar("FormT", bound=Form)


# Words


def _english() -> dict[str, str]:
    with (LOCALE / "en.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id and m.string}


ENGLISH = _english()
"""Every sentence of the templates, Vietnamese to English."""


def translated(text: str, lang: Lang, **values: Any) -> str:
    """Return a sentence in a language with its blanks filled in; the template escapes it all."""
    chosen = ENGLISH.get(text, text) if lang == "en" else text
    return chosen.format_map(values) if values else chosen


@pass_context
def _gettext(context: Context, text: str, **values: Any) -> str:
    return translated(text, context["lang"], **values)


def moment(at: datetime) -> str:
    """Return `23/11/2026 08:00`, Vietnam time."""
    return at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def day(on: date) -> str:
    return (on.astimezone(VIETNAM) if isinstance(on, datetime) else on).strftime("%d/%m/%Y")


@pass_context
def _span(context: Context, since: datetime) -> str:
    """Return how long ago something was, in one unit: `3 ngày`."""
    gone = max(context["now"] - since, timedelta())
    return format_timedelta(gone, granularity="minute", threshold=1.5, locale=context["lang"])


_TERMS: dict[str, Callable[[str], StrEnum]] = {
    "stage": Stage,
    "milestone": Milestone,
    "holder": Holder,
    "direction": Direction,
    "source": Source,
    "flag": Flag,
    "reason": Reason,
}


def _term(kind: Any) -> Any:
    @pass_context
    def said(context: Context, value: str) -> str:
        return say(kind(value), context["lang"])

    return said


@pass_context
def _named(context: Context, values: Sequence[str], kind: str) -> list[tuple[str, str]]:
    """Return terms with their names, for somebody to choose from."""
    return [(value, say(_TERMS[kind](value), context["lang"])) for value in values]


@pass_context
def _what(context: Context, value: str) -> str:
    return say_what(value, context["lang"])


# Static files


@cache
def asset(name: str) -> str:
    """Return the address of a static file; it changes with the file, so browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


class _Assets(StaticFiles):
    def file_response(self, *args: Any, **rest: Any) -> Response:
        response = super().file_response(*args, **rest)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


# Templates


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update({name: _term(kind) for name, kind in _TERMS.items()})
    made.filters.update(moment=moment, day=day, phone=spoken, span=_span, what=_what)
    made.globals.update(_=_gettext, asset=asset, named=_named)
    return made


_TEMPLATES = _environment()


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came, every field with all its values; empty for a page that is opened."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Return a field's value, without the blanks around it; empty if it was not sent."""
        return (self.values.get(name) or [""])[0].strip()

    def many(self, name: str) -> list[str]:
        return [text.strip() for text in self.values.get(name, []) if text.strip()]

    def lines(self, name: str) -> list[str]:
        """Return the lines of a field into which somebody scanned one code after the other."""
        return [line.strip() for line in self.one(name).splitlines() if line.strip()]

    def given(self, *names: str) -> dict[str, str]:
        """Return those of the fields that were filled in."""
        return {name: text for name in names if (text := self.one(name))}


NOTHING_SENT = Sent()


def prefilled(**values: str) -> Sent:
    return Sent({name: [text] for name, text in values.items()})


async def form_of(request: Request, caller: Caller | None = None) -> Sent:
    """Read a posted form. Raises Forbidden if it was not made for this caller's session."""
    values: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            values.setdefault(name, []).append(value)
    sent = Sent(values)
    if caller is not None:
        check_form_token(caller, sent.one("csrf"))
    return sent


def read_as(kind: type[FormT], values: Mapping[str, Any]) -> FormT:
    """Judge values by one of the forms that programs send too. Raises Invalid."""
    try:
        return kind.model_validate(values)
    except ValidationError as fault:
        raise invalid(fault.errors()) from None


def plain_code(text: str) -> str:
    """Return a code of an address as the record has it, without what no code can hold."""
    return "".join(c for c in text.upper()[:80] if c.isascii() and c.isprintable())


def local_moment(text: str) -> str:
    """Return what a browser's date and time field sent as a time with Vietnam's offset."""
    return f"{text}+07:00" if text else ""


async def once(
    door: Door, sent: Sent, values: Mapping[str, Any], command: Callable[[Session], dict[str, Any]]
) -> dict[str, Any]:
    """Do what a form asks for once, though its button may be pressed twice.

    Raises what the command raises, and Conflict if other values came with a form that was done.
    """
    key = f"page:{sent.one('form_id') or uuid4().hex}"[:255]
    request = json.dumps(values, sort_keys=True).encode()
    try:
        return await door.house.database.write(
            lambda s: idempotency.once(
                s, command, caller=door.caller.label, key=key, request=request, now=door.now
            )
        )
    except Invalid as fault:
        if fault.slug == "idempotency-key-reused":
            raise Conflict(_FORM_DONE, *_FORM_DONE_TEXT) from None
        raise


_FORM_DONE = "form-done-already"
_FORM_DONE_TEXT = (
    "Biểu mẫu này đã được ghi nhận một lần với nội dung khác. Hãy kiểm tra rồi gửi lại nếu cần.",
    "This form was recorded once with other contents. Check, then send it again if needed.",
)


def _form_id(sent: Sent, problem: Problem | None) -> str:
    """Return what makes a form that is sent twice be done once."""
    kept = "" if problem and problem.slug == _FORM_DONE else sent.one("form_id")
    return kept or uuid4().hex


@dataclass(frozen=True, slots=True)
class FormFault:
    """One fault as a page shows it; `field` is empty if it is about no field."""

    field: str
    text: str
    line: int = 0
    """Which line of a field that holds a list, counted from 1."""


def faults_of(problem: Problem | None, lang: Lang) -> list[FormFault]:
    if problem is None:
        return []
    if problem.faults:
        return [_fault(f.field, f.vi if lang == "vi" else f.en) for f in problem.faults]
    return [FormFault("", problem.vi if lang == "vi" else problem.en)]


def _fault(where: str, text: str) -> FormFault:
    name, _, place = where.rpartition(".")
    return FormFault(name, text, int(place) + 1) if place.isdecimal() else FormFault(where, text)


DONE = "done"
"""The cookie that carries one word over a redirect: what has just been done."""

_STAFF = (Role.DESK, Role.MANAGER, Role.ADMIN)


def show(
    request: Request,
    template: str,
    *,
    door: Door | None = None,
    problem: Problem | None = None,
    sent: Sent = NOTHING_SENT,
    here: str = "",
    **values: Any,
) -> HTMLResponse:
    """Draw a page. With a problem it answers that problem's status and names each fault.

    `here` is where the page can be opened again, if that is not the request's own address.
    """
    lang = language_of(request)
    caller = door.caller if door else None
    faults = faults_of(problem, lang)
    context = {
        "lang": lang,
        "now": house_of(request).now(),
        "who": caller,
        "acts": bool(caller and caller.role is Role.DESK),
        "staff": bool(caller and caller.role in _STAFF),
        "path": here or request.url.path,
        "switch": _switch(request, here, lang),
        "faults": faults,
        "fault_of": {fault.field: fault.text for fault in faults},
        "sent": sent,
        "form_id": _form_id(sent, problem),
        "done": request.cookies.get(DONE, ""),
        **values,
    }
    html = _TEMPLATES.get_template(template).render(context)
    headers = errors.headers_of(problem) if problem else {}
    response = HTMLResponse(html, problem.status if problem else 200, headers)
    _dress(request, response)
    return response


def _switch(request: Request, here: str, lang: Lang) -> str:
    """Return the address of this page in the other language."""
    kept = [] if here else [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    query = urlencode([*kept, ("lang", "en" if lang == "vi" else "vi")])
    return f"{here or request.url.path}?{query}"


def _dress(request: Request, response: Response) -> None:
    chosen = request.query_params.get("lang")
    if request.method == "GET" and chosen in ("vi", "en"):
        keep(request, response, "lang", chosen, max_age=365 * 24 * 3600)
    if DONE in request.cookies:
        response.delete_cookie(DONE)
    # Browsers without Fetch Metadata (plain http in an office) send `Origin: null` with every form
    # of a page that says no-referrer, and then nobody could sign in there.
    response.headers["Referrer-Policy"] = "same-origin"


def keep(
    request: Request, response: Response, name: str, value: str, *, max_age: int | None = None
) -> None:
    """Set a cookie of ours: none is read by script, none is sent by other sites' forms."""
    response.set_cookie(
        name,
        value,
        max_age=max_age,
        path="/",
        secure=house_of(request).settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def go(request: Request, address: str, *, done: str = "") -> RedirectResponse:
    """Lead on after something was done; the next page says so once."""
    response = RedirectResponse(address, 303)
    if done:
        keep(request, response, DONE, done, max_age=60)
    return response


# Errors


def draw_problem(request: Request, problem: Problem) -> Response:
    """Draw what went wrong as a page; who has not signed in is led to where that is done."""
    inside = request.url.path.startswith(("/desk", "/courier"))
    if problem.status == 401 and inside:
        return go(request, _sign_in_address(request))
    return show(request, "problem.html", problem=problem, here="/", status=problem.status)


def _sign_in_address(request: Request) -> str:
    entrance = "/courier" if request.url.path.startswith("/courier") else "/desk"
    after = request.url.path if request.method == "GET" else entrance
    return f"{entrance}/sign-in?{urlencode({'next': after})}"


def install(app: FastAPI) -> None:
    """Let pages be drawn in this service: static files, and problems as pages."""
    app.mount("/static", GZipMiddleware(_Assets(directory=STATIC)), name="static")
    app.state.draw_problem = cast(errors.Draw, draw_problem)
