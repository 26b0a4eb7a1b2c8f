"""Long lists: brought in a few rows at a time, so that others write in between, and seen to go on.

First every row is judged, and nothing is written; then the rows are kept in slices, each in one
transaction that also says how far it has come. So whoever takes the work up after a crash goes on
exactly there. If a row cannot be kept after all (somebody has registered it meanwhile), what came
in before it is taken back: it is all or nothing, as for a short list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import defer
from sqlmodel import Session, col, or_, select

from postal_tracker.access import Caller, audit
from postal_tracker.access.audit import Audited, Note
from postal_tracker.core.problems import Conflict, FieldFault, Problem, no_such
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks.imports import batches
from postal_tracker.desks.imports.checking import Checked
from postal_tracker.desks.imports.columns import Doubles, Kind
from postal_tracker.desks.imports.keeping import register_dossiers
from postal_tracker.desks.imports.outcomes import ImportReport, RowOutcome, RowReport
from postal_tracker.storage.tables import ListWork

LEASE = timedelta(seconds=30)
"""For how long whoever works on a list may be silent before another goes on with it."""

KEPT = timedelta(days=2)
"""How long it can be looked up what became of a list."""

MOST_AT_ONCE = 10
"""Lists that wait or are under way; of one person one."""

MOST_TOLD = 100
"""Rows that are told of; those that are refused come first."""


class Task(StrEnum):
    """What is to be done with a list."""

    CHECK = "check"
    KEEP = "keep"
    UNDO = "undo"


class State(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    READING = "reading"
    CHECKING = "checking"
    KEEPING = "keeping"
    UNDOING = "undoing"
    CHECKED = "checked"
    KEPT = "kept"
    REFUSED = "refused"
    UNDONE = "undone"


ENDED = (State.CHECKED, State.KEPT, State.REFUSED, State.UNDONE)


class Lost(Exception):
    """Somebody else works on it now."""


@dataclass(frozen=True, slots=True)
class Ways:
    """For whom a list is brought in, and by which calendar."""

    by: Caller
    calendar: Calendar


def begin(
    session: Session,
    task: Task,
    *,
    by: Caller,
    now: datetime,
    **what: Any,
) -> int:
    """Have a list brought in or taken back; return the work's number. Raises Conflict."""
    waiting = session.exec(_open(select(ListWork.by))).all()
    if by.label in waiting or len(waiting) >= MOST_AT_ONCE:
        raise Conflict(
            "import-under-way",
            "Đang nhập một danh sách khác. Vui lòng chờ đến khi xong rồi gửi lại.",
            "Another list is under way. Wait until it is done, then send this one again.",
        )
    made = ListWork(task=task, state=State.WAITING, by=by.label, began_at=now, told_at=now, **what)
    session.add(made)
    session.flush()
    return made.id


def found(session: Session, id_: int, *, by: Caller) -> ListWork:
    """Return one's own work, without its file. Raises NotFound."""
    query = select(ListWork).where(ListWork.id == id_, ListWork.by == by.label)
    work = session.exec(query.options(defer(_DATA))).first()
    if work is None:
        raise no_such("list")
    return work


def own(session: Session, *, by: Caller) -> int | None:
    """Return the number of what somebody has under way."""
    query = _open(select(ListWork.id)).where(ListWork.by == by.label)
    number: int | None = session.exec(query).first()
    return number


def any_waits(session: Session) -> bool:
    """Tell whether anything is under way at all."""
    return session.exec(_open(select(ListWork.id)).limit(1)).first() is not None


def take(session: Session, worker: str, *, now: datetime) -> ListWork | None:
    """Return the work that waits longest for somebody, with its file, and hold it."""
    silent = or_(ListWork.worker == "", col(ListWork.told_at) < now - LEASE)
    query = _open(select(ListWork)).where(silent).order_by(col(ListWork.id)).limit(1)
    work: ListWork | None = session.exec(query.with_for_update(skip_locked=True)).first()
    if work:
        work.worker, work.told_at = worker, now
    return work


def note_step(
    session: Session, work: ListWork, state: State, *, now: datetime, **more: Any
) -> None:
    """Say how far it is. Raises Lost."""
    ours = (col(ListWork.id) == work.id, col(ListWork.worker) == work.worker)
    told = update(ListWork).where(*ours, col(ListWork.ended_at).is_(None))
    values = {"state": state, "told_at": now, **more}
    if not session.connection().execute(told.values(**values)).rowcount:
        raise Lost


def end(
    session: Session, work: ListWork, state: State, report: Mapping[str, Any], *, now: datetime
) -> Note:
    """End it; the file is kept no longer. Returns what was written into the audit log."""
    note_step(session, work, state, now=now, report=report, data=None, reason="", ended_at=now)
    detail = f"list {work.id}: {work.task}, {state}"
    note = Note(Audited.COMMAND, now, who=work.by, door="/desk/imports", detail=detail)
    audit.record(session, [note])
    return note


def keep_some(
    session: Session, work: ListWork, checked: Checked, ways: Ways, most: int, *, now: datetime
) -> tuple[int, int]:
    """Keep the next rows; return how many are done, and how many there are.

    Raises NothingImported, Lost.
    """
    held = _held(session, work)
    if not held.import_id:
        held.import_id = batches.begin(session, held.digest, by=ways.by, now=now)
    rows = checked.rows[held.done : held.done + most]
    report = register_dossiers(
        session,
        replace(checked, rows=rows),
        by=ways.by,
        calendar=ways.calendar,
        now=now,
        doubles=doubles_of(work),
    )
    batches.add_lines(session, held.import_id, report, scope=ways.by.scope)
    held.done, held.told_at = held.done + len(rows), now
    return held.done, len(checked.rows)


def undo_some(
    session: Session, work: ListWork, by: Caller, most: int, *, now: datetime
) -> tuple[bool, list[str]]:
    """Take the next dossiers back; return whether all are, and which of these had gone on."""
    held = _held(session, work)
    if not held.import_id:
        return True, []
    before = held.reached
    held.reached, on_the_way = batches.undo_some(
        session, held.import_id, held.reason, after=before, most=most, by=by, now=now
    )
    held.done, held.told_at = held.done + most, now
    if held.reached > before:
        return False, on_the_way
    batches.note_undone(session, held.import_id, now)
    return True, on_the_way


def doubles_of(work: ListWork) -> Doubles | None:
    return Doubles(work.doubles) if work.doubles else None


def forget_old(session: Session, most: int, *, now: datetime) -> int:
    """Delete what ended long ago; return how many went."""
    old = select(ListWork.id).where(col(ListWork.ended_at) < now - KEPT).limit(most)
    gone = delete(ListWork).where(col(ListWork.id).in_(old))
    return session.connection().execute(gone).rowcount


_DATA: Any = ListWork.data


def _open(query: Any) -> Any:
    return query.where(col(ListWork.ended_at).is_(None))


def _held(session: Session, work: ListWork) -> ListWork:
    """Return the work as it stands, locked. Raises Lost."""
    query = _open(select(ListWork)).where(ListWork.id == work.id, ListWork.worker == work.worker)
    held: ListWork | None = session.exec(query.options(defer(_DATA)).with_for_update()).first()
    if held is None:
        raise Lost
    return held


# What became of it, as the table keeps it


def told_of_rows(
    rows: Sequence[RowReport], ignored: Sequence[str], *, kept: bool = False
) -> dict[str, Any]:
    """Return what became of a list, and of its rows as far as a page tells."""
    refused = sum(row.outcome is RowOutcome.REFUSED for row in rows)
    skipped = sum(row.outcome is RowOutcome.SKIPPED for row in rows)
    first = sorted(rows, key=lambda row: not row.faults)[:MOST_TOLD]
    return {
        "kept": kept,
        "good": len(rows) - refused - skipped,
        "refused": refused,
        "skipped": skipped,
        "ignored": list(ignored),
        "rows": [asdict(row) for row in first],
    }


def told_of_problem(problem: Problem) -> dict[str, Any]:
    """Return why a list cannot be read at all."""
    return {"vi": problem.vi, "en": problem.en}


def report_of(told: Mapping[str, Any]) -> ImportReport:
    """Return what became of a list as a page shows it."""
    rows = [
        RowReport(
            row["row"],
            RowOutcome(row["outcome"]),
            row["code"],
            [FieldFault(**fault) for fault in row["faults"]],
        )
        for row in told["rows"]
    ]
    counts = (told["good"], told["refused"], told["skipped"])
    return ImportReport(Kind.DOSSIERS, told["kept"], *counts, told["ignored"], rows)
