"""One question to a carrier over HTTP: what every adapter that polls has to watch for.

No retry, no waiting and no redirect here: polling knows when a parcel is due again. An answer is
asked for unpacked: 7 KB of gzip may hold 4 GiB. Who packs it all the same is unpacked by us, no
further than a whole answer may be.
"""

import zlib
from collections.abc import Callable, Generator, Mapping
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


class InHeaders(httpx.Auth):
    """Tokens in headers of the carrier's own names; they show up in no repr and no log.

    A header whose token is empty is not sent.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = {name: token for name, token in headers.items() if token}

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers.update(self._headers)
        yield request


class Refused(Unreachable):
    """The carrier answered with an HTTP status that is no 2xx.

    `body` may tell why, in the carrier's own shape; it may name persons and is shown to nobody.
    """

    def __init__(self, status: int, body: bytes, retry_after_seconds: float | None) -> None:
        super().__init__(f"answered HTTP {status}", retry_after_seconds)
        self.status = status
        self.body = body


async def fetch(client: httpx.AsyncClient, method: str, url: str, **request: Any) -> bytes:
    """Return the body of a 2xx answer, at most 1 MiB. Raises Unreachable, Refused among them.

    `request` is what `client.stream` takes: params, json, auth, headers.
    """
    plain = {**request.pop("headers", {}), "Accept-Encoding": "identity"}
    try:
        async with client.stream(
            method, url, follow_redirects=False, headers=plain, **request
        ) as answer:
            if not answer.is_success:
                wish = _retry_after_seconds(answer.headers)
                raise Refused(answer.status_code, await _explanation(answer), wish)
            return await _whole(answer)
    # Neither InvalidURL nor a token that no header can bear is an HTTPError. None of them is
    # repeated: they may name the address, and that may hold a key.
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as fault:
        raise Unreachable(f"no answer ({type(fault).__name__})") from fault


async def _whole(answer: httpx.Response) -> bytes:
    body, seen, unpack = bytearray(), 0, _unpacker(answer.headers.get("content-encoding", ""))
    async for part in answer.aiter_raw():
        seen += len(part)
        body += unpack(part, MOST_BYTES + 1 - len(body))
        if max(seen, len(body)) > MOST_BYTES:
            raise Unreachable("the answer is longer than 1 MiB")
    return bytes(body)


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """Return what unpacks the next piece, no further than so many bytes. Raises Unreachable."""
    packed_as = encoding.strip().lower()
    if packed_as in ("", "identity"):
        return lambda part, _most: part
    if packed_as not in ("gzip", "x-gzip"):
        raise Unreachable("the answer is packed as nobody asked for")
    unzip = zlib.decompressobj(wbits=31)

    def unpacked(part: bytes, most: int) -> bytes:
        try:
            return unzip.decompress(part, most)
        except zlib.error:
            raise Unreachable("the answer is packed wrongly") from None

    return unpacked


async def _explanation(answer: httpx.Response) -> bytes:
    """Return what goes with an error, or nothing: an error is one without it too."""
    try:
        return await _whole(answer)
    except (Unreachable, httpx.HTTPError):
        return b""


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
