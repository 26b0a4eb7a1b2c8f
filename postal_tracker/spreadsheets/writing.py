"""Tables written as CSV and XLSX, so that no cell acts."""

import csv
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from io import BytesIO, TextIOWrapper
from itertools import chain, islice
from typing import IO, Any

from postal_tracker.core.working_days import VIETNAM
from postal_tracker.spreadsheets.cells import ACTS, Cell, text_of
from postal_tracker.spreadsheets.excel import xl


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return what `put_csv` writes."""
    file = BytesIO()
    put_csv(file, header, rows)
    return file.getvalue()


def put_csv(file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write CSV after RFC 4180, in UTF-8 with the mark by which Excel knows Vietnamese.

    Text that a spreadsheet would run gets a quote in front. Moments are written in local time,
    year first: a spreadsheet reads that alike in every country. Rows are written as they come: no
    more than one is held.
    """
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow([_tame(_plain(cell)) for cell in header])
    writer.writerows([_csv_cell(cell) for cell in row] for row in rows)
    text.detach()


def _csv_cell(cell: Cell) -> str | int | float:
    if isinstance(cell, int | float):
        return cell
    return _tame(_plain(text_of(cell)))


def _tame(text: str) -> str:
    """Put a quote before what would start a formula (OWASP, CSV Injection)."""
    return ACTS.sub(r"\1'", text) if text else text


def _plain(text: str) -> str:
    """Drop what no cell may hold: control characters, halves of characters, blanks around it.

    Nor may XML hold two signs that will never be characters (XML 1.0, production 2).
    """
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(c for c in kept if c not in "\ufffe\uffff").strip()


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> bytes:
    """Return what `put_xlsx` writes."""
    file = BytesIO()
    put_xlsx(file, header, rows, title=title)
    return file.getvalue()


def put_xlsx(
    file: IO[bytes], header: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = ""
) -> None:
    """Write a workbook of one sheet: text always as text, dates as dates in local time.

    Rows are written as they come, all but the first ones, which tell how wide the columns are.
    """
    book = xl.Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\*?:/\[\]]", " ", _plain(title))[:31] or None)
    table = iter([as_literal(cell) for cell in row] for row in rows)
    first = list(islice(table, _JUDGED_BY))
    sheet.freeze_panes = "A2"
    for place, width in enumerate(_widths(header, first), start=1):
        sheet.column_dimensions[xl.utils.get_column_letter(place)].width = width
    sheet.append([_xlsx_cell(sheet, _plain(name), bold=True) for name in header])
    for row in chain(first, table):
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    book.save(file)


_JUDGED_BY = 200
"""Rows, for the widths of their columns."""

Put = Callable[[IO[bytes], Sequence[str], Iterable[Sequence[Cell]]], None]
"""What writes headings and rows into a file."""

PUT: dict[str, Put] = {"csv": put_csv, "xlsx": put_xlsx}


def write_template(
    header: Sequence[str], notes: Iterable[Sequence[str]], *, title: str, notes_title: str
) -> bytes:
    """Return a workbook to fill in, with a second sheet that says what goes where.

    Its columns hold text, so that no spreadsheet takes a zero or turns a code into a date.
    """
    book = xl.Workbook()
    sheet, guide = book.active, book.create_sheet(notes_title)
    sheet.title, sheet.freeze_panes = title, "A2"
    sheet.append(list(header))
    for place, name in enumerate(header, start=1):
        column = sheet.column_dimensions[xl.utils.get_column_letter(place)]
        column.number_format, column.width = "@", max(14, len(name) + 4)
        sheet.cell(1, place).font = xl.styles.Font(bold=True)
    for line in notes:
        guide.append(list(line))
    for place, width in enumerate((30, 10, 45, 45, 34), start=1):
        guide.column_dimensions[xl.utils.get_column_letter(place)].width = width
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def as_literal(cell: Cell) -> Cell:
    """Return what a workbook may hold of a cell: moments in local time, text without a trap."""
    if isinstance(cell, datetime):
        return cell.astimezone(VIETNAM).replace(tzinfo=None, second=0, microsecond=0)
    return _literal(_plain(cell)) if isinstance(cell, str) else cell


def _literal(text: str) -> str:
    """Keep a name in which `_x000D_` is written from being read as a line end (ST_Xstring)."""
    return re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def _xlsx_cell(sheet: Any, value: Cell, *, bold: bool = False) -> Any:
    return cell_of(xl.cell.WriteOnlyCell(sheet, value), value, bold=bold)


def cell_of(cell: Any, value: Cell, *, bold: bool = False) -> Any:
    """Fill a workbook's cell so that it does not act."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # or a leading "=" would make it a formula
        cell.quotePrefix = bool(ACTS.match(value))  # and so would editing the cell
    elif isinstance(value, datetime):
        cell.number_format = "dd/mm/yyyy hh:mm"
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    if bold:
        cell.font = xl.styles.Font(bold=True)
    return cell


def _widths(header: Sequence[str], table: Sequence[Sequence[Cell]]) -> list[int]:
    """Return each column's width in characters."""
    seen = [header, *table]
    columns = [[len(text_of(cell)) for cell in column] for column in zip(*seen, strict=True)]
    return [min(60, max(8, *lengths) + 2) for lengths in columns]
