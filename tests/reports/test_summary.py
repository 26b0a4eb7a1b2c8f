"""A week's or month's results by unit: the post apart, late ones by whether one apologised."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from postal_tracker.access import EVERYTHING
from postal_tracker.reports import behind_figure, ii06a, p766, summary
from postal_tracker.reports.par import official
from postal_tracker.reports.period import Period

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))
EXTEND = {"new_due_at": "2026-12-10T17:00:00+07:00", "signed_by": "Mẫu", "reason": "Mẫu"}
NAMES = (
    *("received", "carried_over", "received_online", "received_at_desk", "received_by_post"),
    *("settled", "settled_early", "settled_on_time"),
    *("settled_late_apologised", "settled_late_unapologised", "open", "open_in_time", "open_late"),
    *("refused", "stopped", "withdrawn", "waiting_for_papers"),
)


def act(centre, code, word, at, **told):
    form = {"act": word, "at": f"2026-{at}:00+07:00", **told}
    answer = centre.post(f"/dossiers/{code}/acts", form)
    assert answer.status_code == 200, answer.text


@pytest.fixture
def lived(any_centre):
    """Seven dossiers of 23 November, due on 1 December; it is the last day of the year."""
    ways = ("direct", "postal", "online", "direct", "postal", "direct", "direct")
    late, sorry, never, early, refused, withdrawn, waits = (
        any_centre.a_dossier(channel=way) for way in ways
    )
    any_centre.clock.pass_(days=8)
    act(any_centre, sorry, "extend", "11-30 08:00", **EXTEND)
    any_centre.clock.pass_(days=30)
    act(any_centre, late, "result_ready", "12-02 08:00")
    act(any_centre, sorry, "result_ready", "12-14 08:00")
    act(any_centre, early, "result_ready", "11-25 08:00")
    act(any_centre, refused, "refuse", "11-25 08:00", reason="Mẫu")
    act(any_centre, withdrawn, "withdraw", "12-20 08:00", reason="Mẫu")
    act(any_centre, waits, "request_supplement", "11-27 08:00", missing=["Mẫu"], reason="Mẫu")
    assert never
    return any_centre


def told(centre, days, by="office"):
    period = Period(*days, centre.clock())
    read = centre.database.read_now
    return read(lambda s: summary(s, period, by, scope=EVERYTHING, lang="vi")).items


def figures(row):
    return {name: getattr(row, name) for name in NAMES if getattr(row, name)}


def test_the_post_stands_apart_and_late_ones_by_whether_one_apologised(lived):
    assert figures(told(lived, NOVEMBER)[-1]) == {
        **{"received": 7, "received_online": 1, "received_at_desk": 4, "received_by_post": 2},
        **{"settled": 3, "settled_early": 1, "settled_on_time": 2, "refused": 1},
        **{"waiting_for_papers": 1, "open": 4, "open_in_time": 4},
    }
    assert figures(told(lived, DECEMBER)[-1]) == {
        **{"received": 5, "carried_over": 5, "settled": 4, "settled_on_time": 2},
        **{"settled_late_apologised": 1, "settled_late_unapologised": 1, "open": 1},
        **{"open_late": 1, "withdrawn": 1, "waiting_for_papers": 1},
    }


@pytest.mark.parametrize("by", ["field", "office", "authority"])
def test_its_sums_are_those_of_the_form_and_each_number_opens_to_as_many(lived, by):
    for days in (NOVEMBER, DECEMBER):
        period = Period(*days, lived.clock())
        read = lived.database.read_now
        form = read(lambda s, p=period: ii06a(s, p, by, scope=EVERYTHING, lang="vi")).items
        for row, its_form in zip(told(lived, days, by), form, strict=True):
            late = row.settled_late_apologised + row.settled_late_unapologised
            assert (row.key, row.received, late) == (
                *(its_form.key, its_form.received, its_form.settled_late),
            )
            assert row.received_at_desk + row.received_by_post == its_form.received_direct
            for name in NAMES:
                found = read(
                    lambda s, p=period, key=row.key, name=name: behind_figure(
                        s, p, by, key, name, scope=EVERYTHING, lang="vi"
                    )
                )
                assert len(found.items) == getattr(row, name), (row.key, name)


def test_of_par_only_what_the_record_shows(lived):
    period = Period(*DECEMBER, lived.clock())
    calendar, how = lived.house.calendar, {"scope": EVERYTHING, "lang": "vi"}

    def read(session):
        apart = (
            ii06a(session, period, "field", **how),
            p766(session, period, calendar=calendar, **how),
        )
        *both, shares = official(session, period, "field", calendar=calendar, **how)
        assert tuple(both) == apart
        return shares

    shares = lived.database.read_now(read)

    assert (shares.on_time.part, shares.on_time.whole, shares.on_time.percent) == (2, 4, 50.0)
    assert (shares.apologised.part, shares.apologised.whole) == (1, 2)
    assert shares.by_post.percent is None

    for share in (shares.on_time, shares.apologised, shares.by_post):
        for column, n in ((share.part_column, share.part), (share.whole_column, share.whole)):
            found = lived.database.read_now(
                lambda s, column=column: behind_figure(
                    s, period, "authority", "total", column, scope=EVERYTHING, lang="vi"
                )
            )
            assert len(found.items) == n, column


def test_what_766_counts_opens_to_as_many(lived):
    calendar, how = lived.house.calendar, {"scope": EVERYTHING, "lang": "vi"}
    for days in (NOVEMBER, DECEMBER):
        period = Period(*days, lived.clock())
        read = lived.database.read_now
        report = read(lambda s, p=period: p766(s, p, calendar=calendar, **how))
        for row in report.items:
            numbers = {"received": row.dossiers, "on_time": row.on_time, "ended": row.ended}
            numbers |= {"received_by_post": row.by_post, "received_new": row.received}
            for name, number in numbers.items():
                which = (period, "authority", row.key, name)
                found = read(lambda s, which=which: behind_figure(s, *which, **how))
                assert len(found.items) == number, (row.key, name)


def sheet_of(centre, report, **asked):
    days = {"from": "2026-12-01", "to": "2026-12-31", "format": "xlsx", **asked}
    address = f"/reports/{report}?" + "&".join(f"{k}={v}" for k, v in days.items())
    answer = centre.get(address, role="manager", headers={"Accept-Language": "vi"})
    assert answer.status_code == 200, answer.text
    return load_workbook(BytesIO(answer.content)).active


def test_the_workbook_of_the_form_is_laid_out_as_the_circular_prints_it(lived):
    sheet = sheet_of(lived, "ii06a", by="authority")
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    rows = list(sheet.values)

    assert rows[0][0] == "Biểu số II.06a/VPCP/KSTT"
    assert rows[2][0] == "Kỳ báo cáo: từ ngày 01/12/2026 đến ngày 31/12/2026"
    assert rows[5][0] == "Đơn vị tính: Số hồ sơ TTHC"
    assert {"A7:A9", "B7:B9", "C7:F7", "D8:E8", "G7:J7", "K7:M7", "C8:C9"} <= merged
    assert rows[9][:7] == (
        *("(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)"),
    )
    assert rows[11][1:] == ("Tổng số", 5, 0, 0, 5, 4, 0, 2, 2, 1, 0, 1)
    assert rows[-1][0] == "Người lập biểu"
    assert "Thủ trưởng đơn vị" in rows[-1]


def test_the_workbook_of_a_month_has_the_post_in_a_column_of_its_own(lived):
    sheet = sheet_of(lived, "summary", by="office")
    heads = [cell.value for cell in sheet[7]]

    assert "Dịch vụ bưu chính" in heads
    assert heads.index("Quá hạn, có xin lỗi") + 1 == heads.index("Quá hạn, không xin lỗi")


def test_a_file_names_the_list_behind_a_row_as_one_address(lived):
    text = lived.get("/reports/ii06a?format=csv", role="manager").text
    assert "/api/v1/reports/ii06a/dossiers?from=" in text
