"""Which authority keeps its appointments."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Row, case, func, literal, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.dates import midnight
from postal_tracker.reports.pages import Report, bounds_of
from postal_tracker.storage.tables import Authority, Dossier


@dataclass(frozen=True, slots=True)
class PunctualityRow:
    """How one authority kept its appointments in one month."""

    authority: str
    """Its code."""
    authority_name: str
    """Its name."""
    ahead: int
    """Dossiers whose result was ready on a day before the appointed one."""
    on_time: int
    """Those whose result was ready on the appointed day."""
    late: int
    """Those whose result was ready after the appointed day."""
    total: int
    """All whose result became ready in the month."""


def punctuality(session: Session, *, scope: Scope, month: date, lang: Lang) -> Report:
    """Return, by authority, the dossiers whose result became ready in a month (any day of it).

    Ahead of time: the result was ready on a local day before the appointed one. On time: on that
    day. Late: after it. What counts is the day of the result, not of its delivery, and the
    appointment given at receipt. In some official reports "đúng hạn" includes "trước hạn"; here it
    does not. A past month changes only if an entry of it is added or struck out. Raises Invalid
    for a month that no calendar of ours holds.
    """
    first, after = bounds_of(month)
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    ready = col(Dossier.result_ready_at)
    # A table of at most 31 midnights tells the local day alike on every database.
    ready_on = case(*[(ready < midnight(d + _ONE_DAY), literal(d, Date())) for d in days])
    decided = (
        select(col(Dossier.authority_id), col(Dossier.due_on), ready_on.label("ready_on"))
        .where(ready >= midnight(first), ready < midnight(after), scope.covers(Dossier))
        .subquery()
    )
    counts = [
        func.sum(case((test, 1), else_=0)).label(name)
        for name, test in (
            ("ahead", decided.c.ready_on < decided.c.due_on),
            ("on_time", decided.c.ready_on == decided.c.due_on),
            ("late", decided.c.ready_on > decided.c.due_on),
        )
    ]
    query = (
        select(col(Authority.code), col(Authority.name_vi), col(Authority.name_en), *counts)
        .join(decided, decided.c.authority_id == col(Authority.id))
        .group_by(col(Authority.id))
        .order_by(col(Authority.code))
    )
    rows = session.connection().execute(query)
    return Report(PunctualityRow, [_punctuality_row(row, lang) for row in rows])


_ONE_DAY = timedelta(days=1)


def _punctuality_row(row: Row[Any], lang: Lang) -> PunctualityRow:
    name = pick((row.name_vi, row.name_en), lang)
    total = row.ahead + row.on_time + row.late
    return PunctualityRow(row.code, name, row.ahead, row.on_time, row.late, total)
