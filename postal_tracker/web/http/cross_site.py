"""What another site made a signed-in browser send is refused (CSRF protection)."""

import hmac
from urllib.parse import urlsplit

from fastapi import Request

from postal_tracker.access import Caller
from postal_tracker.core.problems import Forbidden

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_cross_site(request: Request, caller: Caller) -> None:
    """Refuse what another site made a signed-in browser send. Raises Forbidden.

    A key is not sent by a browser of its own accord, so it needs no such proof.
    """
    if request.method not in SAFE and caller.csrf and not is_from_here(request):
        raise cross_site()


def is_from_here(request: Request) -> bool:
    """Tell whether one of our own pages, or the person at the browser, sent this.

    Fetch Metadata first, Origin for browsers without it, and neither is a refusal (OWASP cheat
    sheet on CSRF).
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc == request.headers.get("host")


def cross_site() -> Forbidden:
    return Forbidden(
        "cross-site",
        "Yêu cầu không đến từ trang này. Vui lòng mở lại trang và làm lại.",
        "The request does not come from this site. Open the page again and repeat it.",
    )


def check_form_token(caller: Caller, token: str) -> None:
    """Refuse a form that was not made for this session. Raises Forbidden."""
    known = [caller.csrf, *filter(None, [caller.csrf_before])]
    if not any(hmac.compare_digest(one.encode(), token.encode()) for one in known):
        raise cross_site()
