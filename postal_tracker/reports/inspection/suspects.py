"""Which parcels may have a gap in custody: found by indexes alone, to be looked at one by one.

In a year of a large centre there is no gap in most; asked of each, that would take many seconds.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, literal_column, or_, select
from sqlmodel import col

from adapters.event import Milestone
from postal_tracker.reports.inspection.hours import Later
from postal_tracker.reports.period import Period
from postal_tracker.storage.tables import LedgerEntry, Parcel

LIES = timedelta(days=31)
"""What was signed for longer than that before it was recorded is not looked for."""

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


def signed(connection: Connection, period: Period, hours: float) -> Sequence[int]:
    """Return the parcels signed for about the period whose scans leave a gap, or may."""
    at, first = col(Parcel.handed_over_at), col(Parcel.first_scan_at)
    query = select(col(Parcel.id)).where(
        *(at >= period.since - LIES, at < period.until + timedelta(hours=1)),
        or_(
            first.is_(None),
            first >= Later(at, int(hours * 3600) - 1),
            first < col(Parcel.accepted_at),  # was it delivered before it was accepted?
        ),
    )
    return connection.scalars(query).all()
