"""Denunciations: whoever takes one in cannot read it again; who is named for them can.

A denouncer's name is protected (Denunciation Law 2018, chapter VI): it stands on no dossier, in no
list and in no log.
"""

from datetime import datetime

from sqlmodel import Session, select

from postal_tracker import access
from postal_tracker.access import Caller
from postal_tracker.core.feedback import denunciation_deadlines
from postal_tracker.core.problems import Conflict, Forbidden, no_such
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.desks.common import office_for
from postal_tracker.desks.feedback.shapes import DenunciationForm
from postal_tracker.forms import field_invalid
from postal_tracker.ledger.numbers import next_serial
from postal_tracker.storage.tables import Denunciation


def refuse_unnamed(session: Session, by: Caller, named: str) -> None:
    """Refuse whoever the setting does not name, by sign-in name. Raises Forbidden."""
    names = {name.strip() for name in named.split(",") if name.strip()}
    if access.username_of(session, by) not in names:
        raise Forbidden(
            "denunciations-are-kept-apart",
            "Chỉ người được phân công mới xem được đơn tố cáo.",
            "Only who is named for it reads denunciations.",
        )


def enter_denunciation(
    session: Session,
    form: DenunciationForm,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
) -> str:
    """Keep a denunciation; return its number, which is all that is shown of it."""
    today = local_day(now)
    office = office_for(session, form.office, by, today)
    accept_by, settle_by = denunciation_deadlines(now, calendar)
    kept = Denunciation(
        number=f"TC-{today:%Y%m%d}-{next_serial(session, 'denunciation', today):04}",
        office_id=office.id,
        received_at=now,
        accept_by=accept_by,
        settle_by=settle_by,
        by=by.label,
        **form.model_dump(include={"name", "contact", "text"}),
    )
    session.add(kept)
    return kept.number


def close_denunciation(
    session: Session, number: str, outcome: str, *, by: Caller, now: datetime
) -> None:
    """Say what became of one. Raises NotFound, Invalid, Conflict."""
    query = select(Denunciation).where(Denunciation.number == number, by.scope.covers(Denunciation))
    found = session.exec(query.with_for_update()).first()
    if found is None:
        raise no_such("denunciation")
    if not outcome:
        raise field_invalid("outcome", "Vui lòng ghi kết quả.", "Say what became of it.")
    if found.closed_at:
        raise Conflict(
            "closed-already", "Đơn này đã được giải quyết.", "This one was settled already."
        )
    found.outcome, found.closed_at = outcome[:2000], now
    session.add(found)
