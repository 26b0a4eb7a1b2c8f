"""An administrator adds and changes one office, authority or procedure, by page or by program."""

import pytest

from postal_tracker.desks.imports import Kind, single
from tests.asserting import assert_problem
from tests.web.conftest import Visitor, employ

AT = "/desk/admin/catalogue"
TAX = {"code": "THUE-UB", "name_vi": "Thuế cơ sở Uông Bí", "group": "tax"}
ASKED = {"code": "1.008603", "name_vi": "Khai lệ phí trước bạ", "authority": "PC08"}
ASKED |= {"limit": "5 ngày làm việc"}


@pytest.fixture
def any_quan(any_centre):
    employ(any_centre, "quan")
    quan = Visitor(any_centre)
    quan.signs_in("quan")
    return quan


def shown(centre, table, code):
    [found] = [one for one in centre.get(f"/{table}").json()["items"] if one["code"] == code]
    return found


def patched(centre, row, told):
    return centre.call("PATCH", f"/api/v1/{row}", json=told, role="admin")


def test_a_procedure_is_added_and_changed_by_hand_and_written_down(any_quan, any_centre):
    form = ASKED | {"limit": "5 ngày", "papers": "Tờ khai\nBản sao", "fee": "135.000"}
    assert any_quan.sends(f"{AT}/procedures/add", form | {"post_out": "no"}).status_code == 303
    made = shown(any_centre, "procedures", "1.008603")
    page = any_quan.opens(f"{AT}/procedures/one/1.008603").text
    told = {"limit": "3 ngày làm việc", "fee": "", "papers": "", "name_en": ""}
    assert any_quan.sends(f"{AT}/procedures/one/1.008603", told).status_code == 303
    now = shown(any_centre, "procedures", "1.008603")

    assert (made["limit_number"], made["fee"], made["post_out"]) == (5, 135_000, False)
    assert made["papers"] == ["Tờ khai", "Bản sao"]
    assert 'value="5 ngày"' in page
    assert (now["limit_number"], now["limit_unit"]) == (3, "working_day")
    assert (now["fee"], now["papers"], now["name"]) == (None, [], ASKED["name_vi"])
    log = any_centre.get("/audit?what=settings", role="admin").json()["items"]
    assert [entry["detail"] for entry in log] == [
        "procedures 1.008603 changed", "procedures added"
    ]  # fmt: skip


@pytest.mark.parametrize("table", ["offices", "authorities", "procedures"])
def test_what_a_page_shows_of_one_can_be_sent_back_as_it_is(visitor, centre, table):
    quan = visitor("quan")
    code = {"offices": "H49.12.01", "authorities": "PC08", "procedures": "GPLX-01"}[table]
    before = shown(centre, table, code)
    assert f"/one/{code}" in quan.opens(f"{AT}/{table}").text
    form = centre.database.read_now(lambda s: single.as_texts(s, Kind(table), code))

    assert quan.sends(f"{AT}/{table}/one/{code}", form).status_code == 303
    assert shown(centre, table, code) == before


def test_a_code_is_given_once_and_stays(visitor, centre):
    quan = visitor("quan")
    taken = quan.sends(f"{AT}/offices/add", {"code": "H49.12", "name_vi": "Khác"})
    assert taken.status_code == 409
    assert 'id="f-code-fault"' in taken.text
    assert_problem(patched(centre, "authorities/PC08", {"code": "X"}), 422, "invalid-form")
    assert_problem(patched(centre, "offices/H49", {"name_en": "X"}), 404, "no-such-office")
    itself = {"parent_code": "H49.12"}
    assert_problem(patched(centre, "offices/H49.12", itself), 422, "invalid-form")
    assert quan.opens(f"{AT}/offices/one/H99.99").status_code == 404


def test_programs_of_administrators_change_what_they_name_and_nothing_else(any_centre):
    made = any_centre.post("/authorities", TAX, role="admin")
    assert (made.status_code, made.json()["group"]) == (201, "tax")
    assert_problem(any_centre.post("/authorities", TAX, role="admin"), 409, "code-taken")
    phone = {"phone": "0203 381 2345"}
    changed = patched(any_centre, "authorities/THUE-UB", phone).json()

    assert (changed["phone"], changed["name"], changed["group"]) == (
        "0203 381 2345", TAX["name_vi"], "tax"
    )  # fmt: skip
    for role in ("desk", "manager", "integration"):
        assert any_centre.post("/authorities", TAX, role=role).status_code == 403


def test_a_new_rule_leaves_dossiers_their_due_date(centre):
    code = centre.a_dossier()
    due = centre.get(f"/dossiers/{code}").json()["due_at"]
    changed = patched(centre, "procedures/GPLX-01", {"limit": "30 ngày"})

    assert changed.json()["limit_number"] == 30
    assert centre.get(f"/dossiers/{code}").json()["due_at"] == due
