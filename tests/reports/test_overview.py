"""A month at a glance: its figures, where time is spent, how long the post takes, what is due."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session, col, update

from adapters.event import Milestone, Source
from postal_tracker import access, reports
from postal_tracker.access import EVERYTHING
from postal_tracker.core.journey import Direction, Fact, rides
from postal_tracker.reports import months, ways
from postal_tracker.reports.overview import FlowRow
from postal_tracker.storage.tables import Office, Parcel

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


def told(centre, month, scope=EVERYTHING):
    now = centre.clock()
    return centre.database.read_now(
        lambda s: reports.overview(s, month, scope=scope, lang="vi", now=now)
    )


def figures(row):
    return row.received_new, row.settled, row.settled_late, row.open, row.open_late


def act(centre, code, word, at, **more):
    told = {"act": word, "at": f"2026-{at}:00+07:00", **more}
    answer = centre.post(f"/dossiers/{code}/acts", told)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def three(any_centre):
    """Received on 23 November: two at the police, due on 1 December, one at the land office."""
    early = any_centre.a_dossier()
    late = any_centre.a_dossier(office="H49.12.01")
    land = any_centre.a_dossier(procedure="DD-01")
    any_centre.clock.pass_(days=38)
    act(any_centre, early, "result_ready", "11-30 09:00")
    act(any_centre, late, "result_ready", "12-03 09:00")
    return any_centre, early, late, land


def test_a_month_is_told_beside_the_month_before_and_the_year_before(three):
    centre, *_ = three
    december = told(centre, DECEMBER)

    assert figures(december.before) == figures(told(centre, NOVEMBER).now) == (3, 1, 0, 2, 0)
    assert figures(december.now) == (0, 1, 1, 1, 1)
    assert december.year_before.is_empty
    assert december.year_before.month == date(2025, 12, 1)
    assert (december.before.on_time_percent, december.now.on_time_percent) == (100.0, 0.0)
    assert december.year_before.on_time_percent is None


def test_thirteen_months_are_told_one_after_the_other(three):
    flow = told(three[0], DECEMBER).flow

    assert [row.month for row in flow] == months.months_up_to(DECEMBER)
    assert flow[-2:] == [FlowRow(NOVEMBER, 3, 1), FlowRow(DECEMBER, 0, 1)]
    assert {row[1:] for row in flow[:-2]} == {(0, 0)}


def test_authorities_and_offices_are_told_the_worst_first(three):
    centre, *_ = three
    act(centre, centre.a_dossier(procedure="DD-01"), "result_ready", "12-31 08:00")
    december = told(centre, DECEMBER)

    assert [(row.key, row.settled, row.on_time_percent) for row in december.by_authority] == [
        ("PC08", 1, 0.0),
        ("VPDK", 1, 100.0),
    ]
    assert [(row.key, row.settled_late) for row in december.by_office] == [
        ("H49.12.01", 1),
        ("H49.12", 0),
    ]


def test_one_office_is_told_alone_and_another_installations_is_nothing(three):
    centre, *_ = three

    def of(office):
        return centre.database.read_now(
            lambda s: figures(
                reports.overview(
                    s,
                    NOVEMBER,
                    scope=access.within(s, EVERYTHING, office),
                    lang="vi",
                    now=centre.clock(),
                ).now
            )
        )

    assert of("H49.12.01") == (1, 0, 0, 1, 0)
    assert of("H49.12") == of("") == (3, 1, 0, 2, 0)
    assert of("H99") == (0, 0, 0, 0, 0)


def test_nobody_reaches_further_by_naming_an_office(any_centre):
    def within(session: Session) -> object:
        ward = session.exec(Office.__table__.select().where(col(Office.code) == "H49.12.01")).one()
        mine = access.Scope(offices=frozenset({ward.id}))
        return mine, access.within(session, mine, "H49.12")

    mine, narrowed = any_centre.database.read_now(within)

    assert narrowed == mine


@pytest.mark.parametrize("figure", ["received_new", "settled", "settled_late", "open", "open_late"])
@pytest.mark.parametrize("month", [NOVEMBER, DECEMBER])
def test_behind_each_figure_are_as_many_dossiers(three, figure, month):
    centre, *_ = three
    period = months.period_of_month(month, centre.clock())
    behind = centre.database.read_now(
        lambda s: reports.behind_figure(
            s, period, "authority", "total", figure, scope=EVERYTHING, lang="vi"
        )
    )

    assert len(behind.items) == getattr(told(centre, month).now, figure)


def test_on_the_first_of_a_month_people_ask_of_the_one_that_is_over():
    eight = datetime.fromisoformat("2026-12-01T08:00:00+07:00")

    assert months.month_to_tell(eight) == NOVEMBER
    assert months.month_to_tell(eight + timedelta(days=1)) == DECEMBER
    assert months.month_before(date(2026, 1, 1)) == date(2025, 12, 1)


# Where time is spent


def travels(centre, *codes, direction, after, for_):
    """Let dossiers be sealed and travel: so many hours until the post has them, and with it."""
    number = centre.a_parcel(*codes, direction=direction)
    centre.clock.pass_(hours=after)
    centre.tell(centre.an_event(number, "accepted"))
    centre.clock.pass_(hours=for_ / 2)
    centre.tell(centre.an_event(number, "in_transit", place="Hạ Long"))
    centre.clock.pass_(hours=for_ / 2)
    centre.tell(centre.an_event(number, "delivered"))
    return number


def a_round_trip(centre, *, ready_after=72, **dossier):
    """24 hours at the office, 48 by post, some at the authority, 24 by post, 12 at the office."""
    code = centre.a_dossier(**dossier)
    there = travels(centre, code, direction="to_authority", after=24, for_=48)
    centre.clock.pass_(hours=ready_after)
    back = travels(centre, code, direction="to_centre", after=0, for_=24)
    centre.clock.pass_(hours=12)
    centre.post(f"/dossiers/{code}/acts", {"act": "collected"})
    return code, there, back


def followed(centre, month=NOVEMBER):
    period = months.period_of_month(month, centre.clock())
    return centre.database.read_now(lambda s: reports.given_back(s, period, scope=EVERYTHING))


@pytest.mark.parametrize("counts", [True, False])
def test_whoever_has_the_papers_has_the_time(any_centre, counts):
    """Whether the post's time is part of the limit or not, it is the post's."""
    any_centre.post_counts(yes=counts)
    a_round_trip(any_centre)
    given = followed(any_centre)
    rows = {row.key: row for row in reports.spent_by_holder(given, "vi")}

    assert (given.dossiers, given.is_part) == (1, False)
    assert {key: row.median for key, row in rows.items()} == {
        "office": 1.5,
        "post": 3.0,
        "authority": 3.0,
        "whole": 7.5,
    }
    assert {key: row.percent for key, row in rows.items()} == {
        "office": 20.0,
        "post": 40.0,
        "authority": 40.0,
        "whole": 100.0,
    }


@pytest.mark.parametrize("it_came", [True, False])
def test_while_something_is_asked_of_the_citizen_the_time_is_the_citizens(any_centre, it_came):
    """What never came was waited for until the dossier ended, as 2.2 of Decision 766 has it."""
    code = any_centre.a_dossier()
    any_centre.clock.pass_(hours=24)
    asks = {"act": "request_supplement", "missing": ["Bản sao"], "reason": "Thiếu"}
    any_centre.post(f"/dossiers/{code}/acts", asks)
    any_centre.clock.pass_(hours=48)
    if it_came:
        any_centre.post(f"/dossiers/{code}/acts", {"act": "receive_supplement"})
    any_centre.clock.pass_(hours=12)
    any_centre.post(f"/dossiers/{code}/acts", {"act": "withdraw", "reason": "Mẫu"})
    rows = {row.key: row.most for row in reports.spent_by_holder(followed(any_centre), "vi")}

    office, citizen = (1.5, 2.0) if it_came else (1.0, 2.5)
    assert rows == {"office": office, "citizen": citizen, "whole": 3.5}


def test_half_and_nine_in_ten_are_days_that_some_dossier_took(any_centre):
    """Ten dossiers of 1 to 10 days at the office: the fifth, and the ninth."""
    codes = [any_centre.a_dossier() for _ in range(10)]
    for code in codes:
        any_centre.clock.pass_(days=1)
        any_centre.post(f"/dossiers/{code}/acts", {"act": "withdraw", "reason": "Mẫu"})
    november, december = followed(any_centre), followed(any_centre, DECEMBER)
    both = ways.GivenBack(10, [*november.ways, *december.ways])

    assert (november.dossiers, december.dossiers) == (7, 3)
    (office, whole) = reports.spent_by_holder(both, "vi")
    assert (office.median, office.most) == (whole.median, whole.most) == (5.0, 9.0)


def test_what_is_still_on_its_way_counts_nowhere(any_centre):
    code = any_centre.a_dossier()
    travels(any_centre, code, direction="to_authority", after=1, for_=2)
    any_centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})

    assert followed(any_centre).dossiers == 0
    assert reports.spent_by_holder(followed(any_centre), "vi") == []


def test_of_very_many_an_even_part_is_followed_and_the_page_can_say_so(any_centre, monkeypatch):
    monkeypatch.setattr(ways, "MOST_FOLLOWED", 2)
    codes = [any_centre.a_dossier() for _ in range(5)]
    for code in codes:
        any_centre.post(f"/dossiers/{code}/acts", {"act": "withdraw", "reason": "Mẫu"})
    given = followed(any_centre)

    assert (given.dossiers, len(given.ways), given.is_part) == (5, 2, True)


def test_the_slowest_stand_first_behind_a_figure(any_centre):
    any_centre.clock.pass_(days=8)
    quick, slow = (a_round_trip(any_centre, ready_after=hours)[0] for hours in (24, 240))
    land = a_round_trip(any_centre, procedure="DD-01")[0]
    given = followed(any_centre, DECEMBER)

    def behind(key):
        report = any_centre.database.read_now(lambda s: reports.slowest(s, given, key, "vi"))
        return [row.code for row in report.items]

    assert behind("authority") == [slow, land, quick]
    assert behind("PC08") == [slow, quick]
    assert behind("VPDK") == [land]
    assert behind("nobody") == []
    first = any_centre.database.read_now(
        lambda s: reports.slowest(s, given, "whole", "vi", limit=2)
    )
    rest = any_centre.database.read_now(
        lambda s: reports.slowest(s, given, "whole", "vi", limit=2, cursor=first.next_cursor)
    )
    assert [row.code for row in (*first.items, *rest.items)] == [slow, land, quick]
    assert (first.count.n, rest.next_cursor) == (3, None)
    rows = any_centre.database.read_now(lambda s: reports.spent_by_authority(s, given, "vi"))
    assert [(row.key, row.dossiers, row.most) for row in rows] == [
        ("PC08", 2, 10.0),
        ("VPDK", 1, 3.0),
    ]


# The post


def test_each_route_has_its_days_and_its_promises(any_centre):
    _, there, back = a_round_trip(any_centre)
    kept = any_centre.clock().date()

    def promise(session: Session) -> None:
        session.exec(
            update(Parcel).where(col(Parcel.tracking_number) == there).values(expected_on=kept)
        )

    any_centre.database.write_now(promise)
    given = followed(any_centre)

    def read(session: Session) -> object:
        parcels = reports.delivered(session, given)
        rows = reports.post_days(session, parcels, {"rehearsal": "Bưu chính"}, "vi")
        behind = [reports.posted(session, parcels, row.key, {}, "vi").items for row in rows]
        all_of = reports.by_carrier(parcels, {})
        behind += [reports.posted(session, parcels, row.key, {}, "vi").items for row in all_of]
        return rows, all_of, [[one.tracking_number for one in each] for each in behind]

    rows, (all_of,), behind = any_centre.database.read_now(read)

    assert [(row.carrier, row.parcels, row.median, row.most) for row in rows] == [
        ("Bưu chính", 1, 2.0, 2.0),
        ("Bưu chính", 1, 1.0, 1.0),
    ]
    assert [(row.kept, row.promised) for row in rows] == [(1, 1), (0, 0)]
    assert behind == [[there], [back], [there, back]]
    assert (all_of.key, all_of.parcels, all_of.median, all_of.most) == ("rehearsal", 2, 1.0, 2.0)
    assert (all_of.kept, all_of.promised) == (1, 1)
    assert rows[0].route.endswith("Uông Bí → Phòng Cảnh sát giao thông")
    assert rows[1].route.endswith("→ Trung tâm Phục vụ hành chính công Uông Bí")


def test_a_ride_ends_with_a_delivery_that_is_proven_and_no_paper_begins_it():
    """A carrier announces it, takes it over, somebody claims it came, and then it is proven."""
    at = datetime.fromisoformat("2026-11-23T08:00:00+07:00")
    told = (
        (Milestone.ANNOUNCED, Source.SIGNED),
        (Milestone.ACCEPTED, Source.SIGNED),
        (Milestone.DELIVERED, Source.UNSIGNED),
        (Milestone.DELIVERED, Source.POLL),
    )
    facts = [
        Fact(str(n), what, at + timedelta(days=n), source, parcel=7, direction=Direction.TO_CENTRE)
        for n, (what, source) in enumerate(told)
    ]

    assert rides(facts[:3]) == []
    (ride,) = rides(reversed(facts))
    assert (ride.parcel, ride.since, ride.delivered_at) == (7, facts[1][2], facts[3][2])


# What is due soon


def test_what_is_due_within_a_working_week_is_counted_by_authority_and_day(any_centre):
    """Due on Tuesday 1 December; on 26 November that is three working days away."""
    _, asked, ready = (any_centre.a_dossier() for _ in range(3))
    any_centre.a_dossier(procedure="DD-01")
    any_centre.clock.pass_(days=3)
    bill = {"act": "request_payment", "amount_vnd": 135_000, "what": "Lệ phí"}
    any_centre.post(f"/dossiers/{asked}/acts", bill)
    any_centre.post(f"/dossiers/{ready}/acts", {"act": "result_ready"})
    house = any_centre.house
    due = any_centre.database.read_now(
        lambda s: reports.due_soon(
            s, scope=EVERYTHING, today=house.today(), calendar=house.calendar, lang="vi"
        )
    )

    assert (due.days[0], due.days[-1]) == (date(2026, 11, 26), date(2026, 12, 2))
    assert [(row.key, dict(row.by_day)) for row in due.rows] == [("PC08", {DECEMBER: 1})]
    assert (due.dossiers, due.on(DECEMBER), due.on(date(2026, 11, 30))) == (1, 1, 0)
