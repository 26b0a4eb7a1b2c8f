"""What desks recorded in a period, of which office's files, and by whom."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, literal_column, or_, select
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


OFFICE = func.coalesce(col(Dossier.office_id), col(Parcel.office_id))
"""Whose file an entry is about: a dossier's own office, else the one that has the parcel."""


def of_desks(asked: Asked, scope: Scope, *columns: Any) -> Any:
    """Return the query for these columns of what desks recorded, within reach."""
    of_dossier = col(LedgerEntry.dossier_id).is_not(None) & scope.covers(Dossier)
    of_parcel = col(LedgerEntry.dossier_id).is_(None) & scope.covers(Parcel)
    return (
        select(*columns)
        .select_from(LedgerEntry)
        .join(Dossier, col(Dossier.id) == col(LedgerEntry.dossier_id), isouter=True)
        .join(Parcel, col(Parcel.id) == col(LedgerEntry.parcel_id), isouter=True)
        .join(Office, col(Office.id) == OFFICE)
        .where(*_wanted(asked), or_(of_dossier, of_parcel))
    )


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
