"""What must go to the authority today: received, or completed, by 15:00, or on a day before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlmodel import Session, col

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Act, Stage
from postal_tracker.core.working_days import Calendar
from postal_tracker.reports.pages import Report, behind, fetch, moment, number
from postal_tracker.storage.tables import Authority, DeadlineStep, Dossier, Office, Procedure

_COMPLETED = (
    select(func.max(col(DeadlineStep.at)))
    .where(
        col(DeadlineStep.dossier_id) == col(Dossier.id),
        col(DeadlineStep.what) == Act.SUPPLEMENT_RECEIVED.value,
    )
    .scalar_subquery()
)

_COMPLETE_AT: Any = case(
    (col(Dossier.steps) > 0, func.coalesce(_COMPLETED, col(Dossier.received_at))),
    else_=col(Dossier.received_at),
)
"""Since when all papers are there; most dossiers have no step, and nothing is looked up."""


@dataclass(frozen=True, slots=True)
class ToForwardRow:
    """One dossier that lies at the desk and must go to the authority."""

    code: str
    procedure: str
    authority: str
    office: str
    complete_at: datetime
    """When it was received, or the papers came that were asked for."""
    forward_on: date
    """The working day on which it must go: the same, or the next one after 15:00."""
    minutes_left: int
    """Until the office closes on that day; 0 if that is past."""
    act: Act
    """What ends it: `sealed`, into a parcel to the authority."""


def to_forward(
    session: Session,
    *,
    scope: Scope,
    now: datetime,
    calendar: Calendar,
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return what must be forwarded today or should have been before, the oldest first.

    Not what waits for the citizen, nor what is not sent by post.
    """
    wanted = [views.owed(), scope.covers(Dossier), col(Procedure.post_out)]
    wanted += [col(Dossier.waiting_for) == "", col(Dossier.stage) == Stage.WITH_OFFICE.value]
    wanted += [calendar.forwarded_until(now) >= _COMPLETE_AT]
    order = (_COMPLETE_AT, col(Dossier.id))
    rest = behind(order, cursor, moment, number)
    page = fetch(session, _LYING.where(*wanted, *rest).order_by(*order), limit)
    count = views.counted(session, _LYING.with_only_columns(col(Dossier.id)).where(*wanted))
    items = [_row(row, calendar, now, lang) for row in page.rows]
    return Report(ToForwardRow, items, page.cursor("complete_at", "id"), count)


_LYING: Any = (
    select(
        col(Dossier.id),
        col(Dossier.code),
        _COMPLETE_AT.label("complete_at"),
        col(Procedure.name_vi).label("procedure_vi"),
        col(Procedure.name_en).label("procedure_en"),
        col(Authority.name_vi).label("authority_vi"),
        col(Authority.name_en).label("authority_en"),
        col(Office.name_vi).label("office_vi"),
        col(Office.name_en).label("office_en"),
    )
    .select_from(Dossier)
    .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
    .join(Authority, col(Authority.id) == col(Dossier.authority_id))
    .join(Office, col(Office.id) == col(Dossier.office_id))
)


def _row(row: Any, calendar: Calendar, now: datetime, lang: Lang) -> ToForwardRow:
    forward_on = calendar.forward_by(row.complete_at)
    left = calendar.closes_on(forward_on) - now
    return ToForwardRow(
        code=row.code,
        procedure=pick((row.procedure_vi, row.procedure_en), lang),
        authority=pick((row.authority_vi, row.authority_en), lang),
        office=pick((row.office_vi, row.office_en), lang),
        complete_at=row.complete_at,
        forward_on=forward_on,
        minutes_left=max(0, left // timedelta(minutes=1)),
        act=Act.SEALED,
    )
