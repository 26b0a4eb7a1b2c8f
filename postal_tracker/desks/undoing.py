"""A courier takes back what he has just told; later only the desk corrects it, with a reason."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from postal_tracker import ledger
from postal_tracker.access import Caller
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import Conflict
from postal_tracker.desks.acts import refuse_reopened
from postal_tracker.desks.common import desk_entry
from postal_tracker.storage.tables import LedgerEntry
from postal_tracker.views.parcels import find_parcel

FOR_A_WHILE = timedelta(minutes=2)


def undo(session: Session, event_id: str, *, by: Caller, now: datetime) -> None:
    """Strike out what this caller told under that id. Undone already: nothing happens.

    Raises Conflict (nothing of his, or told too long ago).
    """
    entry = session.exec(
        select(LedgerEntry).where(LedgerEntry.key == f"{by.label}:{event_id}")
    ).first()
    if entry is None or entry.recorded_at < now - FOR_A_WHILE:
        raise Conflict(
            "too-late-to-undo",
            "Chỉ hoàn tác được trong hai phút. Vui lòng báo điểm tiếp nhận để đính chính.",
            "This can be undone for two minutes only. Please have the office correct it.",
        )
    struck = select(LedgerEntry.id).where(
        LedgerEntry.parcel_id == entry.parcel_id,
        col(LedgerEntry.dossier_id).is_(None),
        LedgerEntry.strikes_id == entry.id,
    )
    if not session.exec(struck).first():
        refuse_reopened(session, entry)
        told = desk_entry(
            Act.STRUCK_OUT, by=by, at=now, parcel_id=entry.parcel_id, strikes_id=entry.id
        )
        ledger.record(session, [told], now=now)


def told_just_now(session: Session, number: str, *, by: Caller, now: datetime) -> str:
    """Return the id under which this caller told of a parcel last, if it can be taken back.

    Raises NotFound.
    """
    parcel = find_parcel(session, number, scope=by.scope)
    told = select(LedgerEntry).where(
        LedgerEntry.parcel_id == parcel.id,
        col(LedgerEntry.dossier_id).is_(None),
        LedgerEntry.recorded_at >= now - FOR_A_WHILE,
    )
    entries = session.exec(told.order_by(col(LedgerEntry.id).desc())).all()
    struck, own = {entry.strikes_id for entry in entries}, f"{by.label}:"
    ids = (e.key for e in entries if e.id not in struck and e.key.startswith(own))
    return next(ids, "").removeprefix(own)
