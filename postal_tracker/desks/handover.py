"""The list that one postman signs for, and what the carrier then says it never got."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NoReturn

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
from postal_tracker.desks.acts import receive_parcel
from postal_tracker.desks.common import check_time, desk_entry, owner_of
from postal_tracker.forms import HandoverForm, SignatureForm, field_invalid
from postal_tracker.ledger.log import note_due
from postal_tracker.ledger.numbers import next_serial
from postal_tracker.storage.tables import Handover, HandoverLine, Parcel


def make_list(session: Session, form: HandoverForm, *, by: Caller, now: datetime) -> str:
    """Put parcels on a new list and return its number (bảng kê giao nhận).

    Raises NotFound (a parcel), Conflict (another carrier's, already on a list, already gone).
    """
    parcels = find_parcels(session, form.parcels, by)
    for parcel in parcels:
        _refuse_unlistable(session, parcel, form.carrier)
    owner = owner_of(session, parcels, by)
    handover = new_list(session, owner, form.carrier, by=by, now=now)
    for position, parcel in enumerate(parcels, start=1):
        session.add(HandoverLine(parcel_id=parcel.id, handover_id=handover.id, position=position))
    session.flush()
    return handover.number


def new_list(
    session: Session, office_id: int, carrier: str, *, by: Caller, now: datetime
) -> Handover:
    """Return a list with the day's next number, and nothing on it."""
    today = local_day(now)
    number = codes.make_handover_number(today, next_serial(session, "BK", today))
    handover = Handover(
        number=number, carrier=carrier, office_id=office_id, created_at=now, created_by=by.label
    )
    session.add(handover)
    session.flush()
    return handover


def find_parcels(session: Session, numbers: Sequence[str], by: Caller) -> list[Parcel]:
    """Return the open parcels of these numbers, in order, locked. Raises NotFound, Invalid."""
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
    refuse_another_carriers(parcel, carrier)
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


def refuse_another_carriers(parcel: Parcel, carrier: str) -> None:
    """Raises Conflict."""
    number = parcel.tracking_number
    if parcel.carrier != carrier:
        raise Conflict(
            "another-carriers-parcel",
            f"Bưu gửi {number} thuộc đơn vị bưu chính khác.",
            f"Parcel {number} is another carrier's.",
        )


def left_of(there: Sequence[str] | None, listed: Sequence[str]) -> list[str]:
    """Return what stands on a list and is not there. Raises Conflict (it stands on another)."""
    for number in there or ():
        if number not in listed:
            raise Conflict(
                "parcel-not-on-the-list",
                f"Bưu gửi {number} không có trong bảng kê này. Vui lòng để riêng và báo bên giao.",
                f"Parcel {number} is not on this list. Put it aside and tell who gives it.",
            )
    return [number for number in listed if there is not None and number not in there]


def sign(session: Session, number: str, form: SignatureForm, *, by: Caller, now: datetime) -> None:
    """Record that what is on a list has passed: to the postman, or from him to our desk.

    Raises NotFound, Conflict (signed already, counted otherwise than was read, a parcel stands on
    another list), Invalid (a time to come, or before the list was made).
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
    if handover.brought is None:
        _refuse_unread(session, handover, form)
    else:
        handover.left = left_of(form.parcels, handover.brought) or None
    handover.signed_at, handover.signed_by, handover.confirmed_by = at, form.signed_by, by.label
    session.add(handover)
    session.flush()
    note_due(session, "handover", handover.id)
    if handover.brought is None:
        _give(session, handover, by=by, at=at, now=now)
    else:
        _receive(session, handover, by=by, at=at, now=now)


def _refuse_unread(session: Session, handover: Handover, form: SignatureForm) -> None:
    """Nobody signs for a count that he has not seen. Raises Conflict."""
    record = views.record_of(session, handover)
    if form.record not in ("", record) or (handover.left and form.record != record):
        raise Conflict(
            "counted-meanwhile",
            f"Bưu tá đã kiểm đếm bảng kê {handover.number} trong lúc này. Vui lòng xem chênh lệch "
            "rồi ký lại.",
            f"The courier has counted the list {handover.number} meanwhile. Look at what is "
            "missing, then sign again.",
        )


def _give(session: Session, handover: Handover, *, by: Caller, at: datetime, now: datetime) -> None:
    """What the courier did not take is off the list, and can stand on the next one."""
    on_it = select(HandoverLine.parcel_id).where(HandoverLine.handover_id == handover.id)
    stays = select(Parcel.id).where(
        col(Parcel.tracking_number).in_(handover.left or ()), col(Parcel.id).in_(on_it)
    )
    for parcel_id in session.exec(stays).all() if handover.left else ():
        session.delete(session.get_one(HandoverLine, parcel_id))
    session.flush()
    taken = update(Parcel).where(col(Parcel.id).in_(on_it)).values(handed_over_at=at)
    session.connection().execute(taken)
    entries = [
        desk_entry(Milestone.HANDED_OVER, by=by, at=at, parcel_id=line)
        for line in session.exec(on_it)
    ]
    ledger.record(session, entries, now=now)
    plan(session, [entry.parcel_id for entry in entries if entry.parcel_id], now=now)


def _receive(
    session: Session, handover: Handover, *, by: Caller, at: datetime, now: datetime
) -> None:
    """What is brought may be another office's: who receives it goes by the list."""
    here = replace(by, office_id=handover.office_id)
    for parcel in views.on_list(session, handover):
        if parcel.open and parcel.tracking_number not in (handover.left or ()):
            receive_parcel(session, parcel, by=here, at=at, now=now)


def _unsigned(session: Session, number: str, by: Caller) -> Handover:
    handover = session.exec(
        select(Handover)
        .where(Handover.number == number, by.scope.covers(Handover))
        .with_for_update(key_share=True)
    ).first()
    if handover is None:
        raise no_such("handover")
    if handover.signed_at:
        refuse_signed(handover)
    return handover


def refuse_signed(handover: Handover) -> NoReturn:
    """Raises Conflict."""
    raise Conflict(
        "handover-signed",
        f"Bảng kê {handover.number} đã được ký nhận.",
        f"The list {handover.number} is signed already.",
    )
