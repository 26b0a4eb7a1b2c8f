"""The list that one postman signs for, and what the carrier then says it never got."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from adapters.event import Milestone
from postal_tracker import ledger, views
from postal_tracker.access import Caller
from postal_tracker.carriers.next_checks import plan
from postal_tracker.core import codes
from postal_tracker.core.clocks import CLOCK_SKEW
from postal_tracker.core.problems import Conflict, NotFound, no_such
from postal_tracker.core.working_days import local_day
from postal_tracker.desks.common import check_time, desk_entry, owner_of
from postal_tracker.forms import HandoverForm, SignatureForm, field_invalid
from postal_tracker.ledger.log import note_due
from postal_tracker.ledger.numbers import next_serial
from postal_tracker.storage.tables import Handover, HandoverLine, Parcel


def make_list(session: Session, form: HandoverForm, *, by: Caller, now: datetime) -> str:
    """Put parcels on a new list and return its number (bảng kê giao nhận).

    Raises NotFound (a parcel), Conflict (another carrier's, already on a list, already gone).
    """
    parcels = _parcels(session, form.parcels, by)
    for parcel in parcels:
        _refuse_unlistable(session, parcel, form.carrier)
    today = local_day(now)
    handover = Handover(
        number=codes.make_handover_number(today, next_serial(session, "BK", today)),
        carrier=form.carrier,
        office_id=owner_of(session, parcels, by),
        created_at=now,
        created_by=by.label,
    )
    session.add(handover)
    session.flush()
    for position, parcel in enumerate(parcels, start=1):
        session.add(HandoverLine(parcel_id=parcel.id, handover_id=handover.id, position=position))
    session.flush()
    return handover.number


def _parcels(session: Session, numbers: Sequence[str], by: Caller) -> list[Parcel]:
    if len(set(numbers)) < len(numbers):
        raise field_invalid("parcels", "Có bưu gửi bị lặp.", "A parcel stands there twice.")
    rows = session.exec(
        select(Parcel)
        .where(col(Parcel.tracking_number).in_(numbers), col(Parcel.open), by.scope.covers(Parcel))
        .order_by(col(Parcel.id))
        .with_for_update(key_share=True)
    )
    found = {row.tracking_number: row for row in rows}
    missing = [number for number in numbers if number not in found]
    if missing:
        named = ", ".join(missing[:5])
        raise NotFound(
            "no-such-parcel",
            f"Không tìm thấy bưu gửi đang mở: {named}.",
            f"There is no such open parcel: {named}.",
        )
    return [found[number] for number in numbers]


def refuse_unlistable(session: Session, number: str, carrier: str, *, by: Caller) -> None:
    """Refuse what cannot go on this carrier's list. Raises NotFound, Conflict."""
    _refuse_unlistable(session, views.find_parcel(session, number, scope=by.scope), carrier)


def _refuse_unlistable(session: Session, parcel: Parcel, carrier: str) -> None:
    number = parcel.tracking_number
    if parcel.carrier != carrier:
        raise Conflict(
            "another-carriers-parcel",
            f"Bưu gửi {number} thuộc đơn vị bưu chính khác.",
            f"Parcel {number} is another carrier's.",
        )
    if parcel.milestone != Milestone.ANNOUNCED:
        raise Conflict(
            "parcel-gone-already",
            f"Bưu gửi {number} đã được giao cho bưu chính.",
            f"Parcel {number} has been handed to the post already.",
        )
    if session.get(HandoverLine, parcel.id):
        raise Conflict(
            "parcel-on-a-list",
            f"Bưu gửi {number} đã có trên một bảng kê.",
            f"Parcel {number} is on a list already.",
        )


def sign(session: Session, number: str, form: SignatureForm, *, by: Caller, now: datetime) -> None:
    """Record that the postman has taken what is on the list.

    Raises NotFound, Conflict (signed already), Invalid (a time to come, or before the list was
    made).
    """
    handover = _unsigned(session, number, by)
    at = form.at or now
    check_time(at, "at", now, since=handover.created_at)
    if at < handover.created_at - CLOCK_SKEW:
        raise field_invalid(
            "at",
            "Ký nhận trước khi lập bảng kê là không đúng. Vui lòng kiểm tra ngày giờ.",
            "Nobody signs a list before it is made. Check date and time.",
        )
    handover.signed_at = at
    handover.signed_by = form.signed_by
    session.add(handover)
    session.flush()
    note_due(session, "handover", handover.id)
    on_it = select(HandoverLine.parcel_id).where(HandoverLine.handover_id == handover.id)
    taken = update(Parcel).where(col(Parcel.id).in_(on_it)).values(handed_over_at=at)
    session.connection().execute(taken)
    entries = [
        desk_entry(Milestone.HANDED_OVER, by=by, at=at, parcel_id=line)
        for line in session.exec(on_it)
    ]
    ledger.record(session, entries, now=now)
    plan(session, [entry.parcel_id for entry in entries if entry.parcel_id], now=now)


def _unsigned(session: Session, number: str, by: Caller) -> Handover:
    handover = session.exec(
        select(Handover)
        .where(Handover.number == number, by.scope.covers(Handover))
        .with_for_update(key_share=True)
    ).first()
    if handover is None:
        raise no_such("handover")
    if handover.signed_at:
        raise Conflict(
            "handover-signed",
            f"Bảng kê {number} đã được ký nhận.",
            f"The list {number} is signed already.",
        )
    return handover
