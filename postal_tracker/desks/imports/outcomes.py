"""What becomes of a list and of each of its rows, for whoever brought it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from postal_tracker.core import codes
from postal_tracker.core.problems import FieldFault, Invalid, Problem
from postal_tracker.desks.imports.checking import Checked, CheckedRow
from postal_tracker.desks.imports.columns import Kind, by_column
from postal_tracker.desks.intakes import Refusal
from postal_tracker.forms import field_invalid


class RowOutcome(StrEnum):
    """What became of a row."""

    REGISTERED = "registered"
    RECORDED = "recorded"
    """Of a list of acts: what it tells stands in the ledger now."""
    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    """It may be registered already, and was passed over as asked."""
    GOOD = "good"
    """It would have been kept, but for other rows."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowReport:
    """What became of one row; `row` is its number in a spreadsheet, faults name its columns."""

    row: int
    outcome: RowOutcome
    code: str = ""
    faults: Sequence[FieldFault] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a list; `kept` says whether any of it stays."""

    kind: Kind
    kept: bool
    good: int
    refused: int
    skipped: int
    ignored: Sequence[str]
    rows: Sequence[RowReport]


class NothingImported(Invalid):
    """A row was refused, and with it the list. Leaves the transaction with nothing kept."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__(
            "nothing-imported",
            f"Chưa nhập dòng nào: có {report.refused} dòng bị từ chối. "
            "Vui lòng sửa các dòng được nêu rồi nhập lại.",
            f"Nothing was imported: {report.refused} rows are refused. "
            "Set them right and import the list again.",
            faults=[_in_row(r.row, f) for r in report.rows for f in r.faults][:50],
        )
        self.report = report


class OnlyChecked(Exception):
    """Every row could be kept. Leaves the transaction with nothing kept."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        rows = _undone(report.rows) if report.kind is Kind.DOSSIERS else report.rows
        self.report = replace(report, kept=False, rows=rows)


def _in_row(row: int, fault: FieldFault) -> FieldFault:
    return FieldFault(f"{row}: {fault.field}", fault.vi, fault.en)


def keep_row(
    session: Session,
    checked: Checked,
    row: CheckedRow,
    keep: Callable[[CheckedRow], tuple[RowOutcome, str]],
) -> RowReport:
    """Keep one row in a savepoint of its own, and say what became of it."""
    if row.form is None:
        return RowReport(row.row, RowOutcome.REFUSED, faults=row.faults)
    try:
        with session.begin_nested():
            return RowReport(row.row, *keep(row))
    except (Problem, codes.BadCode) as refusal:
        return refused(checked, row, refusal)
    except IntegrityError:  # somebody else was a moment quicker
        told = ("Mã này vừa được ghi ở nơi khác.", "The code is taken.")
        return refused(checked, row, field_invalid("code", *told))


def refused(checked: Checked, row: CheckedRow, refusal: Refusal) -> RowReport:
    """Say of a row why it is not kept, by its columns."""
    faults = refusal.faults if isinstance(refusal, Problem) else ()
    told = faults or [FieldFault("code", refusal.vi, refusal.en)]
    named = by_column(checked.kind, told, checked.headings)
    return RowReport(row.row, RowOutcome.REFUSED, row.form.code, named)


def finished(checked: Checked, reports: Sequence[RowReport], *, keep_good: bool) -> ImportReport:
    """Return a list's report. Raises NothingImported if a row is refused, unless `keep_good`."""
    count = sum(report.outcome is RowOutcome.REFUSED for report in reports)
    if count and not keep_good:
        raise NothingImported(_report(checked, _undone(reports), count, kept=False))
    return _report(checked, reports, count, kept=count < len(reports))


def _undone(reports: Iterable[RowReport]) -> list[RowReport]:
    """Return what the report says once all is rolled back: codes given out are given back."""
    told = (RowOutcome.REFUSED, RowOutcome.SKIPPED)
    return [r if r.outcome in told else RowReport(r.row, RowOutcome.GOOD) for r in reports]


def _report(checked: Checked, rows: Sequence[RowReport], count: int, *, kept: bool) -> ImportReport:
    good = len(rows) - count
    skipped = sum(report.outcome is RowOutcome.SKIPPED for report in rows)
    return ImportReport(checked.kind, kept, good - skipped, count, skipped, checked.ignored, rows)
