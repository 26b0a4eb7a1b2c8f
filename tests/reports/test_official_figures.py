"""II.06a and the indices of Decision 766: every dossier is in one column, whatever became of it."""

from datetime import date

import pytest

from postal_tracker.access import EVERYTHING
from postal_tracker.reports.ii06a import ii06a
from postal_tracker.reports.p766 import p766
from postal_tracker.reports.period import Period

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
ASKS = {"missing": ["Bản sao"], "reason": "Thiếu"}


def act(centre, code, word, at=None, **told):
    when = {"at": f"2026-{at}:00+07:00"} if at else {}
    answer = centre.post(f"/dossiers/{code}/acts", {"act": word, **when, **told})
    assert answer.status_code == 200, answer.text


def told(centre, days, by="authority"):
    period = Period(*days, centre.clock())
    report = centre.database.read_now(lambda s: ii06a(s, period, by, scope=EVERYTHING, lang="vi"))
    for row in report.items:
        assert row.received == row.received_online + row.received_direct + row.carried_over
        assert row.received == row.settled + row.open
        assert row.settled == row.settled_early + row.settled_on_time + row.settled_late
        assert row.open == row.open_in_time + row.open_late
    return report.items


def figures(row):
    return [
        row.received, row.received_online, row.received_direct, row.carried_over,
        row.settled, row.settled_early, row.settled_on_time, row.settled_late,
        row.open, row.open_in_time, row.open_late,
    ]  # fmt: skip


STORIES = {
    # Due on 1 December at 17:00; the clock of the test stands at the last day of the year.
    "nothing": ((), [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1]),
    "early": (
        [("result_ready", "11-30 09:00")],
        [1, 0, 1, 0, 1, 1, 0, 0, 0, 0, 0], [0] * 11,
    ),
    "on the day, after hours": (
        [("result_ready", "12-01 21:00")],
        [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0],
    ),
    "late": (
        [("result_ready", "12-02 08:00")],
        [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0],
    ),
    "withdrawn when it was late": (
        [("withdraw", "12-20 08:00")],
        [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0],
    ),
    "waiting for papers": (
        [("request_supplement", "11-27 08:00")],
        [1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0], [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0],
    ),
    "waiting for money": (
        [("request_payment", "11-27 08:00")],
        [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0],
    ),
    "asked when it was late": (
        [("request_supplement", "12-03 08:00")],
        [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1],
    ),
    "papers came in time": (
        [("request_supplement", "11-27 08:00"), ("receive_supplement", "12-02 08:00"),
         ("result_ready", "12-04 08:00")],
        [1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0], [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0],
    ),
    "decided while the clock stood": (
        [("request_payment", "11-27 08:00"), ("result_ready", "12-20 08:00")],
        [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0],
    ),
    "stopped on the last day, decided while it stood": (
        [("request_payment", "12-01 08:00"), ("result_ready", "12-20 08:00")],
        [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 0],
    ),
    "a result told by mistake": (
        [("result_ready", "11-25 09:00"), ("strike_out", None)],
        [1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1],
    ),
}  # fmt: skip


def lived(centre, story):
    """Return the code of a dossier that was received on 23 November, and lived so."""
    code = centre.a_dossier()
    centre.clock.pass_(days=38)
    for word, at in story:
        rest = {"request_supplement": ASKS, "request_payment": {"amount_vnd": 1, "what": "Lệ phí"}}
        more = rest.get(word, {"reason": "Mẫu"} if word == "withdraw" else {})
        if word == "strike_out":
            more = {"entry": centre.get(f"/dossiers/{code}").json()["timeline"][-1]["entry"]}
        act(centre, code, word, at, **more)
    return code


@pytest.mark.parametrize("story", STORIES)
def test_every_fate_has_its_column_in_each_month(any_centre, story):
    happened, november, december = STORIES[story]
    lived(any_centre, happened)

    assert figures(told(any_centre, NOVEMBER)[-1]) == november
    assert figures(told(any_centre, DECEMBER)[-1]) == december


def test_what_was_promised_later_does_not_change_a_month_that_is_over(any_centre):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(days=38)
    old = told(any_centre, (date(2026, 11, 23), date(2026, 12, 5)))[-1]
    until = {"new_due_at": "2027-01-15T17:00:00+07:00", "signed_by": "Mẫu", "reason": "Mẫu"}
    act(any_centre, code, "extend", **until)

    assert (old.open_late, old.open_in_time) == (1, 0)
    assert told(any_centre, (date(2026, 11, 23), date(2026, 12, 5)))[-1] == old
    assert told(any_centre, DECEMBER)[-1].open_in_time == 1


def test_what_is_due_today_is_in_time_until_the_day_is_over(any_centre):
    any_centre.a_dossier()
    any_centre.clock.pass_(days=8, hours=13)  # 1 December, 21:00
    assert told(any_centre, DECEMBER)[-1].open_in_time == 1
    any_centre.clock.pass_(hours=3)

    assert told(any_centre, DECEMBER)[-1].open_late == 1


@pytest.mark.parametrize("by", ["field", "office", "authority"])
def test_rows_are_told_apart_and_add_up(any_centre, by):
    for procedure in ("GPLX-01", "DD-01", "DD-01"):
        any_centre.a_dossier(procedure=procedure)
    *rows, total = told(any_centre, NOVEMBER, by)

    assert figures(total) == [sum(column) for column in zip(*map(figures, rows), strict=True)]
    assert total.received == 3
    assert [row.received for row in rows] in ([1, 2], [2, 1], [3])


# Decision 766


def indices(centre, days):
    period = Period(*days, centre.clock())
    calendar = centre.house.calendar
    report = centre.database.read_now(
        lambda s: p766(s, period, scope=EVERYTHING, calendar=calendar, lang="vi")
    )
    row = report.items[-1]
    return row.on_time_percent, row.mean_days, row.by_post_percent


@pytest.mark.parametrize(
    ("story", "november", "december"),
    [
        ("nothing", (100.0, None, 0.0), (0.0, None, None)),
        ("early", (100.0, 4.0, 0.0), (None, None, None)),
        ("on the day, after hours", (100.0, None, 0.0), (100.0, 5.0, None)),
        ("late", (100.0, None, 0.0), (0.0, 6.0, None)),
        ("withdrawn when it was late", (100.0, None, 0.0), (0.0, 18.0, None)),
        ("waiting for papers", (100.0, None, 0.0), (100.0, None, None)),
        ("asked when it was late", (100.0, None, 0.0), (0.0, None, None)),
        # 23/11 to 4/12 are 8 working days (24/11 is none), of which it stood 30/11 to 2/12.
        ("papers came in time", (100.0, None, 0.0), (100.0, 5.0, None)),
    ],
)
def test_the_indices_follow_the_decision(any_centre, story, november, december):
    lived(any_centre, STORIES[story][0])

    assert indices(any_centre, NOVEMBER) == november
    assert indices(any_centre, DECEMBER) == december


def test_whoever_asks_twice_for_papers_is_late(any_centre):
    code = any_centre.a_dossier()
    any_centre.clock.pass_(days=4)
    for at in ("11-25 08:00", "11-26 08:00"):
        act(any_centre, code, "request_supplement", at, **ASKS)
    act(any_centre, code, "receive_supplement", "11-26 09:00")
    act(any_centre, code, "result_ready", "11-26 10:00")

    assert indices(any_centre, NOVEMBER)[0] == 0.0
