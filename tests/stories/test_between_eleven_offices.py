"""Ward messengers: a dossier goes from a commune's desk to the centre and back, through his hands.

At each moment the record is asked: who holds it?
"""

import pytest
from sqlmodel import col, select

from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.storage.tables import Office

WARDS = [f"H49.12.{n:02}" for n in range(1, 12)]
CENTRE = "H49.12"


@pytest.fixture
def keys(any_centre):
    """A clerk's key for the centre and each of eleven desks, and a messenger's."""

    def make(session):
        for n, code in enumerate(WARDS[1:], start=2):
            session.add(Office(code=code, parent_code=CENTRE, name_vi=f"Bộ phận {n:02}"))
        session.flush()
        codes = col(Office.code).in_([CENTRE, *WARDS])
        ids = {one.code: one.id for one in session.exec(select(Office).where(codes))}
        now = any_centre.clock()
        made = {
            code: access.create_key(session, role=Role.DESK, name=code, office_id=id_, now=now)
            for code, id_ in ids.items()
        }
        carried = {"role": Role.COURIER, "name": "Liên lạc viên", "carrier": "by_hand"}
        made["messenger"] = access.create_key(session, **carried, office_id=ids[CENTRE], now=now)
        return made

    any_centre.keys |= any_centre.database.write_now(make)
    return any_centre.keys


def names(centre):
    return {one["code"]: one["name"] for one in centre.get("/offices").json()["items"]}


def held(centre, code):
    told = centre.get(f"/dossiers/{code}").json()
    return told["stage"], told["location"]["holder"], told["location"]["name"]


def registered(centre, ward):
    person = {"name": "Bà Hoa", "phone": "0912345678", "address": "12 Trần Phú"}
    body = {"procedure": "GPLX-01", "applicant": person}
    made = centre.post("/dossiers", body, role=ward)
    assert made.status_code == 201, made.text
    return made.json()["code"]


def given(centre, desk, to_office, code):
    """Let a desk put a dossier into a parcel for another and hand it to the messenger."""
    body = {"carrier": "by_hand", "direction": "to_office", "to_office": to_office}
    number = f"TAY-{code[-11:]}-{desk[-2:]}"
    sealed = {**body, "dossiers": [code], "tracking_number": number}
    made = centre.post("/parcels", sealed, role=desk)
    assert made.status_code == 201, made.text
    number = made.json()["tracking_number"]
    listed = centre.post("/handovers", {"carrier": "by_hand", "parcels": [number]}, role=desk)
    address = f"/handovers/{listed.json()['number']}"
    before = held(centre, code)
    took = centre.post(f"{address}/take", {"parcels": [number]}, role="messenger")
    assert took.status_code == 200, took.text
    assert held(centre, code) == before
    centre.clock.pass_(minutes=1)
    assert centre.post(f"{address}/sign", {"signed_by": "Ông Liên"}, role=desk).status_code == 200
    return number


def brought(centre, desk, *numbers):
    """Let the messenger bring parcels to a desk, which signs."""
    centre.clock.pass_(minutes=30)
    body = {"office": desk, "parcels": list(numbers)}
    made = centre.post("/handovers/brought", body, role="messenger")
    assert made.status_code == 201, made.text
    centre.clock.pass_(minutes=1)
    address = f"/handovers/{made.json()['number']}/sign"
    signed = centre.post(address, {"signed_by": "Bà Lan"}, role=desk)
    assert signed.status_code == 200, signed.text


def test_from_eleven_desks_to_the_centre_nobody_is_ever_without_a_holder(any_centre, keys):
    centre, called = any_centre, names(any_centre)
    codes = {ward: registered(centre, ward) for ward in WARDS}
    parcels = {}
    for ward, code in codes.items():
        assert held(centre, code) == ("with_office", "office", called[ward])
        centre.clock.pass_(minutes=5)
        parcels[ward] = given(centre, ward, CENTRE, code)
        assert held(centre, code)[:2] == ("to_office", "post")
    late = parcels.pop(WARDS[-1])
    brought(centre, CENTRE, *parcels.values())
    for ward in parcels:
        assert held(centre, codes[ward]) == ("with_office", "office", called[CENTRE])
    assert held(centre, codes[WARDS[-1]])[:2] == ("to_office", "post")
    brought(centre, CENTRE, late)
    assert held(centre, codes[WARDS[-1]]) == ("with_office", "office", called[CENTRE])
    assert centre.differences() == []


def test_a_result_goes_back_to_the_ward_and_the_messengers_word_alone_ends_nothing(
    any_centre, keys
):
    centre, called, ward = any_centre, names(any_centre), WARDS[3]
    code = registered(centre, ward)
    brought(centre, CENTRE, given(centre, ward, CENTRE, code))
    centre.clock.pass_(hours=1)
    ready = centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"}, role=CENTRE)
    assert ready.status_code == 200, ready.text
    back = given(centre, CENTRE, ward, code)
    centre.clock.pass_(minutes=5)
    centre.tell(centre.an_event(back, "delivered"), role="messenger")
    assert held(centre, code)[:2] == ("to_office", "post")
    assert "delivery_claimed" in centre.get(f"/dossiers/{code}").json()["flags"]
    brought(centre, ward, back)

    assert held(centre, code) == ("at_centre", "office", called[ward])
    story = centre.get(f"/dossiers/{code}", role=ward).json()["timeline"]
    whats = [one["what"] for one in story if one["what"] in ("handed_over", "received_back")]
    assert whats == ["handed_over", "received_back"] * 2
    assert [one["place"] for one in story if one["what"] == "received_back"] == [
        called[CENTRE],
        called[ward],
    ]
    assert centre.differences() == []


def test_a_parcel_between_offices_says_to_which(any_centre, keys):
    code = registered(any_centre, WARDS[0])
    body = {"carrier": "by_hand", "direction": "to_office", "dossiers": [code]}
    wrong = any_centre.post("/parcels", {**body, "to_office": "H00"}, role=WARDS[0])
    assert [one["field"] for one in wrong.json()["errors"]] == ["to_office"]
