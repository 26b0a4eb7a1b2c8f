"""Answers as a carrier's come over the wire: their bytes are still to be read."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx


class _Bytes(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self.content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self.content


def over_the_wire(told: Any, status: int = 200) -> httpx.Response:
    return httpx.Response(status, stream=_Bytes(json.dumps(told).encode()))
