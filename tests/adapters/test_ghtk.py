"""What is GHTK's own: forms and JSON, a secret in the address, the present status alone."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse

from adapters.carrier import Carrier, Forged, Unreachable, Unreadable
from adapters.event import CarrierEvent, Milestone, Reason, Source
from adapters.ghtk import REASONS, STATUSES, Ghtk
from adapters.registry import CarrierSettings, build
from tests.adapters.wire import over_the_wire
from tests.standins.ghtk import GhtkStandIn
from tests.standins.standin import SIGNING_KEY, TOKEN, Scan, served

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
NUMBER = "S308157.HN1.2A.00000001"
FORM = f"label_id={NUMBER}&partner_id=&action_time=2026-03-02T08:15:00+07:00&status_id=5"


@pytest.fixture
def ghtk() -> Iterator[tuple[GhtkStandIn, Carrier]]:
    standin = GhtkStandIn()
    with served(standin) as base_url:
        yield standin, standin.carrier(base_url)


def a_carrier(**settings: str) -> Carrier:
    return build({"ghtk": CarrierSettings(**settings)})["ghtk"]


def asked(
    carrier: Carrier, number: str = NUMBER, transport: httpx.AsyncBaseTransport | None = None
) -> list[CarrierEvent]:
    async def asking() -> list[CarrierEvent]:
        async with httpx.AsyncClient(trust_env=False, verify=False, transport=transport) as client:
            return await carrier.ask(client, [number])

    return asyncio.run(asking())


def read(body: str) -> CarrierEvent:
    [event] = GhtkStandIn().carrier().read_message(body.encode())
    return event


def in_json(**other: Any) -> str:
    told = {"label_id": NUMBER, "status_id": 5, "action_time": "2026-03-02T08:15:00+07:00"}
    return json.dumps({**told, **other})


# Proof


@pytest.mark.parametrize("key", [SIGNING_KEY, TOKEN])
def test_either_key_in_the_address_is_a_shared_token(key: str) -> None:
    carrier = a_carrier(token=TOKEN, signing_key=SIGNING_KEY)
    assert carrier.verify({}, {"hash": key}, b"") is Source.SHARED_TOKEN


@pytest.mark.parametrize("shown", ["wrong", SIGNING_KEY[:-1], SIGNING_KEY + " ", "ừ", "\ud83d"])
def test_a_wrong_hash_is_forged_whatever_keys_there_are(shown: str) -> None:
    for settings in ({"token": TOKEN}, {"signing_key": SIGNING_KEY}, {}):
        with pytest.raises(Forged):
            a_carrier(**settings).verify({}, {"hash": shown}, b"")


def test_no_hash_is_forged_only_where_one_was_agreed() -> None:
    with pytest.raises(Forged):
        a_carrier(token=TOKEN, signing_key=SIGNING_KEY).verify({}, {}, b"")
    assert a_carrier(token=TOKEN).verify({}, {}, b"") is Source.UNSIGNED
    assert a_carrier().verify({}, {"hash": ""}, b"") is Source.UNSIGNED


# Hooks


@pytest.mark.parametrize(
    "time",
    [
        "2026-03-02T08:15:00+07:00",  # in a form, the plus of GHTK's own sample is a space
        "2026-03-02T08:15:00%2B07:00",
        "2026-03-02T08%3A15%3A00%2B07%3A00",
        "2026-03-02T01:15:00Z",
        "2026-03-02T08:15:00",
        "2026-03-02+08:15:00",
    ],
)
def test_the_time_of_a_form_is_read_however_it_is_escaped(time: str) -> None:
    assert read(FORM.replace("2026-03-02T08:15:00+07:00", time)).happened_at == MONDAY


def test_a_form_and_json_about_one_scan_are_one_event() -> None:
    assert read(FORM) == read(in_json()) == read(in_json(status_id="5"))


def test_the_newer_generation_tells_where_the_parcel_is() -> None:
    standin = GhtkStandIn()
    standin.writes_json = True
    [event] = standin.carrier().read_message(standin.hook(NUMBER, Scan("20", MONDAY)).body)
    assert event.place == "Bưu cục Uông Bí, Quảng Ninh"


def test_the_place_makes_no_other_scan_of_it() -> None:
    somewhere = in_json(cur_station={"address_l1": "Quảng Ninh"})
    assert read(somewhere).event_id == read(in_json()).event_id


def test_delivered_and_settled_are_both_delivered_but_two_scans() -> None:
    delivered, settled = read(in_json(status_id=5)), read(in_json(status_id=6))
    assert delivered.milestone is settled.milestone is Milestone.DELIVERED
    assert delivered.event_id != settled.event_id


def test_each_reason_in_the_table_is_told_and_others_are_other() -> None:
    for code, reason in [*REASONS.items(), ("126", Reason.OTHER), ("", None), ("0", None)]:
        assert read(f"{FORM.replace('id=5', 'id=9')}&reason_code={code}").reason is reason
    assert read(in_json(status_id=9, reason_code=131)).reason is Reason.UNREACHABLE


def test_a_cancelled_order_is_cancelled_whatever_reason_goes_with_it() -> None:
    assert read(in_json(status_id=-1, reason_code="131")).reason is Reason.CANCELLED


@pytest.mark.parametrize("ours", ["EE123456785VN", 12345678901234567890])
def test_the_centres_own_number_is_heard_again(ours: str | int) -> None:
    assert read(in_json(partner_id=ours)).reference == str(ours)


# Questions


def test_the_present_status_alone_is_answered(ghtk: tuple[GhtkStandIn, Carrier]) -> None:
    standin, carrier = ghtk
    for n, code in enumerate(("3", "4", "5")):
        standin.told(NUMBER, Scan(code, MONDAY + timedelta(hours=n)))
    [event] = asked(carrier)
    assert (event.carrier_code, event.happened_at) == ("5", MONDAY + timedelta(hours=2))


def test_a_hook_and_an_answer_about_one_change_are_one_event(
    ghtk: tuple[GhtkStandIn, Carrier],
) -> None:
    standin, carrier = ghtk
    hook = standin.told(NUMBER, Scan("5", MONDAY))
    assert carrier.read_message(hook.body) == asked(carrier)


def an_answer(**other: Any) -> JSONResponse:
    order = {"label_id": NUMBER, "status": "5", "modified": "2026-03-02 08:15:00", **other}
    return JSONResponse({"success": True, "message": "", "order": order})


def test_who_asks_by_the_centres_own_number_hears_of_ghtks(
    ghtk: tuple[GhtkStandIn, Carrier],
) -> None:
    standin, carrier = ghtk
    standin.bad_days = [an_answer(partner_id="EE123456785VN")]
    [event] = asked(carrier, "EE123456785VN")
    assert (event.tracking_number, event.reference) == (NUMBER, "EE123456785VN")


def test_a_status_may_come_as_a_number(ghtk: tuple[GhtkStandIn, Carrier]) -> None:
    standin, carrier = ghtk
    standin.bad_days = [an_answer(status=-1)]
    [event] = asked(carrier)
    assert (event.carrier_code, event.reason) == ("-1", Reason.CANCELLED)


@pytest.mark.parametrize(
    "wrong",
    [{"modified": ""}, {"modified": "0000-00-00 00:00:00"}, {"status": None}, {"label_id": 7}],
    ids=str,
)
def test_an_answer_without_what_matters_is_unreadable(
    ghtk: tuple[GhtkStandIn, Carrier], wrong: dict[str, Any]
) -> None:
    standin, carrier = ghtk
    standin.bad_days = [an_answer(**wrong)]
    with pytest.raises(Unreadable):
        asked(carrier)


@pytest.mark.parametrize("status", [200, 404, 422])
def test_an_order_ghtk_does_not_know_is_no_fault(
    ghtk: tuple[GhtkStandIn, Carrier], status: int
) -> None:
    standin, carrier = ghtk
    told = {"success": False, "message": "Đơn hàng không tồn tại", "error_code": "50101"}
    standin.bad_days = [JSONResponse(told, status)]
    assert asked(carrier) == []


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "Cần cung cấp token hợp lệ"),
        (200, "Cần cung cấp token hợp lệ"),
        (404, "Đường dẫn không tồn tại, vui lòng thử lại sau"),
        (200, "Hệ thống GHTK đang sự cố."),
    ],
)
def test_another_error_is_never_taken_for_an_unknown_order(
    ghtk: tuple[GhtkStandIn, Carrier], status: int, message: str
) -> None:
    standin, carrier = ghtk
    standin.bad_days = [JSONResponse({"success": False, "message": message}, status)]
    with pytest.raises(Unreachable):
        asked(carrier)


@pytest.mark.parametrize("partner_code", ["", "S308157"])
def test_ghtk_itself_is_asked_under_the_partner_code_if_there_is_one(partner_code: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == f"{Ghtk.public_address}/services/shipment/v2/{NUMBER}"
        assert request.headers["token"] == TOKEN
        assert request.headers.get("x-client-source", "") == partner_code
        return over_the_wire(json.loads(bytes(an_answer().body)))

    carrier = a_carrier(token=TOKEN, username=partner_code)
    assert len(asked(carrier, transport=httpx.MockTransport(answer))) == 1


def test_a_number_cannot_lead_to_another_address() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.raw_path == b"/services/shipment/v2/..%2F..%2Fcancel%3Fx"
        return over_the_wire({}, 404)

    with pytest.raises(Unreachable):
        asked(a_carrier(token=TOKEN), "../../cancel?x", httpx.MockTransport(answer))


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("S1.A1.17373471", True),
        ("S1234567.SG1.2A.1234567", True),
        ("S1234567", False),
        ("1.A1.17373471", False),
        ("S1..17373471", False),
        ("S1.A1.17373471\n", False),
        ("LNY7CR", False),
    ],
)
def test_numbers(number: str, is_one: bool) -> None:
    assert GhtkStandIn().carrier().is_number(number) is is_one


def test_the_table_is_whole() -> None:
    assert len(STATUSES) == 22
    assert all(status.vi and status.en for status in STATUSES.values())
