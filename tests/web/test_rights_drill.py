"""Drills, by page alone: a citizen's rights over his data, and a breach that must be told of."""

import re
from datetime import timedelta

import pytest

from postal_tracker.core.working_days import VIETNAM
from tests.hotline import delivered


def at(moment):
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")


def asks(centre, code, **told):
    """Let a citizen ask on his own page, behind the proof."""
    page = centre.client.post("/", data={"code": code, "phone_last4": "5678"}).text
    address = re.search(r'href="(/f/\w+)"', page)[1]
    form = re.search(r'name="form_id" value="(\w+)"', centre.client.get(address).text)[1]
    said = {"text": "Đề nghị thực hiện", "form_id": form, **told}
    assert centre.client.post(address, data=said, follow_redirects=False).status_code == 303
    return centre.get("/feedback").json()["items"][0]["number"]


def does(clerk, number, word, **told):
    return clerk.sends(f"/desk/feedback/{number}", {"act": word, **told})


def test_a_citizen_sees_what_is_held_has_it_put_right_and_erased(centre, visitor):
    code, _ = delivered(centre, id_number="022190777333", email="hoa@example.vn")
    lan = visitor("lan")
    lan.opens(f"/desk/dossiers/{code}")
    wish = asks(centre, code, kind="view")

    assert wish in lan.opens("/desk/feedback?kind=view").text
    assert lan.opens(f"/desk/feedback/{wish}/held").status_code == 409
    does(lan, wish, "take")
    assert does(lan, wish, "identify").status_code == 303
    paper = lan.opens(f"/desk/feedback/{wish}/held").text
    for part in ("Bà Hoa", "+84912345678", "022190777333", "hoa@example.vn", "Điều 19"):
        assert part in paper
    assert "Cán bộ một cửa" in paper
    assert ">Lan<" not in paper.partition("<main")[2]  # an office and a role, no officer
    does(lan, wish, "answer", text="Đã giao bản sao tại quầy.")
    assert (
        "Đã giao bản sao"
        in centre.client.post("/", data={"code": code, "phone_last4": "5678"}).text
    )

    early = asks(centre, code, kind="erase")
    does(lan, early, "identify")
    does(lan, early, "erase")
    assert "phải lưu đến 23/11/2027" in lan.opens(f"/desk/feedback/{early}").text
    centre.clock.pass_(days=366)
    lan, wish = visitor("lan"), {"kind": "erase", "text": "Xin xóa dữ liệu của tôi"}
    late = lan.sends(f"/desk/dossiers/{code}/feedback", wish).headers["location"][-16:]
    does(lan, late, "identify")
    does(lan, late, "erase")
    assert f"Đã xóa dữ liệu cá nhân trong hồ sơ: {code}" in lan.opens(f"/desk/feedback/{late}").text
    page = lan.opens(f"/desk/dossiers/{code}").text
    assert "Bà Hoa" not in page
    assert "Dữ liệu cá nhân đã xóa ngày 24/11/2027." in page
    assert "Không còn dữ liệu nào" not in lan.opens(f"/desk/feedback/{late}/held").text
    assert centre.differences() == []


def test_after_a_breach_it_is_told_whose_data_which_fields_and_which_hours(centre, visitor):
    seen, unseen = centre.a_dossier(), centre.a_dossier()
    since = centre.clock()
    for _ in range(2):
        assert visitor("lan").opens(f"/desk/dossiers/{seen}").status_code == 200
        centre.clock.pass_(hours=2)
    quan = visitor("quan")
    asked = {
        **{"discovered": at(centre.clock()), "since": at(since), "until": at(centre.clock())},
        **{"whose": "account", "which": "lan"},
    }

    page = quan.opens("/desk/admin/breach", params=asked).text
    assert "Dữ liệu của 1 hồ sơ, 2 lần xem" in page
    assert seen in page
    assert unseen not in page
    for part in ("họ và tên", "số điện thoại", "72 giờ"):
        assert part in page
    tell_by = centre.clock() + timedelta(hours=72)
    assert f"{tell_by.astimezone(VIETNAM):%d/%m}" in page
    paper = quan.opens("/desk/admin/breach/paper", params=asked).text
    assert "người nộp của 1 hồ sơ" in paper
    assert "Chưa đối chiếu với nguyên văn mẫu số 08" in paper
    listed = quan.opens("/desk/admin/breach/list.csv", params=asked).text
    assert [line.split(",")[0] for line in listed.splitlines()[1:]] == [seen]
    assert "Bà Hoa" not in page + paper + listed


@pytest.mark.parametrize(
    "wrong",
    [{"since": ""}, {"whose": "account", "which": "nobody"}, {"whose": "office", "which": "X"}],
)
def test_what_is_asked_of_a_breach_must_be_there(centre, visitor, wrong):
    since, until = "2026-11-01T00:00", "2026-11-30T00:00"
    asked = {"since": since, "until": until, **wrong}

    assert visitor("quan").opens("/desk/admin/breach", params=asked).status_code == 422
    whole = visitor("quan").opens("/desk/admin/breach", params={"since": since, "until": until})
    assert whole.status_code == 200
