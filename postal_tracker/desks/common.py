"""What several desks need: finding dossiers, checking times, writing an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlmodel import Session, col, select

from postal_tracker import ledger
from postal_tracker.access import Caller, Scope, office_above
from postal_tracker.access.callers import source_of
from postal_tracker.core.clocks import CLOCK_SKEW
from postal_tracker.core.journey import Act, What
from postal_tracker.core.problems import Conflict, Forbidden, NotFound
from postal_tracker.core.time_limits import Limit
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import (
    Dossier,
    Enclosure,
    Office,
    Parcel,
    Procedure,
    ProcedureVersion,
)

_A_MOMENT = timedelta(microseconds=1)


def find_dossiers(session: Session, wanted: Sequence[str], *, scope: Scope) -> list[Dossier]:
    """Return the dossiers of these codes, in order, locked. Raises NotFound, Invalid (a double).

    Another office's is not found, either: nothing is done with it, nor told of it.
    """
    if len(set(wanted)) < len(wanted):
        raise field_invalid("dossiers", "Có hồ sơ bị lặp.", "A dossier stands there twice.")
    rows = session.exec(
        select(Dossier)
        .where(col(Dossier.code).in_(wanted), scope.covers(Dossier))
        .order_by(col(Dossier.id))
        .with_for_update(key_share=True)
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


def owner_of(session: Session, parts: Sequence[Dossier | Parcel], by: Caller) -> int:
    """Return the office that has what somebody makes of dossiers or parcels: his own, or theirs.

    Of several offices' it is the one above them: none of them may print the others' labels. Raises
    Conflict if there is none.
    """
    owner = by.office_id or office_above(session, {part.office_id for part in parts})
    if owner is None:
        raise Conflict(
            "no-office-in-common",
            "Các hồ sơ hoặc bưu gửi này thuộc các trung tâm khác nhau. Vui lòng làm riêng cho từng "
            "trung tâm.",
            "These are of different centres. Do it for each centre by itself.",
        )
    return owner


def office_for(session: Session, code: str, by: Caller, on: date) -> Office:
    """Return the office named, or the caller's own. A centre also works for those below it.

    Raises Invalid (none named, or there is no such office on that day), Forbidden (another's).
    """
    own = session.get(Office, by.office_id) if by.office_id else None
    if not code and own:
        return own
    if not code:
        raise field_invalid("office", "Vui lòng chọn điểm tiếp nhận.", "Choose an office.")
    office = session.exec(select(Office).where(Office.code == code)).first()
    if office is None or not is_valid(office, on):
        raise field_invalid(
            "office",
            "Không có điểm tiếp nhận này vào ngày đó.",
            "There is no such office on that day.",
        )
    if not by.scope.holds(office.id):
        raise Forbidden(
            "another-office",
            "Tài khoản này không thuộc điểm tiếp nhận đó.",
            "This account does not belong to that office.",
        )
    return office


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, as it held on the day of receipt."""

    id: int
    authority_id: int
    limit: Limit
    post_counts: bool


def procedure_on(session: Session, code: str, on: date) -> Asked:
    """Return what is asked for by its code. Raises Invalid (none such on the day of receipt)."""
    procedure = session.exec(select(Procedure).where(Procedure.code == code)).first()
    held = _version_on(session, procedure, on) if procedure else None
    if procedure is None or held is None:
        raise field_invalid(
            "procedure",
            "Không có thủ tục này vào ngày tiếp nhận.",
            "There is no such procedure on the day of receipt.",
        )
    return Asked(procedure.id, held.authority_id, held.limit, held.post_counts)


def _version_on(
    session: Session, procedure: Procedure, on: date
) -> Procedure | ProcedureVersion | None:
    """Return what held of a procedure on a day, if anything did."""
    if is_valid(procedure, on):
        return procedure
    ours = ProcedureVersion.procedure_id == procedure.id
    before = session.exec(select(ProcedureVersion).where(ours)).all()
    return next((one for one in before if is_valid(one, on)), None)


def is_valid(row: Procedure | ProcedureVersion | Office, on: date) -> bool:
    """Tell whether a row of the catalogue holds on a day."""
    return (row.valid_from or on) <= on <= (row.valid_to or on)


def check_time(at: datetime, field: str, now: datetime, *, since: datetime | None = None) -> None:
    """Refuse what has not happened yet, or before what it is about was there. Raises Invalid."""
    if since is not None and at < since - CLOCK_SKEW:
        raise field_invalid(
            field,
            "Thời điểm này sớm hơn lúc hồ sơ hoặc bảng kê được lập. Vui lòng kiểm tra ngày giờ.",
            "The dossier or list was not there yet at that time. Check date and time.",
        )
    if at > now + CLOCK_SKEW:
        raise field_invalid(
            field,
            "Thời điểm này chưa tới. Vui lòng kiểm tra ngày giờ.",
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
    fields: tuple[str, ...] = (),
    due_at: datetime | None = None,
    details: Mapping[str, str] | None = None,
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
        fields=fields,
        due_at=due_at,
        details=details or {},
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


def open_parcel(session: Session, dossier: Dossier) -> Parcel | None:
    """Return the parcel in which the dossier is, if it is in one."""
    return session.exec(
        select(Parcel)
        .join(Enclosure, col(Enclosure.parcel_id) == Parcel.id)
        .where(Enclosure.dossier_id == dossier.id, col(Enclosure.open))
    ).first()
