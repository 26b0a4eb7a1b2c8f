"""How far somebody's reach goes: offices, carriers, and whose data a program sees."""

import pytest
from sqlalchemy import update
from sqlmodel import Session, select

from postal_tracker import access
from postal_tracker.access import Caller, KeyScope, Role
from postal_tracker.core.problems import Invalid
from postal_tracker.storage.tables import Handover, Office
from tests.asserting import assert_problem
from tests.printing.machines import machine
from tests.web.doors import DOSSIER as FORM

DOSSIER = FORM | {"office": "H49.12"}


def office(centre, code, above=""):
    def command(session: Session) -> int:
        found = session.exec(select(Office).where(Office.code == code)).first()
        made = found or Office(code=code, name_vi=code, parent_code=above)
        session.add(made)
        session.flush()
        return made.id

    return centre.database.write_now(command)


def key(centre, role, name="one", **how):
    made = centre.database.write_now(
        lambda s: access.create_key(s, role=role, name=name, now=centre.clock(), **how)
    )
    centre.keys[name] = made
    return name


def reach(centre, office_id):
    return centre.database.read_now(lambda s: access.reach_of(s, office_id))


def test_an_office_below_which_all_others_stand_is_the_whole_centre(any_centre):
    centre_, ward = office(any_centre, "H49.12"), office(any_centre, "H49.12.01")

    assert reach(any_centre, centre_).is_whole
    assert reach(any_centre, ward) == access.scope.Reach(frozenset({ward}), False)
    office(any_centre, "H50.01")
    assert not reach(any_centre, centre_).is_whole, "there is a second centre now"


def test_offices_that_name_each_other_as_parents_end(centre):
    first = office(centre, "H51.01", "H51.02")
    second = office(centre, "H51.02", "H51.01")

    assert reach(centre, first).offices == {first, second}


def a_parcel_of(centre, whole, *dossiers):
    form = {"carrier": "rehearsal", "direction": "to_citizen", "dossiers": [*dossiers]}
    return centre.post("/parcels", form, role=whole)


def taken_in(centre, clerk, office_code, name):
    person = {"name": name, "phone": "0912345678", "address": f"1 phố {name}"}
    form = FORM | {"office": office_code, "applicant": person}
    return centre.post("/dossiers", form, role=clerk).json()["code"]


def of_each(centre, *offices):
    """Return a clerk's key and a dossier of each office."""
    for code in offices:
        clerk = key(centre, Role.DESK, code, office_id=office(centre, code))
        yield clerk, taken_in(centre, clerk, code, f"Người {code}")


def test_what_goes_together_from_two_wards_is_of_the_office_above_them(any_centre):
    """Or one ward would print the other's names: they were of the first one's office."""
    office(any_centre, "H49.12.01", "H49.12"), office(any_centre, "H49.12.02", "H49.12")
    (first, one), (other, two) = of_each(any_centre, "H49.12.01", "H49.12.02")
    whole = key(any_centre, Role.DESK, "whole")
    mixed = a_parcel_of(any_centre, whole, one, two).json()["tracking_number"]
    alone = [
        a_parcel_of(any_centre, whole, taken_in(any_centre, clerk, code, "Ông Ba")).json()
        for clerk, code in ((first, "H49.12.01"), (other, "H49.12.02"))
    ]
    numbers = [parcel["tracking_number"] for parcel in alone]
    listed = any_centre.post("/handovers", {"carrier": "rehearsal", "parcels": numbers}, role=whole)
    number = listed.json()["number"]

    for clerk in (first, other):
        for path in (f"/parcels/{mixed}/contents.pdf", f"/handovers/{number}"):
            assert any_centre.get(path, role=clerk).status_code == 404
        labels = any_centre.post("/labels", {"parcels": [mixed]}, role=clerk)
        assert labels.status_code == 404
    assert any_centre.get(f"/parcels/{numbers[0]}/contents.pdf", role=first).status_code == 200
    centres = key(any_centre, Role.DESK, "above", office_id=office(any_centre, "H49.12"))
    for path in (f"/parcels/{mixed}/contents.pdf", f"/handovers/{number}"):
        assert any_centre.get(path, role=centres).status_code == 200


@pytest.mark.parametrize("direction", ["to_authority", "to_citizen"])
def test_a_ward_does_nothing_with_the_centres_parcel_in_which_others_lie(centre, direction):
    """What is said of the parcel is so for all that is in it; the same dossier alone is hers."""
    office(centre, "H49.12.01", "H49.12"), office(centre, "H49.12.02", "H49.12")
    (first, one), (_, two) = of_each(centre, "H49.12.01", "H49.12.02")
    above = key(centre, Role.DESK, "above", office_id=office(centre, "H49.12"))
    form = {"carrier": "rehearsal", "direction": direction, "dossiers": [one, two]}
    number = centre.post("/parcels", form, role=above).json()["tracking_number"]

    def acts(act, clerk=first):
        return centre.post(f"/dossiers/{one}/acts", {"act": act}, role=clerk)

    assert_problem(acts("taken_out"), 403, "another-offices-parcel")
    centre.clock.pass_(hours=1)
    centre.tell(centre.an_event(number, "accepted"))
    stages = [centre.stage(code) for code in (one, two)]
    refused = acts("received_back")
    if direction == "to_citizen":
        assert_problem(refused, 403, "another-offices-parcel")
    assert refused.status_code in (403, 409)
    assert [centre.stage(code) for code in (one, two)] == stages
    if direction == "to_citizen":
        assert acts("received_back", above).status_code == 200
        assert acts("collected").status_code == 200


def test_two_centres_that_have_no_office_in_common_send_nothing_together(centre):
    pairs = of_each(centre, "H50.01", "H51.01")
    whole = key(centre, Role.DESK, "whole")
    refused = a_parcel_of(centre, whole, *(code for _, code in pairs))

    assert_problem(refused, 409, "no-office-in-common")


def test_a_list_prints_the_labels_of_what_is_within_reach_alone(centre):
    """One that was made before lists of several offices were of the one above them."""
    office(centre, "H49.12.01", "H49.12"), office(centre, "H49.12.02", "H49.12")
    pairs = [*of_each(centre, "H49.12.01", "H49.12.02")]
    numbers = [a_parcel_of(centre, clerk, code).json()["tracking_number"] for clerk, code in pairs]
    whole, (first, _) = key(centre, Role.DESK, "whole"), pairs[0]
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": numbers}, role=whole)
    ward = office(centre, "H49.12.01")
    as_before = update(Handover).values(office_id=ward)
    centre.database.write_now(lambda s: s.connection().execute(as_before))
    told = {"name": "Zebra", "office": "H49.12.01", "kind": "zpl_tcp", "media": "100x150"}
    with machine() as zebra:
        admin = key(centre, Role.ADMIN, "admin of it", office_id=ward)
        added = centre.post("/printers", told | {"address": zebra.address}, role=admin)
        assert added.status_code == 201
        form = {"handover": made.json()["number"], "printer": "Zebra"}
        printed = centre.post("/prints", form, role=first).json()

    assert (printed["printed"], printed["left"]) == (1, [])


def test_whoever_was_given_an_office_but_no_reach_has_that_office_alone():
    assert Caller("staff:1", Role.DESK, 7).scope.offices == {7}


@pytest.mark.parametrize(("scopes", "seen"), [((), False), ((KeyScope.REGISTRATION,), True)])
def test_a_program_sees_whose_dossier_it_registers_with_the_scope_alone(centre, scopes, seen):
    portal = key(centre, Role.INTEGRATION, scopes=scopes)
    body = DOSSIER | {"note": "hẹn buổi chiều"}

    first = centre.post("/dossiers", body, role=portal, headers={"Idempotency-Key": "a"})
    again = centre.post("/dossiers", body, role=portal, headers={"Idempotency-Key": "a"})

    assert (first.status_code, again.status_code) == (201, 201)
    for told in (first.json(), again.json()):
        assert (told["applicant_name"] == "Bà Hoa") is seen
        assert (told["applicant"] is not None) is seen
        assert (told["note"] == "hẹn buổi chiều") is seen
        assert ("912345678" in first.text) is seen


def test_a_double_of_which_a_program_is_told_names_nobodys_dossier_to_it(centre):
    portal = key(centre, Role.INTEGRATION)
    before = centre.post("/dossiers", DOSSIER, role=portal).json()["code"]

    told = centre.post("/dossiers", DOSSIER, role=portal)

    assert "possible_double" in told.json()["flags"]
    assert before not in told.text


def test_only_a_programs_key_has_scopes(centre):
    with pytest.raises(Invalid, match="integration"):
        key(centre, Role.DESK, scopes=(KeyScope.NATIONAL,))


def waits_and_is_made(centre, teller, carrier):
    """Tell of a number that nobody has made; then make a parcel with it, and return what it is."""
    told = centre.tell(centre.an_event("TAY123456", "accepted"), role=teller)
    assert told[0]["status"] == "unclaimed"
    centre.a_parcel(carrier=carrier, tracking_number="TAY123456")
    return centre.get("/parcels/TAY123456").json()["milestone"]


def test_what_a_bound_courier_told_of_a_number_moves_no_other_carriers_parcel(any_centre):
    bound = key(any_centre, Role.COURIER, carrier="rehearsal")

    assert waits_and_is_made(any_centre, bound, "by_hand") == "announced"


def test_what_somebody_of_another_office_told_of_a_number_moves_no_parcel(any_centre):
    ward = office(any_centre, "H49.12.01")
    stranger = key(any_centre, Role.COURIER, office_id=ward)

    assert waits_and_is_made(any_centre, stranger, "by_hand") == "announced"


def test_what_a_courier_of_the_office_told_of_a_number_is_read_once_it_is_made(any_centre):
    own = key(any_centre, Role.COURIER, office_id=any_centre.lan.office_id)

    assert waits_and_is_made(any_centre, own, "by_hand") == "accepted"


def test_a_wards_clerk_sees_the_parcel_in_which_her_dossier_travels_and_no_other_in_it(any_centre):
    ward = office(any_centre, "H49.12.01")
    clerk = key(any_centre, Role.DESK, office_id=ward)
    hers = any_centre.a_dossier(office="H49.12.01")
    others = any_centre.a_dossier(name="Ông Nam")
    number = any_centre.a_parcel(hers, others)

    seen = any_centre.get(f"/parcels/{number}", role=clerk)

    assert seen.json()["dossiers"] == [hers]
    assert others not in seen.text
    assert any_centre.get(f"/dossiers/{hers}", role=clerk).status_code == 200
    paper = any_centre.get(f"/parcels/{number}/contents.pdf", role=clerk)
    assert paper.status_code == 404, "its papers are of the office that made it"


def test_a_wards_clerk_takes_back_nothing_of_the_centres_parcel(any_centre):
    ward = office(any_centre, "H49.12.01")
    clerk = key(any_centre, Role.DESK, office_id=ward)
    hers = any_centre.a_dossier(office="H49.12.01")
    number = any_centre.a_parcel(hers, any_centre.a_dossier(name="Ông Nam"))
    any_centre.tell(any_centre.an_event(number, "accepted"))
    timeline = any_centre.get(f"/dossiers/{hers}", role=clerk).json()["timeline"]
    scan = next(e["entry"] for e in timeline if e["what"] == "accepted")

    act = {"act": "strike_out", "entry": scan, "note": "x"}
    told = any_centre.post(f"/dossiers/{hers}/acts", act, role=clerk)

    assert told.status_code == 422
    assert any_centre.post(f"/dossiers/{hers}/acts", act).status_code == 200


def test_an_unknown_file_and_another_offices_are_answered_in_the_same_words(centre):
    ward = office(centre, "H49.12.01")
    clerk = key(centre, Role.DESK, office_id=ward)
    others = centre.a_dossier()
    unknown = others[:-1] + "9"

    def told(code):
        answer = centre.get(f"/dossiers/{code}", role=clerk)
        return answer.status_code, answer.text.replace(code, "CODE")

    assert told(others) == told(unknown)


def test_a_scan_that_a_keyboard_changed_offers_no_other_offices_codes(centre):
    ward = office(centre, "H49.12.01")
    clerk = key(centre, Role.DESK, office_id=ward)
    code = centre.a_dossier()
    changed = code.replace("-", "")

    seen = centre.post("/scans", {"code": changed}, role=clerk).json()

    assert (seen["kind"], seen["choices"]) == ("unknown", [])
