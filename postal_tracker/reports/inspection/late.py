"""What was late in a period, and in whose hands it lay: a clock for each holder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Row, select
from sqlmodel import Session, col

from postal_tracker import ledger, views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Fact, Holder, Stay, custody
from postal_tracker.reports.held import Span, held_for, stops_of
from postal_tracker.reports.inspection.recorded import Asked
from postal_tracker.reports.pages import Report, behind, fetch, number
from postal_tracker.reports.period import (
    LATE,
    OVERDUE,
    Period,
    fate,
    in_period,
    may_be_late,
    moved,
    to_last_step,
)
from postal_tracker.storage.tables import (
    Authority,
    Dossier,
    LedgerEntry,
    Office,
    Procedure,
)
from postal_tracker.views import worklists


@dataclass(frozen=True, slots=True)
class LateRow:
    """One late dossier: who had the papers, for how many days, until it was settled."""

    code: str
    office: str
    authority: str
    procedure: str
    received_at: datetime
    due_at: datetime
    settled_at: datetime | None
    """None: it was not settled when the period ended."""
    held_when_due: Holder
    """In whose hands the papers were when the limit ran out."""
    office_days: float
    """Days of the calendar, without those while the citizen was waited for."""
    post_days: float
    authority_days: float
    waiting_days: float
    """While the limit stood still: papers or a payment were asked for."""
    name: str
    """Which account recorded the last act of a desk before the limit ran out."""
    dossiers: str
    """Where the dossier is shown, with all that happened to it."""


def late(
    session: Session,
    asked: Asked,
    *,
    scope: Scope,
    lang: Lang,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return what was settled late in a period or was late and open at its end, by office."""
    query = _late(asked, scope)
    order = (col(Dossier.office_id), col(Dossier.id) + 0)
    rest = behind(order, cursor, number, number)
    page = fetch(session, query.where(*rest).order_by(*order), limit)
    count = views.counted(session, query.with_only_columns(col(Dossier.id)))
    rows = _rows(session, page.rows, asked.period, lang)
    return Report(LateRow, rows, page.cursor("office_id", "id"), count)


def _late(asked: Asked, scope: Scope) -> Any:
    period = asked.period
    stood = moved(period)
    return (
        select(
            *(col(Dossier.id), col(Dossier.code), col(Dossier.office_id)),
            *(col(Dossier.received_at), stood.due_at.label("due_at"), col(Dossier.settled_at)),
            *(col(Office.code).label("office"), col(Authority.name_vi).label("authority_vi")),
            *(col(Authority.name_en).label("authority_en"),),
            *(col(Procedure.name_vi).label("procedure_vi"),),
            col(Procedure.name_en).label("procedure_en"),
        )
        .select_from(Dossier)
        .join(*to_last_step(period), isouter=True)
        .join(Procedure, col(Procedure.id) == col(Dossier.procedure_id))
        .join(Office, col(Office.id) == col(Dossier.office_id))
        .join(Authority, col(Authority.id) == col(Dossier.authority_id))
        .where(in_period(period), scope.covers(Dossier), may_be_late(period))
        .where(fate(period, stood).in_([LATE, OVERDUE]))
        .where(*([col(Office.code) == asked.office] if asked.office else []))
    )


def _rows(session: Session, found: Sequence[Any], period: Period, lang: Lang) -> list[LateRow]:
    ids = [row.id for row in found]
    facts: dict[int, list[Fact]] = {}
    for n in range(0, len(ids), _AT_ONCE):
        facts |= ledger.histories(session.connection(), ids[n : n + _AT_ONCE])
    stops = stops_of(session.connection(), {row.id: row.settled_at for row in found})
    last = _last_recorded(session, {row.id: row.due_at for row in found})
    names = worklists.names_of(session, set(last.values()))
    end = min(period.until, period.now)
    rows = []
    for row in found:
        until = min(row.settled_at or end, end)
        stays = [stay for stay in custody(facts[row.id]) if stay.since <= until]
        by = last.get(row.id, "")
        rows.append(_row(row, stays, stops.get(row.id, ()), until, names.get(by, by), lang))
    return rows


_AT_ONCE = 20
"""Dossiers; for more of them PostgreSQL would read all parcels through."""


def _last_recorded(session: Session, due: Mapping[int, datetime]) -> dict[int, str]:
    """Return by dossier which account a desk's last entry before this moment is from.

    What was struck out did not happen, whoever recorded it.
    """
    entry = LedgerEntry
    query = select(*(col(entry.id), col(entry.dossier_id), col(entry.happened_at), col(entry.by)))
    query = query.add_columns(col(entry.strikes_id))
    query = query.where(col(entry.dossier_id).in_(list(due)), col(entry.source) == "staff")
    query = query.order_by(col(entry.happened_at), col(entry.id))
    rows = session.connection().execute(query).all()
    struck = {row.strikes_id for row in rows}
    told = [row for row in rows if row.id not in struck]
    return {row.dossier_id: row.by for row in told if row.happened_at <= due[row.dossier_id]}


def _row(
    row: Row[Any],
    stays: Sequence[Stay],
    stops: Sequence[Span],
    until: datetime,
    name: str,
    lang: Lang,
) -> LateRow:
    held, waiting = held_for(stays, stops, until)
    when_due = [stay.holder for stay in stays if stay.since <= row.due_at]
    return LateRow(
        code=row.code,
        office=row.office,
        authority=pick((row.authority_vi, row.authority_en), lang),
        procedure=pick((row.procedure_vi, row.procedure_en), lang),
        received_at=row.received_at,
        due_at=row.due_at,
        settled_at=row.settled_at if row.settled_at and row.settled_at <= until else None,
        held_when_due=when_due[-1] if when_due else Holder.OFFICE,
        office_days=_days(held[Holder.OFFICE]),
        post_days=_days(held[Holder.POST]),
        authority_days=_days(held[Holder.AUTHORITY]),
        waiting_days=_days(waiting),
        name=name,
        dossiers=f"/api/v1/dossiers/{quote(row.code, safe='')}",
    )


def _days(span: timedelta) -> float:
    return round(span / timedelta(days=1), 1)
