"""The rehearsal carrier, asked, told and listened to over real HTTP on loopback."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from adapters.carrier import Announcement, Forged, Unreachable, Unreadable
from adapters.event import Milestone, Source
from adapters.registry import CarrierSettings, build
from adapters.rehearsal import NUMBERS_PER_QUESTION, Rehearsal
from postal_tracker.rehearsal.post import RehearsalSettings
from postal_tracker.rehearsal.service import running

TOKEN = "whsec_" + "cmVoZWFyc2Fs" * 3
MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
WEEK_IN_MINUTES = 7 * 24 * 60
PARCEL, OTHER = "EE123456785VN", "RR202600011VN"


class Receiver:
    """Whoever listens for hooks; answers 200 unless told otherwise."""

    def __init__(self, *answers):
        self.messages = []
        self.statuses = []
        self._answers = list(answers)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.messages.append((headers, body))
                status = receiver._answers.pop(0) if receiver._answers else 200
                receiver.statuses.append(status)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks/rehearsal/x"

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def events(self, carrier):
        return [e for _, body in self.messages for e in carrier.read_message(body)]


class Staged:
    """A post with its clock in our hands, the carrier that speaks with it, and its listener."""

    def __init__(self, url, receiver):
        self.carrier = build({"rehearsal": CarrierSettings(base_url=url + "/", token=TOKEN)})[
            "rehearsal"
        ]
        self.receiver = receiver
        self._client = httpx.Client(
            base_url=url,
            headers={"authorization": f"Bearer {TOKEN}"},
            timeout=60,
            trust_env=False,
            verify=False,  # plain HTTP: reading the certificates would take longer than the test
        )

    def do(self, path, **body):
        answer = self._client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def pass_time(self, minutes=WEEK_IN_MINUTES):
        moved = self.do("/clock/advance", minutes=minutes, wait_seconds=30)
        assert moved["all_sent"]
        return moved

    def ask(self, *numbers):
        return asked(self.carrier, *numbers)

    def heard(self):
        return self.receiver.events(self.carrier)


@contextlib.contextmanager
def staged(*answers, **settings):
    with Receiver(*answers) as receiver:
        given = {"speed": 0, "starts_at": MONDAY, "first_pause_seconds": 0.0002, **settings}
        with running(RehearsalSettings(token=TOKEN, hook_url=receiver.url, **given)) as url:
            stage = Staged(url, receiver)
            with stage._client:
                yield stage


@pytest.fixture
def stage():
    with staged() as stage:
        yield stage


@pytest.fixture(scope="module")
def any_stage():
    """For tests that put nothing into the post."""
    with staged() as stage:
        yield stage


def with_client(call):
    async def calling():
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=60) as client:
            return await call(client)

    return asyncio.run(calling())


def asked(carrier, *numbers):
    return with_client(lambda client: carrier.ask(client, numbers))


def announced(carrier, number, to="Phường Cầu Giấy, Hà Nội"):
    parcel = Announcement(number, "Uông Bí", to, 3)
    with_client(lambda client: carrier.announce(client, parcel))


def a_carrier_that_answers(answer):
    """Serve one raw HTTP answer to whatever is asked; return the carrier at that address."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        with listening, listening.accept()[0] as caller:
            caller.recv(65536)
            with contextlib.suppress(ConnectionError):
                caller.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    return Rehearsal(url, TOKEN, (TOKEN,)), thread


def test_a_whole_journey_is_heard_and_asked_alike(stage):
    announced(stage.carrier, PARCEL)
    stage.do("/pickups", tracking_numbers=[PARCEL], fate="failed_once")
    stage.pass_time()

    heard = stage.heard()
    assert [event.milestone for event in heard] == [
        Milestone.ANNOUNCED,
        Milestone.ACCEPTED,
        *[Milestone.IN_TRANSIT] * 5,
        Milestone.ARRIVED_AT_DELIVERY_OFFICE,
        Milestone.OUT_FOR_DELIVERY,
        Milestone.DELIVERY_FAILED,
        Milestone.OUT_FOR_DELIVERY,
        Milestone.DELIVERED,
    ]
    assert heard == stage.ask(PARCEL)
    assert heard[-1].place == "Bưu cục Cầu Giấy, Hà Nội"
    assert heard[-3].reason == "nobody_home"


def test_every_hook_is_signed_and_only_with_the_tokens_key(stage):
    stage.do("/pickups", tracking_numbers=[PARCEL], fate="delivered")
    stage.pass_time()

    stranger = Rehearsal("", TOKEN, ("another key altogether",))
    for headers, body in stage.receiver.messages:
        assert stage.carrier.verify(headers, {}, body) is Source.SIGNED
        for forged in ({**headers, "webhook-id": "msg_x"}, {}):
            with pytest.raises(Forged):
                stage.carrier.verify(forged, {}, body)
        with pytest.raises(Forged):
            stage.carrier.verify(headers, {}, body + b" ")
        with pytest.raises(Forged):
            stranger.verify(headers, {}, body)


def test_without_a_token_no_message_is_believed():
    carrier = build({"rehearsal": CarrierSettings()})["rehearsal"]

    with pytest.raises(Forged):
        carrier.verify({"webhook-id": "m", "webhook-timestamp": "1"}, {}, b"{}")
    assert not carrier.can_be_asked
    assert not carrier.takes_announcements


def test_a_key_that_is_none_is_found_out_at_once():
    with pytest.raises(ValueError):  # noqa: PT011 - base64 words its own
        build({"rehearsal": CarrierSettings(token="whsec_bưu cục")})


def test_nothing_is_heard_before_the_postman_has_it(stage):
    announced(stage.carrier, PARCEL)
    announced(stage.carrier, PARCEL, to="Móng Cái")
    stage.pass_time()

    assert [event.milestone for event in stage.ask(PARCEL)] == [Milestone.ANNOUNCED]


def test_a_parcel_nobody_announced_is_carried_too(stage):
    assert stage.do("/pickups", tracking_numbers=[PARCEL]) == {"picked_up": [PARCEL]}
    assert stage.do("/pickups", tracking_numbers=[PARCEL, OTHER]) == {"picked_up": [OTHER]}

    assert [e.milestone for e in stage.ask(PARCEL, OTHER)] == [Milestone.ACCEPTED] * 2


def test_a_status_nobody_knows_comes_through_word_for_word(stage):
    stage.do("/pickups", tracking_numbers=[PARCEL], fate="unrecognised")
    stage.pass_time()

    (strange,) = (e for e in stage.ask(PARCEL) if e.milestone is Milestone.UNRECOGNISED)
    assert strange.carrier_code == "KIEM_HOA_LAI"


def test_a_clock_moved_by_hand_stamps_its_own_time(stage):
    stage.do("/pickups", tracking_numbers=[PARCEL], fate="delivered")
    moved = stage.pass_time(minutes=90)

    assert datetime.fromisoformat(moved["now"]) == MONDAY + timedelta(minutes=90)
    first = stage.ask(PARCEL)[0]
    assert first.happened_at == MONDAY


def test_a_hurried_clock_goes_by_itself_and_never_ahead():
    with staged(speed=1_000_000) as stage:
        began = datetime.now(UTC)
        stage.do("/pickups", tracking_numbers=[PARCEL], fate="delivered")
        while not any(e.milestone is Milestone.DELIVERED for e in stage.heard()):
            assert datetime.now(UTC) - began < timedelta(seconds=60)
            time.sleep(0.02)

        heard = stage.heard()
        times = [event.happened_at for event in heard]
        assert times == sorted(times)
        assert began - timedelta(milliseconds=1) <= times[0] <= times[-1] <= datetime.now(UTC)
        assert stage._client.post("/clock/advance", json={"minutes": 1}).status_code == 409


def test_many_numbers_are_asked_about_in_one_question(stage):
    numbers = [f"RA{n:08d}0VN" for n in range(NUMBERS_PER_QUESTION)]
    stage.do("/pickups", tracking_numbers=numbers)

    assert [event.tracking_number for event in stage.ask(*numbers)] == numbers


def test_a_hook_refused_is_sent_again_under_its_id():
    with staged(500, 404, 302, 200) as stage:
        stage.do("/pickups", tracking_numbers=[PARCEL])
        stage.pass_time(minutes=0)

        assert stage.receiver.statuses == [500, 404, 302, 200]
        assert len({headers["webhook-id"] for headers, _ in stage.receiver.messages}) == 1
        assert len({body for _, body in stage.receiver.messages}) == 1


def test_a_hook_refused_ten_times_is_given_up_and_the_next_one_sent():
    with staged(*[503] * 10) as stage:
        stage.do("/pickups", tracking_numbers=[PARCEL])
        stage.pass_time(minutes=0)
        stage.do("/pickups", tracking_numbers=[OTHER])
        stage.pass_time(minutes=0)

        assert stage.receiver.statuses == [503] * 10 + [200]
        assert [e.tracking_number for e in stage.heard()[10:]] == [OTHER]
        assert [e.tracking_number for e in stage.ask(PARCEL)] == [PARCEL]


def test_mischief_a_hook_never_sent_is_healed_by_asking(stage):
    stage.do("/mischief", drop=1)
    stage.do("/pickups", tracking_numbers=[PARCEL], fate="delivered")
    stage.pass_time()

    assert stage.receiver.messages == []
    assert stage.ask(PARCEL)[-1].milestone is Milestone.DELIVERED


def test_mischief_a_doubled_hook_tells_the_same_scans(stage):
    stage.do("/mischief", doubled=1)
    stage.do("/pickups", tracking_numbers=[PARCEL])
    stage.pass_time(minutes=0)

    (first, again) = stage.receiver.messages
    assert first[0]["webhook-id"] == again[0]["webhook-id"]
    assert len({event.event_id for event in stage.heard()}) == 1


def test_mischief_shuffled_scans_are_all_there(stage):
    stage.do("/mischief", shuffled=True)
    stage.do("/pickups", tracking_numbers=[PARCEL, OTHER], fate="returned")
    stage.pass_time()

    heard = stage.heard()
    assert sorted(heard, key=lambda e: e.event_id) == sorted(
        stage.ask(PARCEL, OTHER), key=lambda e: e.event_id
    )
    assert heard != sorted(heard, key=lambda e: e.happened_at)


def test_mischief_a_late_hook_comes_late(stage):
    stage.do("/mischief", late_seconds=0.2)
    began = time.monotonic()
    stage.do("/pickups", tracking_numbers=[PARCEL])
    stage.pass_time(minutes=0)

    assert time.monotonic() - began > 0.2
    assert len(stage.receiver.messages) == 1


def test_mischief_in_an_outage_nothing_works_until_it_ends(stage):
    stage.do("/pickups", tracking_numbers=[PARCEL])
    stage.pass_time(minutes=0)
    stage.do("/mischief", outage_seconds=3000)

    with pytest.raises(Unreachable) as fault:
        stage.ask(PARCEL)
    assert 2900 < fault.value.retry_after_seconds <= 3000
    with pytest.raises(Unreachable):
        announced(stage.carrier, PARCEL)
    assert stage._client.get("/healthz").is_success

    stage.do("/mischief")
    assert len(stage.ask(PARCEL)) == 1


def test_mischief_hooks_wait_for_the_end_of_an_outage(stage):
    stage.do("/mischief", late_seconds=2)  # time enough to let the power fail
    stage.do("/pickups", tracking_numbers=[PARCEL])
    stage.do("/mischief", outage_seconds=3000)
    time.sleep(2.2)
    assert stage.receiver.messages == []

    stage.do("/mischief")
    stage.pass_time(minutes=0)
    assert len(stage.receiver.messages) == 1


@pytest.mark.parametrize("path", ["/parcels", "/pickups", "/mischief", "/clock/advance"])
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"authorization": "Basic"}])
def test_who_shows_no_token_is_let_in_nowhere(any_stage, path, headers):
    url = any_stage.carrier.base_url
    with httpx.Client(
        base_url=url, headers=headers, trust_env=False, verify=False, timeout=60
    ) as stranger:
        assert stranger.post(path, content=b"not even JSON").status_code == 401
        assert stranger.get("/tracking", params={"numbers": PARCEL}).status_code == 401
        assert stranger.get("/healthz").json() == {"ok": True}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/parcels", {"tracking_number": "E'; --"}),
        ("/parcels", {"tracking_number": "A" * 41}),
        ("/parcels", {"tracking_number": PARCEL, "recipient_place": "x" * 201}),
        ("/pickups", {"tracking_numbers": []}),
        ("/pickups", {"tracking_numbers": [PARCEL] * 1001}),
        ("/pickups", {"tracking_numbers": [PARCEL], "fate": "eaten"}),
        ("/mischief", {"doubled": 1.1}),
        ("/mischief", {"late_seconds": -1}),
        ("/clock/advance", {"minutes": -1}),
        ("/clock/advance", {"minutes": 1e9}),
    ],
)
def test_what_is_out_of_bounds_is_refused(any_stage, path, body):
    assert any_stage._client.post(path, json=body).status_code == 422


def test_a_flood_is_refused(any_stage):
    flood = {"tracking_number": PARCEL, "note": "x" * 100_000}

    assert any_stage._client.post("/parcels", json=flood).status_code == 413
    many = ",".join(["A1234"] * (NUMBERS_PER_QUESTION + 1))
    assert any_stage._client.get("/tracking", params={"numbers": many}).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": ""},
        {"token": TOKEN, "speed": -1},
        {"token": TOKEN, "speed": float("nan")},
        {"token": TOKEN, "hook_url": "file:///etc/passwd"},
        {"token": TOKEN, "starts_at": MONDAY.replace(tzinfo=None)},
    ],
)
def test_a_post_that_could_not_work_is_not_opened(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - five different ones
        RehearsalSettings(**wrong)


def test_a_wrong_token_and_a_closed_post_are_unreachable(any_stage):
    stranger = Rehearsal(any_stage.carrier.base_url, "another token", (TOKEN,))
    with pytest.raises(Unreachable, match="HTTP 401"):
        asked(stranger, PARCEL)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "no address", "http://[", ""):
        with pytest.raises(Unreachable) as fault:
            asked(Rehearsal(url, TOKEN, (TOKEN,)), PARCEL)
        assert PARCEL not in str(fault.value)


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("", None),
        ("Retry-After: 120\r\n", 120.0),
        (
            "Date: Mon, 02 Mar 2026 01:15:00 GMT\r\nRetry-After: Mon, 02 Mar 2026 01:16:30 GMT\r\n",
            90.0,
        ),
        (
            "Date: Mon, 02 Mar 2026 01:15:00 GMT\r\nRetry-After: Sun, 01 Mar 2026 01:16:30 GMT\r\n",
            0.0,
        ),
        ("Retry-After: Mon, 02 Mar 2026 01:16:30 GMT\r\n", None),
        ("Retry-After: soon\r\n", None),
        ("Retry-After: 0 Jan 0 0:10000000000\r\n", None),
        (f"Retry-After: {'9' * 400}\r\n", 86_400.0),
        ("Retry-After: -5\r\n", None),
    ],
)
def test_the_carriers_wish_to_be_asked_later_is_heard(wish, seconds):
    answer = f"HTTP/1.1 429 Too Many Requests\r\n{wish}Content-Length: 0\r\n\r\n"
    carrier, thread = a_carrier_that_answers(answer.encode())

    with pytest.raises(Unreachable) as fault:
        asked(carrier, PARCEL)
    thread.join()

    assert fault.value.retry_after_seconds == seconds


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + b" " * 2_000_000,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"220 this is a mail server\r\n",
    ],
    ids=["silence", "redirect", "cut off", "endless", "not gzip", "not HTTP"],
)
def test_an_answer_that_is_none_is_unreachable(answer):
    carrier, thread = a_carrier_that_answers(answer)

    with pytest.raises(Unreachable):
        asked(carrier, PARCEL)
    thread.join()


def test_an_answer_in_another_shape_is_unreadable():
    carrier, thread = a_carrier_that_answers(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")

    with pytest.raises(Unreadable):
        asked(carrier, PARCEL)
    thread.join()


def test_news_of_parcels_nobody_asked_about_is_not_heard():
    scan = {"id": "1", "tracking_number": OTHER, "status": "PHAT_TC", "at": "2026-03-02T08:15:00Z"}
    body = json.dumps({"scans": [scan, {**scan, "tracking_number": PARCEL}]}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    carrier, thread = a_carrier_that_answers(head + body)

    (event,) = asked(carrier, PARCEL)
    thread.join()

    assert event.tracking_number == PARCEL


def test_a_post_that_opens_again_remembers_its_parcels(tmp_path):
    memory = tmp_path / "post.jsonl"
    with staged(memory=memory) as stage:
        announced(stage.carrier, PARCEL)
        stage.do("/pickups", tracking_numbers=[PARCEL], fate="lost")
        stage.pass_time()
        before = stage.ask(PARCEL)
    with memory.open("a", encoding="utf-8") as torn:
        torn.write('\n{"at":"2026-03-02T01:15:00Z","act":{"track')

    with staged(memory=memory, starts_at=MONDAY + timedelta(days=7)) as stage:
        assert stage.ask(PARCEL) == before
        assert stage.receiver.messages == []
        assert stage.do("/pickups", tracking_numbers=[PARCEL, OTHER]) == {"picked_up": [OTHER]}

    with staged(memory=memory, starts_at=MONDAY + timedelta(days=14)) as stage:
        assert stage.ask(PARCEL) == before
        assert len(stage.ask(OTHER)) > 1


def test_a_remembered_parcel_keeps_its_scans_to_the_millisecond(tmp_path):
    hurried = {"memory": tmp_path / "post.jsonl", "speed": 1_000_000}
    with staged(**hurried) as stage:
        stage.do("/pickups", tracking_numbers=[PARCEL], fate="silent")
        while len(before := stage.ask(PARCEL)) < 4:
            time.sleep(0.02)

    with staged(**hurried) as stage:
        assert stage.ask(PARCEL) == before


def test_a_post_without_a_memory_forgets():
    with staged() as stage:
        stage.do("/pickups", tracking_numbers=[PARCEL])
    with staged() as stage:
        assert stage.ask(PARCEL) == []


def test_the_post_closes_cleanly_with_hooks_still_on_their_way():
    before = set(threading.enumerate())
    with staged() as stage:
        stage.do("/mischief", late_seconds=3000)
        stage.do("/pickups", tracking_numbers=[PARCEL])
        began = time.monotonic()

    while set(threading.enumerate()) - before:  # a thread of its pool ends a little later
        assert time.monotonic() - began < 30
        time.sleep(0.01)
