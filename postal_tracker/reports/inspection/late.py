"""What was late in a period, and in whose hands it lay: a clock for each holder."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Row, and_, select
from sqlmodel import Session, col

from postal_tracker import ledger, views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.journey import Fact, Holder
from postal_tracker.reports.inspection.custody import Held, held_by, held_for
from postal_tracker.reports.inspection.recorded import Asked
from postal_tracker.reports.pages import Report, behind, fetch, number
from postal_tracker.reports.period import (
    LATE,
    OVERDUE,
    Period,
    fate,
    in_period,
    moved,
    to_last_step,
)
from postal_tracker.storage.tables import (
    Authority,
    DeadlineStep,
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
        .where(in_period(period), scope.covers(Dossier), fate(period, stood).in_([LATE, OVERDUE]))
        .where(*([col(Office.code) == asked.office] if asked.office else []))
    )


def _rows(session: Session, found: Sequence[Any], period: Period, lang: Lang) -> list[LateRow]:
    ids = [row.id for row in found]
    facts: dict[int, list[Fact]] = {}
    for n in range(0, len(ids), _AT_ONCE):
        facts |= ledger.histories(session.connection(), ids[n : n + _AT_ONCE])
    stops = _stops(session, ids)
    last = _last_recorded(session, {row.id: row.due_at for row in found})
    names = worklists.names_of(session, set(last.values()))
    end = min(period.until, period.now)
    rows = []
    for row in found:
        until = min(row.settled_at or end, end)
        held = held_by(facts[row.id], until)
        by = last.get(row.id, "")
        rows.append(_row(row, held, stops[row.id], until, names.get(by, by), lang))
    return rows


_AT_ONCE = 20
"""Dossiers; for more of them PostgreSQL would read all parcels through."""


def _stops(session: Session, ids: Sequence[int]) -> Mapping[int, list[tuple[datetime, bool]]]:
    """Return by dossier from when on its limit stood still for the citizen, or no more."""
    step = DeadlineStep
    waits = and_(col(step.stopped), col(step.waiting_for) != "")
    query = select(col(step.dossier_id), col(step.at), waits)
    query = query.where(col(step.dossier_id).in_(ids)).order_by(
        col(step.dossier_id), col(step.number)
    )
    found: dict[int, list[tuple[datetime, bool]]] = defaultdict(list)
    for dossier_id, at, stopped in session.connection().execute(query):
        found[dossier_id].append((at, stopped))
    return found


def _last_recorded(session: Session, due: Mapping[int, datetime]) -> dict[int, str]:
    """Return by dossier which account a desk's last entry before this moment is from."""
    entry = LedgerEntry
    query = select(col(entry.dossier_id), col(entry.happened_at), col(entry.by))
    query = query.where(col(entry.dossier_id).in_(list(due)), col(entry.source) == "staff")
    rows = session.connection().execute(query.order_by(col(entry.happened_at), col(entry.id)))
    return {id_: by for id_, at, by in rows if id_ and at <= due[id_]}


def _row(
    row: Row[Any],
    held: Held,
    stops: Sequence[tuple[datetime, bool]],
    until: datetime,
    name: str,
    lang: Lang,
) -> LateRow:
    days, waiting = held_for(held, stops, until)
    when_due = [holder for since, holder in held if since <= row.due_at]
    return LateRow(
        code=row.code,
        office=row.office,
        authority=pick((row.authority_vi, row.authority_en), lang),
        procedure=pick((row.procedure_vi, row.procedure_en), lang),
        received_at=row.received_at,
        due_at=row.due_at,
        settled_at=row.settled_at if row.settled_at and row.settled_at <= until else None,
        held_when_due=when_due[-1] if when_due else Holder.OFFICE,
        office_days=_days(days[Holder.OFFICE]),
        post_days=_days(days[Holder.POST]),
        authority_days=_days(days[Holder.AUTHORITY]),
        waiting_days=_days(waiting),
        name=name,
        dossiers=f"/api/v1/dossiers/{quote(row.code, safe='')}",
    )


def _days(span: timedelta) -> float:
    return round(span / timedelta(days=1), 1)
