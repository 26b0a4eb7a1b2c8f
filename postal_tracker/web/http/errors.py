"""What goes wrong becomes an answer: RFC 9457 for programs, a page for people."""

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Mount

from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.problem_types import PROBLEM_TYPES
from postal_tracker.core.problems import (
    BadRequest,
    Busy,
    Conflict,
    Invalid,
    Packed,
    Problem,
    TooLarge,
    WrongMethod,
    busy,
    no_such,
)
from postal_tracker.forms import invalid
from postal_tracker.storage.faults import is_our_mistake
from postal_tracker.web.http.audited_refusals import note_refusal
from postal_tracker.web.http.auth import ALL_STAFF, admit, house_of
from postal_tracker.web.http.languages import language_of
from postal_tracker.web.http.middleware import protective_headers

log = logging.getLogger(__name__)
_AWAY = (OperationalError, InterfaceError, PoolTimeout)

PROBLEM_JSON = "application/problem+json"

FOR_PROGRAMS = ("/api/", "/hooks/")
"""Below these addresses nobody is shown a page."""


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    """Its path, such as `applicant.phone`."""
    detail: str
    """A sentence in your language."""


class ProblemAnswer(BaseModel):
    """A problem (RFC 9457)."""

    type: str
    """Which kind it is: a stable address here, which says what it means and what to do."""
    title: str
    """The same for all problems of this status."""
    status: int
    detail: str
    """What is wrong this time: a sentence in your language."""
    errors: list[FieldProblem] = []
    """What is wrong with each field, if that is the problem."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of these error answers."""
    schema = {"$ref": "#/components/schemas/ProblemAnswer"}
    return {
        status: {
            "description": TITLES[status],
            "content": {PROBLEM_JSON: {"schema": schema, "example": _example(status)}},
            **({"headers": _HEADERS[status]} if status in _HEADERS else {}),
        }
        for status in statuses
    }


def _example(status: int) -> dict[str, Any]:
    kind = next(kind for kind in PROBLEM_TYPES.values() if kind.status == status)
    told = {"type": address_of_type(kind.slug), "title": TITLES[status]}
    return {**told, "status": status, "detail": kind.vi}


_WAIT = {
    "Retry-After": {
        "description": "In how many seconds to try again.",
        "schema": {"type": "integer"},
    }
}
_TAKEN = {"Allow": {"description": "What this address takes.", "schema": {"type": "string"}}}
_HEADERS = {405: _TAKEN, 429: _WAIT, 503: _WAIT}


TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Conflict with the record",
    412: "Changed meanwhile",
    413: "Too large",
    415: "Unknown packing of the body",
    422: "Invalid",
    428: "If-Match is missing",
    429: "Too many requests",
    431: "Headers too large",
    500: "Internal error",
    503: "Busy",
}


def address_of_type(slug: str) -> str:
    """Return the `type` of a problem: where `web/problem_types.py` says what it means."""
    return f"/problems/{slug}"


def body_of(problem: Problem, lang: Lang) -> dict[str, Any]:
    vi = lang == "vi"
    body = {
        "type": address_of_type(problem.slug),
        "title": TITLES.get(problem.status, "Error"),
        "status": problem.status,
        "detail": problem.vi if vi else problem.en,
    }
    if problem.faults:
        body["errors"] = [
            {"field": f.field, "detail": f.vi if vi else f.en} for f in problem.faults
        ]
    return body


def headers_of(problem: Problem) -> dict[str, str]:
    headers = {}
    if isinstance(problem, Busy):
        headers["Retry-After"] = str(seconds_to_wait())
    elif problem.retry_after_seconds is not None:
        headers["Retry-After"] = str(problem.retry_after_seconds)
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return headers


def seconds_to_wait(least: int = 2) -> int:
    """Return when to come again, to each another time, or all would come at once again (jitter)."""
    return random.randint(least, 10)  # noqa: S311 - no secret


Draw = Callable[[Request, Problem], Response]


def answer(request: Request, problem: Problem) -> Response:
    """Answer as the caller understands it; pages bring their own way of drawing a problem."""
    draw: Draw | None = getattr(request.app.state, "draw_problem", None)
    if draw and not request.url.path.startswith(FOR_PROGRAMS) and wants_page(request):
        return draw(request, problem)
    return JSONResponse(
        body_of(problem, language_of(request)),
        status_code=problem.status,
        headers=headers_of(problem),
        media_type=PROBLEM_JSON,
    )


def wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def install(app: FastAPI) -> None:
    """Make every error an answer of ours."""
    for fault, handler in (
        *((Problem, _on_problem), (RequestValidationError, _on_invalid)),
        *((HTTPException, _on_http), (ClientDisconnect, _on_hung_up)),
        *((IntegrityError, _on_conflict), (DataError, _on_unstorable)),
        *((away, _on_away) for away in _AWAY),
        (Exception, _on_fault),
    ):
        app.add_exception_handler(fault, handler)


async def _on_problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - tells the type checker what Starlette knows
    note_refusal(request, problem)
    return answer(request, problem)


async def _on_invalid(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)  # noqa: S101 - as above
    return answer(request, invalid(fault.errors()))


async def _on_http(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)  # noqa: S101 - as above
    if fault.status_code == 404 and request.url.path.startswith("/desk/"):
        with suppress(Problem, *_AWAY):  # no door has asked who it is: staff keep their menu
            await admit(request, ALL_STAFF)
    response = answer(request, _BY_STATUS.get(fault.status_code, bad_request)())
    if fault.status_code == 405:
        response.headers["Allow"] = _taken_methods(request)
    return response


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def _taken_methods(request: Request) -> str:
    """Return what this address takes (RFC 9110, 10.2.1): each of its routes knows its own alone."""
    asked = {"type": "http", "path": request.scope["path"], "root_path": ""}
    routes = [route for route in request.app.routes if not isinstance(route, Mount)]

    def takes(method: str) -> bool:
        return any(r.matches({**asked, "method": method})[0] is Match.FULL for r in routes)

    return ", ".join(filter(takes, _METHODS)) or "GET, HEAD"  # what is mounted is files


async def _on_hung_up(request: Request, _fault: Exception) -> Response:
    # In the middle of what he sent: no fault of ours, and nobody is there to hear of it.
    return answer(request, bad_request())


async def _on_conflict(request: Request, _fault: Exception) -> Response:
    # Two callers did the same at once, and the database let only one of them.
    return answer(
        request,
        Conflict(
            "done-at-the-same-time",
            "Việc này vừa được người khác làm. Vui lòng mở lại và kiểm tra.",
            "Somebody else has just done this. Open it again and check.",
        ),
    )


async def _on_unstorable(request: Request, _fault: Exception) -> Response:
    # PostgreSQL takes no NUL in a text, and addresses can hold one (%00).
    return answer(
        request,
        Invalid(
            "invalid-form",
            "Có ký tự hoặc số không thể lưu được.",
            "It holds a character or number that cannot be stored.",
        ),
    )


async def _on_away(request: Request, fault: Exception) -> Response:
    if is_our_mistake(fault):
        raise fault  # `_on_fault` answers it
    log.exception("the database is away")
    return answer(request, busy())


async def _on_fault(request: Request, _fault: Exception) -> Response:
    problem = Problem(
        "internal",
        "Hệ thống gặp lỗi và đã ghi lại. Vui lòng thử lại; nếu vẫn lỗi, báo người quản trị.",
        "Something failed here and was noted. Try again; if it persists, tell the operator.",
    )
    response = answer(request, problem)
    # This answer alone is given outside of the Guard.
    own = protective_headers(https=house_of(request).settings.secure_cookies)
    for name, value in [*own, (b"cache-control", b"no-store")]:
        response.headers.setdefault(name.decode(), value.decode())
    return response


def bad_request() -> Problem:
    return BadRequest("bad-request", "Không đọc được yêu cầu.", "The request cannot be read.")


def _wrong_method() -> Problem:
    return WrongMethod(
        "method-not-allowed",
        "Địa chỉ này không nhận kiểu yêu cầu đó.",
        "This address does not take that method.",
    )


def too_large() -> TooLarge:
    return TooLarge("too-large", "Nội dung quá lớn.", "The body is too large.")


_BY_STATUS: dict[int, Callable[[], Problem]] = {
    404: lambda: no_such("page"),
    405: _wrong_method,
    413: too_large,
    415: lambda: Packed(
        "packed-body",
        "Nội dung được nén theo cách không đọc được; vui lòng gửi không nén hoặc nén gzip.",
        "The body is packed in a way that is not read here; send it plain or as gzip.",
    ),
}
