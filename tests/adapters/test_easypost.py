"""EasyPost: whole histories, codes used again, what a return leaves open, the odd signature."""

import asyncio
import hmac
import json
from datetime import UTC, datetime, timedelta
from unicodedata import normalize

import httpx
import pytest
from starlette.responses import JSONResponse

from adapters.carrier import Announcement, Forged, Unreachable, Unreadable
from adapters.event import Milestone, Reason, Source
from adapters.registry import CarrierSettings, build
from tests.standins.easypost import CREATED, EasyPostStandIn, tracker
from tests.standins.standin import PHONE, RECIPIENT, SIGNING_KEY, STREET, TOKEN, Scan, served

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
JOURNEY = [
    Scan("pre_transit", MONDAY - timedelta(hours=9), ""),
    Scan("in_transit", MONDAY),
    Scan("delivered", MONDAY + timedelta(days=1), "Cầu Giấy"),
]


def easypost(**settings):
    return build({"easypost": CarrierSettings(**settings)})["easypost"]


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
    return EasyPostStandIn()


@pytest.fixture
def carrier(standin):
    with served(standin) as base_url:
        yield standin.carrier(base_url)


def read(*scans):
    standin = EasyPostStandIn()
    return standin.carrier().read_message(standin.hook_of("EE123456785VN", scans).body)


def signed(body, key):
    proof = hmac.digest(normalize("NFKD", key).encode(), body, "sha256").hex()
    return {"x-hmac-signature": f"hmac-sha256-hex={proof}"}


# Webhooks


def test_a_history_told_again_and_again_tells_each_scan_under_one_id():
    told = [event for n in (1, 2, 3) for event in read(*JOURNEY[:n])]

    assert len(told) == 6
    assert len({event.event_id for event in told}) == 3


def test_what_was_posted_is_what_is_asked_for_to_the_id(standin, carrier):
    standin.scans["EE123456785VN"] = JOURNEY
    posted = carrier.read_message(standin.hook_of("EE123456785VN", JOURNEY).body)

    assert asked(carrier, "EE123456785VN") == posted
    assert [event.milestone for event in posted] == [
        Milestone.ANNOUNCED,
        Milestone.IN_TRANSIT,
        Milestone.DELIVERED,
    ]


@pytest.mark.parametrize("key", [SIGNING_KEY, TOKEN, "khóa bí mật ½ của trung tâm"])
def test_a_hook_may_be_signed_with_either_key_and_any_letters(standin, key):
    token = TOKEN if key == TOKEN else "another"
    carrier = easypost(token=token, signing_key=key if key != TOKEN else SIGNING_KEY)
    body = standin.hook("EE123456785VN", JOURNEY[0]).body

    assert carrier.verify(signed(body, key), {}, body) is Source.SIGNED
    with pytest.raises(Forged):
        carrier.verify(signed(body + b" ", key), {}, body)


def test_a_signature_without_its_scheme_is_none(standin):
    body = standin.hook("EE123456785VN", JOURNEY[0]).body
    proof = signed(body, SIGNING_KEY)["x-hmac-signature"].removeprefix("hmac-sha256-hex=")

    with pytest.raises(Forged):
        standin.carrier().verify({"x-hmac-signature": proof}, {}, body)


def test_without_a_key_every_hook_is_forged_and_nobody_is_asked():
    carrier = easypost()

    with pytest.raises(Forged):
        carrier.verify(signed(b"{}", ""), {}, b"{}")
    assert not carrier.can_be_asked
    assert not carrier.takes_announcements


def test_a_hook_names_no_person():
    assert not any(word in repr(read(*JOURNEY)) for word in (RECIPIENT, PHONE, STREET))


@pytest.mark.parametrize(
    ("detail", "reason"),
    [
        ("lost", Reason.LOST),
        ("damaged", Reason.DAMAGED),
        ("refused", Reason.REFUSED),
        ("weather_delay", None),
    ],
)
def test_the_detail_of_a_failure_is_its_reason(detail, reason):
    [event] = read(Scan("failure", MONDAY, reason_code=detail))

    assert (event.milestone, event.reason) == (Milestone.EXCEPTION, reason)


def test_who_has_a_parcel_that_is_delivered_after_it_turned_back_is_left_open():
    back = Scan("return_to_sender", MONDAY + timedelta(hours=5))

    *_, event = read(*JOURNEY[:2], back, JOURNEY[2])

    assert (event.milestone, event.carrier_code) == (Milestone.UNRECOGNISED, "delivered")
    assert event.event_id == read(JOURNEY[2])[0].event_id


def test_a_parcel_that_turns_back_after_its_delivery_was_delivered():
    back = Scan("return_to_sender", MONDAY + timedelta(days=2))

    assert [event.milestone for event in read(JOURNEY[2], back)] == [
        Milestone.DELIVERED,
        Milestone.RETURNING,
    ]


@pytest.mark.parametrize("description", ["batch.updated", "payment.completed", "refund.successful"])
def test_what_is_not_about_parcels_is_no_milestone(description):
    told = {"description": description, "result": {"object": "Batch"}}

    assert easypost().read_message(json.dumps(told).encode()) == []


# Questions


def test_it_is_asked_at_its_public_address_unless_told_otherwise():
    assert easypost().address == "https://api.easypost.com/v2"
    assert easypost(base_url="http://127.0.0.1:9/").address == "http://127.0.0.1:9"


def test_a_code_that_another_parcel_bore_years_ago_tells_of_the_younger_one(standin, carrier):
    standin.scans["EE123456785VN"] = JOURNEY[:2]
    long_ago = [Scan("delivered", MONDAY - timedelta(days=700))]
    created = CREATED - timedelta(days=705)
    standin.trackers = [tracker("EE123456785VN", long_ago, created)]

    assert [event.milestone for event in asked(carrier, "EE123456785VN")] == [
        Milestone.ANNOUNCED,
        Milestone.IN_TRANSIT,
    ]


def test_news_of_parcels_nobody_asked_about_is_not_heard(standin, carrier):
    other = tracker("EE999999999VN", JOURNEY)
    standin.bad_days = [JSONResponse({"trackers": [other], "has_more": False})]

    assert asked(carrier, "EE123456785VN") == []


def test_a_wrong_key_is_unreachable_and_not_shown(standin):
    with served(standin) as base_url:
        stranger = easypost(base_url=base_url, token="another key")
        with pytest.raises(Unreachable, match="401") as fault:
            asked(stranger, "EE123456785VN")
    assert "another key" not in f"{stranger!r} {fault.value!r}"


def test_an_answer_in_another_shape_is_unreadable(standin, carrier):
    for answer in ({}, {"trackers": None}, {"trackers": [{"tracking_code": "EE123456785VN"}]}):
        standin.bad_days = [JSONResponse(answer)]
        with pytest.raises(Unreadable):
            asked(carrier, "EE123456785VN")


# Announcements


def test_a_parcel_gets_one_tracker_however_often_it_is_announced(standin, carrier):
    announced(carrier, "EE123456785VN")
    announced(carrier, "EE123456785VN")

    assert [one["tracking_code"] for one in standin.trackers] == ["EE123456785VN"]
    assert asked(carrier, "EE123456785VN") == []
