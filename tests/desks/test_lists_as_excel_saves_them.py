"""What a spreadsheet does to numbers and codes on their way to us, and what we make of it."""

from collections.abc import Callable
from typing import Any

import pytest

from postal_tracker.core.problems import Invalid
from postal_tracker.desks import imports
from postal_tracker.desks.imports import Checked, Kind
from postal_tracker.spreadsheets import write_csv, write_xlsx

PROCEDURES = {
    "gplx-01": "GPLX-01",
    "1.005100": "1.005100",
    "1.010000": "1.010000",
    "2.000000": "2.000000",
    "3": "3",
    "3.000000": "3.000000",
}

WRITERS = {"a.csv": write_csv, "a.xlsx": write_xlsx}

formats = pytest.mark.parametrize("filename", WRITERS)


def a_list(filename: str, header: list[str], row: list[Any]) -> Checked:
    data = WRITERS[filename](header, [row])
    return imports.check_dossiers(data, filename, procedures=PROCEDURES)


def the_form(checked: Checked) -> Any:
    (row,) = checked.rows
    assert not row.faults
    return row.form


def the_fault(checked: Checked) -> tuple[str, str, str]:
    (row,) = checked.rows
    (fault,) = row.faults
    return fault.field, fault.vi, fault.en


def with_id(filename: str, number: Any) -> Checked:
    header = ["Họ tên", "Thủ tục", "Số CCCD"]
    return a_list(filename, header, ["Bà Hoa", "GPLX-01", number])


@formats
@pytest.mark.parametrize(
    ("number", "meant"),
    [
        (1085012345, "001085012345"),
        (22199001234, "022199001234"),
        ("22199001234", "022199001234"),
        (96300012345, "096300012345"),
        (8085012345, "008085012345"),
        ("1085012345.0", "001085012345"),
        ("1085012345,0", "001085012345"),
        (1085012345.0, "001085012345"),
        ("022199001234", "022199001234"),
        ("127199001234", "127199001234"),
        (123456789, "123456789"),
        ("012345678", "012345678"),
        ("B1234567", "B1234567"),
        ("c1234567", "C1234567"),
    ],
)
def test_an_identity_number_gets_back_the_zeros_that_a_spreadsheet_took(filename, number, meant):
    assert the_form(with_id(filename, number)).applicant.id_number == meant


@formats
@pytest.mark.parametrize(
    "number",
    [
        12345678,  # a CMND without its zero, or anything
        1234567,
        123456,
        3085012345,  # there is no province 003
        97199001234,  # none with 097
        22999001234,  # nobody is born after 2099
        9085012345,
        1234567890123,
    ],
)
def test_an_identity_number_that_zeros_do_not_complete_is_refused_with_a_hint(filename, number):
    column, vi, en = the_fault(with_id(filename, number))

    assert column == "Số CCCD"
    assert f"có {len(str(number))} chữ số" in vi
    assert "Văn bản (Text)" in vi
    assert "as Text" in en


@formats
@pytest.mark.parametrize(
    ("code", "meant"),
    [
        (1.0051, "1.005100"),
        (1.01, "1.010000"),
        (2, "2.000000"),
        (2.0, "2.000000"),
        ("1.0051", "1.005100"),
        ("1,0051", "1.005100"),
        ("1,01", "1.010000"),
        ("1.005100", "1.005100"),
        (3, "3"),  # a code of the centre's own goes before
        ("gplx-01", "GPLX-01"),
    ],
)
def test_a_national_procedure_code_is_known_though_it_became_a_number(filename, code, meant):
    checked = a_list(filename, ["Họ tên", "Mã thủ tục"], ["Bà Hoa", code])

    assert the_form(checked).procedure == meant


@formats
@pytest.mark.parametrize(
    ("code", "named"), [(1.0052, "1.005200"), (4, "4.000000"), ("1,1", "1.100000")]
)
def test_a_number_that_is_no_procedure_is_refused_with_a_hint(filename, code, named):
    column, vi, _ = the_fault(a_list(filename, ["Họ tên", "Mã thủ tục"], ["Bà Hoa", code]))

    assert column == "Mã thủ tục"
    assert f"Không có thủ tục {named}" in vi
    assert "Văn bản (Text)" in vi


PROCEDURE = ["Mã thủ tục", "Tên thủ tục", "Cơ quan giải quyết", "Số ngày làm việc"]


def catalogued(kind: Kind, filename: str, header: list[str], row: list[Any]) -> Checked:
    return imports.check_catalogue(kind, WRITERS[filename](header, [row]), filename)


@formats
@pytest.mark.parametrize(
    ("code", "meant"),
    [(1.0051, "1.005100"), (1.01, "1.010000"), ("1,0051", "1.005100"), ("GPLX-01", "GPLX-01")],
)
def test_a_catalogue_keeps_national_codes_whole(filename, code, meant):
    row = [code, "Đổi giấy phép lái xe", "CA-CSGT", 5]

    assert the_form(catalogued(Kind.PROCEDURES, filename, PROCEDURE, row)).code == meant


@formats
def test_a_catalogue_does_not_guess_what_a_single_digit_was(filename):
    row = [2, "Đổi giấy phép lái xe", "CA-CSGT", 5]

    column, vi, _ = the_fault(catalogued(Kind.PROCEDURES, filename, PROCEDURE, row))

    assert column == "Mã thủ tục"
    assert "2.000000" in vi


def applicants_phone(filename: str, number: Any) -> str:
    header = ["Họ tên", "Thủ tục", "Điện thoại"]
    return str(the_form(a_list(filename, header, ["Hoa", "GPLX-01", number])).applicant.phone)


def offices_phone(filename: str, number: Any) -> str:
    header = ["Mã điểm tiếp nhận", "Tên", "Điện thoại"]
    return str(the_form(catalogued(Kind.OFFICES, filename, header, ["H49", "A", number])).phone)


def authoritys_phone(filename: str, number: Any) -> str:
    header = ["Mã cơ quan", "Tên", "Điện thoại"]
    return str(the_form(catalogued(Kind.AUTHORITIES, filename, header, ["S", "A", number])).phone)


@formats
@pytest.mark.parametrize(
    ("phone_of", "number", "meant"),
    [
        (applicants_phone, 912345678, "+84912345678"),
        (applicants_phone, 2033812345, "+842033812345"),
        (applicants_phone, 84912345678, "+84912345678"),
        (applicants_phone, "912345678.0", "+84912345678"),
        (applicants_phone, "0912.345.678", "+84912345678"),
        (offices_phone, 912345678, "0912345678"),
        (offices_phone, 2033812345, "02033812345"),
        (offices_phone, "2033812345.0", "02033812345"),
        (offices_phone, "1900 1234", "1900 1234"),
        (authoritys_phone, 2033812345, "02033812345"),
        (authoritys_phone, 113, "113"),
    ],
)
def test_a_telephone_number_gets_its_zero_back(
    filename: str, phone_of: Callable[[str, Any], str], number: Any, meant: str
) -> None:
    assert phone_of(filename, number) == meant


@pytest.mark.parametrize("column", ["Mã hồ sơ", "Điện thoại", "Số CCCD"])
@pytest.mark.parametrize("number", ["1.08501E+09", "1,08501E+11", "9E+08"])
def test_a_number_that_was_shortened_is_refused_in_every_column(column, number):
    header = ["Họ tên", "Thủ tục", column]

    named, vi, _ = the_fault(a_list("a.csv", header, ["Bà Hoa", "GPLX-01", number]))

    assert named == column
    assert "rút gọn" in vi


# Text from before Unicode

GARBLED = {
    "NguyÔn V¨n An": "TCVN3",
    "Nguyeãn Vaên An": "VNI",
    "Nguyá»…n VÄƒn An": "UTF-8 thành Windows-1252",
    "Nguy?n V?n An": "đã mất",
}

TEXTS = {
    Kind.DOSSIERS: ["Họ tên", "Địa chỉ", "Phường/Xã", "Tỉnh/Thành", "Ghi chú", "Tên thủ tục"],
    Kind.OFFICES: ["Tên điểm tiếp nhận", "Tên tiếng Anh", "Địa chỉ"],
    Kind.AUTHORITIES: ["Tên cơ quan", "Địa chỉ"],
    Kind.PROCEDURES: ["Tên thủ tục", "Tên tiếng Anh"],
}

WHOLE = {
    Kind.DOSSIERS: {"Họ tên": "Hoa", "Thủ tục": "GPLX-01"},
    Kind.OFFICES: {"Mã": "H49", "Tên điểm tiếp nhận": "A"},
    Kind.AUTHORITIES: {"Mã": "S", "Tên cơ quan": "A"},
    Kind.PROCEDURES: dict(zip(PROCEDURE, ["TT-1", "A", "S", "5"], strict=True)),
}


@pytest.mark.parametrize("text", GARBLED)
@pytest.mark.parametrize(
    ("kind", "column"), [(kind, column) for kind, columns in TEXTS.items() for column in columns]
)
def test_text_of_another_encoding_is_refused_in_every_column(kind, column, text):
    if column == "Ghi chú":
        text = text.replace("?", "\ufffd")  # a note may ask something
    row = WHOLE[kind] | {column: text}
    if column == "Tên thủ tục" and kind is Kind.DOSSIERS:
        del row["Thủ tục"]

    if kind is Kind.DOSSIERS:
        checked = a_list("a.csv", list(row), list(row.values()))
    else:
        checked = catalogued(kind, "a.csv", list(row), list(row.values()))

    named, vi, _ = the_fault(checked)
    assert named == column
    assert GARBLED.get(text, GARBLED["Nguy?n V?n An"]) in vi


@formats
@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Hä vµ tªn", "TCVN3"),
        ("Hoï vaø teân", "VNI"),
        ("Há» vÃ tÃªn", "UTF-8 thành Windows-1252"),
        ("H? và t?n", "đã mất"),
        ("Ai", "phải có cột"),
    ],
)
def test_headings_of_another_encoding_are_named_as_such(filename, heading, said):
    with pytest.raises(Invalid) as refused:
        a_list(filename, [heading, "Mã thủ tục"], ["Hoa", "GPLX-01"])

    assert said in refused.value.vi


OLD_MOBILES = {
    "0120": "070",
    "0121": "079",
    "0122": "077",
    "0123": "083",
    "0124": "084",
    "0125": "085",
    "0126": "076",
    "0127": "081",
    "0128": "078",
    "0129": "082",
    "0162": "032",
    "0163": "033",
    "0164": "034",
    "0165": "035",
    "0166": "036",
    "0167": "037",
    "0168": "038",
    "0169": "039",
    "0186": "056",
    "0188": "058",
    "0199": "059",
}
"""What the five operators published in 2018."""


@pytest.mark.parametrize("old", OLD_MOBILES)
def test_a_mobile_of_eleven_digits_is_refused_and_its_new_number_offered(old):
    header = ["Họ tên", "Thủ tục", "SĐT"]
    new = f"{OLD_MOBILES[old]}1234567"
    numbers = [f"{old}1234567", f"{old[1:]}1234567", f"+84 {old[1:]} 123 4567", f"{old}.1234.567"]

    for number in numbers:
        column, vi, en = the_fault(a_list("a.csv", header, ["Bà Hoa", "GPLX-01", number]))
        assert (column, f"nay là {new}." in vi, f"now it is {new}." in en) == ("SĐT", True, True)
    taken = the_form(a_list("a.csv", header, ["Bà Hoa", "GPLX-01", new]))
    assert taken.applicant.phone == f"+84{new[1:]}"


@pytest.mark.parametrize("old", OLD_MOBILES)
@pytest.mark.parametrize(("kind", "code"), [(Kind.OFFICES, "H49"), (Kind.AUTHORITIES, "S")])
def test_an_office_cannot_be_called_by_a_number_of_eleven_digits_either(kind, code, old):
    header = ["Mã", "Tên", "Điện thoại"]
    new = f"{OLD_MOBILES[old]}1234567"

    for number in (f"{old}1234567", f"{old[1:]}1234567", f"+84{old[1:]}1234567"):
        _, vi, en = the_fault(catalogued(kind, "a.csv", header, [code, "A", number]))
        assert (f"nay là {new}." in vi, f"now it is {new}." in en) == (True, True)
    assert the_form(catalogued(kind, "a.csv", header, [code, "A", new])).phone == new


@pytest.mark.parametrize("number", ["01301234567", "01911234567", "016212345678", "0162123456"])
def test_what_never_was_a_mobile_gets_no_offer(number):
    header = ["Họ tên", "Thủ tục", "SĐT"]

    _, vi, _ = the_fault(a_list("a.csv", header, ["Bà Hoa", "GPLX-01", number]))

    assert vi == "Số điện thoại không đúng."


@pytest.mark.parametrize("note", ["Thiếu CMND?gọi lại", "https://dvc.gov.vn/hs?id=5", "phí 2 × 50"])
def test_a_note_may_ask_and_point_somewhere(note):
    row = WHOLE[Kind.DOSSIERS] | {"Ghi chú": note}

    assert the_form(a_list("a.csv", list(row), list(row.values()))).note == note
