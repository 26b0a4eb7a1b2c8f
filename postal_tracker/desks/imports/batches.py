"""Which dossiers came in with which list, and taking a whole list back while all of it lies here.

Raises NotFound, Conflict (one of them went on, it was taken back already).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlmodel import Session, col, func, select

from postal_tracker import ledger
from postal_tracker.access import Caller, Scope
from postal_tracker.core.journey import Act, Stage
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.desks.common import desk_entry, moment_after
from postal_tracker.desks.imports.outcomes import ImportReport, RowOutcome
from postal_tracker.storage.tables import (
    Dossier,
    LedgerEntry,
    ListImport,
    ListImportLine,
    table_of,
)

MOST_LISTED = 10

_STAYED = (Act.REGISTERED.value, Act.POSSIBLE_DOUBLE.value, Act.CORRECTED.value)
"""What may have happened to a dossier that still lies where it came in."""


@dataclass(frozen=True, slots=True)
class BatchView:
    """A list that came in."""

    id: int
    by: str
    imported_at: datetime
    undone_at: datetime | None
    dossiers: int
    """How many came in with it."""


def note(session: Session, report: ImportReport, digest: str, *, by: Caller, now: datetime) -> int:
    """Remember what came in with a list; return its number."""
    number = begin(session, digest, by=by, now=now)
    add_lines(session, number, report, scope=by.scope)
    return number


def begin(session: Session, digest: str, *, by: Caller, now: datetime) -> int:
    """Return the number of a list of which the first dossiers come in."""
    made = ListImport(digest=digest, by=by.label, imported_at=now)
    session.add(made)
    session.flush()
    return made.id


def add_lines(session: Session, number: int, report: ImportReport, *, scope: Scope) -> None:
    """Remember what came in with a list."""
    codes = [row.code for row in report.rows if row.outcome is RowOutcome.REGISTERED]
    for some in (codes[i : i + 500] for i in range(0, len(codes), 500)):
        ids = session.exec(
            select(Dossier.id).where(col(Dossier.code).in_(some), scope.covers(Dossier))
        )
        lines = [{"import_id": number, "dossier_id": id_} for id_ in ids]
        session.connection().execute(insert(table_of(ListImportLine)), lines)


def refuse_same(session: Session, digest: str) -> None:
    """Refuse a file that came in before, unless that was taken back. Raises Conflict."""
    before = session.exec(
        select(ListImport)
        .where(ListImport.digest == digest, col(ListImport.undone_at).is_(None))
        .order_by(col(ListImport.id).desc())
        .limit(1)
    ).first()
    if before:
        raise Conflict(
            "imported-before",
            f"Tệp này đã được nhập (lần {before.id}). Nếu vẫn muốn nhập lại, vui lòng đánh dấu "
            "“Vẫn nhập tệp đã nhập”.",
            f"This very file was imported before (number {before.id}). To import it again, tick "
            "'Import it again'.",
        )


def listed(session: Session, *, by: Caller) -> list[BatchView]:
    """Return the newest lists of which dossiers lie within reach, newest first."""
    newest = select(ListImport.id).order_by(col(ListImport.id).desc()).limit(MOST_LISTED)
    rows = session.exec(
        select(ListImport, func.count())
        .join(ListImportLine, col(ListImportLine.import_id) == col(ListImport.id))
        .join(Dossier, col(Dossier.id) == col(ListImportLine.dossier_id))
        .where(by.scope.covers(Dossier))
        .where(col(ListImport.id).in_(newest))
        .group_by(col(ListImport.id))
        .order_by(col(ListImport.id).desc())
    )
    return [BatchView(b.id, b.by, b.imported_at, b.undone_at, n) for b, n in rows]


def undo(session: Session, id_: int, reason: str, *, by: Caller, now: datetime) -> int:
    """Withdraw all that came in with a list, for one reason; return how many there were."""
    refuse_undo(session, id_, by=by)
    dossiers = _dossiers(session, id_, by.scope)
    _withdraw(session, dossiers, reason, by=by, now=now)
    note_undone(session, id_, now)
    return len(dossiers)


def refuse_undo(session: Session, id_: int, *, by: Caller) -> int:
    """Refuse to take back what went on, or was taken back; return how many dossiers there are."""
    batch = session.get(ListImport, id_)
    within_reach: int = session.exec(_within(func.count(), id_, by.scope)).one()
    if batch is None or not within_reach:
        raise no_such("list")
    if batch.undone_at:
        raise Conflict(
            "import-undone",
            "Danh sách này đã được hủy nhập.",
            "This list was taken back already.",
        )
    _refuse_gone_on(session, id_, within_reach, by.scope)
    return within_reach


def undo_some(
    session: Session, id_: int, reason: str, *, after: int, most: int, by: Caller, now: datetime
) -> tuple[int, list[str]]:
    """Withdraw the next of a list's dossiers; return the last one's id, and which had gone on."""
    some = _dossiers(session, id_, by.scope, after, most)
    on_the_way = set(session.exec(_gone_on(Dossier.id, [one.id for one in some], by.scope)))
    lying = [d for d in some if d.id not in on_the_way and d.stage != Stage.CANCELLED]
    _withdraw(session, lying, reason, by=by, now=now)
    return max((d.id for d in some), default=after), [d.code for d in some if d.id in on_the_way]


def note_undone(session: Session, id_: int, now: datetime) -> None:
    session.exec(update(ListImport).where(col(ListImport.id) == id_).values(undone_at=now))


def _withdraw(
    session: Session, dossiers: Sequence[Dossier], reason: str, *, by: Caller, now: datetime
) -> None:
    at = moment_after(dossiers, now)
    entries = [
        desk_entry(Act.CANCELLED, by=by, at=at, dossier_id=d.id, details={"reason": reason})
        for d in dossiers
    ]
    ledger.record(session, entries, now=now)


def _within(what: Any, id_: int, scope: Scope) -> Any:
    """Return the query for those of a list's dossiers that lie within reach."""
    return (
        select(what)
        .select_from(ListImportLine)
        .join(Dossier, col(ListImportLine.dossier_id) == col(Dossier.id))
        .where(ListImportLine.import_id == id_, scope.covers(Dossier))
    )


def _dossiers(
    session: Session, id_: int, scope: Scope, after: int = 0, most: int | None = None
) -> list[Dossier]:
    line = col(ListImportLine.dossier_id)
    some = _within(Dossier, id_, scope).where(line > after)
    return list(session.exec(some.order_by(line).limit(most)))


def _gone_on(what: Any, ids: Any, scope: Scope) -> Any:
    """Return the query for those of some dossiers to which anything else happened."""
    return (
        select(what)
        .join(LedgerEntry, col(LedgerEntry.dossier_id) == col(Dossier.id))
        .where(col(Dossier.id).in_(ids), scope.covers(Dossier))
        .where(col(LedgerEntry.what).not_in(_STAYED))
        .distinct()
    )


def _refuse_gone_on(session: Session, id_: int, within_reach: int, scope: Scope) -> None:
    """Refuse if anything else happened to one of them, or one lies out of reach."""
    lines = select(ListImportLine.dossier_id).where(ListImportLine.import_id == id_)
    gone = session.exec(_gone_on(Dossier.code, lines, scope).limit(5)).all()
    count = session.exec(select(func.count()).where(ListImportLine.import_id == id_)).one()
    if gone or count != within_reach:
        named = ", ".join(gone) or "–"
        raise Conflict(
            "import-went-on",
            f"Không hủy được cả danh sách: đã có việc khác với hồ sơ {named}. Vui lòng rút từng "
            "hồ sơ nhập nhầm.",
            f"The list cannot be taken back as a whole: something else was done with {named}. "
            "Withdraw what came in by mistake one by one.",
        )
