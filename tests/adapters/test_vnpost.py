"""Vietnam Post's EMS: two generations of one hook, answers, and a token in the address."""

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest
from starlette.responses import JSONResponse

from adapters.carrier import Unreachable, Unreadable
from adapters.event import Milestone, Source
from adapters.registry import CarrierSettings, build
from tests.standins.standin import TOKEN, Scan, served
from tests.standins.vnpost import VnpostStandIn

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
PARCEL = "EE123456785VN"
FIRST = {
    "tracking_code": PARCEL,
    "status_code": 4,
    "locate": "890100 - KTC1 Vĩnh Long (ÐT:02703000000)",
    "datetime": "02/03/2026 08:15:00",
}
SECOND = {
    "TrackingCode": PARCEL,
    "StatusCode": 11000,
    "Location": "129060 - BCP Từ Liêm (ÐT:024.30000000)",
    "CreatedAt": "2026-03-02 08:15:00",
}


def vnpost(**settings):
    return build({"vnpost": CarrierSettings(**settings)})["vnpost"]


def read(message):
    (event,) = vnpost().read_message(json.dumps(message).encode())
    return event


def asked(carrier, *numbers):
    async def asking():
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
            return await carrier.ask(client, numbers)

    return asyncio.run(asking())


def answering(*scans, **data):
    """What a question about the parcel brings when the carrier answers with this."""
    standin = VnpostStandIn()
    history = {"tracking_code": PARCEL, "__get_status": list(scans), **data}
    standin.bad_days = [JSONResponse({"code": "success", "data": history})]
    with served(standin) as base_url:
        return asked(standin.carrier(base_url), PARCEL)


# Webhooks


def test_both_generations_tell_vietnamese_time_without_saying_so():
    assert read(FIRST).happened_at == read(SECOND).happened_at == MONDAY


def test_a_code_is_kept_with_the_family_it_belongs_to():
    assert (read(FIRST).carrier_code, read(SECOND).carrier_code) == ("ems:4", "ems2:11000")


def test_a_code_of_one_family_is_not_read_as_one_of_another():
    told = {code: read({**FIRST, "status_code": code}) for code in (100, 120, 11000)}

    assert {event.milestone for event in told.values()} == {Milestone.UNRECOGNISED}
    assert told[100].carrier_code == "ems:100"


def test_a_state_of_an_order_is_known_by_its_whole_name():
    assert read({**FIRST, "status_code": "order:100"}).milestone is Milestone.DELIVERED


def test_an_offices_telephone_number_is_no_place():
    assert read(FIRST).place == "890100 - KTC1 Vĩnh Long"
    assert read(SECOND).place == "129060 - BCP Từ Liêm"


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ("203000 - BCP Uông Bí (Khu 1)", "203000 - BCP Uông Bí (Khu 1)"),
        ("203000 - BCP Uông Bí (SĐT 0203 300 0000) Quảng Ninh", "203000 - BCP Uông Bí Quảng Ninh"),
        ("(ÐT:02033000000)", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_place_is_left_as_it_is_otherwise(named, place):
    assert read({**FIRST, "locate": named}).place == place


def test_what_a_postman_noted_is_in_no_event():
    event = read({**FIRST, "note": "Giao cho Người nhận mẫu 0900000321", "money_collect": 210000})

    assert "mẫu" not in repr(event)
    assert "210000" not in repr(event)


def test_our_own_number_is_the_reference():
    assert read({**FIRST, "order_code": "H49.12-1"}).reference == "H49.12-1"
    assert read({**SECOND, "OrderCode": "H49.12-1"}).reference == "H49.12-1"
    assert read({**SECOND, "OrderCode": None}).reference == ""


def test_a_hook_proves_nothing():
    assert vnpost(token=TOKEN).verify({"ems-transaction": "1"}, {}, b"{}") is Source.UNSIGNED


@pytest.mark.parametrize("transaction", ["1234567890", 'a"b\\', "giao dịch"])
def test_the_answer_repeats_the_transaction(transaction):
    answer = vnpost().answer({"ems-transaction": transaction})

    assert json.loads(answer.body) == {"code": "success", "transaction": transaction}
    assert answer.media_type == "application/json"


def test_a_message_without_a_transaction_is_answered_all_the_same():
    assert json.loads(vnpost().answer({}).body) == {"code": "success", "transaction": ""}


# Questions


def test_a_scan_has_one_id_in_hook_and_answer():
    standin = VnpostStandIn()
    hook = standin.told(PARCEL, Scan("ems:4", MONDAY))
    with served(standin) as base_url:
        (answered,) = asked(standin.carrier(base_url), PARCEL)
    (posted,) = standin.carrier().read_message(hook.body)

    assert answered.event_id == posted.event_id
    assert (answered.place, posted.place) == ("EMS", "203000 - Bưu cục Uông Bí")


def test_the_token_is_shown_in_the_query_and_nowhere_else():
    standin = VnpostStandIn()
    with served(standin) as base_url:
        carrier = standin.carrier(base_url)
        asked(carrier, PARCEL)
    ((_, method, where, _),) = standin.asked

    assert (method, where) == ("GET", f"/orders/tracking/{PARCEL}?merchant_token={TOKEN}")
    assert TOKEN not in repr(carrier)


def test_a_token_that_is_no_good_makes_the_carrier_unreachable_and_is_not_repeated():
    standin = VnpostStandIn()
    standin.told(PARCEL, Scan("ems:4", MONDAY))
    with served(standin) as base_url, pytest.raises(Unreachable) as fault:
        asked(vnpost(base_url=base_url, token="of-last-year"), PARCEL)

    assert len(standin.asked) == 1
    assert "of-last-year" not in str(fault.value)


def test_without_a_token_it_is_not_asked():
    assert not vnpost().can_be_asked
    assert vnpost(token=TOKEN).can_be_asked


@pytest.mark.parametrize(
    "message", ["Không tìm thấy bưu gửi", "Mã bưu gửi KHÔNG TỒN TẠI", "order_not_found"]
)
def test_an_unknown_number_is_no_fault(message):
    standin = VnpostStandIn(bad_days=[JSONResponse({"code": "error", "message": message})])
    with served(standin) as base_url:
        assert asked(standin.carrier(base_url), PARCEL) == []


@pytest.mark.parametrize("message", ["Hệ thống bận", "", None, 5, ["Không"]])
def test_any_other_error_is_one_though_it_comes_with_http_200(message):
    standin = VnpostStandIn(bad_days=[JSONResponse({"code": "error", "message": message})])
    with served(standin) as base_url, pytest.raises(Unreachable):
        asked(standin.carrier(base_url), PARCEL)


@pytest.mark.parametrize("data", [None, [], {}])
def test_a_parcel_with_no_data_yet_has_no_scans(data):
    standin = VnpostStandIn(bad_days=[JSONResponse({"code": "success", "data": data})])
    with served(standin) as base_url:
        assert asked(standin.carrier(base_url), PARCEL) == []


def test_news_of_another_parcel_is_not_heard():
    scan = {"status": 4, "address": "EMS", "tracedate": "2026-03-02 08:15:00"}

    assert answering(scan, tracking_code="RR202600011VN") == []
    assert [event.tracking_number for event in answering(scan)] == [PARCEL]


@pytest.mark.parametrize(
    "scan",
    [
        {"status": 4, "address": "EMS"},
        {"address": "EMS", "tracedate": "2026-03-02 08:15:00"},
        {"status": 4, "address": "EMS", "tracedate": "2026-02-30 08:15:00"},
    ],
)
def test_an_answer_with_half_a_scan_is_unreadable(scan):
    with pytest.raises(Unreadable):
        answering(scan)


def test_an_answer_without_a_history_is_unreadable():
    with pytest.raises(Unreadable):
        answering(__get_status="none")


def test_unless_told_otherwise_it_is_asked_where_nobody_reads_the_token_on_the_way():
    assert vnpost(token=TOKEN).address == "https://ws.ems.com.vn/api/v1"
    assert vnpost(base_url="http://ems.test/api/v1/").address == "http://ems.test/api/v1"


def test_a_number_is_one_of_s10_with_its_check_digit():
    assert vnpost().is_number(PARCEL)
    assert not vnpost().is_number("EJ012345678VN")
    assert not vnpost().is_number("10345381626")
