"""The invented post: what becomes of a parcel, when, and that it is told once."""

from datetime import UTC, datetime, timedelta
from unicodedata import normalize

import pytest

from adapters.event import Milestone
from adapters.rehearsal import REASONS, STATUSES
from adapters.s10 import is_s10
from postal_tracker.rehearsal.world import CHANCES, SORTING_CENTRES, STORIES, Fate, World

MONDAY = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)
MONTH = timedelta(days=30)
PARCEL = "EE123456785VN"
MANY = [f"RA{n:08d}0VN" for n in range(400)]


def journey(fate, **world):
    post = World(**world)
    post.pick_up([PARCEL], now=MONDAY, fate=fate)
    return post.advance(MONDAY + MONTH)


def milestones(scans):
    return [
        STATUSES[scan.status].milestone if scan.status in STATUSES else Milestone.UNRECOGNISED
        for scan in scans
    ]


def test_the_same_seed_tells_the_same_story():
    def story(seed):
        post = World(seed)
        post.pick_up(MANY[:50], now=MONDAY)
        return post.advance(MONDAY + MONTH)

    assert story(7) == story(7)
    assert story(7) != story(8)


def test_a_parcels_story_does_not_hang_on_the_others():
    alone, among_many = World(7), World(7)
    alone.pick_up([PARCEL], now=MONDAY)
    among_many.pick_up([*MANY[:20], PARCEL], now=MONDAY)

    alone.advance(MONDAY + MONTH)
    among_many.advance(MONDAY + MONTH)

    assert alone.tracking([PARCEL]) == among_many.tracking([PARCEL])


@pytest.mark.parametrize(
    ("fate", "ending"),
    [
        (Fate.DELIVERED, [Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED]),
        (
            Fate.FAILED_ONCE,
            [Milestone.DELIVERY_FAILED, Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED],
        ),
        (
            Fate.AWAITING_COLLECTION,
            [Milestone.DELIVERY_FAILED, Milestone.AWAITING_COLLECTION, Milestone.DELIVERED],
        ),
        (Fate.RETURNED, [Milestone.RETURNING, Milestone.RETURNING, Milestone.RETURNED]),
        (Fate.LOST, [Milestone.IN_TRANSIT, Milestone.EXCEPTION]),
        (Fate.DAMAGED, [Milestone.ARRIVED_AT_DELIVERY_OFFICE, Milestone.EXCEPTION]),
        (Fate.SILENT, [Milestone.IN_TRANSIT]),
        (Fate.UNRECOGNISED, [Milestone.OUT_FOR_DELIVERY, Milestone.DELIVERED]),
    ],
)
def test_each_fate_begins_at_the_post_office_and_ends_as_it_says(fate, ending):
    told = milestones(journey(fate))

    assert told[0] is Milestone.ACCEPTED
    assert told[-len(ending) :] == ending
    assert (Milestone.UNRECOGNISED in told) == (fate is Fate.UNRECOGNISED)


@pytest.mark.parametrize("fate", Fate)
def test_scans_follow_one_another_and_each_has_its_own_id(fate):
    scans = journey(fate)

    times = [scan.happened_at for scan in scans]
    assert times == sorted(set(times))
    assert len({scan.id for scan in scans}) == len(scans)
    assert all(scan.office for scan in scans)


def test_a_lost_or_damaged_parcel_says_why():
    assert [REASONS[journey(f)[-1].reason] for f in (Fate.LOST, Fate.DAMAGED)] == [
        "lost",
        "damaged",
    ]


def test_every_status_and_reason_of_the_post_but_one_is_known_to_the_adapter():
    steps = [step for story in STORIES.values() for step in story]

    assert {s.status for s in steps} - set(STATUSES) == {"KIEM_HOA_LAI"}
    assert set(STATUSES) - {s.status for s in steps} == {"DANG_KY"}
    assert {s.reason for s in steps if s.reason} <= set(REASONS)


def test_an_announced_parcel_goes_nowhere_before_a_postman_has_it():
    post = World()
    post.announce(PARCEL, now=MONDAY)

    assert milestones(post.advance(MONDAY + MONTH)) == [Milestone.ANNOUNCED]

    post.pick_up([PARCEL], now=MONDAY + MONTH, fate=Fate.DELIVERED)
    assert milestones(post.advance(MONDAY + MONTH)) == [Milestone.ACCEPTED]


def test_announcing_twice_changes_nothing():
    post = World()

    assert post.announce(PARCEL, recipient_place="Cầu Giấy", now=MONDAY)
    assert not post.announce(PARCEL, recipient_place="Móng Cái", now=MONDAY + MONTH)
    assert len(post.advance(MONDAY + MONTH)) == 1

    post.pick_up([PARCEL], now=MONDAY + MONTH, fate=Fate.DELIVERED)
    assert post.advance(MONDAY + 2 * MONTH)[-1].office == "Bưu cục Cầu Giấy, Hà Nội"


def test_a_parcel_is_in_the_post_once_however_often_it_is_picked_up():
    post = World()

    assert post.pick_up([PARCEL, PARCEL], now=MONDAY) == [PARCEL]
    assert post.pick_up([PARCEL, *MANY[:2]], now=MONDAY) == MANY[:2]


def test_a_parcel_passes_the_towns_it_is_sent_between():
    post = World()
    post.announce(
        PARCEL,
        sender_place="Trung tâm Phục vụ hành chính công phường Uông Bí",
        # As some programs write it, with the marks apart.
        recipient_place=normalize("NFD", "Phường Cầu Giấy, Hà Nội"),
        now=MONDAY,
    )
    post.pick_up([PARCEL], now=MONDAY, fate=Fate.DELIVERED)
    offices = [scan.office for scan in post.advance(MONDAY + MONTH)]

    assert list(dict.fromkeys(offices)) == [
        "Bưu cục Uông Bí, Quảng Ninh",
        *SORTING_CENTRES.values(),
        "Bưu cục Cầu Giấy, Hà Nội",
    ]


def test_within_one_province_a_parcel_sees_one_sorting_centre():
    post = World()
    post.announce(PARCEL, sender_place="Hạ Long", recipient_place="Móng Cái", now=MONDAY)
    post.pick_up([PARCEL], now=MONDAY, fate=Fate.DELIVERED)

    assert not any("Hà Nội" in scan.office for scan in post.advance(MONDAY + MONTH))


def test_a_scan_is_told_when_it_is_due_and_only_once():
    post = World()
    post.pick_up([PARCEL], now=MONDAY, fate=Fate.DELIVERED)

    told = []
    for hour in range(24 * 30):
        now = MONDAY + timedelta(hours=hour)
        fresh = post.advance(now)
        assert all(now - timedelta(hours=1) < scan.happened_at <= now for scan in fresh)
        told += fresh

    assert told == journey(Fate.DELIVERED)
    assert post.tracking([PARCEL, "EE000000005VN"]) == told


def test_at_sixty_times_the_speed_an_hour_passes_in_a_minute_and_nothing_lies_ahead():
    slow, fast = journey(Fate.RETURNED), journey(Fate.RETURNED, speed=60)

    for one, other in zip(slow, fast, strict=True):
        quicker = (one.happened_at - MONDAY) / 60
        assert abs(other.happened_at - MONDAY - quicker) < timedelta(milliseconds=1)


def test_a_number_used_again_has_other_scans():
    first, second = World(), World()
    first.pick_up([PARCEL], now=MONDAY)
    second.pick_up([PARCEL], now=MONDAY + timedelta(days=365))

    ids = [{s.id for s in post.advance(MONDAY + timedelta(days=500))} for post in (first, second)]
    assert ids[0].isdisjoint(ids[1])


def test_most_parcels_arrive_and_every_fate_befalls_some():
    post = World(seed=3)
    post.pick_up(MANY, now=MONDAY)
    post.advance(MONDAY + MONTH)

    last = [post.tracking([number])[-1].status for number in MANY]
    assert 0.8 < last.count("PHAT_TC") / len(MANY) < 0.97
    assert {"PHAT_TC", "HOAN_TC", "SU_CO", "ROI_TTKT"} <= set(last)
    assert set(CHANCES) == set(Fate)
    assert sum(CHANCES.values()) == 100


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("EE123456785VN", True),
        ("RR202600011VN", True),
        ("RR473124829VN", True),
        ("EE123456784VN", False),
        ("ee123456785vn", False),
        ("EE123456785V", False),
        ("EE12345678\u0665VN", False),
        (" EE123456785VN", False),
        ("EE123456785VN\n", False),
        ("", False),
    ],
)
def test_an_s10_number_has_its_right_check_digit(number, is_one):
    assert is_s10(number) is is_one
