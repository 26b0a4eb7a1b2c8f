"""How often a label or a receipt has been printed, and by whom.

Both are noted in one table. What stands for the medium in a receipt's note begins as no medium's
name can, so that neither is counted as the other.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from postal_tracker.staff import Caller
from postal_tracker.tables import PrintedLabel

_RECEIPT = "receipt "


@dataclass(frozen=True, slots=True)
class Paper:
    """What may be printed more than once: a parcel's label, a dossier's, or a dossier's receipt."""

    parcel_id: int | None = None
    dossier_id: int | None = None
    is_receipt: bool = False


def is_receipt() -> ColumnElement[bool]:
    """Return the condition that a note is of a receipt, not of a label."""
    return col(PrintedLabel.medium).startswith(_RECEIPT)


def copies(session: Session, paper: Paper) -> int:
    """Return how often it was printed before."""
    column = PrintedLabel.parcel_id if paper.parcel_id else PrintedLabel.dossier_id
    counted = select(func.count()).where(
        col(column) == (paper.parcel_id or paper.dossier_id),
        is_receipt() if paper.is_receipt else ~is_receipt(),
    )
    return int(session.exec(counted).one())


def note(
    session: Session,
    paper: Paper,
    *,
    medium: str,
    format: str,  # noqa: A002 - the word of the HTTP contract
    by: Caller,
    now: datetime,
    printer: str | None = None,
) -> None:
    """Note that it has been printed, once more perhaps."""
    session.add(
        PrintedLabel(
            parcel_id=paper.parcel_id,
            dossier_id=paper.dossier_id,
            copy_number=copies(session, paper) + 1,
            medium=_RECEIPT + medium if paper.is_receipt else medium,
            format=format,
            printed_at=now,
            printed_by=by.label,
            printer=printer,
        )
    )
    session.flush()
