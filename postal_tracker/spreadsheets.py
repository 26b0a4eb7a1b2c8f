"""Tables as files: CSV and XLSX, written so that no cell acts, read so that no file harms.

What citizens typed ends in an office program that runs formulas; what people send us may be a bomb.
Cells are text on the way in: what they mean is for `imports` to judge.

Invalid   the file cannot be read: not a table, another encoding, no headings
TooLarge  more bytes or rows than were allowed, or far more once unpacked
"""

import csv
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl

from postal_tracker.core.problems import Invalid, TooLarge
from postal_tracker.core.working_days import VIETNAM

_xl: Any = openpyxl  # it has no types

Cell = str | int | float | date | datetime | None

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
"""How large an XLSX of ten megabytes may become: lists of text pack about one to eight."""

SURPLUS = ""
"""The heading under which cells stand that have none."""


# Writing

_TRIGGERS = "=+\\-@\uff1d\uff0b\uff0d\uff20"
# A cell may also begin in the middle of a quoted one: in a Vietnamese Excel the separator is `;`.
_ACTS = re.compile(rf'(^|[;\t\r\n])(["\s\u200b-\u200f\u2060\ufeff]*)(?=[{_TRIGGERS}])')
_TAMED = re.compile(rf"(^|[;\t\r\n])([\"\s\u200b-\u200f\u2060\ufeff]*)'(?=[{_TRIGGERS}])")


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return CSV after RFC 4180, in UTF-8 with the mark by which Excel knows Vietnamese.

    Text that a spreadsheet would run gets a quote in front. Moments are written in local time,
    year first: a spreadsheet reads that alike in every country.
    """
    file = StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([_tame(_plain(cell)) for cell in header])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _csv_cell(cell: Cell) -> str | int | float:
    if isinstance(cell, int | float):
        return cell
    return _tame(_plain(_text_of(cell)))


def _tame(text: str) -> str:
    """Put a quote before what would start a formula (OWASP, CSV Injection)."""
    return _ACTS.sub(r"\1\2'", text) if text else text


def _plain(text: str) -> str:
    """Drop what no cell may hold: control characters, halves of characters, blanks around it."""
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> bytes:
    """Return a workbook of one sheet: text always as text, dates as dates in local time."""
    book = _xl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", _plain(title))[:31] or None)
    table = [[_xlsx_value(cell) for cell in row] for row in rows]
    sheet.freeze_panes = "A2"
    for place, width in enumerate(_widths(header, table), start=1):
        sheet.column_dimensions[_xl.utils.get_column_letter(place)].width = width
    sheet.append([_xlsx_cell(sheet, _plain(name), bold=True) for name in header])
    for row in table:
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _xlsx_value(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return cell.astimezone(VIETNAM).replace(tzinfo=None, second=0, microsecond=0)
    return _plain(cell) if isinstance(cell, str) else cell


def _xlsx_cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    cell = _xl.cell.WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # or a leading "=" would make it a formula
        cell.quotePrefix = bool(_ACTS.match(value))  # and so would editing the cell
    elif isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    if bold:
        cell.font = _xl.styles.Font(bold=True)
    return cell


def _widths(header: Sequence[str], table: Sequence[Sequence[Cell]]) -> list[int]:
    """Return each column's width in characters, judged by its first rows."""
    seen = [header, *table[:200]]
    columns = [[len(_text_of(cell)) for cell in column] for column in zip(*seen, strict=True)]
    return [min(60, max(8, *lengths) + 2) for lengths in columns]


def _text_of(value: Any) -> str:
    """Return a cell as a person would type it: dates year first, whole numbers without `.0`."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _moment_text(value.astimezone(VIETNAM) if value.tzinfo else value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _moment_text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


# Reading

Row = tuple[int, dict[str, str]]
"""The row's number as a spreadsheet shows it, and its cells by heading."""

Grid = Iterator[tuple[int, list[str]]]


def read_rows(
    source: Path | bytes,
    filename: str,
    *,
    most_rows: int = MOST_ROWS,
    most_bytes: int = MOST_BYTES,
) -> tuple[list[str], Iterator[Row]]:
    """Return a table's headings and its rows as text; rows without any text are passed over.

    The first row that is not empty holds the headings. Cells beyond them stand under SURPLUS.
    Formulas come as they are written, beginning with `=`, and are never worked out. Raises Invalid
    and TooLarge, some of them only while the rows are being read.
    """
    read = _reader_of(filename)
    grid = read(_bytes_of(source, most_bytes))
    _, first = next(grid, (0, []))
    header = [" ".join(name.split()) for name in first]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise _unreadable("Tệp không có dòng nào.", "There is nothing in the file.")
    if len(header) > MOST_COLUMNS:
        raise _unreadable("Tệp có quá nhiều cột.", "The file has too many columns.")
    _refuse_double(header)
    return header, _rows(header, grid, most_rows)


def _refuse_double(header: Sequence[str]) -> None:
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        raise _unreadable(
            "Có hai cột cùng tiêu đề.", "Two columns have the same heading.", "double-heading"
        )


def _rows(header: Sequence[str], grid: Grid, most_rows: int) -> Iterator[Row]:
    for count, (number, cells) in enumerate(grid, start=1):
        if count > most_rows:
            raise TooLarge(
                "too-many-rows",
                f"Tệp có hơn {most_rows} dòng. Hãy chia thành nhiều tệp.",
                f"The file has more than {most_rows} rows. Split it.",
            )
        row = dict.fromkeys(header, "") | dict(zip(header, cells, strict=False))
        bare = [c for name, c in zip(header, cells, strict=False) if not name and c]
        row.pop(SURPLUS, None)
        surplus = " ".join([*bare, *filter(None, cells[len(header) :])])
        yield number, row | ({SURPLUS: surplus} if surplus else {})


def _bytes_of(source: Path | bytes, most_bytes: int) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            source = file.read(most_bytes + 1)
    if len(source) > most_bytes:
        limit = max(1, most_bytes // (1024 * 1024))
        raise TooLarge(
            "file-too-large",
            f"Tệp lớn hơn {limit} MB. Hãy chia thành nhiều tệp.",
            f"The file is larger than {limit} MB. Split it.",
        )
    return source


def _unreadable(vi: str, en: str, slug: str = "unreadable-file") -> Invalid:
    return Invalid(slug, vi, en)


def _reader_of(filename: str) -> Callable[[bytes], Grid]:
    suffix = Path(filename.lower()).suffix
    if suffix not in _READERS:
        raise _unreadable(
            "Chỉ đọc được tệp .csv và .xlsx. Hãy lưu lại ở một trong hai dạng đó.",
            "Only .csv and .xlsx files can be read. Save it as one of these.",
            "unknown-file-type",
        )
    return _READERS[suffix]


def _read_csv(data: bytes) -> Grid:
    text = _decoded(data)
    delimiter = _delimiter(text)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            row = [_TAMED.sub(r"\1\2", cell).strip() for cell in cells]
            if any(row):
                yield number, row
    except csv.Error:
        line = reader.line_num
        raise _unreadable(
            f"Không đọc được dòng {line}: dấu ngoặc kép không khớp hoặc ô quá dài.",
            f"Line {line} cannot be read: quotes do not match, or a cell is too long.",
        ) from None


def _decoded(data: bytes) -> str:
    """Return the text of UTF-8, or of UTF-16 with its mark. Anything else would be a guess."""
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(
            "Tệp không phải UTF-8 (có thể là Windows-1258, TCVN3 hoặc VNI). "
            "Trong Excel hãy chọn Lưu thành «CSV UTF-8».",
            "The file is not UTF-8 (perhaps Windows-1258, TCVN3 or VNI). "
            "In Excel save it as 'CSV UTF-8'.",
            "not-utf-8",
        ) from None
    if "\0" in text:
        raise _unreadable("Đây không phải là tệp CSV.", "This is not a CSV file.")
    return text


def _delimiter(text: str) -> str:
    """Return what separates the headings: comma, semicolon (Excel in Vietnam) or tab."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", first)
    return max(",;\t", key=outside.count)


_BROKEN = (
    BadZipFile,
    zlib.error,
    EOFError,
    SyntaxError,  # bad XML is one
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RuntimeError,  # locked with a password
    NotImplementedError,
    OSError,
)
"""What the XLSX library raises for a workbook that is none, or is damaged."""


def _read_xlsx(data: bytes) -> Grid:
    try:
        _refuse_bomb(data)
        yield from _sheet(data)
    except _BROKEN:
        raise _unreadable(
            "Không mở được tệp .xlsx. Hãy mở bằng Excel, bỏ mật khẩu và lưu lại.",
            "The .xlsx file cannot be opened. Open it in Excel, remove its password, save it.",
        ) from None


def _sheet(data: bytes) -> Grid:
    book = _xl.load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    try:
        if not book.worksheets:
            return
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # files lie about them
        rows = sheet.iter_rows(max_row=_EXCEL_ROWS, max_col=MOST_COLUMNS + 1, values_only=True)
        for number, cells in enumerate(rows, start=1):
            if cells != _NOTHING:
                row = [_xlsx_text(cell) for cell in cells]
                if any(row):
                    yield number, row
    finally:
        book.close()


_EXCEL_ROWS = 1_048_576
_NOTHING = (None,) * (MOST_COLUMNS + 1)


def _xlsx_text(value: Any) -> str:
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return value.date().isoformat() if at_midnight else _moment_text(value)
    if value is None or isinstance(value, str | int | float | date | time):
        return _text_of(value).strip()
    return "=" + str(getattr(value, "text", None) or "").lstrip("=")  # an array formula


def _refuse_bomb(data: bytes) -> None:
    """Refuse what grows beyond all measure once unpacked, be it by zip or by XML entities."""
    with ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        # The library never unpacks more of a part than the size that is declared for it.
        if len(parts) > 1000 or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise TooLarge(
                "file-too-large",
                "Nội dung tệp quá lớn. Hãy chia thành nhiều tệp.",
                "There is too much in the file. Split it.",
            )
        for part in parts:
            # No spreadsheet program writes one. Two-byte encodings have a zero between letters.
            if b"<!DOCTYPE" in archive.read(part).replace(b"\0", b""):
                raise ValueError("a document type in a workbook")


_READERS: Mapping[str, Callable[[bytes], Grid]] = {
    ".csv": _read_csv,
    ".txt": _read_csv,
    ".tsv": _read_csv,
    ".xlsx": _read_xlsx,
}
