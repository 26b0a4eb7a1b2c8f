"""The date on which a dossier is due: promised anew, with an apology.

What was promised first stays: `first_due_at` is never changed by it.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from postal_tracker import ledger
from postal_tracker.access import Caller
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import Conflict, FieldFault, Invalid
from postal_tracker.desks.common import desk_entry
from postal_tracker.forms import ActForm
from postal_tracker.storage.tables import Dossier


def extend(
    session: Session, dossier: Dossier, form: ActForm, *, by: Caller, at: datetime, now: datetime
) -> None:
    """Promise a later date. Raises Conflict (nothing is owed any more), Invalid."""
    if not may_extend(dossier):
        raise Conflict(
            "not-at-this-stage",
            f"Hồ sơ {dossier.code} đã có kết quả hoặc đã kết thúc nên không gia hạn được.",
            f"Dossier {dossier.code} has its result or is over: there is nothing to extend.",
        )
    if faults := list(_faults(dossier, form, now)):
        raise Invalid("invalid-form", faults[0].vi, faults[0].en, faults=faults)
    entry = desk_entry(
        Act.EXTENDED,
        by=by,
        at=at,
        dossier_id=dossier.id,
        due_at=form.new_due_at,
        note=f"{form.reason} ({form.signed_by})",
    )
    ledger.record(session, [entry], now=now)
    ledger.settle(session, dossier)


def may_extend(dossier: Dossier) -> bool:
    return dossier.open and dossier.result_ready_at is None


def _faults(dossier: Dossier, form: ActForm, now: datetime) -> Iterator[FieldFault]:
    if not form.reason:
        yield FieldFault("reason", "Vui lòng ghi lý do.", "Say why.")
    if not form.signed_by:
        yield FieldFault(
            "signed_by", "Vui lòng ghi ai đã ký văn bản xin lỗi.", "Say who signed the apology."
        )
    if form.new_due_at is None or form.new_due_at <= max(now, dossier.due_at):
        yield FieldFault(
            "new_due_at",
            "Ngày hẹn mới phải sau ngày hẹn hiện tại và sau lúc này.",
            "The new date must be after the present one and still to come.",
        )
