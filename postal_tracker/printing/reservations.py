"""Reservations: a label is noted as printed before it is, and released if it certainly was not.

This is at-most-once delivery: the note is written ahead of the paper. Of two clerks who ask for one
label at once, one gets it and the other is told, or gets a reprint that says so on paper. If the
process is killed between the note and the paper, a label is noted that never came out. That is the
safe side: somebody sees that it is missing and prints it again, whereas nobody would see that a
parcel has two first labels. A reservation never expires: only release, doubt or a reprint end it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, or_, select, update

from postal_tracker.access import Caller, Scope
from postal_tracker.printing import print_log
from postal_tracker.printing.print_log import PrintedPaper
from postal_tracker.printing.sheets import Sheet
from postal_tracker.storage.tables import Dossier, Parcel, PrintedLabel

EVER = datetime.min.replace(tzinfo=UTC)
"""Whatever was printed counts as printed."""

NEVER = datetime.max.replace(tzinfo=UTC)
"""Nothing does: all is printed again."""


@dataclass(frozen=True, slots=True)
class LabelRef:
    """One label to be printed. By its id: a number may have come back on another parcel."""

    kind: Literal["parcels", "dossiers"]
    id: int
    code: str

    @property
    def paper(self) -> PrintedPaper:
        return (
            PrintedPaper(parcel_id=self.id)
            if self.kind == "parcels"
            else PrintedPaper(dossier_id=self.id)
        )


@dataclass(frozen=True, slots=True)
class Reservation:
    """A label reserved for this printing; `note` is the id of its row in the print log."""

    wanted: LabelRef
    note: int
    reprint: int
    """How often it was printed before."""


@dataclass(frozen=True, slots=True)
class PrintState:
    """How far the printing of some labels has come."""

    fresh: Sequence[LabelRef]
    """Still to be printed."""
    unsure: Sequence[LabelRef]
    """Those of which nobody has said yet whether they came out as the printer failed."""


def print_state_of(session: Session, wanted: Sequence[LabelRef], *, since: datetime) -> PrintState:
    """Return which labels have not been printed `since`, and which may have been."""
    notes = print_log.notes_of(session, [one.paper for one in wanted])
    fresh = [one for one in wanted if not _is_printed(notes[one.paper], since)]
    unsure = [one for one in wanted if notes[one.paper] and notes[one.paper][-1].is_unsure]
    return PrintState(fresh, unsure)


def _is_printed(notes: Sequence[PrintedLabel], since: datetime) -> bool:
    return any(note.printed_at >= since and not note.is_unsure for note in notes)


def reserve(
    session: Session,
    wanted: Sequence[LabelRef],
    sheet: Sheet,
    *,
    since: datetime,
    by: Caller,
    now: datetime,
    printer: str | None = None,
) -> list[Reservation]:
    """Note those as printed that have not been `since`, and return them for their paper."""
    _lock(session, wanted)
    notes = print_log.notes_of(session, [one.paper for one in wanted])
    rows = [
        (
            one,
            print_log.new_note(
                one.paper,
                print_log.latest_copy(notes[one.paper]) + 1,
                medium=sheet.medium.name,
                format=sheet.format,
                by=by,
                now=now,
                printer=printer,
            ),
        )
        for one in wanted
        if not _is_printed(notes[one.paper], since)
    ]
    session.add_all([row for _, row in rows])
    session.flush()
    return [Reservation(one, row.id, row.copy_number - 1) for one, row in rows]


def _lock(session: Session, wanted: Sequence[LabelRef]) -> None:
    """Lock the rows of these labels until we commit: nobody else reserves them meanwhile."""
    parcels = [one.id for one in wanted if one.kind == "parcels"]
    dossiers = [one.id for one in wanted if one.kind == "dossiers"]
    for row_id, ids in ((col(Parcel.id), parcels), (col(Dossier.id), dossiers)):
        session.exec(
            select(row_id).where(row_id.in_(ids)).order_by(row_id).with_for_update(key_share=True)
        ).all()


def release(session: Session, reserved: Sequence[Reservation]) -> None:
    """Give labels back that certainly are on no paper."""
    session.exec(delete(PrintedLabel).where(_of(reserved)))


def doubt(session: Session, reserved: Sequence[Reservation]) -> None:
    """Note that these labels may be on paper: still to be printed, but then as reprints."""
    session.exec(update(PrintedLabel).where(_of(reserved)).values(is_unsure=True))


def _of(reserved: Sequence[Reservation]) -> ColumnElement[bool]:
    return col(PrintedLabel.id).in_([one.note for one in reserved])


def came_out(session: Session, codes: Sequence[str], *, scope: Scope) -> int:
    """Note as printed those labels in doubt that somebody has seen; return how many those were."""
    parcels = select(Parcel.id).where(col(Parcel.tracking_number).in_(codes), scope.covers(Parcel))
    dossiers = select(Dossier.id).where(col(Dossier.code).in_(codes), scope.covers(Dossier))
    seen = session.exec(
        update(PrintedLabel)
        .where(
            col(PrintedLabel.is_unsure),
            or_(
                col(PrintedLabel.parcel_id).in_(parcels),
                col(PrintedLabel.dossier_id).in_(dossiers),
            ),
        )
        .values(is_unsure=False)
    )
    return int(seen.rowcount)
