"""Connections: who sends or takes nothing is cut, and so is who keeps too many open (slow loris).

uvicorn waits for ever for the rest of a head or a body, and keeps a head of any length. Here its
own protocol is told what it may not know: how long, how much, and how many from one network.
"""

import asyncio
import json
import re
import sys
from collections import Counter
from functools import partial
from typing import Any, cast
from weakref import ref

from uvicorn.config import Config
from uvicorn.protocols.http import httptools_impl as uvicorn_http
from uvicorn.server import ServerState

from postal_tracker.access.networks import network_of
from postal_tracker.core.problems import head_too_large
from postal_tracker.settings import Settings
from postal_tracker.web import metrics
from postal_tracker.web.http import errors, garbage, server_log
from postal_tracker.web.http.admission import Rooms
from postal_tracker.web.http.lingering import Lingering
from postal_tracker.web.http.middleware import protective_headers

if sys.platform != "win32":
    import resource

MOST_BYTES_OF_A_HEAD = 32 * 1024
"""Address and headers together; browsers and proxies send less than 16 KiB."""

MOST_HEADERS = 100
"""As Apache has it; browsers send some twenty."""

BYTES_PER_SECOND = 1024
"""Slower than that nobody may send a body for long; a telephone at a bad place is faster."""

MOST_WHO_STAY = 1_000
"""Connections above which whoever is refused is hung up on: what he holds is not all given back."""

RESERVED_FILES = 200
"""For the database, the log, carriers that are asked."""


def _files_allowed(wanted: int) -> int:
    """Return how many files this process may open, after asking the system for so many."""
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < wanted:
            soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return soft
    return wanted  # there is no such limit


server_log.quieten()


class Connections:
    """The open connections of one process, and what is allowed of them."""

    def __init__(self, settings: Settings) -> None:
        self.seconds = settings.slow_client_seconds
        self.headers = protective_headers(https=settings.secure_cookies)
        files = _files_allowed(settings.connections + RESERVED_FILES)
        self._most = min(settings.connections, max(1, files - RESERVED_FILES))
        # Behind a proxy all come from it: that bound is the proxy's to keep.
        self._most_of_one = 0 if settings.behind_proxy else settings.connections_per_network
        self._open: set[Connection] = set()
        self._of_network: Counter[str] = Counter()
        self._is_looking = False
        self._crowd = garbage.Crowd()

    def take(self, connection: "Connection") -> bool:
        """Take a connection in, unless there are too many."""
        if len(self._open) >= self._most:
            return _refused("too many")
        of_network = self._of_network[connection.network] if connection.network else 0
        if self._most_of_one and of_network >= self._most_of_one:
            return _refused("too many of one network")
        self._open.add(connection)
        if connection.network:
            self._of_network[connection.network] += 1
        if not self._is_looking:
            self._look_again(connection.loop)
        return True

    def __len__(self) -> int:
        return len(self._open)

    def forget(self, connection: "Connection") -> None:
        if connection in self._open:
            self._open.remove(connection)
            self._of_network[connection.network] -= 1
            if self._of_network[connection.network] <= 0:
                del self._of_network[connection.network]

    def _look_again(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_looking = bool(self._open)
        if self._is_looking:
            loop.call_later(min(1.0, self.seconds / 4), self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Cut who is too slow. One timer for all: one for each would be set at each request."""
        now = loop.time()
        for connection in tuple(self._open):
            if why := connection.fault(now):
                metrics.CUT.labels(why).inc()
                connection.cut()
        self._crowd.is_now(len(self._open))
        self._look_again(loop)


def _refused(why: str) -> bool:
    metrics.CUT.labels(why).inc()
    return False


class _HeadTooLarge(Exception):
    """Ends the parsing of a head."""


class Connection(uvicorn_http.HttpToolsProtocol):
    """uvicorn's protocol, with bounds. The times are of the event loop's clock, in seconds."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.all: Connections = config.loaded_app.state.connections
        self.rooms: Rooms = config.loaded_app.state.rooms
        self.network = ""
        self._heard_at = self._taken_at = self.loop.time()
        self._began_at: float | None = self._heard_at
        """When the request that is being read began; None between two requests."""
        self._in_head = True
        self._head_bytes = self._header_bytes = self._body_bytes = self._untaken = 0
        self._requests = 0
        self._is_refused = self._hangs_up = False
        self._lingering: Lingering | None = None

    def fault(self, now: float) -> str:
        """Return why this connection must be cut; empty if it need not be."""
        if self.flow.read_paused:  # it is we who do not read
            self._heard_at, self._began_at = now, self._began_at and now
        elif self._began_at is not None and self._is_slow(now - self._began_at, now):
            return "slow to send"
        return "slow to take" if self._takes_nothing(now) else ""

    def cut(self) -> None:
        if self.cycle:  # whoever answers it writes nothing more
            self.cycle.disconnected = True
        self.pipeline.clear()
        self.transport.abort()

    def _is_slow(self, seconds: float, now: float) -> bool:
        allowed = self.all.seconds + self._body_bytes / BYTES_PER_SECOND
        return seconds > allowed or now - self._heard_at > self.all.seconds

    def _takes_nothing(self, now: float) -> bool:
        before, self._untaken = self._untaken, self.transport.get_write_buffer_size()
        if not self._untaken or self._untaken < before:
            self._taken_at = now
        return now - self._taken_at > self.all.seconds

    # What uvicorn calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self.network = _counted_network(self.client)
        if not self.all.take(self):
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.all.forget(self)

    def data_received(self, data: bytes) -> None:
        if self._lingering and self._lingering.is_ending:
            self._lingering.drop(data)
            return
        self._heard_at = self.loop.time()
        was_in_head, requests = self._in_head, self._requests
        if was_in_head and self._began_at is None:
            self._began_at = self._heard_at
        super().data_received(data)
        if was_in_head and self._in_head and requests == self._requests:  # all of it is one head
            self._head_bytes += len(data)
            if self._head_bytes > MOST_BYTES_OF_A_HEAD and not self.transport.is_closing():
                self.send_400_response("")

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        """Answer what cannot be parsed as every other fault is answered, and hang up."""
        too_large = max(self._head_bytes, self._header_bytes) > MOST_BYTES_OF_A_HEAD
        is_long = too_large or len(self.headers or ()) > MOST_HEADERS
        problem = head_too_large() if is_long else errors.bad_request()
        body = json.dumps(errors.body_of(problem, "vi"), ensure_ascii=False).encode()
        headers = [
            *self.all.headers,
            (b"content-type", errors.PROBLEM_JSON.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        lines = b"".join(b"%b: %b\r\n" % header for header in headers)
        self.transport.write(uvicorn_http.STATUS_LINE[problem.status] + lines + b"\r\n" + body)
        self.transport.close()

    # What the parser calls

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._began_at is None:
            self._began_at = self._heard_at

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._count_head(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._count_head(len(name) + len(value))

    def _count_head(self, length: int) -> None:
        self._header_bytes += length
        if self._header_bytes > MOST_BYTES_OF_A_HEAD or len(self.headers) > MOST_HEADERS:
            raise _HeadTooLarge

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._is_refused = self._refuses()
        if not self._is_refused:
            super().on_headers_complete()
            # The writer asks it: of a caller who has hung up nothing is begun any more.
            self.scope["state"]["has_left"] = partial(_has_left, ref(self.cycle))
            self._lingering = Lingering(self.transport, self.loop)
            self.cycle.transport = cast(asyncio.Transport, self._lingering)

    def _refuses(self) -> bool:
        """Answer here and now if there is no room; what is not plain goes the long way."""
        path, _, query = self.url.partition(b"?")
        if not self._is_plain(path):
            return False
        about = {"path": path.decode(), "query_string": query}
        self._hangs_up = len(self.all) > MOST_WHO_STAY
        if answer := self.rooms.refused({**self.scope, **about}, closes=self._hangs_up):
            self.transport.write(answer)
        return bool(answer)

    def _is_plain(self, path: bytes) -> bool:
        is_first = self.cycle is None or self.cycle.response_complete  # nobody waits before it
        stays = self.parser.get_http_version() == "1.1" and self.parser.should_keep_alive()
        is_special = self.expect_100_continue or self.parser.get_method() == b"HEAD"
        return is_first and stays and not is_special and _PLAIN_PATH.fullmatch(path) is not None

    def on_body(self, body: bytes) -> None:
        if not self._is_refused:
            super().on_body(body)
        self._body_bytes += len(body)

    def on_message_complete(self) -> None:
        if self._is_refused:
            self.on_response_complete()  # from now on it may be silent for a while
            self.headers, self.scope = [], cast(Any, {})  # hundreds wait: 2 KiB of each
            if self._hangs_up:
                self.transport.close()
        else:
            super().on_message_complete()
            if self._lingering and not self._lingering.is_ending:  # nothing is left to be read
                self.cycle.transport, self._lingering = self.transport, None
        self._began_at = None
        self._in_head = True
        self._requests += 1
        self._head_bytes = self._header_bytes = self._body_bytes = 0


_PLAIN_PATH = re.compile(rb"/[A-Za-z0-9._~/-]*")
"""Without escapes: it reads as it stands."""


def _has_left(cycle: "ref[uvicorn_http.RequestResponseCycle]") -> bool:
    """Tell whether nobody waits for an answer any more.

    Weakly, for the cycle keeps the scope in which this stands: such a ring would stay until the
    garbage collector comes, and among 8,000 connections that takes long.
    """
    answering = cycle()
    return answering is None or answering.disconnected


def _counted_network(client: tuple[str, int] | None) -> str:
    """Return by which network a connection is counted; empty: this machine, a local socket."""
    network = network_of(client[0]) if client else ""
    return "" if network.startswith("127.") or (client and client[0] == "::1") else network
