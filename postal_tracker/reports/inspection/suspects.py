"""Which parcels may have a gap in custody: found by indexes alone, to be looked at one by one.

In a year of a large centre there is no gap in most; asked of each, that would take many seconds.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal_column, or_, select
from sqlmodel import col

from adapters.event import Milestone
from postal_tracker.core.journey import Act
from postal_tracker.reports.inspection.hours import Later
from postal_tracker.reports.period import Period
from postal_tracker.storage.tables import LedgerEntry, Parcel

LIES = timedelta(days=31)
"""What was sealed longer than that before a period, and signed for in it, is not looked for."""

OURS = (Milestone.ANNOUNCED.value, Milestone.HANDED_OVER.value, Act.STRUCK_OUT.value)
"""What is told of a parcel by us: whoever has it tells something else."""

_OF_DESK = col(LedgerEntry.source) == literal_column("'staff'")  # as the index has it


def waiting(connection: Connection) -> Sequence[int]:
    """Return the parcels that were made, and of which nobody told anything since.

    By the milestone, not by the list's moment, which stays when the handing over is struck out.
    """
    unheard = col(Parcel.milestone).in_(["", Milestone.ANNOUNCED.value])
    return connection.scalars(select(col(Parcel.id)).where(col(Parcel.open), unheard)).all()


def arrived(connection: Connection, period: Period) -> Sequence[int | None]:
    """Return the parcels of whose delivery a desk told in the period."""
    query = select(col(LedgerEntry.parcel_id)).where(
        *(_OF_DESK, col(LedgerEntry.recorded_at) >= period.since),
        *(
            col(LedgerEntry.recorded_at) < period.until,
            col(LedgerEntry.what) == Milestone.DELIVERED.value,
        ),
        col(LedgerEntry.parcel_id).is_not(None),
    )
    return connection.scalars(query).all()


def signed(connection: Connection, period: Period, hours: float) -> Sequence[int | None]:
    """Return the parcels signed for about the period whose scans may leave a gap, in one pass.

    Of what was struck out it is not asked what that was.
    """
    first = _sealed_since(connection, period.since - LIES)
    after = _sealed_since(connection, period.until + timedelta(hours=1))
    if first is None:
        return []
    parcel = col(LedgerEntry.parcel_id)
    handed, heard = (
        _first_of(Milestone.HANDED_OVER.value),
        _first(col(LedgerEntry.what).not_in(OURS)),
    )
    late = or_(heard.is_(None), heard >= Later(handed, int(hours * 3600) - 1))
    turned = _first_of(Milestone.DELIVERED.value) < _first_of(Milestone.ACCEPTED.value)
    struck = _first_of(Act.STRUCK_OUT.value).is_not(None)
    query = select(parcel).where(col(LedgerEntry.dossier_id).is_(None), parcel >= first)
    query = query.where(parcel < after) if after else query
    query = query.group_by(parcel).having(and_(handed.is_not(None), or_(late, turned, struck)))
    return connection.scalars(query).all()


def _first_of(what: str) -> Any:
    return _first(col(LedgerEntry.what) == what)


def _first(wanted: Any) -> Any:
    return func.min(case((wanted, col(LedgerEntry.happened_at))))


def _sealed_since(connection: Connection, moment: datetime) -> int | None:
    """Return the first parcel that was sealed since then: their numbers go with the time."""
    at = col(LedgerEntry.recorded_at)
    sealed = (_OF_DESK, at >= moment, col(LedgerEntry.what) == Act.SEALED.value)
    query = select(col(LedgerEntry.parcel_id)).where(*sealed).order_by(at).limit(1)
    return connection.scalar(query)
