"""Calling a gateway over HTTP: what an answer, or none, tells of whether it took something."""

from collections.abc import Mapping
from typing import Any

import httpx

from postal_tracker.outgoing.notices.outcomes import (
    BROKEN_OFF,
    NOT_LET_IN,
    NOT_TAKEN,
    THROTTLED,
    UNREACHABLE,
    Fate,
    Outcome,
)

TIMEOUT = httpx.Timeout(20, connect=5)

_LARGEST_ANSWER = 65_536


def client() -> httpx.AsyncClient:
    """Return what gateways are called through: those that an operator named, and no redirect."""
    return httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False, trust_env=False)


async def called(
    http: httpx.AsyncClient, method: str, url: str, **what: Any
) -> httpx.Response | Outcome:
    """Call once; without an answer return what is known then."""
    try:
        return await http.request(method, url, **what)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Outcome(Fate.BUSY, UNREACHABLE)
    except httpx.HTTPError:
        return Outcome(Fate.UNKNOWN, BROKEN_OFF)
    except (httpx.InvalidURL, ValueError):
        return Outcome(Fate.BUSY, UNREACHABLE)


_BY_STATUS: Mapping[int, Outcome] = {
    401: Outcome(Fate.BUSY, NOT_LET_IN),
    403: Outcome(Fate.BUSY, NOT_LET_IN),
    409: Outcome(Fate.TAKEN),  # it has this very message already
    429: Outcome(Fate.BUSY, THROTTLED),
    503: Outcome(Fate.BUSY, UNREACHABLE),
}


def meaning(answer: httpx.Response) -> Outcome:
    """Return what the status says by itself: 5xx leaves open whether it was taken."""
    if answer.status_code in _BY_STATUS:
        return _BY_STATUS[answer.status_code]
    if answer.is_success:
        return Outcome(Fate.TAKEN)
    if answer.status_code >= 500:
        return Outcome(Fate.UNKNOWN, BROKEN_OFF)
    return Outcome(Fate.REFUSED, NOT_TAKEN)


def content(answer: httpx.Response) -> Mapping[str, Any]:
    """Return the JSON object in an answer; empty if there is none."""
    try:
        told = answer.json() if len(answer.content) <= _LARGEST_ANSWER else {}
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
