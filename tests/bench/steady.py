"""Requests at a steady pace, answered or not, while something else goes on: who waited how long.

In threads of whoever asks, for few requests: `tests.bench.load` is for many.
"""

import http.client
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Self

THREADS = 8
"""As many may wait at once; then those that are due wait unsent, and are counted all the same."""


@dataclass
class Steady:
    """`with Steady(port, requests) as told:` asks all the while."""

    port: int
    requests: Iterator[bytes]
    """Ready-made, as `load.request` makes them."""
    per_second: float = 20.0
    waits: list[float] = field(default_factory=list)
    """Milliseconds from when a request was due to its answer."""
    statuses: set[int] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._lock, self._ended = threading.Lock(), threading.Event()
        self._next_at = time.perf_counter()
        self._threads = [threading.Thread(target=self._work) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.connect()
        while not self._ended.is_set():
            with self._lock:
                due, self._next_at = self._next_at, self._next_at + 1 / self.per_second
                request = next(self.requests)
            time.sleep(max(0.0, due - time.perf_counter()))
            connection.sock.sendall(request)
            answer = http.client.HTTPResponse(connection.sock)
            answer.begin()
            answer.read()
            self.waits.append((time.perf_counter() - due) * 1000)
            self.statuses.add(answer.status)
        connection.close()

    def __str__(self) -> str:
        waits = sorted(self.waits)
        at = {p: waits[min(len(waits) - 1, int(len(waits) * p))] for p in (0.5, 0.99, 1)}
        return f"{len(waits)}, p50 {at[0.5]:.0f}, p99 {at[0.99]:.0f}, longest {at[1]:.0f} ms"
