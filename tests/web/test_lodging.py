"""How a dossier was handed in, by whom and what of: at every door, and put right afterwards."""

import pytest
from sqlmodel import select

from postal_tracker.desks import imports
from postal_tracker.spreadsheets import write_csv
from postal_tracker.storage.tables import Procedure

HOA = {"procedure": "GPLX-01", "applicant.name": "Bà Hoa", "applicant.phone": "0912 345 678"}


def describe(centre, **said):
    """Let the catalogue say more of the renewal of a driving licence."""

    def command(session):
        procedure = session.exec(select(Procedure).where(Procedure.code == "GPLX-01")).one()
        for name, value in said.items():
            setattr(procedure, name, value)
        session.add(procedure)

    centre.database.write_now(command)


def test_a_program_says_how_a_dossier_was_lodged_and_reads_it_again(any_centre):
    describe(any_centre, national_code="1.005129")
    lodged = {"channel": "postal", "applicant_kind": "enterprise", "papers_count": 3}
    lodged |= {"sets_count": 1, "fee_vnd": 135_000}
    body = {"procedure": "GPLX-01", "applicant": {"name": "Công ty Hoa"}, **lodged}

    made = any_centre.post("/dossiers", body).json()

    seen = any_centre.get(f"/dossiers/{made['code']}").json()
    assert {name: seen[name] for name in lodged} == lodged
    assert (seen["national_procedure_code"], seen["result_number"]) == ("1.005129", "")


def test_a_dossier_of_which_nothing_is_said_is_a_citizens_handed_in_in_person(centre):
    seen = centre.get(f"/dossiers/{centre.a_dossier()}").json()

    assert (seen["channel"], seen["applicant_kind"]) == ("direct", "citizen")
    assert (seen["papers_count"], seen["fee_vnd"]) == (None, None)
    assert seen["national_procedure_code"] == ""


def test_the_checklist_of_a_procedure_is_shown_without_script_and_nothing_is_registered(
    lan, centre
):
    describe(centre, papers="Đơn đề nghị\nGiấy khám sức khỏe", fee=115_000, charge=20_000)

    page = lan.sends("/desk/dossiers/new", {**HOA, "show": "papers"})

    assert page.status_code == 200
    assert "Giấy khám sức khỏe" in page.text
    assert "135.000 đồng" in page.text
    assert 'value="Bà Hoa"' in page.text
    assert centre.get("/dossiers").json()["items"] == []


def test_papers_ticked_off_are_counted(lan, centre):
    describe(centre, papers="Đơn đề nghị\nGiấy khám sức khỏe")
    ticked = {"has_paper": ["1", "2"], "channel": "online", "fee_vnd": "135.000"}

    done = lan.sends("/desk/dossiers/new", {**HOA, **ticked})

    code = done.headers["location"].split("/")[-1].partition("?")[0]
    seen = centre.get(f"/dossiers/{code}").json()
    assert (seen["papers_count"], seen["channel"], seen["fee_vnd"]) == (2, "online", 135_000)
    assert "Trực tuyến" in lan.opens(f"/desk/dossiers/{code}").text


def test_a_sum_that_is_none_stands_beside_its_field_with_the_ticks_kept(lan, centre):
    describe(centre, papers="Đơn đề nghị")

    page = lan.sends("/desk/dossiers/new", {**HOA, "has_paper": "1", "fee_vnd": "nhiều"})

    assert page.status_code == 422
    assert 'id="f-fee_vnd-fault"' in page.text
    assert 'id="f-has_paper-1" checked' in page.text


def test_the_number_of_a_result_is_added_at_the_page_of_corrections(lan, centre):
    code = centre.a_dossier()
    version = centre.get(f"/dossiers/{code}").json()["version"]
    told = {"result_number": "15/QĐ-CSGT", "reason": "Bổ sung số", "version": str(version)}

    answer = lan.sends(f"/desk/dossiers/{code}/correct", told)

    assert answer.status_code == 303, answer.text
    assert centre.get(f"/dossiers/{code}").json()["result_number"] == "15/QĐ-CSGT"


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("Hình thức nộp", "trực tuyến", "channel", "online"),
        ("Hình thức nộp", "BCCI", "channel", "postal"),
        ("Đối tượng nộp", "Doanh nghiệp", "applicant_kind", "enterprise"),
        ("Số bộ", "2.0", "sets_count", 2),
        ("Phí, lệ phí", "135.000 đồng", "fee_vnd", 135_000),
        ("Phí, lệ phí", "miễn phí", "fee_vnd", 0),
    ],
)
def test_a_days_list_says_it_too(column, cell, field, value):
    data = write_csv(["Thủ tục", "Họ tên", column], [["GPLX-01", "Bà Hoa", cell]])

    [row] = imports.check_dossiers(data, "a.csv", procedures={"gplx-01": "GPLX-01"}).rows

    assert not row.faults
    assert getattr(row.form, field) == value
