"""A courier is shown to whom the parcel in his hands goes, and nothing else of anybody."""

import re

import pytest

from postal_tracker import access, views
from postal_tracker.access import Role, audit
from postal_tracker.access.audit import AuditFilter
from postal_tracker.views import in_hand
from tests.asserting import assert_problem

WHOM = {"name": "Quách Thị Zuýp", "address": "77 ngõ Chim Hoàng Yến", "phone": "0912345678"}


@pytest.fixture
def parcel(centre):
    code = centre.a_dossier(name="Quách Thị Zuýp", address="77 ngõ Chim Hoàng Yến")
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    return centre.a_parcel(code, direction="to_citizen")


def scans(courier, number, milestone, **rest):
    fields = {"milestone": milestone, "form_id": f"{courier}{milestone}", **rest}
    answer = courier.sends(f"/courier/{number}", fields)
    assert answer.status_code == 303, answer.text


def is_shown(courier, number):
    page = courier.opens(f"/courier/{number}").text
    assert "0912345678" not in page
    assert "912 345 678" not in page
    assert ("Zuýp" in page) == ("Hoàng Yến" in page)
    return "Zuýp" in page


def readings(centre):
    wanted = AuditFilter(what="read")
    found = centre.database.read_now(lambda s: audit.entries(s, wanted)).items
    return [(e.who, e.fields) for e in found if e.door == "GET /courier/{tracking_number:path}"]


def test_name_and_address_are_shown_while_a_parcel_is_in_his_hands(centre, tuan, parcel):
    seen = [is_shown(tuan, parcel)]
    for milestone, rest in (
        ("accepted", {}),
        ("out_for_delivery", {}),
        ("delivery_failed", {"reason": "nobody_home"}),
        ("delivered", {}),
    ):
        centre.clock.pass_(hours=1)
        scans(tuan, parcel, milestone, **rest)
        seen.append(is_shown(tuan, parcel))

    assert seen == [False, True, True, True, False]


def test_what_is_in_anothers_hands_is_not_shown(centre, tuan, visitor, parcel):
    scans(tuan, parcel, "accepted")
    binh = visitor("binh")

    assert not is_shown(binh, parcel)
    centre.clock.pass_(hours=1)
    scans(binh, parcel, "out_for_delivery")
    assert (is_shown(binh, parcel), is_shown(tuan, parcel)) == (True, False)


def test_what_his_carrier_tells_beside_him_takes_nothing_from_his_hands(centre, tuan, parcel):
    scans(tuan, parcel, "out_for_delivery")
    centre.clock.pass_(hours=1)
    centre.tell(
        centre.an_event(parcel, "delivery_failed", reason="nobody_home"), role="integration"
    )

    assert is_shown(tuan, parcel)


def test_each_look_at_a_name_is_written_down(centre, tuan, parcel):
    scans(tuan, parcel, "accepted")
    is_shown(tuan, parcel)
    centre.client.portal.call(centre.house.audit.settle)

    assert readings(centre) == [("staff:2", ["name", "address"])]


def test_ones_own_page_shows_what_one_carries_and_writes_each_name_down(
    centre, tuan, visitor, parcel
):
    to_police, binh = centre.a_parcel(), visitor("binh")
    before = tuan.opens("/courier").text
    for number in (parcel, to_police):
        scans(tuan, number, "accepted", form_id=number)
    wrong = tuan.sends("/courier", {"code": "?"}).text
    for page in (tuan.opens("/courier").text, wrong):
        assert (page.count(parcel), page.count(to_police)) == (2, 2)
        assert page.count("Quách Thị Zuýp") == page.count("77 ngõ Chim Hoàng Yến") == 1
        assert "Bà Hoa" not in page
    assert parcel not in before + binh.opens("/courier").text

    centre.client.portal.call(centre.house.audit.settle)
    wanted = AuditFilter(what="read", who="staff:2")
    seen = centre.database.read_now(lambda s: audit.entries(s, wanted)).items
    assert [(e.who, e.door, e.fields, len(e.dossiers)) for e in seen] == [
        ("staff:2", door, ["name", "address"], 1) for door in ("GET /courier", "POST /courier")
    ]
    centre.clock.pass_(hours=1)
    scans(binh, parcel, "out_for_delivery")
    scans(tuan, to_police, "delivered")
    pages = [who.opens("/courier").text for who in (tuan, binh)]
    assert [(parcel in page, to_police in page) for page in pages] == [
        (False, False),
        (True, False),
    ]


def test_a_scan_that_was_struck_out_is_in_nobodys_hands(centre, tuan, lan, parcel):
    scans(tuan, parcel, "accepted")
    assert parcel in tuan.opens("/courier").text
    code = centre.get(f"/parcels/{parcel}").json()["dossiers"][0]
    story = centre.get(f"/dossiers/{code}").json()["timeline"]
    entry = next(e["entry"] for e in story if e["source"] == "courier")
    act = {"act": "strike_out", "entry": entry, "note": "nhầm"}
    assert centre.post(f"/dossiers/{code}/acts", act).status_code == 200

    assert parcel not in tuan.opens("/courier").text
    assert not is_shown(tuan, parcel)


def test_a_list_of_more_than_can_be_read_says_so(centre, tuan, parcel, monkeypatch):
    monkeypatch.setattr(in_hand, "MOST_CARRIED", 1)
    monkeypatch.setattr(views, "MOST_CARRIED", 1)
    other = centre.a_parcel()
    for number in (parcel, other):
        centre.clock.pass_(hours=1)
        scans(tuan, number, "accepted", form_id=number)
    page = tuan.opens("/courier").text

    assert (other in page, parcel in page, "Chỉ hiện" in page) == (True, False, True)


def test_a_chosen_recipient_is_shown_and_an_authority_needs_none(centre, tuan):
    code = centre.a_dossier()
    chosen = centre.post(
        "/parcels",
        {
            "carrier": "rehearsal",
            "direction": "to_citizen",
            "dossiers": [code],
            "recipient": WHOM,
        },
    ).json()["tracking_number"]
    to_police = centre.a_parcel()
    for number in (chosen, to_police):
        scans(tuan, number, "accepted", form_id=number)

    assert is_shown(tuan, chosen)
    assert not is_shown(tuan, to_police)
    assert "Bà Hoa" not in tuan.opens(f"/courier/{to_police}").text


def listed(centre, *parcels):
    body = {"carrier": "rehearsal", "parcels": list(parcels)}
    return centre.post("/handovers", body).json()["number"]


def test_what_stands_on_a_list_that_he_took_is_in_his_hands_once_it_is_signed(
    centre, tuan, visitor, parcel
):
    number, binh = listed(centre, parcel), visitor("binh")
    address = tuan.sends("/courier", {"code": number}).headers["location"]
    assert address == f"/courier/lists/{number}"
    assert tuan.sends(address, {"do": "whole"}).status_code == 303
    assert not is_shown(tuan, parcel)
    centre.post(f"/handovers/{number}/sign", {"signed_by": "Tuấn"})

    assert (is_shown(tuan, parcel), is_shown(binh, parcel)) == (True, False)
    assert (parcel in tuan.opens("/courier").text, parcel in binh.opens("/courier").text) == (
        True,
        False,
    )
    centre.clock.pass_(hours=1)
    scans(binh, parcel, "accepted")
    assert (is_shown(tuan, parcel), is_shown(binh, parcel)) == (False, True)


def test_a_list_is_taken_by_one_courier_of_its_carrier(any_centre):
    centre = any_centre
    number = listed(centre, centre.a_parcel())
    take = f"/handovers/{number}/take"
    others = {"authorization": f"Bearer {a_key(centre, carrier='vnpost')}"}
    assert centre.client.post(f"/api/v1{take}", headers=others).status_code == 404
    answers = [centre.post(take, role="courier") for _ in range(2)]
    assert [(a.status_code, a.json()) for a in answers] == [(200, {"number": number})] * 2

    again = {"authorization": f"Bearer {a_key(centre)}"}
    assert_problem(centre.client.post(f"/api/v1{take}", headers=again), 409, "handover-taken")
    assert_problem(
        centre.post("/handovers/BK-261123-0099/take", role="courier"), 404, "no-such-handover"
    )


def test_a_list_that_a_colleague_signed_for_is_taken_over_after_a_question(
    centre, tuan, visitor, parcel
):
    number, binh = listed(centre, parcel), visitor("binh")
    centre.post(f"/handovers/{number}/sign", {"signed_by": "Phạm Anh Tuấn"})
    asked = binh.sends("/courier", {"code": number})
    assert asked.status_code == 409
    assert "do Phạm Anh Tuấn ký nhận" in asked.text
    assert not is_shown(binh, parcel)

    assert f'name="code" value="{number}"' in asked.text
    assert binh.sends("/courier", {"code": number, "sure": "yes"}).status_code == 303
    assert is_shown(binh, parcel)


def test_who_signed_for_a_list_by_a_part_of_his_name_is_not_asked(centre, tuan, parcel):
    number = listed(centre, parcel)
    centre.post(f"/handovers/{number}/sign", {"signed_by": "Phạm Anh TUẤN"})

    assert tuan.sends("/courier", {"code": number}).status_code == 303


def test_without_script_too_what_was_recorded_is_taken_back_for_two_minutes(centre, tuan, visitor):
    number = centre.a_parcel()
    scans(tuan, number, "accepted", form_id="f1")
    event = re.search(r'name="event" value="(\w+)"', tuan.opens(f"/courier/{number}").text)[1]
    assert 'name="event"' not in visitor("binh").opens(f"/courier/{number}").text
    gone = tuan.sends("/courier/undo", {"event": event})
    assert gone.headers["location"] == "/courier"
    assert 'name="event"' not in tuan.opens(f"/courier/{number}").text
    [struck] = [e for e in centre.get(f"/parcels/{number}").json()["events"] if e["struck_out"]]
    assert struck["milestone"] == "accepted"

    scans(tuan, number, "in_transit", form_id="f2")
    assert 'name="event"' in tuan.opens(f"/courier/{number}").text
    centre.clock.pass_(minutes=3)
    assert 'name="event"' not in tuan.opens(f"/courier/{number}").text


def a_key(centre, carrier=""):
    how = {"role": Role.COURIER, "name": "x", "carrier": carrier, "now": centre.clock()}
    office = centre.lan.office_id
    return centre.database.write_now(lambda s: access.create_key(s, office_id=office, **how))
