"""A receiver of webhooks on this machine, which verifies what comes with the public package."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

Answer = tuple[int, dict[str, str]]


@dataclass
class Receiver:
    """Keeps what it took; `answers` says how it answers its n-th call."""

    url: str
    secret: str = ""
    answers: Callable[[int], Answer] = lambda _n: (204, {})
    slow_seconds: float = 0.0
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """Every call: its id and its content, verified."""
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    forged: int = 0

    def take(self, headers: dict[str, str], body: bytes) -> Answer:
        if self.secret:
            try:
                content = Webhook(self.secret).verify(body, headers)
            except WebhookVerificationError:
                self.forged += 1
                return 400, {}
        else:
            content = json.loads(body)
        call = (headers["webhook-id"], content)
        self.calls.append(call)
        time.sleep(self.slow_seconds)
        status, more = self.answers(len(self.calls))
        if status < 300:
            self.taken.append(call)
        return status, more

    def stages(self) -> list[tuple[str, str]]:
        """Return what was taken: dossier and stage."""
        return [(c["data"]["dossier"], c["data"]["stage"]) for _, c in self.taken]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, more = receiver.take({k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(status)
            for name, value in {"content-length": "0", **more}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
