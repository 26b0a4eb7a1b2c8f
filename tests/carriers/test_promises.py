"""Parcels are promised once the post has them; what became of it is measured, and told."""

import asyncio
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlmodel import Session, col, select

from postal_tracker import reports
from postal_tracker.access import EVERYTHING
from postal_tracker.background.tasks import Tasks
from postal_tracker.carriers import promises
from postal_tracker.core.eta import Kind
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.storage.tables import Authority, Office, Parcel
from tests.centre import MONDAY, Centre
from tests.plans import hearing, read_through

THURSDAY, FRIDAY = "2026-11-26", "2026-11-27"
"""The second and the third working day after Monday: Tuesday is a holiday."""
HOURS = timedelta(hours=48)


def years_before(
    centre: Centre,
    parcels: int = 200,
    *,
    kept: float = 0.8,
    since: date = date(2026, 10, 12),
    days: int = 25,
) -> None:
    """Let the record hold parcels of the last weeks that took two working days, some three.

    Of each ten so many came when they were promised.
    """
    calendar = centre.house.calendar

    def fill(session: Session) -> None:
        office, authority = session.exec(select(Office.id)).first(), pc08(session)
        for n in range(parcels):
            taken_on = calendar.add(since, n % days)
            came_on = calendar.add(taken_on, 3 if n % 10 == 0 else 2)
            first = came_on if n % 10 < kept * 10 else came_on + timedelta(days=1)
            session.add(
                Parcel(
                    carrier="rehearsal",
                    tracking_number=f"PAST{n:09}",
                    direction="to_authority",
                    office_id=office,
                    authority_id=authority,
                    created_at=at_ten(taken_on),
                    handed_over_at=at_ten(taken_on),
                    promised_from=first,
                    promised_to=first + timedelta(days=1),
                    promise_told=True,
                    open=False,
                    milestone="delivered",
                    milestone_at=at_ten(came_on),
                )
            )

    centre.database.write_now(fill)


def pc08(session: Session) -> int | None:
    return session.exec(select(Authority.id).where(Authority.code == "PC08")).first()


def at_ten(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), VIETNAM) + timedelta(hours=10)


def a_minute_later(centre: Centre) -> None:
    asyncio.run(Tasks(centre.house, by="the background").promise())


def taken(centre: Centre, **rest: str) -> tuple[str, str]:
    """Return a dossier and its parcel, which the post has."""
    code = centre.a_dossier()
    number = centre.a_parcel(code)
    centre.tell(centre.an_event(number, "accepted", **rest))
    return code, number


def parcel(centre: Centre, number: str) -> Parcel:
    wanted = select(Parcel).where(col(Parcel.tracking_number) == number)
    return centre.database.read_now(lambda s: s.exec(wanted).one())


def silent(centre: Centre) -> list[str]:
    how = {"scope": EVERYTHING, "now": centre.clock(), "after": HOURS, "titles": {}}
    return [
        row.tracking_number
        for row in centre.database.read_now(lambda s: reports.silent(s, **how)).items
    ]


def test_bà_hoa_reads_when_her_papers_reach_the_authority(any_centre: Centre) -> None:
    years_before(any_centre)
    code, _ = taken(any_centre)
    before = any_centre.get(f"/dossiers/{code}").json()
    a_minute_later(any_centre)

    told = any_centre.get(f"/dossiers/{code}").json()["expected"]
    assert before["expected"] is None
    assert told == {"from": THURSDAY, "to": told["to"], "confidence": 0.8}
    assert told["to"] in (THURSDAY, FRIDAY)
    asked = any_centre.client.post("/api/v1/track", json={"code": code, "phone_last4": "5678"})
    assert asked.json()["expected"] == told
    page = any_centre.client.post("/", data={"code": code, "phone_last4": "5678"}).text
    assert "Dự kiến đến cơ quan giải quyết" in page
    assert "26/11/2026" in page
    assert "Tháng trước, 8 trong 10 bưu gửi đã đến đúng như dự kiến." in page


def test_last_month_is_not_told_where_too_few_were_promised(any_centre: Centre) -> None:
    years_before(any_centre, since=date(2026, 11, 1), days=14)
    code, _ = taken(any_centre)
    a_minute_later(any_centre)
    page = any_centre.client.post("/", data={"code": code, "phone_last4": "5678"}).text
    assert "Dự kiến đến cơ quan giải quyết" in page
    assert "Tháng trước" not in page


def test_nothing_is_told_once_the_days_are_over_or_the_parcel_is_there(any_centre: Centre) -> None:
    years_before(any_centre)
    late, there = taken(any_centre), taken(any_centre)
    a_minute_later(any_centre)
    any_centre.clock.pass_(days=2)
    any_centre.tell(any_centre.an_event(there[1], "delivered"))
    assert any_centre.get(f"/dossiers/{there[0]}").json()["expected"] is None
    assert any_centre.get(f"/dossiers/{late[0]}").json()["expected"]
    any_centre.clock.pass_(days=3)
    assert any_centre.get(f"/dossiers/{late[0]}").json()["expected"] is None


@pytest.mark.parametrize("past", [{"parcels": 10}, {"kept": 0.5}])
def test_what_cannot_be_trusted_is_told_to_nobody(centre: Centre, past: dict[str, float]) -> None:
    years_before(centre, **past)
    code, number = taken(centre)
    a_minute_later(centre)

    assert centre.get(f"/dossiers/{code}").json()["expected"] is None
    one = parcel(centre, number)
    assert (one.promise_told, one.silent_at) == (False, None)
    centre.clock.pass_(days=2)
    assert silent(centre) == [number], "by the hours without news, as ever"


def test_a_promise_stays_as_it_was_made(any_centre: Centre) -> None:
    years_before(any_centre)
    _, number = taken(any_centre)
    a_minute_later(any_centre)
    made = parcel(any_centre, number)
    any_centre.clock.pass_(days=3)
    any_centre.tell(any_centre.an_event(number, "in_transit"))
    a_minute_later(any_centre)

    now = parcel(any_centre, number)
    assert (now.promised_from, now.promised_to) == (made.promised_from, made.promised_to)
    assert (now.promised_at, now.silent_at) == (made.promised_at, made.silent_at)
    assert f"parcel {now.id}" not in any_centre.differences(), "a replay changes nothing of it"


def test_of_what_the_post_took_and_delivered_unseen_nothing_is_promised(any_centre: Centre) -> None:
    _, number = taken(any_centre)
    any_centre.clock.pass_(days=2)
    any_centre.tell(any_centre.an_event(number, "delivered"))
    a_minute_later(any_centre)

    one = parcel(any_centre, number)
    assert (one.first_scan_at, one.promised_at, one.promised_to) == (MONDAY, None, None)


def test_a_signed_parcel_is_the_posts_though_its_handing_over_is_struck_out(
    any_centre: Centre,
) -> None:
    years_before(any_centre)
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    made = any_centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    any_centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Tuấn"})
    timeline = any_centre.get(f"/dossiers/{code}").json()["timeline"]
    [signed] = [one["entry"] for one in timeline if one["what"] == "handed_over"]
    any_centre.post(f"/dossiers/{code}/acts", {"act": "strike_out", "entry": signed})
    a_minute_later(any_centre)
    made = parcel(any_centre, number)
    any_centre.clock.pass_(days=2)
    any_centre.tell(any_centre.an_event(number, "accepted"))
    a_minute_later(any_centre)

    now = parcel(any_centre, number)
    assert made.promised_from == date(2026, 11, 26), "two working days after the signature"
    assert (now.promised_at, now.promised_from) == (made.promised_at, made.promised_from)
    assert any_centre.get(f"/dossiers/{code}").json()["expected"], "told once the post says so"


def test_a_parcel_on_our_own_desk_is_promised_to_nobody(any_centre: Centre) -> None:
    number = any_centre.a_parcel()
    a_minute_later(any_centre)
    assert parcel(any_centre, number).promised_at is None


def test_a_parcel_is_silent_once_95_in_100_of_its_like_have_come(any_centre: Centre) -> None:
    years_before(any_centre)
    _, number = taken(any_centre)
    a_minute_later(any_centre)
    any_centre.clock.pass_(days=4, hours=15)  # 23:00 on Friday, the third working day
    assert silent(any_centre) == [], "no news for four days, but its like have not all come"
    any_centre.tell(any_centre.an_event(number, "in_transit"))
    any_centre.clock.pass_(hours=2)
    assert silent(any_centre) == [number], "moving, and later than its like"
    any_centre.tell(any_centre.an_event(number, "delivered"))
    assert silent(any_centre) == []


def test_the_months_report_says_how_many_came_when_they_were_promised(any_centre: Centre) -> None:
    years_before(any_centre)
    on_time, lost = taken(any_centre)[1], taken(any_centre)[1]
    a_minute_later(any_centre)
    any_centre.clock.pass_(days=2)
    any_centre.tell(any_centre.an_event(on_time, "delivered"))
    any_centre.clock.pass_(days=6)

    [row] = any_centre.get("/reports/promises?month=2026-11", role="manager").json()["items"]
    assert row["direction"] == "to_authority"
    assert row["not_arrived"] == 1, lost
    assert row["promises"] == sum(row[word] for word in ("kept", "early", "late", "not_arrived"))
    assert row["kept_percent"] == round(100 * row["kept"] / row["promises"], 1)
    assert row["kept"] > row["early"] > 10, "of the record's own, and one of today"
    empty = any_centre.get("/reports/promises?month=2025-01", role="manager").json()
    assert empty["items"] == []


def test_who_knew_nothing_learns_again_a_minute_later(centre: Centre) -> None:
    tasks = Tasks(centre.house, by="the background")
    asyncio.run(tasks.promise())
    years_before(centre)
    _, number = taken(centre)
    asyncio.run(tasks.promise())
    assert parcel(centre, number).promise_told


def test_of_very_many_parcels_a_sample_of_the_last_weeks_is_read(any_centre: Centre) -> None:
    years_before(any_centre, 3_000)
    learn = partial(promises.learn, carriers=["rehearsal"], calendar=any_centre.house.calendar)
    with hearing(any_centre.database.engine) as asked:
        forecaster = any_centre.database.read_now(lambda s: learn(s, now=any_centre.clock()))
    kind = Kind("rehearsal", "to_authority")
    assert forecaster.promise(kind, date(2026, 11, 23), 1)
    assert not any(read_through(any_centre.database.engine, one) for one in asked)
