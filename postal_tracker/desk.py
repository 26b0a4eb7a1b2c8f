"""What the desk does with a dossier after it was taken in, and how a mistake is taken back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlmodel import Session, col, select

from adapters.event import Milestone, Source
from postal_tracker import ledger
from postal_tracker.forms import ActForm, field_invalid
from postal_tracker.journey import FINAL_MILESTONES, Act, Direction, Stage, What
from postal_tracker.problems import Conflict, Forbidden, NotFound
from postal_tracker.staff import Caller, Role
from postal_tracker.tables import Dossier, Enclosure, LedgerEntry, Office, Parcel, Procedure

CLOCK_SKEW = timedelta(minutes=10)
"""How far ahead of ours another clock may be before we think it wrong."""

_A_MOMENT = timedelta(microseconds=1)

_SOURCES = {Role.INTEGRATION: Source.INTEGRATION, Role.COURIER: Source.COURIER}


def source_of(caller: Caller) -> Source:
    return _SOURCES.get(caller.role, Source.STAFF)


def find_dossiers(session: Session, wanted: Sequence[str]) -> list[Dossier]:
    """Return the dossiers of these codes, in order, locked. Raises NotFound, Invalid (a double)."""
    if len(set(wanted)) < len(wanted):
        raise field_invalid("dossiers", "Có hồ sơ bị lặp.", "A dossier stands there twice.")
    rows = session.exec(
        select(Dossier)
        .where(col(Dossier.code).in_(wanted))
        .order_by(col(Dossier.id))
        .with_for_update()
    )
    found = {row.code: row for row in rows}
    missing = [code for code in wanted if code not in found]
    if missing:
        named = ", ".join(missing[:5])
        raise NotFound(
            "no-such-dossier",
            f"Không tìm thấy hồ sơ: {named}.",
            f"There is no such dossier: {named}.",
        )
    return [found[code] for code in wanted]


def office_for(session: Session, code: str, by: Caller, on: date) -> Office:
    """Return the office named, or the caller's own. A centre also works for its ward desks.

    Raises Invalid (none named, or there is no such office on that day), Forbidden (another's).
    """
    own = session.get(Office, by.office_id) if by.office_id else None
    if not code and own:
        return own
    if not code:
        raise field_invalid("office", "Hãy chọn điểm tiếp nhận.", "Choose an office.")
    office = session.exec(select(Office).where(Office.code == code)).first()
    if office is None or not is_valid(office, on):
        raise field_invalid(
            "office",
            "Không có điểm tiếp nhận này vào ngày đó.",
            "There is no such office on that day.",
        )
    if own and own.code not in (office.code, office.parent_code):
        raise Forbidden(
            "another-office",
            "Tài khoản này không thuộc điểm tiếp nhận đó.",
            "This account does not belong to that office.",
        )
    return office


def is_valid(row: Procedure | Office, on: date) -> bool:
    """Tell whether a row of the catalogue holds on a day."""
    return (row.valid_from or on) <= on <= (row.valid_to or on)


def check_time(at: datetime, field: str, now: datetime, *, since: datetime | None = None) -> None:
    """Refuse what has not happened yet, or before what it is about was there. Raises Invalid."""
    if since is not None and at < since - CLOCK_SKEW:
        raise field_invalid(
            field,
            "Thời điểm này sớm hơn lúc hồ sơ hoặc bảng kê được lập. Hãy kiểm tra ngày giờ.",
            "The dossier or list was not there yet at that time. Check date and time.",
        )
    if at > now + CLOCK_SKEW:
        raise field_invalid(
            field,
            "Thời điểm này chưa tới. Hãy kiểm tra ngày giờ.",
            "That time is still to come. Check date and time.",
        )


def moment_after(dossiers: Sequence[Dossier], now: datetime) -> datetime:
    """Return now, or just after what is known of these dossiers already.

    Of two machines' clocks one is a little ahead; what is done last must still come last.
    """
    known = [ledger.last_known(dossier) for dossier in dossiers]
    ahead = [at + _A_MOMENT for at in known if now <= at <= now + CLOCK_SKEW]
    return max(ahead, default=now)


def desk_entry(
    what: What,
    *,
    by: Caller,
    at: datetime,
    dossier_id: int | None = None,
    parcel_id: int | None = None,
    place: str = "",
    strikes_id: int | None = None,
    note: str = "",
) -> ledger.NewEntry:
    """Return an entry for something that a person at a desk did."""
    return ledger.NewEntry(
        key=f"desk:{uuid4().hex}",
        what=what,
        happened_at=at,
        source=source_of(by),
        by=by.label,
        dossier_id=dossier_id,
        parcel_id=parcel_id,
        place=place,
        strikes_id=strikes_id,
        note=note,
    )


def act_on(
    session: Session,
    dossiers: Sequence[Dossier],
    act: Act,
    *,
    by: Caller,
    at: datetime,
    now: datetime,
    parcel: Parcel | None = None,
    place: str = "",
    note: str = "",
) -> None:
    parcel_id = parcel.id if parcel else None
    entries = [
        desk_entry(act, by=by, at=at, dossier_id=d.id, parcel_id=parcel_id, place=place, note=note)
        for d in dossiers
    ]
    ledger.record(session, entries, now=now)


_POSSIBLE: dict[Stage, tuple[Act, ...]] = {
    Stage.WITH_OFFICE: (Act.RESULT_READY, Act.COLLECTED, Act.CANCELLED),
    Stage.SEALED: (Act.TAKEN_OUT,),
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
}
"""What a desk can do with a dossier at each stage; a strike-out is possible always."""


def possible_acts(stage: Stage) -> tuple[Act, ...]:
    return _POSSIBLE[stage]


def act(session: Session, code: str, form: ActForm, *, by: Caller, now: datetime) -> None:
    """Do one desk act. Raises NotFound, Invalid, Conflict (not at this stage)."""
    dossier = find_dossiers(session, [code])[0]
    at = form.at or moment_after([dossier], now)
    check_time(at, "at", now, since=dossier.received_at)
    if form.act == "strike_out":
        strike_out(session, dossier, form.entry, by=by, now=now, note=form.note)
        return
    wanted = Act(form.act)
    if wanted not in possible_acts(Stage(dossier.stage)):
        raise _not_now(dossier)
    parcel = open_parcel(session, dossier)
    place = ""
    if wanted is Act.RECEIVED_BACK:
        place = _place_of(session, dossier, by)
        if parcel:
            _note_arrival(session, parcel, by=by, at=at, now=now)
    if wanted is Act.TAKEN_OUT and parcel:
        session.delete(session.get_one(Enclosure, (parcel.id, dossier.id)))
        session.flush()
    about = parcel if wanted is Act.TAKEN_OUT else None
    act_on(
        session, [dossier], wanted, by=by, at=at, now=now, parcel=about, place=place, note=form.note
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


def open_parcel(session: Session, dossier: Dossier) -> Parcel | None:
    """Return the parcel in which the dossier is, if it is in one."""
    return session.exec(
        select(Parcel)
        .join(Enclosure, col(Enclosure.parcel_id) == Parcel.id)
        .where(Enclosure.dossier_id == dossier.id, col(Enclosure.open))
    ).first()


def _note_arrival(
    session: Session, parcel: Parcel, *, by: Caller, at: datetime, now: datetime
) -> None:
    """A parcel that lies opened on our desk has arrived, whether its carrier says so or not."""
    to_us = parcel.direction == Direction.TO_CENTRE
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
    act_on(session, dossiers, Act.RECEIVED_BACK, by=by, at=at, now=now, place=place)


_STANDING = (Act.REGISTERED, Act.SEALED, Act.TAKEN_OUT, Act.STRUCK_OUT)
"""What is undone by another act, not by a strike-out: tables beside the ledger hang on it."""


def strike_out(
    session: Session,
    dossier: Dossier,
    entry_id: int | None,
    *,
    by: Caller,
    now: datetime,
    note: str = "",
) -> None:
    """Take back one entry of this dossier or of one of its parcels.

    Raises Invalid (no such entry here, or one that cannot be taken back), Conflict (done already).
    """
    entry = _entry_of(session, dossier, entry_id)
    if entry.what in _STANDING:
        raise field_invalid(
            "entry",
            "Không thể gạch bỏ việc này. Hồ sơ trong bưu gửi thì dùng «lấy ra»; "
            "hồ sơ đã lấy ra thì niêm phong vào bưu gửi mới.",
            "This cannot be struck out. For a dossier in a parcel use taken_out; "
            "one that was taken out is sealed into another parcel.",
        )
    if session.exec(select(LedgerEntry.id).where(LedgerEntry.strikes_id == entry.id)).first():
        raise Conflict(
            "struck-out-already",
            "Việc này đã được gạch bỏ.",
            "This was struck out already.",
        )
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
    _refuse_reopened(session, entry)
    if ledger.record(session, [struck], now=now) == [None]:
        raise Conflict(  # two of one parcel's in the very same microsecond
            "done-at-the-same-time",
            "Việc này vừa được người khác làm. Hãy mở lại và kiểm tra.",
            "Somebody else has just done this. Open it again and check.",
        )


def _entry_of(session: Session, dossier: Dossier, entry_id: int | None) -> LedgerEntry:
    entry = session.get(LedgerEntry, entry_id) if entry_id else None
    inside = session.exec(
        select(Enclosure.parcel_id).where(Enclosure.dossier_id == dossier.id)
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


def _refuse_reopened(session: Session, entry: LedgerEntry) -> None:
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
