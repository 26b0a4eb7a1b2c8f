"""Which authority keeps its appointments."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.ledger import tallies
from postal_tracker.reports.pages import Report, bounds_of
from postal_tracker.storage.tables import Authority


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
    first, _ = bounds_of(month)
    decided = tallies.told(
        lambda t: col(t.kind).in_(tallies.HOW_DECIDED), lambda t: col(t.day) == first, scope.covers
    )
    counts = [
        func.sum(case((decided.c.kind == kind, decided.c.n), else_=0)).label(kind)
        for kind in tallies.HOW_DECIDED
    ]
    query = (
        select(col(Authority.code), col(Authority.name_vi), col(Authority.name_en), *counts)
        .join(decided, decided.c.authority_id == col(Authority.id))
        .group_by(col(Authority.id))
        .having(func.sum(decided.c.n) > 0)
        .order_by(col(Authority.code))
    )
    rows = session.connection().execute(query)
    return Report(PunctualityRow, [_punctuality_row(row, lang) for row in rows])


def _punctuality_row(row: Row[Any], lang: Lang) -> PunctualityRow:
    name = pick((row.name_vi, row.name_en), lang)
    total = row.ahead + row.on_time + row.late
    return PunctualityRow(row.code, name, row.ahead, row.on_time, row.late, total)
