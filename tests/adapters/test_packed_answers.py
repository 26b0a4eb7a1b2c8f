"""What a carrier's answer may weigh, packed or not: a few kilobytes can hold gigabytes."""

import asyncio
import gzip
import resource
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from adapters.asking import MOST_BYTES, fetch
from adapters.carrier import Unreachable

MIB = 1024 * 1024


@contextmanager
def a_carrier(body: bytes, encoding: str, asked: list[str], status: int = 200) -> Iterator[str]:
    """Serve one answer on loopback, packed as it says; note how it was asked for."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("accept-encoding", ""))
            self.send_response(status)
            if encoding:
                self.send_header("content-encoding", encoding)
            self.end_headers()
            with suppress(OSError):  # whoever asked has heard enough
                self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answer_of(body: bytes, encoding: str, status: int = 200) -> tuple[bytes, list[str]]:
    async def ask(url: str) -> bytes:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await fetch(client, "GET", url, headers={"X-Own": "1"})

    asked: list[str] = []
    with a_carrier(body, encoding, asked, status) as url:
        return asyncio.run(ask(url)), asked


def a_bomb() -> bytes:
    """Return 128 MiB of nothing, packed a thousand times smaller: as small as gzip makes it."""
    pack = zlib.compressobj(9, wbits=31)
    nothing = bytes(MIB)
    return b"".join([*(pack.compress(nothing) for _ in range(128)), pack.flush()])


def test_an_answer_is_asked_for_unpacked() -> None:
    body, asked = answer_of(b"{}", "")

    assert body == b"{}"
    assert asked == ["identity"]


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP", " gzip "])
def test_a_carrier_that_packs_all_the_same_is_read(encoding: str) -> None:
    text = b'{"data": "' + b"x" * (MOST_BYTES - 100) + b'"}'

    assert answer_of(gzip.compress(text, mtime=0), encoding)[0] == text


def test_what_unpacks_to_a_thousand_times_its_size_is_refused_before_it_is_unpacked() -> None:
    bomb = a_bomb()
    before, used = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(Unreachable, match="longer than 1 MiB"):
        answer_of(bomb, "gzip")

    assert time.process_time() - before < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used < 32 * 1024  # KiB


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (zlib.compress(b"{}"), "deflate"),
        (b"\x0b\x02\x80{}\x03", "br"),
        (gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0), "gzip, gzip"),
        (b"{}", "gzip"),
        (b"x" * (MOST_BYTES + 1), ""),
        (gzip.compress(b"x" * (MOST_BYTES + 1), mtime=0), "gzip"),
    ],
)
def test_what_is_packed_otherwise_wrongly_or_too_long_is_refused(
    body: bytes, encoding: str
) -> None:
    with pytest.raises(Unreachable):
        answer_of(body, encoding)


def test_an_error_that_is_a_bomb_is_an_error_without_a_word() -> None:
    with pytest.raises(Unreachable, match="HTTP 500"):
        answer_of(gzip.compress(bytes(8 * MIB), mtime=0), "gzip", 500)
