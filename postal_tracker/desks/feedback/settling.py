"""A disputed delivery: both claims stay until somebody settles which holds, and says why."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from adapters.event import Milestone
from postal_tracker import ledger
from postal_tracker.access import Caller
from postal_tracker.core.journey import Act
from postal_tracker.core.problems import Conflict
from postal_tracker.core.working_days import Calendar
from postal_tracker.desks.acts import strike_out
from postal_tracker.desks.common import act_on, desk_entry, moment_after
from postal_tracker.desks.feedback.shapes import FeedbackActForm
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import Dossier, Feedback, LedgerEntry


def settle(
    session: Session,
    feedback: Feedback,
    form: FeedbackActForm,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
) -> None:
    """Strike "delivered" out, or confirm it. Raises Invalid, Conflict (nothing is disputed)."""
    if feedback.parcel_id is None or feedback.settled_at is not None:
        raise Conflict(
            "nothing-disputed",
            "Phản ánh này không có việc phát nào đang tranh chấp.",
            "No delivery is disputed by this feedback.",
        )
    _refuse_incomplete(form)
    dossier = session.get_one(Dossier, feedback.dossier_id, with_for_update={"key_share": True})
    told = _delivered(session, feedback.parcel_id)
    if form.outcome == "not_delivered":
        for entry in told:
            note = form.text[:1000]
            strike_out(session, dossier, entry.id, by=by, calendar=calendar, now=now, note=note)
    elif told and all(entry.claimed for entry in told):
        _confirm(session, told[-1], by=by, now=now)
    at = moment_after([dossier], now)
    act_on(session, [dossier], Act.DISPUTE_SETTLED, by=by, at=at, now=now, note=form.text[:1000])
    feedback.settled_at = now


def _refuse_incomplete(form: FeedbackActForm) -> None:
    if not form.outcome:
        raise field_invalid(
            "outcome", "Vui lòng chọn kết luận.", "Choose which of the two claims holds."
        )
    if not form.text:
        raise field_invalid("text", "Vui lòng ghi lý do.", "Say why.")


def _delivered(session: Session, parcel_id: int) -> Sequence[LedgerEntry]:
    """Return what was told of the parcel as delivered and still stands, the last one last."""
    of_parcel = LedgerEntry.parcel_id == parcel_id, col(LedgerEntry.dossier_id).is_(None)
    rows = session.exec(select(LedgerEntry).where(*of_parcel).order_by(col(LedgerEntry.id))).all()
    struck = {row.strikes_id for row in rows if row.strikes_id}
    return [row for row in rows if row.what == Milestone.DELIVERED and row.id not in struck]


def _confirm(session: Session, claim: LedgerEntry, *, by: Caller, now: datetime) -> None:
    """Say on our own word what so far somebody claimed whom we cannot verify."""
    entry = desk_entry(
        Milestone.DELIVERED,
        by=by,
        at=claim.happened_at,
        parcel_id=claim.parcel_id,
        place=claim.place,
    )
    ledger.record(session, [entry], now=now)
