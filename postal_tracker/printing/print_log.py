"""The print log: every printing of a label or a receipt, when, by whom, and which copy it was.

Both are noted in one table. A receipt's medium is stored with a prefix that no medium's name has,
so that neither is counted as the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from postal_tracker.access import Caller
from postal_tracker.storage.tables import PrintedLabel

_RECEIPT = "receipt "


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """What may be printed more than once: a parcel's label, a dossier's, or a dossier's receipt."""

    parcel_id: int | None = None
    dossier_id: int | None = None
    is_receipt: bool = False


Notes = Mapping[PrintedPaper, Sequence[PrintedLabel]]
"""Of each paper what has been noted, oldest first."""


def notes_of(session: Session, papers: Sequence[PrintedPaper]) -> Notes:
    """Return what has been noted of each of these papers."""
    rows = session.scalars(
        select(PrintedLabel)
        .where(
            or_(
                col(PrintedLabel.parcel_id).in_([p.parcel_id for p in papers if p.parcel_id]),
                col(PrintedLabel.dossier_id).in_([p.dossier_id for p in papers if p.dossier_id]),
            )
        )
        .order_by(col(PrintedLabel.id))
    )
    notes: dict[PrintedPaper, list[PrintedLabel]] = {paper: [] for paper in papers}
    for row in rows:
        notes.get(_paper_of(row), []).append(row)
    return notes


def _paper_of(note: PrintedLabel) -> PrintedPaper:
    return PrintedPaper(note.parcel_id, note.dossier_id, note.medium.startswith(_RECEIPT))


def latest_copy(notes: Sequence[PrintedLabel]) -> int:
    """Return the number of the latest copy; 0 of what was never printed.

    Not how many there are: a number stays used though an earlier copy was taken back.
    """
    return max((note.copy_number for note in notes), default=0)


def copies(session: Session, paper: PrintedPaper) -> int:
    """Return how often it was printed before."""
    return latest_copy(notes_of(session, [paper])[paper])


def new_note(
    paper: PrintedPaper,
    copy_number: int,
    *,
    medium: str,
    format: str,
    by: Caller,
    now: datetime,
    printer: str | None = None,
) -> PrintedLabel:
    """Return the note of one printing, to be stored; the first copy has number 1."""
    return PrintedLabel(
        parcel_id=paper.parcel_id,
        dossier_id=paper.dossier_id,
        copy_number=copy_number,
        medium=_RECEIPT + medium if paper.is_receipt else medium,
        format=format,
        printed_at=now,
        printed_by=by.label,
        printer=printer,
    )


def note(
    session: Session,
    paper: PrintedPaper,
    *,
    medium: str,
    format: str,
    by: Caller,
    now: datetime,
) -> None:
    """Note one more printing."""
    number = copies(session, paper) + 1
    session.add(new_note(paper, number, medium=medium, format=format, by=by, now=now))
    session.flush()
