"""Viettel Post: a secret in the body, two spellings of a place, and parcels on their way back."""

import json

import pytest

from adapters.carrier import Forged, Unreadable
from adapters.event import Milestone, Source
from adapters.registry import CarrierSettings, build

SECRET = "secret of the centre"
DATA = {
    "ORDER_NUMBER": "10345381626",
    "ORDER_STATUS": 501,
    "ORDER_STATUSDATE": "02/03/2026 08:15:00",
    "LOCATION_CURRENTLY": "HNI, Bưu cục Cầu Giấy",
}


def viettel_post(**settings):
    return build({"viettel_post": CarrierSettings(**settings)})["viettel_post"]


def verified(message, **settings):
    return viettel_post(**settings).verify({}, {}, json.dumps(message).encode())


def read(**changed):
    (event,) = viettel_post().read_message(json.dumps({"DATA": {**DATA, **changed}}).encode())
    return event


@pytest.mark.parametrize("keys", [{"token": SECRET}, {"signing_key": SECRET, "token": "another"}])
def test_either_key_of_ours_may_be_shown(keys):
    assert verified({"DATA": DATA, "TOKEN": SECRET}, **keys) is Source.SHARED_TOKEN


def test_a_shared_token_does_not_make_a_delivery_certain():
    assert not Source.SHARED_TOKEN.is_trusted


def test_the_secret_may_stand_within_data_as_well():
    assert verified({"DATA": {**DATA, "token": SECRET}}, token=SECRET) is Source.SHARED_TOKEN


@pytest.mark.parametrize(
    "message",
    [
        {"DATA": DATA},
        {"DATA": DATA, "TOKEN": ""},
        {"DATA": DATA, "TOKEN": SECRET + " "},
        {"DATA": DATA, "TOKEN": SECRET.upper()},
        {"DATA": DATA, "TOKEN": "mật khẩu"},
        {"DATA": DATA, "TOKEN": None},
        {"DATA": DATA, "TOKEN": [SECRET]},
        {"DATA": [SECRET], "TOKEN": 0},
        [SECRET],
    ],
)
def test_whoever_does_not_show_it_is_forged(message):
    with pytest.raises(Forged) as fault:
        verified(message, token=SECRET)

    assert SECRET not in str(fault.value)


@pytest.mark.parametrize("body", [b"", b"\xff", b'{"TOKEN":"a","TOKEN":"secret of the centr'])
def test_a_body_that_is_none_shows_no_token(body):
    with pytest.raises(Forged):
        viettel_post(token=SECRET).verify({}, {}, body)


@pytest.mark.parametrize(
    "spoil", [b'{"NOTE":"\xe0",', b"\xef\xbb\xbf{", b"\x00{", b'{"TOKEN":"a",']
)
def test_what_cannot_be_read_but_shows_the_secret_is_kept_until_it_can(spoil):
    body = spoil + b'"TOKEN":"secret of the centre"}'
    carrier = viettel_post(token=SECRET)

    assert carrier.verify({}, {}, body) is Source.SHARED_TOKEN
    with pytest.raises(Unreadable):
        carrier.read_message(body)
    with pytest.raises(Forged):
        viettel_post(token=SECRET[:-1]).verify({}, {}, body)


def test_half_a_character_as_token_is_forged_too():
    with pytest.raises(Forged):
        viettel_post(token=SECRET).verify({}, {}, b'{"TOKEN": "\\ud800"}')


def test_without_a_key_of_ours_nothing_is_proven():
    assert verified({"DATA": DATA, "TOKEN": SECRET}) is Source.UNSIGNED


def test_what_its_sender_has_back_was_delivered_to_nobody():
    assert read().milestone is Milestone.DELIVERED
    assert read(IS_RETURNING=False).milestone is Milestone.DELIVERED
    assert read(IS_RETURNING=None).milestone is Milestone.DELIVERED
    assert read(IS_RETURNING=True).milestone is Milestone.RETURNED


@pytest.mark.parametrize("status", [200, 400, 500, 506, 507])
def test_on_its_way_back_a_parcel_is_not_on_its_way_to_anybody_else(status):
    event = read(ORDER_STATUS=status, IS_RETURNING=True)

    assert (event.milestone, event.reason) == (Milestone.RETURNING, None)
    assert event.carrier_code == str(status)


@pytest.mark.parametrize(("status", "milestone"), [(504, "returned"), (503, "exception")])
def test_what_is_already_told_as_the_way_back_stays_so(status, milestone):
    assert read(ORDER_STATUS=status, IS_RETURNING=True).milestone == milestone


def test_an_unknown_status_stays_unknown_on_the_way_back():
    assert read(ORDER_STATUS=599, IS_RETURNING=True).milestone is Milestone.UNRECOGNISED


def test_the_direction_does_not_make_two_scans_of_one():
    assert read(IS_RETURNING=True).event_id == read().event_id


def test_the_place_is_read_in_either_spelling():
    old = read(LOCATION_CURRENTLY=None, LOCALION_CURRENTLY="Bưu cục Uông Bí")

    assert old.place == "Bưu cục Uông Bí"
    assert read(LOCALION_CURRENTLY="HNI").place == "HNI, Bưu cục Cầu Giấy"


def test_nobody_who_has_to_do_with_the_parcel_is_in_the_event():
    event = read(
        EMPLOYEE_NAME="Bưu tá mẫu",
        EMPLOYEE_PHONE="0900000321",
        RECEIVER_FULLNAME="Người nhận mẫu",
        NOTE="Giao cho Người nhận mẫu",
        MONEY_COLLECTION=3905000,
    )

    assert not [word for word in ("mẫu", "0900000321", "3905000") if word in repr(event)]


@pytest.mark.parametrize(
    "number", ["10345381626", "1234567890123", "PKE1515018957", "123456789101112"]
)
def test_its_numbers_are_digits_with_a_few_letters_before_them(number):
    assert viettel_post().is_number(number)


@pytest.mark.parametrize(
    "number", ["EE123456785VN", "1234567", "S1234567.SG1.2A.1234567", "\uff11" * 11]
)
def test_other_carriers_numbers_are_not_its(number):
    assert not viettel_post().is_number(number)


def test_it_can_neither_be_asked_nor_told():
    carrier = viettel_post(token=SECRET)

    assert not carrier.can_be_asked
    assert not carrier.takes_announcements


@pytest.mark.parametrize("shown", ["{}", "Bearer {}", "bearer  {} "])
@pytest.mark.parametrize("body", [{"DATA": {}, "TOKEN": "3024822076"}, {"DATA": {}}, {}])
def test_the_secret_may_be_shown_in_the_header(shown, body):
    carrier = viettel_post(token="a secret of the centre", signing_key="the next secret")
    told = json.dumps(body).encode()

    for secret in ("a secret of the centre", "the next secret"):
        headers = {"authorization": shown.format(secret)}
        assert carrier.verify(headers, {}, told) is Source.SHARED_TOKEN
    for wrong in ("", "Bearer", "Bearer ", "a secret", "Basic a secret of the centre"):
        with pytest.raises(Forged):
            carrier.verify({"authorization": wrong}, {}, told)
    assert carrier.is_number("TUANPAD3024822076")
