"""Searches by name or telephone number, kept in the searcher's own browser (post/redirect/get).

The address of the answer holds only a keyed digest (HMAC) of what was searched for: it can be
gone back to, and names stand in no address, history or log.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from fastapi import Request, Response

from postal_tracker.web.html.cookies import keep

MOST = 200
"""Characters of one search."""
_MINUTES = 30


def token_of(text: str, secret: str) -> str:
    """Return what stands for a text in addresses: sixteen signs, of no use to who reads them."""
    return hmac.new(secret.encode(), text.encode(), sha256).hexdigest()[:16]


def keep_search(request: Request, response: Response, text: str, token: str) -> None:
    """Keep the text for half an hour. Sixteen at most are kept, each in the place of an older."""
    value = urlsafe_b64encode(text.encode()).decode()
    keep(request, response, _name(token), value, max_age=_MINUTES * 60)


def kept_search(request: Request, token: str, secret: str) -> str:
    """Return what a token stands for; empty if this browser no longer has it."""
    try:
        text = urlsafe_b64decode(request.cookies.get(_name(token), "")).decode()
    except ValueError:
        return ""
    return text if hmac.compare_digest(token_of(text, secret), token) else ""


def _name(token: str) -> str:
    return f"search-{token[:1]}"
