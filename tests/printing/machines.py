"""Printers to test with: real ones on loopback, each with a temper of its own, and a fake `lp`."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Machine:
    """A label printer on the network; `jobs` holds what each connection brought."""

    listening: socket.socket
    jobs: list[bytes] = field(default_factory=list)
    breaks_off_at: list[int | None] = field(default_factory=list)
    """Of the next connections: after how many bytes the printer drops them; None: it does not."""
    jobs_until_off: int = 0
    """After how many jobs somebody switches it off; 0: nobody does."""
    reads: bool = True
    reads_slowly: bool = False

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listening.getsockname()[1]}"

    def work(self) -> None:
        kept = []
        while True:
            try:
                line, _ = self.listening.accept()
            except OSError:  # switched off
                break
            if not self.reads:
                kept.append(line)
                continue
            if self.jobs_until_off == len(self.jobs) + 1:
                self.listening.close()
            self.take(line)
        for line in kept:
            line.close()

    def take(self, line: socket.socket) -> None:
        most = self.breaks_off_at.pop(0) if self.breaks_off_at else None
        got = b""
        with line:
            while most is None or len(got) < most:
                if self.reads_slowly:
                    time.sleep(0.02)
                at_once = 4096 if self.reads_slowly else 65536
                piece = line.recv(at_once if most is None else most - len(got))
                if not piece:
                    break
                got += piece
        self.jobs.append(got)


@contextmanager
def machine(
    address: str = "127.0.0.1:0", *, reads: bool = True, reads_slowly: bool = False
) -> Iterator[Machine]:
    """Switch a printer on, and off again."""
    host, _, port = address.partition(":")
    with socket.create_server((host, int(port))) as listening:
        if reads_slowly:  # into a small memory
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        made = Machine(listening, reads=reads, reads_slowly=reads_slowly)
        thread = threading.Thread(target=made.work, name="printer on loopback")
        thread.start()
        try:
            yield made
        finally:
            with suppress(OSError):  # it may be off already
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(timeout=60)


_unheard: list[socket.socket] = []


def address_of_nobody() -> str:
    """Return an address at which nothing listens, and nothing will but a machine put there."""
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    _unheard.append(kept)
    return f"127.0.0.1:{kept.getsockname()[1]}"


def fake_lp(folder: Path, *, script: str = "exit 0") -> Path:
    """Put an `lp` into a folder that keeps its arguments and what it is fed, then does as told."""
    folder.mkdir(exist_ok=True)
    program = folder / "lp"
    program.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > "{folder}/arguments"\ncat > "{folder}/fed"\n{script}\n'
    )
    program.chmod(0o755)
    return program
