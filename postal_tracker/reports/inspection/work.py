"""How much each account recorded in a period, by the office whose files they were."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, func
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.journey import Act, What
from postal_tracker.reports.inspection.recorded import Asked, address, of_desks
from postal_tracker.reports.pages import Report, behind, fetch
from postal_tracker.storage.tables import LedgerEntry, Office
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


_TOLD: dict[str, What] = {
    "registered": Act.REGISTERED,
    "sealed": Act.SEALED,
    "handed_over": Milestone.HANDED_OVER,
    "received_back": Act.RECEIVED_BACK,
    "collected": Act.COLLECTED,
    "corrections": Act.CORRECTED,
    "strike_outs": Act.STRUCK_OUT,
}


def work(
    session: Session, asked: Asked, *, scope: Scope, limit: int = 100, cursor: str | None = None
) -> Report:
    """Return who recorded how much, by office and account."""
    by: Any = (col(Office.code).label("office"), col(LedgerEntry.by).label("by"))
    each = [func.sum(_is(what)).label(name) for name, what in _TOLD.items()]
    query = of_desks(asked, scope, *by, *each, func.count().label("entries"))
    order = (col(Office.code), col(LedgerEntry.by))
    count = views.counted(session, of_desks(asked, scope, *by).group_by(*order))
    rest = behind(order, cursor, str, str)
    page = fetch(session, query.where(*rest).group_by(*order).order_by(*order), limit)
    names = worklists.names_of(session, {row.by for row in page.rows})
    rows = [_row(row, asked, names.get(row.by, row.by)) for row in page.rows]
    return Report(WorkRow, rows, page.cursor("office", "by"), count)


def _is(what: What) -> Any:
    return case((col(LedgerEntry.what) == what.value, 1), else_=0)


def _row(row: Row[Any], asked: Asked, name: str) -> WorkRow:
    told = {what: int(getattr(row, what)) for what in _TOLD}
    link = address(asked, "acts", office=row.office, by=row.by)
    return WorkRow(
        office=row.office, by=row.by, name=name, entries=int(row.entries), dossiers=link, **told
    )
