"""News of a parcel as the ledger takes it, without a door."""

from datetime import timedelta

from sqlmodel import select

from adapters.event import Milestone, Source
from postal_tracker.ledger import NewEntry
from postal_tracker.storage.tables import Parcel


def a_scan(session, number):
    parcel = session.exec(select(Parcel).where(Parcel.tracking_number == number)).one()
    return NewEntry(
        key=f"scan of {number}",
        what=Milestone.ACCEPTED,
        happened_at=parcel.created_at + timedelta(hours=1),
        source=Source.SIGNED,
        parcel_id=parcel.id,
    )
