"""Whatever carriers, forgers and wires do: nothing told is lost, and nobody is believed too much.

What a world does stands in `hostile/mischief.py` and `hostile/world.py`, what must hold in
`hostile/claims.py`. A failure names its seed; `prove(seed, …)` lives it again.
"""

import contextlib
import multiprocessing
import shutil
import socket
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlmodel import select

from adapters.event import Source
from postal_tracker.storage.tables import CarrierMessage
from tests.standins.standin import Scan
from tests.stories.hostile.claims import CLAIMS, nothing_is_over_but_what_is
from tests.stories.hostile.living import a_centre, all_posts, lived, prove
from tests.stories.hostile.world import hook_secret
from tests.web.serving import serving

MANY = 1_000


@pytest.fixture(scope="module")
def posts():
    with all_posts() as open_posts:
        yield open_posts


@pytest.mark.parametrize("seed", range(2))
def test_hostile_carriers_leave_the_record_right(sqlite_url, posts, seed):
    world = prove(seed, sqlite_url, posts)

    fates = {posting.fate for posting in world.answered}
    assert fates >= {"read", "unclaimed", "conflicting", "refused"}


def test_hostile_carriers_leave_the_record_right_on_postgresql(postgres_url, posts):
    prove(2, postgres_url, posts)


def test_a_kind_carriers_news_in_order_leads_to_the_same_truth(sqlite_url, posts):
    world = lived(5, sqlite_url, posts, is_kind=True)

    for claim in CLAIMS:
        claim(world)
    assert {posting.fate for posting in world.answered} == {"read"}


def test_a_record_that_believed_anybody_would_be_found_out(sqlite_url, posts, monkeypatch):
    monkeypatch.setattr(Source, "is_trusted", property(lambda _: True))
    world = lived(3, sqlite_url, posts)

    with pytest.raises(AssertionError):
        nothing_is_over_but_what_is(world)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_thousand_hostile_worlds_leave_the_record_right(migrated_sqlite, share):
    seeds = share.drawn(range(1_000, 1_000 + MANY), 16)
    portions = [seeds[n : n + 50] for n in range(0, len(seeds), 50)]
    with ProcessPoolExecutor(2, multiprocessing.get_context("forkserver")) as pool:
        found = list(pool.map(_prove_some, [migrated_sqlite] * len(portions), portions))

    faults = [fault for some in found for fault in some]
    assert not faults, f"{len(faults)} of {len(seeds)} seeds: {faults[:5]}"


def _prove_some(template: Path, seeds: Sequence[int]) -> list[str]:
    """Return the seeds of which a claim did not hold, each with what was found."""
    faults = []
    with TemporaryDirectory() as folder, all_posts() as posts:
        for seed in seeds:
            file = shutil.copy(template, Path(folder) / f"{seed}.db")
            try:
                prove(seed, f"sqlite:///{file}", posts, is_thorough=False)
            except AssertionError as fault:
                faults.append(f"seed {seed}: {str(fault)[:500]}")
            Path(file).unlink()
    return faults


# Over a real socket


@pytest.fixture
def door(sqlite_url, posts):
    """A centre with one parcel of Vietnam Post, and how to post of it byte by byte."""
    centre = a_centre(sqlite_url, posts, sources_are_asked=True)
    with centre, serving(centre) as url:
        yield Door(centre, posts["vnpost"][0], int(url.rpartition(":")[2]))


class Door:
    def __init__(self, centre, post, port):
        self.centre, self.post, self.port = centre, post, port
        self.number = post.number(7)
        centre.a_parcel(carrier="vnpost", tracking_number=self.number)

    def body(self) -> bytes:
        return self.post.hook(self.number, Scan("ems:4", self.centre.clock())).body

    def head(self, length: int | str, *more: str) -> bytes:
        path = f"/hooks/vnpost/{hook_secret('vnpost')}"
        lines = [f"POST {path} HTTP/1.1", "host: localhost", f"content-length: {length}", *more]
        lines.append("connection: close")
        return "\r\n".join([*lines, "", ""]).encode()

    def answers(self, *parts: bytes, pause: float = 0.0) -> list[int]:
        """Send parts one after the other; return the status of each answer until it hangs up."""
        heard = b""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=100) as wire,
            contextlib.suppress(OSError),  # it may hang up before it has heard all
        ):
            for part in parts:
                wire.sendall(part)
                time.sleep(pause)
            while more := wire.recv(65_536):
                heard += more
        return [int(line[9:12]) for line in heard.split(b"\r\n") if line[:7] == b"HTTP/1."]

    def hears_half(self, *parts: bytes) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=100) as wire:
            wire.sendall(b"".join(parts))
            time.sleep(0.1)

    def states(self) -> Counter:
        query = select(CarrierMessage.state)
        return Counter(self.centre.database.read_now(lambda s: s.exec(query).all()))

    def milestone(self) -> str:
        return self.centre.get(f"/parcels/{self.number}").json()["milestone"]


def test_a_carrier_that_speaks_one_byte_at_a_time_is_heard_to_the_end(door):
    body = door.body()
    letters = [bytes([byte]) for byte in door.head(len(body)) + body]

    assert door.answers(*letters, pause=0.0005) == [200]
    assert (door.states(), door.milestone()) == ({"read": 1}, "in_transit")


def test_ten_megabytes_are_refused_and_nothing_of_them_is_kept(door):
    body = door.body().ljust(10_000_000)

    assert set(door.answers(door.head(len(body)), body)) <= {413}
    assert door.states() == {}


def test_ten_megabytes_that_do_not_say_so_are_refused_as_well(door):
    head = door.head("0", "transfer-encoding: chunked").replace(b"content-length: 0\r\n", b"")
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"

    assert set(door.answers(head, *[piece] * 160, b"0\r\n\r\n")) <= {413}
    assert door.states() == {}


def test_who_promises_more_than_he_sends_has_told_nothing_and_is_no_fault_of_ours(door, caplog):
    body = door.body()
    door.hears_half(door.head(len(body) + 1), body)
    time.sleep(0.1)

    assert door.states() == {}
    assert [r.message for r in caplog.records if r.levelname == "ERROR"] == []


def test_who_sends_more_than_he_promised_is_kept_as_far_as_he_promised(door):
    body = door.body()

    assert door.answers(door.head(len(body) - 20), body)[0] == 200
    assert (door.states(), door.milestone()) == ({"unread": 1}, "announced")


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 30, "+10"])
def test_a_length_that_is_none_is_refused(door, length):
    assert set(door.answers(door.head(length), door.body())) <= {400, 413}
    assert door.states() == {}
