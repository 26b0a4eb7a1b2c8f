"""Messages as programs write them: with a byte-order mark, packed, with more digits of a second."""

import gzip
import json
import zlib
from datetime import UTC, datetime

import pytest
from starlette.responses import Response

from adapters import strict_json
from adapters.carrier import Unreadable
from adapters.event import Milestone
from tests.adapters.at_work import a_journey, asked, at_work, bare
from tests.carriers.exchanging import works_with
from tests.centre import HOOK_SECRET
from tests.standins.all import STAND_INS
from tests.standins.lists import ANSWERS, NUMBER, message
from tests.standins.standin import Scan

MARK = b"\xef\xbb\xbf"
EVERY = sorted(STAND_INS)
CARRIED_BY = dict.fromkeys(("17track", "aftership", "easypost"), "vnpost")


def a_message(centre, name):
    """A hook's body with the scan of a parcel that is there, and the parcel's number."""
    standin = STAND_INS[name]()
    carrier = CARRIED_BY.get(name, name)
    works_with(centre, *{name, carrier})
    number = STAND_INS[carrier]().number(7)
    centre.a_parcel(carrier=carrier, tracking_number=number)
    scan = a_journey(standin.carrier(), Milestone.IN_TRANSIT)[0]
    return standin, number, standin.hook(number, Scan(bare(scan.code), centre.clock())).body


def post(centre, standin, proven, body, **headers):
    """Post a body with the proof of another: of what it is once unpacked."""
    hook = standin.posted(proven)
    return centre.client.post(
        f"/hooks/{standin.name}/{HOOK_SECRET}",
        content=body,
        headers={**hook.headers, **headers},
        params=dict(hook.query),
    )


def scans(centre, number):
    return len(centre.get(f"/parcels/{number}").json()["events"]) - 1


def kept(centre):
    return len(centre.get("/messages").json()["items"])


@pytest.mark.parametrize("name", EVERY)
def test_a_mark_before_a_message_hides_nothing_of_it(centre, name):
    standin, number, body = a_message(centre, name)

    assert post(centre, standin, MARK + body, MARK + body).status_code == 200
    assert scans(centre, number) == 1


@pytest.mark.parametrize("name", EVERY)
def test_a_packed_message_is_unpacked(centre, name):
    standin, number, body = a_message(centre, name)

    for encoding in ("gzip", "x-gzip", "GZIP"):
        packed = {"content-encoding": encoding}
        assert post(centre, standin, body, gzip.compress(body), **packed).is_success
    assert scans(centre, number) == 1


CANNOT_BE_UNPACKED = {
    "packed, but not said to be": ("", lambda b: gzip.compress(b)),
    "deflate": ("deflate", zlib.compress),
    "br": ("br", lambda b: b),
    "packed twice": ("gzip, gzip", lambda b: gzip.compress(gzip.compress(b))),
    "cut off": ("gzip", lambda b: gzip.compress(b)[:-9]),
    "not packed at all": ("gzip", lambda b: b),
    "nothing": ("gzip", lambda _: b""),
}


@pytest.mark.parametrize("name", EVERY)
def test_what_cannot_be_unpacked_is_refused_and_not_kept(centre, name):
    standin, number, body = a_message(centre, name)

    for how, (encoding, pack) in CANNOT_BE_UNPACKED.items():
        headers = {"content-encoding": encoding} if encoding else {}
        answer = post(centre, standin, pack(body), pack(body), **headers)
        assert answer.status_code == 415, how
        assert answer.json()["type"] == "/problems/packed-body"
    assert scans(centre, number) == kept(centre) == 0


@pytest.mark.parametrize("path", [f"/hooks/rehearsal/{HOOK_SECRET}", "/api/v1/events"])
def test_a_bomb_is_unpacked_no_further_than_its_bound(centre, path):
    bomb = gzip.compress(b" " * (200 * 1024 * 1024))
    packed = {"content-encoding": "gzip"}

    answer = centre.call("POST", path, content=bomb, headers=packed, role="courier")
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ANSWERS)
def test_a_mark_before_an_answer_hides_nothing_of_it(name):
    with at_work(STAND_INS[name]) as (standin, carrier):
        standin.bad_days.append(Response(MARK + json.dumps(message(ANSWERS[name])).encode()))
        assert len(asked(carrier, NUMBER)) == 3


def an_event(centre, number, **more):
    event = {"id": "e1", "tracking_number": number, "milestone": "accepted", **more}
    return {"events": [{"happened_at": centre.clock().isoformat(), **event}]}


@pytest.mark.parametrize(
    ("pack", "headers"),
    [(lambda b: MARK + b, {}), (gzip.compress, {"content-encoding": "gzip"})],
    ids=["mark", "gzip"],
)
def test_our_own_api_reads_the_same(centre, pack, headers):
    number = centre.a_parcel()
    body = json.dumps(an_event(centre, number)).encode()

    answer = centre.call(
        "POST", "/api/v1/events", content=pack(body), headers=headers, role="courier"
    )
    assert answer.json()["results"][0]["status"] == "recorded"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("2021-11-11T03:52:50.1581234Z", datetime(2021, 11, 11, 3, 52, 50, 158123, tzinfo=UTC)),
        ("2021-11-11T03:52:39.0000000+07:00", datetime(2021, 11, 10, 20, 52, 39, tzinfo=UTC)),
        ("2021-11-11T03:52:39.123456789z", datetime(2021, 11, 11, 3, 52, 39, 123456, tzinfo=UTC)),
    ],
)
def test_seven_and_nine_digits_of_a_second_are_read(centre, told, read):
    assert strict_json.time({"at": told}, "at") == read
    this_year = told.replace("2021", "2026")
    sent = an_event(centre, centre.a_parcel(), happened_at=this_year)
    answer = centre.post("/events", sent, role="courier")
    assert answer.json()["results"][0]["status"] == "recorded"


@pytest.mark.parametrize(
    "sign", ["\ufeff", "\u200b", "\u00ad", "\u2060", "\u202e", "\u2066"], ids=ascii
)
def test_a_carriers_word_with_a_sign_that_nobody_sees_is_read_without_it(sign):
    assert strict_json.text({"place": f"{sign}Uông{sign} Bí"}, "place", longest=9) == "Uông Bí"
    with pytest.raises(Unreadable):
        strict_json.text({"place": sign}, "place", longest=9)


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"])
@pytest.mark.parametrize("digits", ["", ".0", ".000", ".1234567", ".123456789"])
def test_so_are_they_where_no_zone_is_told(form, digits):
    told = datetime(2026, 3, 2, 8, 15).strftime(form) + digits  # noqa: DTZ001 - as they tell it
    at = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
    assert strict_json.zoneless_time({"at": told}, "at", form) == at
