"""What was done with dossiers elsewhere comes by file: each act once, in any order, or none."""

import random

import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from postal_tracker.access import Caller, Role
from postal_tracker.desks import imports
from postal_tracker.desks.imports import NothingImported, RowOutcome
from postal_tracker.spreadsheets import write_csv, write_xlsx
from postal_tracker.storage.tables import LedgerEntry, Office
from tests.centre import Centre

HEADER = (
    *("Mã hồ sơ", "Việc đã làm", "Thời điểm", "Lý do", "Giấy tờ còn thiếu", "Ngày hẹn mới"),
    *("Người ký", "Số tiền", "Khoản phải nộp", "Việc bị hủy", "Ghi chú"),
)
SPOKEN = (
    *("code", "act", "at", "reason", "missing", "new_due_at", "signed_by", "amount_vnd", "what"),
    *("strikes", "note"),
)


def a_row(code: str, act: str, at: str, **more: str) -> list[str]:
    return [code, act, at, *(more.get(name, "") for name in SPOKEN[3:])]


def the_law(code: str) -> list[list[str]]:
    """Return what the law knows of one dossier, received on Monday 23 November, as it happened."""
    return [
        a_row(code, "Yêu cầu bổ sung", "25/11/2026 09:00", reason="Hết hạn", missing="Giấy; Ảnh"),
        a_row(code, "Ghi nhận đã bổ sung", "27/11/2026 09:00"),
        a_row(code, "Yêu cầu nộp tiền", "30/11/2026 9h00", amount_vnd="135.000", what="Lệ phí"),
        a_row(code, "receive_payment", "2026-12-02 09:00", amount_vnd="135000"),
        a_row(
            *(code, "Xin lỗi và gia hạn", "03/12/2026 09:00"),
            **{"reason": "Xác minh", "new_due_at": "14/12/2026 17:00", "signed_by": "Trưởng phòng"},
        ),
        a_row(code, "Đã có kết quả", "10/12/2026 08:00"),
        a_row(code, "Trả kết quả", "10/12/2026 08:00"),
    ]


@pytest.fixture
def code(any_centre: Centre) -> str:
    """A dossier of three weeks ago."""
    made = any_centre.a_dossier()
    any_centre.clock.pass_(days=21)
    return made


def kept(centre, rows, *, by=None, header=HEADER, write=write_csv, name="acts.csv", **how):
    checked = imports.check_acts(write(header, rows), name)

    def command(session: Session):
        return imports.record_acts(
            *(session, checked),
            by=by or centre.lan,
            calendar=centre.house.calendar,
            now=centre.clock(),
            **how,
        )

    return centre.database.write_now(command)


def refused(centre, rows):
    with pytest.raises(NothingImported) as stopped:
        kept(centre, rows)
    return stopped.value.report


def outcomes(report):
    return [row.outcome.value for row in report.rows]


def count(centre):
    entries = select(func.count()).select_from(LedgerEntry)
    return centre.database.read_now(lambda s: s.exec(entries).one())


def told_of(centre, code):
    told = centre.get(f"/dossiers/{code}").json()
    return told["stage"], told["due_at"], told["clock"], told["national_status"]


def test_what_was_done_elsewhere_stands_as_if_it_was_done_here(any_centre, code):
    report = kept(any_centre, the_law(code))

    assert (report.kept, report.good, outcomes(report)) == (True, 7, ["recorded"] * 7)
    told = any_centre.get(f"/dossiers/{code}").json()
    assert (told["stage"], told["national_status"], told["due_at"]) == (
        "collected", 10, "2026-12-14T10:00:00Z"
    )  # fmt: skip
    [asked] = [e for e in told["timeline"] if e["what"] == "supplement_requested"]
    assert asked["details"] == {"missing": "Giấy\nẢnh", "reason": "Hết hạn"}
    assert (asked["happened_at"], asked["source"]) == ("2026-11-25T02:00:00Z", "staff")
    assert any_centre.differences() == []


def test_rows_may_stand_in_any_order(any_centre, code):
    in_turn = the_law(code)
    stories = [in_turn[::-1], *(random.Random(n).sample(in_turn, 7) for n in range(2))]
    others = [any_centre.a_dossier(received_at="2026-11-23T08:00:00+07:00") for _ in stories]
    kept(any_centre, in_turn)

    rows = [
        [other, *row[1:]] for other, story in zip(others, stories, strict=True) for row in story
    ]
    kept(any_centre, random.Random(9).sample(rows, len(rows)))

    assert {told_of(any_centre, each) for each in (code, *others)} == {
        ("collected", "2026-12-14T10:00:00Z", "ended", 10)
    }
    assert any_centre.differences() == []


def test_the_same_list_twice_tells_nothing_twice(any_centre, code):
    kept(any_centre, the_law(code))
    before = count(any_centre)

    again = kept(any_centre, the_law(code)[::-1], write=write_xlsx, name="acts.xlsx")

    assert outcomes(again) == ["unchanged"] * 7
    assert count(any_centre) == before


def test_a_row_that_stands_twice_in_a_list_is_told_once(any_centre, code):
    row = the_law(code)[0]
    report = kept(any_centre, [row, row, a_row(code, "request_supplement", row[2])])

    assert outcomes(report) == ["recorded", "unchanged", "unchanged"]
    told = any_centre.get(f"/dossiers/{code}").json()["timeline"]
    assert [e["what"] for e in told] == ["registered", "supplement_requested"]


def test_a_list_that_grew_tells_only_what_is_new(any_centre, code):
    kept(any_centre, the_law(code)[:2])

    report = kept(any_centre, the_law(code)[:4])

    assert outcomes(report) == ["unchanged", "unchanged", "recorded", "recorded"]
    assert told_of(any_centre, code)[1] == "2026-12-07T10:00:00Z"


def test_what_was_recorded_at_the_desk_is_not_told_again(any_centre, code):
    at = "2026-11-25T09:00:00+07:00"
    form = {"act": "request_supplement", "missing": ["Ảnh"], "reason": "Thiếu", "at": at}
    assert any_centre.post(f"/dossiers/{code}/acts", form).status_code == 200

    assert outcomes(kept(any_centre, the_law(code)[:1])) == ["unchanged"]


WRONG = {
    "no such dossier": (0, "H49.12-261123-9999", "Mã hồ sơ"),
    "no such act": (1, "Đóng dấu", "Việc đã làm"),
    "before its receipt": (2, "20/11/2026 09:00", "Thời điểm"),
    "still to come": (2, "20/12/2026 09:00", "Thời điểm"),
    "no time": (2, "", "Thời điểm"),
    "no reason": (3, "", "Lý do"),
    "no papers": (4, " ; ", "Giấy tờ còn thiếu"),
    "a formula": (10, "=1+1", "Ghi chú"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_one_wrong_row_stops_the_whole_list_and_names_its_column(any_centre, code, fault):
    place, text, column = WRONG[fault]
    rows = the_law(code)
    rows[0][place] = text
    before = count(any_centre)

    report = refused(any_centre, rows)

    [wrong] = [row for row in report.rows if row.faults]
    assert (report.kept, report.refused, wrong.row) == (False, 1, 2)
    assert [told.field for told in wrong.faults] == [column]
    assert set(outcomes(report)[1:]) == {RowOutcome.GOOD}
    assert count(any_centre) == before
    assert told_of(any_centre, code)[0] == "with_office"


def test_good_rows_are_kept_without_the_wrong_ones_if_so_wished(any_centre, code):
    rows = the_law(code)
    rows[1][0] = "H49.12-261123-9999"
    rows[4][6] = ""

    report = kept(any_centre, rows, keep_good=True)

    assert (report.good, report.refused, report.kept) == (5, 2, True)
    assert [row.row for row in report.rows if row.faults] == [3, 6]
    assert told_of(any_centre, code)[0] == "collected"
    assert any_centre.differences() == []


def test_what_cannot_be_at_this_stage_is_refused(any_centre, code):
    report = refused(any_centre, [*the_law(code), a_row(code, "Dừng", "11/12/2026 08:00")])
    assert [row.row for row in report.rows if row.faults] == [9]

    stop = a_row(code, "Dừng giải quyết", "11/12/2026 08:00", reason="Trùng")
    report = refused(any_centre, [*the_law(code), stop])
    [wrong] = report.rows[-1].faults
    assert "đã có kết quả hoặc đã kết thúc" in wrong.vi


def test_what_was_recorded_wrongly_is_taken_back_by_its_act_and_time(any_centre, code):
    asked, answered = the_law(code)[:2]
    back = a_row(code, "Hủy ghi nhận", asked[2], strikes="Yêu cầu bổ sung")
    for rows in ([back, answered, asked], [asked, back]):  # again, it is unchanged
        report = kept(any_centre, rows)
    assert outcomes(report) == ["unchanged", "unchanged"]
    assert told_of(any_centre, code)[1] == "2026-12-01T10:00:00Z"
    assert any_centre.differences() == []

    for strikes, column in (("", "Việc bị hủy"), ("Từ chối hồ sơ", "Việc bị hủy")):
        [fault] = (
            refused(any_centre, [a_row(code, "strike_out", asked[2], strikes=strikes)])
            .rows[0]
            .faults
        )
        assert fault.field == column


def test_an_extension_told_late_is_judged_by_its_own_time(any_centre, code):
    """Promised on 1 December for the 4th; the list comes on the 14th."""
    row = the_law(code)[4]
    row[2], row[5] = "01/12/2026 09:00", "04/12/2026 17:00"
    assert kept(any_centre, [row]).good == 1
    row[2], row[5] = "08/12/2026 09:00", "07/12/2026 17:00"
    [told] = refused(any_centre, [row]).rows
    assert [fault.field for fault in told.faults] == ["Ngày hẹn mới"]


def test_a_list_reaches_no_other_offices_dossiers(any_centre, code):
    def ward(session: Session) -> Caller:
        found = session.exec(select(Office.id).where(Office.code == "H49.12.01")).one()
        return Caller("cli", Role.INTEGRATION, found)

    by = any_centre.database.read_now(ward)
    ours = any_centre.a_dossier(office="H49.12.01", received_at="2026-11-23T08:00:00+07:00")
    rows = [*the_law(code)[:1], *the_law(ours)[:1]]

    report = kept(any_centre, rows, by=by, keep_good=True)

    assert outcomes(report) == ["refused", "recorded"]
    assert "Không tìm thấy" in report.rows[0].faults[0].vi
    assert told_of(any_centre, code)[2] == "running"


@pytest.mark.parametrize(
    "words",
    [
        ("Yêu cầu bổ sung", "yeu cau bo sung", "Ask for more papers", "request_supplement"),
        ("Rút hồ sơ", "Withdraw the dossier", "Dossier withdrawn", "withdraw"),
        ("Trả kết quả", "Đã trả kết quả", "Hand over the result", "hand_over_result"),
        ("Đã có kết quả", "Result ready", "Ghi nhận đã có kết quả", "result_ready"),
    ],
)
def test_an_act_is_known_by_what_people_call_it(words):
    rows = [a_row("X", word, "25/11/2026 09:00") for word in words]
    for header in (HEADER, SPOKEN):
        checked = imports.check_acts(write_csv(header, rows), "acts.csv")
        assert {row.form.act for row in checked.rows} == {words[-1]}


def test_a_parcel_that_came_back_is_taken_in_by_a_row(any_centre, code):
    number = any_centre.a_parcel(code)
    any_centre.tell(any_centre.an_event(number, "delivered"))
    at = any_centre.clock.pass_(days=2)
    rows = [a_row(code, "Đã nhận lại hồ sơ", at.isoformat())]

    assert outcomes(kept(any_centre, rows)) == ["recorded"]
    assert any_centre.stage(code) == "at_centre"
    assert any_centre.get(f"/parcels/{number}").json()["milestone"] == "delivered"
    assert any_centre.differences() == []
