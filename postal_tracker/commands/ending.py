"""An end that comes in time: what does not end by itself is cut off.

Nothing is lost by that: whoever was answered has been kept, and a crash does no other thing
(crash-only software). Systems kill what takes too long: Docker after 10 s.
"""

import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

import uvicorn

log = logging.getLogger(__name__)

WITHIN = 7.0
"""Seconds from the signal on."""

SETTLING = 3
"""Seconds of these for requests that are under way."""


class Bound:
    """Waits for the end to be asked for; the thread stands ready, for later there may be none."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        threading.Thread(target=self._wait, name="ending", daemon=True).start()

    @property
    def is_asked(self) -> bool:
        return self._asked.is_set()

    def begin(self, *_signal: object) -> None:
        """Count from now on. May be called in a signal handler."""
        self._asked.set()

    def end_quietly(self) -> None:
        """Let a signal end the process with code 0, at once where it can.

        `SystemExit` alone does not do: where a finaliser runs it is swallowed (one start in
        twelve), and the service would never hear that its end was asked for.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._before(lambda *_: sys.exit()))

    def hear_signals(self) -> None:
        """Begin when a signal comes, before whoever hears it already."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._before(signal.getsignal(number)))

    def _before(self, known: object) -> Callable[[int, FrameType | None], None]:
        def hear(number: int, frame: FrameType | None) -> None:
            self.begin()
            if callable(known):
                known(number, frame)

        return hear

    def _wait(self) -> None:
        self._asked.wait()
        time.sleep(WITHIN)
        log.warning("the end took too long and was cut short; nothing that was answered is lost")
        os._exit(0)


class Server(uvicorn.Server):
    """Serves until a signal comes, and then not much longer."""

    def __init__(self, config: uvicorn.Config, bound: Bound) -> None:
        super().__init__(config)
        self._bound = bound

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.should_exit = self.should_exit or self._bound.is_asked

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._bound.begin()
        super().handle_exit(sig, frame)
