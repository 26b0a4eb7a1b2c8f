"""Taking dossiers in: their codes, their days, and whose desk they come to."""

from datetime import date, datetime, timedelta

import pytest

from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.storage.tables import Procedure

HOA = {"name": "Bà Hoa", "phone": "0912345678"}


def register(centre, *, role="desk", applicant=HOA, **rest):
    body = {"procedure": "GPLX-01", "applicant": applicant, **rest}
    return centre.post("/dossiers", body, role=role)


def test_codes_count_up_within_a_day_and_start_anew_the_next(any_centre):
    codes = [register(any_centre).json()["code"] for _ in range(3)]
    any_centre.clock.pass_(days=1)
    codes.append(register(any_centre).json()["code"])

    assert codes == [
        "H49.12-261123-0001",
        "H49.12-261123-0002",
        "H49.12-261123-0003",
        "H49.12-261124-0001",
    ]


def test_a_code_that_another_system_gave_out_is_passed_over(any_centre):
    register(any_centre, code="H49.12-261123-0002")

    assert [register(any_centre).json()["code"][-4:] for _ in range(2)] == ["0001", "0003"]


@pytest.mark.parametrize(
    "written", ["H49.12-261123-0009", "h49.12-261123-0009", " H49.12 - 261123 - 0009 "]
)
def test_a_code_has_one_form_however_it_is_written(centre, written):
    assert register(centre, code=written).json()["code"] == "H49.12-261123-0009"


def test_a_dossier_received_late_at_night_counts_for_that_day_in_vietnam(centre):
    night = datetime(2026, 11, 22, 23, 30, tzinfo=VIETNAM)
    made = register(centre, received_at=night.isoformat()).json()

    assert made["code"] == "H49.12-261122-0001"
    assert datetime.fromisoformat(made["received_at"]) == night


def test_the_appointment_is_so_many_working_days_away(centre):
    made = register(centre).json()  # Monday; Tuesday is Culture Day

    assert made["due_on"] == "2026-12-01"
    assert made["overdue"] is False
    centre.clock.at = datetime(2026, 12, 1, 16, 59, tzinfo=VIETNAM)
    assert centre.get(f"/dossiers/{made['code']}").json()["overdue"] is False
    centre.clock.at = datetime(2026, 12, 2, 0, 1, tzinfo=VIETNAM)
    assert centre.get(f"/dossiers/{made['code']}").json()["overdue"] is True
    centre.post(f"/dossiers/{made['code']}/acts", {"act": "result_ready"})
    assert centre.get(f"/dossiers/{made['code']}").json()["overdue"] is False


def test_a_dossier_may_have_been_received_before_it_is_typed_in(centre):
    before = centre.clock() - timedelta(days=3)
    made = register(centre, received_at=before.isoformat()).json()

    assert made["code"].startswith("H49.12-261120-")
    assert datetime.fromisoformat(made["location"]["since"]) == before
    assert centre.differences() == []


def test_a_clock_a_few_minutes_fast_is_forgiven_and_more_is_not(centre):
    soon, later = (centre.clock() + timedelta(minutes=m) for m in (9, 11))

    assert register(centre, received_at=soon.isoformat()).status_code == 201
    assert register(centre, received_at=later.isoformat()).status_code == 422


def test_a_centre_works_for_its_ward_desks_and_for_no_other(centre):
    assert register(centre, office="H49.12.01").json()["office"] == "H49.12.01"

    def make(session):
        from postal_tracker.storage.tables import Office

        session.add(Office(code="H50.01", name_vi="Nơi khác"))

    centre.database.write_now(make)
    centre.clock.pass_(seconds=11)  # until then what was known of a key holds
    refused = register(centre, office="H50.01")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/another-office")


def test_who_belongs_to_no_office_must_name_one(centre):
    centre.keys["roaming"] = centre.database.write_now(
        lambda s: access.create_key(s, role=Role.INTEGRATION, name="x", now=centre.clock())
    )

    assert register(centre, role="roaming").status_code == 422
    assert register(centre, role="roaming", office="H49.12").status_code == 201


def test_a_procedure_is_good_from_its_first_day_to_its_last(centre):
    def bound(session):
        from sqlmodel import select

        procedure = session.exec(select(Procedure).where(Procedure.code == "GPLX-01")).one()
        procedure.valid_from, procedure.valid_to = date(2026, 11, 20), date(2026, 11, 23)
        session.add(procedure)

    centre.database.write_now(bound)
    days = {d: centre.clock() + timedelta(days=d) for d in (-4, -3, 0)}
    answers = {d: register(centre, received_at=at.isoformat()) for d, at in days.items()}
    centre.clock.pass_(days=1)
    answers[1] = register(centre)

    assert {d: a.status_code for d, a in answers.items()} == {-4: 422, -3: 201, 0: 201, 1: 422}


def test_what_people_write_is_kept_as_they_meant_it(any_centre):
    split = (
        "Nguye\u0302\u0303n  Thi\u0323 Hoa\u200b "  # letters and marks apart, as some phones send
    )
    made = register(any_centre, applicant={"name": split, "phone": "091 234.5678"}).json()

    assert made["applicant"]["name"].startswith("Nguyễn Thị Hoa")
    assert made["applicant"]["phone"] == "+84912345678"


def test_lookup_codes_are_never_the_same(centre):
    codes = {register(centre).json()["lookup_code"] for _ in range(20)}

    assert len(codes) == 20
