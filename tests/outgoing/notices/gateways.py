"""An SMS gateway and Zalo on this machine: they fail, delay, double and report as real ones do."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

BREAKS_OFF = 0
"""Taken, and the line goes dead before the answer."""


@dataclass
class Gateway:
    """Keeps what it took, by its id; `answers` says with which status it answers its n-th call."""

    url: str = ""
    answers: Callable[[int], int] = lambda _n: 200
    slow_seconds: float = 0.0
    calls: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    """What became of each id that it took."""
    forgets: bool = False
    """Whether it says that it has never seen what it is asked about."""
    zalo_error: int = 0
    tokens: list[str] = field(default_factory=lambda: ["first"])
    """Refresh tokens, each good once; the last one is the one that is good."""
    refreshes: int = 0

    def post(self, path: str, headers: Any, body: bytes) -> tuple[int, Any]:
        if path == "/token":
            return 200, self._refreshed(parse_qs(body.decode())["refresh_token"][0])
        self.calls += 1
        time.sleep(self.slow_seconds)
        status, message = self.answers(self.calls), json.loads(body)
        if path == "/message/template":
            if headers["access_token"] != f"access-{self.refreshes}":
                return 200, {"error": -124, "message": "Access token invalid"}
            if self.zalo_error:
                return 200, {"error": self.zalo_error, "message": "no"}
        if status in (200, BREAKS_OFF):
            id_ = message.get("id") or message["tracking_id"]
            self.taken.append(message)
            self.statuses[id_] = "sent"
        return status, {"error": 0, "data": {"msg_id": "m1"}}

    def get(self, path: str) -> tuple[int, Any]:
        status = self.statuses.get(path.rpartition("/")[2])
        return (404, {}) if self.forgets or not status else (200, {"status": status})

    def _refreshed(self, token: str) -> Any:
        if token != self.tokens[-1]:
            return {"error": -14014, "error_name": "Invalid refresh token"}
        self.refreshes += 1
        self.tokens.append(f"refresh-{self.refreshes}")
        return {
            "access_token": f"access-{self.refreshes}",
            "refresh_token": self.tokens[-1],
            "expires_in": "90000",
        }


@contextmanager
def gateway() -> Iterator[Gateway]:
    one = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self._answer(*one.post(self.path, self.headers, body))

        def do_GET(self) -> None:
            self._answer(*one.get(self.path))

        def _answer(self, status: int, content: Any) -> None:
            if status == BREAKS_OFF:
                self.close_connection = True
                return
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    one.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
