"""Our cookies: none is read by script, sent by other sites' forms, or set by another host."""

from collections.abc import Iterable

from fastapi import Request, Response

from postal_tracker.access.devices import COOKIE, GOOD_FOR, with_marks
from postal_tracker.core.bilingual_terms import LANGS
from postal_tracker.web.http.auth import cookie_name, cookie_of, house_of

DONE = "done"
"""The cookie that carries one word over a redirect: what has just been done."""

TELEPHONE = "telephone"
"""The cookie of a browser that may keep what a courier noted: nobody's leaving empties it."""


def keep(
    request: Request, response: Response, name: str, value: str, *, max_age: int | None = None
) -> None:
    """Set a cookie of ours."""
    house = house_of(request)
    response.set_cookie(
        cookie_name(house, name),
        value,
        max_age=max_age,
        path="/",
        secure=house.settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def drop(request: Request, response: Response, name: str) -> None:
    """Take a cookie of ours back."""
    keep(request, response, name, "", max_age=0)


def settle(request: Request, response: Response) -> None:
    """Keep the language that was just chosen, and forget what this page has told."""
    chosen = request.query_params.get("lang")
    if request.method == "GET" and chosen in LANGS:
        keep(request, response, "lang", chosen, max_age=365 * 24 * 3600)
    if cookie_of(request, DONE):
        drop(request, response, DONE)


def know_device(request: Request, response: Response, what: str, subjects: Iterable[str]) -> None:
    """Let a device that has just proved itself be known as such the next time."""
    house, before = house_of(request), cookie_of(request, COOKIE)
    wanted = [(what, subject) for subject in dict.fromkeys(subjects)]
    marks = with_marks(before, wanted, house.secret, house.today())
    keep(request, response, COOKIE, marks, max_age=int(GOOD_FOR.total_seconds()))
