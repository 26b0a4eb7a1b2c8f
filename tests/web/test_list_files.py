"""Every list of the set-up is taken away as a file, by those who may look at its page."""

import csv
from io import StringIO

import pytest

from postal_tracker.access import audit
from postal_tracker.access.audit import Audited, AuditFilter

AT = "/desk/admin/lists"


def rows(who, address):
    file = who.opens(address)
    assert file.status_code == 200, file.text
    return list(csv.DictReader(StringIO(file.content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("page", "file", "holds"),
    [
        ("people", f"{AT}/people.csv", {"Tên đăng nhập": "quan", "Vai trò": "Quản trị"}),
        ("keys", f"{AT}/keys.csv", {"Vai trò": "Quản trị", "Tình trạng khóa": "đang dùng"}),
        ("numbers", f"{AT}/numbers.csv", {"Hai chữ đầu": "EB", "Hai chữ cuối": "VN"}),
        ("holidays?year=2026", f"{AT}/holidays.csv?year=2026", {"làm bù": "không"}),
        ("catalogue/offices", f"{AT}/offices.csv", {"Mã điểm tiếp nhận": "H49.12"}),
    ],
)
def test_a_list_of_the_set_up_is_taken_away_from_its_page(visitor, page, file, holds):
    quan = visitor("quan")
    found = rows(quan, file)

    assert file.partition("?")[0] in quan.opens(f"/desk/admin/{page}").text
    assert [row for row in found if holds.items() <= row.items()], found
    assert quan.opens(file.replace(".csv", ".xlsx")).content.startswith(b"PK")


def test_what_all_staff_look_at_all_staff_take_away(lan):
    assert rows(lan, "/desk/lists/procedures.csv?q=gplx")
    assert rows(lan, "/desk/lists/carriers.csv?lang=en")[0]["Carrier"]
    assert lan.opens("/desk/lists/people.csv").status_code == 404
    assert lan.opens(f"{AT}/people.csv").status_code == 403


def test_each_takes_away_where_they_are_signed_in_and_nobody_elses(lan, minh):
    assert "/desk/lists/sessions.csv" in lan.opens("/desk/sessions").text
    for somebody in (lan, minh):
        (only,) = rows(somebody, "/desk/lists/sessions.csv")
        assert only["Đăng nhập"]


def test_what_was_told_to_a_webhook_is_taken_away_from_its_page(visitor, centre):
    centre.settings.webhooks_allow = "127.0.0.1:9"
    quan, here = visitor("quan"), "/desk/admin/webhooks"
    hook = {"url": "http://127.0.0.1:9/", "types": "dossier.stage_changed"}
    assert quan.sends(here, hook).status_code == 200
    quan.sends(f"{here}/1", {"do": "test"})
    (test,) = rows(quan, f"{AT}/deliveries.csv?webhook=1")

    assert "deliveries.csv?webhook=1" in quan.opens(f"{here}/1").text
    assert test["Tình trạng gửi"] == "chờ gửi"
    assert quan.opens(f"{AT}/deliveries.xlsx?webhook=1").content.startswith(b"PK")
    assert quan.opens(f"{AT}/deliveries.csv?webhook=x").status_code == 404


def test_that_a_list_was_taken_away_is_written_down(visitor, centre):
    rows(visitor("quan"), f"{AT}/keys.csv")
    centre.client.portal.call(centre.house.audit.settle)
    wanted = AuditFilter(what=Audited.EXPORTED)

    assert (
        centre.database.read_now(lambda s: audit.entries(s, wanted)).items[0].detail == "keys csv"
    )


def test_the_hotlines_list_is_taken_away_without_what_was_said(lan, centre):
    said = {"code": centre.a_dossier(), "kind": "question", "text": "Bao giờ xong?"}
    number = centre.post("/feedback", said, role="desk").json()["number"]
    file = lan.opens("/desk/feedback/list.csv").text

    assert (number in file, "Bao giờ xong" in file) == (True, False)
    assert rows(lan, "/desk/feedback/list.csv?state=closed") == []
