"""What was put right in a dossier: which fields, by whom, when and why."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from postal_tracker.access import Scope
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import Correction, Dossier, EntryNote, LedgerEntry


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One field that was corrected; both texts are empty once they were erased."""

    field: str
    """Which."""
    was: str
    """What it held before."""
    became: str
    """What it has held since."""


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """One correction."""

    entry: int
    """Its number in the ledger."""
    recorded_at: datetime
    by: str
    reason: str
    """Why, in the words of whoever corrected it."""
    fields: list[str]
    """Which data it changed."""
    changes: list[ChangeView]
    """What they held; without those that were erased with all personal data."""


@dataclass(frozen=True, slots=True)
class CorrectionPage:
    """All corrections of a dossier, the oldest first."""

    items: list[CorrectionView]
    next_cursor: int | None = None


def corrections(session: Session, code: str, *, scope: Scope) -> CorrectionPage:
    """Return what was corrected in a dossier. Raises NotFound."""
    wanted = select(Dossier.id).where(Dossier.code == code, scope.covers(Dossier))
    dossier_id = session.exec(wanted).first()
    if dossier_id is None:
        raise no_such("dossier")
    rows = session.exec(
        select(LedgerEntry, EntryNote.text)
        .join(EntryNote, col(EntryNote.entry_id) == col(LedgerEntry.id), isouter=True)
        .where(LedgerEntry.dossier_id == dossier_id, LedgerEntry.what == Act.CORRECTED.value)
        .order_by(col(LedgerEntry.id))
    ).all()
    changes = _changes(session, [entry.id for entry, _ in rows])
    return CorrectionPage(
        [
            CorrectionView(
                entry=entry.id,
                recorded_at=entry.recorded_at,
                by=entry.by,
                reason=note or "",
                fields=(entry.fields or "").split(),
                changes=changes[entry.id],
            )
            for entry, note in rows
        ]
    )


def _changes(session: Session, entries: list[int]) -> dict[int, list[ChangeView]]:
    rows = session.exec(
        select(Correction).where(col(Correction.entry_id).in_(entries)).order_by(Correction.field)
    )
    found: dict[int, list[ChangeView]] = defaultdict(list)
    for row in rows:
        found[row.entry_id].append(ChangeView(row.field, row.was, row.became))
    return found
