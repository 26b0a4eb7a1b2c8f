"""One question to a carrier over HTTP: what every adapter that polls has to watch for.

No retry, no waiting and no redirect here: polling knows when a parcel is due again.
"""

from collections.abc import Generator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from adapters.carrier import Unreachable

MOST_BYTES = 1024 * 1024
LONGEST_WISH_SECONDS = 24 * 3600.0


class Bearer(httpx.Auth):
    """A token in the Authorization header; it shows up in no repr and no log."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


async def fetch(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> bytes:
    """Return the body of a 2xx answer, at most 1 MiB. Raises Unreachable.

    `request` is what `client.stream` takes: params, json, auth, headers.
    """
    try:
        async with client.stream(method, url, follow_redirects=False, **request) as answer:
            if not answer.is_success:
                raise Unreachable(
                    f"answered HTTP {answer.status_code}", _retry_after_seconds(answer.headers)
                )
            return await _whole(answer)
    # InvalidURL is no HTTPError; neither names the address, which may hold a key.
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise Unreachable(f"no answer ({type(fault).__name__})") from fault


async def _whole(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise Unreachable("the answer is longer than 1 MiB")
    return bytes(body)


def _retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return the carrier's wish, given in seconds or as a date (RFC 9110 section 10.2.3).

    A date is measured against the carrier's own Date, so that neither clock needs to be right.
    More than a day is a slip of theirs: parcels are not left alone for so long.
    """
    wish = headers.get("retry-after", "").strip()
    if wish.isascii() and wish.isdigit():
        return min(float(wish), LONGEST_WISH_SECONDS)
    until, now = _http_date(wish), _http_date(headers.get("date", ""))
    if until is None or now is None:
        return None
    return min(max(0.0, (until - now).total_seconds()), LONGEST_WISH_SECONDS)


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else None
