"""Searches by name or telephone number, kept in the searcher's own browser (post/redirect/get).

The address of the answer holds only a keyed digest (HMAC) of what was searched for: it can be
gone back to, and names stand in no address, history or log.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from hashlib import sha256

from fastapi import Request, Response

from postal_tracker.web.html.cookies import drop, keep
from postal_tracker.web.http.auth import cookie_name, cookie_of, house_of

MOST = 200
"""Characters of one search."""
_MINUTES = 30
_KEPT = 8
"""Searches at most; for another the oldest goes."""
_NAME = "search-"


def token_of(text: str, secret: str) -> str:
    """Return what stands for a text in addresses: sixteen signs, of no use to who reads them."""
    return hmac.new(secret.encode(), b"search:" + text.encode(), sha256).hexdigest()[:16]


def keep_search(
    request: Request, response: Response, text: str, token: str, *, now: datetime
) -> None:
    """Keep the text for half an hour."""
    value = f"{now:%Y%m%d%H%M%S}.{urlsafe_b64encode(text.encode()).decode()}"
    older = sorted(_searches(request))
    for _, name in older[: max(0, len(older) - _KEPT + 1)]:
        drop(request, response, name)
    keep(request, response, _NAME + token, value, max_age=_MINUTES * 60)


def kept_search(request: Request, token: str, secret: str) -> str:
    """Return what a token stands for; empty if this browser no longer has it."""
    _, _, value = cookie_of(request, _NAME + token).partition(".")
    try:
        text = urlsafe_b64decode(value).decode()
    except ValueError:
        return ""
    is_right = hmac.compare_digest(token_of(text, secret).encode(), token.encode())
    return text if is_right else ""


def forget_searches(request: Request, response: Response) -> None:
    """Whoever sits down next is not to read them."""
    for _, name in _searches(request):
        drop(request, response, name)


def _searches(request: Request) -> list[tuple[str, str]]:
    """Return what is kept, each with its cookie's name; it begins with when it was asked."""
    begins = cookie_name(house_of(request), _NAME)
    found = [(v, name) for name, v in request.cookies.items() if name.startswith(begins)]
    return [(value, _NAME + name.removeprefix(begins)) for value, name in found]
