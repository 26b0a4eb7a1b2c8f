"""Feedback whose clock runs out by the end of the next working day, or has run out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.feedback import KINDS, FeedbackKind
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.reports.pages import Report, behind, fetch, moment, number
from postal_tracker.storage.tables import Dossier, Feedback


@dataclass(frozen=True, slots=True)
class DueFeedbackRow:
    """One complaint or question, by its number, without what was said."""

    code: str
    since: datetime
    due_on: date
    procedure: str
    """Its kind in words."""
    dossiers: Sequence[str]


def due_by(now: datetime, calendar: Calendar) -> datetime:
    """Return up to which deadline feedback is on the worklist."""
    return calendar.closes_on(calendar.add(local_day(now), 1))


def due_feedback_ids(scope: Scope, until: datetime) -> Any:
    """Return the query for the ids of all that is due by then."""
    due = col(Feedback.next_due_at)
    return select(col(Feedback.id)).where(
        due.is_not(None), due <= until, scope.covers(Feedback, leads=False)
    )


def due_feedback(
    session: Session,
    until: datetime,
    *,
    scope: Scope,
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return what is due by then, what ran out longest ago first."""
    order = col(Feedback.next_due_at), col(Feedback.id)
    query = due_feedback_ids(scope, until).add_columns(
        *(col(Feedback.number), col(Feedback.kind), col(Feedback.opened_at)),
        *(col(Feedback.next_due_at), col(Dossier.code)),
    )
    query = query.join(Dossier, col(Dossier.id) == col(Feedback.dossier_id))
    page = fetch(
        session, query.where(*behind(order, cursor, moment, number)).order_by(*order), limit
    )
    items = [
        DueFeedbackRow(
            row.number,
            row.opened_at,
            local_day(row.next_due_at),
            pick(KINDS[FeedbackKind(row.kind)], lang),
            [row.code],
        )
        for row in page.rows
    ]
    return Report(DueFeedbackRow, items, page.cursor("next_due_at", "id"))
