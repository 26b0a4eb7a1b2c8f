"""Courier and desk sign a list on glass: what is missing is named, and only then it counts."""

import re

import pytest

from tests.asserting import assert_problem
from tests.web.conftest import Visitor, employ


def listed(centre, *parcels):
    body = {"carrier": "rehearsal", "parcels": list(parcels)}
    return centre.post("/handovers", body).json()["number"]


def comes(centre, who):
    employ(centre, "lan")
    employ(centre, who)
    made = Visitor(centre)
    made.has_signed_in(who)
    return made


def milestone(centre, number):
    return centre.get(f"/parcels/{number}").json()["milestone"]


def record_on(page):
    return re.search(r'name="record" value="(\w+)"', page.text)[1]


def test_what_is_missing_is_named_before_either_signs_and_stays_with_the_desk(any_centre):
    centre = any_centre
    lan, tuan = comes(centre, "lan"), comes(centre, "tuan")
    here, missing = centre.a_parcel(), centre.a_parcel()
    number = listed(centre, here, missing)
    address, desk = f"/courier/lists/{number}", f"/desk/handovers/{number}"
    assert f"{address}" not in lan.opens(desk).text  # as a QR code alone
    assert 'class="qr"' in lan.opens(desk).text

    scanned = tuan.sends(address, {"code": here, "do": "scan"})
    assert f'value="{here}" id="f-here" checked' in scanned.text
    asked = tuan.sends(address, {"here": here, "do": "count"})
    assert "Không có khi kiểm" in asked.text
    assert centre.get(f"/handovers/{number}").json()["counted_by"] is None
    sure = {"here": here, "left": missing, "do": "count"}
    assert tuan.sends(address, sure).headers["location"] == address
    assert {milestone(centre, n) for n in (here, missing)} == {"announced"}

    page = lan.opens(desk)
    assert "Không có khi kiểm" in page.text
    signs = {"signed_by": "Tuấn", "record": record_on(page)}
    assert lan.sends(f"{desk}/sign", signs).status_code == 303
    assert [milestone(centre, n) for n in (here, missing)] == ["handed_over", "announced"]
    told = centre.get(f"/handovers/{number}").json()
    assert (told["given_by"], told["signed_by"], told["left_behind"]) == ("Lan", "Tuấn", [missing])
    assert told["record"] == record_on(page)
    assert told["record"][:16] in lan.opens(desk).text
    assert told["record"][:16] in tuan.opens(address).text
    assert listed(centre, missing) != number
    assert centre.differences() == []


def test_a_count_knows_what_a_keyboard_has_changed(centre, tuan):
    here = centre.a_parcel()
    french = here.translate(str.maketrans("1234567890", "&é\"'(-è_çà"))

    page = tuan.sends(f"/courier/lists/{listed(centre, here)}", {"code": french, "do": "scan"})

    assert f'value="{here}" id="f-here" checked' in page.text


def test_who_takes_counts_again_and_nobody_signs_for_a_count_that_he_has_not_read(centre, tuan):
    here, missing = centre.a_parcel(), centre.a_parcel()
    number = listed(centre, here, missing)
    take, sign = f"/handovers/{number}/take", f"/handovers/{number}/sign"
    assert centre.post(take, {"parcels": [here]}, role="courier").status_code == 200
    assert_problem(centre.post(sign, {"signed_by": "Tuấn"}), 409, "counted-meanwhile")
    seen = centre.get(f"/handovers/{number}").json()["record"]
    centre.clock.pass_(minutes=1)
    assert centre.post(take, {"parcels": [here, missing]}, role="courier").status_code == 200
    stale = {"signed_by": "Tuấn", "record": seen}
    assert_problem(centre.post(sign, stale), 409, "counted-meanwhile")
    assert centre.post(sign, {"signed_by": "Tuấn"}).status_code == 200
    late = centre.post(take, {"parcels": [here]}, role="courier")
    assert_problem(late, 409, "handover-signed")
    assert milestone(centre, missing) == "handed_over"


def test_what_stands_on_another_list_is_named_and_signs_nothing(centre, tuan, lan):
    here, others = centre.a_parcel(), centre.a_parcel()
    number, _ = listed(centre, here), listed(centre, others)
    page = tuan.sends(f"/courier/lists/{number}", {"code": others, "here": here, "do": "scan"})
    assert page.status_code == 422
    assert "không có trong danh sách" in page.text
    assert f'value="{here}" id="f-here" checked' in page.text
    took = centre.post(f"/handovers/{number}/take", {"parcels": [others]}, role="courier")
    assert_problem(took, 409, "parcel-not-on-the-list")
    assert lan.opens(f"/courier/lists/{number}").headers["location"].startswith("/desk/handovers")


def test_a_list_is_shown_to_couriers_without_what_is_inside(centre, tuan):
    code = centre.a_dossier()
    number = listed(centre, centre.a_parcel(code))
    page = tuan.opens(f"/courier/lists/{number}").text
    assert code not in page
    assert "Bà Hoa" not in page
    paper = tuan.opens(f"/courier/lists/{number}.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert tuan.opens(f"/desk/handovers/{number}").status_code == 403


# The way back


@pytest.fixture
def carried(any_centre):
    """Two parcels in Tuấn's hands: one that nobody took in, and a result that he fetched."""
    centre = any_centre
    tuan = comes(centre, "tuan")
    code = centre.a_dossier()
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    failed = centre.a_parcel(code, direction="to_citizen")
    fetched = centre.a_parcel(direction="to_centre")
    for number in (failed, fetched):
        centre.clock.pass_(minutes=1)
        told = {"milestone": "accepted", "form_id": number}
        assert tuan.sends(f"/courier/{number}", told).status_code == 303
    return tuan, failed, fetched


def test_what_comes_back_leaves_his_hands_when_the_desk_has_signed(any_centre, carried):
    centre, (tuan, failed, fetched) = any_centre, carried
    centre.clock.pass_(hours=1)
    lan = comes(centre, "lan")
    office = {"office": "H49.12"}
    address = tuan.sends("/courier/lists", {**office, "do": "whole"}).headers["location"]
    again = tuan.sends("/courier/lists", {**office, "do": "whole"}).headers["location"]
    assert address == again  # said anew, it is the same list
    desk = address.replace("/courier/lists", "/desk/handovers")
    assert 'class="qr"' in tuan.opens(address).text
    assert {milestone(centre, n) for n in (failed, fetched)} == {"accepted"}
    led = lan.sends("/desk/scan", {"code": f"http://testserver{address}"})
    assert led.headers["location"] == desk

    asked = lan.sends(f"{desk}/sign", {"here": fetched, "do": "count"})
    assert "Không có khi kiểm" in asked.text
    assert milestone(centre, fetched) == "accepted"
    sure = {"here": fetched, "left": failed, "do": "count"}
    assert lan.sends(f"{desk}/sign", sure).status_code == 303
    assert [milestone(centre, n) for n in (failed, fetched)] == ["accepted", "delivered"]
    told = centre.get(f"/handovers/{address.rpartition('/')[2]}").json()
    assert (told["way"], told["given_by"], told["signed_by"]) == ("back", "Tuấn", "Lan")
    assert told["left_behind"] == [failed]
    page = tuan.opens("/courier").text
    assert (failed in page, fetched in page) == (True, False)
    assert lan.opens(f"{desk}.pdf").status_code == 200

    rest = tuan.sends("/courier/lists", {**office, "do": "whole"}).headers["location"]
    signed = rest.replace("/courier/lists", "/desk/handovers") + "/sign"
    assert lan.sends(signed, {"do": "whole"}).status_code == 303
    assert milestone(centre, failed) == "returned"
    assert centre.differences() == []


def test_nobody_brings_what_is_not_in_his_hands(any_centre, carried):
    centre, (tuan, failed, _) = any_centre, carried
    other = centre.a_parcel()
    wrong = tuan.sends("/courier/lists", {"office": "H49.12", "code": other, "do": "count"})
    assert wrong.status_code == 422
    binh = comes(centre, "binh")
    assert failed not in binh.opens("/courier/lists").text
    assert "Không có bưu gửi nào" in binh.opens("/courier/lists").text
