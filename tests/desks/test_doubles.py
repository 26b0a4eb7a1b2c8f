"""The same person, procedure and day twice: never registered in silence."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from postal_tracker.access import EVERYTHING
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.desks.doubles import PossibleDouble, possible_doubles
from postal_tracker.desks.registration import register
from postal_tracker.forms import ApplicantForm, DossierForm
from tests.centre import Centre
from tests.commands.running import until
from tests.plans import plans_of

HOA = {"name": "Đỗ Thị Hoa", "phone": "0912345678", "id_number": "001085012345"}
MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=VIETNAM)
EVENING = datetime(2026, 11, 23, 17, 0, tzinfo=VIETNAM)


def twice(centre, first, second):
    """Register two on a day of their own; return the second and whether it was flagged."""
    centre.clock.pass_(days=1)
    registered(centre, first, received_at=None)
    return registered(centre, second, received_at=None)


def body(applicant=HOA, **changes):
    said = {"procedure": "GPLX-01", "received_at": MORNING.isoformat(), **changes}
    return {**said, "applicant": applicant}


def registered(centre, applicant=HOA, **changes):
    """Register by API; return the dossier and whether it was flagged."""
    answer = centre.post("/dossiers", body(applicant, **changes), role="integration")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return made, made["flags"] == ["possible_double"]


def as_the_desk_sees(centre, made):
    """A program without the scope is not told whose dossiers it doubles."""
    return centre.get(f"/dossiers/{made['code']}").json()


SAME = [
    HOA,
    {"name": "Đỗ Thị Hoa", "phone": "0912345678"},
    {"name": "DO THI HOA", "phone": "+84 912 345 678"},
    {"name": "do  thi  hoa", "phone": "0912.345.678", "id_number": "B1234567"},
    {"name": "Đỗ Hoa", "id_number": "001085012345"},
    {"name": "Hoa", "phone": "0987654321", "id_number": "001085012345"},
]
"""The same person as HOA, as another clerk or system may have written her."""

OTHERS = [
    {"name": "Đỗ Thị Hoa", "phone": "0987654321"},
    {"name": "Đỗ Thị Hoa"},
    {"name": "Đỗ Văn Hà", "phone": "0912345678"},
    {"name": "Đỗ Thị Hoa", "phone": "0987654321", "id_number": "001085054321"},
    {"name": "Đỗ Thị Hoa", "id_number": "001085054321"},
]


@pytest.fixture
def long_ago(centre):
    """A centre whose clock stands in the evening, and HOA's dossier of the morning."""
    centre.clock.at = EVENING
    made, flagged = registered(centre)
    assert not flagged
    return centre, made["code"]


def test_a_program_that_registers_somebody_twice_is_told_so_by_a_flag(any_centre):
    for applicant in SAME:
        made, flagged = twice(any_centre, HOA, applicant)

        entry = as_the_desk_sees(any_centre, made)["timeline"][-1]
        assert flagged, applicant
        assert (entry["what"], entry["note"]) == ("possible_double", f"{made['code'][:-1]}1")
    assert any_centre.differences() == []


def test_another_person_is_no_double(any_centre):
    for applicant in OTHERS:
        assert not twice(any_centre, HOA, applicant)[1], applicant


@pytest.mark.parametrize(
    ("changes", "again"),
    [
        ({}, True),
        ({"received_at": EVENING.isoformat()}, True),
        ({"received_at": datetime(2026, 11, 23, 0, 0, tzinfo=VIETNAM).isoformat()}, True),
        ({"received_at": datetime(2026, 11, 22, 23, 59, tzinfo=VIETNAM).isoformat()}, False),
        ({"procedure": "DD-01"}, False),
        ({"code": "H49.12-261123-0777"}, True),
        ({"office": "H49.12.01"}, True),
    ],
)
def test_it_is_a_double_by_procedure_and_by_vietnams_day(long_ago, changes, again):
    assert registered(long_ago[0], **changes)[1] is again


BY_NAME = [
    ({"name": "Bà Hoa"}, {"name": "Bà Hoa"}, True),
    ({"name": "Bà Hoa", "id_number": "B1234567"}, {"name": "Bà Hoa"}, True),
    ({"name": "Bà Hoa"}, {"name": "Bà Hoa", "id_number": "B1234567"}, True),
    ({"name": "Bà Hoa"}, {"name": "Bà Hòa"}, True),  # one of them was typed without marks
    ({"name": "Bà Hoa"}, {"name": "Bà Hoan"}, False),
    ({"name": "Bà Hoa"}, {"name": "Bà Hoa", "phone": "0912345678"}, False),
    ({"name": "A", "id_number": "B1234567"}, {"name": "A", "id_number": "B7654321"}, False),
]


def test_who_left_no_telephone_is_known_by_name(any_centre):
    for first, second, again in BY_NAME:
        assert twice(any_centre, first, second)[1] is again, (first, second)


def test_what_was_withdrawn_may_be_registered_anew(long_ago):
    centre, first = long_ago
    centre.post(f"/dossiers/{first}/acts", {"act": "cancelled"})

    assert not registered(centre)[1]


def test_a_flag_goes_when_somebody_has_looked_and_says_so(long_ago):
    centre, _ = long_ago
    made, _ = registered(centre)

    looked = centre.post(
        f"/dossiers/{made['code']}/acts",
        {"act": "strike_out", "entry": made["timeline"][-1]["entry"]},
    ).json()

    assert looked["flags"] == []
    assert centre.differences() == []


def test_a_flag_stays_while_the_dossier_travels(long_ago):
    centre, _ = long_ago
    made, _ = registered(centre)
    number = centre.a_parcel(made["code"])
    centre.tell(centre.an_event(number, "accepted"), centre.an_event(number, "delivered"))

    seen = centre.get(f"/dossiers/{made['code']}").json()
    assert "possible_double" in seen["flags"]
    assert centre.differences() == []


def test_the_citizen_is_not_told_of_it(long_ago):
    centre, _ = long_ago
    made, _ = registered(centre)

    asked = {"code": made["lookup_code"], "phone_last4": "5678"}
    answer = centre.post("/track", asked, role="")

    assert answer.status_code == 200
    assert "double" not in answer.text


def test_the_same_request_again_is_no_double(centre):
    headers = {"Idempotency-Key": "list-1-row-1"}
    sent = body(received_at=None)

    answers = [centre.post("/dossiers", sent, headers=headers) for _ in range(2)]

    assert [a.status_code for a in answers] == [201, 201]
    assert {a.json()["code"] for a in answers} == {"H49.12-261123-0001"}
    assert answers[1].json()["flags"] == []


def test_a_desk_that_was_not_asked_registers_nothing(long_ago):
    centre, first = long_ago
    form = DossierForm.model_validate(body())

    def command(session):
        calendar = centre.house.calendar
        return register(session, form, by=centre.lan, calendar=calendar, now=centre.clock())

    with pytest.raises(PossibleDouble) as asked:
        centre.database.write_now(command)

    assert asked.value.codes == [first]
    assert len(centre.get("/dossiers").json()["items"]) == 1


AT_ONCE = [
    (HOA, {"office": "H49.12.01"}, True),
    (HOA, {"office": "H49.12.01", "code": "H49.12-261123-0777"}, True),
    (HOA, {"code": "H49.12-261123-0777"}, True),
    ({"name": "DO THI HOA", "phone": "0912 345 678"}, {"office": "H49.12.01"}, True),
    ({"name": "Hoa", "id_number": "001085012345"}, {"office": "H49.12.01"}, True),
    ({"name": "Bà Mơ", "phone": "0912345678"}, {"office": "H49.12.01"}, False),
    (HOA, {"office": "H49.12.01", "procedure": "DD-01"}, False),
]
"""Who is registered while the first office has not committed yet, and whether it is HOA again."""


@pytest.mark.parametrize(("applicant", "changes", "again"), AT_ONCE)
def test_of_two_offices_at_the_same_instant_one_sees_the_others(at_work, applicant, changes, again):
    centre, pool = at_work
    said = {"received_at": None}
    with centre.database.transaction() as session:
        first = register_by(centre, body(**said))(session)
        second = pool.submit(
            centre.database.write_now, register_by(centre, body(applicant, **said, **changes))
        )
        until(lambda: second.done() or waits(centre))
        assert second.done() is not again

    if again:
        with pytest.raises(PossibleDouble) as asked:
            second.result(60)
        assert asked.value.codes == [first]
    else:
        assert second.result(60) != first


@pytest.fixture
def at_work(postgres_url):
    """A centre on PostgreSQL, and somebody who works beside us."""
    with Centre(postgres_url) as centre, ThreadPoolExecutor(1) as pool:
        yield centre, pool


def register_by(centre, told):
    form, calendar = DossierForm.model_validate(told), centre.house.calendar
    return lambda s: register(s, form, by=centre.lan, calendar=calendar, now=centre.clock())


def waits(centre):
    """Tell whether somebody waits for another's commit."""
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with centre.database.engine.connect() as connection:
        return connection.exec_driver_sql(query).scalar_one()


def test_no_more_than_five_are_named(centre):
    for _ in range(7):
        made, _ = registered(centre, received_at=None)

    assert as_the_desk_sees(centre, made)["timeline"][-1]["note"].count("H49.12-261123-") == 5


def test_doubles_are_found_by_index_however_many_people_there_are(any_centre):
    any_centre.database.write_now(a_year_of_people)

    for applicant in [*SAME, {"name": "Bà Hoa"}]:
        form = DossierForm(procedure="GPLX-01", applicant=ApplicantForm.model_validate(applicant))
        plan = plan_of(any_centre, form)

        assert "ix_applicant_" in plan
        for whole in (
            "SCAN applicant",
            "SCAN dossier",
            "Seq Scan on applicant",
            "Seq Scan on dossier",
        ):
            assert whole not in plan


COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"


def a_year_of_people(session):
    """Let twelve thousand dossiers of one procedure, office and telephone be there."""
    columns = "lookup_code, procedure_id, authority_id, office_id, received_at, due_on"
    rest = "return_by_post, created_at, open, stage, holder, place, since, flags, resume"
    values = "1, 1, 1, '2026-11-01 08:00:00', '2026-12-01', false, '2026-11-01 08:00:00'"
    held = "true, 'with_office', 'office', '', '2026-11-01 08:00:00', '[]', '{}'"
    who = "dossier_id, name, name_folded, phone, email, id_number, address, ward, province, note"
    for command in (
        f"INSERT INTO dossier (code, {columns}, {rest}) {COUNT} "
        f"SELECT 'x' || i, 'x' || i, {values}, {held} FROM n",
        f"INSERT INTO applicant ({who}) SELECT id, code, code, '+84912345678', '', code, "
        "'', '', '', '' FROM dossier",
        "ANALYZE",
    ):
        session.connection().exec_driver_sql(command)


def plan_of(centre, form):
    """Return how the database looks for doubles."""

    def explain(session):
        now = centre.clock() + timedelta(days=1)
        if not centre.database.is_sqlite:  # of so few it would read all; of many it does not
            for way in ("seqscan", "hashjoin", "mergejoin"):
                session.connection().exec_driver_sql(f"SET LOCAL enable_{way} = off")
        return "\n".join(
            plans_of(session, lambda: possible_doubles(session, form, scope=EVERYTHING, now=now))
        )

    return centre.database.read_now(explain)
