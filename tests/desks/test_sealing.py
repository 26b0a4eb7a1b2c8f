"""Putting dossiers into parcels, each with a number nobody else's parcel has."""

import pytest
from sqlmodel import select

from postal_tracker.core import codes
from postal_tracker.storage.tables import NumberRange


def seal(centre, *dossiers, direction="to_authority", carrier="rehearsal", **rest):
    body = {"carrier": carrier, "direction": direction, "dossiers": list(dossiers), **rest}
    return centre.post("/parcels", body)


def slug(answer):
    return answer.json()["type"].removeprefix("/problems/")


def test_a_parcel_gets_the_next_number_of_the_centres_range(any_centre):
    numbers = [seal(any_centre, any_centre.a_dossier()).json()["tracking_number"] for _ in "ab"]

    assert numbers == [codes.make_s10("EB", serial) for serial in (10_000_000, 10_000_001)]


def test_a_number_typed_by_hand_before_is_not_given_out_again(centre):
    typed = codes.make_s10("EB", 10_000_000)
    assert seal(centre, centre.a_dossier(), tracking_number=typed).status_code == 201
    made = seal(centre, centre.a_dossier()).json()

    assert made["tracking_number"] == codes.make_s10("EB", 10_000_001)


def test_a_number_has_one_form_however_the_label_groups_it(centre):
    made = seal(centre, centre.a_dossier(), tracking_number="ee 123 456 785 vn").json()

    assert made["tracking_number"] == "EE123456785VN"


def leave(centre, left):
    def shorten(session):
        numbers = session.exec(select(NumberRange)).one()
        numbers.next_serial = numbers.last_serial + 1 - left
        session.add(numbers)

    centre.database.write_now(shorten)


def test_a_range_that_runs_out_is_said_to_at_its_last_tenth(any_centre):
    leave(any_centre, 102)
    left = [seal(any_centre, any_centre.a_dossier()).json()["numbers_left"] for _ in range(3)]

    assert left == [None, 100, 99]


def test_a_range_that_is_used_up_gives_no_number_and_seals_nothing(any_centre):
    leave(any_centre, 1)
    assert seal(any_centre, any_centre.a_dossier()).json()["numbers_left"] == 0
    code = any_centre.a_dossier()
    refused = seal(any_centre, code)

    assert (refused.status_code, slug(refused)) == (409, "numbers-exhausted")
    assert any_centre.stage(code) == "with_office"
    assert seal(any_centre, code, tracking_number="EE123456785VN").status_code == 201


def test_the_next_range_takes_over(centre):
    leave(centre, 1)

    def add(session):
        session.add(
            NumberRange(
                carrier="rehearsal",
                indicator="EC",
                first_serial=1,
                last_serial=50,
                next_serial=1,
            )
        )

    centre.database.write_now(add)
    made = [seal(centre, centre.a_dossier()).json()["tracking_number"] for _ in range(2)]
    assert made == [codes.make_s10("EB", 10_000_999), codes.make_s10("EC", 1)]


def test_a_closed_number_comes_back_after_twelve_months_and_not_before(any_centre):
    number = "EE123456785VN"
    first = any_centre.a_dossier()
    seal(any_centre, first, tracking_number=number)
    any_centre.tell(any_centre.an_event(number, "delivered"))
    again = any_centre.a_dossier()
    for days in (0, 364):
        any_centre.clock.pass_(days=days)
        refused = seal(any_centre, again, tracking_number=number)
        assert (refused.status_code, slug(refused)) == (409, "tracking-number-in-use")
    any_centre.clock.pass_(days=2, seconds=1)

    assert seal(any_centre, again, tracking_number=number).status_code == 201
    assert any_centre.stage(first) == "at_authority"
    assert any_centre.stage(again) == "sealed"
    assert any_centre.get(f"/parcels/{number}").json()["dossiers"] == [again]
    assert any_centre.differences() == []


def test_an_open_number_never_comes_back(centre):
    number = centre.a_parcel(tracking_number="EE123456785VN")
    centre.clock.pass_(days=4000)

    assert seal(centre, centre.a_dossier(), tracking_number=number).status_code == 409


def test_dossiers_for_two_authorities_do_not_travel_together(centre):
    police, land = centre.a_dossier(), centre.a_dossier(procedure="DD-01")
    refused = seal(centre, police, land)

    assert (refused.status_code, slug(refused)) == (409, "different-authorities")
    assert {centre.stage(code) for code in (police, land)} == {"with_office"}


def test_results_of_two_authorities_may_come_to_a_citizen_together(centre):
    police, land = centre.a_dossier(), centre.a_dossier(procedure="DD-01")

    assert seal(centre, police, land, direction="to_citizen").status_code == 201


def test_what_is_not_in_hand_cannot_be_sealed(centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code, direction="to_citizen")
    centre.tell(centre.an_event(number, "delivered"))
    refused = seal(centre, code)

    assert (refused.status_code, slug(refused)) == (409, "dossier-out-of-hand")


def test_a_bag_carried_by_hand_has_whatever_number_is_on_it(centre):
    made = seal(centre, centre.a_dossier(), carrier="by_hand", tracking_number="túi 7")
    assert made.status_code == 422
    made = seal(centre, centre.a_dossier(), carrier="by_hand", tracking_number="tui-7")
    assert made.json()["tracking_number"] == "TUI-7"
    assert made.json()["next_check_at"] is None


def test_a_carrier_that_can_be_asked_is_asked_the_next_morning(centre):
    made = seal(centre, centre.a_dossier()).json()

    assert made["next_check_at"] == "2026-11-23T23:30:00Z", "half past six of the next day"


@pytest.mark.parametrize("number", ["EE123456785XX", "JA123456785VN", "EE123456784VN"])
def test_no_parcel_is_made_under_a_number_that_no_post_gives(centre, number):
    form = {"carrier": "vnpost", "direction": "to_authority", "dossiers": [centre.a_dossier()]}
    answer = centre.post("/parcels", form | {"tracking_number": number})

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == ["tracking_number"]
