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


@pytest.mark.parametrize(("by_post", "flags"), [(True, []), (False, ["to_be_collected"])])
def test_with_a_result_nothing_is_said_unless_it_was_to_be_collected(any_centre, by_post, flags):
    code = any_centre.a_dossier(return_by_post=by_post)
    there = any_centre.a_parcel(code)
    any_centre.clock.pass_(hours=1)
    any_centre.tell(any_centre.an_event(there, "delivered"))
    any_centre.clock.pass_(hours=1)
    assert any_centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"}).status_code == 200

    assert seal(any_centre, code).json()["flags"] == flags
    assert any_centre.differences() == []


# A receipt cannot promise the post without an address


def test_no_door_takes_a_dossier_that_comes_home_by_post_to_nowhere(centre):
    body = {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa"}, "return_by_post": True}

    refused = centre.post("/dossiers", body)

    assert refused.status_code == 422
    assert [fault["field"] for fault in refused.json()["errors"]] == ["applicant.address"]
    body["applicant"]["ward"] = "Phường Uông Bí"
    assert centre.post("/dossiers", body).status_code == 201


@pytest.mark.parametrize(
    ("stood", "change", "status"),
    [
        ({"address": ""}, {"return_by_post": True}, 422),
        ({"return_by_post": True}, {"applicant": {"address": ""}}, 422),
        ({"return_by_post": True}, {"applicant": {"address": "", "ward": "Yên Tử"}}, 200),
        ({"address": ""}, {"return_by_post": True, "applicant": {"address": "7 Trần Phú"}}, 200),
        ({"return_by_post": True}, {"return_by_post": False, "applicant": {"address": ""}}, 200),
        ({"address": ""}, {"note": "gấp"}, 200),
    ],
)
def test_no_correction_leaves_such_a_promise(centre, stood, change, status):
    code = centre.a_dossier(**stood)
    path, told = f"/api/v1/dossiers/{code}", {"reason": "gõ nhầm", **change}

    answer = centre.call("PATCH", path, json=told, headers={"If-Match": "*"})

    assert answer.status_code == status, answer.text
