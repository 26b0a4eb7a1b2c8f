"""What the desk does with a dossier, and how a mistake is taken back."""

from datetime import timedelta

import pytest


def act(centre, code, act, **rest):
    return centre.post(f"/dossiers/{code}/acts", {"act": act, **rest})


def slug(answer):
    return answer.json()["type"].removeprefix("/problems/")


def entry(centre, code, what):
    timeline = centre.get(f"/dossiers/{code}").json()["timeline"]
    return [e["entry"] for e in timeline if e["what"] == what][-1]


def strike(centre, code, what):
    centre.clock.pass_(minutes=1)
    return act(centre, code, "strike_out", entry=entry(centre, code, what))


def at_the_authority(centre, *others):
    code = centre.a_dossier()
    number = centre.a_parcel(code, *others)
    centre.clock.pass_(hours=1)
    centre.tell(centre.an_event(number, "delivered"))
    centre.clock.pass_(hours=1)
    return code, number


# What can be done when


def test_a_dossier_taken_out_may_go_in_another_parcel(any_centre):
    code, stays = any_centre.a_dossier(), any_centre.a_dossier()
    number = any_centre.a_parcel(code, stays)
    assert act(any_centre, code, "taken_out").json()["stage"] == "with_office"
    other = any_centre.a_parcel(code)
    any_centre.tell(any_centre.an_event(number, "delivered"))

    assert any_centre.stage(code) == "sealed"
    assert any_centre.stage(stays) == "at_authority"
    assert any_centre.get(f"/parcels/{number}").json()["dossiers"] == [stays]
    assert any_centre.get(f"/parcels/{other}").json()["dossiers"] == [code]
    assert any_centre.differences() == []


def test_what_is_with_the_post_cannot_be_taken_out(centre):
    code = centre.a_dossier()
    centre.tell(centre.an_event(centre.a_parcel(code), "accepted"))
    refused = act(centre, code, "taken_out")

    assert (refused.status_code, slug(refused)) == (409, "not-at-this-stage")


@pytest.mark.parametrize("last", ["collected", "cancelled"])
def test_after_the_last_act_there_is_no_other(centre, last):
    code = centre.a_dossier()
    act(centre, code, last)
    for another in ("collected", "cancelled", "result_ready", "received_back", "taken_out"):
        assert slug(act(centre, code, another)) == "not-at-this-stage"
    assert strike(centre, code, last).json()["stage"] == "with_office"


def test_what_lies_opened_on_our_desk_has_arrived_with_all_that_was_inside(centre):
    one, other = centre.a_dossier(), centre.a_dossier()
    number = centre.a_parcel(one, other, direction="to_centre")
    centre.tell(centre.an_event(number, "in_transit"))
    centre.clock.pass_(hours=1)
    act(centre, one, "received_back")

    assert [centre.stage(code) for code in (one, other)] == ["at_centre", "at_centre"]
    parcel = centre.get(f"/parcels/{number}").json()
    assert (parcel["milestone"], parcel["open"]) == ("delivered", False)
    act(centre, other, "received_back")
    assert centre.differences() == []


def test_what_was_lost_and_turns_up_here_is_here(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    any_centre.tell(any_centre.an_event(number, "exception", reason="lost"))
    assert any_centre.stage(code) == "lost"
    any_centre.clock.pass_(days=3)
    act(any_centre, code, "received_back")

    assert any_centre.stage(code) == "returned"
    assert any_centre.get(f"/parcels/{number}").json()["open"] is False
    assert any_centre.a_parcel(code)
    assert any_centre.differences() == []


def test_an_act_is_done_after_the_dossier_came_and_not_tomorrow(centre):
    code = centre.a_dossier()
    centre.clock.pass_(hours=3)
    for hours in (-24 * 365, -4, 1):
        at = (centre.clock() + timedelta(hours=hours)).isoformat()
        refused = act(centre, code, "collected", at=at)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "at"
    at = (centre.clock() - timedelta(hours=2)).isoformat()

    assert act(centre, code, "collected", at=at).json()["stage"] == "collected"


def test_what_is_done_last_comes_last_though_another_machines_clock_is_ahead(any_centre):
    """Received back on a machine that is two minutes ahead, sealed on one that is not."""
    code, _ = at_the_authority(any_centre)
    ahead = (any_centre.clock() + timedelta(minutes=2)).isoformat()
    act(any_centre, code, "received_back", at=ahead)
    number = any_centre.a_parcel(code, direction="to_citizen")

    assert any_centre.stage(code) == "sealed"
    any_centre.clock.pass_(minutes=30)
    any_centre.tell(any_centre.an_event(number, "delivered"))
    assert any_centre.stage(code) == "delivered"
    assert any_centre.differences() == []


# Taking back


def test_a_wrong_delivery_is_taken_back_for_all_that_was_inside(any_centre):
    other = any_centre.a_dossier()
    code, number = at_the_authority(any_centre, other)
    assert strike(any_centre, code, "delivered").json()["stage"] == "sealed"

    assert any_centre.stage(other) == "sealed"
    assert any_centre.get(f"/parcels/{number}").json()["open"] is True
    assert any_centre.differences() == []


def test_what_was_struck_out_stays_to_be_seen(centre):
    code, _ = at_the_authority(centre)
    strike(centre, code, "delivered")
    timeline = centre.get(f"/dossiers/{code}").json()["timeline"]

    assert [e["struck_out"] for e in timeline if e["what"] == "delivered"] == [True]
    assert timeline[-1]["what"] == "struck_out"


def test_a_mistake_is_taken_back_once(centre):
    code, _ = at_the_authority(centre)
    wrong = entry(centre, code, "delivered")
    strike(centre, code, "delivered")
    centre.clock.pass_(minutes=1)

    assert slug(act(centre, code, "strike_out", entry=wrong)) == "struck-out-already"


def test_two_mistakes_of_one_moment_are_never_lost_in_silence(centre):
    code = centre.a_dossier()
    number = centre.a_parcel(code)
    centre.tell(centre.an_event(number, "accepted"), centre.an_event(number, "in_transit"))
    entries = [entry(centre, code, what) for what in ("accepted", "in_transit")]
    answers = [act(centre, code, "strike_out", entry=e) for e in entries]

    assert [a.status_code for a in answers] == [200, 409]
    centre.clock.pass_(minutes=1)
    assert act(centre, code, "strike_out", entry=entries[1]).json()["stage"] == "sealed"


@pytest.mark.parametrize("what", ["registered", "sealed", "taken_out", "struck_out"])
def test_what_other_records_hang_on_is_undone_another_way(centre, what):
    code = centre.a_dossier()
    centre.a_parcel(code)
    act(centre, code, "taken_out")
    act(centre, code, "result_ready")
    strike(centre, code, "result_ready")
    refused = strike(centre, code, what)

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "entry")
    assert centre.stage(code) == "with_office"
    assert centre.differences() == []


def test_a_parcel_that_was_made_is_announced_for_good(any_centre):
    """Struck out, it stood nowhere, and neither its page nor its dossier's could be shown."""
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    refused = strike(any_centre, code, "announced")

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "entry")
    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "announced"
    assert any_centre.differences() == []


def test_a_taking_out_that_cannot_be_struck_out_leaves_no_dossier_sealed_in_nothing(centre):
    """It did once: sealed in no parcel, and nothing could be done with it any more."""
    code = centre.a_dossier()
    centre.a_parcel(code)
    act(centre, code, "taken_out")
    strike(centre, code, "taken_out")

    assert centre.a_parcel(code)
    assert act(centre, code, "taken_out").status_code == 200


@pytest.mark.parametrize("nothing", [None, 999_999, 1])
def test_an_entry_of_another_dossier_is_not_taken_back_here(centre, nothing):
    centre.a_dossier()
    code = centre.a_dossier()
    refused = act(centre, code, "strike_out", entry=nothing)

    assert refused.status_code == 422


def test_a_parcel_whose_dossiers_travel_on_is_not_reopened(any_centre):
    code, _ = at_the_authority(any_centre)
    onward = any_centre.a_parcel(code, direction="to_centre")
    refused = strike(any_centre, code, "delivered")

    assert (refused.status_code, slug(refused)) == (409, "dossiers-travel-on")
    assert onward in refused.json()["detail"]
    act(any_centre, code, "taken_out")
    assert strike(any_centre, code, "delivered").json()["stage"] == "sealed"
    assert any_centre.differences() == []


def test_a_parcel_whose_number_is_used_again_is_not_reopened(centre):
    number = "EE123456785VN"
    code = centre.a_dossier()
    centre.a_parcel(code, tracking_number=number)
    centre.tell(centre.an_event(number, "returned"))
    centre.clock.pass_(days=400)
    centre.a_parcel(centre.a_dossier(), tracking_number=number)

    assert slug(strike(centre, code, "returned")) == "number-used-again"


def test_a_parcel_opened_here_brings_in_only_what_was_still_inside(centre):
    stays, goes = centre.a_dossier(), centre.a_dossier()
    number = centre.a_parcel(stays, goes)
    act(centre, goes, "taken_out")
    other = centre.a_parcel(goes)
    centre.tell(centre.an_event(number, "returning"))
    centre.clock.pass_(hours=1)
    centre.post("/scans", {"code": number, "act": "received_back"})

    assert centre.stage(stays) == "returned"
    assert centre.stage(goes) == "sealed"
    assert centre.get(f"/parcels/{other}").json()["open"] is True
