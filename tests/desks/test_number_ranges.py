"""Number ranges: entered by an administrator, given out one by one, told apart from used up."""

import pytest

from postal_tracker.core.codes import parse_s10

RANGE = {"carrier": "vnpost", "indicator": "EE", "first_serial": 1, "last_serial": 3}


def add(centre, **other):
    return centre.post("/number-ranges", RANGE | other, role="admin")


def sealed(centre):
    return centre.post(
        "/parcels",
        {"carrier": "vnpost", "direction": "to_authority", "dossiers": [centre.a_dossier()]},
    )


def test_before_there_is_a_range_nothing_is_used_up(any_centre):
    answer = sealed(any_centre)

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/no-number-range")


def test_the_numbers_of_a_range_are_given_out_one_by_one(any_centre):
    assert add(any_centre).status_code == 201
    given = [sealed(any_centre).json()["tracking_number"] for _ in range(3)]

    assert [parse_s10(number).serial for number in given] == [1, 2, 3]
    assert sealed(any_centre).json()["type"] == "/problems/numbers-exhausted"
    [told] = [
        r for r in any_centre.get("/number-ranges", role="admin").json()["items"]
        if r["carrier"] == "vnpost"
    ]  # fmt: skip
    assert (told["left"], told["next_number"]) == (0, None)


@pytest.mark.parametrize(
    "overlapping",
    [
        {},
        {"first_serial": 3, "last_serial": 3},
        {"first_serial": 0, "last_serial": 99_999_999},
        {"carrier": "by_hand"},
    ],
)
def test_a_number_stands_in_one_range_only(any_centre, overlapping):
    add(any_centre)
    again = add(any_centre, **overlapping)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/numbers-overlap")
    assert add(any_centre, first_serial=4, last_serial=9).status_code == 201
    assert add(any_centre, indicator="EF").status_code == 201


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_serial": 0}, "last_serial"),
        ({"first_serial": 100_000_000}, "first_serial"),
        ({"first_serial": -1}, "first_serial"),
        ({"indicator": "JA"}, "indicator"),
        ({"indicator": "ee"}, "indicator"),
        ({"country": "V"}, "country"),
        ({"carrier": "17track"}, "carrier"),
        ({"carrier": "nobody"}, "carrier"),
    ],
)
def test_a_range_that_cannot_be_is_refused_at_its_field(centre, wrong, field):
    answer = add(centre, **wrong)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("role", ["desk", "manager", "courier", "integration"])
def test_only_an_administrator_enters_ranges(centre, role):
    assert centre.post("/number-ranges", RANGE, role=role).status_code == 403
