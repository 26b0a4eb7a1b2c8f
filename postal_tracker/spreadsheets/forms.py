"""A form laid out as its regulation prints it: title, grouped headings, numbers, signatures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import IO, Any

from postal_tracker.spreadsheets.cells import Cell
from postal_tracker.spreadsheets.excel import xl
from postal_tracker.spreadsheets.writing import as_literal, cell_of

Head = tuple[str, ...]
"""A column's headings from the top down; what neighbours share stands above them once."""


@dataclass(frozen=True, slots=True)
class Form:
    """A filled-in form on one sheet."""

    name: str
    """Of the sheet: at most 31 characters."""
    title: str
    above: Sequence[str]
    """Lines between title and table."""
    heads: Sequence[Head]
    numbers: Sequence[str]
    """Of the columns, below their headings; as formulas where they are sums."""
    rows: Sequence[Sequence[Cell]]
    """The last one is the total."""
    below: Sequence[str]
    """Notes."""
    signers: tuple[str, str]

    def headings(self) -> Sequence[Sequence[tuple[str, int, int]]]:
        """Return the lines of the heads from the top: words, over how many columns and lines."""
        depth = max(map(len, self.heads))
        lines: list[list[tuple[str, int, int]]] = [[] for _ in range(depth)]
        for level, first, last, words, is_lowest in _spans(self.heads, 0, 0, len(self.heads)):
            down = depth - level if is_lowest else 1
            lines[level].append((words, last - first + 1, down))
        return lines


def put_form(file: IO[bytes], form: Form) -> None:
    """Write a form as a workbook that prints on one A4 sheet's width."""
    book = xl.Workbook()
    sheet = book.active
    sheet.title = form.name
    width = len(form.heads)
    for line in (form.title, *form.above):
        _line(sheet, line, width, bold=line == form.title)
    top = sheet.max_row + 1
    _headings(sheet, form.heads, top)
    _row(sheet, form.numbers, centred=True)
    for row in form.rows:
        _row(sheet, row, bold=row is form.rows[-1])
    for note in form.below:
        _line(sheet, note, width)
    _signatures(sheet, form.signers, width)
    _page(sheet, width, top)
    book.save(file)


def _line(sheet: Any, text: str, width: int, *, bold: bool = False) -> None:
    row = sheet.max_row + 1 if sheet["A1"].value else 1
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    _put(sheet, row, 1, text, bold=bold)


def _headings(sheet: Any, heads: Sequence[Head], top: int) -> None:
    bottom = top + max(map(len, heads)) - 1
    for row, first, last, words, is_lowest in _spans(heads, 0, 0, len(heads)):
        end = bottom if is_lowest else top + row
        for line in range(top + row, end + 1):
            for place in range(first + 1, last + 2):
                _put(sheet, line, place, None, boxed=True)
        _put(sheet, top + row, first + 1, words, bold=True, centred=True, boxed=True)
        if end > top + row or last > first:
            sheet.merge_cells(
                start_row=top + row, end_row=end, start_column=first + 1, end_column=last + 1
            )


def _spans(
    heads: Sequence[Head], level: int, first: int, end: int
) -> Iterator[tuple[int, int, int, str, bool]]:
    """Yield level, first and last column, words, and whether nothing stands below."""
    for words, places in groupby(range(first, end), lambda place: heads[place][level]):
        span = list(places)
        is_lowest = len(heads[span[0]]) == level + 1
        yield level, span[0], span[-1], words, is_lowest
        if not is_lowest:
            yield from _spans(heads, level + 1, span[0], span[-1] + 1)


def _row(sheet: Any, cells: Sequence[Cell], *, bold: bool = False, centred: bool = False) -> None:
    row = sheet.max_row + 1
    for place, value in enumerate(cells, start=1):
        _put(sheet, row, place, value, bold=bold, centred=centred, boxed=True)


def _signatures(sheet: Any, signers: tuple[str, str], width: int) -> None:
    row, half = sheet.max_row + 2, width // 2
    for first, last, words in ((1, half, signers[0]), (half + 1, width, signers[1])):
        sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
        _put(sheet, row, first, words, bold=True, centred=True)


def _put(
    sheet: Any,
    row: int,
    place: int,
    value: Cell,
    *,
    bold: bool = False,
    centred: bool = False,
    boxed: bool = False,
) -> None:
    cell = sheet.cell(row, place)
    cell_of(cell, as_literal(value), bold=bold)
    styles = xl.styles
    is_text = isinstance(value, str)
    if centred or boxed:
        across = "center" if centred else None
        cell.alignment = styles.Alignment(horizontal=across, vertical="center", wrap_text=is_text)
    if boxed:
        thin = styles.Side(style="thin")
        cell.border = styles.Border(left=thin, right=thin, top=thin, bottom=thin)


def _page(sheet: Any, width: int, top: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = xl.worksheet.properties.PageSetupProperties(fitToPage=True)
    for place in range(1, width + 1):
        name = xl.utils.get_column_letter(place)
        sheet.column_dimensions[name].width = {1: 6, 2: 36}.get(place, 12)
    sheet.print_title_rows = f"{top}:{top}"
