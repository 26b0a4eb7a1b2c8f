"""Lingering close: an answer arrives although its request was not read to its end.

Whoever closes a connection on which unread bytes lie, or still come, has the system reset it, and
the other side may lose the answer that was on its way: a proxy then tells of 502 where we had said
that a body is too large. So we stop sending, read what comes for a while, drop it, and then close
(RFC 9112, 9.6). As nginx's `lingering_close`.
"""

import asyncio
from typing import Any

SECONDS = 5.0
MOST_BYTES = 32 * 1024 * 1024
"""For how long, and how much of it, what is dropped is read."""


class Lingering:
    """A transport that is closed late, for an answer after which its connection is to end."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._dropped = 0
        self.is_ending = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def close(self) -> None:
        """Say that this was all, and close when the other side has, or after the bound."""
        if self.is_ending or self._transport.is_closing():
            return
        self.is_ending = True
        self._transport.resume_reading()
        if self._transport.can_write_eof():  # not where it is encrypted
            self._transport.write_eof()
        self._loop.call_later(SECONDS, self._transport.close)

    def drop(self, data: bytes) -> None:
        self._dropped += len(data)
        if self._dropped > MOST_BYTES:
            self._transport.close()
