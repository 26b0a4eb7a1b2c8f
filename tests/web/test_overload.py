"""Too many at once: who is refused hears it at once, and a flood at one door stops no other."""

import asyncio
import contextlib
import gc
import json
import re
import socket
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from postal_tracker import access
from postal_tracker.web.http import connections, errors, garbage
from postal_tracker.web.http import proven as proven_keys
from postal_tracker.web.http.admission import share_of
from postal_tracker.web.http.proven import Proven
from postal_tracker.web.http.refusals import MANY, Refusals
from tests.centre import HOOK_SECRET, Centre
from tests.storage.callers import hold_up
from tests.web.serving import serving

pytestmark = pytest.mark.alone

FEW = {"under_way_carriers": 3, "under_way_staff": 3, "under_way_public": 3}

A_WRONG_PROOF = {"code": "ABCD-EFGH-JKMN", "phone_last4": "0000"}


class Town:
    """A small centre at an address, with room for three of each kind."""

    def __init__(self, centre: Centre, url: str) -> None:
        self.centre = centre
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=60)

    def key(self, role: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.centre.keys[role]}"}

    def writes(self, share: str, **headers: str) -> httpx.Response:
        """Ask for something that is kept."""
        path, role, body = {
            "carriers": ("events", "courier", {"events": [self.an_event()]}),
            "staff": ("messages/read-again", "desk", {}),
            "public": ("track", "", A_WRONG_PROOF),
        }[share]
        headers |= self.key(role) if role else {}
        return self.http.post(f"/api/v1/{path}", json=body, headers=headers)

    def an_event(self) -> dict[str, object]:
        return self.centre.an_event("EB100000005VN", "accepted")

    def looks(self, share: str) -> int:
        """Ask for something that is only read."""
        method, path, role = {
            "carriers": ("HEAD", f"/hooks/rehearsal/{HOOK_SECRET}", ""),
            "staff": ("GET", "/api/v1/dossiers", "desk"),
            "public": ("GET", "/", ""),
        }[share]
        headers = self.key(role) if role else {}
        return self.http.request(method, path, headers=headers).status_code

    def under_way(self, share: str) -> float:
        told = self.http.get("/metrics").text
        return float(re.search(rf'under_way{{share="{share}"}} (\S+)', told)[1])

    @contextlib.contextmanager
    def full(self, share: str):
        """Let as many wait for the writer as there is room for; give what they hear in the end."""
        slow, began, go_on = hold_up(self.centre.database)
        told: list[int] = []
        with ThreadPoolExecutor() as people:
            holding = people.submit(asyncio.run, self.centre.database.write(slow))
            try:
                assert began.wait(60)
                asked = [people.submit(self.writes, share) for _ in range(3)]
                while self.under_way(share) < 3:
                    time.sleep(0.01)
                yield told
            finally:
                go_on.set()
            holding.result()
            told += [a.result().status_code for a in asked]


@pytest.fixture
def town(sqlite_url):
    centre = Centre(sqlite_url, **FEW)
    with serving(centre) as url:
        made = Town(centre, url)
        assert made.looks("staff") == 200  # a key that was found right before
        yield made
        made.http.close()
    centre.house.close()


@pytest.mark.parametrize("share", ["carriers", "staff", "public"])
def test_a_full_door_refuses_at_once_and_stops_no_other(town, share):
    with town.full(share) as told:
        began = time.monotonic()
        refused = town.writes(share)
        waited = time.monotonic() - began
        others = [s for s in ("carriers", "staff", "public") if s != share]
        assert {s: town.looks(s) for s in others} == dict.fromkeys(others, 200)
        assert town.looks(share) == 503
        assert [town.http.get(p).status_code for p in ("/healthz", "/readyz")] == [200, 200]

    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/overload"
    assert 2 <= int(refused.headers["retry-after"]) <= 10
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert waited < 1
    assert 503 not in told, "who was let in is served"
    assert town.looks(share) == 200, "the place is free again"
    assert town.writes(share).status_code != 503


def test_who_is_refused_reads_it_in_their_language_and_people_read_a_page(town):
    with town.full("public"):
        vi, en = (town.writes("public", **{"accept-language": lang}) for lang in ("vi", "en"))
        page = town.http.get("/", headers={"accept": "text/html", "accept-language": "en"})

    assert "quá nhiều yêu cầu" in vi.json()["detail"]
    assert "too many requests" in en.json()["detail"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="en">' in page.text
    assert "try again" in page.text


def test_an_answered_request_is_gone_without_a_garbage_collector(town):
    gc.disable()
    try:
        before = requests_kept()
        for _ in range(5):
            assert town.writes("carriers").status_code == 200
        assert requests_kept() <= before + 1, "but for the last one of an open connection"
    finally:
        gc.enable()


def test_what_a_crowd_leaves_is_looked_for_when_the_crowd_has_left():
    ring = Ring()
    ring.itself, left = ring, weakref.ref(ring)
    crowd = garbage.Crowd()
    crowd.is_now(8_000)
    del ring
    gc.collect()
    assert left() is not None, "it is passed over"
    crowd.is_now(700)
    assert left() is None


class Ring:
    """What only a garbage collector lets go."""

    itself = None


def requests_kept():
    return sum(type(kept) is RequestResponseCycle for kept in gc.get_objects())


def test_refusals_are_counted_and_the_log_tells_of_them_but_not_of_each(town, caplog):
    with town.full("carriers"):
        before = shed(town)
        for _ in range(5):
            assert town.writes("carriers").status_code == 503
        assert shed(town) == before + 5

    assert len([r for r in caplog.records if r.message == "overload"]) == 1


def shed(town):
    told = town.http.get("/metrics").text
    found = re.search(r'postal_shed_requests_total{share="carriers"} (\S+)', told)
    return float(found[1]) if found else 0.0


def test_of_a_caller_who_hung_up_while_he_waited_nothing_is_kept(town):
    number = town.centre.a_parcel()
    body = json.dumps({"events": [town.centre.an_event(number, "accepted")]}).encode()
    head = f"POST /api/v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n"
    key = town.key("courier")["authorization"]
    with town.full("public"):
        with socket.create_connection(("127.0.0.1", town.http.base_url.port)) as wire:
            wire.sendall(f"{head}authorization: {key}\r\n\r\n".encode() + body)
            while town.under_way("carriers") < 1:
                time.sleep(0.01)
        time.sleep(0.1)

    found = town.http.get(f"/api/v1/parcels/{number}", headers=town.key("desk")).json()
    assert [e["milestone"] for e in found["events"] if e["milestone"] == "accepted"] == []


def test_all_are_told_another_time_to_come_again():
    assert {errors.seconds_to_wait() for _ in range(400)} == set(range(2, 11))


def test_among_many_who_are_refused_nobody_is_told_to_come_again_soon():
    told = [seconds_told(Refusals(https=False)) for _ in range(400)]
    crowded = Refusals(https=False)
    among_many = [seconds_told(crowded) for _ in range(MANY + 400)][MANY:]

    assert set(told) == set(range(2, 11))
    assert set(among_many) == set(range(7, 11))


def seconds_told(refusals):
    scope = {"type": "http", "path": "/api/v1/track", "query_string": b"", "headers": []}
    answer = refusals.on_the_wire(scope)
    return int(answer.split(b"retry-after: ")[1].split(b"\r")[0])


@pytest.mark.parametrize(
    ("path", "headers", "share"),
    [
        ("/hooks/ghn/secret", {}, "carriers"),
        ("/api/v1/events", {}, "carriers"),
        ("/desk", {"cookie": "sid=x"}, "staff"),
        ("/desk", {"cookie": "__Host-sid=x; lang=en"}, "staff"),
        ("/courier/EB1", {"cookie": "sid=x"}, "staff"),
        ("/api/v1/dossiers", {"authorization": "Bearer x"}, "staff"),
        ("/api/v1/dossiers", {}, "public"),
        ("/api/v1/dossiers", {"authorization": "bearer  x "}, "staff"),
        ("/desk", {"cookie": "lang=en;sid=x"}, "staff"),
        ("/desk/sign-in", {"cookie": "lang=en"}, "public"),
        ("/desk", {"cookie": "sid=y"}, "public"),
        ("/desk", {"cookie": "sid="}, "public"),
        ("/desk", {"cookie": "side=x; lang=sid=x"}, "public"),
        ("/api/v1/dossiers", {"authorization": "Bearer y"}, "public"),
        ("/api/v1/dossiers", {"authorization": "x"}, "public"),
        ("/api/v1/dossiers", {"authorization": ""}, "public"),
        ("/api/v1/track", {}, "public"),
        ("/", {"cookie": "sid=x"}, "public"),
        ("/t/token", {}, "public"),
        ("/static/css/base.css", {}, "public"),
    ],
)
def test_whose_request_it_is_is_told_by_address_and_credential(path, headers, share):
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    proven = Proven()
    proven.note("x", is_right=True)
    proven.note("y", is_right=True)
    proven.note("y", is_right=False)
    assert share_of({"path": path, "headers": raw}, proven) == share


def test_who_makes_up_a_key_or_a_session_stands_where_the_public_stands(town):
    """A crowd of them would else fill the staff's share, and the desk could not work."""
    desk, made_up = town.key("desk"), f"pt_{'A' * 8}_{'B' * 52}"
    stolen = town.centre.keys["courier"]  # a right one, never shown here before
    with town.full("public"):
        for headers in (
            {"authorization": f"Bearer {made_up}"},
            {"cookie": "sid=0123456789abcdef"},
            {"authorization": f"Bearer {stolen}"},
        ):
            refused = town.http.get("/api/v1/dossiers", headers=headers)
            assert refused.json()["type"] == "/problems/overload"
        assert town.http.get("/api/v1/dossiers", headers=desk).status_code == 200


def test_a_key_that_is_revoked_is_soon_one_of_the_publics(town):
    """It stands in the staff's share until it has been refused once."""
    house, key = town.centre.house, town.centre.keys["desk"]
    house.database.write_now(lambda s: access.revoke_key(s, key.split("_")[1], house.now()))
    house.known_keys.forget_all()
    assert town.looks("staff") == 401
    with town.full("public"):
        assert town.looks("staff") == 503


def test_of_credentials_the_newest_are_remembered_and_none_for_ever(monkeypatch):
    monkeypatch.setattr(proven_keys, "MOST", 2)
    proven, now = Proven(), time.monotonic()
    for name in ("a", "b", "a", "c"):
        proven.note(name, is_right=True)

    def known() -> list[str]:
        return [n for n in "abc" if proven.stands_in([(b"cookie", f"sid={n}".encode())])]

    assert known() == ["a", "c"]
    monkeypatch.setattr(proven_keys.time, "monotonic", lambda: now + proven_keys.SECONDS + 60)
    assert known() == []


def busy_loop(app):
    """Let each turn of the event loop take 10 ms more, from the first request on."""
    ticking = []

    async def tick() -> None:
        while True:
            time.sleep(0.01)
            await asyncio.sleep(0)

    async def dressed(scope, receive, send) -> None:
        if not ticking:
            ticking.append(asyncio.get_running_loop().create_task(tick()))
        await app(scope, receive, send)

    return dressed


@pytest.mark.slow
def test_who_come_at_one_moment_are_not_taken_in_one_by_one(sqlite_url):
    """libuv accepts one connection for each listening handle and turn: the last waited for 14 s."""
    come = 200
    centre = Centre(sqlite_url)
    with serving(centre, busy_loop) as url, contextlib.ExitStack() as open_:
        httpx.get(f"{url}/healthz", trust_env=False)
        there = ("127.0.0.1", int(url.rpartition(":")[2]))
        began = time.monotonic()
        wires = [open_.enter_context(socket.create_connection(there, 60)) for _ in range(come)]
        for wire in wires:
            wire.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert all(wire.recv(65_536).startswith(b"HTTP/1.1 200") for wire in wires)
        waited = time.monotonic() - began
    centre.house.close()

    assert waited < come * 0.01 * 0.75


def test_a_crowd_is_answered_to_the_last_and_the_door_is_open_when_it_has_gone(town):
    """Three have room; of 300 who come at once each hears something, and /healthz is answered."""
    key, there = town.key("courier")["authorization"], ("127.0.0.1", town.http.base_url.port)
    town.http.get("/healthz")
    with contextlib.ExitStack() as open_:
        wires = [open_.enter_context(socket.create_connection(there, 60)) for _ in range(300)]
        for wire in wires:
            body = json.dumps({"events": [town.an_event()]}).encode()
            head = "POST /api/v1/events HTTP/1.1\r\nhost: localhost\r\n"
            head += f"content-length: {len(body)}\r\n"
            wire.sendall(f"{head}authorization: {key}\r\n\r\n".encode() + body)
        began = time.monotonic()
        assert town.http.get("/healthz").status_code == 200
        waited = time.monotonic() - began
        told = {wire.recv(65_536)[9:12] for wire in wires}

    assert told == {b"200", b"503"}
    assert waited < 2, "0.2 s on a machine of its own"
    assert town.writes("carriers").status_code == 200
    assert town.under_way("carriers") == 0


@pytest.mark.parametrize(
    ("request_line", "more"),
    [
        ("POST /api/v1/events HTTP/1.1", "content-length: 2"),
        ("POST /api/v1/events?lang=en HTTP/1.1", "content-length: 2"),
        ("POST /api/v1/%65vents HTTP/1.1", "content-length: 2"),
        ("POST http://x/api/v1/events HTTP/1.1", "content-length: 2"),
        ("POST /api/v1/events HTTP/1.1", "content-length: 2\r\nconnection: close"),
        ("POST /api/v1/events HTTP/1.0", "content-length: 2"),
        ("POST /api/v1/events HTTP/1.1", "transfer-encoding: chunked"),
    ],
)
def test_however_a_request_is_written_it_is_refused_and_the_next_is_heard(town, request_line, more):
    """The short way to a refusal and the long one answer alike, and keep the connection alike."""
    chunked = more.startswith("transfer")
    body = b"2\r\n{}\r\n0\r\n\r\n" if chunked else b"{}"
    stays = request_line.endswith("1.1") and "close" not in more
    with town.full("carriers"), comes_to(town) as wire:
        for _ in range(3 if stays else 1):
            wire.sendall(f"{request_line}\r\nhost: localhost\r\n{more}\r\n\r\n".encode())
            wire.sendall(body[:1])  # an answer may come before the body is whole
            time.sleep(0.01)
            wire.sendall(body[1:])
            head, told = an_answer(wire)
            assert head.startswith("HTTP/1.1 503")
            assert re.search(r"retry-after: ([2-9]|10)\r\n", head)
            assert all(f"\r\n{name}: " in head for name in ("date", "cache-control"))
            assert json.loads(told)["type"] == "/problems/overload"
        if stays:
            wire.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            assert an_answer(wire)[0].startswith("HTTP/1.1 200")
        else:
            assert wire.recv(1) == b""


def test_who_is_refused_with_several_requests_under_way_hears_them_in_their_order(town):
    with town.full("carriers"), comes_to(town) as wire:
        wire.sendall(
            b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
            b"POST /api/v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}"
            b"HEAD /hooks/ghn/x HTTP/1.1\r\nhost: localhost\r\n\r\n"
            b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
        )
        told = b""
        while told.count(b"HTTP/1.1 ") < 4 or not told.endswith(b"}"):
            told += wire.recv(65_536)
    assert re.findall(rb"HTTP/1.1 (\d+)", told) == [b"200", b"503", b"503", b"200"]
    assert told.count(b"/problems/overload") == 1, "to HEAD belongs no body"


def test_who_is_refused_among_a_crowd_hears_when_to_come_again_and_is_hung_up_on(town, monkeypatch):
    monkeypatch.setattr(connections, "MOST_WHO_STAY", 0)
    with town.full("carriers"), comes_to(town) as wire:
        wire.sendall(
            b"POST /api/v1/events HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}"
        )
        head, told = an_answer(wire)
        assert head.startswith("HTTP/1.1 503")
        assert "\r\nconnection: close" in head
        assert json.loads(told)["type"] == "/problems/overload"
        assert wire.recv(1) == b""


def comes_to(town):
    return socket.create_connection(("127.0.0.1", town.http.base_url.port), 20)


def an_answer(wire):
    told = b""
    while b"\r\n\r\n" not in told:
        told += wire.recv(65_536)
    head, _, body = told.partition(b"\r\n\r\n")
    length = int(re.search(rb"content-length: (\d+)", head)[1])
    while len(body) < length:
        body += wire.recv(65_536)
    assert len(body) == length
    return head.decode() + "\r\n", body
