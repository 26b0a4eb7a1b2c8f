"""A network between a service and its PostgreSQL that can swallow all it is given, or be cut.

It goes on saying at TCP's level that everything has arrived: no keepalive notices it.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, make_url


class Network:
    """Carries bytes on loopback, each connection to the server's own socket and back."""

    def __init__(self, server: URL, listening: socket.socket) -> None:
        self._server, self._listening = server, listening
        self._open: list[socket.socket] = []
        self._swallows = threading.Event()
        self._cut = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def swallow(self) -> None:
        self._swallows.set()

    def cut(self) -> None:
        """Break all connections, and each new one."""
        self._cut.set()
        self._break_all()

    def mend(self) -> None:
        """Carry again; what was swallowed is lost, and so are its connections."""
        self._break_all()
        self._swallows.clear()
        self._cut.clear()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # closed at the end
            while True:
                near, _ = self._listening.accept()
                if self._cut.is_set():
                    near.close()
                    continue
                far = self._dial()
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _dial(self) -> socket.socket:
        folder = self._server.query.get("host") or self._server.host or "127.0.0.1"
        if str(folder).startswith("/"):
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{folder}/.s.PGSQL.{self._server.port or 5432}")
            return far
        return socket.create_connection((str(folder), self._server.port or 5432))

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while told := one.recv(65536):
                if not self._swallows.is_set():
                    other.sendall(told)
        if not self._swallows.is_set():  # not even the end is told
            for end in (one, other):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _break_all(self) -> None:
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()


@contextmanager
def network_to(url: str) -> Iterator[tuple[Network, str]]:
    """Give a network to a database, and the address that leads through it."""
    server = make_url(url)
    with socket.create_server(("127.0.0.1", 0), backlog=200) as listening:
        network = Network(server, listening)
        near = server.set(host="127.0.0.1", port=listening.getsockname()[1], query={})
        try:
            yield network, near.render_as_string(hide_password=False)
        finally:
            network.cut()
