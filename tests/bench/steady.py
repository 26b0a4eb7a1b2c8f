"""Requests at a steady pace, answered or not, while something else goes on: who waited how long.

They are sent by a process of its own that does nothing else and knows when it was kept from it: its
clock ticks every few milliseconds, and tells when it could not. What a request waited meanwhile is
the machine's doing, not the service's, and does not count. For few requests: `tests.bench.load` is
for many.
"""

import asyncio
import json
import signal
import subprocess
import sys
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Self

TICK = 0.002
"""Seconds between two ticks of the clock by which a process knows that it was kept waiting."""

KEPT = 5.0
"""Seconds for which a connection is used again; the service hangs up after twelve."""


@dataclass
class Steady:
    """`with Steady(port, requests) as told:` asks all the while."""

    port: int
    requests: Iterator[bytes]
    """Ready-made, as `load.request` makes them."""
    per_second: float = 20.0
    waits: list[float] = field(default_factory=list)
    """Milliseconds from when a request was due to its answer, without what the machine took."""
    held_up: list[float] = field(default_factory=list)
    """How many milliseconds of each the machine took: then this side could not have gone on."""
    statuses: set[int] = field(default_factory=set)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.steady", str(self.port), str(self.per_second)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._feeding = threading.Thread(target=self._feed)
        self._feeding.start()
        return self

    def __exit__(self, *fault: object) -> None:
        self._process.terminate()  # it asks nothing more, and tells what it saw
        assert self._process.stdout
        told = json.loads(self._process.stdout.read())
        self._process.wait()
        self._feeding.join()
        self._process.stdout.close()
        self.waits, self.held_up = told["waits"], told["held_up"]
        self.statuses = set(told["statuses"])

    def _feed(self) -> None:
        """Hand requests on as they are wanted: a signature is good for some minutes only."""
        assert self._process.stdin
        with suppress(BrokenPipeError), self._process.stdin as pipe:
            for request in self.requests:
                pipe.write(b64encode(request) + b"\n")
                pipe.flush()

    def __str__(self) -> str:
        waits = sorted(self.waits)
        at = {p: waits[min(len(waits) - 1, int(len(waits) * p))] for p in (0.5, 0.99, 1)}
        told = f"{len(waits)}, p50 {at[0.5]:.0f}, p99 {at[0.99]:.0f}, longest {at[1]:.0f} ms"
        return f"{told}, held up by the machine by {max(self.held_up, default=0):.0f} ms at most"


# The other process


class _Asking:
    """Asks what is due, whether or not what went before was answered."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.statuses: set[int] = set()
        self._asked: list[tuple[float, float]] = []
        self._late: list[tuple[float, float]] = []
        self._idle: list[tuple[float, asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def run(self, per_second: float) -> dict[str, object]:
        loop, ended, asking = asyncio.get_running_loop(), asyncio.Event(), set()
        loop.add_signal_handler(signal.SIGTERM, ended.set)
        requests = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(requests), sys.stdin)
        ticking = asyncio.create_task(self._tick())
        due = loop.time()
        while not ended.is_set() and (line := await requests.readline()):
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), max(0.0, due - loop.time()))
            asking.add(asyncio.create_task(self._ask(b64decode(line), due)))
            due += 1 / per_second
        await asyncio.gather(*asking)
        ticking.cancel()
        return self._told()

    def _told(self) -> dict[str, object]:
        """Return what was seen, in milliseconds."""
        found = [(end - begin, self._lateness(begin, end)) for begin, end in self._asked]
        return {
            "waits": [1_000 * (took - late) for took, late in found],
            "held_up": [1_000 * late for _, late in found],
            "statuses": sorted(self.statuses),
        }

    async def _ask(self, request: bytes, due: float) -> None:
        time = asyncio.get_running_loop().time
        while self._idle and (self._idle[-1][0] < time() - KEPT or self._idle[-1][1].at_eof()):
            self._idle.pop()[2].close()
        if self._idle:
            _, reader, writer = self._idle.pop()
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        self._asked.append((due, time()))
        self.statuses.add(int(head[9:12]))
        self._idle.append((time(), reader, writer))

    async def _tick(self) -> None:
        time = asyncio.get_running_loop().time
        while True:
            due = time() + TICK
            await asyncio.sleep(TICK)
            if time() - due > TICK:
                self._late.append((due, time()))

    def _lateness(self, begin: float, end: float) -> float:
        """Return for how long of that time this process was kept waiting."""
        return sum(max(0.0, min(end, late[1]) - max(begin, late[0])) for late in self._late)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_Asking(int(sys.argv[1])).run(float(sys.argv[2])))))
