"""Putting dossiers into parcels, each with a number nobody else's parcel has."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from adapters.carrier import Carrier
from adapters.event import Milestone
from postal_tracker import ledger
from postal_tracker.access import Caller, refuse_other_carrier
from postal_tracker.carriers import inbox
from postal_tracker.carriers.configured import Carriers
from postal_tracker.core.journey import Act, Direction, Holder
from postal_tracker.core.poll_schedule import ParcelProgress, next_check
from postal_tracker.core.problems import Conflict, FieldFault
from postal_tracker.core.working_days import local_day
from postal_tracker.desks.common import (
    act_on,
    desk_entry,
    find_dossiers,
    is_valid,
    moment_after,
    owner_of,
)
from postal_tracker.forms import ParcelForm, RecipientForm, field_invalid
from postal_tracker.ledger.numbers import next_number
from postal_tracker.storage.tables import Applicant, Dossier, Enclosure, Office, Parcel, Recipient


@dataclass(frozen=True, slots=True)
class NewParcel:
    """A parcel just made, and how many allotted numbers are left if they are running out."""

    tracking_number: str
    numbers_left: int | None = None


class Doubtful(Conflict):
    """Somebody has to say whether these go to a citizen all the same. `codes`: which dossiers."""

    def __init__(self, codes: Sequence[str]) -> None:
        named = ", ".join(codes[:_MOST_NAMED])
        vi = (
            f"Hồ sơ {named} chưa ghi nhận có kết quả, hoặc người nộp đã hẹn nhận tại quầy. Vui "
            "lòng kiểm tra; nếu vẫn gửi cho người dân, vui lòng xác nhận khi tạo bưu gửi."
        )
        en = (
            f"Of {named} no result is recorded, or it was to be collected at the office. Please "
            "check; if it goes to the citizen all the same, say so when making the parcel."
        )
        super().__init__("doubtful-parcel", vi, en, [FieldFault("sure", vi, en)])
        self.codes = codes


_MOST_NAMED = 5


def put_into_parcel(
    session: Session,
    form: ParcelForm,
    carriers: Carriers,
    *,
    by: Caller,
    reuse_after: timedelta,
    now: datetime,
    sure: Collection[str] | None = None,
) -> NewParcel:
    """Seal dossiers into a new parcel and return its number.

    `sure`: of which dossiers somebody has said that they go to a citizen without a result, or
    though it is to be collected; None: nobody can be asked, and the parcel's flags tell.

    News of it may have come before: what waits for its number is read now. Raises Invalid (no such
    carrier, the number cannot be its, nowhere to deliver it), NotFound (a dossier), Conflict (a
    dossier is in another parcel or out of hand, the number is in use, its range used up), Doubtful.
    """
    carrier = carriers.chosen(form.carrier)
    refuse_other_carrier(by.scope, carrier.name)
    dossiers = _sealable(session, form, sure, by=by)
    to_office_id = _to_office(session, form, now)
    number, left = _number(session, form, carrier, reuse_after=reuse_after, now=now)
    parcel = Parcel(
        carrier=carrier.name,
        tracking_number=number,
        direction=form.direction.value,
        office_id=owner_of(session, dossiers, by),
        authority_id=dossiers[0].authority_id,
        to_office_id=to_office_id,
        created_at=now,
        next_check_at=_first_check(carrier, now),
    )
    session.add(parcel)
    session.flush()
    _enclose(session, parcel, dossiers, form.recipient)
    _tell_of_sealing(session, parcel, dossiers, by=by, now=now)
    inbox.match_waiting(session, carriers, [number], now=now)
    return NewParcel(number, left)


def _first_check(carrier: Carrier, now: datetime) -> datetime | None:
    return next_check(ParcelProgress(None, now), now=now) if carrier.can_be_asked else None


def _to_office(session: Session, form: ParcelForm, now: datetime) -> int | None:
    """Return to which of our offices it goes, be it out of the caller's reach."""
    if form.direction is not Direction.TO_OFFICE:
        return None
    office = session.exec(select(Office).where(Office.code == form.to_office)).first()
    if office is None or not is_valid(office, local_day(now)):
        raise field_invalid(
            "to_office",
            "Vui lòng chọn điểm tiếp nhận nơi hồ sơ được chuyển đến.",
            "Choose the office to which it goes.",
        )
    return office.id


def _sealable(
    session: Session, form: ParcelForm, sure: Collection[str] | None, *, by: Caller
) -> list[Dossier]:
    dossiers = find_dossiers(session, form.dossiers, scope=by.scope)
    for dossier in dossiers:
        _refuse_unsealable(session, dossier)
    _refuse_mixed(dossiers, form.direction)
    _refuse_nowhere(session, dossiers[0], form)
    if sure is not None:
        _ask(dossiers, form.direction, sure)
    return dossiers


def refuse_unsealable(
    session: Session, codes: Sequence[str], direction: Direction, *, by: Caller
) -> None:
    """Refuse a dossier, the last of these, that cannot be sealed with the others.

    Raises Conflict. For whoever scans one after the other: the parcel's label is still to come, and
    a pile is no place to be asked something, so what is doubtful is left to the page.
    """
    query = select(Dossier).where(col(Dossier.code).in_(codes), by.scope.covers(Dossier))
    dossiers = list(session.exec(query))
    for dossier in dossiers:
        if dossier.code == codes[-1]:
            _refuse_unsealable(session, dossier)
            _ask([dossier], direction, ())
    _refuse_mixed(dossiers, direction)


def _refuse_unsealable(session: Session, dossier: Dossier) -> None:
    ride = session.exec(
        select(Parcel.tracking_number)
        .join(Enclosure, col(Enclosure.parcel_id) == Parcel.id)
        .where(Enclosure.dossier_id == dossier.id, col(Enclosure.open))
    ).first()
    if ride:
        raise Conflict(
            "dossier-in-open-parcel",
            f"Hồ sơ {dossier.code} đang nằm trong bưu gửi {ride}. "
            "Vui lòng ghi nhận bưu gửi đó đã tới, hoặc lấy hồ sơ ra trước.",
            f"Dossier {dossier.code} is in parcel {ride}. "
            "Record that parcel's arrival or take the dossier out first.",
        )
    if not dossier.open or dossier.holder not in (Holder.OFFICE, Holder.AUTHORITY):
        raise Conflict(
            "dossier-out-of-hand",
            f"Hồ sơ {dossier.code} không còn ở điểm tiếp nhận hay cơ quan giải quyết.",
            f"Dossier {dossier.code} is neither with an office nor with an authority.",
        )


def _refuse_mixed(dossiers: Sequence[Dossier], direction: Direction) -> None:
    if direction is Direction.TO_AUTHORITY and len({d.authority_id for d in dossiers}) > 1:
        raise Conflict(
            "different-authorities",
            "Các hồ sơ này thuộc nhiều cơ quan giải quyết; mỗi cơ quan một bưu gửi.",
            "These dossiers go to different authorities; make one parcel for each.",
        )


def _ask(dossiers: Sequence[Dossier], direction: Direction, sure: Collection[str]) -> None:
    """Ask about what nobody seems to have meant. Raises Doubtful."""
    if direction is not Direction.TO_CITIZEN:
        return
    doubtful = [d.code for d in dossiers if _is_owed(d) or not d.return_by_post]
    if not set(doubtful) <= set(sure):
        raise Doubtful(doubtful)


def _is_owed(dossier: Dossier) -> bool:
    """Whether a result is still to come: of what was refused or stopped none is."""
    return dossier.result_ready_at is None and not dossier.closed_by


def _refuse_nowhere(session: Session, dossier: Dossier, form: ParcelForm) -> None:
    """Refuse a parcel to a citizen of whom nothing says where he lives."""
    if form.direction is not Direction.TO_CITIZEN or (form.recipient and form.recipient.address):
        return
    applicant = session.exec(select(Applicant).where(Applicant.dossier_id == dossier.id)).one()
    if not (applicant.address or applicant.ward):
        raise field_invalid(
            "recipient.address",
            f"Hồ sơ {dossier.code} chưa có địa chỉ. Vui lòng nhập địa chỉ nhận của người dân.",
            f"Dossier {dossier.code} has no address. Enter where the citizen receives it.",
        )


def _number(
    session: Session,
    form: ParcelForm,
    carrier: Carrier,
    *,
    reuse_after: timedelta,
    now: datetime,
) -> tuple[str, int | None]:
    if not form.tracking_number:
        return next_number(session, carrier.name)
    number = form.tracking_number
    if not carrier.is_number(number):
        raise field_invalid(
            "tracking_number",
            f"Đây không phải số hiệu bưu gửi của {carrier.title}.",
            f"This cannot be a tracking number of {carrier.title}.",
        )
    _refuse_number_in_use(session, number, now - reuse_after)
    return number, None


def _refuse_number_in_use(session: Session, number: str, since: datetime) -> None:
    parcel = session.exec(
        select(Parcel).where(Parcel.tracking_number == number).order_by(col(Parcel.id).desc())
    ).first()
    if parcel is None:
        return
    if not parcel.open and (parcel.milestone_at or parcel.created_at) < since:
        return
    raise Conflict(
        "tracking-number-in-use",
        f"Số hiệu {number} đã dùng cho một bưu gửi khác. Vui lòng kiểm tra lại nhãn.",
        f"The number {number} is another parcel's. Check the label.",
    )


def _enclose(
    session: Session, parcel: Parcel, dossiers: Sequence[Dossier], recipient: RecipientForm | None
) -> None:
    for dossier in dossiers:
        # The ledger opens it, with the entry that says so.
        session.add(Enclosure(parcel_id=parcel.id, dossier_id=dossier.id, open=False))
    if recipient:
        session.add(Recipient(parcel_id=parcel.id, **recipient.model_dump()))
    session.flush()


def _tell_of_sealing(
    session: Session, parcel: Parcel, dossiers: Sequence[Dossier], *, by: Caller, now: datetime
) -> None:
    at = moment_after(dossiers, now)
    act_on(session, dossiers, Act.SEALED, by=by, at=at, now=now, parcel=parcel)
    ledger.record(
        session, [desk_entry(Milestone.ANNOUNCED, by=by, at=at, parcel_id=parcel.id)], now=now
    )
