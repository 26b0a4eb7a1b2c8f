"""AfterShip: whole histories, times as each carrier gives them, numbers tracked already."""

import asyncio
import base64
import hmac
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.responses import JSONResponse

from adapters.aftership import NUMBERS_PER_QUESTION
from adapters.carrier import Announcement, Forged, Unreachable, Unreadable
from adapters.event import Milestone, Reason, Source
from adapters.registry import CarrierSettings, build
from tests.standins.aftership import AfterShipStandIn
from tests.standins.standin import PHONE, RECIPIENT, SIGNING_KEY, STREET, TOKEN, Scan, served

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
JOURNEY = [
    Scan("InTransit_002", MONDAY),
    Scan("Exception_003", MONDAY + timedelta(hours=25)),
    Scan("Exception_010", MONDAY + timedelta(hours=30)),
    Scan("Exception_011", MONDAY + timedelta(days=3)),
]


def aftership(**settings):
    return build({"aftership": CarrierSettings(**settings)})["aftership"]


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
    return AfterShipStandIn()


@pytest.fixture
def carrier(standin):
    with served(standin) as base_url:
        yield standin.carrier(base_url)


def signed(body, key):
    proof = base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()
    return {"aftership-hmac-sha256": proof}


def the_only_scan(**changed):
    """What is read of one checkpoint in which something is otherwise."""
    standin = AfterShipStandIn()
    told = json.loads(standin.hook("EE123456785VN", JOURNEY[0]).body)
    told["msg"]["checkpoints"][0].update(changed)
    [event] = standin.carrier().read_message(json.dumps(told).encode())
    return event


# Webhooks


def test_a_history_told_again_and_again_tells_each_scan_under_one_id(standin):
    told = [
        event
        for n in (1, 2, 3, 4)
        for event in standin.carrier().read_message(
            standin.hook_of("EE123456785VN", JOURNEY[:n]).body
        )
    ]

    assert len(told) == 10
    assert len({event.event_id for event in told}) == 4


def test_what_was_posted_is_what_is_asked_for_to_the_id(standin, carrier):
    standin.scans["EE123456785VN"] = JOURNEY
    posted = carrier.read_message(standin.hook_of("EE123456785VN", JOURNEY).body)

    assert asked(carrier, "EE123456785VN") == posted
    assert [(event.milestone, event.reason) for event in posted] == [
        (Milestone.ACCEPTED, None),
        (Milestone.DELIVERY_FAILED, Reason.REFUSED),
        (Milestone.RETURNING, None),
        (Milestone.RETURNED, None),
    ]


@pytest.mark.parametrize("key", [SIGNING_KEY, TOKEN])
def test_a_hook_may_be_signed_with_either_key(standin, key):
    carrier = aftership(token=TOKEN, signing_key=SIGNING_KEY)
    body = standin.hook("EE123456785VN", JOURNEY[0]).body

    assert carrier.verify(signed(body, key), {}, body) is Source.SIGNED
    with pytest.raises(Forged):
        carrier.verify(signed(body + b" ", key), {}, body)


def test_a_signature_in_hexadecimal_is_none(standin):
    body = standin.hook("EE123456785VN", JOURNEY[0]).body
    proof = hmac.digest(SIGNING_KEY.encode(), body, "sha256").hex()

    with pytest.raises(Forged):
        standin.carrier().verify({"aftership-hmac-sha256": proof}, {}, body)


def test_without_a_key_every_hook_is_forged_and_nobody_is_asked():
    carrier = aftership()

    with pytest.raises(Forged):
        carrier.verify(signed(b"{}", ""), {}, b"{}")
    assert not carrier.can_be_asked
    assert not carrier.takes_announcements


def test_a_hook_names_no_person(standin):
    told = standin.carrier().read_message(standin.hook_of("EE123456785VN", JOURNEY).body)

    assert not any(word in repr(told) for word in (RECIPIENT, PHONE, STREET))


def test_the_town_is_told_rather_than_the_street():
    location = f"{STREET}, Cầu Giấy"

    assert the_only_scan(location=location, city="Cầu Giấy", state="").place == "Cầu Giấy"
    assert the_only_scan(location="BCP Cầu Giấy (ÐT:02430000000)").place == "BCP Cầu Giấy"


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-03-02T08:15:00", MONDAY),
        ("2026-03-02T08:15:00.000", MONDAY),
        ("2026-03-02T08:15:00+07:00", MONDAY),
        ("2026-03-02T01:15:00Z", MONDAY),
        ("2026-03-01T20:15:00-05:00", MONDAY),
        ("2026-03-02", datetime(2026, 3, 1, 17, tzinfo=UTC)),
        ("", MONDAY + timedelta(minutes=40)),
        (None, MONDAY + timedelta(minutes=40)),
    ],
)
def test_a_carriers_time_is_read_in_each_of_its_documented_forms(told, at):
    assert the_only_scan(checkpoint_time=told).happened_at == at


def test_a_scan_is_the_same_whether_its_offset_is_told_or_not():
    assert the_only_scan(checkpoint_time="2026-03-02T08:15:00+07:00") == the_only_scan()


def test_a_tag_counts_where_there_is_no_subtag():
    event = the_only_scan(tag="Delivered", subtag="")

    assert (event.milestone, event.carrier_code) == (Milestone.DELIVERED, "Delivered")


def test_a_new_subtag_is_not_taken_for_its_tag():
    event = the_only_scan(tag="Delivered", subtag="Delivered_042")

    assert (event.milestone, event.carrier_code) == (Milestone.UNRECOGNISED, "Delivered_042")


def test_waiting_for_long_is_no_milestone(standin):
    told = json.loads(standin.hook("EE123456785VN", JOURNEY[0]).body)
    told["event"] = "tracking_pending_time"

    assert standin.carrier().read_message(json.dumps(told).encode()) == []


# Questions


def test_it_is_asked_at_its_public_address_unless_told_otherwise():
    assert aftership().address == "https://api.aftership.com/tracking/2026-07"
    assert aftership(base_url="http://127.0.0.1:9/").address == "http://127.0.0.1:9"


def test_a_parcel_without_a_scan_or_a_tracking_hides_no_other(standin, carrier):
    standin.scans["EE123456785VN"] = JOURNEY[:1]
    standin.created = ["EA000000000VN"]

    answer = asked(carrier, "EA000000000VN", "EE123456785VN", "EE999999999VN")

    assert [event.tracking_number for event in answer] == ["EE123456785VN"]


def test_a_full_question_about_long_journeys_has_room_in_one_answer(standin, carrier):
    numbers = [standin.number(n) for n in range(NUMBERS_PER_QUESTION)]
    scans = [Scan("InTransit_003", MONDAY + timedelta(hours=n), "x" * 120) for n in range(50)]
    standin.scans = dict.fromkeys(numbers, scans)

    assert len(asked(carrier, *numbers)) == 50 * NUMBERS_PER_QUESTION


def test_a_wrong_key_is_unreachable_and_not_shown(standin):
    with served(standin) as base_url:
        stranger = aftership(base_url=base_url, token="another key")
        with pytest.raises(Unreachable, match="401") as fault:
            asked(stranger, "EE123456785VN")
    assert "another key" not in f"{stranger!r} {fault.value!r}"


def test_news_of_parcels_nobody_asked_about_is_not_heard(standin, carrier):
    told = json.loads(standin.hook("EE999999999VN", JOURNEY[0]).body)["msg"]
    standin.bad_days = [JSONResponse({"meta": {"code": 200}, "data": {"trackings": [told]}})]

    assert asked(carrier, "EE123456785VN") == []


# Announcements


def test_a_parcel_is_tracked_once_however_often_it_is_announced(standin, carrier):
    announced(carrier, "EE123456785VN")
    announced(carrier, "EE123456785VN")

    assert standin.created == ["EE123456785VN"]
    assert asked(carrier, "EE123456785VN") == []


@pytest.mark.parametrize(
    "refusal", [{"meta": {"code": 4005}}, {"meta": {}}, {"meta": None}, "4003", []]
)
def test_a_parcel_it_does_not_take_is_told_so(standin, carrier, refusal):
    standin.bad_days = [JSONResponse(refusal, 400)]

    with pytest.raises(Unreachable, match="400"):
        announced(carrier, "EE123456785VN")


def test_a_hook_of_a_kind_nobody_knows_is_kept_as_unread():
    with pytest.raises(Unreadable):
        aftership().read_message(b'{"event":"label_created","msg":{}}')
