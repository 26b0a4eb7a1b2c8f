"""A round of couriers' scans comes all at once: recorded together, each judged by itself."""

from dataclasses import replace

from postal_tracker import access
from postal_tracker.core.problems import Conflict
from postal_tracker.desks import scanning
from postal_tracker.desks.scanning import CourierScan
from postal_tracker.forms import ScanForm
from tests.plans import hearing


def a_round(centre, *scans, **of_courier):
    """Record these (code, act) as one courier's, in one transaction."""
    now, key = centre.clock(), centre.keys["courier"]
    by = centre.database.read_now(lambda s: access.caller_of_key(s, key, now))
    by = replace(by, **of_courier)
    sent = [CourierScan(ScanForm(code=code, act=act), by, now) for code, act in scans]
    return centre.database.write_now(lambda s: scanning.scan_round(s, sent))


def milestones(centre, *numbers):
    return [centre.get(f"/parcels/{number}").json()["milestone"] for number in numbers]


def test_each_scan_of_a_round_is_judged_by_itself(any_centre):
    here, gone, twice = (any_centre.a_parcel() for _ in range(3))
    any_centre.tell(any_centre.an_event(gone, "delivered"))
    seen = a_round(
        any_centre,
        (here, "in_transit"),
        (gone, "in_transit"),
        ("EE123456785VN", "in_transit"),
        (any_centre.a_dossier(), "in_transit"),
        (twice, "accepted"),
        (twice, "delivered"),
    )

    assert seen[0].done == seen[0].stage == "in_transit"
    assert isinstance(seen[1], Conflict)
    assert seen[2] is seen[3] is None
    assert [seen[4].done, seen[5].done] == ["accepted", "delivered"]
    assert milestones(any_centre, here, gone, twice) == ["in_transit", "delivered", "delivered"]
    assert not any_centre.differences()


def test_a_parcel_out_of_the_couriers_reach_is_not_told_apart_from_none(any_centre):
    number = any_centre.a_parcel()
    [seen] = a_round(any_centre, (number, "delivered"), carrier="ghn")

    assert seen is None
    assert milestones(any_centre, number) == ["announced"]


def test_a_number_that_the_keyboard_changed_is_never_recorded_unasked(any_centre):
    number = any_centre.a_parcel(tracking_number="GHAS123456", carrier="ghn")
    changed = number.replace("AS", "Á")
    asked = any_centre.post("/scans", {"code": changed, "act": "in_transit"}, role="courier")
    plain = any_centre.post("/scans", {"code": number, "act": "in_transit"}, role="courier")

    assert asked.status_code == 409
    assert asked.json()["type"].endswith("unclear-scan")
    assert plain.json()["done"] == "in_transit"


def test_a_hundred_scans_take_hardly_more_questions_than_one(any_centre):
    numbers = [any_centre.a_parcel() for _ in range(100)]
    asked = []
    for sent in (numbers[:1], numbers[1:]):
        with hearing(any_centre.database.engine) as heard:
            a_round(any_centre, *((number, "in_transit") for number in sent))
        asked.append(len(heard))

    assert asked[1] <= asked[0] + 3
