"""Recording what a list tells of dossiers that are there: acts, each once."""

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from postal_tracker.access import Caller
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks import acts
from postal_tracker.desks.common import find_dossiers
from postal_tracker.desks.imports.act_rows import ACT_OF, IN_TURN, ActRow
from postal_tracker.desks.imports.checking import Checked, CheckedRow, Progress
from postal_tracker.desks.imports.outcomes import ImportReport, RowOutcome, finished, keep_row
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import Dossier, LedgerEntry


def record_acts(
    session: Session,
    checked: Checked,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    keep_good: bool = False,
    on_row: Progress | None = None,
) -> ImportReport:
    """Record every act that can be, in the order in which they happened.

    What is recorded of a dossier already, by this list or by anybody, is not told again: the same
    act of the same time. Nor is it if it was struck out since. Raises NothingImported if a row is
    refused, unless `keep_good`.
    """

    def keep(row: CheckedRow) -> tuple[RowOutcome, str]:
        told = _tell(session, row.form, by=by, calendar=calendar, now=now)
        return told, row.form.code

    reports = []
    for done, row in enumerate(sorted(checked.rows, key=_turn), start=1):
        reports.append(keep_row(session, checked, row, keep))
        if on_row:
            on_row(done, len(checked.rows))
    reports.sort(key=lambda report: report.row)
    return finished(checked, reports, keep_good=keep_good)


def _turn(row: CheckedRow) -> tuple[datetime, int]:
    """Return when a row's turn is; of one that cannot be right it makes no difference."""
    form: ActRow | None = row.form
    if form is None or form.at is None:
        return datetime.max.replace(tzinfo=UTC), 0
    return form.at, IN_TURN.index(form.act)


def _tell(
    session: Session, form: ActRow, *, by: Caller, calendar: Calendar, now: datetime
) -> RowOutcome:
    [dossier] = find_dossiers(session, [form.code], scope=by.scope)
    if form.act == "strike_out":
        wanted = _entry(session, dossier, form.strikes, form.at)
        if wanted is None:
            raise field_invalid(
                "strikes",
                "Vui lòng ghi việc bị hủy; hồ sơ phải có việc này vào thời điểm được nêu.",
                "Say which act is taken back: one that the dossier has at that time.",
            )
        if _is_struck_out(session, wanted):
            return RowOutcome.UNCHANGED
        form = form.model_copy(update={"entry": wanted.id, "at": None})
    elif _entry(session, dossier, form.act, form.at):
        return RowOutcome.UNCHANGED
    acts.act(session, form.code, form, by=by, calendar=calendar, now=now)
    return RowOutcome.RECORDED


def _entry(
    session: Session, dossier: Dossier, word: str, at: datetime | None
) -> LedgerEntry | None:
    """Return what is recorded of an act of this time, if anything is."""
    return session.exec(
        select(LedgerEntry)
        .where(
            LedgerEntry.dossier_id == dossier.id,
            LedgerEntry.what == ACT_OF.get(word),
            LedgerEntry.happened_at == at,
        )
        .order_by(col(LedgerEntry.id))
    ).first()


def _is_struck_out(session: Session, entry: LedgerEntry) -> bool:
    by_it = select(LedgerEntry.id).where(LedgerEntry.strikes_id == entry.id)
    return session.exec(by_it).first() is not None
