"""Looking up, receiving back, and taking the last one back."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from adapters.event import Milestone
from postal_tracker import views
from postal_tracker.access import Caller
from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.journey import Act, Direction, Stage
from postal_tracker.core.problems import Problem
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks import acts, common, scanning
from postal_tracker.desks.scanning import ScanView
from postal_tracker.desks.station.told import Told, Tone, read_one, standing_of, told_of
from postal_tracker.forms import ScanForm, field_invalid
from postal_tracker.storage.tables import Dossier, Enclosure, LedgerEntry


def look_up(session: Session, text: str, *, by: Caller) -> Told:
    """Say what a reading is and where it stands."""
    seen = read_one(session, text, by)
    return told_of(Tone.RIGHT, seen, standing_of(seen))


def receive(session: Session, text: str, *, by: Caller, now: datetime) -> Told:
    """Take in a parcel or dossier that has come back. Raises Conflict, Forbidden."""
    seen = read_one(session, text, by)
    if _is_here(session, seen, by):
        return told_of(Tone.DOUBLE, seen, _ALREADY_HERE)
    if Act.RECEIVED_BACK not in seen.acts:
        return told_of(Tone.WRONG, seen, _not_back(seen))
    done = scanning.scan(session, ScanForm(code=text, act=Act.RECEIVED_BACK), by=by, now=now)
    inside, of_parcel = _entries_of(session, done, by, now)
    told = (
        (f"Đã nhận lại, {len(inside)} hồ sơ bên trong.", f"Received back, inside: {len(inside)}.")
        if done.kind == "parcel"
        else ("Đã nhận lại.", "Received back.")
    )
    return Told(Tone.RIGHT, *told, done.kind, done.code, [*inside, *of_parcel])


_ALREADY_HERE = ("Đã nhận trước đó, đang ở điểm tiếp nhận.", "Received before, it is here.")


def _not_back(seen: ScanView) -> Pair:
    """Say why nothing can be received back of it."""
    if seen.kind == "handover":
        return (
            "Đây là bảng kê. Vui lòng quét từng bưu gửi hoặc hồ sơ.",
            "This is a list. Scan each parcel or dossier.",
        )
    vi, en = standing_of(seen)
    return f"Không thể nhận lại: {vi}.", f"This cannot be received back: {en}."


_TO_US = (Direction.TO_CENTRE, Direction.TO_OFFICE)


def _is_here(session: Session, seen: ScanView, by: Caller) -> bool:
    """Whether the record says that it has come back, or never left."""
    if seen.kind == "parcel":
        parcel = views.find_parcel(session, seen.code, scope=by.scope)
        ends = Milestone.DELIVERED if parcel.direction in _TO_US else None
        return not parcel.open and parcel.milestone in (ends, Milestone.RETURNED)
    if seen.kind != "dossier":
        return False
    return seen.stage == Stage.WITH_OFFICE or (
        seen.stage in (Stage.AT_CENTRE, Stage.RETURNED) and _came_last(session, seen.code, by)
    )


def _came_last(session: Session, code: str, by: Caller) -> bool:
    """Whether the last that our desks did with a dossier's papers was to receive it back."""
    struck = select(LedgerEntry.strikes_id).where(
        LedgerEntry.dossier_id == Dossier.id, col(LedgerEntry.strikes_id).is_not(None)
    )
    last = session.exec(
        select(LedgerEntry.what)
        .join(Dossier, col(Dossier.id) == LedgerEntry.dossier_id)
        .where(
            Dossier.code == code,
            by.scope.covers(Dossier),
            col(LedgerEntry.what).in_((Act.SEALED.value, Act.RECEIVED_BACK.value)),
            col(LedgerEntry.id).not_in(struck.correlate(Dossier)),
        )
        .order_by(col(LedgerEntry.happened_at).desc(), col(LedgerEntry.id).desc())
        .limit(1)
    ).first()
    return last == Act.RECEIVED_BACK


_TAKEN_BACK = (Act.RECEIVED_BACK.value, Milestone.DELIVERED.value, Milestone.RETURNED.value)


def _entries_of(
    session: Session, seen: ScanView, by: Caller, now: datetime
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the entries that this act has just made: of dossiers, and of their parcel."""
    if seen.kind == "parcel":
        parcel = views.find_parcel(session, seen.code, scope=by.scope)
        inside = select(Enclosure.dossier_id).where(Enclosure.parcel_id == parcel.id)
        own = col(LedgerEntry.parcel_id) == parcel.id
    else:
        inside = select(Dossier.id).where(Dossier.code == seen.code, by.scope.covers(Dossier))
        held = select(Enclosure.parcel_id).where(col(Enclosure.dossier_id).in_(inside))
        own = col(LedgerEntry.parcel_id).in_(held)
    query = select(LedgerEntry.id).where(
        LedgerEntry.recorded_at == now,
        LedgerEntry.by == by.label,
        col(LedgerEntry.what).in_(_TAKEN_BACK),
    )
    of_dossiers = session.exec(query.where(col(LedgerEntry.dossier_id).in_(inside))).all()
    of_parcel = session.exec(query.where(col(LedgerEntry.dossier_id).is_(None), own)).all()
    return of_dossiers, of_parcel


MOST_UNDONE = 200


def undo(
    session: Session, entries: Sequence[int], *, by: Caller, calendar: Calendar, now: datetime
) -> Told:
    """Strike out what a reading did, the last first, if this caller did it.

    Raises Invalid (there is nothing of his to take back), Conflict (done already, travels on).
    """
    codes: list[str] = []
    for entry_id in entries[:MOST_UNDONE]:
        dossier = _dossier_of(session, entry_id, by)
        acts.strike_out(session, dossier, entry_id, by=by, calendar=calendar, now=now)
        codes.append(dossier.code)
    if not codes:
        raise _nothing_to_undo()
    return Told(Tone.RIGHT, *_UNDONE, "dossier", codes[0])


_UNDONE = ("Đã hoàn tác lượt quét này.", "This scan is undone.")


def _dossier_of(session: Session, entry_id: int, by: Caller) -> Dossier:
    """Return the dossier by which an entry of the caller's is struck out."""
    entry = session.get(LedgerEntry, entry_id)
    if entry is None or entry.by != by.label or entry.what not in _TAKEN_BACK:
        raise _nothing_to_undo()
    inside = select(Enclosure.dossier_id).where(Enclosure.parcel_id == entry.parcel_id)
    wanted = (
        col(Dossier.id) == entry.dossier_id if entry.dossier_id else col(Dossier.id).in_(inside)
    )
    found = session.exec(
        select(Dossier.code).where(wanted, by.scope.covers(Dossier)).order_by(col(Dossier.id))
    ).first()
    if found is None:
        raise _nothing_to_undo()
    return common.find_dossiers(session, [found], scope=by.scope)[0]


def _nothing_to_undo() -> Problem:
    return field_invalid(
        "entry", "Không có gì để hoàn tác ở đây.", "There is nothing to undo here."
    )
