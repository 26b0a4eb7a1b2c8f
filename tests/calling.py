"""A client that calls the service in one step: the test's thread hands over once for each request.

Starlette's own hands over eight times, which costs more than many requests do. It answers while the
service is still speaking, ours when the service has said all.
"""

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Scope


class Client(TestClient):
    """Starlette's test client, in one step."""

    def __init__(self, app: ASGIApp, *, beside: TestClient | None = None, **rest: Any) -> None:
        """`beside`: in whose event loop the service answers, as long as that is at work."""
        super().__init__(app, raise_server_exceptions=False, **rest)
        self._beside = beside
        self._transport = _InOneStep(self)

    def at_work(self) -> AbstractContextManager[BlockingPortal]:
        """Return what hands over to the event loop: one for each request outside of `with`."""
        if self._beside and self._beside.portal:
            return nullcontext(self._beside.portal)
        return self._portal_factory()


class _InOneStep(httpx.BaseTransport):
    def __init__(self, client: Client) -> None:
        self._client = client

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        with self._client.at_work() as portal:
            exchange: _Exchange = portal.call(_Exchange(request).through, self._client.app)
        return exchange.answer()


class _Exchange:
    """One request and its answer, as a server tells the service of them (ASGI 3)."""

    def __init__(self, request: httpx.Request) -> None:
        self._request = request
        self._is_sent = False
        self._start: Message = {"status": 500}
        self._parts: list[bytes] = []

    async def through(self, app: ASGIApp) -> "_Exchange":
        self._is_over = asyncio.Event()
        try:
            await app(self._scope(), self._receive, self._send)
        except Exception:  # noqa: BLE001 - a server answers 500, and so the service has logged it
            self._is_over.set()
        assert self._is_over.is_set(), "the service has not said all"
        return self

    def answer(self) -> httpx.Response:
        body = b"" if self._request.method == "HEAD" else b"".join(self._parts)
        headers = self._start.get("headers", [])
        return httpx.Response(self._start["status"], headers=headers, stream=httpx.ByteStream(body))

    def _scope(self) -> Scope:
        url = self._request.url
        return {
            "type": "http",
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": url.scheme,
            "server": (url.host, url.port or 80),
            "client": ("testclient", 50000),
            "root_path": "",
            "path": url.path,
            "raw_path": url.raw_path.partition(b"?")[0],
            "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "state": {},
        }

    async def _receive(self) -> Message:
        if self._is_sent:
            await self._is_over.wait()
            return {"type": "http.disconnect"}
        self._is_sent = True
        return {"type": "http.request", "body": self._request.content}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._parts.append(bytes(message.get("body", b"")))
            if not message.get("more_body"):
                self._is_over.set()
