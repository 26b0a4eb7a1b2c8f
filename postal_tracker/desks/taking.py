"""A courier takes what stands on a list: from then on it is in his hands."""

from datetime import datetime

from sqlmodel import Session, select

from postal_tracker.access import Caller
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.storage.tables import Handover, HandoverTaking


def take(session: Session, number: str, *, by: Caller, now: datetime) -> None:
    """Note whose hands a list went into; said twice by one, it is one.

    Raises NotFound (none of his carrier within reach), Conflict (another courier took it).
    """
    wanted = select(Handover).where(Handover.number == number, by.scope.covers_list_to_carry())
    found = session.exec(wanted.with_for_update(key_share=True)).first()
    if found is None:
        raise no_such("handover")
    taken = session.get(HandoverTaking, found.id)
    if taken is None:
        session.add(HandoverTaking(handover_id=found.id, by=by.label, at=now))
        session.flush()
    elif taken.by != by.label:
        raise Conflict(
            "handover-taken",
            f"Bảng kê {number} đã có bưu tá khác nhận.",
            f"Another courier has taken the list {number}.",
        )
