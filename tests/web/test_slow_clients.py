"""Who sends half a request and falls silent, or takes no answer, keeps nobody's place for long."""

import asyncio
import contextlib
import json
import logging
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse

import pytest

from postal_tracker.web.http import connections, lingering, server_log
from tests.centre import Centre
from tests.storage.callers import hold_up
from tests.web.serving import serving

pytestmark = pytest.mark.alone

BOUND = 0.2
"""Seconds; the setting's default is 30."""

HEAD = b"POST /api/v1/track HTTP/1.1\r\nhost: localhost\r\n"
GET = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n"
A_PROOF = json.dumps({"code": "ABCD-EFGH-JKMN", "phone_last4": "0000"}).encode()


class Street:
    """A centre at a port, and whoever comes there with bare bytes."""

    def __init__(self, centre: Centre, url: str) -> None:
        self.centre = centre
        self.port = int(url.rpartition(":")[2])

    def comes(self, at: str = "127.0.0.1") -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 20, source_address=(at, 0))

    def hears(self, *parts: bytes, pause: float = 0.0) -> bytes:
        """Send parts with a pause after each; return all that is heard until it is hung up."""
        with self.comes() as wire, contextlib.suppress(ConnectionError):
            for part in parts:
                wire.sendall(part)
                time.sleep(pause)
            return until_the_end(wire)
        return b""


def until_the_end(wire: socket.socket) -> bytes:
    heard = b""
    with contextlib.suppress(ConnectionError):
        while more := wire.recv(65_536):
            heard += more
    return heard


def is_cut(wire: socket.socket) -> bool:
    wire.settimeout(5)
    with contextlib.suppress(ConnectionError):
        return wire.recv(1) == b""
    return True


@contextlib.contextmanager
def a_street(url, **settings):
    centre = Centre(url, **{"slow_client_seconds": BOUND, **settings})
    with serving(centre) as address:
        yield Street(centre, address)
    centre.house.close()


@pytest.fixture
def street(sqlite_url):
    with a_street(sqlite_url) as made:
        yield made


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n",
        b"POST /api",
        HEAD,
        HEAD + b"content-length: 100\r\n\r\n",
        HEAD + b"content-length: 100\r\n\r\n{",
        HEAD + b"transfer-encoding: chunked\r\n\r\n5\r\n{",
        HEAD + b"content-length: 100\r\nexpect: 100-continue\r\n\r\n",
    ],
    ids=[
        "nothing",
        "line",
        "address",
        "head",
        "no body",
        "half body",
        "half chunk",
        "expected body",
    ],
)
def test_who_falls_silent_in_the_middle_is_cut(street, sent):
    began = time.monotonic()
    heard = street.hears(sent)

    assert BOUND * 0.8 < time.monotonic() - began < BOUND + 3
    assert b" 200 " not in heard


@pytest.mark.parametrize(
    "head", [HEAD, HEAD + b"content-length: 999\r\n\r\n"], ids=["head", "body"]
)
def test_who_sends_a_byte_now_and_then_is_cut_all_the_same(street, head):
    began = time.monotonic()
    street.hears(head, *[b"a"] * 100, pause=BOUND / 5)

    assert time.monotonic() - began < 20 * BOUND


def test_the_second_request_of_a_connection_is_bounded_like_the_first(street):
    with street.comes() as wire:
        wire.sendall(GET + b"\r\n" + GET)
        began = time.monotonic()
        heard = until_the_end(wire)

    assert heard.count(b"HTTP/1.1 200") == 1
    assert time.monotonic() - began < BOUND + 3


@pytest.mark.slow
def test_who_sends_slowly_but_steadily_is_heard(sqlite_url):
    body = A_PROOF[:-1] + b" " * 3200 + b"}"
    head = HEAD + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
    parts = [body[n : n + 1000] for n in range(0, len(body), 1000)]

    with a_street(sqlite_url, slow_client_seconds=2) as street:
        assert b"HTTP/1.1 404" in street.hears(head, *parts, pause=0.7)


def test_who_waits_for_our_answer_is_not_cut(street):
    slow, began, go_on = hold_up(street.centre.database)
    head = HEAD + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(A_PROOF)
    with ThreadPoolExecutor() as people:
        holding = people.submit(asyncio.run, street.centre.database.write(slow))
        assert began.wait(60)
        waiting = people.submit(street.hears, head + A_PROOF)
        time.sleep(3 * BOUND)
        assert not waiting.done()
        go_on.set()
        holding.result()
        assert b"HTTP/1.1 404" in waiting.result()


@pytest.mark.slow
def test_who_takes_no_answer_is_cut(street):
    wanted = 20  # of 1.4 MB: more than the system keeps for us
    with street.comes() as wire:
        wire.sendall(
            b"GET /static/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n" * wanted
        )
        time.sleep(6 * BOUND)
        heard = until_the_end(wire)

    assert 0 < heard.count(b"HTTP/1.1 200") < wanted


LONG = b"a" * (33 * 1024)


@pytest.fixture
def patient_street(sqlite_url):
    with a_street(sqlite_url, slow_client_seconds=60) as made:
        yield made


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /" + LONG + b" HTTP/1.1\r\nhost: localhost\r\n\r\n",
        GET + b"x: " + LONG + b"\r\n\r\n",
        GET + b"x: y\r\n" * 100 + b"\r\n",
        HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\n" + b"x: y\r\n" * 110 + b"\r\n",
    ],
    ids=["address", "header", "many headers", "trailers"],
)
def test_a_head_without_measure_is_refused(patient_street, sent):
    heard = patient_street.hears(sent)

    assert heard.startswith(b"HTTP/1.1 431")
    assert b"/problems/head-too-large" in heard


@pytest.mark.parametrize("part", [b"x: " + b"a" * 5000, b"a" * 5000], ids=["headers", "a header"])
def test_a_head_that_does_not_end_is_cut_before_it_is_long(patient_street, part):
    sent = 0
    with patient_street.comes() as wire, contextlib.suppress(ConnectionError):
        wire.sendall(GET + b"x: ")
        while sent < 1_000_000:
            wire.sendall(part)
            sent += len(part)
            time.sleep(0.01)
    assert sent < 200_000


def test_a_long_body_is_not_taken_for_a_head(patient_street):
    body = A_PROOF[:-1] + b" " * 60_000 + b"}"
    hook = HEAD.replace(b"/api/v1/track", b"/hooks/rehearsal/wrong-secret-0123456789")
    whole = hook + b"content-length: %d\r\n\r\n" % len(body) + body
    with patient_street.comes() as wire:
        for _ in range(3):
            wire.sendall(whole)
            answer = HTTPResponse(wire)
            answer.begin()
            assert answer.status == 401
            answer.read()


def test_what_is_no_http_is_told_so_like_every_other_fault(street):
    heard = street.hears(b"HELO post.example\r\n\r\n")

    assert heard.startswith(b"HTTP/1.1 400")
    assert b"/problems/bad-request" in heard
    assert b"nosniff" in heard


@pytest.mark.parametrize(
    "lengths",
    [
        b"content-length: 5\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding: chunked\r\ncontent-length: 5\r\n",
        b"content-length: 5\r\ncontent-length: 6\r\n",
        b"content-length: +5\r\n",
        b"transfer-encoding: gzip, identity\r\n",
    ],
)
def test_a_request_that_says_its_length_in_two_ways_smuggles_no_second(street, lengths):
    """Request smuggling: we and a proxy before us must not differ on where a request ends."""
    heard = street.hears(HEAD + lengths + b"\r\n0\r\n\r\n" + GET + b"\r\n")

    assert heard.startswith(b"HTTP/1.1 400")
    assert heard.count(b"HTTP/1.1") == 1


def test_the_log_does_not_tell_of_each_who_speaks_no_http(street, caplog, monkeypatch):
    logger = logging.getLogger("uvicorn.error")
    (filter_,) = [f for f in logger.filters if isinstance(f, server_log._NotEach)]
    monkeypatch.setattr(filter_, "told_at", {})
    for _ in range(5):
        street.hears(b"HELO post.example\r\n\r\n")

    assert len([r for r in caplog.records if "Invalid HTTP" in r.message]) == 1


def test_a_hundred_headers_and_long_ones_are_taken(street):
    headers = b"x: y\r\n" * 97 + b"cookie: " + b"a" * 16_000 + b"\r\nconnection: close\r\n\r\n"

    assert street.hears(GET + headers).startswith(b"HTTP/1.1 200")


@pytest.fixture
def strangers(monkeypatch):
    """Let addresses of this machine count as networks, for there are no others here."""
    monkeypatch.setattr(connections, "_counted_network", lambda client: client[0])


def test_one_network_keeps_so_many_connections_open(sqlite_url, strangers):
    with (
        a_street(sqlite_url, connections_per_network=2, slow_client_seconds=30) as street,
        contextlib.ExitStack() as open_,
    ):
        first, _second = (open_.enter_context(street.comes("127.0.0.2")) for _ in range(2))
        time.sleep(0.1)
        assert is_cut(open_.enter_context(street.comes("127.0.0.2")))
        assert b" 200 " in asked(open_.enter_context(street.comes("127.0.0.3")))
        assert b" 200 " in asked(first)
        first.close()
        time.sleep(0.1)
        assert b" 200 " in asked(open_.enter_context(street.comes("127.0.0.2")))


def test_a_proxy_keeps_as_many_as_it_likes(sqlite_url, strangers):
    with (
        a_street(
            sqlite_url, connections_per_network=2, behind_proxy=True, slow_client_seconds=60
        ) as street,
        contextlib.ExitStack() as open_,
    ):
        wires = [open_.enter_context(street.comes("127.0.0.2")) for _ in range(4)]
        assert all(b" 200 " in asked(wire) for wire in wires)


def asked(wire: socket.socket) -> bytes:
    wire.sendall(GET + b"\r\n")
    return wire.recv(65_536)


@pytest.mark.parametrize(
    ("client", "network"),
    [
        (None, ""),
        (("127.0.0.1", 1), ""),
        (("127.8.9.1", 1), ""),
        (("::1", 1), ""),
        (("::ffff:127.0.0.1", 1), ""),
        (("192.168.1.7", 1), "192.168.1.7"),
        (("::ffff:192.168.1.7", 1), "192.168.1.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
    ],
)
def test_a_network_is_an_address_or_what_a_household_is_given_and_never_this_machine(
    client, network
):
    assert connections._counted_network(client) == network


@pytest.mark.parametrize("ending", ["HTTP/1.0\r\n", "HTTP/1.1\r\nconnection: close\r\n"])
def test_who_sends_too_much_hears_it_though_his_connection_ends_with_it(sqlite_url, ending):
    """As proxies ask: a connection for each request. Closed without reading, they tell of 502."""
    body = b"x" * (3 * 1024 * 1024)
    line = f"POST /api/v1/track {ending}host: localhost\r\n"
    head = f"{line}content-length: {len(body)}\r\n\r\n".encode()
    heard = []
    with a_street(sqlite_url, slow_client_seconds=30) as street:
        for _ in range(8):
            with street.comes() as wire:
                wire.sendall(head)
                for start in range(0, len(body), 65_536):
                    wire.sendall(body[start : start + 65_536])
                heard.append(until_the_end(wire)[9:12])  # head and body may come one by one

    assert heard == [b"413"] * 8


@pytest.mark.slow
def test_who_goes_on_sending_after_his_answer_is_not_read_for_ever(sqlite_url, monkeypatch):
    monkeypatch.setattr(lingering, "MOST_BYTES", 4 * 1024 * 1024)
    monkeypatch.setattr(lingering, "SECONDS", 1.0)
    head = b"POST /api/v1/track HTTP/1.0\r\nhost: localhost\r\ncontent-length: 9999999999\r\n\r\n"
    with a_street(sqlite_url, slow_client_seconds=30) as street:
        for pause, most in ((0.0, 20 * 1024 * 1024), (0.1, 40 * 65_536)):
            sent = 0
            with street.comes() as wire, contextlib.suppress(ConnectionError):
                wire.sendall(head)
                while sent < 2 * most:
                    wire.sendall(b"x" * 65_536)
                    sent += 65_536
                    time.sleep(pause)
            assert sent < most
