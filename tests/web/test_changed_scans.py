"""A scan that the keyboard changed, at every door: worked out and said, or asked, never guessed."""

from itertools import product

import pytest

from tests.unikey import METHODS, Unikey, typed_on

EE, CE = "EE123456785VN", "CE123456785VN"


def typed(keys, method="telex"):
    return Unikey(method).type(keys) if method in METHODS else typed_on(method, keys)


@pytest.fixture
def parcels(centre):
    for number in (EE, CE):
        centre.a_parcel(carrier="by_hand", tracking_number=number)
    return centre


@pytest.mark.parametrize(
    ("keyboard", "number"),
    [("telex", EE), *product(["french", "french scanner", "vietnamese"], [EE, CE])],
)
def test_the_desk_opens_what_was_scanned_and_says_that_it_was_repaired(
    parcels, lan, keyboard, number
):
    answer = lan.sends("/desk/scan", {"code": typed(number, keyboard)})

    assert answer.headers["location"] == f"/desk/parcels/{number}"
    assert "Bàn phím làm biến dạng" in lan.opens(answer.headers["location"]).text


def test_where_most_digits_are_gone_even_the_only_one_in_the_record_is_asked(parcels, lan):
    asked = lan.sends("/desk/scan", {"code": typed(CE, "vni")})

    assert f'value="{CE}"' in asked.text


def test_what_may_be_two_is_asked_and_the_chosen_one_is_opened(centre, lan):
    for number in ("GAANC123", "GAAANC123"):
        centre.a_parcel(carrier="by_hand", tracking_number=number)
    asked = lan.sends("/desk/scan", {"code": typed("GAAANC123")})
    chosen = lan.sends("/desk/scan", {"code": "GAANC123", "chosen": "yes"})

    assert "đây là mã nào?" in asked.text
    assert [f'value="{n}"' in asked.text for n in ("GAANC123", "GAAANC123")] == [True, True]
    assert chosen.headers["location"] == "/desk/parcels/GAANC123"


def test_an_unknown_one_says_how_to_switch_the_keyboard(lan):
    page = lan.sends("/desk/scan", {"code": "Ê999999999VN"})

    assert page.status_code == 422
    assert "chọn bàn phím tiếng Anh" in page.text
    assert "999999999" not in page.text


def test_a_courier_is_led_to_the_parcel_known_or_not(parcels, tuan):
    known = tuan.sends("/courier", {"code": typed(EE)})
    unknown = tuan.sends("/courier", {"code": typed("AA123456785VN")})
    unclear = tuan.sends("/courier", {"code": typed("RA123456785VN", "vni")})

    assert known.headers["location"] == f"/courier/{EE}"
    assert unknown.headers["location"] == "/courier/AA123456785VN"
    assert unclear.status_code == 422
    assert "chọn bàn phím tiếng Anh" in unclear.text


def test_numbers_and_codes_are_entered_whole_or_not_at_all(centre):
    code = "G09.20-20261123-0092637"
    entered = centre.post(
        "/dossiers",
        {"procedure": "GPLX-01", "code": typed(code, "french"), "applicant": {"name": "Bà Hoa"}},
    )
    body = {"carrier": "by_hand", "direction": "to_authority", "dossiers": [code]}
    lost = centre.post("/parcels", body | {"tracking_number": typed(CE, "vni")})
    sealed = centre.post("/parcels", body | {"tracking_number": typed(EE)})

    assert entered.json()["code"] == code
    assert lost.status_code == 422
    assert "keyboard" in lost.text or "bàn phím" in lost.text.lower()
    assert sealed.json()["tracking_number"] == EE


def test_nothing_is_done_by_a_scan_that_had_to_be_repaired(parcels):
    scan = {"code": typed(EE), "act": "delivered"}
    refused = parcels.post("/scans", scan, role="courier")
    done = parcels.post("/scans", scan | {"code": EE, "chosen": True}, role="courier")

    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (409, "unclear-scan")
    assert EE in refused.json()["detail"]
    assert done.json()["done"] == "delivered"


def test_dossiers_are_sealed_by_scans_that_the_keyboard_changed(centre, lan):
    codes = [centre.a_dossier() for _ in range(2)]
    readings = "\n".join(typed(code, "french") for code in codes)
    fields = {"dossiers": readings, "carrier": "by_hand", "direction": "to_authority"}
    made = lan.sends("/desk/parcels/new", {**fields, "tracking_number": typed(EE)})

    assert made.headers["location"] == f"/desk/parcels/{EE}"
    assert centre.get(f"/parcels/{EE}").json()["dossiers"] == codes
