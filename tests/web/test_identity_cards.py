"""An identity card that is scanned: it fills the registration, and comes no further anywhere."""

import time

import pytest

from postal_tracker.core.codes import read_identity_card
from tests.unikey import LAYOUTS, METHODS, Unikey, typed_on

OLD = "001085012345|012345678|Trần Thị Mẫu|01021985|Nữ|Tổ 7, Quang Trung, Uông Bí|15082021"
NEW = "001085012345||Trần Thị Mẫu|01021985|Nữ|Tổ 7, Quang Trung, Uông Bí|15082024||||"
CARDS = (OLD, NEW)


@pytest.mark.parametrize("card", CARDS)
def test_both_forms_of_the_card_are_read(card):
    read = read_identity_card(card)

    assert (read.number, read.name) == ("001085012345", "Trần Thị Mẫu")
    assert read.address == "Tổ 7, Quang Trung, Uông Bí"


@pytest.mark.parametrize(
    "text", ["", "001085012345", "Trần Thị Mẫu", "H49.12-261123-0001", "1|2|3|4|5|6", "a|b"]
)
def test_what_is_no_card_is_none(text):
    assert read_identity_card(text) is None


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("field", ["applicant.name", "applicant.address", "note"])
def test_a_card_scanned_into_the_registration_fills_it_and_registers_nothing(
    lan, centre, card, field
):
    page = lan.sends("/desk/dossiers/new", {"procedure": "GPLX-01", field: card}).text

    assert 'value="Trần Thị Mẫu"' in page
    assert 'value="001085012345"' in page
    assert "Tổ 7, Quang Trung" in page
    assert "01021985" not in page
    assert "Đã điền từ thẻ căn cước" in page
    assert centre.get("/dossiers").json()["items"] == []


def test_a_field_that_cut_it_off_says_where_to_scan(lan, centre):
    cut = OLD[:20]
    page = lan.sends("/desk/dossiers/new", {"procedure": "GPLX-01", "applicant.id_number": cut})

    assert "quét lại vào ô Họ và tên" in page.text
    assert 'value="001085012345"' in page.text
    assert centre.get("/dossiers").json()["items"] == []


@pytest.mark.parametrize("card", CARDS)
def test_no_other_door_takes_or_repeats_it(centre, card):
    code = centre.a_dossier()
    number = centre.a_parcel(code)
    applicant = {"name": "Bà Hoa", "phone": "0912345678"}
    answers = [
        centre.post("/dossiers", {"procedure": "GPLX-01", "applicant": applicant | {"name": card}}),
        centre.post("/dossiers", {"procedure": "GPLX-01", "applicant": applicant, "note": card}),
        centre.post("/scans", {"code": card}),
        centre.post("/track", {"code": card, "phone_last4": "5678"}, role=""),
        centre.post(f"/dossiers/{code}/acts", {"act": "result_ready", "note": card}),
        centre.post(
            "/parcels", {"carrier": "by_hand", "direction": "to_citizen", "dossiers": [card]}
        ),
        centre.post("/handovers", {"carrier": "rehearsal", "parcels": [card]}),
        centre.post("/events", {"events": [centre.an_event(number, "accepted", note=card)]}),
    ]

    for answer in answers:
        assert "Mẫu" not in answer.text
        assert "001085012345" not in answer.text
    taken = [a.status_code for a in answers if a.is_success]
    assert len(taken) <= 2, "a scan that is unknown, and a list with one refused event"
    assert len(centre.get("/dossiers").json()["items"]) == 1


SWITCH = "chọn bàn phím tiếng Anh"
KEYED = "001085012345|012345678|TRAN THI MAU|01021985|NU|TO 7 QUANG TRUNG|15082021"
BOARDS = [layout for layout in LAYOUTS if layout != "french scanner"]  # it has no key for the bar


@pytest.mark.parametrize("method", METHODS)
def test_no_input_method_hides_a_card(method):
    assert read_identity_card(Unikey(method).type(KEYED)).number == "001085012345"


@pytest.mark.parametrize("layout", BOARDS)
def test_a_card_on_another_layout_registers_nothing_and_says_to_switch_the_keyboard(
    lan, centre, layout
):
    arrived = typed_on(layout, KEYED)
    page = lan.sends("/desk/dossiers/new", {"procedure": "GPLX-01", "applicant.name": arrived})
    scanned = lan.sends("/desk/scan", {"code": arrived})
    told = centre.post("/scans", {"code": arrived}).json()

    assert SWITCH in page.text
    assert SWITCH in scanned.text
    assert not any(arrived[12:30] in answer.text for answer in (page, scanned))
    assert (told["kind"], told["choices"]) == ("unknown", [])
    assert centre.get("/dossiers").json()["items"] == []


@pytest.mark.parametrize("card", CARDS)
def test_no_page_that_takes_scans_repeats_it(lan, tuan, centre, card):
    code = centre.a_dossier()
    answers = [
        lan.sends("/desk/scan", {"code": card}),
        lan.sends("/desk/dossiers", {"q": card}),
        lan.sends("/desk/parcels/new", {"dossiers": f"{code}\n{card}", "carrier": "by_hand"}),
        lan.sends(f"/desk/dossiers/{code}/cancel", {"note": card}),
        lan.sends(f"/desk/dossiers/{code}/acts/extend", {"reason": card, "signed_by": card}),
        tuan.sends("/courier", {"code": card}),
    ]

    for answer in answers:
        assert answer.status_code == 422
        assert "Mẫu" not in answer.text
        assert "001085012345" not in answer.text


@pytest.mark.parametrize("dots", [10, 12, 20, 200])
@pytest.mark.parametrize("field", ["code", "proof"])
def test_a_letter_with_too_many_marks_stops_nobody(lan, field, dots):
    """Nine kilobytes at most of what no keyboard makes; each place of each dot was tried."""
    text = "_" + "\u0323" * dots + "\u0301" * dots
    began = time.monotonic()

    assert lan.client.post("/", data={"code": "x", "proof": "1234", field: text}).status_code < 500
    assert lan.sends("/desk/scan", {"code": text}).status_code < 500
    assert time.monotonic() - began < 5
