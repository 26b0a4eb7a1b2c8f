"""Real processes on loopback: started, watched for so many seconds, ended by their own signal."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]

OURS = (sys.executable, "-m", "postal_tracker")
"""How the command is called out of the source; an installed one has a name of its own."""


def surroundings(**settings: str) -> dict[str, str]:
    """Return an environment in which no setting of ours stands but those given."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("POSTAL_")}
    return {**env, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "POSTAL_PORT": "0", **settings}


GIVEN = "mat-khau-do-nguoi-khac-dat-5"
"""What is typed at the server; its person chooses another in the browser."""


def chooses(client: httpx.Client, password: str) -> None:
    """Let somebody who has just signed in with the given password choose one of his own."""
    page = client.get("/desk/password").text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": token, "old_password": GIVEN, "password": password, "again": password}
    same = {"sec-fetch-site": "same-origin"}
    assert client.post("/desk/password", data=fields, headers=same).status_code == 303


def command(
    folder: Path,
    *arguments: str,
    program: Sequence[str] = OURS,
    typed_in: str = "",
    **settings: str,
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*program, *arguments],
        cwd=folder,
        env=surroundings(**settings),
        input=typed_in,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def started(
    folder: Path, *arguments: str, program: Sequence[str] = OURS, **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command that goes on; what it prints stands in `said.txt`. Killed if still alive."""
    with (folder / "said.txt").open("ab") as said:
        process = subprocess.Popen(
            [*program, *arguments],
            cwd=folder,
            env=surroundings(**settings),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def ended(process: subprocess.Popen[bytes], with_: int = signal.SIGINT) -> tuple[int, float]:
    """Send a signal; return the exit code and how many seconds the end took."""
    began = time.monotonic()
    process.send_signal(with_)
    code = process.wait(timeout=100)
    return code, time.monotonic() - began


@contextmanager
def a_port() -> Iterator[int]:
    """A port of this machine that nobody else is given; who is told of it may listen there."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        yield kept.getsockname()[1]


def until(seen: Callable[[], Any], *, seconds: float = 100) -> Any:
    """Return the first thing seen that is something; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            found = seen()
        except (httpx.HTTPError, OSError, json.JSONDecodeError):
            found = None
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"not seen within {seconds} seconds")
