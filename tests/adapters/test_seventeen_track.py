"""17TRACK: whole histories, numbers it does not know, and errors that come with HTTP 200."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.responses import JSONResponse

from adapters.carrier import Announcement, Forged, Unreachable, Unreadable
from adapters.event import Milestone, Source
from adapters.registry import CarrierSettings, build
from tests.standins.seventeen_track import SeventeenTrackStandIn
from tests.standins.standin import PHONE, RECIPIENT, SIGNING_KEY, STREET, TOKEN, Scan, served

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
JOURNEY = [
    Scan("InTransit_PickedUp", MONDAY),
    Scan("InTransit_Other", MONDAY + timedelta(hours=13), "Trung tâm khai thác Hà Nội"),
    Scan("Delivered_Other", MONDAY + timedelta(days=1), "Bưu cục Cầu Giấy"),
]


def seventeen_track(**settings):
    return build({"17track": CarrierSettings(**settings)})["17track"]


def with_client(call):
    async def calling():
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            return await call(client)

    return asyncio.run(calling())


def asked(carrier, *numbers):
    return with_client(lambda client: carrier.ask(client, numbers))


def announced(carrier, number):
    parcel = Announcement(number, "Uông Bí", "Hà Nội", 1)
    return with_client(lambda client: carrier.announce(client, parcel))


@pytest.fixture
def standin():
    return SeventeenTrackStandIn()


@pytest.fixture
def carrier(standin):
    with served(standin) as base_url:
        yield standin.carrier(base_url)


def signed(body, key):
    return {"sign": hashlib.sha256(body + b"/" + key.encode()).hexdigest()}


def the_only_scan(**changed):
    """What is read of one scan in which something is otherwise."""
    standin = SeventeenTrackStandIn()
    told = json.loads(standin.hook("EE123456785VN", JOURNEY[0]).body)
    [provider] = told["data"]["track_info"]["tracking"]["providers"]
    provider["events"][0].update(changed)
    [event] = standin.carrier().read_message(json.dumps(told).encode())
    return event


# Webhooks


def test_a_history_told_again_and_again_tells_each_scan_under_one_id(standin):
    told = [
        event
        for n in (1, 2, 3)
        for event in standin.carrier().read_message(
            standin.hook_of("EE123456785VN", JOURNEY[:n]).body
        )
    ]

    assert len(told) == 6
    assert len({event.event_id for event in told}) == 3


def test_what_was_posted_is_what_is_asked_for_to_the_id(standin, carrier):
    standin.scans["EE123456785VN"] = JOURNEY
    posted = carrier.read_message(standin.hook_of("EE123456785VN", JOURNEY).body)

    assert asked(carrier, "EE123456785VN") == posted
    assert [event.milestone for event in posted] == [
        Milestone.DELIVERED,
        Milestone.IN_TRANSIT,
        Milestone.ACCEPTED,
    ]


@pytest.mark.parametrize("key", [SIGNING_KEY, TOKEN])
def test_a_hook_may_be_signed_with_either_key(standin, key):
    carrier = seventeen_track(token=TOKEN, signing_key=SIGNING_KEY)
    body = standin.hook("EE123456785VN", JOURNEY[0]).body

    assert carrier.verify(signed(body, key), {}, body) is Source.SIGNED
    with pytest.raises(Forged):
        carrier.verify(signed(body + b" ", key), {}, body)


@pytest.mark.parametrize("headers", [{}, {"sign": ""}, {"sign": "ký tên"}, {"sign": "a" * 64}])
def test_another_signature_is_forged(headers):
    with pytest.raises(Forged):
        seventeen_track(token=TOKEN).verify(headers, {}, b"{}")


def test_without_a_key_every_hook_is_forged_and_nobody_is_asked():
    carrier = seventeen_track()

    with pytest.raises(Forged):
        carrier.verify(signed(b"{}", ""), {}, b"{}")
    assert not carrier.can_be_asked
    assert not carrier.takes_announcements


def test_a_hook_names_no_person(standin):
    told = standin.carrier().read_message(standin.hook_of("EE123456785VN", JOURNEY).body)

    assert not any(word in repr(told) for word in (RECIPIENT, PHONE, STREET))


def test_a_post_office_is_named_without_its_telephone():
    assert the_only_scan(location="890100 - KTC1 (ÐT:02703000000)").place == "890100 - KTC1"


def test_a_street_is_not_repeated_where_17track_has_found_one():
    address = {"country": "VN", "city": "Cầu Giấy", "state": "Hà Nội", "street": STREET}

    assert (
        the_only_scan(location=f"{STREET}, Cầu Giấy", address=address).place == "Cầu Giấy, Hà Nội"
    )


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        (("2026-03-02", "08:15:00", None), MONDAY),
        (("2026-03-02", "08:15", None), MONDAY),
        (("2026-03-02", "10:15:00", "+09:00"), MONDAY),
        (("2026-03-02", None, None), datetime(2026, 3, 1, 17, tzinfo=UTC)),
        (("2026-03-02", "", "+07:00"), datetime(2026, 3, 1, 17, tzinfo=UTC)),
    ],
)
def test_a_time_whose_zone_17track_does_not_know_is_vietnams(raw, at):
    raw = dict(zip(("date", "time", "timezone"), raw, strict=True))

    assert the_only_scan(time_utc=None, time_iso=None, time_raw=raw).happened_at == at


def test_a_scan_is_the_same_whether_its_zone_is_known_or_not():
    raw = {"date": "2026-03-02", "time": "08:15:00", "timezone": None}

    assert the_only_scan(time_utc=None, time_iso=None, time_raw=raw) == the_only_scan()


def test_a_hook_of_a_kind_nobody_knows_is_kept_as_unread():
    with pytest.raises(Unreadable):
        seventeen_track().read_message(b'{"event":"AWB_UPDATED","data":{"number":"EE123456785VN"}}')


# Questions


def test_it_is_asked_at_its_public_address_unless_told_otherwise():
    assert seventeen_track().address == "https://api.17track.net/track/v2.2"
    assert seventeen_track(base_url="http://127.0.0.1:9/").address == "http://127.0.0.1:9"


def test_a_number_that_is_not_registered_hides_no_other(standin, carrier):
    standin.scans["EE123456785VN"] = JOURNEY[:1]
    standin.registered = ["EE00000000XVN"]

    answer = asked(carrier, "EE00000000XVN", "EE123456785VN", "EE999999999VN")

    assert [event.tracking_number for event in answer] == ["EE123456785VN"]


@pytest.mark.parametrize("code", [-18019902, -18019903, -18019909])
def test_a_number_it_knows_nothing_of_is_no_fault(standin, carrier, code):
    standin.rejections = {"EE123456785VN": code}

    assert asked(carrier, "EE123456785VN") == []


def test_a_spent_quota_is_a_fault_but_hides_no_news(standin, carrier):
    standin.rejections = {"EE999999999VN": -18019908}
    with pytest.raises(Unreachable, match="-18019908"):
        asked(carrier, "EE999999999VN")

    standin.scans["EE123456785VN"] = JOURNEY[:1]
    assert len(asked(carrier, "EE123456785VN", "EE999999999VN")) == 1


def test_a_wrong_key_is_an_error_though_it_comes_with_http_200(standin):
    with served(standin) as base_url:
        stranger = seventeen_track(base_url=base_url, token="another key")
        with pytest.raises(Unreachable, match="-18010002"):
            asked(stranger, "EE123456785VN")
    assert "another key" not in repr(stranger)


def test_news_of_parcels_nobody_asked_about_is_not_heard(standin, carrier):
    standin.scans["EE123456785VN"] = JOURNEY[:1]
    told = json.loads(standin.hook("EE999999999VN", JOURNEY[0]).body)["data"]
    standin.bad_days = [JSONResponse({"code": 0, "data": {"accepted": [told], "rejected": []}})]

    assert asked(carrier, "EE123456785VN") == []


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"code": "0", "data": {}},
        {"code": 0, "data": None},
        {"code": 0, "data": {"rejected": [{"number": "EE123456785VN"}]}},
        {"code": 0, "data": {"accepted": [{"number": "EE123456785VN"}]}},
    ],
)
def test_an_answer_in_another_shape_is_unreadable(standin, carrier, answer):
    standin.bad_days = [JSONResponse(answer)]

    with pytest.raises(Unreadable):
        asked(carrier, "EE123456785VN")


# Announcements


def test_a_parcel_is_registered_once_however_often_it_is_announced(standin, carrier):
    announced(carrier, "EE123456785VN")
    announced(carrier, "EE123456785VN")

    assert standin.registered == ["EE123456785VN"]
    assert asked(carrier, "EE123456785VN") == []


def test_a_number_it_does_not_take_is_told_so(standin, carrier):
    standin.rejections = {"EE123456785VN": -18019908}

    with pytest.raises(Unreachable, match="-18019908"):
        announced(carrier, "EE123456785VN")
