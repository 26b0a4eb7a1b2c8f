"""Many more clients than can be served, in one process of its own; they honour Retry-After.

Closed loop: each client asks again as soon as it is answered. Open loop (`--per-second`): requests
are due at that rate, answered or not. A client has one request under way and waits when he is told
to, so that many may be sent later than they were due: told is what the service took, from when a
request was sent, and beside it what it took from when it was due (coordinated omission). Who is
refused asks the same again when he was told to, and not before.

`python -m tests.bench.flood PORT REQUESTS --clients 4000 --seconds 8` prints one JSON object.
"""

import argparse
import asyncio
import json
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil
import uvloop


@dataclass(frozen=True, slots=True)
class Flood:
    """What some seconds of it came to. Waits are in milliseconds."""

    per_second: float
    """Accepted."""
    statuses: dict[str, int]
    accepted_p50: float
    accepted_p99: float
    due_p99: float
    """Of the accepted from when they were due: what the clients were late is in it. The same in a
    closed loop, where all are due when they are sent."""
    refused_p99: float
    storm_p99: float
    """Of those who were refused in the first seconds, when all came at once."""
    unanswered: int
    """Requests that stood without an answer at the end, for longer than two seconds."""
    cores: dict[str, float]
    """How many cores each watched process took with its children, and the clients themselves."""
    cpu_ms: dict[str, float]
    """Processor time for each accepted request, in milliseconds: what was refused is in it."""


@dataclass(slots=True)
class _Block:
    port: int
    requests: Iterator[bytes]
    ends_at: float
    gap: float
    next_at: float
    statuses: Counter[str] = field(default_factory=Counter)
    accepted: list[float] = field(default_factory=list)
    since_due: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    coming: set[Any] = field(default_factory=set)

    def begin_anew(self) -> None:
        self.statuses.clear()
        self.accepted.clear()
        self.since_due.clear()
        self.refused.clear()

    def connect(self, client: "_Client") -> None:
        loop = asyncio.get_running_loop()
        coming = loop.create_connection(lambda: client, "127.0.0.1", self.port)
        task = loop.create_task(coming)
        self.coming.add(task)
        task.add_done_callback(self.coming.discard)

    def due(self) -> float:
        now = time.perf_counter()
        if not self.gap:
            return now
        due, self.next_at = self.next_at, self.next_at + self.gap
        return due


class _Client(asyncio.Protocol):
    """One connection with one request under way."""

    def __init__(self, block: _Block) -> None:
        self.block = block
        self.buffer = b""
        self.asked_at = self.due = 0.0
        self.request = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        if self.request:
            self.send()
        else:
            self.ask()

    def ask(self) -> None:
        self.request = next(self.block.requests)
        self.due = self.block.due()
        self.later(self.due - time.perf_counter())

    def later(self, seconds: float) -> None:
        if seconds > 0:
            asyncio.get_running_loop().call_later(seconds, self.send)
        else:
            self.send()

    def send(self) -> None:
        if self.transport.is_closing():  # who waits for long is hung up on, as browsers know
            self.block.connect(self)
        elif time.perf_counter() < self.block.ends_at and self.request:
            self.asked_at = time.perf_counter()
            self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head = self.buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        if len(self.buffer) >= head + 4 + _number(self.buffer, b"content-length: "):
            answer, self.buffer = self.buffer, b""
            self.answered(answer)

    def answered(self, answer: bytes) -> None:
        now = time.perf_counter()
        waited, self.asked_at = now - self.asked_at, 0.0
        self.block.statuses[answer[9:12].decode()] += 1
        if answer[9:12] == b"503":
            self.block.refused.append(waited)
            seconds = _number(answer, b"retry-after: ")
            self.due = now + seconds
            self.later(seconds)
        else:
            self.block.accepted.append(waited)
            self.block.since_due.append(now - self.due)
            self.ask()

    def connection_lost(self, fault: Exception | None) -> None:
        self.buffer = b""
        if self.asked_at and time.perf_counter() < self.block.ends_at:
            self.block.statuses[type(fault).__name__ if fault else "closed"] += 1
            self.asked_at = 0.0
            self.later(1.0)


def _number(answer: bytes, name: bytes) -> int:
    start = answer.index(name) + len(name)
    return int(answer[start : answer.index(b"\r", start)])


async def _run(port: int, requests: list[bytes], given: argparse.Namespace) -> Flood:
    loop, now = asyncio.get_running_loop(), time.perf_counter()
    gap = 1 / given.per_second if given.per_second else 0.0
    block = _Block(port, cycle(requests), float("inf"), gap, now + 1)
    clients = [_Client(block) for _ in range(given.clients)]
    for client in clients:
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)
    await asyncio.sleep(given.settle)
    storm = list(block.refused)
    block.begin_anew()
    began, taken = time.perf_counter(), _taken(given.watch)
    block.ends_at = began + given.seconds
    await asyncio.sleep(given.seconds)
    accepted, seconds = len(block.accepted), time.perf_counter() - began
    took = {name: now - taken[name] for name, now in _taken(given.watch).items()}
    await asyncio.sleep(2.5)
    left = [c for c in clients if c.asked_at and time.perf_counter() - c.asked_at > 2]
    told = Flood(
        per_second=accepted / seconds,
        statuses=dict(block.statuses),
        accepted_p50=_at(block.accepted, 0.5),
        accepted_p99=_at(block.accepted, 0.99),
        due_p99=_at(block.since_due, 0.99),
        refused_p99=_at(block.refused, 0.99),
        storm_p99=_at(storm, 0.99),
        unanswered=len(left),
        cores={name: round(cpu / seconds, 2) for name, cpu in took.items()},
        cpu_ms={name: round(cpu / max(1, accepted) * 1000, 3) for name, cpu in took.items()},
    )
    for client in clients:
        client.transport.abort()
    return told


def _taken(watched: Mapping[str, int]) -> dict[str, float]:
    """Return the processor time that each has taken so far, in seconds, and we."""
    taken = {name: _seconds_of(psutil.Process(pid)) for name, pid in watched.items()}
    return {**taken, "clients": time.process_time()}


def _seconds_of(process: psutil.Process) -> float:
    """Return what a process took with its children, those that have ended included."""
    seconds = 0.0
    for each in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # it ended just now
            seconds += sum(each.cpu_times()[:4])
    return seconds


def _at(waits: list[float], part: float) -> float:
    ordered = sorted(waits) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000


def put(
    port: int,
    requests: Sequence[bytes],
    *,
    clients: int,
    seconds: float,
    settle: float = 4.0,
    per_second: float = 0.0,
    watch: Mapping[str, int] = MappingProxyType({}),
) -> Flood:
    """Flood a server from another process; measured are some seconds after it has settled."""
    with tempfile.NamedTemporaryFile(suffix=".requests") as file:
        file.write(pickle.dumps(list(requests)))
        file.flush()
        command = [sys.executable, "-m", "tests.bench.flood", str(port), file.name]
        command += ["--clients", str(clients), "--seconds", str(seconds)]
        command += ["--per-second", str(per_second), "--settle", str(settle)]
        command += ["--watch", json.dumps(dict(watch))]
        told = subprocess.run(command, check=True, capture_output=True, text=True)
    return Flood(**json.loads(told.stdout))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("requests", type=Path)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--settle", type=float, default=4.0)
    parser.add_argument("--per-second", type=float, default=0.0)
    parser.add_argument("--watch", type=json.loads, default={}, help='{"name": process id}')
    given = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    requests = pickle.loads(given.requests.read_bytes())
    print(json.dumps(asdict(uvloop.run(_run(given.port, requests, given)))))


if __name__ == "__main__":
    main()
