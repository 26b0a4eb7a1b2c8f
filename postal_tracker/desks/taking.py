"""A courier takes what stands on a list: from then on it is in his hands."""

from datetime import datetime

from sqlmodel import Session, select

from postal_tracker.access import Caller
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.core.text import folded
from postal_tracker.storage.tables import Handover, HandoverTaking

SIGNED_BY_ANOTHER = "handover-signed-by-another"


def take(session: Session, number: str, *, by: Caller, now: datetime, is_sure: bool = True) -> None:
    """Note whose hands a list went into; said twice by one, it is one.

    Whoever is not sure is asked first about a list that somebody of another name signed for.
    Raises NotFound (none of his carrier within reach), Conflict (another courier took it; asked).
    """
    wanted = select(Handover).where(Handover.number == number, by.scope.covers_list_to_carry())
    found = session.exec(wanted.with_for_update(key_share=True)).first()
    if found is None:
        raise no_such("handover")
    taken = session.get(HandoverTaking, found.id)
    if taken is None and not is_sure and _is_anothers(found.signed_by, by.name):
        raise Conflict(
            SIGNED_BY_ANOTHER,
            f"Bảng kê {number} do {found.signed_by} ký nhận. Ông/Bà có nhận thay không?",
            f"{found.signed_by} signed for the list {number}. Do you take it over?",
        )
    if taken is None:
        session.add(HandoverTaking(handover_id=found.id, by=by.label, at=now))
        session.flush()
    elif taken.by != by.label:
        raise Conflict(
            "handover-taken",
            f"Bảng kê {number} đã có bưu tá khác nhận.",
            f"Another courier has taken the list {number}.",
        )


def _is_anothers(signer: str, own: str) -> bool:
    """Tell whether a list was signed for by another name: a part of the whole name is his, too."""
    signed, named = set(folded(signer).split()), set(folded(own).split())
    return not (signed <= named or named <= signed)
