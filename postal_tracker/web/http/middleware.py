"""What every request and answer passes: a bound on bodies, and headers that browsers obey.

Plain ASGI, for it runs at every request.
"""

import zlib
from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from postal_tracker.web.http.hosts import MISCALLED

KIB = 1024

MOST_BYTES = (
    ("/hooks/", 1024 * KIB),
    ("/api/v1/events", 1024 * KIB),
    ("/api/v1/track", 4 * KIB),
    ("/api/v1/scans", 8 * KIB),
    ("/api/", 128 * KIB),
    ("/desk/sign-in", 8 * KIB),
    ("/courier/read", 8 * 1024 * KIB),
    ("/courier", 64 * KIB),
    ("/desk/admin/import/", 4 * 1024 * KIB),
    ("/desk/imports", 8 * 1024 * KIB),
    ("/desk", 256 * KIB),
    ("/", 8 * KIB),
)
"""How long a body may be, by how its address begins; the first that fits counts.

As long as the route needs: 1,000 events, 500 numbers of a list, a note in letters of three bytes.
Lists of the catalogue and of dossiers are files, and so is a telephone's picture.
"""

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'; base-uri 'none'"
)

_HEADERS = [
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]

_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

_NO_STORE = (b"cache-control", b"no-store")


def most_bytes(path: str) -> int:
    """Return how long a body may be at this address."""
    return next((most for begins, most in MOST_BYTES if path.startswith(begins)), 0)


def protective_headers(*, https: bool) -> list[tuple[bytes, bytes]]:
    """Return what every answer tells browsers to keep to."""
    return [*_HEADERS, _HSTS] if https else _HEADERS


class Guard:
    """Bounds what comes in, adds to what goes out."""

    def __init__(
        self, app: ASGIApp, *, https: bool, is_right_call: Callable[[Scope], bool]
    ) -> None:
        self.app, self.is_right_call = app, is_right_call
        self.headers = protective_headers(https=https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not self.is_right_call(scope):
            await MISCALLED(scope, receive, self._dressed(send))
            return
        most = most_bytes(scope["path"])
        plain = _unpacked(_bounded(receive, most), _encoding(scope), most)
        await self.app(scope, plain, self._dressed(send))

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                names = {name for name, _ in headers}
                headers.extend(h for h in self.headers if h[0] not in names)
                if b"cache-control" not in names:
                    headers.append(_NO_STORE)
            await send(message)

        return dressed


def _encoding(scope: Scope) -> bytes:
    """Return how the body is packed; empty if it is not."""
    told = b",".join(value for name, value in scope["headers"] if name == b"content-encoding")
    return told.strip().lower().removeprefix(b"identity")


def _unpacked(receive: Receive, encoding: bytes, most: int) -> Receive:
    """Unpack a gzip body, as some carriers and proxies send, but no further than `most` bytes.

    Any other packing is refused: kept as it came it could never be read. So is what is cut off.
    """
    if not encoding:
        return receive
    unzip, seen = zlib.decompressobj(wbits=31), 0

    async def unpacked() -> Message:
        nonlocal seen
        if encoding not in (b"gzip", b"x-gzip"):
            raise HTTPException(415)
        message = await receive()
        if message["type"] != "http.request":
            return message
        try:
            body = unzip.decompress(message.get("body", b""), most - seen + 1)
        except zlib.error:
            raise HTTPException(415) from None
        seen += len(body)
        if seen > most:
            raise HTTPException(413)
        if not message.get("more_body") and not unzip.eof:
            raise HTTPException(415)
        return {**message, "body": body}

    return unpacked


def _bounded(receive: Receive, most: int) -> Receive:
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413)
        return message

    return bounded
