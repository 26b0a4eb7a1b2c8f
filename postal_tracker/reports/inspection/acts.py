"""What desks recorded in a period, entry by entry; never what a datum was before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Row
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.journey import What
from postal_tracker.ledger.entries import what_of
from postal_tracker.reports.inspection.recorded import DOSSIER, PARCEL, RETRACTIONS, Asked, of_desks
from postal_tracker.reports.pages import Report, behind, fetch, moment, number
from postal_tracker.storage.tables import EntryNote, LedgerEntry, Office
from postal_tracker.views import worklists


@dataclass(frozen=True, slots=True)
class ActRow:
    """One entry of a desk."""

    recorded_at: datetime
    what: What
    code: str | None
    """The dossier, if it is about one."""
    tracking_number: str | None
    """The parcel, if it is about one."""
    office: str
    by: str
    name: str
    """What people call the account."""
    struck: What | None
    """What a strike-out took back."""
    fields: list[str]
    """Which data a correction changed; never what they were."""
    why: str | None
    """What the clerk wrote for a reason."""
    dossiers: str
    """Where the dossier, or the parcel with what is in it, is shown."""


_STRUCK: Any = aliased(LedgerEntry)

_COLUMNS: Any = (
    *(col(LedgerEntry.id), col(LedgerEntry.recorded_at), col(LedgerEntry.what)),
    DOSSIER.correlate(LedgerEntry).scalar_subquery().label("code"),
    PARCEL.correlate(LedgerEntry).scalar_subquery().label("tracking_number"),
    col(Office.code).label("office"),
    *(col(LedgerEntry.by), col(LedgerEntry.fields), _STRUCK.what.label("struck")),
    col(EntryNote.text).label("why"),
)


def acts(
    session: Session,
    asked: Asked,
    *,
    scope: Scope,
    retractions: bool = False,
    limit: int = 100,
    cursor: str | None = None,
) -> Report:
    """Return the entries of desks, or the corrections and strike-outs among them, oldest first."""
    query = of_desks(asked, scope, *_COLUMNS)
    query = query.join(_STRUCK, _STRUCK.id == col(LedgerEntry.strikes_id), isouter=True)
    query = query.join(EntryNote, col(EntryNote.entry_id) == col(LedgerEntry.id), isouter=True)
    if retractions:
        query = query.where(col(LedgerEntry.what).in_([act.value for act in RETRACTIONS]))
    order = (col(LedgerEntry.recorded_at), col(LedgerEntry.id))
    rest = behind(order, cursor, moment, number)
    page = fetch(session, query.where(*rest).order_by(*order), limit)
    count = views.counted(session, query.with_only_columns(col(LedgerEntry.id)))
    names = worklists.names_of(session, {row.by for row in page.rows})
    rows = [_row(row, names.get(row.by, row.by), scope) for row in page.rows]
    return Report(ActRow, rows, page.cursor("recorded_at", "id"), count)


def _row(row: Row[Any], name: str, scope: Scope) -> ActRow:
    of_dossier = f"/api/v1/dossiers/{quote(row.code or '', safe='')}"
    of_parcel = f"/api/v1/parcels/{quote(row.tracking_number or '', safe='')}"
    return ActRow(
        recorded_at=row.recorded_at,
        what=what_of(row.what),
        code=row.code,
        tracking_number=row.tracking_number,
        office=row.office,
        by=row.by,
        name=name,
        struck=what_of(row.struck) if row.struck else None,
        fields=(row.fields or "").split(),
        why=row.why if scope.sees_people else None,
        dossiers=of_dossier if row.code else of_parcel,
    )
