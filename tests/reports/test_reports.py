"""What the chief, Minh, sees at eight in the morning."""

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adapters.event import Milestone, Source
from postal_tracker import ledger, reports
from postal_tracker.access import EVERYTHING
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import Invalid
from postal_tracker.core.working_days import local_day
from postal_tracker.desks import handover
from postal_tracker.desks.common import act_on, desk_entry, find_dossiers
from postal_tracker.forms import HandoverForm, SignatureForm
from postal_tracker.reports import Report, in_words
from postal_tracker.reports.to_do import ToDoRow
from postal_tracker.spreadsheets import write_csv, write_xlsx
from postal_tracker.storage import migrations
from postal_tracker.storage.tables import Parcel
from postal_tracker.views import Filter, dossiers, find_parcel
from postal_tracker.views.parcel_lists import ListedParcel
from tests.centre import MONDAY, Centre
from tests.plans import plans_of

TITLES = {"rehearsal": "Bưu chính Diễn tập"}
HOUR = timedelta(hours=1)


def scan(
    centre: Centre, number: str, milestone: Milestone, *, place: str = "", **entry: Any
) -> None:
    """Let the carrier say something of a parcel, now."""

    def command(session: Any) -> None:
        parcel: Parcel = find_parcel(session, number, scope=EVERYTHING)
        told = ledger.NewEntry(
            key=f"{number} {milestone} {centre.clock()}",
            what=milestone,
            happened_at=centre.clock(),
            source=entry.get("source", Source.POLL),
            parcel_id=parcel.id,
            place=place,
        )
        ledger.record(session, [told], now=centre.clock())

    centre.database.write_now(command)


def a_signed_list(centre: Centre, *numbers: str) -> str:
    def command(session: Any) -> str:
        form = HandoverForm(carrier="rehearsal", parcels=list(numbers))
        made = handover.make_list(session, form, by=centre.lan, now=centre.clock())
        tuan = SignatureForm(signed_by="Tuấn")
        handover.sign(session, made, tuan, by=centre.lan, now=centre.clock())
        return made

    return centre.database.write_now(command)


def act(centre: Centre, code: str, what: Act, at: datetime | None = None) -> None:
    at = at or centre.clock()
    centre.database.write_now(
        lambda s: act_on(
            s,
            find_dossiers(s, [code], scope=EVERYTHING),
            what,
            by=centre.lan,
            at=at,
            now=centre.clock(),
        )
    )


def follow_ups(centre: Centre, **how: Any) -> Report:
    how = {"scope": EVERYTHING, "now": centre.clock(), "titles": TITLES, **how}
    return centre.database.read_now(lambda s: reports.follow_ups(s, "failed-delivery", **how))


def locations(centre: Centre, **how: Any) -> Report:
    how = {
        "scope": EVERYTHING,
        "today": local_day(centre.clock()),
        "titles": TITLES,
        "lang": "vi",
        **how,
    }
    return centre.database.read_now(lambda s: reports.locations(s, **how))


def overdue(centre: Centre, **how: Any) -> Report:
    how = {
        "scope": EVERYTHING,
        "today": local_day(centre.clock()),
        "calendar": centre.house.calendar,
        "titles": TITLES,
        "lang": "vi",
        **how,
    }
    return centre.database.read_now(lambda s: reports.overdue(s, **how))


def unaccepted(centre: Centre, **how: Any) -> Report:
    how = {"scope": EVERYTHING, "now": centre.clock(), "after": 4 * HOUR, "titles": TITLES, **how}
    return centre.database.read_now(lambda s: reports.unaccepted(s, **how))


def silent(centre: Centre, **how: Any) -> Report:
    how = {"scope": EVERYTHING, "now": centre.clock(), "after": 48 * HOUR, "titles": TITLES, **how}
    return centre.database.read_now(lambda s: reports.silent(s, **how))


def punctuality(centre: Centre, month: date, **how: Any) -> Report:
    how = {"scope": EVERYTHING, "month": month, "lang": "vi", **how}
    return centre.database.read_now(lambda s: reports.punctuality(s, **how))


def all_rows(page_at: Callable[[str | None], Report], *, most: int) -> list[Any]:
    return [row for page in reports.each_page(page_at, most=most) for row in page.items]


# Where everything is


def test_minh_sees_who_holds_how_many_where_and_since_when(any_centre: Centre):
    centre = any_centre
    number = centre.a_parcel(centre.a_dossier(), centre.a_dossier())
    centre.a_dossier(procedure="DD-01")
    arrived = centre.a_parcel()
    centre.clock.pass_(hours=1)
    scan(centre, number, Milestone.IN_TRANSIT, place="Bưu cục Uông Bí")
    centre.clock.pass_(hours=1)
    scan(centre, arrived, Milestone.DELIVERED, place="Bưu cục Hạ Long")

    seen = [asdict(row) for row in locations(centre).items]

    assert [(r["holder"], r["name"], r["place"], r["dossiers"]) for r in seen] == [
        ("post", "Bưu chính Diễn tập", "Bưu cục Uông Bí", 2),
        ("authority", "Phòng Cảnh sát giao thông", "", 1),
        ("office", "Trung tâm Phục vụ hành chính công Uông Bí", "", 1),
    ]
    assert {r["oldest_since"] for r in seen} == {local_day(MONDAY)}


def test_the_place_with_most_overdue_comes_first(any_centre: Centre):
    centre = any_centre
    late = centre.a_parcel()
    scan(centre, late, Milestone.ACCEPTED, place="Bưu cục Cũ")
    centre.clock.pass_(days=14)
    for _ in range(3):
        centre.a_dossier()

    first, second = locations(centre).items

    assert (first.place, first.dossiers, first.overdue) == ("Bưu cục Cũ", 1, 1)
    assert (second.dossiers, second.overdue) == (3, 0)


def test_a_finished_dossier_is_nowhere(centre: Centre):
    act(centre, centre.a_dossier(), Act.COLLECTED)

    assert locations(centre).items == []


def test_a_sealed_parcel_is_still_with_the_office(centre: Centre):
    centre.a_parcel()

    assert [row.holder for row in locations(centre).items] == ["office"]


def test_places_come_a_page_at_a_time(any_centre: Centre):
    centre = any_centre
    for place in ("Bưu cục A", "Bưu cục B", "Bưu cục C"):
        scan(centre, centre.a_parcel(), Milestone.ACCEPTED, place=place)

    first = locations(centre, limit=2)
    rest = locations(centre, limit=2, cursor=first.next_cursor)

    assert [r.place for r in first.items + rest.items] == ["Bưu cục A", "Bưu cục B", "Bưu cục C"]
    assert rest.next_cursor is None


# What is late


def test_overdue_dossiers_come_latest_first_with_their_working_days(any_centre: Centre):
    centre = any_centre
    due_on_the_1st = centre.a_dossier(name="Đỗ Thị Hoa")
    centre.clock.pass_(days=2)  # over the holiday of 24 November
    due_on_the_2nd = centre.a_parcel()
    scan(centre, due_on_the_2nd, Milestone.ACCEPTED, place="Bưu cục Uông Bí")
    centre.clock.at = datetime(2026, 12, 4, 1, tzinfo=UTC)
    centre.a_dossier()

    first, second = overdue(centre).items

    assert (first.code, first.applicant_name) == (due_on_the_1st, "Đỗ Thị Hoa")
    assert (first.due_on, first.working_days_late) == (date(2026, 12, 1), 3)
    assert (second.due_on, second.working_days_late) == (date(2026, 12, 2), 2)
    assert (second.holder_name, second.place) == ("Bưu chính Diễn tập", "Bưu cục Uông Bí")


def test_what_is_overdue_is_found_by_when_it_is_due(centre: Centre):
    """Not by what is not settled: that is all that is open, and SQLite took it for a few rows."""
    read = {
        "report": lambda s: reports.overdue(
            s,
            scope=EVERYTHING,
            today=centre.house.today(),
            calendar=centre.house.calendar,
            titles=TITLES,
            lang="vi",
        ),
        "list": lambda s: dossiers(
            s,
            Filter(overdue=True),
            scope=EVERYTHING,
            today=centre.house.today(),
            titles={},
            lang="vi",
        ),
    }
    for name, ask in read.items():
        plans = centre.database.read_now(lambda s, ask=ask: plans_of(s, lambda: ask(s)))
        assert not [line for line in plans if "ix_dossier_settled" in line], name
        assert [line for line in plans if "ix_dossier_open_due" in line], name


def test_who_is_overdue_ends_with_the_result_not_with_its_delivery(centre: Centre):
    code = centre.a_dossier()
    centre.clock.pass_(days=14)
    assert [row.code for row in overdue(centre).items] == [code]

    act(centre, code, Act.RESULT_READY)

    assert overdue(centre).items == []


def test_the_appointed_day_itself_is_not_late(centre: Centre):
    centre.a_dossier()

    assert overdue(centre, today=date(2026, 12, 1)).items == []
    assert len(overdue(centre, today=date(2026, 12, 2)).items) == 1


def test_overdue_dossiers_may_be_asked_for_by_office_and_authority(any_centre: Centre):
    centre = any_centre
    land = centre.a_dossier(procedure="DD-01", office="H49.12.01")
    centre.a_dossier()
    centre.clock.pass_(days=30)

    assert [row.code for row in overdue(centre, authority="VPDK").items] == [land]
    assert [row.code for row in overdue(centre, office="H49.12.01").items] == [land]
    assert overdue(centre, office="H49.12", authority="VPDK").items == []


def test_pages_of_overdue_dossiers_leave_nothing_out_and_repeat_nothing(any_centre: Centre):
    centre = any_centre
    codes = []
    for n in range(7):
        codes.append(centre.a_dossier(procedure=("GPLX-01", "DD-01")[n % 2]))
        centre.clock.pass_(hours=8)
    centre.clock.pass_(days=30)

    seen = all_rows(lambda c: overdue(centre, limit=2, cursor=c), most=100)
    cut = all_rows(lambda c: overdue(centre, limit=2, cursor=c), most=3)

    assert sorted(row.code for row in seen) == sorted(codes)
    assert seen == sorted(seen, key=lambda row: row.due_on)
    assert cut == seen[:3]


@pytest.mark.parametrize(
    "cursor",
    ["x", "1~2", "2026-11-23~x~1", "2026-11-23~1~99999999999999999999", "~~", "2026-11-23~-1~1"],
)
def test_an_invented_cursor_is_refused(centre: Centre, cursor):
    for ask in (locations, overdue, unaccepted, silent, follow_ups):
        with pytest.raises(Invalid):
            ask(centre, cursor=cursor)


def test_no_page_is_longer_than_a_thousand_rows(centre: Centre):
    centre.a_dossier()

    assert len(overdue(centre, today=date(2027, 1, 1), limit=10**9).items) == 1
    assert len(overdue(centre, today=date(2027, 1, 1), limit=0).items) == 1


# What the post does not speak of


def test_a_parcel_signed_for_and_not_accepted_is_shown_after_four_hours(any_centre: Centre):
    centre = any_centre
    dossier = centre.a_dossier()
    forgotten, taken, unlisted = centre.a_parcel(dossier), centre.a_parcel(), centre.a_parcel()
    made = a_signed_list(centre, forgotten, taken)
    scan(centre, taken, Milestone.ACCEPTED)
    centre.clock.pass_(hours=3.9)
    assert unaccepted(centre).items == []

    centre.clock.pass_(hours=1.2)
    (row,) = unaccepted(centre).items

    assert (row.handover, row.tracking_number, row.hours) == (made, forgotten, 5)
    assert (row.signed_at, row.signed_by) == (MONDAY, "Tuấn")
    assert (row.carrier, row.dossiers) == ("Bưu chính Diễn tập", [dossier])
    assert unlisted != row.tracking_number


def test_unaccepted_parcels_come_a_page_at_a_time_in_the_order_of_signing(any_centre: Centre):
    centre = any_centre
    numbers = []
    for _ in range(3):
        pair = [centre.a_parcel(), centre.a_parcel()]
        a_signed_list(centre, *pair)
        numbers += pair
        centre.clock.pass_(hours=1)
    centre.clock.pass_(hours=9)

    seen = all_rows(lambda c: unaccepted(centre, limit=4, cursor=c), most=100)

    assert [row.tracking_number for row in seen] == numbers


def test_lists_that_were_signed_before_the_record_was_brought_up_are_asked_after(
    any_centre: Centre,
):
    centre, engine = any_centre, any_centre.database.engine
    a_signed_list(centre, centre.a_parcel())
    centre.clock.pass_(hours=5)
    before = unaccepted(centre).items
    migrations.downgrade(engine, "0024")
    migrations.upgrade(engine)

    assert unaccepted(centre).items == before != []


def test_a_parcel_without_news_for_two_days_is_silent(any_centre: Centre):
    centre = any_centre
    dossier = centre.a_dossier()
    number = centre.a_parcel(dossier)
    centre.a_parcel()
    scan(centre, number, Milestone.IN_TRANSIT, place="Hà Nội")
    centre.clock.pass_(hours=47)
    assert silent(centre).items == []

    centre.clock.pass_(hours=3)
    (row,) = silent(centre).items

    assert (row.tracking_number, row.milestone, row.place) == (number, "in_transit", "Hà Nội")
    assert (row.hours, row.last_news_at, row.dossiers) == (50, MONDAY, [dossier])

    scan(centre, number, Milestone.OUT_FOR_DELIVERY)
    assert silent(centre).items == []


def test_a_delivery_that_nobody_confirms_is_silent_and_a_real_one_is_not(centre: Centre):
    claimed, real = centre.a_parcel(), centre.a_parcel()
    scan(centre, claimed, Milestone.DELIVERED, source=Source.UNSIGNED)
    scan(centre, real, Milestone.DELIVERED)
    centre.clock.pass_(days=3)

    assert [row.tracking_number for row in silent(centre).items] == [claimed]


def test_a_parcel_that_vanished_after_its_signature_is_unaccepted_and_then_silent(centre: Centre):
    number = centre.a_parcel()
    a_signed_list(centre, number)
    centre.clock.pass_(hours=49)

    assert [row.tracking_number for row in unaccepted(centre).items] == [number]
    assert [row.tracking_number for row in silent(centre).items] == [number]


# Who keeps appointments


def decided(centre: Centre, *moments: datetime, procedure: str = "GPLX-01") -> None:
    """Take a dossier in for each moment, on Monday 23 November; its result is ready then."""
    codes = [centre.a_dossier(procedure=procedure) for _ in moments]
    centre.clock.at = max(moments) + HOUR
    for code, at in zip(codes, moments, strict=True):
        act(centre, code, Act.RESULT_READY, at)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of December 2026 by the clock in Uông Bí."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC) - 7 * HOUR


def test_a_result_is_ahead_on_time_or_late_by_the_local_day(any_centre: Centre):
    centre = any_centre
    decided(
        centre,
        *(local(1, 0), local(1, 23, 59)),  # due on 1 December
        *(local(2, 0), local(31, 23, 59)),
        *(local(1, 0) - timedelta(minutes=1), local(31, 23, 59) + timedelta(minutes=1)),
    )

    (december,) = punctuality(centre, date(2026, 12, 24)).items
    (november,) = punctuality(centre, date(2026, 11, 1)).items

    assert (december.ahead, december.on_time, december.late, december.total) == (0, 2, 2, 4)
    assert (november.ahead, november.on_time, november.late, november.total) == (1, 0, 0, 1)
    assert punctuality(centre, date(2026, 10, 31)).items == []


def test_each_authority_answers_for_itself(any_centre: Centre):
    centre = any_centre
    decided(centre, local(2, 9))
    centre.clock.at = MONDAY
    decided(centre, local(2, 9), procedure="DD-01")

    police, land = punctuality(centre, date(2026, 12, 1), lang="en").items

    assert (police.authority, police.authority_name, police.late) == ("PC08", "Police", 1)
    assert (land.authority, land.ahead) == ("VPDK", 1)


def test_last_month_is_the_same_when_its_dossiers_have_gone_on(centre: Centre):
    decided(centre, local(2, 9), local(1, 9))
    before = punctuality(centre, date(2026, 12, 1))
    for row in overdue(centre, today=date(2027, 1, 1)).items:
        act(centre, row.code, Act.COLLECTED)
    centre.clock.pass_(days=60)
    centre.a_dossier()

    assert punctuality(centre, date(2026, 12, 1)) == before


def test_a_month_outside_all_calendars_is_refused(centre: Centre):
    with pytest.raises(Invalid):
        punctuality(centre, date(9999, 12, 1))


# As tables


def every_report(centre: Centre) -> list[Report]:
    """Return one report of each kind, none of them empty."""
    held = centre.a_dossier(name="=1+1")
    number = centre.a_parcel()
    a_signed_list(centre, number)
    scan(centre, centre.a_parcel(), Milestone.DELIVERY_FAILED)
    centre.clock.pass_(days=30)
    ready = centre.a_dossier()
    act(centre, ready, Act.RESULT_READY)
    assert held
    return [
        locations(centre),
        overdue(centre),
        unaccepted(centre),
        silent(centre),
        follow_ups(centre),
        punctuality(centre, local_day(centre.clock())),
    ]


FOR_PROGRAMS = {
    ToDoRow: {
        *("id", "about", "solved_by", "direction", "attempts", "procedure", "left"),
        *("assignee", "escalated", "escalated_to"),
    },
    ListedParcel: {"open"},
}
"""What people read in other columns, or do not need on paper."""


def test_every_report_has_a_heading_for_each_of_its_columns():
    for kind, columns in in_words.HEADINGS.items():
        left_out = FOR_PROGRAMS.get(kind, set())
        assert [f.name for f in fields(kind) if f.name not in left_out] == list(columns)
        for vi, en in columns.values():
            assert vi
            assert en
            assert vi != en


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_report_can_be_taken_away_as_a_file(
    centre: Centre, write: Callable[..., bytes], lang
):
    for report in every_report(centre):
        header, rows = reports.as_rows(report, lang)

        assert rows
        assert all(len(row) == len(header) for row in rows)
        assert write(header, rows)
        assert json.dumps([asdict(item) for item in report.items], default=str)


def test_a_file_is_written_as_its_pages_are_read(any_centre: Centre):
    centre = any_centre
    for _ in range(7):
        centre.a_dossier()
    centre.clock.pass_(days=30)
    read = []

    def page_at(cursor: str | None) -> Report:
        read.append(cursor)
        return overdue(centre, limit=2, cursor=cursor)

    rows = in_words.rows_of(reports.each_page(page_at, most=100), "vi")
    ahead = [len(read) for _ in rows]

    assert ahead == [1, 1, 2, 2, 3, 3, 4]


def test_files_speak_the_houses_words(centre: Centre):
    told = [reports.as_rows(report, "vi") for report in every_report(centre)]
    where, late, waiting, quiet, failed, _ = told

    assert where[0][:3] == ["Loại nơi giữ", "Mã nơi giữ", "Tên"]
    assert "Điểm tiếp nhận" in [row[0] for row in where[1]]
    assert waiting[1][0][3] == "Gửi cơ quan giải quyết"
    assert quiet[1][0][4] == "Đã bàn giao cho bưu chính"
    assert failed[1][0][4] == "Phát không thành công"
    assert "'=1+1" in write_csv(*late).decode("utf-8-sig")


def test_an_empty_report_still_has_its_headings(centre: Centre):
    assert reports.as_rows(overdue(centre), "en") == (
        [en for _, en in in_words.HEADINGS[reports.OverdueRow].values()],
        [],
    )


def test_a_struck_out_handing_over_leaves_the_list_as_it_was_signed(centre: Centre):
    """The line still stands on the signed list: somebody must ask where the parcel is."""
    number = centre.a_parcel()
    a_signed_list(centre, number)
    centre.database.write_now(lambda s: _strike_the_handing_over(s, centre, number))
    centre.clock.pass_(hours=5)

    assert [row.tracking_number for row in unaccepted(centre).items] == [number]


def _strike_the_handing_over(session: Any, centre: Centre, number: str) -> None:
    parcel = find_parcel(session, number, scope=EVERYTHING)
    entry = session.connection().exec_driver_sql(
        "SELECT id FROM ledger_entry WHERE what = 'handed_over'"
    )
    struck = desk_entry(
        Act.STRUCK_OUT,
        by=centre.lan,
        at=centre.clock(),
        parcel_id=parcel.id,
        strikes_id=entry.scalar_one(),
    )
    ledger.record(session, [struck], now=centre.clock())
