"""The registration's page: what is asked for by a part of its name, who is known, where from."""

import json
import re
from importlib.metadata import PackageNotFoundError

import pytest

from postal_tracker.access import Scope
from postal_tracker.core import wards
from postal_tracker.views import intake
from tests.growing import grow
from tests.plans import hearing, read_through
from tests.web.known_people import HERE, knows

NEW = "/desk/dossiers/new"
PHONE = "0912 345 678"
CARD = "001085012345||NGUYỄN THỊ HOA|01021985|Nữ|Tổ 7, Quang Trung, Uông Bí|15082024||||"


def shown(page, field):
    """Return what a field of the page holds."""
    tag = re.search(rf'<input[^>]*name="{re.escape(field)}"[^>]*>', page.text)[0]
    return re.search(r'value="([^"]*)"', tag)[1]


def listed(page, name):
    """Return what a field of the page offers."""
    inside = re.search(rf'<datalist id="{name}">(.*?)</datalist>', page.text, re.DOTALL)[1]
    return re.findall(r'value="([^"]*)"', inside)


def taken(centre):
    return centre.get("/dossiers").json()["items"]


# What is asked for


@pytest.mark.parametrize(
    "typed", ["GPLX-01", "gplx-01", "giay phep", "lái xe đổi", "GPLX-01 · Đổi giấy phép"]
)
def test_a_procedure_is_found_by_its_code_or_by_words_of_its_name_without_marks(lan, centre, typed):
    answer = lan.sends(NEW, {"procedure": typed, "applicant.name": "Bà Hoa"})

    assert answer.status_code == 303, answer.text
    assert [one["procedure"]["code"] for one in taken(centre)] == ["GPLX-01"]


def test_where_several_fit_one_of_them_is_chosen(lan, centre):
    typed = {"procedure": "đ", "applicant.name": "Bà Hoa"}

    asked = lan.sends(NEW, typed)

    assert asked.status_code == 422
    assert "Có 2 thủ tục phù hợp" in asked.text
    assert '<select id="f-chosen"' in asked.text
    assert taken(centre) == []
    assert lan.sends(NEW, {**typed, "chosen": "DD-01"}).status_code == 303
    assert [one["procedure"]["code"] for one in taken(centre)] == ["DD-01"]


def test_words_that_fit_nothing_are_said_to_be_none(lan):
    for typed in ("hộ chiếu", "đăng ký một việc không có trong danh mục này"):
        assert lan.sends(NEW, {"procedure": typed, "applicant.name": "x"}).status_code == 422


def test_what_this_desk_was_asked_for_last_is_offered_first(lan, centre):
    first = [one.partition(" ")[0] for one in listed(lan.opens(NEW), "procedures")]
    knows(centre)
    then = [one.partition(" ")[0] for one in listed(lan.opens(NEW), "procedures")]

    assert (first, then) == (["GPLX-01", "DD-01"], ["DD-01", "GPLX-01"])


def test_the_due_moment_the_papers_and_the_price_follow_from_the_procedure(lan):
    page = lan.sends(NEW, {"procedure": "doi giay", "show": "check", "part": "yes"})

    assert "01/12/2026 17:00" in page.text
    assert 'id="papers"' in page.text
    assert 'value="GPLX-01 · Đổi giấy phép lái xe ô tô" data-field="procedure"' in page.text
    assert "<html" not in page.text


# Who is known


@pytest.mark.parametrize(
    "typed", [{"applicant.phone": PHONE}, {"applicant.id_number": "001085012345"}]
)
def test_a_known_applicant_is_filled_in_to_be_looked_at_and_nothing_is_registered(
    lan, centre, typed
):
    code = knows(centre)

    page = lan.sends(NEW, {"procedure": "GPLX-01", **typed})

    assert page.status_code == 200
    assert {name: shown(page, f"applicant.{name}") for name in HERE} == HERE
    assert shown(page, "applicant.name") == "Nguyễn Thị Hoa"
    assert shown(page, "applicant.phone") == PHONE
    assert [one["code"] for one in taken(centre)] == [code]


def test_that_a_known_applicant_was_shown_is_written_down(lan, centre):
    code = knows(centre)
    lan.sends(NEW, {"applicant.phone": PHONE, "show": "check", "part": "yes"})

    read = centre.get("/audit", role="admin", params={"dossier": code}).json()["items"]
    told = next(one for one in read if one["detail"] == "known applicant")
    assert (told["what"], told["door"]) == ("read", f"POST {NEW}")
    assert told["fields"] == ["name", "phone", "address", "ward", "province"]


def test_what_was_typed_counts_and_another_name_is_another_person(lan, centre):
    knows(centre)
    typed = {"applicant.phone": PHONE, "show": "check"}

    moved = lan.sends(NEW, {**typed, "applicant.address": "Số 9 Quang Trung"})
    husband = lan.sends(NEW, {**typed, "applicant.name": "Ông Ba"})

    assert shown(moved, "applicant.address") == "Số 9 Quang Trung"
    assert shown(moved, "applicant.ward") == ""
    assert shown(moved, "applicant.name") == "Nguyễn Thị Hoa"
    assert shown(husband, "applicant.address") == ""


def test_of_a_family_with_one_telephone_somebody_is_chosen(lan, centre):
    knows(centre)
    husband = knows(centre, name="Trần Văn Ba", ward="Phường Yên Tử")

    page = lan.sends(NEW, {"procedure": "GPLX-01", "applicant.phone": PHONE})
    chosen = lan.sends(NEW, {"applicant.phone": PHONE, "person": husband})

    assert shown(page, "applicant.name") == ""
    assert "Trần Văn Ba – Phường Yên Tử" in page.text
    assert "Nguyễn Thị Hoa – Phường Uông Bí" in page.text
    assert shown(chosen, "applicant.name") == "Trần Văn Ba"
    assert shown(chosen, "applicant.ward") == "Phường Yên Tử"


def test_a_card_is_known_by_its_number_with_the_address_of_today(lan, centre):
    knows(centre)

    page = lan.sends(NEW, {"procedure": "GPLX-01", "applicant.id_number": CARD})

    assert shown(page, "applicant.name") == "NGUYỄN THỊ HOA"
    assert shown(page, "applicant.phone") == PHONE
    assert {name: shown(page, f"applicant.{name}") for name in HERE} == HERE


def test_nobody_is_known_who_lies_out_of_reach(any_centre):
    code = knows(any_centre)

    def known(scope):
        def find(session):
            return intake.known_people(session, "+84912345678", "", scope=scope)

        return [one.code for one in any_centre.database.read_now(find)]

    assert known(any_centre.lan.scope) == [code]
    assert known(Scope(offices=frozenset({999}))) == []
    assert known(Scope(sees_people=False)) == []


@pytest.mark.slow
@pytest.mark.one_in(2)
def test_in_a_large_record_a_known_applicant_is_found_by_an_index(any_centre):
    grow(any_centre.database.engine, 20_000, until=any_centre.clock())
    whole, near = any_centre.lan.scope, Scope(offices=frozenset({1}))
    engine = any_centre.database.engine

    def ask(session):
        for scope in (whole, near):
            intake.known_people(session, "+84912345678", "001085012345", scope=scope)
            intake.known_people(session, "+84912345678", "", scope=scope)

    with hearing(engine) as asked:
        any_centre.database.read_now(ask)

    assert len([one for one in asked if one.statement.startswith("SELECT")]) == 4
    wrong = {one.statement: how for one in asked if (how := read_through(engine, one))}
    assert wrong == {}


# Where people live


def test_wards_are_offered_of_the_province_where_people_live_here_the_last_written_first(
    lan, centre
):
    knows(centre)

    page = lan.opens(NEW)

    assert listed(page, "provinces")[0] == "Tỉnh Quảng Ninh"
    assert len(listed(page, "provinces")) == 34
    assert listed(page, "wards")[0] == "Phường Uông Bí"
    assert "Phường Yên Tử" in listed(page, "wards")
    hue = lan.sends(NEW, {"applicant.province": "Thành phố Huế", "show": "check", "part": "yes"})
    assert "Phường Thuận Hóa" in listed(hue, "wards")


def test_the_province_of_a_ward_is_filled_in(lan, centre):
    knows(centre)

    page = lan.sends(NEW, {"applicant.ward": "Phường Yên Tử", "show": "check"})

    assert shown(page, "applicant.province") == "Tỉnh Quảng Ninh"


def test_both_editions_of_the_package_are_read_alike():
    ward = {"name": "Phường  Uông Bí", "code": 1, "division_type": "phường"}
    for name in ("Quảng Ninh", "Tỉnh Quảng Ninh"):
        province = {"name": name, "division_type": "tỉnh", "wards": [ward]}
        assert wards.read_wards(json.dumps([province])) == {"Tỉnh Quảng Ninh": ["Phường Uông Bí"]}


@pytest.mark.parametrize("text", ["", "[1]", '{"a": 1}', '[{"name": "x"}]', None])
def test_without_the_list_of_wards_people_write_what_they_know(
    lan, centre, monkeypatch, tmp_path, text
):
    class Elsewhere:
        def __init__(self, name):
            if text is None:
                raise PackageNotFoundError(name)

        def locate_file(self, _):
            (tmp_path / "list.json").write_text(text)
            return tmp_path / "list.json"

    monkeypatch.setattr(wards, "distribution", Elsewhere)
    wards.wards_by_province.cache_clear()
    try:
        assert listed(lan.opens(NEW), "wards") == []
        written = {"applicant.name": "Bà Hoa", "applicant.ward": "Xã Ở Đâu Đó"}
        assert lan.sends(NEW, {"procedure": "GPLX-01", **written}).status_code == 303
    finally:
        wards.wards_by_province.cache_clear()


# How it ends


def test_the_next_form_names_the_dossier_before_and_offers_its_receipt(lan, centre):
    typed = {"procedure": "GPLX-01", "applicant.name": "Bà Hoa"}

    answer = lan.sends(NEW, {**typed, "then": "next"})
    printed = lan.sends(NEW, {**typed, "then": "print", "seen": taken(centre)[0]["code"]})

    code = taken(centre)[1]["code"]
    assert answer.headers["location"] == f"{NEW}?after={code}"
    page = lan.opens(answer.headers["location"])
    assert f'action="/desk/dossiers/{code}/receipt.pdf"' in page.text
    assert "autofocus data-strict" in page.text or "data-strict autofocus" in page.text
    assert printed.headers["location"].endswith("&then=print")
    receipt = lan.opens(printed.headers["location"]).text
    assert re.search(r"<button[^>]*autofocus", receipt)


def test_a_dossier_that_is_not_there_is_not_said_to_be(lan):
    page = lan.opens(f"{NEW}?after=H49.12-261123-9999")

    assert "Đã tiếp nhận hồ sơ" not in page.text


# What is asked before it is done


def test_a_parcel_to_a_citizen_is_asked_about_while_no_result_is_known(lan, centre):
    code = centre.a_dossier(return_by_post=True)
    parcel = {"dossiers": code, "direction": "to_citizen", "carrier": "rehearsal"}

    asked = lan.sends("/desk/parcels/new", parcel)
    assert asked.status_code == 409
    assert f'name="sure" value="{code}"' in asked.text
    assert centre.get(f"/dossiers/{code}").json()["parcels"] == []

    assert lan.sends("/desk/parcels/new", {**parcel, "sure": code}).status_code == 303
    assert centre.stage(code) == "sealed"


@pytest.mark.parametrize(("by_post", "status"), [(True, 303), (False, 409)])
def test_it_is_asked_about_where_the_result_was_to_be_collected(lan, centre, by_post, status):
    code = centre.a_dossier(return_by_post=by_post)
    there = centre.a_parcel(code)
    centre.clock.pass_(minutes=1)
    centre.tell(centre.an_event(there, "delivered"))
    centre.clock.pass_(minutes=1)
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    parcel = {"dossiers": code, "direction": "to_citizen", "carrier": "rehearsal"}

    assert centre.get(f"/dossiers/{code}").json()["stage"] == "at_authority"
    assert lan.sends("/desk/parcels/new", parcel).status_code == status
    assert len(centre.get(f"/dossiers/{code}").json()["parcels"]) == (2 if by_post else 1)


def test_the_station_puts_aside_what_would_have_to_be_asked(lan, centre):
    code = centre.a_dossier()
    fields = {"lines": code, "direction": "to_citizen", "carrier": "rehearsal", "part": "yes"}

    row = lan.sends("/desk/station/seal", fields).text

    assert 'data-tone="wrong"' in row
    assert "xác nhận khi tạo bưu gửi" in row


def test_a_receipt_that_promises_the_post_needs_an_address_on_the_page_too(lan, centre):
    typed = {"procedure": "GPLX-01", "applicant.name": "Bà Hoa", "return_by_post": "yes"}

    page = lan.sends(NEW, typed)

    assert page.status_code == 422
    assert 'id="f-applicant-address-fault"' in page.text
    assert taken(centre) == []
