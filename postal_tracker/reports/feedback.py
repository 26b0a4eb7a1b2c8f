"""The hotline in figures: what is due, and what became of a month's feedback, by 5.2 of 766."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func, or_, select, true
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.dates import midnight
from postal_tracker.core.feedback import CATEGORIES, KINDS, Category, FeedbackKind, FeedbackState
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.reports.pages import Report, behind, bounds_of, fetch, moment, number
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


@dataclass(frozen=True, slots=True)
class HotlineRow:
    """What became of the feedback of a month, of one kind and category; the last row: of all."""

    kind_text: str
    """What citizens wanted, in words."""
    category_text: str
    """What it is about, in words."""
    received: int
    """Opened in the month."""
    answered: int
    """Answered or declined in time; who is answered reads it at once, so it is published then."""
    answered_late: int
    """Answered or declined after 15 working days, without those for which the citizen was asked."""
    declined: int
    """Of those answered, the ones of which it was said why nothing is done."""
    open: int
    """In hand, its time not over."""
    open_late: int
    """In hand, and over a day of its clock."""
    asked: int
    """The citizen was asked for more."""
    taken_late: int
    """Taken, or declined, after two working days."""
    asked_late: int
    """Asked for more after five working days."""
    in_time_percent: float
    """5.2 of Decision 766: those of which no step was late, of all."""


def feedback_figures(
    session: Session, *, scope: Scope, month: date, lang: Lang, now: datetime
) -> Report:
    """Return what became of a month's feedback (any day of it). Raises Invalid (the month)."""
    first, next_ = bounds_of(month)
    opened, kinds = col(Feedback.opened_at), (col(Feedback.kind), col(Feedback.category))
    sums = [func.count(case((when, 1))).label(name) for name, when in _counted(now).items()]
    query = (
        select(*kinds, func.count().label("received"), *sums)
        .where(opened >= midnight(first), opened < midnight(next_))
        .where(scope.covers(Feedback, leads=False))
        .group_by(*kinds)
        .order_by(*kinds)
    )
    found = [dict(row._mapping) for row in session.connection().execute(query)]
    rows = [
        _figures(
            pick(KINDS[FeedbackKind(one.pop("kind"))], lang),
            pick(CATEGORIES[Category(one.pop("category"))], lang),
            one,
        )
        for one in found
    ]
    if rows:
        total = {name: sum(one[name] for one in found) for name in found[0]}
        rows.append(_figures(pick(("Tổng số", "Total"), lang), "", total))
    return Report(HotlineRow, rows)


def _counted(now: datetime) -> dict[str, Any]:
    """Return what is counted beside all: conditions, which nothing unknown meets."""
    answered, state = col(Feedback.answered_at), col(Feedback.state)
    answered_late = answered > col(Feedback.answer_by)
    open_late = col(Feedback.next_due_at) < now
    taken_late, asked_late = col(Feedback.taken_late) == true(), col(Feedback.asked_late) == true()
    return {
        "answered": answered.is_not(None),
        "answered_late": answered_late,
        "declined": state == FeedbackState.DECLINED.value,
        "open_late": open_late,
        "asked": col(Feedback.asked_late).is_not(None),
        "taken_late": taken_late,
        "asked_late": asked_late,
        "any_late": or_(answered_late, open_late, taken_late, asked_late),
    }


def _figures(kind: str, category: str, n: dict[str, int]) -> HotlineRow:
    late, received = n["any_late"], n["received"]
    return HotlineRow(
        kind,
        category,
        received,
        n["answered"] - n["answered_late"],
        n["answered_late"],
        n["declined"],
        received - n["answered"] - n["open_late"],
        *(n["open_late"], n["asked"], n["taken_late"], n["asked_late"]),
        round(100 * (received - late) / received, 2),
    )
