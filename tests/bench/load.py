"""Clients by the dozen in one process of its own: ask, wait for the answer, ask again.

Plain HTTP/1.1 with keep-alive, written for speed: requests are ready-made bytes, answers are only
cut apart. It measures its own processor time, so that a bench can tell whether it was the brake.

`python -m tests.bench.load PORT REQUESTS --clients 64 --seconds 2` prints one JSON object.
"""

import argparse
import asyncio
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """What one block of requests came to."""

    answers: int
    seconds: float
    statuses: dict[str, int]
    words: dict[str, int]
    """How often each word looked for stood in an answer."""
    p50_ms: float
    p99_ms: float
    processor: float
    """The share of one core that the clients themselves took."""

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


def request(
    method: str,
    path: str,
    body: object = None,
    *,
    key: str = "",
    headers: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Return one request as it goes over the wire."""
    content = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
    head = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
    head += ["Content-Type: application/json"] if content else []
    head += [f"Authorization: Bearer {key}"] if key else []
    head += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + content


class _Client(asyncio.Protocol):
    """One connection with one request under way."""

    def __init__(self, block: "_Block") -> None:
        self.block = block
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        """Send the next request when it is time; who is late for it has kept it waiting."""
        self.asked_at = self.block.next_time()
        wait = self.asked_at - time.perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._send)
        else:
            self._send()

    def _send(self) -> None:
        wanted = self.block.next_request()
        if wanted is None:
            self.transport.close()
        else:
            self.transport.write(wanted)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        start = self.buffer[:head].lower().index(b"content-length: ") + 16
        length = int(self.buffer[start : self.buffer.index(b"\r", start)])
        if len(self.buffer) >= head + 4 + length:
            self.block.answered(self.buffer, self.asked_at)
            self.buffer = b""
            self.ask()

    def connection_lost(self, fault: Exception | None) -> None:
        self.block.left(fault)


class _Block:
    """Some seconds of requests by some clients."""

    def __init__(
        self,
        requests: Iterator[bytes],
        words: Sequence[str],
        clients: int,
        per_second: float,
    ) -> None:
        self.requests = requests
        self.gap = 1 / per_second if per_second else 0.0
        self.next_at = time.perf_counter()
        self.words = [(word, word.encode()) for word in words]
        self.clients = clients
        self.done = asyncio.get_running_loop().create_future()
        self.ends_at = float("inf")
        self.statuses: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.waits: list[float] = []

    def next_time(self) -> float:
        """Return when the next request is due: at once, unless so many a second are wanted."""
        if not self.gap:
            return time.perf_counter()
        due, self.next_at = self.next_at, self.next_at + self.gap
        return due

    def next_request(self) -> bytes | None:
        return next(self.requests, None) if time.perf_counter() < self.ends_at else None

    def answered(self, answer: bytes, asked_at: float) -> None:
        self.waits.append(time.perf_counter() - asked_at)
        self.statuses[answer[9:12].decode()] += 1
        for word, wanted in self.words:
            if wanted in answer:
                self.found[word] += 1

    def left(self, fault: Exception | None) -> None:
        self.clients -= 1
        if fault:
            self.statuses[type(fault).__name__] += 1
        if not self.clients:
            self.done.set_result(None)


async def _run(
    port: int, requests: Sequence[bytes], words: Sequence[str], arguments: argparse.Namespace
) -> Load:
    ready = _in_turn(requests, arguments.once)
    block = _Block(ready, words, arguments.clients, arguments.per_second)
    loop = asyncio.get_running_loop()
    began, busy = time.perf_counter(), time.process_time()
    block.ends_at = began + arguments.seconds
    for _ in range(arguments.clients):
        await loop.create_connection(lambda: _Client(block), "127.0.0.1", port)
    await block.done
    seconds = time.perf_counter() - began
    waits = sorted(block.waits) or [0.0]
    return Load(
        answers=len(block.waits),
        seconds=seconds,
        statuses=dict(block.statuses),
        words=dict(block.found),
        p50_ms=waits[len(waits) // 2] * 1000,
        p99_ms=waits[len(waits) * 99 // 100] * 1000,
        processor=(time.process_time() - busy) / seconds,
    )


def _in_turn(requests: Sequence[bytes], once: bool) -> Iterator[bytes]:
    while True:
        yield from requests
        if once:
            return


def put(
    port: int,
    requests: Sequence[bytes],
    *,
    seconds: float,
    clients: int,
    words: Sequence[str] = (),
    once: bool = False,
    per_second: float = 0.0,
) -> Load:
    """Load a server for some seconds, from another process; `once` sends no request twice.

    With `per_second`, requests are due at that rate, answered or not, and their waits are counted
    from then; without, each client asks as soon as it is answered.
    """
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        file.write(pickle.dumps(requests))
        file.flush()
        command = [sys.executable, "-m", "tests.bench.load", str(port), file.name]
        command += ["--clients", str(clients), "--seconds", str(seconds)]
        command += ["--per-second", str(per_second)]
        command += [f"--word={word}" for word in words] + (["--once"] if once else [])
        told = subprocess.run(command, check=True, capture_output=True, text=True)
    return Load(**json.loads(told.stdout))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("requests", type=Path)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--per-second", type=float, default=0.0)
    parser.add_argument("--word", action="append", default=[])
    parser.add_argument("--once", action="store_true")
    arguments = parser.parse_args()
    requests = pickle.loads(arguments.requests.read_bytes())
    print(json.dumps(asdict(uvloop.run(_run(arguments.port, requests, arguments.word, arguments)))))


if __name__ == "__main__":
    main()
