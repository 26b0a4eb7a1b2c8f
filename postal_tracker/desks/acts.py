"""What the desk does with a dossier after it was taken in, and how a mistake is taken back."""

from datetime import datetime

from sqlmodel import Session, col, select

from adapters.event import Milestone
from postal_tracker import ledger
from postal_tracker.access import Caller
from postal_tracker.core.journey import FINAL_MILESTONES, LIMIT_ACTS, Act, Direction, Stage
from postal_tracker.core.problems import Conflict, Forbidden
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks import statutory
from postal_tracker.desks.common import (
    act_on,
    check_time,
    desk_entry,
    find_dossiers,
    moment_after,
    open_parcel,
)
from postal_tracker.forms import ActForm, field_invalid
from postal_tracker.storage.tables import Dossier, Enclosure, LedgerEntry, Office, Parcel

_POSSIBLE: dict[Stage, tuple[Act, ...]] = {
    Stage.WITH_OFFICE: (Act.RESULT_READY, Act.COLLECTED, Act.CANCELLED),
    Stage.SEALED: (Act.TAKEN_OUT,),
    Stage.TO_OFFICE: (Act.RECEIVED_BACK,),
    Stage.TO_AUTHORITY: (),
    Stage.AT_AUTHORITY: (Act.RESULT_READY, Act.RECEIVED_BACK),
    Stage.TO_CENTRE: (Act.RECEIVED_BACK,),
    Stage.AT_CENTRE: (Act.RECEIVED_BACK, Act.COLLECTED),
    Stage.TO_CITIZEN: (Act.RECEIVED_BACK,),
    Stage.RETURNED: (Act.RECEIVED_BACK, Act.COLLECTED, Act.CANCELLED),
    Stage.LOST: (Act.RECEIVED_BACK,),
    Stage.DELIVERED: (),
    Stage.COLLECTED: (),
    Stage.CANCELLED: (),
    Stage.REFUSED: (),
}
"""What a desk can do with a dossier at each stage; a strike-out is possible always."""


_SYNONYMS = {"hand_over_result": Act.COLLECTED}


def possible_acts(stage: Stage) -> tuple[Act, ...]:
    return _POSSIBLE[stage]


def act(
    session: Session, code: str, form: ActForm, *, by: Caller, calendar: Calendar, now: datetime
) -> None:
    """Do one desk act, of those that move papers or of those that the law knows.

    Raises NotFound, Invalid, Conflict (not at this stage), Forbidden (another office's parcel).
    """
    dossier = find_dossiers(session, [code], scope=by.scope)[0]
    at = _when(dossier, form, now)
    if form.act == "strike_out":
        strike_out(session, dossier, form.entry, by=by, calendar=calendar, now=now, note=form.note)
    elif form.act in statutory.ACTS:
        statutory.act(session, dossier, form, by=by, calendar=calendar, at=at, now=now)
    else:
        _move(session, dossier, form, by=by, at=at, now=now)


def move(session: Session, code: str, form: ActForm, *, by: Caller, now: datetime) -> None:
    """Do an act that moves papers. Raises as `act`."""
    dossier = find_dossiers(session, [code], scope=by.scope)[0]
    _move(session, dossier, form, by=by, at=_when(dossier, form, now), now=now)


def _when(dossier: Dossier, form: ActForm, now: datetime) -> datetime:
    at = form.at or moment_after([dossier], now)
    check_time(at, "at", now, since=dossier.received_at)
    return at


def _move(
    session: Session, dossier: Dossier, form: ActForm, *, by: Caller, at: datetime, now: datetime
) -> None:
    wanted = _SYNONYMS.get(form.act) or Act(form.act)
    _refuse_now(dossier, wanted, at)
    parcel = open_parcel(session, dossier)
    if parcel and wanted in (Act.RECEIVED_BACK, Act.TAKEN_OUT):
        _refuse_others(parcel, by)
    place = ""
    if wanted is Act.RECEIVED_BACK:
        place = _place_of(session, dossier, by)
        if parcel:
            _note_arrival(session, parcel, by=by, at=at, now=now)
    if wanted is Act.TAKEN_OUT and parcel:
        session.delete(session.get_one(Enclosure, (parcel.id, dossier.id)))
        session.flush()
    about = parcel.id if wanted is Act.TAKEN_OUT and parcel else None
    entry = desk_entry(
        wanted,
        by=by,
        at=at,
        dossier_id=dossier.id,
        parcel_id=about,
        place=place,
        note=form.note,
        details={"to": form.to} if wanted is Act.COLLECTED and form.to else {},
    )
    ledger.record(session, [entry], now=now)


def _refuse_now(dossier: Dossier, wanted: Act, at: datetime) -> None:
    """Whoever tells late that there was a result, before it was handed out, is heard as well."""
    if wanted is Act.RESULT_READY and dossier.closed_by:
        raise _not_now(dossier)
    told_late = wanted is Act.RESULT_READY and dossier.settled_at and at < dossier.settled_at
    if not told_late and wanted not in possible_acts(Stage(dossier.stage)):
        raise _not_now(dossier)


def _refuse_others(parcel: Parcel, by: Caller) -> None:
    """Whoever opens a parcel does so for all that is in it: another office's stays closed."""
    if not by.scope.reaches(Parcel, parcel.office_id, parcel.carrier):
        raise Forbidden(
            "another-offices-parcel",
            f"Hồ sơ nằm trong bưu gửi {parcel.tracking_number} của điểm tiếp nhận khác. Vui lòng "
            "liên hệ nơi đó để ghi nhận bưu gửi.",
            f"The dossier is in parcel {parcel.tracking_number} of another office. Ask them to "
            "record what became of the parcel.",
        )


def _not_now(dossier: Dossier) -> Conflict:
    possible = ", ".join(possible_acts(Stage(dossier.stage))) or "strike_out"
    return Conflict(
        "not-at-this-stage",
        f"Không thể làm việc này với hồ sơ {dossier.code} ở tình trạng hiện tại. "
        f"Có thể: {possible}.",
        f"That cannot be done with dossier {dossier.code} as it stands. Possible: {possible}.",
    )


def _place_of(session: Session, dossier: Dossier, by: Caller) -> str:
    office = session.get(Office, by.office_id or dossier.office_id)
    return office.name_vi if office else ""


def _note_arrival(
    session: Session, parcel: Parcel, *, by: Caller, at: datetime, now: datetime
) -> None:
    """A parcel that lies opened on our desk has arrived, whether its carrier says so or not."""
    ours = parcel.direction == Direction.TO_OFFICE and by.office_id in (None, parcel.to_office_id)
    to_us = ours or parcel.direction == Direction.TO_CENTRE
    what = Milestone.DELIVERED if to_us else Milestone.RETURNED
    ledger.record(session, [desk_entry(what, by=by, at=at, parcel_id=parcel.id)], now=now)


def receive_parcel(
    session: Session, parcel: Parcel, *, by: Caller, at: datetime, now: datetime
) -> None:
    """Take in a parcel that has come to our desk, with all that is in it."""
    inside = session.exec(
        select(Dossier)
        .join(Enclosure, col(Enclosure.dossier_id) == Dossier.id)
        .where(Enclosure.parcel_id == parcel.id, col(Enclosure.open))
        .order_by(col(Dossier.id))
    )
    dossiers = list(inside)  # asked first: with the parcel's arrival nothing is in it any more
    at = moment_after(dossiers, at)
    _note_arrival(session, parcel, by=by, at=at, now=now)
    place = _place_of(session, dossiers[0], by) if dossiers else ""
    between = parcel if parcel.direction == Direction.TO_OFFICE else None
    act_on(session, dossiers, Act.RECEIVED_BACK, by=by, at=at, now=now, place=place, parcel=between)


_UNDONE_OTHERWISE = (
    Act.REGISTERED,
    Act.SEALED,
    Act.TAKEN_OUT,
    Act.STRUCK_OUT,
    Act.CORRECTED,
    Milestone.ANNOUNCED,
)
"""What is undone by another act, not by a strike-out: tables beside the ledger hang on it.

A parcel that was made is announced at the least; without that it would stand nowhere.
"""


def strike_out(
    session: Session,
    dossier: Dossier,
    entry_id: int | None,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    note: str = "",
) -> None:
    """Take back one entry of this dossier or of one of its parcels.

    Raises Invalid (no such entry here, or one that cannot be taken back), Conflict (done already).
    """
    entry = _entry_of(session, dossier, entry_id, by)
    _refuse_unfit(session, entry)
    of_dossier = entry.dossier_id
    struck = desk_entry(
        Act.STRUCK_OUT,
        by=by,
        at=now,
        dossier_id=of_dossier,
        parcel_id=None if of_dossier else entry.parcel_id,
        strikes_id=entry.id,
        note=note,
    )
    if ledger.record(session, [struck], now=now) == [None]:
        raise Conflict(  # two of one parcel's in the very same microsecond
            "done-at-the-same-time",
            "Việc này vừa được người khác làm. Vui lòng mở lại và kiểm tra.",
            "Somebody else has just done this. Open it again and check.",
        )
    if entry.what in LIMIT_ACTS:
        ledger.settle(session, dossier, calendar)


def _refuse_unfit(session: Session, entry: LedgerEntry) -> None:
    if entry.what in _UNDONE_OTHERWISE:
        raise field_invalid(
            "entry",
            "Không thể hủy ghi nhận này. Hồ sơ trong bưu gửi thì dùng “lấy ra”; "
            "hồ sơ đã lấy ra thì niêm phong vào bưu gửi mới; đính chính sai thì đính chính lại.",
            "This cannot be struck out. For a dossier in a parcel use taken_out; one that was "
            "taken out is sealed into another parcel; a wrong correction is corrected again.",
        )
    # Of the same dossier or parcel, for which there is an index.
    about = (
        (LedgerEntry.dossier_id == entry.dossier_id,)
        if entry.dossier_id
        else (LedgerEntry.parcel_id == entry.parcel_id, col(LedgerEntry.dossier_id).is_(None))
    )
    struck = select(LedgerEntry.id).where(*about, LedgerEntry.strikes_id == entry.id)
    if session.exec(struck).first():
        raise Conflict(
            "struck-out-already",
            "Nội dung này đã được hủy.",
            "This was struck out already.",
        )
    refuse_reopened(session, entry)


def _entry_of(session: Session, dossier: Dossier, entry_id: int | None, by: Caller) -> LedgerEntry:
    entry = session.get(LedgerEntry, entry_id) if entry_id else None
    # What is taken back of a parcel is so for all that is in it: another office's stays.
    inside = session.exec(
        select(Parcel.id)
        .join(Enclosure, col(Enclosure.parcel_id) == Parcel.id)
        .where(Enclosure.dossier_id == dossier.id, by.scope.covers(Parcel))
    ).all()
    if entry is None or not (
        entry.dossier_id == dossier.id or (entry.dossier_id is None and entry.parcel_id in inside)
    ):
        raise field_invalid(
            "entry",
            "Hồ sơ này không có việc được nêu.",
            "This dossier has no such entry.",
        )
    return entry


def refuse_reopened(session: Session, entry: LedgerEntry) -> None:
    """A parcel cannot be reopened once its number or its dossiers travel in another one."""
    if entry.dossier_id is not None or entry.what not in FINAL_MILESTONES:
        return
    parcel = session.get(Parcel, entry.parcel_id)
    later = session.exec(
        select(Parcel.id).where(
            Parcel.tracking_number == (parcel.tracking_number if parcel else ""),
            col(Parcel.id) > entry.parcel_id,
        )
    ).first()
    if later:
        raise Conflict(
            "number-used-again",
            "Số hiệu này đã được dùng cho một bưu gửi mới.",
            "This number is used by a newer parcel.",
        )
    inside = select(Enclosure.dossier_id).where(Enclosure.parcel_id == entry.parcel_id)
    onward = session.exec(
        select(Parcel.tracking_number)
        .join(Enclosure, col(Enclosure.parcel_id) == Parcel.id)
        .where(col(Enclosure.dossier_id).in_(inside), col(Parcel.id) > entry.parcel_id)
    ).first()
    if onward:
        raise Conflict(
            "dossiers-travel-on",
            f"Hồ sơ trong bưu gửi này đã đi tiếp trong bưu gửi {onward}.",
            f"What was in this parcel travels on in parcel {onward}.",
        )
