"""What stand-ins of carriers have in common. Each is told scans in the carrier's own codes."""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import ClassVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.carrier import Carrier
from adapters.registry import CarrierSettings, build

TOKEN = "token-of-the-centre-0123456789"
SIGNING_KEY = "key-that-signs-hooks-0123456789"
USERNAME, PASSWORD = "centre", "a password of the centre"
RECIPIENT, PHONE, STREET = "Người nhận mẫu", "0900 000 321", "số 7 đường Không Có Thật"
"""Invented; whichever carrier tells such things of a parcel tells these."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as the carrier keeps it: its own code, an aware time, a place."""

    code: str
    at: datetime
    place: str = "Bưu cục Uông Bí"
    reason_code: str = ""
    expected_on: date | None = None
    """When it expects to deliver the parcel, as it sees it with this scan."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One message as the carrier posts it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """In lower case; proof and content type among them."""
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass
class StandIn:
    """One carrier's service. `hook` writes what it posts; `routes` answer what it is asked."""

    name: ClassVar[str]
    tells_time_to: ClassVar[timedelta] = timedelta(seconds=1)
    """A minute, where the carrier's times have no seconds."""
    unknown_number_is: ClassVar[int] = 200
    """The HTTP status with which it says that it does not know a number."""

    scans: dict[str, list[Scan]] = field(default_factory=dict)
    """What it knows of each parcel, oldest first."""
    asked: list[tuple[float, str, str, dict[str, str]]] = field(default_factory=list)
    """Each question it was asked: monotonic time, method, path with query, headers."""
    log_ins: int = 0
    bad_days: list[Response] = field(default_factory=list)
    """Answered instead, one for each of the next questions; a log-in counts as none."""
    seconds_to_answer: float = 0.0
    most_per_second: int = 0
    """Questions it allows in a rolling second; more are answered 429. At 0 it does not count."""
    refused: int = 0
    """So many."""

    def settings(self, base_url: str) -> CarrierSettings:
        """Return what the centre sets to speak with it there."""
        return CarrierSettings(
            base_url=base_url,
            token=TOKEN,
            signing_key=SIGNING_KEY,
            username=USERNAME,
            password=PASSWORD,
            rate_per_second=1000,
        )

    def carrier(self, base_url: str = "http://127.0.0.1:9") -> Carrier:
        return build({self.name: self.settings(base_url)})[self.name]

    def number(self, n: int) -> str:
        """Return the n-th of its tracking numbers."""
        raise NotImplementedError

    def hook(self, number: str, scan: Scan) -> Hook:
        """Return what it posts of one scan, with its proof."""
        raise NotImplementedError

    def posted(self, body: bytes) -> Hook:
        """Return a body as it posts it: with the proof that goes with these very bytes."""
        raise NotImplementedError

    def routes(self) -> list[Route]:
        """Return how it is asked; none if it cannot be."""
        return []

    def told(self, number: str, scan: Scan) -> Hook:
        """Let one scan happen; return what is posted of it."""
        self.scans.setdefault(number, []).append(scan)
        return self.hook(number, scan)

    # Being asked

    async def take_down(self, request: Request) -> Response | None:
        """Note a question; return what is answered instead on a bad day."""
        where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        self.asked.append((time.monotonic(), request.method, where, dict(request.headers)))
        if self.most_per_second and self._is_too_much():
            self.refused += 1
            return Response(status_code=429, headers={"retry-after": "1"})
        if self.seconds_to_answer:
            await asyncio.sleep(self.seconds_to_answer)
        return self.bad_days.pop(0) if self.bad_days else None

    def _is_too_much(self) -> bool:
        latest = self.asked[-self.most_per_second - 1 :]
        return len(latest) > self.most_per_second and latest[-1][0] - latest[0][0] < 1


async def _hung_up(_request: Request, _fault: Exception) -> Response:
    """Say nothing: nobody hears it.

    Logged with its traceback it would be parsed in this server's thread, perhaps in a later test
    that parses too, and Python 3.11 then ends one of the two (python/cpython#106905).
    """
    return Response(status_code=499)


@contextmanager
def served(standin: StandIn) -> Iterator[str]:
    """Serve it on a free port of this machine; yield its base address."""
    app = Starlette(routes=standin.routes(), exception_handlers={ClientDisconnect: _hung_up})
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        # It ends within a tenth of a second by itself; hundreds of tests need not wait for that.
