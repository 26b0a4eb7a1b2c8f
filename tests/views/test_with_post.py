"""How long the post had a dossier is told apart, however its scans are told."""

from itertools import permutations

import pytest

from tests.centre import MONDAY


def with_post(centre, code):
    told = centre.get(f"/dossiers/{code}").json()["with_post"]
    return told["minutes"], told["since"]


def test_what_never_travelled_was_not_with_the_post(any_centre):
    code = any_centre.a_dossier()
    assert with_post(any_centre, code) == (0, None)
    any_centre.a_parcel(code)
    any_centre.clock.pass_(hours=3)

    assert with_post(any_centre, code) == (0, None)


def test_the_way_out_and_the_way_back_are_counted_together(any_centre):
    code = any_centre.a_dossier()
    out = any_centre.a_parcel(code)
    any_centre.clock.pass_(hours=1)
    any_centre.tell(any_centre.an_event(out, "accepted"))
    assert with_post(any_centre, code) == (0, "2026-11-23T02:00:00Z")
    any_centre.clock.pass_(hours=30)
    any_centre.tell(any_centre.an_event(out, "delivered"))
    assert with_post(any_centre, code) == (1800, None)

    any_centre.clock.pass_(days=3)
    back = any_centre.a_parcel(code, direction="to_centre")
    any_centre.clock.pass_(hours=1)
    any_centre.tell(any_centre.an_event(back, "accepted"))
    any_centre.clock.pass_(minutes=90)
    any_centre.post(f"/dossiers/{code}/acts", {"act": "received_back"})
    assert with_post(any_centre, code) == (1890, None)


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_the_order_of_telling_makes_no_difference(any_centre, order):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    any_centre.clock.pass_(days=2)
    told = [
        any_centre.an_event(number, what, happened_at=MONDAY.replace(hour=hour).isoformat())
        for what, hour in (("accepted", 3), ("in_transit", 5), ("delivered", 9))
    ]
    for which in order:
        any_centre.tell(told[which])

    assert with_post(any_centre, code) == (360, None)
    assert any_centre.differences() == []


def test_what_was_struck_out_is_not_counted(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    any_centre.tell(any_centre.an_event(number, "accepted"))
    any_centre.clock.pass_(hours=5)
    [*_, scan] = any_centre.get(f"/dossiers/{code}").json()["timeline"]
    any_centre.post(f"/dossiers/{code}/acts", {"act": "strike_out", "entry": scan["entry"]})

    assert with_post(any_centre, code) == (0, None)
