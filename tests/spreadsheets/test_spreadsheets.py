"""Tables as files: what Excel must show, must not run, and what must not harm us."""

import csv
import tracemalloc
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from postal_tracker.core.problems import Invalid, TooLarge
from postal_tracker.spreadsheets import (
    SURPLUS,
    put_csv,
    put_xlsx,
    read_rows,
    write_csv,
    write_xlsx,
)

LAN = ["Họ tên", "Điện thoại"]
HALF_PAST_EIGHT = datetime(2026, 11, 23, 8, 30)  # noqa: DTZ001 - spreadsheets know no zones

HOSTILE = [
    "=1+1",
    "+1+1",
    "-1+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\0=1+1",
    "  =1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20A1",
    '=HYPERLINK("http://xấu.example","bấm")',
    "Lan;=1+1",
    'Lan";"=1+1',
    "Lan\n=1+1",
]


def rows_of(data: bytes, filename: str = "a.csv", **bounds: int) -> list[dict[str, str]]:
    return [cells for _, cells in read_rows(data, filename, **bounds)[1]]


def workbook(*rows: Sequence[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook in which one part is replaced."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return file.getvalue()


# CSV, out


def test_excel_is_told_that_the_file_is_utf8():
    assert write_csv(LAN, [["Nguyễn Thị Lan", ""]]).startswith(b"\xef\xbb\xbfH\xe1\xbb\x8d t")


def test_a_csv_is_written_as_rfc_4180_says():
    data = write_csv(["a", "b"], [['nói "vâng"', "hai\ndòng"], ["một, hai", 3]])

    assert data[3:].decode() == 'a,b\r\n"nói ""vâng""","hai\ndòng"\r\n"một, hai",3\r\n'


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_cell_of_a_csv_begins_like_a_formula_whatever_separates_cells(text, separator):
    file = StringIO(write_csv(LAN, [[text, "Lan"]]).decode("utf-8-sig"), newline="")

    cells = [cell for row in csv.reader(file, delimiter=separator) for cell in row]

    assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=2, max_size=2))
def test_no_text_at_all_breaks_a_csv_or_an_xlsx(texts):
    (cells,) = rows_of(write_csv(["a", "b"], [["x", *texts[:1]]]))
    write_xlsx(["a", "b"], [texts])

    assert cells["a"] == "x"
    assert SURPLUS not in cells


@pytest.mark.parametrize("sign", ["\ufffe", "\uffff", "\x0b", "\x7f", "\x9f", "\udc00"])
def test_a_sign_that_xml_cannot_hold_is_left_out_of_a_cell(sign):
    text = f"Đỗ {sign}Thị {sign}"

    assert rows_of(write_csv(["a"], [[text]])) == [{"a": "Đỗ Thị"}]
    assert rows_of(write_xlsx(["a"], [[text]]), "a.xlsx") == [{"a": "Đỗ Thị"}]


def test_half_a_character_does_not_break_a_file():
    assert rows_of(write_csv(["a"], [["Lan\ud800"]])) == [{"a": "Lan"}]
    assert rows_of(write_xlsx(["a"], [["Lan\ud800\x07"]]), "a.xlsx") == [{"a": "Lan"}]


def test_numbers_stay_numbers_and_times_are_local():
    eight = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    data = write_csv(["a", "b", "c", "d"], [[-5, date(2026, 11, 23), eight, None]])

    assert data.decode("utf-8-sig").splitlines()[1] == "-5,2026-11-23,2026-11-23 08:00,"


@pytest.mark.parametrize("text", ["+84912345678", "-", "@lan", "=1+1", "O'Neil", "'quoted'"])
def test_what_we_wrote_we_read_back_as_it_was(text):
    assert rows_of(write_csv(["a"], [[text]])) == [{"a": text}]
    assert rows_of(write_xlsx(["a"], [[text]]), "a.xlsx") == [{"a": text}]


# XLSX, out


@pytest.mark.parametrize("text", [*HOSTILE, "#N/A", "0912345678", "1e5", "https://a.example"])
def test_text_in_a_workbook_is_text(text):
    sheet = openpyxl.load_workbook(BytesIO(write_xlsx([text], [[text]], title=text))).active

    assert [row[0].data_type for row in sheet.iter_rows()] == ["s", "s"]


def test_a_workbook_has_dates_a_bold_header_that_stays_and_columns_wide_enough():
    half_past = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    data = write_xlsx(["Lúc", "Ngày"], [[half_past, date(2026, 11, 23)]], title="Quá hạn [1/2]: *?")

    sheet = openpyxl.load_workbook(BytesIO(data)).active

    assert sheet["A2"].value == HALF_PAST_EIGHT
    assert sheet["A2"].is_date
    assert sheet["B2"].number_format == "dd/mm/yyyy"
    assert sheet["A1"].font.bold
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["A"].width >= 16


# CSV, in


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_a_csv_is_read_as_excel_writes_it(separator, encoding):
    text = separator.join(LAN) + "\r\n\r\n" + separator.join(["Đỗ Thị Hoa", "0912345678"]) + "\r\n"
    data = text.encode(encoding)
    data = b"\xfe\xff" + data if encoding == "utf-16-be" else data

    header, rows = read_rows(data, "DANH SACH.CSV")

    assert header == LAN
    assert list(rows) == [(3, {"Họ tên": "Đỗ Thị Hoa", "Điện thoại": "0912345678"})]


def test_a_separator_inside_quotes_does_not_mislead():
    data = 'Họ tên;"Xã, phường, đặc khu"\nLan;Uông Bí\n'.encode()

    assert rows_of(data) == [{"Họ tên": "Lan", "Xã, phường, đặc khu": "Uông Bí"}]


def test_an_old_vietnamese_encoding_is_refused_with_the_way_out():
    data = "Họ tên\nĐỗ Thị Hoà\n".replace("ọ", "o").replace("ỗ", "ô").replace("ị", "i")

    with pytest.raises(Invalid, match="CSV UTF-8") as refused:
        read_rows(data.encode("cp1258"), "a.csv")[1]

    assert refused.value.slug == "not-utf-8"
    assert "Windows-1258" in refused.value.vi


def test_a_row_longer_than_its_headings_is_noticed():
    data = "Họ tên,Địa chỉ\nLan,12 Quang Trung, Uông Bí\nHoa,\n".encode()

    assert [row.get(SURPLUS) for row in rows_of(data)] == ["Uông Bí", None]


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf", b"\n\n", b"a,b,a\n", b"PK\x03\x04\0\0", b"\0"]
)
def test_a_csv_that_is_no_table_is_refused(data):
    with pytest.raises(Invalid):
        read_rows(data, "a.csv")


@pytest.mark.parametrize("data", [b'a,b\n"Lan,1\n', b'a\n"Lan"x\n', b"a\n" + b"x" * 200_000])
def test_a_csv_whose_cells_run_into_one_another_is_refused(data):
    with pytest.raises(Invalid, match=r"Line \d+"):
        rows_of(data)


@pytest.mark.parametrize("name", ["a.xls", "a.xlsm", "a.pdf", "a", "../../etc/passwd", "csv", ""])
def test_other_files_are_refused_by_name(name):
    with pytest.raises(Invalid, match=r"\.xlsx"):
        read_rows(b"a\n1\n", name)


def test_a_hundred_thousand_rows_are_read_and_one_more_is_refused():
    data = b"a\n" + b"1\n" * 100_000

    assert sum(1 for _ in read_rows(data, "a.csv")[1]) == 100_000
    with pytest.raises(TooLarge):
        rows_of(data + b"1\n")


def test_ten_megabytes_are_read_and_one_byte_more_is_refused(tmp_path: Path):
    file = tmp_path / "a.csv"
    file.write_bytes((b"a\n" + (b" " * 65_535 + b"\n") * 160)[: 10 * 1024 * 1024])
    assert list(read_rows(file, file.name)[1]) == []

    file.write_bytes(file.read_bytes() + b"\n")
    with pytest.raises(TooLarge, match="10 MB"):
        read_rows(file, file.name)


# XLSX, in


def test_numbers_and_dates_of_a_workbook_come_as_people_write_them():
    data = workbook(
        ["a", "b", "c", "d", "e", "f"],
        [912345678.0, 22099123456, HALF_PAST_EIGHT, date(2026, 11, 23), True, 1.5],
    )

    (row,) = rows_of(data, "a.xlsx")

    assert list(row.values()) == [
        "912345678",
        "22099123456",
        "2026-11-23 08:30",
        "2026-11-23",
        "True",
        "1.5",
    ]


def test_a_formula_is_shown_and_not_worked_out():
    data = workbook(["a", "b"], ["=1+1", "x"])

    assert rows_of(data, "a.xlsx") == [{"a": "=1+1", "b": "x"}]


def test_empty_rows_count_but_are_passed_over():
    data = workbook([], ["a"], [], ["1"], [" "], ["2"])

    assert list(read_rows(data, "a.xlsx")[1]) == [(4, {"a": "1"}), (6, {"a": "2"})]


def test_a_workbook_of_too_many_rows_is_refused():
    data = workbook(["a"], *[[n] for n in range(11)])

    with pytest.raises(TooLarge):
        rows_of(data, "a.xlsx", most_rows=10)


def test_a_workbook_that_unpacks_beyond_measure_is_refused():
    bomb = with_part(workbook(["a"], ["1"]), "xl/worksheets/sheet1.xml", b" " * (101 * 1024 * 1024))
    assert len(bomb) < 200_000

    with pytest.raises(TooLarge):
        rows_of(bomb, "a.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_with_entities_is_refused(encoding):
    laughs = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "ha">]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>'
    ).encode(encoding)

    with pytest.raises(Invalid):
        rows_of(with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", laughs), "a.xlsx")


def test_a_cell_that_claims_to_lie_at_the_end_of_the_world_takes_no_time():
    far = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="str"><v>a</v></c></row>'
        '<row r="99999999999"><c r="A99999999999" t="str"><v>x</v></c></row>'
        "</sheetData></worksheet>"
    ).encode("ascii")

    assert rows_of(with_part(workbook(["a"]), "xl/worksheets/sheet1.xml", far), "a.xlsx") == []


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"Ho ten\nLan\n", b"\xd0\xcf\x11\xe0old"])
def test_a_workbook_that_is_none_is_refused(data):
    with pytest.raises(Invalid, match="Excel"):
        read_rows(data, "a.xlsx")


def test_a_zip_that_holds_no_workbook_is_refused():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")

    with pytest.raises(Invalid):
        read_rows(file.getvalue(), "a.xlsx")


@given(st.data())
def test_a_damaged_workbook_is_read_or_refused_never_more(data):
    whole = bytearray(_WHOLE)
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))

    with suppress(Invalid, TooLarge):
        rows_of(bytes(whole), "a.xlsx")


_WHOLE = workbook(LAN, ["Lan", 912345678], ["=A1", HALF_PAST_EIGHT])


# What Excel truly saves


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hai_x000D_\ndòng", "hai\ndòng"),
        ("hai_x000D__x000A_dòng", "hai\ndòng"),
        ("hai_x000d_dòng", "hai\ndòng"),
        ("hai_x000A_dòng", "hai\ndòng"),
        ("trước_x0009_sau", "trước\tsau"),
        ("Lan_x000D_", "Lan"),
        ("Nguy_x1EC5_n", "Nguyễn"),
        ("_x005F_x000D_", "_x000D_"),
        ("ho_xten_", "ho_xten_"),
    ],
)
@pytest.mark.parametrize("filename", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize("where", ["cell", "heading"])
def test_signs_that_xml_spells_out_are_read_as_what_they_stand_for(filename, where, text, meant):
    """Written by hand: openpyxl's own writer leaves such text as it is."""
    rows = [["a", "b"], ["1", text]] if where == "cell" else [[text, "b"], ["1", "2"]]
    data = workbook(*rows) if filename == "a.xlsx" else "\n".join(_quoted(r) for r in rows).encode()

    header, found = read_rows(data, filename)

    read = next(found)[1]["b"] if where == "cell" else header[0]
    assert read == (meant if where == "cell" else " ".join(meant.split()))


def _quoted(cells: Sequence[str]) -> str:
    return ",".join(f'"{cell}"' for cell in cells)


@pytest.mark.parametrize("text", ["_x000D_", "a_x0041_b", "_x005F_", "_x005F_x000D_", "_x00_"])
def test_what_we_write_comes_back_though_it_looks_spelt_out(text):
    assert rows_of(write_xlsx(["a"], [[text]]), "a.xlsx") == [{"a": text}]


STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    ),
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def strict(data: bytes) -> bytes:
    """Return a workbook as "Strict Open XML Spreadsheet" has it."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, part in parts.items():
        for usual, theirs in STRICT.items():
            part = part.replace(usual, theirs)
        data = with_part(data, name, part)
    return data


def test_a_strict_workbook_is_read_like_any_other():
    rows = [
        ["Họ tên", "Số", "Ngày", "Công thức"],
        ["Nguyễn Thị Lan", 1085012345, HALF_PAST_EIGHT, "=1+1"],
    ]

    assert rows_of(strict(workbook(*rows)), "a.xlsx") == rows_of(workbook(*rows), "a.xlsx")
    assert rows_of(strict(workbook(*rows)), "a.xlsx")[0]["Ngày"] == "2026-11-23 08:30"


def test_a_date_that_a_strict_workbook_spells_out_is_a_date():
    data = strict(workbook(["Ngày"], ["x"]))
    sheet = (
        b'<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>day</t></is></c></row>'
        b'<row r="2"><c r="A2" t="d"><v>2026-11-23T08:30:00</v></c></row>'
        b"</sheetData></worksheet>"
    )

    read = rows_of(with_part(data, "xl/worksheets/sheet1.xml", sheet), "a.xlsx")

    assert read == [{"day": "2026-11-23 08:30"}]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("heading", "read"),
    [
        ("Họ{end}tên", "Họ tên"),
        ("{end}Họ tên", "Họ tên"),
        ("Họ tên (ghi; rõ, đủ){end}(*)", "Họ tên (ghi; rõ, đủ) (*)"),
        ('Họ ""và{end}tên""', 'Họ "và tên"'),
    ],
)
def test_a_first_heading_may_have_line_breaks_and_separators(separator, end, heading, read):
    first = heading.format(end=end)
    text = f'"{first}"{separator}SĐT{separator}Ghi chú{end}Lan{separator}1{separator}x{end}'

    assert rows_of(text.encode("utf-8-sig")) == [{read: "Lan", "SĐT": "1", "Ghi chú": "x"}]


@pytest.mark.covering
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("said", ["sep={}", "SEP={}", '"sep={}"', "sep={};;"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_may_say_what_separates_its_cells(separator, said, end, encoding):
    text = f"{said.format(separator)}{end}a{separator}b{end}Lan, Hoa; Tuấn{separator}2{end}"
    if separator in ",;":
        text = text.replace("Lan, Hoa; Tuấn", '"Lan, Hoa; Tuấn"')

    header, rows = read_rows(text.encode(encoding), "a.csv")

    assert header == ["a", "b"]
    assert list(rows) == [(2, {"a": "Lan, Hoa; Tuấn", "b": "2"})]


def most_memory(put, count: int) -> int:
    """Return how many bytes writing so many rows takes at its height."""
    rows = ([f"H49.12-261126-{n:04}", "Nguyễn Thị Lan"] for n in range(count))
    with TemporaryFile() as file:
        tracemalloc.start()
        put(file, ["Mã", "Tên"], rows)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert file.tell() > 5_000
    return most


@pytest.mark.parametrize("put", [put_csv, put_xlsx])
def test_a_long_table_takes_no_more_memory_than_a_short_one(put):
    most_memory(put, 300)  # what is loaded at the first use

    assert most_memory(put, 5_000) < 1.5 * most_memory(put, 1_000) + 100_000
