"""What went wrong, as a page."""

from collections.abc import Sequence
from typing import cast
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response

from postal_tracker.access import Caller
from postal_tracker.core.problems import Problem
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http import errors
from postal_tracker.web.http.audited_refusals import note_refusal


def draw_problem(request: Request, problem: Problem) -> Response:
    """Draw what went wrong as a page; who has not signed in is led to where that is done."""
    inside = request.url.path.startswith(("/desk", "/courier"))
    if problem.slug == "locked" and inside:
        return _locked(request, problem)
    if problem.slug in _FIRST and inside:
        return go(request, f"{_entrance(request)}/{_FIRST[problem.slug]}")
    if problem.slug == "telephone-withdrawn" and inside:
        whose = request.state.withdrawn_from
        return show(request, "courier/withdrawn.html", problem=problem, whose=whose)
    if problem.status == 401 and inside:
        return go(request, _sign_in_address(request))
    context = getattr(request.state, "context", None) if inside else None
    open_again = request.url.path if request.method == "GET" else _entrance(request)
    here = open_again if context else "/"
    return show(
        request,
        "problem.html",
        context=context,
        problem=problem,
        here=here,
        status=problem.status,
    )


_FIRST = {"choose-your-password": "password", "second-factor-first": "second-factor"}
"""Where somebody does what he is told to do before anything else."""


def draw_locked(
    request: Request,
    caller: Caller,
    *,
    typed: Sequence[tuple[str, str]] | None = (),
    back: str,
    problem: Problem | None = None,
) -> Response:
    """Draw the page that asks for the password, with all that was typed in its hidden fields.

    None is typed that cannot be carried on. What a form says of its session stays as it came:
    another site's form must not get the right token here.
    """
    fields = [(n, v) for n, v in typed or () if n != "csrf"]
    as_sent = next((v for n, v in typed or () if n == "csrf"), "")
    response = show(
        request,
        "unlock.html",
        here="/desk",
        problem=problem,
        name=caller.name,
        token=as_sent if typed else caller.csrf,
        back=back,
        typed=fields,
        has_form=bool(typed),
        is_lost=typed is None,
    )
    response.status_code = problem.status if problem else 401
    return response


def _locked(request: Request, problem: Problem) -> Response:
    note_refusal(request, problem)
    typed = getattr(request.state, "typed", ())
    query = f"?{request.url.query}" if request.url.query else ""
    goes_on = request.method == "GET" or typed
    back = f"{request.url.path}{query}" if goes_on else _entrance(request)
    return draw_locked(request, request.state.locked, typed=typed, back=back)


def _entrance(request: Request) -> str:
    return "/courier" if request.url.path.startswith("/courier") else "/desk"


def _sign_in_address(request: Request) -> str:
    entrance = _entrance(request)
    after = request.url.path if request.method == "GET" else entrance
    return f"{entrance}/sign-in?{urlencode({'next': after})}"


def install(app: FastAPI) -> None:
    """Let this service draw problems as pages for whoever asks for pages."""
    app.state.draw_problem = cast(errors.Draw, draw_problem)
