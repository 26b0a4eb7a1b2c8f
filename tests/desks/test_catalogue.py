"""What the catalogue says of authorities and procedures, and which version of one holds."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import select

from postal_tracker.core.time_limits import Limit, Unit
from postal_tracker.desks import imports
from postal_tracker.desks.common import procedure_on
from postal_tracker.desks.imports import Kind, NothingImported, RowOutcome
from postal_tracker.spreadsheets import write_csv
from postal_tracker.storage.tables import Authority, Dossier, Office, Procedure, ProcedureVersion


@pytest.fixture
def centre(any_centre):
    return any_centre


def brought_in(centre, kind, header, rows, **how):
    checked = imports.check_catalogue(kind, write_csv(header, rows), "a.csv")
    return centre.database.write_now(lambda s: imports.update_catalogue(s, checked, **how))


def refused(centre, kind, header, rows):
    """Return what is said of the only row, by column."""
    with pytest.raises(NothingImported) as nothing:
        brought_in(centre, kind, header, rows)
    [row] = nothing.value.report.rows
    return {fault.field: fault.vi for fault in row.faults}


def the(centre, table, code):
    return centre.database.read_now(lambda s: s.exec(select(table).where(table.code == code)).one())


GPLX = ["Mã thủ tục", "Tên thủ tục", "Cơ quan giải quyết", "Thời hạn giải quyết"]


def test_a_procedure_says_what_it_costs_what_it_asks_for_and_how_it_is_lodged(centre):
    header = [*GPLX, "Mã quốc gia", "Lĩnh vực", "Cấp thực hiện", "Dịch vụ công trực tuyến", "Phí"]
    header += ["Lệ phí", "Thành phần hồ sơ", "Nộp trực tiếp", "Dữ liệu mẫu"]
    row = ["GPLX-01", "Đổi giấy phép lái xe", "PC08", "5", "1.005129", "Giao thông", "Cấp tỉnh"]
    row += [
        "Toàn trình",
        "135.000 đồng",
        "Miễn phí",
        "Đơn đề nghị; Giấy khám sức khỏe",
        "có",
        "mẫu",
    ]

    brought_in(centre, Kind.PROCEDURES, header, [row])

    asked = the(centre, Procedure, "GPLX-01")
    assert (asked.national_code, asked.field, asked.level) == ("1.005129", "Giao thông", "province")
    assert (asked.online, asked.direct, asked.fee, asked.charge) == ("full", True, 135_000, 0)
    assert asked.papers.splitlines() == ["Đơn đề nghị", "Giấy khám sức khỏe"]
    assert asked.data_status == "sample"


def test_what_a_list_does_not_say_of_a_procedure_stays(centre):
    brought_in(centre, Kind.PROCEDURES, [*GPLX, "Phí"], [["GPLX-01", "Đổi", "PC08", "5", "9000"]])

    brought_in(centre, Kind.PROCEDURES, GPLX, [["GPLX-01", "Đổi bằng", "PC08", "5"]])

    assert the(centre, Procedure, "GPLX-01").fee == 9000


@pytest.mark.parametrize(
    ("column", "cell", "told"),
    [
        ("Mã quốc gia", "GT-5129", "1.005129"),
        ("Phí", "theo quy định", "số đồng"),
        ("Phí", "9" * 15, ""),
        ("Dịch vụ công trực tuyến", "mức độ 9", "Toàn trình"),
        ("Cấp thực hiện", "Cấp làng", "Cấp xã"),
        ("Thành phần hồ sơ", ";".join(str(n) for n in range(61)), ""),
    ],
)
def test_what_no_procedure_can_have_is_refused_with_its_column(centre, column, cell, told):
    row = ["GPLX-01", "Đổi", "PC08", "5", cell]

    said = refused(centre, Kind.PROCEDURES, [*GPLX, column], [row])

    assert list(said) == [column]
    assert told in said[column]


def test_authorities_are_of_a_branch_of_the_administration(centre):
    header = ["Mã cơ quan", "Tên cơ quan", "Khối cơ quan"]
    rows = [["PC08", "Phòng CSGT", "công an"], ["THUE", "Thuế cơ sở", "Tax"]]

    brought_in(centre, Kind.AUTHORITIES, header, rows)

    assert the(centre, Authority, "PC08").group == "police"
    assert the(centre, Authority, "THUE").group == "tax"
    assert the(centre, Authority, "VPDK").group == "other"


def test_an_office_that_ended_names_all_that_took_over_from_it(centre):
    header = ["Mã điểm tiếp nhận", "Tên điểm tiếp nhận", "Hiệu lực đến", "Đơn vị kế thừa"]
    row = ["H49.12", "Trung tâm", "30/06/2025", "H49.12.21, H49.12.22;H49.12.23"]

    brought_in(centre, Kind.OFFICES, header, [row])

    office = the(centre, Office, "H49.12")
    assert office.successors.split() == ["H49.12.21", "H49.12.22", "H49.12.23"]


def test_a_dossier_goes_by_the_version_of_its_day_of_receipt(centre):
    header = [*GPLX, "Hiệu lực từ", "Tính thời gian bưu chính vào thời hạn"]
    row = ["GPLX-01", "Đổi mới", "VPDK", 3, "20/11/2026", "không"]
    brought_in(centre, Kind.PROCEDURES, header, [row])

    today = centre.a_dossier()
    before = centre.a_dossier(received_at=datetime(2026, 11, 19, 1, tzinfo=UTC))

    dossiers = centre.database.read_now(lambda s: s.exec(select(Dossier)).all())
    limits = {d.code: (d.limit.number, d.authority_id, d.post_counts) for d in dossiers}
    land, police = the(centre, Authority, "VPDK").id, the(centre, Authority, "PC08").id
    assert limits == {today: (3, land, False), before: (5, police, True)}


def test_versions_may_follow_one_another_and_coming_again_change_nothing(centre):
    header = [*GPLX, "Hiệu lực từ"]
    rows = [["DD-01", "Đất", "VPDK", n, f"0{n}/11/2026"] for n in (4, 6, 8)]

    brought_in(centre, Kind.PROCEDURES, header, rows)
    again = brought_in(centre, Kind.PROCEDURES, header, rows[-1:])

    assert [row.outcome for row in again.rows] == [RowOutcome.UNCHANGED]
    days = [date(2026, 11, n) for n in range(3, 10)]
    found = centre.database.read_now(
        lambda s: {day.day: procedure_on(s, "DD-01", day).limit.number for day in days}
    )
    assert found == {3: 10, 4: 4, 5: 4, 6: 6, 7: 6, 8: 8, 9: 8}


def test_a_list_that_names_no_later_day_corrects_what_holds(centre):
    brought_in(centre, Kind.PROCEDURES, GPLX, [["DD-01", "Đất", "VPDK", "9 ngày"]])

    versions = centre.database.read_now(lambda s: s.exec(select(ProcedureVersion)).all())
    assert not versions
    assert the(centre, Procedure, "DD-01").limit == Limit(9, Unit.DAY)
