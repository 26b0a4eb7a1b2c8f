"""Dossiers that another system lodged: registered under its code, each once, whoever sends it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update
from sqlmodel import col

from postal_tracker import access
from postal_tracker.access import KeyScope, Role
from postal_tracker.house import House
from postal_tracker.storage.tables import Dossier, Procedure
from tests.asserting import assert_problem, rows
from tests.centre import app_of

LODGED = {
    "code": "H49.12-261120-0815",
    "procedure": "GPLX-01",
    "applicant": {
        "name": "Đỗ Thị Hoa",
        "phone": "0912345678",
        "id_number": "001085012345",
        "address": "12 Trần Phú",
    },
    "channel": "online",
    "applicant_kind": "citizen",
    "received_at": "2026-11-20T09:30:00+07:00",
    "return_by_post": True,
    "fee_vnd": 135_000,
}


@pytest.fixture
def joined(any_centre):
    """A centre with which two other systems register."""
    for name in ("first", "second"):
        any_centre.keys[name] = a_key(any_centre, KeyScope.REGISTRATION)
    return any_centre


def a_key(centre, *scopes, office_id=1):
    return centre.database.write_now(
        lambda s: access.create_key(
            s,
            role=Role.INTEGRATION,
            name="x",
            scopes=scopes,
            now=centre.clock(),
            office_id=office_id,
        )
    )


def lodge(centre, role="first", **changes):
    return centre.post("/dossiers", LODGED | changes, role=role)


def test_a_dossier_that_was_lodged_online_keeps_its_code_and_its_hour(joined):
    made = lodge(joined)
    assert made.status_code == 201, made.text
    told = made.json()
    assert told["code"] == LODGED["code"]
    assert (told["channel"], told["applicant_kind"]) == ("online", "citizen")
    assert told["received_at"] == "2026-11-20T02:30:00Z"
    assert told["due_on"] == "2026-11-30", "five working days from the Friday; Tuesday is off"


def test_whoever_sends_the_same_again_gets_the_dossier_that_is_there(joined):
    made = lodge(joined).json()
    before = rows(joined)
    for role in ("first", "second"):
        again = lodge(joined, role)
        assert (again.status_code, again.json()) == (200, made)
        assert "possible_double" not in again.json()["flags"]
    assert rows(joined) == before


DIFFERENT = [
    {"applicant": LODGED["applicant"] | {"name": "Đỗ Văn Hà"}},
    {"applicant": LODGED["applicant"] | {"phone": "0987654321"}},
    {"applicant": LODGED["applicant"] | {"address": "13 Trần Phú"}},
    {"procedure": "DD-01"},
    {"channel": "postal"},
    {"applicant_kind": "enterprise"},
    {"received_at": "2026-11-20T09:31:00+07:00"},
    {"return_by_post": False},
    {"fee_vnd": None},
    {"note": "gửi lại"},
]


@pytest.mark.parametrize("changes", DIFFERENT, ids=lambda changes: next(iter(changes)))
def test_the_same_code_with_other_data_is_refused_and_changes_nothing(joined, changes):
    made = lodge(joined).json()
    before = rows(joined)

    assert_problem(lodge(joined, "second", **changes), 409, "dossier-code-taken")
    assert rows(joined) == before
    assert lodge(joined).json() == made


def test_what_a_sender_leaves_to_the_centre_makes_no_difference(joined):
    first = lodge(joined, office="H49.12").json()
    without = {name: value for name, value in LODGED.items() if name != "received_at"}
    again = joined.post("/dossiers", without, role="second")

    assert (again.status_code, again.json()["code"]) == (200, first["code"])


def test_who_may_see_no_person_cannot_try_out_whose_dossier_it_is(joined):
    lodge(joined)
    for role in ("integration", "desk"):
        assert_problem(lodge(joined, role), 409, "dossier-code-taken")


def test_a_system_of_another_office_learns_nothing_by_the_same_code(joined):
    lodge(joined)
    joined.keys["ward"] = a_key(joined, KeyScope.REGISTRATION, office_id=2)

    assert_problem(lodge(joined, "ward"), 409, "dossier-code-taken")


def test_the_same_key_repeats_the_first_answer(joined):
    key = {"Idempotency-Key": "one"}
    first = joined.post("/dossiers", LODGED, role="first", headers=key)
    again = joined.post("/dossiers", LODGED, role="first", headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"


def name_nationally(centre, *codes):
    of = col(Procedure.code).in_(codes)
    told = update(Procedure).where(of).values(national_code="1.005129")
    centre.database.write_now(lambda s: s.connection().execute(told))


def test_a_procedure_may_be_named_by_its_national_code(joined):
    name_nationally(joined, "GPLX-01")
    made = lodge(joined, procedure="1.005129")

    assert made.status_code == 201
    assert made.json()["procedure"]["code"] == "GPLX-01"
    assert made.json()["national_procedure_code"] == "1.005129"
    assert lodge(joined, "second").status_code == 200, "our own code means the same"
    doubled = lodge(joined, "second", procedure="1.005129", code="H49.12-261120-0816")
    assert doubled.json()["flags"] == ["possible_double"], "under one code or the other"


def test_a_national_code_that_says_too_little_or_nothing_is_refused(joined):
    assert_problem(lodge(joined, procedure="1.005129"), 422, "invalid-form")
    name_nationally(joined, "GPLX-01", "DD-01")
    answer = lodge(joined, procedure="1.005129")
    assert_problem(answer, 422, "invalid-form")
    assert "mã thủ tục của trung tâm" in answer.json()["errors"][0]["detail"]


def test_two_systems_at_the_same_moment_make_one_dossier(joined):
    with ExitStack() as closing:
        clients = [joined.client]
        if not joined.database.is_sqlite:  # there, one process alone has the record
            other = House(joined.settings, clock=joined.clock)
            closing.callback(other.close)
            app = app_of(other)
            clients.append(closing.enter_context(TestClient(app)))
        pool = closing.enter_context(ThreadPoolExecutor(8))

        def post(n):
            name = ("first", "second")[n % 2]
            headers = {"Authorization": f"Bearer {joined.keys[name]}"}
            client = clients[n % len(clients)]
            return client.post("/api/v1/dossiers", json=LODGED, headers=headers).status_code

        answers = Counter(pool.map(post, range(16)))

    assert answers == {201: 1, 200: 15}
    many = select(func.count()).select_from(Dossier)
    assert joined.database.read_now(lambda s: s.connection().execute(many).scalar_one()) == 1
