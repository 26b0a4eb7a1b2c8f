"""Keeping the rows of a list that was checked, and telling what became of each."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from postal_tracker.access import Caller
from postal_tracker.core.problems import Invalid
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks import doubles as found
from postal_tracker.desks.doubles import OnDoubles, People, PossibleDouble
from postal_tracker.desks.imports.checking import Checked, CheckedRow, Progress
from postal_tracker.desks.imports.columns import Doubles, Kind
from postal_tracker.desks.imports.outcomes import (
    ImportReport,
    RowOutcome,
    RowReport,
    finished,
    keep_row,
    refused,
)
from postal_tracker.desks.imports.rows import AuthorityRow, OfficeRow, ProcedureRow
from postal_tracker.desks.imports.versions import keep_version
from postal_tracker.desks.intakes import Refusal, Series, judge_all
from postal_tracker.desks.registration import register_all
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import Authority, Office, Procedure


@dataclass(frozen=True, slots=True)
class SoFar:
    """What is known of the rows of a list that were judged."""

    people: People
    rows_of: dict[str, int] = field(default_factory=dict)
    """Which row each code is of."""
    drawn: Counter[Series] = field(default_factory=Counter)
    """How many codes it takes of each unit and day."""


def register_dossiers(
    session: Session,
    checked: Checked,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    doubles: Doubles | None = None,
    keep_good: bool = False,
    on_row: Progress | None = None,
) -> ImportReport:
    """Register every row that can be. Raises NothingImported if one cannot, unless `keep_good`.

    A row of a person, procedure and day that are there already, or in an earlier row, is refused
    unless `doubles` says what becomes of such.
    """
    found.take_turn(session, [row.form for row in checked.rows if row.form], now=now)
    on_doubles = _ON_DOUBLES.get(doubles, found.ask)
    tell = on_row or (lambda _done, _total: None)
    rows_of: dict[str, int] = {}
    reports: list[RowReport] = []
    for some in _at_a_time(checked.rows):
        outcomes = register_all(
            session,
            [row.form for row in some if row.form],
            by=by,
            calendar=calendar,
            now=now,
            on_doubles=on_doubles,
        )
        reports += _told(checked, some, outcomes, rows_of, doubles)
        for done in range(len(reports) - len(some), len(reports)):
            tell(done + 1, len(checked.rows))
    return finished(checked, reports, keep_good=keep_good)


def judge_rows(
    session: Session,
    checked: Checked,
    rows: Sequence[CheckedRow],
    so_far: SoFar,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    doubles: Doubles | None,
) -> list[RowReport]:
    """Tell what would become of some rows, after those `so_far`. Writes nothing."""
    forms = [row.form for row in rows if row.form]
    names = [f"#{row.row}" for row in rows if row.form]
    outcomes = judge_all(
        session,
        forms,
        names,
        so_far.people,
        by=by,
        calendar=calendar,
        now=now,
        on_doubles=_ON_DOUBLES.get(doubles, found.ask),
        drawn=so_far.drawn,
    )
    return list(_told(checked, rows, outcomes, so_far.rows_of, doubles))


_ON_DOUBLES: Mapping[Doubles | None, OnDoubles] = {
    Doubles.KEEP: found.keep,
    Doubles.SKIP: found.pass_over,
}

_AT_ONCE = 500
"""Rows that are registered together: of a longer list no more is held at once."""


def _at_a_time(rows: Sequence[CheckedRow]) -> Iterator[Sequence[CheckedRow]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _told(
    checked: Checked,
    rows: Sequence[CheckedRow],
    outcomes: Sequence[str | Refusal],
    rows_of: dict[str, int],
    doubles: Doubles | None,
) -> Iterator[RowReport]:
    """Say of each row what became of it; `rows_of` are the rows of the codes given out so far."""
    following = iter(outcomes)
    for row in rows:
        outcome = next(following) if row.form else None
        if outcome is None:
            yield RowReport(row.row, RowOutcome.REFUSED, faults=row.faults)
        elif isinstance(outcome, str):
            rows_of[outcome] = row.row
            yield RowReport(row.row, RowOutcome.REGISTERED, outcome)
        elif isinstance(outcome, PossibleDouble) and doubles is Doubles.SKIP:
            yield RowReport(row.row, RowOutcome.SKIPPED, outcome.codes[0])
        elif isinstance(outcome, PossibleDouble):
            yield refused(checked, row, _double_told(rows_of, outcome.codes))
        else:
            yield refused(checked, row, outcome)


def _double_told(rows_of: Mapping[str, int], before: Sequence[str]) -> Invalid:
    """Name what was there; of this very list the row, for its codes may not last."""
    rows = [rows_of[code] for code in before if code in rows_of]
    codes_before = [code for code in before if code not in rows_of]
    named_vi = ", ".join([*codes_before, *(f"dòng {row}" for row in rows)])
    named_en = ", ".join([*codes_before, *(f"row {row}" for row in rows)])
    return field_invalid(
        "code",
        f"Có thể trùng với {named_vi}: cùng người nộp, cùng thủ tục, cùng ngày. Vui lòng kiểm tra "
        "rồi nhập lại, chọn vẫn đăng ký (--doubles keep) hoặc bỏ qua (--doubles skip).",
        f"Perhaps the same as {named_en}: of one person, procedure and day. Check, then import "
        "again and choose to register them (--doubles keep) or pass over (--doubles skip).",
    )


def update_catalogue(
    session: Session,
    checked: Checked,
    *,
    keep_good: bool = False,
    on_row: Progress | None = None,
) -> ImportReport:
    """Add what is new and change what is not the same, by code; nothing is ever taken away.

    Columns that the file does not have stay as they are. What dossiers already carry (authority,
    day due) does not change with a procedure. Raises NothingImported unless `keep_good`.
    """
    columns = set(checked.headings)

    def keep(row: CheckedRow) -> tuple[RowOutcome, str]:
        return keep_form(session, checked.kind, row.form, columns), row.form.code

    reports = []
    for done, row in enumerate(checked.rows, start=1):
        reports.append(keep_row(session, checked, row, keep))
        if on_row:
            on_row(done, len(checked.rows))
    return finished(checked, reports, keep_good=keep_good)


def _keep_office(session: Session, form: OfficeRow, columns: set[str]) -> RowOutcome:
    if form.parent_code and not _find(session, Office, form.parent_code):
        raise field_invalid(
            "parent_code",
            "Chưa có điểm tiếp nhận cấp trên này; vui lòng đặt nó ở dòng trước.",
            "There is no such office yet; put it in an earlier row.",
        )
    values = form.model_dump() | {"successors": " ".join(form.successors)}
    return _upsert(session, Office, values, columns)


def _keep_authority(session: Session, form: AuthorityRow, columns: set[str]) -> RowOutcome:
    return _upsert(session, Authority, form.model_dump(), columns)


def _keep_procedure(session: Session, form: ProcedureRow, columns: set[str]) -> RowOutcome:
    authority = _find(session, Authority, form.authority)
    if authority is None:
        raise field_invalid(
            "authority", "Không có cơ quan giải quyết này.", "There is no such authority."
        )
    count, unit = form.limit
    values = form.model_dump(exclude={"authority", "limit"})
    values |= {"authority_id": authority.id, "limit_number": count, "limit_unit": unit.value}
    values["papers"] = "\n".join(form.papers)
    if "limit" in columns:
        columns = columns | {"limit_number", "limit_unit"}
    columns = columns | {"authority_id"}
    before = _find(session, Procedure, form.code)
    if before and "valid_from" in columns:
        keep_version(session, before, values, columns)
    return _upsert(session, Procedure, values, columns)


_KEEPERS: dict[Kind, Callable[[Session, Any, set[str]], RowOutcome]] = {
    Kind.OFFICES: _keep_office,
    Kind.AUTHORITIES: _keep_authority,
    Kind.PROCEDURES: _keep_procedure,
}


def keep_form(session: Session, kind: Kind, form: Any, columns: set[str]) -> RowOutcome:
    """Keep one row of the catalogue; of one that is there, these columns. Raises Invalid."""
    return _KEEPERS[kind](session, form, columns)


def _find(session: Session, table: Any, code: str) -> Any:
    return session.exec(select(table).where(table.code == code)).first()


def _upsert(
    session: Session, table: Any, values: Mapping[str, Any], columns: set[str]
) -> RowOutcome:
    row = _find(session, table, values["code"])
    if row is None:
        session.add(table(**values))
        session.flush()
        return RowOutcome.ADDED
    changed = {k: v for k, v in values.items() if k in columns and getattr(row, k) != v}
    for name, value in changed.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return RowOutcome.CHANGED if changed else RowOutcome.UNCHANGED
