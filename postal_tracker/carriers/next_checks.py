"""When each parcel is polled next: worked out from where it stands, stored beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, select, update
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.core.clocks import REAL_TIME, Timing
from postal_tracker.core.journey import Flag
from postal_tracker.core.poll_schedule import ParcelProgress, next_check
from postal_tracker.storage.bulk import ChangedRows, among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import CarrierState, Parcel


def plan(
    session: Session,
    ids: Sequence[int],
    *,
    now: datetime,
    timing: Timing = REAL_TIME,
    asked: bool = False,
) -> None:
    """Set when these are polled next, those that are open and polled at all.

    `asked` says that they were polled just now.
    """
    rows = _PROGRESS.all(session.connection(), {"ids": sorted(set(ids))})
    times = (next_check(_progress(row), now=now, timing=timing, asked=asked) for row in rows)
    put_off(session, zip((row.id for row in rows), times, strict=True))


def plan_hooked(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Note that a webhook told of these just now: they need not be polled so soon.

    But one that is claimed to have arrived is polled at once.
    """
    rows = _PROGRESS.all(session.connection(), {"ids": sorted(ids)})
    told = ((row.id, replace(_progress(row), hooked_at=now)) for row in rows)
    times = {
        id_: {"next_check_at": next_check(progress, now=now), "hooked_at": now}
        for id_, progress in told
    }
    _HOOKED.store(session.connection(), times)


_PROGRESS = Prepared(
    select(
        col(Parcel.id),
        col(Parcel.milestone),
        col(Parcel.milestone_at),
        col(Parcel.created_at),
        col(Parcel.flags),
        col(Parcel.hooked_at),
        col(CarrierState.last_hook_at),
    )
    .join(CarrierState, col(CarrierState.carrier) == col(Parcel.carrier), isouter=True)
    .where(among(col(Parcel.id), "ids"), col(Parcel.open), col(Parcel.next_check_at).is_not(None))
    .order_by(col(Parcel.id))
    # Whoever holds one of them is telling something of it too, and will plan it.
    .with_for_update(key_share=True, of=Parcel, skip_locked=True)
)


def _progress(row: Any) -> ParcelProgress:
    heard = [at for at in (row.hooked_at, row.last_hook_at) if at]
    return ParcelProgress(
        milestone=Milestone(row.milestone) if row.milestone else None,
        since=row.milestone_at or row.created_at,
        claimed=Flag.DELIVERY_CLAIMED.value in row.flags,
        hooked_at=max(heard, default=None),
    )


def put_off(session: Session, times: Iterable[tuple[int, datetime]]) -> None:
    """Ask about these open parcels at these times."""
    _PUT_OFF.store(session.connection(), {id_: {"next_check_at": at} for id_, at in times})


def poll_at_once(session: Session, parcel_id: int, *, now: datetime) -> bool:
    """Let an open parcel be polled next; tell whether it is polled at all."""
    polled = update(Parcel).where(
        col(Parcel.id) == parcel_id, col(Parcel.open), col(Parcel.next_check_at).is_not(None)
    )
    return session.connection().execute(polled.values(next_check_at=now)).rowcount == 1


def _while_open(new: Any) -> Any:
    """One may have closed meanwhile: it is polled no more."""
    return case((col(Parcel.open), new.next_check_at))


_PUT_OFF = ChangedRows(Parcel, "next_check_at", next_check_at=_while_open)
_HOOKED = ChangedRows(Parcel, "next_check_at", "hooked_at", next_check_at=_while_open)
