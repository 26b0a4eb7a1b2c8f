"""What must go to the authority today is listed until it is sealed, the oldest first."""

from datetime import UTC, datetime, timedelta

import pytest

from postal_tracker.core.working_days import centre_calendar

ASKS = {"act": "request_supplement", "missing": ["Ảnh"], "reason": "Thiếu"}


def listed(centre, **asked):
    answer = centre.get("/reports/to-forward", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(centre):
    rows = listed(centre)["items"]
    return [(row["code"], row["forward_on"], row["minutes_left"]) for row in rows]


def test_what_came_by_three_goes_today_and_what_came_later_tomorrow(any_centre):
    """Monday 23 November; Tuesday the 24th is a day off; the office closes at five."""
    early = any_centre.a_dossier()
    any_centre.clock.pass_(hours=7)
    at_three = any_centre.a_dossier()
    any_centre.clock.pass_(seconds=1)
    late = any_centre.a_dossier()
    assert told(any_centre) == [(early, "2026-11-23", 119), (at_three, "2026-11-23", 119)]

    any_centre.clock.pass_(days=1)
    assert told(any_centre) == [(early, "2026-11-23", 0), (at_three, "2026-11-23", 0)]
    any_centre.clock.pass_(days=1, hours=-7)
    [*_, last] = told(any_centre)
    assert last == (late, "2026-11-25", 539)


def test_sealing_ends_it_and_taking_it_out_again_does_not(any_centre):
    gone, back = any_centre.a_dossier(), any_centre.a_dossier()
    any_centre.a_parcel(gone)
    any_centre.a_parcel(back)
    assert told(any_centre) == []
    any_centre.post(f"/dossiers/{back}/acts", {"act": "taken_out"})

    [row] = listed(any_centre)["items"]
    assert (row["code"], row["act"]) == (back, "sealed")


def test_what_waits_for_the_citizen_comes_back_with_the_day_of_its_papers(any_centre):
    asked, other = any_centre.a_dossier(), any_centre.a_dossier()
    any_centre.post(f"/dossiers/{asked}/acts", ASKS)
    any_centre.clock.pass_(days=2)  # Wednesday, eight o'clock
    assert [code for code, *_ in told(any_centre)] == [other]

    any_centre.post(f"/dossiers/{asked}/acts", {"act": "receive_supplement"})
    assert told(any_centre) == [(other, "2026-11-23", 0), (asked, "2026-11-25", 540)]
    any_centre.post(f"/dossiers/{other}/acts", {"act": "refuse", "reason": "Không thuộc"})
    assert [code for code, *_ in told(any_centre)] == [asked]


def test_it_comes_a_page_at_a_time_in_the_same_order(any_centre):
    codes = [any_centre.a_dossier() for _ in range(5)]
    any_centre.post(f"/dossiers/{codes[0]}/acts", ASKS)
    any_centre.clock.pass_(hours=1)
    any_centre.post(f"/dossiers/{codes[0]}/acts", {"act": "receive_supplement"})

    seen, cursor = [], {}
    while cursor is not None:
        page = listed(any_centre, limit=2, **cursor)
        seen += [row["code"] for row in page["items"]]
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert (seen, page["count"]) == ([*codes[1:], codes[0]], 5)


@pytest.mark.covering
@pytest.mark.parametrize("hour", range(24))
@pytest.mark.parametrize("day", range(19, 28))
def test_the_moment_up_to_which_things_go_today_is_the_inverse_of_the_day(day, hour):
    """Around a weekend and a day off: whatever came is on the list if its day has come."""
    calendar = centre_calendar()
    now = datetime(2026, 11, day, hour, tzinfo=UTC)
    until = calendar.forwarded_until(now)
    for minutes in range(-7 * 24 * 60, 1, 30):
        came = now + timedelta(minutes=minutes)
        due = calendar.forward_by(came) <= (now + timedelta(hours=7)).date()
        assert (came <= until) == due, (came, until)
