"""A long list is registered as fast as the machine stores it, and each of its rows is judged."""

from sqlalchemy import event, func
from sqlmodel import select

from postal_tracker.core.problems import Problem
from postal_tracker.desks import doubles, registration
from postal_tracker.forms import ApplicantForm, DossierForm
from postal_tracker.storage.tables import Applicant, Dossier, SearchTerm


def forms(count, *, start=0, **more):
    """People with nothing in common."""
    return [
        DossierForm(
            procedure="GPLX-01",
            applicant=ApplicantForm(name=f"Nguyễn Văn Số {n}", phone=f"09{n:08d}"),
            **more,
        )
        for n in range(start, start + count)
    ]


def register_all(centre, wanted, on_doubles=doubles.ask):
    return centre.database.write_now(
        lambda s: registration.register_all(
            s,
            wanted,
            by=centre.lan,
            calendar=centre.house.calendar,
            now=centre.clock(),
            on_doubles=on_doubles,
        )
    )


def count(centre, table=Dossier):
    return centre.database.read_now(lambda s: s.exec(select(func.count()).select_from(table)).one())


def test_each_of_a_list_gets_the_next_code_and_can_be_found(any_centre):
    made = register_all(any_centre, forms(30))

    assert [code[-4:] for code in made] == [f"{n:04d}" for n in range(1, 31)]
    assert count(any_centre, Applicant) == 30
    assert count(any_centre, SearchTerm) > 150
    assert any_centre.get("/dossiers?q=0900000029").json()["items"][0]["code"] == made[29]
    assert any_centre.stage(made[0]) == "with_office"
    assert any_centre.differences() == []


def test_one_that_is_refused_costs_the_others_nothing_not_even_a_number(any_centre):
    known = any_centre.a_dossier(phone="0900000001", name="Nguyễn Văn Số 1")
    wanted = forms(4)
    wanted[2] = wanted[2].model_copy(update={"procedure": "NO-SUCH"})

    made = register_all(any_centre, wanted)

    assert [str(one)[-4:] for one in made if isinstance(one, str)] == ["0002", "0003"]
    assert isinstance(made[1], doubles.PossibleDouble)
    assert list(made[1].codes) == [known]
    assert isinstance(made[2], Problem)
    assert any_centre.a_dossier(name="Bà Sau", phone="0977777777")[-4:] == "0004"
    assert any_centre.differences() == []


def test_a_person_who_stands_in_a_list_twice_is_told_of_the_first(any_centre):
    wanted = forms(3)

    made = register_all(any_centre, [*wanted, wanted[1]])

    assert list(made[3].codes) == [made[1]]


def test_a_code_that_stands_in_a_list_twice_is_taken_by_the_first(any_centre):
    code = "H49.12-261123-0002"
    given = [one.model_copy(update={"code": code}) for one in forms(2)]

    made = register_all(any_centre, [*given, *forms(2, start=10)])

    assert made[0] == code
    assert made[1].slug == "dossier-code-taken"
    assert [one[-4:] for one in made[2:]] == ["0001", "0003"]


def test_of_a_day_that_has_no_more_numbers_the_first_get_the_last_ones(any_centre):
    register_all(any_centre, forms(1))
    any_centre.database.write_now(
        lambda s: s.connection().exec_driver_sql("UPDATE day_serial SET last = 9997")
    )

    made = register_all(any_centre, forms(4, start=10))

    assert [str(one)[-4:] for one in made[:2]] == ["9998", "9999"]
    assert all(isinstance(one, ValueError) for one in made[2:])


def test_a_list_of_any_length_is_registered_with_as_many_statements_as_one(any_centre):
    asked = []
    engine = any_centre.database.engine
    register_all(any_centre, forms(1))  # what is asked only once is behind us

    def hear(*told):
        asked.append(told[2])

    event.listen(engine, "before_cursor_execute", hear)
    register_all(any_centre, forms(1, start=10))
    of_one = len(asked)
    register_all(any_centre, forms(200, start=100))
    event.remove(engine, "before_cursor_execute", hear)

    assert len(asked) - of_one <= of_one
