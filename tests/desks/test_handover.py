"""The list that one postman signs for."""

from datetime import timedelta


def make(centre, *parcels, carrier="rehearsal"):
    return centre.post("/handovers", {"carrier": carrier, "parcels": list(parcels)})


def slug(answer):
    return answer.json()["type"].removeprefix("/problems/")


def sign(centre, number, **rest):
    return centre.post(f"/handovers/{number}/sign", {"signed_by": "Tuấn", **rest})


def test_a_list_is_numbered_by_the_day_and_keeps_the_order_of_the_bag(any_centre):
    parcels = [any_centre.a_parcel() for _ in range(3)]
    made = make(any_centre, *reversed(parcels)).json()

    assert made["number"] == "BK-261123-0001"
    assert [p["tracking_number"] for p in made["parcels"]] == parcels[::-1]
    assert [p["position"] for p in made["parcels"]] == [1, 2, 3]
    assert made["state"] == "open"


def test_what_is_signed_for_is_with_the_post(any_centre):
    codes = [any_centre.a_dossier(), any_centre.a_dossier()]
    number = make(any_centre, *(any_centre.a_parcel(code) for code in codes)).json()["number"]
    any_centre.clock.pass_(minutes=5)
    signed = sign(any_centre, number).json()

    assert (signed["state"], signed["signed_by"]) == ("signed", "Tuấn")
    assert {any_centre.stage(code) for code in codes} == {"to_authority"}
    assert any_centre.differences() == []


def test_a_list_shows_what_the_carrier_says_it_never_got(centre):
    there, missing = centre.a_parcel(), centre.a_parcel()
    number = make(centre, there, missing).json()["number"]
    sign(centre, number)
    centre.clock.pass_(hours=1)
    centre.tell(centre.an_event(there, "accepted"))
    parcels = centre.get(f"/handovers/{number}").json()["parcels"]

    assert {p["tracking_number"]: p["accepted"] for p in parcels} == {there: True, missing: False}


def test_a_parcel_stands_on_one_list_and_is_not_gone(any_centre):
    listed, gone, open_ = (any_centre.a_parcel() for _ in range(3))
    make(any_centre, listed)
    any_centre.tell(any_centre.an_event(gone, "accepted"))

    assert slug(make(any_centre, open_, listed)) == "parcel-on-a-list"
    assert slug(make(any_centre, open_, gone)) == "parcel-gone-already"
    assert slug(make(any_centre, open_, "EE123456785VN")) == "no-such-parcel"
    assert slug(make(any_centre, open_, open_)) == "invalid-form"
    assert slug(make(any_centre, open_, carrier="by_hand")) == "another-carriers-parcel"
    assert make(any_centre, open_).json()["number"] == "BK-261123-0002"  # none was wasted


def test_a_carrier_that_announces_late_takes_no_parcel_off_the_list(centre):
    parcel = centre.a_parcel()
    number = make(centre, parcel).json()["number"]
    sign(centre, number)
    centre.clock.pass_(hours=1)
    centre.tell(centre.an_event(parcel, "announced"))

    assert centre.get(f"/parcels/{parcel}").json()["milestone"] == "handed_over"


def test_a_list_is_signed_after_it_was_made_and_before_now(centre):
    number = make(centre, centre.a_parcel()).json()["number"]
    centre.clock.pass_(hours=2)
    for hours in (-1, -50, 3):
        at = centre.clock() + timedelta(hours=hours) - timedelta(hours=2 if hours < 0 else 0)
        refused = sign(centre, number, at=at.isoformat())
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "at"
    at = centre.clock() - timedelta(hours=1)

    assert sign(centre, number, at=at.isoformat()).status_code == 200
    assert centre.differences() == []


def test_a_signature_recorded_after_the_first_scan_moves_nothing_back(centre):
    code = centre.a_dossier()
    parcel = centre.a_parcel(code)
    number = make(centre, parcel).json()["number"]
    centre.clock.pass_(hours=1)
    centre.tell(centre.an_event(parcel, "delivered"))
    centre.clock.pass_(hours=1)
    sign(centre, number)

    assert centre.stage(code) == "at_authority"
    parcel_seen = centre.get(f"/parcels/{parcel}").json()
    assert (parcel_seen["milestone"], parcel_seen["flags"]) == ("delivered", [])
