"""What is promised of each parcel that the post has: noted once, soon afterwards."""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.carriers.promises.past import SINCE, kind_of
from postal_tracker.core.eta import Forecaster, Promise
from postal_tracker.core.working_days import VIETNAM, local_day
from postal_tracker.storage.bulk import ChangedRows
from postal_tracker.storage.tables import Parcel


def make(session: Session, most: int, *, forecaster: Forecaster, now: datetime) -> int:
    """Note when parcels will arrive that the post has and nobody has looked at; return how many."""
    found = session.connection().execute(_UNPROMISED.limit(most)).all()
    rows = {}
    for parcel in found:
        told = forecaster.promise(kind_of(parcel), local_day(parcel.since), parcel.id)
        rows[parcel.id] = _promised(told, now)
    _NOTED.store(session.connection(), rows)
    return len(rows)


_UNPROMISED = (
    select(
        *(col(Parcel.id), col(Parcel.carrier), col(Parcel.direction), col(Parcel.authority_id)),
        SINCE.label("since"),
    )
    .where(col(Parcel.open), col(Parcel.promised_at).is_(None), SINCE.is_not(None))
    .order_by(col(Parcel.id).desc())
    # Whoever is writing to one of them is not waited for: its turn comes in a minute.
    .with_for_update(key_share=True, skip_locked=True)
)


def _promised(told: Promise | None, now: datetime) -> dict[str, Any]:
    late = told.late_after if told and told.is_trusted else None
    ends = late and datetime.combine(late + timedelta(days=1), time(), VIETNAM)
    return {
        "promised_at": now,
        "promised_from": told and told.first,
        "promised_to": told and told.last,
        "promise_told": bool(told and told.is_trusted),
        "silent_at": ends,
    }


_NOTED = ChangedRows(
    Parcel,
    *("promised_at", "promised_from", "promised_to", "promise_told", "silent_at"),
)
