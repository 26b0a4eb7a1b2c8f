"""Admission control: what is too much is refused at once, before its body is read (load shedding).

Each share of the service has its own bound on requests under way, so that a flood at one door stops
nobody at another. Why not a library's: docs/decisions/0017-overload-sheds.md.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from postal_tracker.storage import patience
from postal_tracker.web import metrics
from postal_tracker.web.http.middleware import most_bytes
from postal_tracker.web.http.proven import Proven
from postal_tracker.web.http.refusals import Refusals

log = logging.getLogger(__name__)


class Share(StrEnum):
    """Whose request it is. Told by address and by a key or session that was found right before."""

    CARRIERS = "carriers"
    """Webhooks and reported events."""
    STAFF = "staff"
    """The desk, couriers' pages, programs with a key."""
    PUBLIC = "public"
    """Citizens, and whoever shows no key or session that is known."""


PATIENCE = {Share.CARRIERS: 5.0, Share.STAFF: 10.0, Share.PUBLIC: 5.0}
"""Seconds after which a caller's command is no longer begun: carriers and browsers have left, or
will be told to try again."""

MOST_BEGUN_PER_TURN = 4
"""Requests that begin in one turn of the event loop. Each may hold the loop for 1 ms, and between
two turns whoever is refused, and /healthz, is answered."""

MOST_BYTES_ARRIVING = 64 * 1024 * 1024
"""Of bodies that are on their way or wait, all together."""

LONGEST_SILENCE = 10.0
"""Seconds between two log lines that tell of refusals."""

_ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})
_FOR_CARRIERS = ("/hooks/", "/api/v1/events")
_FOR_STAFF = ("/desk", "/courier", "/api/", "/docs")


def share_of(scope: Scope, proven: Proven) -> Share:
    """Return whose request it is. Nothing is looked up: a made-up key is one of the public's."""
    path = scope["path"]
    if path.startswith(_FOR_CARRIERS):
        return Share.CARRIERS
    if path.startswith(_FOR_STAFF) and proven.stands_in(scope["headers"]):
        return Share.STAFF
    return Share.PUBLIC


@dataclass(slots=True)
class _Room:
    """One share: how many are under way in it, and who waits for a turn."""

    share: Share
    most: int
    under_way: int = 0
    waiting: "deque[asyncio.Future[None]]" = field(default_factory=deque)
    refused: int = 0
    told_at: float = -LONGEST_SILENCE

    @property
    def is_full(self) -> bool:
        return self.under_way >= self.most

    def tell(self) -> None:
        """Count a refusal; tell of them in the log, but not of each."""
        self.refused += 1
        metrics.SHED.labels(self.share.value).inc()
        if (now := time.monotonic()) - self.told_at >= LONGEST_SILENCE:
            log.warning("overload", extra={"share": self.share.value, "refused": self.refused})
            self.told_at, self.refused = now, 0


class _Turns:
    """Lets a few requests begin in each turn of the event loop, of every share in turn.

    Without it a thousand requests that are read at once would be worked off in one turn, and
    nobody, /healthz included, would be heard meanwhile.
    """

    def __init__(self, rooms: Mapping[Share, _Room]) -> None:
        self._rooms = deque(rooms.values())
        self._begun = 0

    async def wait(self, room: _Room) -> None:
        if self._begun < MOST_BEGUN_PER_TURN:
            self._begin()
            return
        turn = asyncio.get_running_loop().create_future()
        room.waiting.append(turn)
        await turn

    def _begin(self) -> None:
        if not self._begun:
            asyncio.get_running_loop().call_soon(self._next)
        self._begun += 1

    def _next(self) -> None:
        self._begun = 0
        while self._begun < MOST_BEGUN_PER_TURN and (turn := self._next_waiting()):
            if not turn.done():  # else its caller has gone
                turn.set_result(None)
                self._begin()

    def _next_waiting(self) -> "asyncio.Future[None] | None":
        for _ in range(len(self._rooms)):
            self._rooms.rotate(-1)
            if self._rooms[0].waiting:
                return self._rooms[0].waiting.popleft()
        return None


class Rooms:
    """The shares of one service, and the answer of a full one."""

    def __init__(self, most: Mapping[Share, int], *, https: bool) -> None:
        self.rooms = {share: _Room(share, most[share]) for share in Share}
        self.refusals = Refusals(https=https)
        self.proven = Proven()
        for room in self.rooms.values():
            metrics.UNDER_WAY.labels(room.share.value).set_function(
                partial(getattr, room, "under_way")
            )

    def of(self, scope: Scope) -> _Room:
        return self.rooms[share_of(scope, self.proven)]

    def refused(self, scope: Scope, *, closes: bool = False) -> bytes:
        """Return the whole answer where there is no room; empty where there is.

        `scope` needs no more than path, query and headers: a connection asks as soon as it has
        read them. An answer by way of ASGI takes several times as long, and a flood is refused
        a thousand times a second by the same processor that should serve others meanwhile.
        """
        if scope["path"] in _ALWAYS or not (room := self.of(scope)).is_full:
            return b""
        room.tell()
        return self.refusals.on_the_wire(scope, closes=closes)


class Admission:
    """Plain ASGI, outside of everything else: counts, refuses, lets in."""

    def __init__(self, app: ASGIApp, *, rooms: Rooms) -> None:
        self.app = app
        self.rooms = rooms
        self.turns = _Turns(rooms.rooms)
        self.bytes_arriving = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _ALWAYS:
            await self.app(scope, receive, send)
            return
        room = self.rooms.of(scope)
        if room.is_full:
            await self._refuse(room, scope, send)
        elif scope["method"] in ("GET", "HEAD"):
            await self._admit(room, scope, receive, send)
        else:
            await self._admit_with_body(room, scope, receive, send)

    async def _admit_with_body(
        self, room: _Room, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Wait for the body first: whoever sends it slowly takes nobody's place."""
        arrived = _Arriving(receive, most_bytes(scope["path"]))
        try:
            while arrived.is_unfinished:
                self.bytes_arriving += await arrived.more()
                if self.bytes_arriving > MOST_BYTES_ARRIVING:
                    break
            if arrived.is_unfinished or room.is_full:
                await self._refuse(room, scope, send)
            else:
                await self._admit(room, scope, arrived.receive, send)
        finally:
            self.bytes_arriving -= arrived.bytes

    async def _admit(self, room: _Room, scope: Scope, receive: Receive, send: Send) -> None:
        room.under_way += 1
        try:
            await self.turns.wait(room)
            has_left = scope.get("state", {}).get("has_left", patience.stays)
            with patience.of(room.share.value, PATIENCE[room.share], has_left):
                await self.app(scope, receive, send)
        finally:
            room.under_way -= 1

    async def _refuse(self, room: _Room, scope: Scope, send: Send) -> None:
        room.tell()
        start, body = self.rooms.refusals.of(scope)
        await send(start)
        await send(body)


class _Arriving:
    """A body that is kept until all of it is there, or more than may be."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._messages: deque[Message] = deque()
        self.bytes = 0
        self.is_unfinished = True

    async def more(self) -> int:
        """Wait for the next piece, and return its bytes."""
        message = await self._receive()
        self._messages.append(message)
        length = len(message.get("body", b""))
        self.bytes += length
        # Of too much the Guard hears as much as it needs to refuse it.
        self.is_unfinished = bool(message.get("more_body")) and self.bytes <= self._most
        return length

    async def receive(self) -> Message:
        return self._messages.popleft() if self._messages else await self._receive()
