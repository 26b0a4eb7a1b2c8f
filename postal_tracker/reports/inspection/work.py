"""How much each account recorded in a period, by the office whose files they were."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlmodel import Session, col

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.ledger import tallies
from postal_tracker.reports.inspection.recorded import Asked, address
from postal_tracker.reports.pages import Report, behind, fetch
from postal_tracker.storage.tables import Office
from postal_tracker.views import worklists


@dataclass(frozen=True, slots=True)
class WorkRow:
    """What one account recorded of one office's files."""

    office: str
    by: str
    name: str
    """What people call the account."""
    registered: int
    sealed: int
    handed_over: int
    """Parcels that a courier signed for."""
    received_back: int
    collected: int
    """Results handed over at the office."""
    corrections: int
    strike_outs: int
    entries: int
    """All entries, those without a column of their own too."""
    dossiers: str
    """Where the entries behind it are listed."""


_COLUMNS = (
    *("registered", "sealed", "handed_over", "received_back", "collected"),
    *("corrections", "strike_outs"),
)
_TOLD = dict(zip(_COLUMNS, tallies.TOLD_APART, strict=True))


def work(
    session: Session, asked: Asked, *, scope: Scope, limit: int = 100, cursor: str | None = None
) -> Report:
    """Return who recorded how much, by office and account: summed up from tallies."""
    n, query = _done(asked, scope)
    order = tuple(query.selected_columns)
    count = views.counted(session, query)
    each = [
        func.sum(case((n.c.holder == what, n.c.n), else_=0)).label(name)
        for name, what in _TOLD.items()
    ]
    rest = behind(order, cursor, str, str)
    told = query.add_columns(*each, func.sum(n.c.n).label("entries"))
    page = fetch(session, told.where(*rest).order_by(*order), limit)
    names = worklists.names_of(session, {row.by for row in page.rows})
    rows = [_row(row, asked, names.get(row.by, row.by)) for row in page.rows]
    return Report(WorkRow, rows, page.cursor("office", "by"), count)


def _done(asked: Asked, scope: Scope) -> tuple[Any, Any]:
    """Return the cells of the period within reach, and a query for the offices and accounts."""
    period = asked.period
    n = tallies.told(
        lambda t: col(t.kind) == tallies.DONE,
        lambda t: col(t.day).between(period.first, period.last),
        scope.covers,
    )
    query = (
        select(col(Office.code).label("office"), n.c.place.label("by"))
        .join_from(n, Office, col(Office.id) == n.c.office_id)
        .where(*([col(Office.code) == asked.office] if asked.office else []))
        .where(*([n.c.place == asked.by] if asked.by else []))
        .group_by(col(Office.code), n.c.place)
        .having(func.sum(n.c.n) > 0)
    )
    return n, query


def _row(row: Row[Any], asked: Asked, name: str) -> WorkRow:
    told = {what: int(getattr(row, what)) for what in _TOLD}
    link = address(asked, "acts", office=row.office, by=row.by)
    return WorkRow(
        office=row.office, by=row.by, name=name, entries=int(row.entries), dossiers=link, **told
    )
