"""A day's list from another system, row by row; and the catalogue it rests on."""

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from postal_tracker import ledger
from postal_tracker.access import Caller, Role, reach_of
from postal_tracker.core.problems import Invalid, TooLarge
from postal_tracker.core.working_days import centre_calendar
from postal_tracker.demo.catalogue import load_sample_catalogue
from postal_tracker.desks import imports
from postal_tracker.desks.imports import (
    Checked,
    Doubles,
    ImportReport,
    Kind,
    NothingImported,
    RowOutcome,
)
from postal_tracker.spreadsheets import write_csv, write_xlsx
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import Applicant, Authority, Dossier, Office, Procedure
from tests.plans import hearing

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""Ten in the morning."""

CALENDAR = centre_calendar()

HEADER = ["Mã hồ sơ", "Thủ tục", "Họ tên", "Điện thoại", "Ngày tiếp nhận"]


@pytest.fixture(scope="module")
def furnished(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with the sample catalogue, to copy."""
    file = tmp_path_factory.mktemp("furnished") / "postal.db"
    shutil.copy(migrated_sqlite, file)
    database = Database(f"sqlite:///{file}")
    database.write_now(load_sample_catalogue)
    database.close()
    return file


@pytest.fixture
def database(furnished: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(furnished, tmp_path / "postal.db")
    database = Database(f"sqlite:///{tmp_path / 'postal.db'}")
    yield database
    database.close()


def a_row(n: int = 1, **changes: str) -> list[str]:
    row = {
        "Mã hồ sơ": f"H49.12-261123-{n:04d}",
        "Thủ tục": "GPLX-01",
        "Họ tên": "Đỗ Thị Hoa",
        "Điện thoại": f"0{912345677 + n}",
        "Ngày tiếp nhận": "23/11/2026 08:30",
    }
    return list((row | changes).values())


def a_day(database: Database, rows: Sequence[Sequence[Any]], header: Any = HEADER) -> Checked:
    return check(database, write_csv(header, rows))


def check(database: Database, data: bytes, filename: str = "ngày 23.csv") -> Checked:
    names = database.read_now(imports.procedure_names)
    return imports.check_dossiers(data, filename, procedures=names)


def kept(database: Database, checked: Checked, **how: Any) -> ImportReport:
    """Register a list as a door does, in one transaction. Raises NothingImported."""

    def command(session: Session) -> ImportReport:
        centre = session.exec(select(Office).where(Office.code == "H49.12")).one()
        reach = reach_of(session, centre.id)
        lan = Caller("staff:1", Role.DESK, centre.id, offices=reach.offices)
        return imports.register_dossiers(
            session, checked, by=lan, calendar=CALENDAR, now=NOW, **how
        )

    return database.write_now(command)


def count(database: Database, table: Any = Dossier) -> int:
    return database.read_now(lambda s: s.exec(select(func.count()).select_from(table)).one())


def the_applicant(database: Database) -> Applicant:
    return database.read_now(lambda s: s.exec(select(Applicant)).one())


def faults(checked: Checked) -> dict[str, str]:
    """Return what is wrong with the only row, by column."""
    (row,) = checked.rows
    return {fault.field: fault.vi for fault in row.faults}


# A day's list


def three_bad_among_five_hundred() -> list[list[str]]:
    rows = [a_row(n) for n in range(1, 501)]
    rows[9] = a_row(10, **{"Điện thoại": "12", "Họ tên": ""})
    rows[99] = a_row(100, **{"Thủ tục": "Đổi hộ chiếu"})
    rows[499] = a_row(1)
    return rows


def test_a_days_list_is_taken_in_with_its_codes_and_ledger(database):
    report = kept(database, a_day(database, [a_row(n) for n in range(1, 21)]))

    assert (report.kept, report.good, report.refused) == (True, 20, 0)
    assert {row.outcome for row in report.rows} == {RowOutcome.REGISTERED}
    assert (report.rows[4].row, report.rows[4].code) == (6, "H49.12-261123-0005")
    assert count(database) == 20
    assert database.read_now(lambda s: ledger.differences(s, CALENDAR)) == []


def test_a_whole_list_is_written_down_in_one_statement_of_each_kind(database):
    checked = a_day(database, [a_row(n) for n in range(1, 31)])
    with hearing(database.engine) as asked:
        assert kept(database, checked).good == 30

    for table in ("ledger_entry", "search_term", "outbox"):
        assert sum(f"INSERT INTO {table} " in one.statement for one in asked) == 1, table
    assert database.read_now(lambda s: ledger.differences(s, CALENDAR)) == []


def test_three_bad_rows_of_five_hundred_stop_the_whole_list(database):
    checked = a_day(database, three_bad_among_five_hundred())

    with pytest.raises(NothingImported) as stopped:
        kept(database, checked)

    report = stopped.value.report
    assert count(database) == 0
    assert (report.kept, report.good, report.refused) == (False, 497, 3)
    assert [row.row for row in report.rows if row.faults] == [11, 101, 501]
    assert {row.outcome for row in report.rows} == {RowOutcome.GOOD, RowOutcome.REFUSED}
    assert [fault.field for fault in stopped.value.faults] == [
        "11: Họ tên",
        "11: Điện thoại",
        "101: Thủ tục",
        "501: Mã hồ sơ",
    ]


@pytest.mark.slow
def test_three_bad_rows_of_five_hundred_stay_behind_if_so_wished(database):
    checked = a_day(database, three_bad_among_five_hundred())

    report = kept(database, checked, keep_good=True)

    assert (report.kept, report.good, report.refused) == (True, 497, 3)
    assert count(database) == 497


def test_a_refused_row_says_what_is_wrong_in_two_languages(database):
    checked = a_day(database, [a_row(1, **{"Điện thoại": "12"})])

    (fault,) = checked.rows[0].faults

    assert (fault.field, fault.vi) == ("Điện thoại", "Số điện thoại không đúng.")
    assert fault.en == "This is no telephone number."


def test_what_only_the_record_knows_is_told_row_by_row(database):
    kept(database, a_day(database, [a_row(1)]))
    again = [
        a_row(1),
        a_row(2),
        a_row(3, **{"Ngày tiếp nhận": "25/11/2026"}),
        a_row(4, **{"Ngày tiếp nhận": "03/02/2024"}),
    ]

    report = kept(database, a_day(database, again), keep_good=True)

    assert [row.outcome for row in report.rows] == ["refused", "registered", "refused", "refused"]
    assert [row.faults[0].field for row in report.rows if row.faults] == [
        "Mã hồ sơ",
        "Ngày tiếp nhận",
        "Thủ tục",
    ]
    assert "đã được đăng ký" in report.rows[0].faults[0].vi
    assert count(database) == 2


def test_a_row_that_the_record_refuses_also_stops_the_whole_list(database):
    kept(database, a_day(database, [a_row(1)]))

    with pytest.raises(NothingImported) as stopped:
        kept(database, a_day(database, [a_row(2), a_row(1), a_row(3)]))

    assert [row.outcome for row in stopped.value.report.rows] == ["good", "refused", "good"]
    assert stopped.value.report.rows[0].code == ""
    assert count(database) == 1


def test_rows_without_a_code_get_one_and_the_same_row_twice_is_refused(database):
    header = ["Họ tên", "Thủ tục", "Ngày tiếp nhận"]
    rows = [["Hoa", "GPLX-01", "23/11/2026"], ["Hoa", "GPLX-01", "23/11/2026"]]
    checked = a_day(database, [*rows, ["Tuấn", "GPLX-01", "23/11/2026"]], header)

    report = kept(database, checked, keep_good=True)

    assert [row.code for row in report.rows] == ["H49.12-261123-0001", "", "H49.12-261123-0002"]
    assert report.rows[1].faults[0].vi == "Trùng với dòng 2."


@pytest.mark.parametrize(
    "header",
    [
        ["MÃ HỒ SƠ", "thu tuc", "Họ và tên (*)", "SĐT", "Ngày tiếp nhận (dd/mm/yyyy)"],
        ["code", "procedure", "name", "phone", "received_at"],
        ["Mã số hồ sơ", "Tên thủ tục", "Người nộp hồ sơ", "Số điện thoại", "Ngày nhận"],
    ],
)
def test_headings_may_be_in_either_language_and_careless(database, header):
    procedure = "đổi giấy phép lái xe  Ô TÔ" if header[1] == "Tên thủ tục" else "gplx-01"
    checked = a_day(database, [a_row(1, **{"Thủ tục": procedure})], header)

    assert kept(database, checked).good == 1
    assert the_applicant(database).phone == "+84912345678"


def test_columns_that_we_do_not_know_are_named(database):
    checked = a_day(database, [["1", *a_row(1), "xong"]], ["STT", *HEADER, "Trạng thái"])

    assert checked.ignored == ["STT", "Trạng thái"]
    assert kept(database, checked).ignored == ["STT", "Trạng thái"]


@pytest.mark.parametrize(
    ("header", "slug"),
    [
        (["Mã hồ sơ", "Họ tên"], "missing-column"),
        (["Thủ tục", "Điện thoại"], "missing-column"),
        (["Họ tên", "Thủ tục", "Người nộp"], "double-heading"),
    ],
)
def test_a_list_without_the_columns_it_needs_is_refused_at_once(database, header, slug):
    with pytest.raises(Invalid) as refused:
        a_day(database, [["a"] * len(header)], header)

    assert refused.value.slug == slug


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("23/11/2026 08:30", datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ("23-11-2026 8h30", datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ("2/3/2026", datetime(2026, 3, 1, 17, 0, tzinfo=UTC)),
        ("2026-11-23", datetime(2026, 11, 22, 17, 0, tzinfo=UTC)),
        ("2026-11-23 08:30", datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ("2026-11-23T01:30:00Z", datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ("2026-11-23T08:30:00+07:00", datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
    ],
)
def test_times_are_local_unless_they_say_otherwise_and_days_come_first(database, text, moment):
    checked = a_day(database, [a_row(1, **{"Ngày tiếp nhận": text})])

    assert checked.rows[0].form.received_at == moment


@pytest.mark.parametrize(
    "text", ["31/02/2026", "13/13/2026", "23/11/26", "hôm nay", "46349", "0001-01-01", "1/1/0001"]
)
def test_a_date_that_is_none_is_refused(database, text):
    assert list(faults(a_day(database, [a_row(1, **{"Ngày tiếp nhận": text})]))) == [
        "Ngày tiếp nhận"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [("có", True), ("Có", True), ("x", True), ("1", True), ("không", False), ("", False)],
)
def test_yes_and_no_are_read_as_people_write_them(database, text, said):
    header = [*HEADER, "Nhận kết quả qua bưu điện", "Địa chỉ"]

    [row] = a_day(database, [[*a_row(), text, "12 Trần Phú"]], header).rows
    assert row.form.return_by_post is said


def test_a_row_that_promises_the_post_needs_an_address(database):
    header = [*HEADER, "Nhận kết quả qua bưu điện", "Địa chỉ"]

    assert list(faults(a_day(database, [[*a_row(), "có", ""]], header))) == ["Địa chỉ"]


def test_a_yes_that_may_be_a_no_is_refused(database):
    header = [*HEADER, "Nhận kết quả qua bưu điện"]

    assert "“có”" in faults(a_day(database, [[*a_row(), "tùy"]], header))[header[-1]]


def test_zeros_that_a_spreadsheet_took_are_given_back(database):
    header = ["Họ tên", "Thủ tục", "Điện thoại", "Số giấy tờ"]
    book = write_xlsx(header, [["Hoa", "GPLX-01", 912345678.0, 22199001234]])

    kept(database, check(database, book, "a.xlsx"))

    assert the_applicant(database).phone == "+84912345678"
    assert the_applicant(database).id_number == "022199001234"


def test_a_formula_is_no_name(database):
    book = openpyxl.Workbook()
    book.active.append(["Họ tên", "Thủ tục"])
    book.active.append(['=HYPERLINK("http://a.example","Lan")', "GPLX-01"])
    file = BytesIO()
    book.save(file)

    checked = check(database, file.getvalue(), "a.xlsx")

    assert "công thức" in faults(checked)["Họ tên"]


def test_what_an_error_of_a_spreadsheet_hides_is_not_guessed(database):
    assert list(faults(a_day(database, [a_row(1, **{"Họ tên": "#N/A"})]))) == ["Họ tên"]


def test_a_row_shifted_by_a_comma_is_refused(database):
    data = "Họ tên,Thủ tục,Địa chỉ\nLan,GPLX-01,12 Quang Trung, Uông Bí\n".encode()

    assert "" in faults(check(database, data))


@pytest.mark.parametrize(
    "name",
    [
        "Robert'); DROP TABLE dossier;--",
        "<script>alert(1)</script>",
        "{{ 7*7 }} %s %(x)s",
        "Đỗ\u0300 \u202eThị Hoa 🏤",
        "+84 Lan",
        "@Lan",
    ],
)
def test_a_hostile_name_is_a_name_and_nothing_more(database, name):
    kept(database, a_day(database, [a_row(1, **{"Họ tên": name})]))

    assert the_applicant(database).name_folded
    assert count(database) == 1


@pytest.mark.parametrize("text", ["Lan\x07", "L" * 201, "\u0000"])
def test_what_no_form_takes_no_list_brings_in(database, text):
    data = f'Thủ tục,Họ tên\nGPLX-01,"{text}"\n'.encode()

    with pytest.raises((Invalid, NothingImported)):
        kept(database, check(database, data))
    assert count(database) == 0


def test_a_list_of_more_rows_than_one_transaction_bears_is_refused(database):
    with pytest.raises(TooLarge):
        check(database, b"Ho ten,Thu tuc\n" + b"Lan,GPLX-01\n" * 10_001)


def test_progress_is_told_for_every_row(database):
    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    names = database.read_now(imports.procedure_names)
    data = write_csv(HEADER, [a_row(1), a_row(2)])

    checked = imports.check_dossiers(data, "a.csv", procedures=names, on_row=tell)
    kept(database, checked, on_row=tell)

    assert told == [(1, 2), (2, 2), (1, 2), (2, 2)]


def test_another_offices_dossiers_are_refused_row_by_row(database):
    header = [*HEADER, "Điểm tiếp nhận"]
    rows = [[*a_row(1), "H49.12.21"], [*a_row(2), "H49.99"]]

    report = kept(database, a_day(database, rows, header), keep_good=True)

    assert [row.outcome for row in report.rows] == ["registered", "refused"]
    assert report.rows[1].faults[0].field == "Điểm tiếp nhận"


def test_a_day_has_no_ten_thousandth_number(database):
    kept(database, a_day(database, [a_row(1, **{"Mã hồ sơ": ""})]))
    database.write_now(_use_up_the_day)

    report = kept(database, a_day(database, [a_row(2, **{"Mã hồ sơ": ""})]), keep_good=True)

    assert (report.kept, report.rows[0].outcome) == (False, RowOutcome.REFUSED)
    assert "9999" in report.rows[0].faults[0].vi


def _use_up_the_day(session: Session) -> None:
    session.connection().exec_driver_sql("UPDATE day_serial SET last = 9999")


def test_a_name_that_two_procedures_have_is_not_guessed(database):
    twice = write_csv(
        ["Mã thủ tục", "Tên thủ tục", "Cơ quan giải quyết", "Số ngày làm việc"],
        [["GPLX-09", "Đổi giấy phép lái xe ô tô", "CA-CSGT", 3]],
    )
    checked = imports.check_catalogue(Kind.PROCEDURES, twice, "a.csv")
    database.write_now(lambda s: imports.update_catalogue(s, checked))

    by_name = a_day(database, [a_row(1, **{"Thủ tục": "Đổi giấy phép lái xe ô tô"})])

    assert "cùng tên" in faults(by_name)["Thủ tục"]
    assert a_day(database, [a_row(1)]).rows[0].form.procedure == "GPLX-01"


def test_the_same_list_is_taken_in_on_both_databases(database_url):
    database = Database(database_url)
    database.write_now(load_sample_catalogue)

    report = kept(database, a_day(database, three_bad_among_five_hundred()[:30]), keep_good=True)
    again = kept(database, a_day(database, [a_row(1), a_row(200)]), keep_good=True)

    assert (report.good, again.good) == (29, 1)
    assert count(database) == 30
    database.close()


# Lists that come twice


def without_codes(*who: str) -> list[list[str]]:
    """Return rows of people by their telephones, one minute after the other."""
    return [
        a_row(1, **{"Mã hồ sơ": "", "Điện thoại": phone, "Ngày tiếp nhận": f"23/11/2026 08:3{n}"})
        for n, phone in enumerate(who)
    ]


HOA, TUAN, LAN = "0912345678", "0912345679", "0912345670"


def test_a_list_that_comes_again_names_what_is_there_and_registers_nothing(database):
    kept(database, a_day(database, without_codes(HOA, TUAN)))

    with pytest.raises(NothingImported) as refused:
        kept(database, a_day(database, without_codes(HOA, TUAN, LAN)))

    assert [row.outcome for row in refused.value.report.rows] == ["refused", "refused", "good"]
    assert [fault.field for fault in refused.value.faults] == ["2: Mã hồ sơ", "3: Mã hồ sơ"]
    assert "H49.12-261123-0001" in refused.value.faults[0].vi
    assert "--doubles keep" in refused.value.faults[0].en
    assert count(database) == 2


def test_of_a_double_in_the_list_itself_the_row_is_named(database):
    with pytest.raises(NothingImported) as refused:
        kept(database, a_day(database, without_codes(HOA, TUAN, HOA)))

    (fault,) = refused.value.faults
    assert fault.field == "4: Mã hồ sơ"
    assert "trùng với dòng 2:" in fault.vi
    assert "H49.12-" not in fault.vi, "its code is given back"


@pytest.mark.parametrize("coded", [True, False])
def test_doubles_are_passed_over_if_so_answered(database, coded):
    rows = [a_row(1), a_row(2)] if coded else without_codes(HOA, TUAN)
    kept(database, a_day(database, rows))
    more = [*rows, a_row(3)]

    report = kept(database, a_day(database, more), doubles=Doubles.SKIP)

    assert [row.outcome for row in report.rows] == ["skipped", "skipped", "registered"]
    assert report.rows[0].code == "H49.12-261123-0001"
    assert (report.good, report.skipped, report.refused, report.kept) == (1, 2, 0, True)
    assert count(database) == 3


def test_doubles_are_registered_if_so_answered_but_no_code_twice(database):
    kept(database, a_day(database, [a_row(1)]))
    rows = [a_row(1), a_row(2, **{"Điện thoại": HOA})]

    report = kept(database, a_day(database, rows), doubles=Doubles.KEEP, keep_good=True)

    assert [row.outcome for row in report.rows] == ["refused", "registered"]
    assert "đã được đăng ký" in report.rows[0].faults[0].vi


def test_another_persons_dossier_of_that_code_is_not_passed_over(database):
    kept(database, a_day(database, [a_row(1)]))
    other = a_row(1, **{"Họ tên": "Ông Ba", "Điện thoại": LAN})

    report = kept(database, a_day(database, [other]), doubles=Doubles.SKIP, keep_good=True)

    assert [row.outcome for row in report.rows] == ["refused"]


def test_a_list_of_nothing_but_doubles_keeps_nothing_and_is_no_fault(database):
    kept(database, a_day(database, without_codes(HOA)))

    report = kept(database, a_day(database, without_codes(HOA)), doubles=Doubles.SKIP)

    assert (report.good, report.skipped, report.refused) == (0, 1, 0)
    assert count(database) == 1


# The catalogue


def test_the_sample_catalogue_is_whole_and_may_be_loaded_twice(database):
    again = database.write_now(load_sample_catalogue)

    assert {row.outcome for report in again for row in report.rows} == {RowOutcome.UNCHANGED}
    assert [report.good for report in again] == [16, 11, 31]
    assert (count(database, Office), count(database, Authority)) == (16, 11)


def test_every_sample_office_that_is_open_today_can_give_out_dossier_codes(database):
    offices = database.read_now(lambda s: s.exec(select(Office)).all())
    rows = [[f"Hoa {office.code}", "TP-01", office.code] for office in offices]

    report = kept(
        database, a_day(database, rows, ["Họ tên", "Thủ tục", "Điểm tiếp nhận"]), keep_good=True
    )

    assert report.good == sum(office.valid_to is None for office in offices) == 4


def update(database: Database, kind: Kind, header: Any, rows: Any, **how: Any) -> ImportReport:
    checked = imports.check_catalogue(kind, write_csv(header, rows), "a.csv")
    return database.write_now(lambda s: imports.update_catalogue(s, checked, **how))


PROCEDURE = ["Mã thủ tục", "Tên thủ tục", "Cơ quan giải quyết", "Số ngày làm việc"]


def test_a_procedure_is_changed_by_its_code_and_columns_left_out_stay(database):
    report = update(
        database,
        Kind.PROCEDURES,
        [*PROCEDURE, "Hiệu lực đến"],
        [["CA-01", "Đăng ký thường trú", "CA-HSNV", 6, "31/12/2026"]],
    )

    row = database.read_now(
        lambda s: s.exec(select(Procedure).where(Procedure.code == "CA-01")).one()
    )
    assert report.rows[0].outcome is RowOutcome.CHANGED
    assert (row.limit, row.valid_to) == ((6, "working_day"), date(2026, 12, 31))
    assert (row.name_en, row.post_out) == ("Permanent residence registration", False)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["X-1", "Tên", "KHONG-CO", 5], "Cơ quan giải quyết"),
        (["X-1", "Tên", "CA-UB", "năm"], "Số ngày làm việc"),
        (["X-1", "Tên", "CA-UB", 401], "Số ngày làm việc"),
        (["X-1", "", "CA-UB", 5], "Tên thủ tục"),
        (["", "Tên", "CA-UB", 5], "Mã thủ tục"),
    ],
)
def test_a_procedure_that_cannot_be_right_is_refused(database, row, column):
    with pytest.raises(NothingImported) as refused:
        update(database, Kind.PROCEDURES, PROCEDURE, [["X-0", "Tên", "CA-UB", 5], row])

    assert refused.value.faults[0].field == f"3: {column}"
    assert count(database, Procedure) == 31


def test_a_procedure_does_not_end_before_it_begins(database):
    header = [*PROCEDURE, "Hiệu lực từ", "Hiệu lực đến"]

    report = update(
        database,
        Kind.PROCEDURES,
        header,
        [["X-1", "Tên", "CA-UB", 5, "2026-02-01", "2026-01-01"]],
        keep_good=True,
    )

    assert (report.kept, report.refused) == (False, 1)


def test_an_office_may_stand_under_one_of_an_earlier_row_only(database):
    header = ["Mã điểm tiếp nhận", "Trực thuộc", "Tên"]
    rows = [
        ["H50", "", "Trung tâm A"],
        ["H50.01", "H50", "Quầy B"],
        ["H51.01", "H51", "Quầy C"],
        ["Quầy D", "", "Quầy D"],
        ["H50", "", "Trung tâm A"],
    ]

    report = update(database, Kind.OFFICES, header, rows, keep_good=True)

    outcomes = [row.outcome for row in report.rows]
    assert outcomes == ["added", "added", "refused", "refused", "refused"]
    assert [row.faults[0].field for row in report.rows if row.faults] == [
        "Trực thuộc",
        "Mã điểm tiếp nhận",
        "Mã điểm tiếp nhận",
    ]


def test_an_authority_is_added_by_a_list_of_its_own(database):
    report = update(
        database, Kind.AUTHORITIES, ["code", "name", "phone"], [["SXD", "Sở Xây dựng", "1900"]]
    )

    assert report.rows[0].outcome is RowOutcome.ADDED
    assert count(database, Authority) == 12
