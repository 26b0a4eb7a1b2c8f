"""What went wrong, as a page."""

from typing import cast
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response

from postal_tracker.core.problems import Problem
from postal_tracker.web.html.rendering import go, show
from postal_tracker.web.http import errors


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
    """Let this service draw problems as pages for whoever asks for pages."""
    app.state.draw_problem = cast(errors.Draw, draw_problem)
