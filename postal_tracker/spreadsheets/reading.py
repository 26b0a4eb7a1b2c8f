"""Tables read from CSV and XLSX, so that no file harms: what people send us may be a bomb."""

import csv
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from itertools import chain, islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from postal_tracker.core.problems import Invalid, TooLarge
from postal_tracker.spreadsheets.cells import TAMED, moment_text, text_of, unescaped
from postal_tracker.spreadsheets.excel import xl
from postal_tracker.spreadsheets.strict import transitional

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_UNPACKED_BYTES = 100 * 1024 * 1024
"""How large an XLSX of ten megabytes may become: lists of text pack about one to eight."""

SURPLUS = ""
"""The heading under which cells stand that have none."""

Row = tuple[int, dict[str, str]]
"""The row's number as a spreadsheet shows it, and its cells by heading."""

Grid = Iterator[tuple[int, list[str]]]


def read_rows(
    source: Path | bytes,
    filename: str,
    *,
    most_rows: int = MOST_ROWS,
    most_bytes: int = MOST_BYTES,
    is_header: Callable[[Sequence[str]], bool] = lambda _: False,
    joined: Callable[[Sequence[str], Sequence[str]], list[str]] = lambda _first, _second: [],
) -> tuple[list[str], Iterator[Row]]:
    """Return a table's headings and its rows as text; rows without any text are passed over.

    The first row that is not empty holds the headings, unless `is_header` knows them in one of
    the next, below titles; `joined` makes one of two rows of headings, or nothing where the second
    is data. Cells beyond them stand under SURPLUS.
    Formulas come as they are written, beginning with `=`, and are never worked out. Raises Invalid
    and TooLarge, some of them only while the rows are being read.
    """
    read = _reader_of(filename)
    grid = read(_bytes_of(source, most_bytes))
    first, grid = _headed(grid, is_header, joined)
    header = [" ".join(name.split()) for name in first]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise _unreadable("Tệp không có dòng nào.", "There is nothing in the file.")
    if len(header) > MOST_COLUMNS:
        raise _unreadable("Tệp có quá nhiều cột.", "The file has too many columns.")
    _refuse_double(header)
    return header, _rows(header, grid, most_rows)


def _headed(
    grid: Grid,
    is_header: Callable[[Sequence[str]], bool],
    joined: Callable[[Sequence[str], Sequence[str]], list[str]],
) -> tuple[list[str], Grid]:
    """Return the headings of one row or two, and the rows that follow."""
    begin = list(islice(grid, _MOST_TITLES))
    place = next((n for n, (_, cells) in enumerate(begin) if is_header(cells)), 0)
    first = begin[place][1] if begin else []
    rest = begin[place + 1 :]
    if rest and (both := joined(first, rest[0][1])):
        first, rest = both, rest[1:]
    return first, chain(rest, grid)


_MOST_TITLES = 20
"""Rows in which headings are looked for."""


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
                f"Tệp có hơn {most_rows} dòng. Vui lòng chia thành nhiều tệp.",
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
            f"Tệp lớn hơn {limit} MB. Vui lòng chia thành nhiều tệp.",
            f"The file is larger than {limit} MB. Split it.",
        )
    return source


def _unreadable(vi: str, en: str, slug: str = "unreadable-file") -> Invalid:
    return Invalid(slug, vi, en)


def _reader_of(filename: str) -> Callable[[bytes], Grid]:
    suffix = Path(filename.lower()).suffix
    if suffix not in _READERS:
        raise _unreadable(
            "Chỉ đọc được tệp .csv và .xlsx. Vui lòng lưu lại ở một trong hai dạng đó.",
            "Only .csv and .xlsx files can be read. Save it as one of these.",
            "unknown-file-type",
        )
    return _READERS[suffix]


def _read_csv(data: bytes) -> Grid:
    text, delimiter = _separated(_decoded(data))
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            row = [TAMED.sub(r"\1", unescaped(cell)).strip() for cell in cells]
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
            "Trong Excel vui lòng chọn Lưu thành “CSV UTF-8”.",
            "The file is not UTF-8 (perhaps Windows-1258, TCVN3 or VNI). "
            "In Excel save it as 'CSV UTF-8'.",
            "not-utf-8",
        ) from None
    if "\0" in text:
        raise _unreadable("Đây không phải là tệp CSV.", "This is not a CSV file.")
    return text


# What Excel reads and does not show: by it the first row says what separates the cells.
_SAID = re.compile(r'\s*"?sep=([,;|\t])"?[,;\t ]*(?:\r\n|[\r\n]|$)', re.IGNORECASE)


def _separated(text: str) -> tuple[str, str]:
    """Return the text of the table, and what separates its cells."""
    said = _SAID.match(text)
    return (text[said.end() :], said[1]) if said else (text, _delimiter(text))


def _delimiter(text: str) -> str:
    """Return what separates the headings: comma, semicolon (Excel in Vietnam) or tab.

    A heading in quotes may hold any of them, and line ends too.
    """
    outside = re.sub(r'"[^"]*"', "x", text[:_LONGEST_HEADER])
    first = next((line for line in outside.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


_LONGEST_HEADER = 100_000

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
        yield from _sheet(transitional(data))
    except _BROKEN:
        raise _unreadable(
            "Không mở được tệp .xlsx. Vui lòng mở bằng Excel, bỏ mật khẩu và lưu lại.",
            "The .xlsx file cannot be opened. Open it in Excel, remove its password, save it.",
        ) from None


def _sheet(data: bytes) -> Grid:
    book = xl.load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
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
        return value.date().isoformat() if at_midnight else moment_text(value)
    if isinstance(value, str):
        return unescaped(value).strip()
    if value is None or isinstance(value, int | float | date | time):
        return text_of(value)
    return "=" + str(getattr(value, "text", None) or "").lstrip("=")  # an array formula


def _refuse_bomb(data: bytes) -> None:
    """Refuse what grows beyond all measure once unpacked, be it by zip or by XML entities."""
    with ZipFile(BytesIO(data)) as archive:
        parts = archive.infolist()
        # The library never unpacks more of a part than the size that is declared for it.
        if len(parts) > 1000 or sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise TooLarge(
                "file-too-large",
                "Nội dung tệp quá lớn. Vui lòng chia thành nhiều tệp.",
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
