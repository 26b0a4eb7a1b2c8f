"""The dossiers behind a figure of the official reports: each number opens to its rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, select
from sqlmodel import Session, col

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.reports.ii06a import CAME, TOTAL, came
from postal_tracker.reports.pages import Report, behind, fetch, number
from postal_tracker.reports.period import (
    FATES,
    GROUPS,
    LATE,
    By,
    Fate,
    Period,
    Stood,
    fate,
    in_period,
    is_punctual,
    is_settled,
    may_be_late,
    moved,
    to_last_step,
)
from postal_tracker.reports.summary import (
    APOLOGY,
    WAYS_IN,
    WITHOUT_RESULT,
    apologised,
    way_in,
    without_result,
)
from postal_tracker.storage.tables import Authority, Dossier, Office, Procedure

Column = Literal[
    "received",
    "received_online",
    "received_direct",
    "carried_over",
    "settled",
    "settled_early",
    "settled_on_time",
    "settled_late",
    "open",
    "open_in_time",
    "open_late",
    "received_new",
    "received_at_desk",
    "received_by_post",
    "settled_no_later",
    "settled_late_apologised",
    "settled_late_unapologised",
    "refused",
    "stopped",
    "withdrawn",
    "waiting_for_papers",
    "on_time",
    "ended",
]
"""Of II.06a, 3 to 13; then of a week's or month's results; the last two of Decision 766."""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One dossier behind a figure, as it stood at the end of the period."""

    code: str
    procedure: str
    authority: str
    office: str
    received_at: datetime
    due_at: datetime
    settled_at: datetime | None
    fate: Fate
    """Which of the columns 8 to 10, 12, 13 it stands in."""


def behind_figure(
    session: Session,
    period: Period,
    by: By,
    key: str,
    column: Column,
    *,
    scope: Scope,
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
    due: tuple[date, date] | None = None,
) -> Report:
    """Return the dossiers that a figure counts; the `key` is of its row.

    With two days, only those that have no result and are due between them or on one of them.
    """
    stood = moved(period)
    wanted = [in_period(period), scope.covers(Dossier)]
    wanted += [GROUPS[by][2][0] == key] if key != TOTAL else []
    wanted += _of_column(period, stood, column)
    wanted += [views.owed(), col(Dossier.due_on).between(*due)] if due else []
    query = _listed(period, stood).where(*wanted)
    rest = behind([col(Dossier.id)], cursor, number)
    page = fetch(session, query.where(*rest).order_by(_ORDER), limit)
    count = views.counted(session, query.with_only_columns(col(Dossier.id)))
    rows = [_row(row, period, lang) for row in page.rows]
    return Report(FigureRow, rows, page.cursor("id"), count)


def _listed(period: Period, stood: Stood) -> Any:
    """Return the query for what is told of a dossier; what uses it narrows it."""
    return (
        select(
            *(col(Dossier.id), col(Dossier.code), col(Dossier.received_at)),
            *(stood.due_at.label("due_at"), col(Dossier.settled_at)),
            *(fate(period, stood).label("fate"), col(Office.code).label("office")),
            *(col(Authority.name_vi).label("authority_vi"), col(Authority.name_en)),
            *(col(Procedure.name_vi).label("procedure_vi"),),
            col(Procedure.name_en).label("procedure_en"),
        )
        .select_from(Dossier)
        .join(*to_last_step(period), isouter=True)
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .join(Office, col(Office.id) == col(Dossier.office_id))
        .join(Authority, col(Authority.id) == col(Dossier.authority_id))
    )


# Not by the index of ids: PostgreSQL would walk along it through all that came before the period.
_ORDER = col(Dossier.id) + 0


def _of_column(period: Period, stood: Stood, column: Column) -> list[ColumnElement[bool]]:
    """Return under which condition a dossier is counted in a column."""
    alone: dict[str, list[ColumnElement[bool]]] = {
        "received": [],
        "received_new": [came(period) != CAME.index("carried_over")],
        "on_time": [is_punctual(period, stood) == 1],
        "ended": [is_settled(period)],
    }
    if column in alone:
        return alone[column]
    for places, told in (
        (CAME, came(period)),
        (WAYS_IN, way_in(period)),
        (WITHOUT_RESULT, without_result(period, stood)),
    ):
        if column in places:
            return [told == places.index(column)]
    late = [may_be_late(period)] if column in ("settled_late", "open_late", *APOLOGY) else []
    if column in APOLOGY:
        return [*late, fate(period, stood) == LATE, apologised(stood) == APOLOGY.index(column)]
    halves = {"settled": FATES[:3], "settled_no_later": FATES[:2], "open": FATES[3:]}
    first = halves.get(column, (column,))
    return [*late, fate(period, stood).in_([FATES.index(one) for one in FATES if one in first])]


def _row(row: Row[Any], period: Period, lang: Lang) -> FigureRow:
    settled = row.settled_at if row.settled_at and row.settled_at < period.until else None
    return FigureRow(
        code=row.code,
        procedure=pick((row.procedure_vi, row.procedure_en), lang),
        authority=pick((row.authority_vi, row.name_en), lang),
        office=row.office,
        received_at=row.received_at,
        due_at=row.due_at,
        settled_at=settled,
        fate=FATES[row.fate],
    )
