"""A parcel to a citizen: it must say where to, and tells if no result is known of."""

import pytest


def seal(centre, code, direction="to_citizen", **rest):
    body = {"carrier": "rehearsal", "direction": direction, "dossiers": [code], **rest}
    return centre.post("/parcels", body)


def test_without_an_address_it_is_refused_and_nothing_is_sealed(any_centre):
    code = any_centre.a_dossier(address="")

    refused = seal(any_centre, code)

    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == ["recipient.address"]
    assert any_centre.get(f"/dossiers/{code}").json()["parcels"] == []


def test_the_address_may_be_given_with_the_parcel(any_centre):
    code, there = any_centre.a_dossier(address=""), {"name": "Ông Ba", "address": "7 Quang Trung"}

    assert seal(any_centre, code, recipient=there).status_code == 201


@pytest.mark.parametrize("more", [{}, {"phone": "0912345678"}])
def test_a_recipient_without_an_address_does_not_say_where_to(any_centre, more):
    code = any_centre.a_dossier(address="")

    assert seal(any_centre, code, recipient={"name": "Ông Ba", **more}).status_code == 422


@pytest.mark.parametrize("direction", ["to_authority", "to_centre"])
def test_to_anybody_else_no_citizens_address_is_asked_for(any_centre, direction):
    assert seal(any_centre, any_centre.a_dossier(address=""), direction).status_code == 201


def test_without_a_result_it_is_made_and_says_so_until_there_is_one(any_centre):
    code = any_centre.a_dossier()

    made = seal(any_centre, code)
    number = made.json()["tracking_number"]

    assert made.status_code == 201
    assert made.json()["flags"] == ["no_result_yet"]
    assert any_centre.get(f"/parcels/{number}").json()["flags"] == ["no_result_yet"]


def test_with_a_result_nothing_is_said(any_centre):
    code = any_centre.a_dossier()
    there = any_centre.a_parcel(code)
    any_centre.clock.pass_(hours=1)
    any_centre.tell(any_centre.an_event(there, "delivered"))
    any_centre.clock.pass_(hours=1)
    assert any_centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"}).status_code == 200

    assert seal(any_centre, code).json()["flags"] == []
    assert any_centre.differences() == []
