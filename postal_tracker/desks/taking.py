"""A courier counts what stands on a list and takes it, or brings a list of his own to a desk.

Either is the giver's or the taker's word alone: what is on the list passes with its signature.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from postal_tracker import views
from postal_tracker.access import Caller
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.core.text import folded
from postal_tracker.core.working_days import local_day
from postal_tracker.desks.common import office_for
from postal_tracker.desks.handover import (
    find_parcels,
    left_of,
    new_list,
    refuse_another_carriers,
    refuse_signed,
)
from postal_tracker.forms import BringForm, CountForm
from postal_tracker.storage.tables import Handover, HandoverTaking, Parcel

SIGNED_BY_ANOTHER = "handover-signed-by-another"


def take(
    session: Session,
    number: str,
    form: CountForm,
    *,
    by: Caller,
    now: datetime,
    is_sure: bool = True,
) -> None:
    """Note whose hands a list goes into, and what of it was not there; said twice, it is one.

    Until it is signed it can be counted again. Whoever is not sure is asked first about a list that
    somebody of another name signed for. Raises NotFound (none of his carrier within reach),
    Conflict (another courier took it, it is signed, a parcel stands on another list; asked).
    """
    wanted = select(Handover).where(Handover.number == number, by.scope.covers_list())
    found = session.exec(wanted.with_for_update(key_share=True)).first()
    if found is None or found.brought is not None:
        raise no_such("handover")
    taken = session.get(HandoverTaking, found.id)
    if taken is None and not is_sure:
        _ask_of_anothers(found, by)
    if taken and taken.by != by.label:
        raise Conflict(
            "handover-taken",
            f"Bảng kê {number} đã có bưu tá khác nhận.",
            f"Another courier has taken the list {number}.",
        )
    left = left_of(form.parcels, views.numbers_of(session, found)) or None
    if left and found.signed_at:
        refuse_signed(found)
    if taken is None:
        session.add(HandoverTaking(handover_id=found.id, by=by.label, at=now))
    elif left != found.left and not found.signed_at:
        taken.at = now
    if not found.signed_at:
        found.left = left
    session.flush()


def bring(session: Session, form: BringForm, *, by: Caller, now: datetime) -> str:
    """Put what a courier has in his hands on a list for a desk, and return its number.

    What he has still open for that desk is told anew. Raises NotFound (a parcel), Invalid (no such
    office), Forbidden (out of his reach), Conflict (not in his hands, of several carriers).
    """
    parcels = find_parcels(session, form.parcels, by)
    office = office_for(session, form.office, by, local_day(now))
    _refuse_not_in_hand(session, parcels, by)
    for parcel in parcels:
        refuse_another_carriers(parcel, parcels[0].carrier)
    open_ = _open_list(session, office.id, by)
    handover = open_ or new_list(session, office.id, parcels[0].carrier, by=by, now=now)
    handover.carrier, handover.brought = parcels[0].carrier, list(form.parcels)
    session.add(handover)
    session.flush()
    session.merge(HandoverTaking(handover_id=handover.id, by=by.label, at=now))
    session.flush()
    return handover.number


def _refuse_not_in_hand(session: Session, parcels: Sequence[Parcel], by: Caller) -> None:
    held = {parcel.id for parcel in views.held_by(session, by.label, parcels)}
    for parcel in parcels:
        if parcel.id not in held:
            number = parcel.tracking_number
            raise Conflict(
                "parcel-not-in-hand",
                f"Bưu gửi {number} chưa được ghi là đang trong tay Ông/Bà. Vui lòng quét nhận "
                "trước.",
                f"Parcel {number} is not known to be in your hands. Tell that you have it first.",
            )


def _open_list(session: Session, office_id: int, by: Caller) -> Handover | None:
    return session.exec(
        select(Handover)
        .where(
            col(Handover.signed_at).is_(None),
            Handover.created_by == by.label,
            Handover.office_id == office_id,
            col(Handover.brought).is_not(None),
        )
        .with_for_update(key_share=True)
    ).first()


def _ask_of_anothers(found: Handover, by: Caller) -> None:
    if _is_anothers(found.signed_by, by.name):
        raise Conflict(
            SIGNED_BY_ANOTHER,
            f"Bảng kê {found.number} do {found.signed_by} ký nhận. Ông/Bà có nhận thay không?",
            f"{found.signed_by} signed for the list {found.number}. Do you take it over?",
        )


def _is_anothers(signer: str, own: str) -> bool:
    """Tell whether a list was signed for by another name: a part of the whole name is his, too."""
    signed, named = set(folded(signer).split()), set(folded(own).split())
    return not (signed <= named or named <= signed)
