"""What desks recorded in a period, of which office's files, and by whom."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlmodel import col

from postal_tracker.access import Scope
from postal_tracker.core.journey import Act
from postal_tracker.reports.period import Period
from postal_tracker.storage.tables import Dossier, LedgerEntry, Office, Parcel

RETRACTIONS = (Act.CORRECTED, Act.STRUCK_OUT)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which period, and whose: an office's code, an account's label; empty: all."""

    period: Period
    office: str = ""
    by: str = ""


def of_desks(asked: Asked, scope: Scope, *columns: Any) -> Any:
    """Return the query for these columns of what desks recorded, within reach.

    Whose file an entry is about: a dossier's own office, else the one that has the parcel. Looked
    up entry by entry: joined, PostgreSQL would read all dossiers through for a few entries.
    """
    entry = LedgerEntry
    of_dossier = select(col(Dossier.office_id)).where(
        col(Dossier.id) == col(entry.dossier_id), scope.covers(Dossier)
    )
    of_parcel = select(col(Parcel.office_id)).where(
        col(Parcel.id) == col(entry.parcel_id), col(entry.dossier_id).is_(None)
    )
    office = func.coalesce(
        of_dossier.correlate(entry).scalar_subquery(),
        of_parcel.where(scope.covers(Parcel)).correlate(entry).scalar_subquery(),
    )
    query = select(*columns).select_from(entry).join(Office, col(Office.id) == office)
    return query.where(*_wanted(asked))


DOSSIER = select(col(Dossier.code)).where(col(Dossier.id) == col(LedgerEntry.dossier_id))
PARCEL = select(col(Parcel.tracking_number)).where(col(Parcel.id) == col(LedgerEntry.parcel_id))


def _wanted(asked: Asked) -> list[ColumnElement[bool]]:
    return [
        col(LedgerEntry.source) == literal_column("'staff'"),  # as the index has it
        col(LedgerEntry.recorded_at) >= asked.period.since,
        col(LedgerEntry.recorded_at) < asked.period.until,
        *([col(Office.code) == asked.office] if asked.office else []),
        *([col(LedgerEntry.by) == asked.by] if asked.by else []),
    ]


def address(asked: Asked, part: str, **more: str) -> str:
    """Return the address of a part of the report, for the same period."""
    days = {"from": asked.period.first.isoformat(), "to": asked.period.last.isoformat()}
    return f"/api/v1/reports/inspection?{urlencode({'part': part, **days, **more}, safe=':')}"
