"""What will be late soon: while there is time to hurry, or to apologise before the day is over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlmodel import Session, col

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.journey import Holder
from postal_tracker.core.working_days import Calendar
from postal_tracker.reports.dossiers import RIDING, overdue_row
from postal_tracker.reports.pages import Report, behind, fetch, number
from postal_tracker.storage.tables import Dossier, Enclosure, Parcel

AHEAD = 2
"""Working days: the law wants to be told a day before at the latest (Decree 61/2018 art. 19)."""

FORESEEN = 10
"""Working days: so long before it is said of a dossier whose parcel is not expected in time."""


@dataclass(frozen=True, slots=True)
class NearlyLateRow:
    """One open dossier without a result, shortly before its appointed day."""

    code: str
    applicant_name: str
    procedure: str
    authority: str
    office: str
    holder: Holder
    holder_name: str
    """The office's, carrier's or authority's name."""
    place: str
    since: datetime
    due_on: date
    working_days_left: int
    """0 on the day itself."""


def nearly_late(
    session: Session,
    *,
    scope: Scope,
    today: date,
    calendar: Calendar,
    titles: Mapping[str, str],
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return what has no result and is due within AHEAD working days, the first due first.

    Within FORESEEN, what is in a parcel that may come after its day. Not what waits for the
    citizen, or is with the post at nobody's cost: its clock stands.
    """
    wanted = [scope.covers(Dossier), *_soon(today, calendar)]
    order = (col(Dossier.due_on), col(Dossier.authority_id), col(Dossier.id))
    rest = behind(order, cursor, date.fromisoformat, number, number)
    page = fetch(session, RIDING.where(*wanted, *rest).order_by(*order), limit)
    days = {d: calendar.working_days_between(today, d) for d in {r.due_on for r in page.rows}}
    items = [
        NearlyLateRow(**overdue_row(row, titles, lang), working_days_left=days[row.due_on])
        for row in page.rows
    ]
    count = views.counted(session, nearly_late_dossiers(scope, today, calendar))
    return Report(NearlyLateRow, items, page.cursor("due_on", "authority_id", "id"), count)


def nearly_late_dossiers(scope: Scope, today: date, calendar: Calendar) -> Any:
    """Return the query for their ids."""
    return select(col(Dossier.id)).where(scope.covers(Dossier), *_soon(today, calendar))


def _soon(today: date, calendar: Calendar) -> list[ColumnElement[bool]]:
    due_on = col(Dossier.due_on)
    near, last = calendar.add(today, AHEAD), calendar.add(today, FORESEEN)
    rides = col(Enclosure.dossier_id) == col(Dossier.id), col(Enclosure.open)
    comes_late = (
        select(col(Parcel.id))
        .join(Enclosure, col(Enclosure.parcel_id) == col(Parcel.id))
        .where(*rides, col(Parcel.promise_told), col(Parcel.promised_to) > due_on)
        .correlate(Dossier)
        .exists()
    )
    is_foreseen = or_(due_on <= near, comes_late)
    return [views.owed(), due_on >= today, due_on <= last, is_foreseen]
