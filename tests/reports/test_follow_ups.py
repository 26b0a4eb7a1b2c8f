"""Parcels that do not go on by themselves: each list holds exactly those that it is of."""

import pytest

from adapters.event import CarrierEvent, Milestone, Source
from postal_tracker import reports, views
from postal_tracker.access import EVERYTHING
from postal_tracker.carriers.inbox import Message, keep_each
from postal_tracker.reports.follow_ups import FOLLOW_UPS

LAST = {
    "failed-delivery": ("delivery_failed", "nobody_home"),
    "to-collect": ("awaiting_collection", None),
    "returning": ("returning", None),
    "trouble": ("exception", "lost"),
}


def rows(centre, kind, **rest):
    return centre.get(f"/reports/follow-ups/{kind}", role="manager", **rest).json()["items"]


def numbers(centre, kind):
    return {row["tracking_number"] for row in rows(centre, kind)}


def follow(centre, *milestones, number="", **rest):
    """Let a parcel go through these scans, an hour apart; return its number."""
    number = number or centre.a_parcel(centre.a_dossier())
    for milestone in milestones:
        centre.clock.pass_(hours=1)
        centre.tell(centre.an_event(number, milestone, **{k: v for k, v in rest.items() if v}))
    return number


def claim(centre, number, milestone="delivered"):
    centre.clock.pass_(hours=1)
    scan = CarrierEvent(number, Milestone(milestone), centre.clock(), f"{number} {milestone}", "X")
    message = Message("rehearsal", Source.UNSIGNED, number.encode(), [scan], of_anybodys=True)
    centre.database.write_now(lambda s: keep_each(s, [(message, centre.clock())]))


def test_every_open_parcel_is_on_the_list_of_its_last_scan_and_on_no_other(any_centre):
    expected = {kind: set() for kind in FOLLOW_UPS}
    for kind, (milestone, reason) in LAST.items():
        for _ in range(2):
            expected[kind].add(follow(any_centre, "accepted", milestone, reason=reason))
    for end in ("delivered", "returned"):
        number = follow(any_centre, "accepted")
        claim(any_centre, number, end)
        expected["claimed"].add(number)
    for others in ((), ("accepted",), ("out_for_delivery",), ("delivered",), ("returned",)):
        follow(any_centre, *others)

    assert {kind: numbers(any_centre, kind) for kind in FOLLOW_UPS} == expected
    counted = any_centre.database.read_now(
        lambda s: [reports.follow_up_counts(s, scope=EVERYTHING, most=most) for most in (1, 2)]
    )
    assert counted == [
        dict.fromkeys(FOLLOW_UPS, views.Count(1, more=True)),
        dict.fromkeys(FOLLOW_UPS, views.Count(2)),
    ]


@pytest.mark.parametrize("kind", LAST)
@pytest.mark.parametrize("after", ["in_transit", "delivered"])
def test_with_the_next_scan_it_is_off_the_list(any_centre, kind, after):
    number = follow(any_centre, "accepted", LAST[kind][0], reason=LAST[kind][1])
    assert numbers(any_centre, kind) == {number}

    follow(any_centre, after, number=number)

    assert numbers(any_centre, kind) == set()


def test_a_claim_is_on_its_list_until_it_is_proven(any_centre):
    number = follow(any_centre, "accepted")
    claim(any_centre, number)
    assert numbers(any_centre, "claimed") == {number}

    follow(any_centre, "delivered", number=number)

    assert numbers(any_centre, "claimed") == set()


def test_a_row_says_why_where_since_when_and_how_often(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    follow(any_centre, "accepted", "delivery_failed", number=number, reason="nobody_home")
    at = follow(
        any_centre,
        *("in_transit", "delivery_failed"),
        number=number,
        reason="wrong_address",
        place="Bưu cục Uông Bí",
    )
    any_centre.clock.pass_(hours=30)

    [row] = rows(any_centre, "failed-delivery")

    assert at == number
    assert (row["reason"], row["attempts"], row["hours"]) == ("wrong_address", 2, 30)
    assert (row["place"], row["dossiers"]) == ("Bưu cục Uông Bí", [code])
    assert row["milestone"] == "delivery_failed"


def test_a_scan_that_was_struck_out_is_no_attempt(any_centre):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    follow(any_centre, "accepted", "delivery_failed", number=number, reason="nobody_home")
    wrong = any_centre.get(f"/dossiers/{code}").json()["timeline"][-1]["entry"]
    struck = any_centre.post(f"/dossiers/{code}/acts", {"act": "strike_out", "entry": wrong})
    assert struck.status_code == 200, struck.text
    assert rows(any_centre, "failed-delivery") == []

    follow(any_centre, "delivery_failed", number=number, reason="refused")

    [row] = rows(any_centre, "failed-delivery")
    assert (row["reason"], row["attempts"]) == ("refused", 1)


def test_a_long_list_is_paged_the_longest_waiting_first(any_centre):
    made = [follow(any_centre, "accepted", "returning") for _ in range(5)]

    seen, cursor = [], ""
    while cursor is not None:
        where = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = any_centre.get("/reports/follow-ups/returning", role="manager", params=where).json()
        seen += [row["tracking_number"] for row in page["items"]]
        cursor = page["next_cursor"]

    assert seen == made
