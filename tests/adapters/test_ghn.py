"""What is GHN's own: unsigned hooks in UTC, kinds of news that are none, a log without places."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse

from adapters.carrier import Carrier, Unreachable, Unreadable
from adapters.event import CarrierEvent, Milestone, Reason, Source
from adapters.ghn import REASONS, STATUSES, Ghn
from adapters.registry import CarrierSettings, build
from tests.adapters.wire import over_the_wire
from tests.standins.ghn import GhnStandIn
from tests.standins.standin import Scan, served

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
NUMBER = "LNA00001"


@pytest.fixture
def ghn() -> Iterator[tuple[GhnStandIn, Carrier]]:
    standin = GhnStandIn()
    with served(standin) as base_url:
        yield standin, standin.carrier(base_url)


def asked(
    carrier: Carrier, number: str = NUMBER, transport: httpx.AsyncBaseTransport | None = None
) -> list[CarrierEvent]:
    async def asking() -> list[CarrierEvent]:
        async with httpx.AsyncClient(trust_env=False, verify=False, transport=transport) as client:
            return await carrier.ask(client, [number])

    return asyncio.run(asking())


def a_hook(**other: Any) -> bytes:
    told = json.loads(GhnStandIn().hook(NUMBER, Scan("picked", MONDAY)).body)
    return json.dumps({**told, **other}).encode()


def an_order(**other: Any) -> JSONResponse:
    order = {"order_code": NUMBER, "status": "ready_to_pick", "log": None, **other}
    return JSONResponse({"code": 200, "message": "Success", "data": order})


def test_no_hook_of_ghn_is_ever_proven() -> None:
    carrier = GhnStandIn().carrier()
    for query in ({}, {"hash": "x"}, {"token": "token-of-the-centre-0123456789"}):
        assert carrier.verify({}, query, a_hook()) is Source.UNSIGNED


def test_without_a_token_ghn_is_listened_to_but_not_asked() -> None:
    carrier = build({"ghn": CarrierSettings()})["ghn"]
    assert not carrier.can_be_asked
    assert len(carrier.read_message(a_hook())) == 1


def test_without_an_address_ghn_itself_is_asked() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == f"{Ghn.public_address}/v2/shipping-order/detail"
        assert (request.headers["token"], "shopid" in request.headers) == ("t", False)
        return over_the_wire(json.loads(bytes(an_order(status="picked", log=LOG).body)))

    carrier = build({"ghn": CarrierSettings(token="t")})["ghn"]
    [event] = asked(carrier, transport=httpx.MockTransport(answer))
    assert event.milestone is Milestone.ACCEPTED


LOG = [{"status": "picked", "updated_date": "2026-03-02T01:15:00.158Z"}]


def test_a_hook_and_the_log_tell_of_one_scan_though_their_milliseconds_differ() -> None:
    carrier = GhnStandIn().carrier()
    [told] = carrier.read_message(a_hook(Time="2026-03-02T01:15:00.158Z"))
    [again] = carrier.read_message(a_hook(Time="2026-03-02T01:15:00.9Z"))
    [later] = carrier.read_message(a_hook(Time="2026-03-02T01:15:01Z"))
    assert told.event_id == again.event_id != later.event_id


def test_what_is_posted_is_found_again_in_the_log(ghn: tuple[GhnStandIn, Carrier]) -> None:
    standin, carrier = ghn
    hooks = [
        standin.told(NUMBER, Scan(code, MONDAY + timedelta(hours=n)))
        for n, code in enumerate(("picked", "storing", "transporting", "storing", "delivered"))
    ]
    posted = [event for hook in hooks for event in carrier.read_message(hook.body)]
    assert [event.event_id for event in asked(carrier)] == [event.event_id for event in posted]
    assert {event.place for event in posted} == {"Bưu cục Uông Bí"}


def test_time_is_utc_and_an_offset_is_minded() -> None:
    carrier = GhnStandIn().carrier()
    [event] = carrier.read_message(a_hook(Time="2026-03-02T08:15:00+07:00"))
    assert event.happened_at == MONDAY
    with pytest.raises(Unreadable):  # seven hours would be a guess
        carrier.read_message(a_hook(Time="2026-03-02T01:15:00"))


@pytest.mark.parametrize("kind", ["update_weight", "update_cod", "Update_fee", "update_address"])
def test_money_and_weight_are_no_milestones(kind: str) -> None:
    assert GhnStandIn().carrier().read_message(a_hook(Type=kind)) == []


@pytest.mark.parametrize("kind", ["create", "Create", "switch_status", "Switch_status", "", None])
def test_a_status_is_read_however_its_kind_is_spelt(kind: str | None) -> None:
    assert len(GhnStandIn().carrier().read_message(a_hook(Type=kind))) == 1


def test_each_reason_in_the_table_is_told_and_others_are_other() -> None:
    carrier = GhnStandIn().carrier()
    for code, reason in [*REASONS.items(), ("GHN-DFC1A0", Reason.OTHER), ("", None)]:
        [event] = carrier.read_message(a_hook(Status="delivery_fail", ReasonCode=code))
        assert event.reason is reason


def test_a_lost_parcel_is_lost_whatever_reason_goes_with_it() -> None:
    [event] = GhnStandIn().carrier().read_message(a_hook(Status="lost", ReasonCode="GHN-DFC1A4"))
    assert (event.milestone, event.reason) == (Milestone.EXCEPTION, Reason.LOST)


def test_the_centres_own_number_is_heard_again(ghn: tuple[GhnStandIn, Carrier]) -> None:
    standin, carrier = ghn
    [posted] = carrier.read_message(a_hook(ClientOrderCode="EE123456785VN"))
    standin.bad_days = [an_order(log=LOG, status="picked", client_order_code="EE123456785VN")]
    [answered] = asked(carrier)
    assert posted.reference == answered.reference == "EE123456785VN"


# Questions


def test_an_order_without_a_log_was_created_when_it_was(ghn: tuple[GhnStandIn, Carrier]) -> None:
    standin, carrier = ghn
    created = {"created_date": "2026-03-02T01:15:00.49Z", "updated_date": "2026-03-05T00:00:00Z"}
    standin.bad_days = [an_order(**created), an_order(**{**created, "log": []})]
    for _ in "12":
        [event] = asked(carrier)
        assert event.milestone is Milestone.ANNOUNCED
        assert event.happened_at == MONDAY.replace(microsecond=490_000)


def test_a_present_status_that_the_log_lacks_is_told_too(ghn: tuple[GhnStandIn, Carrier]) -> None:
    standin, carrier = ghn
    standin.bad_days = [an_order(log=LOG, status="delivered", updated_date="2026-03-04T03:00:00Z")]
    assert [e.milestone for e in asked(carrier)] == [Milestone.ACCEPTED, Milestone.DELIVERED]


def test_an_answer_may_be_a_list_of_orders_and_only_ours_is_heard(
    ghn: tuple[GhnStandIn, Carrier],
) -> None:
    standin, carrier = ghn
    orders = [
        {"order_code": number, "status": "picked", "log": LOG} for number in ("LNA00002", NUMBER)
    ]
    standin.bad_days = [JSONResponse({"code": 200, "data": orders})]
    assert [event.tracking_number for event in asked(carrier)] == [NUMBER]


@pytest.mark.parametrize("status", [200, 400, 404])
@pytest.mark.parametrize(
    "why",
    [
        {"message": "Không tìm thấy đơn hàng"},
        {"message": "Mã đơn hàng không tồn tại"},
        {"message": "order not found"},
        {"message": "", "code_message": "ORDER_NOT_FOUND"},
    ],
    ids=lambda why: " ".join(why.values()),
)
def test_an_order_ghn_does_not_know_is_no_fault(
    ghn: tuple[GhnStandIn, Carrier], status: int, why: dict[str, str]
) -> None:
    standin, carrier = ghn
    standin.bad_days = [JSONResponse({"code": 400, "data": None, **why}, status)]
    assert asked(carrier) == []


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize(
    "why",
    [
        {"message": "code=401, message=Token is not valid!"},
        {"message": "Shop ID is invalid", "code_message": "SHOP_NOT_FOUND"},
        {"message": "code=404, message=Not Found"},
        {"message": ["Không tìm thấy"]},
    ],
    ids=["token", "shop", "path", "a list"],
)
def test_another_error_is_never_taken_for_an_unknown_order(
    ghn: tuple[GhnStandIn, Carrier], status: int, why: dict[str, Any]
) -> None:
    standin, carrier = ghn
    standin.bad_days = [JSONResponse({"code": 400, "data": None, **why}, status)]
    with pytest.raises(Unreachable):
        asked(carrier)


def test_a_wrong_token_is_refused(ghn: tuple[GhnStandIn, Carrier]) -> None:
    standin, right = ghn
    standin.told(NUMBER, Scan("picked", MONDAY))
    settings = CarrierSettings(base_url=right.base_url, token="wrong", username="centre")  # type: ignore[attr-defined]
    with pytest.raises(Unreachable, match="HTTP 401"):
        asked(build({"ghn": settings})["ghn"])


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("Z82BS", True),
        ("5ENLKKHD", True),
        ("LNY7CR_PR", True),
        ("lny7cr", False),
        ("LNY7", False),
        ("S1.A1.17373471", False),
        ("LNY7CR\n", False),
    ],
)
def test_numbers(number: str, is_one: bool) -> None:
    assert GhnStandIn().carrier().is_number(number) is is_one


def test_the_table_is_whole() -> None:
    assert len(STATUSES) == 22
    assert all(status.vi and status.en for status in STATUSES.values())


def test_a_second_that_ends_in_another_zone_is_the_same_second() -> None:
    carrier = GhnStandIn().carrier()
    local = MONDAY.astimezone(timezone(timedelta(hours=7)))
    ids = {
        carrier.read_message(a_hook(Time=f"{at:%Y-%m-%dT%H:%M:%S}{zone}"))[0].event_id
        for at, zone in ((MONDAY, "Z"), (local, "+07:00"))
    }
    assert len(ids) == 1
