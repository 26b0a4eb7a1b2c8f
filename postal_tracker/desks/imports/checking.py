"""Reading a list and judging each of its rows, as far as that goes without the record."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, select

from adapters.bounds import is_bearable
from postal_tracker.core.garbled import garbled
from postal_tracker.core.problems import FieldFault
from postal_tracker.desks.imports import national
from postal_tracker.desks.imports.columns import Kind, by_column, columns_of
from postal_tracker.desks.imports.national import Known
from postal_tracker.desks.imports.rows import FORMS, ProcedureRow, name_key, shaped
from postal_tracker.forms import faults_of
from postal_tracker.spreadsheets import MOST_BYTES, SURPLUS, Row, read_rows
from postal_tracker.storage.tables import Procedure

MOST_ROWS = 10_000
"""Rows of one list. Registering takes about a millisecond for each; others wait meanwhile."""

MOST_ACTS = 3_000
"""Rows of a list of acts: each is done by itself, in about three milliseconds."""

Progress = Callable[[int, int], None]
"""Is told how many rows are done, and of how many."""


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row that can be right, with its form; or one that cannot, with what is wrong."""

    row: int
    form: Any = None
    faults: Sequence[FieldFault] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """A list that was read and judged as far as that goes without the record."""

    kind: Kind
    headings: Mapping[str, str]
    """The file's own heading of each column that we know."""
    ignored: Sequence[str]
    """Headings of columns that we do not know, for people to see."""
    rows: Sequence[CheckedRow]


def procedure_names(session: Session) -> dict[str, str]:
    """Return the code for every code and exact name; the empty code for an ambiguous name."""
    rows = session.exec(select(Procedure.code, Procedure.name_vi, Procedure.name_en)).all()
    found: dict[str, str] = {}
    for code, *names in rows:
        for name in {name_key(name) for name in names if name}:
            found[name] = code if found.get(name, code) == code else ""
    return found | {name_key(row[0]): row[0] for row in rows}


def check_dossiers(
    source: Path | bytes,
    filename: str,
    *,
    procedures: Mapping[str, str],
    on_row: Progress | None = None,
) -> Checked:
    """Read and judge a day's list. Raises Invalid and TooLarge if that is not possible."""
    checked = _check(Kind.DOSSIERS, source, filename, {"procedures": procedures}, on_row)
    return _without_doubles(checked)


def check_catalogue(
    kind: Kind,
    source: Path | bytes,
    filename: str,
    *,
    known: Known | None = None,
    on_row: Progress | None = None,
) -> Checked:
    """Read and judge a list of offices, authorities or procedures. Raises Invalid, TooLarge.

    The national sheet of procedures is known by its headings; what it does not say comes of
    `known`.
    """
    context = {"national": known or Known()}
    return _without_doubles(_check(kind, source, filename, context, on_row))


def check_acts(source: Path | bytes, filename: str, *, on_row: Progress | None = None) -> Checked:
    """Read and judge a list of acts. Raises Invalid and TooLarge if that is not possible."""
    return _check(Kind.ACTS, source, filename, {}, on_row, most_rows=MOST_ACTS)


def _check(
    kind: Kind,
    source: Path | bytes,
    filename: str,
    context: Mapping[str, Any],
    on_row: Progress | None,
    most_rows: int = MOST_ROWS,
) -> Checked:
    knows = national.is_header if kind is Kind.PROCEDURES else _no_other
    header, found = read_rows(
        source,
        filename,
        most_rows=most_rows,
        most_bytes=MOST_BYTES,
        is_header=knows,
        joined=national.joined if kind is Kind.PROCEDURES else _not_joined,
    )
    is_national = knows(header)
    headings = national.headings_of(header) if is_national else columns_of(kind, header)
    context = context if is_national else {**context, "national": None}
    rows = list(found)
    checked = []
    for done, row in enumerate(rows, start=1):
        checked.append(_checked_row(kind, row, headings, context))
        if on_row:
            on_row(done, len(rows))
    ignored = [name for name in header if name and name not in headings.values()]
    return Checked(kind, headings, ignored, checked)


def _not_joined(_first: Sequence[str], _second: Sequence[str]) -> list[str]:
    return []


def _no_other(_cells: Sequence[str]) -> bool:
    return False


def _checked_row(
    kind: Kind, row: Row, headings: Mapping[str, str], context: Mapping[str, Any]
) -> CheckedRow:
    number, cells = row
    values = {field: cells[name] for field, name in headings.items() if cells[name]}
    faults = _cell_faults(values, cells.get(SURPLUS, ""))
    try:
        known = context.get("national")
        told = national.shaped(values, known) if known else shaped(kind, values)
        form = FORMS[kind].model_validate(told, context=dict(context))
    except ValidationError as wrong:
        shown = wrong.errors(include_url=False, include_input=False)
        faults = [*faults, *faults_of(shown)]
    if context.get("national"):
        faults = [*_national_faults(values, faults)]
    if faults:
        return CheckedRow(number, faults=by_column(kind, faults, headings))
    return CheckedRow(number, form)


def _national_faults(
    values: Mapping[str, str], faults: Sequence[FieldFault]
) -> Iterator[FieldFault]:
    """Say of the national sheet what the list of procedures cannot know of it."""
    if national.has_ended(values):
        yield FieldFault("state", *_ENDED)
    for fault in faults:
        yield FieldFault(fault.field, *_LACKING.get(fault.field, (fault.vi, fault.en)))


_ENDED = (
    "Thủ tục này không còn hiệu lực. Vui lòng bỏ dòng này; thủ tục đã có thì ghi ngày hết hiệu lực "
    "trong danh mục của đơn vị.",
    "This procedure is no longer in force. Remove the row; of one that is there, write its last "
    "day into your own list.",
)

_LACKING = {
    "limit": (
        "Bảng này không có thời hạn, và thủ tục này chưa có trong danh mục. Vui lòng nhập lại với "
        "--limit, ví dụ --limit “5 ngày làm việc”, hoặc nhập thủ tục bằng danh mục của đơn vị.",
        "This sheet has no time limits, and this procedure is new. Import again with --limit, such "
        "as --limit '5 ngày làm việc', or bring the procedure in by a list of your own.",
    ),
    "authority": (
        "Chưa có cơ quan này trong danh mục, hoặc có nhiều cơ quan cùng tên. Vui lòng nhập cơ quan "
        "trước, hoặc nhập lại với --authority và mã cơ quan.",
        "There is no such authority, or several have this name. Bring it in first, or import again "
        "with --authority and its code.",
    ),
}

_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{1,3}")
"""What becomes of a long number in a narrow column that is saved as CSV: 1.08501E+09."""

_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})


def _cell_faults(values: Mapping[str, str], surplus: str) -> list[FieldFault]:
    """Refuse what no form can judge, field by field, and cells out of their column."""
    told = [(field, _told_of_cell(field, text)) for field, text in values.items()]
    faults = [FieldFault(field, *pair) for field, pair in told if pair]
    if surplus:
        vi = "Dòng này có ô nằm ngoài các cột có tiêu đề."
        faults.append(FieldFault("", vi, "This row has cells beyond the headings."))
    return faults


def _told_of_cell(field: str, text: str) -> tuple[str, str] | None:
    """Return what is wrong with a cell, if it is a formula, an error, shortened or garbled."""
    if text.startswith("=") or text in _ERRORS:
        return (
            "Ô này là công thức hoặc báo lỗi. Vui lòng dán giá trị thay cho công thức.",
            "This cell is a formula or an error. Paste its value instead.",
        )
    if _SHORTENED.fullmatch(text):
        return (
            "Bảng tính đã rút gọn số này. Vui lòng định dạng cột là Văn bản (Text) rồi ghi lại đủ "
            "số.",
            "The spreadsheet shortened this number. Format the column as Text, write it whole.",
        )
    if not is_bearable(text):
        return None  # its form says so
    # A note may ask "has he a card?yes", where a name has lost a letter.
    return garbled(text.replace("?", " ") if field == "note" else text)


def _without_doubles(checked: Checked) -> Checked:
    """Refuse a row that stands in the list before: by its code, or by all there is in it."""
    first_seen: dict[Any, int] = {}
    rows = []
    for row in checked.rows:
        key = row.form and _identity(row.form)
        before = first_seen.setdefault(key, row.row) if key else row.row
        rows.append(row if before == row.row else _double(checked, row.row, before))
    return Checked(checked.kind, checked.headings, checked.ignored, rows)


def _identity(form: Any) -> Any:
    """Return by what a row is the same as another; a procedure's code may have versions."""
    begins = getattr(form, "valid_from", None) if isinstance(form, ProcedureRow) else None
    return (form.code, begins) if form.code else form


def _double(checked: Checked, row: int, before: int) -> CheckedRow:
    fault = FieldFault("code", f"Trùng với dòng {before}.", f"The same as row {before}.")
    return CheckedRow(row, faults=by_column(checked.kind, [fault], checked.headings))
