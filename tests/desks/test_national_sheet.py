"""The national database's own sheet of procedures, taken in as it is saved there."""

from io import BytesIO

import openpyxl
import pytest
from sqlmodel import select

from postal_tracker.desks import imports
from postal_tracker.desks.imports import Kind, NothingImported, RowOutcome, national
from postal_tracker.spreadsheets import write_csv, write_xlsx
from postal_tracker.storage.tables import Procedure

TITLES = [["ỦY BAN NHÂN DÂN PHƯỜNG UÔNG BÍ"], ["DANH MỤC THỦ TỤC HÀNH CHÍNH"], []]

HEADER = [
    *("STT", "Mã TTHC", "Tên TTHC", "Lĩnh vực", "Phí", "Lệ phí", "Cấp thực hiện"),
    *("Cơ quan thực hiện", "Cùng cấp", "02 cấp", "Phi địa giới", "Toàn trình", "Một phần"),
    *("Cung cấp thông tin", "Dịch vụ BCCI", "Quyết định số", "Trạng thái", "Ghi chú"),
]


def a_row(**changes):
    row = dict.fromkeys(HEADER, "") | {
        "STT": "1",
        "Mã TTHC": "1.005129",
        "Tên TTHC": "Đổi giấy phép lái xe",
        "Lĩnh vực": "Giao thông đường bộ",
        "Phí": "135.000 đồng",
        "Lệ phí": "Không",
        "Cấp thực hiện": "Cấp tỉnh",
        "Cơ quan thực hiện": "Phòng Cảnh sát giao thông",
        "Toàn trình": "x",
        "Dịch vụ BCCI": "Có",
        "Trạng thái": "Công khai",
    }
    return list((row | changes).values())


def take_in(centre, rows, *, header=HEADER, titles=(), xlsx=False, keep_good=False, **defaults):
    known = centre.database.read_now(lambda s: imports.known(s, **defaults))
    # the first row of a written table are its headings: with titles the whole sheet moves down
    lines = [*([*title, *[""] * (len(header) - len(title))] for title in titles), header, *rows]
    data = (write_xlsx if xlsx else write_csv)(lines[0], lines[1:])
    name = "tthc.xlsx" if xlsx else "tthc.csv"
    checked = imports.check_catalogue(Kind.PROCEDURES, data, name, known=known)
    keep = imports.update_catalogue
    return centre.database.write_now(lambda s: keep(s, checked, keep_good=keep_good))


def procedure(centre, code):
    find = select(Procedure).where(Procedure.code == code)
    return centre.database.read_now(lambda s: s.exec(find).one())


def refused(centre, rows, **how):
    with pytest.raises(NothingImported) as nothing:
        take_in(centre, rows, **how)
    return [{f.field: f.vi for f in row.faults} for row in nothing.value.report.rows]


@pytest.mark.parametrize("xlsx", [False, True])
@pytest.mark.parametrize("titles", [[], TITLES])
def test_the_sheet_is_known_by_its_headings_below_titles_too(any_centre, titles, xlsx):
    report = take_in(any_centre, [a_row()], titles=titles, xlsx=xlsx, limit="5 ngày làm việc")

    assert [row.outcome for row in report.rows] == [RowOutcome.ADDED]
    found = procedure(any_centre, "1.005129")
    assert (found.name_vi, found.field) == ("Đổi giấy phép lái xe", "Giao thông đường bộ")
    assert (found.fee, found.charge, found.level) == (135_000, 0, "province")
    assert (found.online, found.post_out, found.post_back) == ("full", True, True)
    assert (found.limit.number, found.limit.unit) == (5, "working_day")
    assert "Quyết định số" in report.ignored


def test_headings_without_marks_and_codes_that_lost_their_zeros_are_understood(centre):
    header = ["stt", "ma tthc", "ten tthc", "co quan thuc hien"]
    rows = [["1", "1.0051", "Đổi thẻ", "pc08"]]

    take_in(centre, rows, header=header, limit="8 giờ")

    assert procedure(centre, "1.005100").limit.unit == "hour"


def test_what_is_there_keeps_its_limit_also_under_the_centres_own_code(centre):
    def named(session):
        own = session.exec(select(Procedure).where(Procedure.code == "GPLX-01")).one()
        own.national_code = "1.005129"
        session.add(own)

    centre.database.write_now(named)

    report = take_in(centre, [a_row()], limit="9 tháng")

    assert [row.outcome for row in report.rows] == [RowOutcome.CHANGED]
    found = procedure(centre, "GPLX-01")
    assert (found.limit.number, found.limit.unit) == (5, "working_day")
    assert (found.national_code, found.fee) == ("1.005129", 135_000)


def test_a_new_procedure_without_a_limit_is_refused_with_what_to_do(centre):
    [told] = refused(centre, [a_row()])

    assert "--limit" in told["Thời hạn giải quyết"]


def test_an_authority_nobody_knows_is_refused_unless_one_stands_in(centre):
    row = a_row(**{"Cơ quan thực hiện": "Ủy ban nhân dân cấp xã"})

    [told] = refused(centre, [row], limit="5")
    take_in(centre, [row], limit="5", authority="VPDK")

    assert "--authority" in told["Cơ quan thực hiện"]
    assert procedure(centre, "1.005129")


def test_a_fee_that_is_no_fixed_sum_is_left_open(centre):
    take_in(centre, [a_row(Phí="Theo Thông tư 37/2023/TT-BTC")], limit="5")

    assert procedure(centre, "1.005129").fee is None


def test_what_has_ended_is_refused_and_the_rest_is_kept_if_one_says_so(centre):
    rows = [a_row(), a_row(**{"Mã TTHC": "1.005130", "Trạng thái": "Hết hiệu lực"})]

    told = refused(centre, rows, limit="5")
    report = take_in(centre, rows, limit="5", keep_good=True)

    assert [list(row) for row in told] == [[], ["Trạng thái"]]
    assert (report.good, report.refused) == (1, 1)


@pytest.mark.parametrize(
    ("ticked", "online"),
    [("Một phần", "partial"), ("Cung cấp thông tin", "information"), ("Ghi chú", "none")],
)
def test_how_far_it_is_online_is_what_was_ticked(centre, ticked, online):
    take_in(centre, [a_row(**{"Toàn trình": "", ticked: "X"})], limit="5")

    assert procedure(centre, "1.005129").online == online


# Headings of two rows

ABOVE = [
    *("STT", "Mã TTHC", "Tên TTHC", "Lĩnh vực", "Phí, lệ phí", "", "Cấp thực hiện", ""),
    *("Cơ quan thực hiện", "Dịch vụ công trực tuyến", "", "", "Dịch vụ BCCI", "Trạng thái"),
]
BELOW = [
    *("", "", "", "", "Phí", "Lệ phí", "Cùng cấp", "02 cấp"),
    *("", "Toàn trình", "Một phần", "Cung cấp thông tin", "(có/không)", ""),
]
ROW = [
    *("1", "1.005129", "Đổi giấy phép lái xe", "Giao thông", "135.000", "Không", "x", ""),
    *("Phòng Cảnh sát giao thông", "", "x", "", "Có", "Công khai"),
]


def merged(above):
    """As some programs save it: what was merged stands in each of its cells."""
    return [above[n] or above[n - 1] or above[n - 2] for n in range(len(above))]


@pytest.mark.parametrize("xlsx", [False, True])
@pytest.mark.parametrize("titles", [[], TITLES])
@pytest.mark.parametrize("above", [ABOVE, merged(ABOVE)])
def test_groups_may_stand_above_the_headings(any_centre, above, titles, xlsx):
    report = take_in(
        any_centre, [BELOW, ROW], header=above, titles=titles, xlsx=xlsx, limit="5 ngày làm việc"
    )

    [row] = report.rows
    assert (row.outcome, row.row) == (RowOutcome.ADDED, len(titles) + 3)
    found = procedure(any_centre, "1.005129")
    assert (found.fee, found.charge, found.online) == (135_000, 0, "partial")
    assert (found.post_out, found.field) == (True, "Giao thông")
    assert {"Cùng cấp", "02 cấp"} <= set(report.ignored)


def test_a_workbook_with_merged_headings_is_read_as_it_is_saved(centre):
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (ABOVE, BELOW, ROW):
        sheet.append([cell or None for cell in cells])
    for n, letter in enumerate("ABCDIMN"):
        assert n < 7
        sheet.merge_cells(f"{letter}1:{letter}{1 if letter == 'M' else 2}")
    for span in ("E1:F1", "G1:H1", "J1:L1"):
        sheet.merge_cells(span)
    saved = BytesIO()
    book.save(saved)

    checked = imports.check_catalogue(
        Kind.PROCEDURES,
        saved.getvalue(),
        "tthc.xlsx",
        known=centre.database.read_now(lambda s: imports.known(s, limit="8 giờ")),
    )

    [row] = checked.rows
    assert (row.row, row.form.code, row.form.online) == (3, "1.005129", "partial")


def test_names_that_stand_below_two_groups_are_told_apart():
    above = ["Mã TTHC", "Tên TTHC", "Nộp", "", "Trả", ""]
    below = ["", "", "Có", "Không", "Có", "Không"]
    assert national.joined(above, below) == [
        *("Mã TTHC", "Tên TTHC", "Nộp: Có", "Nộp: Không", "Trả: Có", "Trả: Không")
    ]


@pytest.mark.parametrize(
    "second",
    [
        ["1.005129", "Đổi thẻ", "x", "", "", ""],
        ["", "Đổi thẻ", "x", "", "x", ""],
        ["", "", "", "", "", ""],
        ["", "", "Có", "", "x", ""],
    ],
)
def test_a_row_of_data_is_not_taken_for_headings(second):
    header = ["Mã TTHC", "Tên TTHC", "Lĩnh vực", "Phí", "Lệ phí", "Trạng thái"]
    assert national.joined(header, second) == []
