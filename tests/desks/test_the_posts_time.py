"""Where a procedure says so, the time with the post is no part of the authority's limit."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from postal_tracker.desks import correcting
from postal_tracker.forms import CorrectionForm
from postal_tracker.storage.tables import Procedure
from tests.asserting import counted_as_due

FIRST = "2026-12-01T10:00:00Z"  # five working days from Monday 23 November; the 24th is a day off


def at(day, hour=9):
    """Return a moment of November 2026 in Vietnam."""
    return datetime(2026, 11, day, hour - 7, tzinfo=UTC).isoformat()


@pytest.fixture
def uncounted(any_centre):
    any_centre.post_counts(yes=False)
    return any_centre


def told(centre, code):
    return centre.get(f"/dossiers/{code}").json()


def stands(centre, code):
    seen = told(centre, code)
    return seen["due_at"], seen["clock"]


def sent(centre, direction="to_authority"):
    code = centre.a_dossier()
    return code, centre.a_parcel(code, direction=direction)


def scan(centre, number, what, day, hour=9):
    return centre.an_event(number, what, happened_at=at(day, hour))


def test_the_clock_stands_while_the_post_has_it_and_the_date_moves_by_so_long(uncounted):
    code, number = sent(uncounted)
    uncounted.clock.pass_(days=3)
    uncounted.tell(scan(uncounted, number, "accepted", 25))
    seen = told(uncounted, code)
    assert (seen["due_at"], seen["clock"], seen["waiting_for"]) == (FIRST, "stopped", [])
    assert (seen["with_post"]["counts"], seen["national_status"]) == (False, 4)
    assert counted_as_due(uncounted) == {}
    assert uncounted.differences() == []
    uncounted.clock.pass_(days=20)
    assert told(uncounted, code)["overdue"] is False
    uncounted.tell(scan(uncounted, number, "delivered", 27))

    assert stands(uncounted, code) == ("2026-12-03T10:00:00Z", "running")
    assert counted_as_due(uncounted) == {"2026-12-03": 1}
    assert uncounted.differences() == []


def test_where_it_counts_no_date_moves(any_centre):
    code, number = sent(any_centre)
    any_centre.clock.pass_(days=5)
    any_centre.tell(scan(any_centre, number, "accepted", 25))
    assert stands(any_centre, code) == (FIRST, "running")
    any_centre.tell(scan(any_centre, number, "delivered", 27))

    assert stands(any_centre, code) == (FIRST, "running")


def test_news_that_is_late_doubled_or_shuffled_gives_the_same_date(uncounted):
    ways = {order: sent(uncounted) for order in permutations(range(3))}
    uncounted.clock.pass_(days=5)
    for order, (_, number) in ways.items():
        scans = [("accepted", 25), ("in_transit", 26), ("delivered", 27)]
        news = [scan(uncounted, number, *one) for one in scans]
        for which in (*order, order[0]):
            uncounted.tell(news[which])

    assert {stands(uncounted, code) for code, _ in ways.values()} == {
        ("2026-12-03T10:00:00Z", "running")
    }
    assert counted_as_due(uncounted) == {"2026-12-03": len(ways)}
    assert uncounted.differences() == []


def test_what_is_struck_out_moves_nothing(uncounted):
    code, number = sent(uncounted)
    uncounted.clock.pass_(days=5)
    uncounted.tell(
        scan(uncounted, number, "accepted", 25), scan(uncounted, number, "delivered", 27)
    )
    for what, due in (("delivered", (FIRST, "stopped")), ("accepted", (FIRST, "running"))):
        [entry] = [e["entry"] for e in told(uncounted, code)["timeline"] if e["what"] == what]
        uncounted.clock.pass_(minutes=1)
        uncounted.post(f"/dossiers/{code}/acts", {"act": "strike_out", "entry": entry})
        assert stands(uncounted, code) == due

    assert counted_as_due(uncounted) == {"2026-12-01": 1}
    assert uncounted.differences() == []


@pytest.mark.parametrize(("act", "due"), [("result_ready", 3), ("withdraw", 2)])
def test_once_nobody_owes_a_result_no_time_counts(uncounted, act, due):
    """Neither that of the way back, nor what the post takes longer after a withdrawal."""
    code, number = sent(uncounted)
    uncounted.clock.pass_(days=5)
    uncounted.tell(scan(uncounted, number, "accepted", 25))
    delivered = scan(uncounted, number, "delivered", 27)
    if act == "result_ready":
        uncounted.tell(delivered)
    when = at(27, 15) if act == "result_ready" else at(26)
    uncounted.post(f"/dossiers/{code}/acts", {"act": act, "at": when, "reason": "Mẫu"})
    uncounted.tell(delivered)
    back = uncounted.a_parcel(code, direction="to_centre")
    uncounted.clock.pass_(days=3)
    uncounted.tell(uncounted.an_event(back, "accepted"))

    assert stands(uncounted, code) == (f"2026-12-0{due}T10:00:00Z", "ended")
    assert uncounted.differences() == []


def test_papers_asked_for_meanwhile_are_waited_for_beside_the_post(uncounted):
    code, number = sent(uncounted)
    uncounted.clock.pass_(days=7)
    acts = f"/dossiers/{code}/acts"
    missing = {"missing": ["Bản sao"], "reason": "Thiếu"}
    uncounted.post(acts, {"act": "request_supplement", "at": at(25, 8), **missing})
    uncounted.tell(
        scan(uncounted, number, "accepted", 25), scan(uncounted, number, "delivered", 27)
    )
    seen = told(uncounted, code)
    assert (seen["clock"], seen["waiting_for"], seen["national_status"]) == (
        "stopped", ["supplement"], 5,
    )  # fmt: skip
    uncounted.post(acts, {"act": "receive_supplement", "at": at(26)})

    # The post had it for a day longer than the citizen took.
    assert stands(uncounted, code) == ("2026-12-03T10:00:00Z", "running")
    assert uncounted.differences() == []


def test_a_dossier_keeps_the_rule_of_its_day_of_receipt(any_centre):
    old, its_parcel = sent(any_centre)
    any_centre.post_counts(yes=False)
    new, other = sent(any_centre)
    any_centre.clock.pass_(days=5)
    for number in (its_parcel, other):
        any_centre.tell(scan(any_centre, number, "accepted", 25))

    assert (stands(any_centre, old)[1], stands(any_centre, new)[1]) == ("running", "stopped")


def test_a_procedure_chosen_by_mistake_takes_its_rule_along(uncounted):
    uncounted.post_counts(yes=True)
    code = uncounted.a_dossier()
    one = update(Procedure).where(col(Procedure.code) == "DD-01").values(post_counts=False)
    uncounted.database.write_now(lambda s: s.connection().execute(one))
    form = CorrectionForm(procedure="DD-01", reason="chọn nhầm thủ tục")
    uncounted.clock.pass_(minutes=1)
    uncounted.database.write_now(
        lambda s: correcting.correct(
            s, code, form, versions=None, by=uncounted.lan,
            calendar=uncounted.house.calendar, now=uncounted.clock(),
        )
    )  # fmt: skip

    assert told(uncounted, code)["with_post"]["counts"] is False
    assert counted_as_due(uncounted) == {"2026-12-08": 1}
    assert uncounted.differences() == []


WRONG = {
    "a date": "UPDATE dossier SET due_at = first_due_at, due_on = '2026-12-01'",
    "a clock that stands": "UPDATE dossier SET stopped = true",
    "no step": "DELETE FROM deadline_step",
    "another rule": "UPDATE dossier SET post_counts = true",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_copy_that_says_otherwise_is_found_and_mended(uncounted, wrong):
    code, number = sent(uncounted)
    uncounted.clock.pass_(days=5)
    uncounted.tell(
        scan(uncounted, number, "accepted", 25), scan(uncounted, number, "delivered", 27)
    )
    uncounted.database.write_now(lambda s: s.connection().execute(text(WRONG[wrong])))
    assert uncounted.differences() == ["dossier 1"]
    uncounted.mend()

    assert uncounted.differences() == []
    moved = FIRST if wrong == "another rule" else "2026-12-03T10:00:00Z"
    assert stands(uncounted, code) == (moved, "running")


def test_those_who_look_are_told_why_the_date_moves(uncounted):
    code, number = sent(uncounted)
    uncounted.clock.pass_(days=3)
    uncounted.tell(scan(uncounted, number, "accepted", 25))
    proof = {"code": told(uncounted, code)["lookup_code"], "phone_last4": "5678"}
    seen = uncounted.client.post("/api/v1/track", json=proof).json()
    page = uncounted.client.post("/", data=proof).text

    assert (seen["clock"], seen["waiting_for"]) == ("stopped", [])
    assert "01/12/2026 sẽ được dời theo thời gian bưu chính giữ hồ sơ" in page


def test_766_takes_off_the_days_with_the_post(uncounted):
    code, number = sent(uncounted)
    uncounted.clock.pass_(days=8)
    uncounted.tell(
        scan(uncounted, number, "accepted", 25), scan(uncounted, number, "delivered", 27)
    )
    acts = f"/dossiers/{code}/acts"
    uncounted.post(acts, {"act": "result_ready", "at": at(30)})
    asked = "/reports/p766?from=2026-11-01&to=2026-11-30"
    [*_, total] = uncounted.get(asked, role="manager").json()["items"]

    # From Monday to Monday there are four working days; the post had it for two of them.
    assert (total["ended"], total["mean_days"]) == (1, 2.0)
