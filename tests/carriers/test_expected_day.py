"""On which day carriers expect to deliver: kept with the parcel, and no part of what happened."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from adapters.event import CarrierEvent, Milestone
from postal_tracker.carriers.inbox.expected import keep_expected
from postal_tracker.carriers.inbox.recording import record_answer
from postal_tracker.storage.tables import Parcel
from tests.adapters.at_work import bare, code_for
from tests.carriers.exchanging import poll, works_with
from tests.carriers.messages import the_messages
from tests.centre import HOOK_SECRET, Centre
from tests.standins.all import STAND_INS
from tests.standins.standin import Scan, StandIn, served

TUESDAY, THURSDAY, FRIDAY = (date(2026, 11, day) for day in (24, 26, 27))

SOURCES = dict.fromkeys(("17track", "aftership", "easypost"), "viettel_post")
BY_HOOK = SOURCES | {"viettel_post": "viettel_post"}
BY_ANSWER = SOURCES | {"ghn": "ghn"}
"""Who tells of a day, and whose parcel it tells of here."""


def a_scan(centre: Centre, teller: str, milestone: Milestone, day: date | None) -> Scan:
    code = bare(code_for(STAND_INS[teller]().carrier(), milestone))
    return Scan(code, centre.clock(), expected_on=day)


def post(centre: Centre, standin: StandIn, number: str, scan: Scan) -> None:
    hook = standin.hook(number, scan)
    answer = centre.client.post(
        f"/hooks/{standin.name}/{HOOK_SECRET}",
        content=hook.body,
        headers=dict(hook.headers),
        params=dict(hook.query),
    )
    assert answer.status_code == 200, answer.text


def expected(centre: Centre, number: str) -> tuple[date | None, datetime | None]:
    query = select(col(Parcel.expected_on), col(Parcel.expected_told_at))
    mine = query.where(col(Parcel.tracking_number) == number)
    return tuple(centre.database.read_now(lambda s: s.connection().execute(mine).one()))


# From the carrier's words to the parcel


@pytest.mark.parametrize("teller", BY_HOOK)
def test_the_day_that_a_hook_tells_is_kept_with_its_parcel(any_centre: Centre, teller: str) -> None:
    works_with(any_centre, teller, BY_HOOK[teller])
    standin = STAND_INS[teller]()
    number = STAND_INS[BY_HOOK[teller]]().number(7)
    any_centre.a_parcel(carrier=BY_HOOK[teller], tracking_number=number)
    began = any_centre.clock()
    post(any_centre, standin, number, a_scan(any_centre, teller, Milestone.IN_TRANSIT, THURSDAY))
    assert expected(any_centre, number) == (THURSDAY, began)

    any_centre.clock.pass_(hours=1)
    later = a_scan(any_centre, teller, Milestone.OUT_FOR_DELIVERY, FRIDAY)
    post(any_centre, standin, number, later)
    any_centre.clock.pass_(hours=1)
    post(any_centre, standin, number, a_scan(any_centre, teller, Milestone.DELIVERY_FAILED, None))
    assert expected(any_centre, number) == (FRIDAY, later.at)
    assert any_centre.differences() == []


@pytest.mark.parametrize("teller", BY_ANSWER)
def test_the_day_that_an_answer_tells_is_kept_with_its_parcel(
    any_centre: Centre, teller: str
) -> None:
    standin = STAND_INS[teller]()
    number = STAND_INS[BY_ANSWER[teller]]().number(7)
    with served(standin) as address:
        works_with(any_centre, teller, BY_ANSWER[teller], base_url=address)
        any_centre.a_parcel(carrier=BY_ANSWER[teller], tracking_number=number)
        for day in (THURSDAY, FRIDAY, None):
            any_centre.clock.pass_(days=1)
            standin.told(number, a_scan(any_centre, teller, Milestone.IN_TRANSIT, day))
            any_centre.clock.pass_(hours=1)
            assert poll(any_centre, teller) == 1
            assert expected(any_centre, number)[0] == (day or FRIDAY)
    assert any_centre.differences() == []


def test_a_day_told_before_the_parcel_was_made_is_kept_once_it_is(any_centre: Centre) -> None:
    works_with(any_centre, "viettel_post")
    standin = STAND_INS["viettel_post"]()
    number = standin.number(7)
    scan = a_scan(any_centre, "viettel_post", Milestone.ACCEPTED, THURSDAY)
    post(any_centre, standin, number, scan)
    assert len(the_messages(any_centre, "unclaimed")) == 1

    any_centre.a_parcel(carrier="viettel_post", tracking_number=number)
    assert expected(any_centre, number) == (THURSDAY, scan.at)


def test_a_day_moves_without_a_new_scan_and_the_scan_stays_one(any_centre: Centre) -> None:
    works_with(any_centre, "easypost", "jt_vn")
    standin = STAND_INS["easypost"]()
    number = any_centre.a_parcel(carrier="jt_vn", tracking_number="12345678901")
    for day in (THURSDAY, FRIDAY):
        post(any_centre, standin, number, a_scan(any_centre, "easypost", Milestone.IN_TRANSIT, day))

    assert expected(any_centre, number)[0] == FRIDAY
    assert the_messages(any_centre, "conflicting") == []
    told = any_centre.get(f"/parcels/{number}").json()["events"]
    assert [e["milestone"] for e in told] == ["announced", "in_transit"]


# Which telling stands


@pytest.fixture
def number(any_centre: Centre) -> str:
    return any_centre.a_parcel()


def told_at(at: datetime, day: date | None) -> CarrierEvent:
    return CarrierEvent("", Milestone.IN_TRANSIT, at, str(at), expected_on=day)


def keep_days(centre: Centre, number: str, *events: CarrierEvent) -> date | None:
    """Keep what these tell of a parcel; return the day on which it is expected then."""
    query = select(col(Parcel.id)).where(col(Parcel.tracking_number) == number)

    def keeping(session: Any) -> None:
        connection = session.connection()
        parcel_id = connection.execute(query).scalar_one()
        keep_expected(connection, [(parcel_id, e) for e in events], centre.clock())

    centre.database.write_now(keeping)
    return expected(centre, number)[0]


def test_the_latest_telling_stands_whenever_it_comes(any_centre: Centre, number: str) -> None:
    at = any_centre.clock()
    early, late = told_at(at - timedelta(hours=2), THURSDAY), told_at(at, FRIDAY)

    assert keep_days(any_centre, number, late) == FRIDAY
    assert keep_days(any_centre, number, early) == FRIDAY
    assert keep_days(any_centre, number, late, early) == FRIDAY
    assert keep_days(any_centre, number, told_at(at, TUESDAY)) == TUESDAY  # another day, same scan


def test_a_day_that_is_told_again_is_told_later(any_centre: Centre, number: str) -> None:
    at = any_centre.clock()
    keep_days(any_centre, number, told_at(at - timedelta(hours=4), THURSDAY))
    keep_days(any_centre, number, told_at(at, THURSDAY))

    held_up = told_at(at - timedelta(hours=2), FRIDAY)
    assert keep_days(any_centre, number, held_up) == THURSDAY


def test_who_tells_no_day_takes_none_back(any_centre: Centre, number: str) -> None:
    at = any_centre.clock()
    keep_days(any_centre, number, told_at(at - timedelta(hours=2), THURSDAY))

    assert keep_days(any_centre, number, told_at(at, None)) == THURSDAY


@pytest.mark.parametrize("year", [1, 1900, 2024, 2028, 9999])
def test_a_day_that_cannot_be_is_not_kept(any_centre: Centre, number: str, year: int) -> None:
    at = any_centre.clock()
    absurd = date(year, 6, 1)
    assert keep_days(any_centre, number, told_at(at, absurd)) is None

    keep_days(any_centre, number, told_at(at - timedelta(hours=2), THURSDAY))
    assert keep_days(any_centre, number, told_at(at, absurd)) == THURSDAY


def test_a_clock_that_is_fast_shuts_nobody_out_once_it_is_right(
    any_centre: Centre, number: str
) -> None:
    keep_days(any_centre, number, told_at(any_centre.clock() + timedelta(hours=20), FRIDAY))
    any_centre.clock.pass_(hours=1)

    assert keep_days(any_centre, number, told_at(any_centre.clock(), THURSDAY)) == THURSDAY


def test_news_under_the_id_of_another_parcels_news_moves_no_day(
    any_centre: Centre, number: str
) -> None:
    other, at = any_centre.a_parcel(), any_centre.clock()
    first = CarrierEvent(other, Milestone.IN_TRANSIT, at, "id-1")
    second = CarrierEvent(number, Milestone.IN_TRANSIT, at, "id-1", expected_on=THURSDAY)
    for told in (first, second):
        any_centre.database.write_now(
            lambda s, e=told: record_answer(s, "rehearsal", [e], now=any_centre.clock())
        )

    assert expected(any_centre, number) == (None, None)
    assert len(the_messages(any_centre, "conflicting")) == 1


# What it costs


@pytest.fixture
def statements(any_centre: Centre) -> Iterator[list[str]]:
    """What the database is asked while a test runs."""
    asked: list[str] = []

    def note(*call: Any) -> None:
        asked.append(call[2])

    event.listen(any_centre.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(any_centre.database.engine, "before_cursor_execute", note)


def test_who_tells_no_day_costs_nothing(any_centre: Centre, statements: list[str]) -> None:
    nothing = [(n, told_at(any_centre.clock(), None)) for n in range(9)]
    any_centre.database.write_now(
        lambda s: keep_expected(s.connection(), nothing, any_centre.clock())
    )
    assert [s for s in statements if "parcel" in s] == []


def test_what_was_told_before_is_not_written_again(
    any_centre: Centre, number: str, statements: list[str]
) -> None:
    telling = told_at(any_centre.clock(), THURSDAY)
    for _ in "12":
        keep_days(any_centre, number, telling)

    assert len([s for s in statements if s.startswith("UPDATE")]) == 1


def test_many_parcels_days_take_two_statements(any_centre: Centre, statements: list[str]) -> None:
    for _ in range(9):
        any_centre.a_parcel()
    query = select(col(Parcel.id))

    def keeping(session: Any) -> None:
        connection = session.connection()
        ids = connection.execute(query).scalars().all()
        statements.clear()
        events = [told_at(any_centre.clock(), THURSDAY) for _ in ids]
        keep_expected(connection, zip(ids, events, strict=True), any_centre.clock())

    any_centre.database.write_now(keeping)
    assert len(statements) == 2


def test_a_parcel_that_somebody_holds_is_not_waited_for(any_centre: Centre, number: str) -> None:
    if any_centre.database.engine.dialect.name == "sqlite":
        return  # one writes at a time
    holding = select(col(Parcel.id)).with_for_update()
    with any_centre.database.engine.begin() as somebody:
        somebody.execute(holding)
        assert keep_days(any_centre, number, told_at(any_centre.clock(), THURSDAY)) is None
    assert keep_days(any_centre, number, told_at(any_centre.clock(), THURSDAY)) == THURSDAY


def test_what_people_tell_moves_no_day(any_centre: Centre, number: str) -> None:
    keep_days(any_centre, number, told_at(any_centre.clock(), THURSDAY))
    any_centre.tell(any_centre.an_event(number, "delivered"))

    assert expected(any_centre, number)[0] == THURSDAY
    assert any_centre.differences() == []
