"""A clerk brings in a day's list in the browser, sees each row, and takes it all back."""

import pytest

from tests.web.bringing import AT, employ_elsewhere, sends
from tests.web.conftest import Visitor, employ

TWO = "Thủ tục,Họ tên,Điện thoại\nGPLX-01,Bà Hoa,0912345678\nGPLX-01,Ông Ba,0912345679\n"


def stages(centre):
    return [one["stage"] for one in centre.get("/dossiers").json()["items"]]


@pytest.fixture
def any_lan(any_centre):
    employ(any_centre, "lan")
    lan = Visitor(any_centre)
    lan.signs_in("lan")
    return lan


def test_a_list_is_checked_kept_and_taken_back_as_a_whole(any_lan, any_centre):
    assert "chưa lưu gì: 2 dòng đều đúng" in sends(any_lan, TWO, "check").text
    assert stages(any_centre) == []
    assert "Đã tiếp nhận 2 hồ sơ." in sends(any_lan, TWO).text
    assert stages(any_centre) == ["with_office"] * 2
    refused = any_lan.sends(f"{AT}/1/undo", {"reason": ""})
    assert refused.status_code == 422
    undone = any_lan.sends(f"{AT}/1/undo", {"reason": "Nhập nhầm tệp"})

    assert undone.headers["location"] == AT
    assert stages(any_centre) == ["cancelled"] * 2
    assert any_centre.differences() == []
    told = any_centre.get("/dossiers").json()["items"][0]["code"]
    entry = any_centre.get(f"/dossiers/{told}").json()["timeline"][-1]
    assert entry["details"]["reason"] == "Nhập nhầm tệp"
    assert any_lan.sends(f"{AT}/1/undo", {"reason": "x"}).status_code == 409
    assert "Đã tiếp nhận 2 hồ sơ." in sends(any_lan, TWO).text  # the corrected file comes in


def test_a_list_of_which_one_went_on_stays(any_lan, any_centre):
    sends(any_lan, TWO)
    code = any_centre.get("/dossiers").json()["items"][0]["code"]
    any_centre.a_parcel(code)
    refused = any_lan.sends(f"{AT}/1/undo", {"reason": "Nhập nhầm"})

    assert refused.status_code == 409
    assert code in refused.text
    assert sorted(stages(any_centre)) == ["sealed", "with_office"]


def test_the_same_file_and_the_same_people_are_asked_about(lan, centre):
    sends(lan, TWO)
    assert "đã được nhập (lần 1)" in sends(lan, TWO).text
    again = sends(lan, TWO, again="yes")
    assert "Có thể trùng với" in again.text
    assert again.status_code == 422
    assert sends(lan, TWO, again="yes", doubles="skip").status_code == 200
    assert len(stages(centre)) == 2
    sends(lan, TWO, again="yes", doubles="keep")
    assert len(stages(centre)) == 4


def test_a_bad_row_is_named_and_nothing_is_kept(lan, centre):
    answer = sends(lan, TWO + "KHONG-CO,Ông Tư,0912345670\n")

    assert answer.status_code == 422
    assert "Thủ tục:" in answer.text
    assert stages(centre) == []
    assert lan.opens(f"{AT}/template?format=csv").text.count("Thủ tục") >= 1


def test_a_list_of_another_office_is_not_to_be_taken_back(lan, centre):
    sends(lan, TWO)
    centre.post("/offices", {"code": "H49.99", "name_vi": "Nơi khác"}, role="admin")
    other = Visitor(centre)
    employ_elsewhere(centre)
    other.signs_in("hai")

    assert other.sends(f"{AT}/1/undo", {"reason": "x"}).status_code == 404
    assert "/undo" not in other.opens(AT).text
    assert stages(centre) == ["with_office"] * 2
