"""Which parcels one process polls: taken by moving their due time ahead.

Nobody else polls them meanwhile; if the process dies, that time comes and they are due again.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from postal_tracker.carriers import state as carrier_state
from postal_tracker.carriers.next_checks import put_off
from postal_tracker.core.clocks import Timing
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import Parcel

LEASE = timedelta(minutes=5)
"""How long parcels are left to the process that took them; longer than polling them takes."""

NEXT_TRY = timedelta(minutes=5)
"""After a failure."""

SPREAD = timedelta(hours=1)
"""Over which parcels that failed together come back, each in other company."""

MOST = 2_000


@dataclass(frozen=True, slots=True)
class Taken:
    """Parcels that one process polls, in one question or in several."""

    ids: tuple[int, ...]
    numbers: tuple[str, ...]
    is_trial: bool = False
    """Whether the carrier failed last time: how this goes decides whether more is asked."""

    def questions(self, size: int) -> "Iterator[Taken]":
        """Yield them in questions of that size."""
        for start in range(0, len(self.ids), size):
            end = start + size
            yield Taken(self.ids[start:end], self.numbers[start:end])


NOTHING = Taken((), ())


def take(
    session: Session,
    asked: str,
    carriers: Collection[str],
    *,
    question: int,
    most: int,
    gap: timedelta,
    by: str,
    now: datetime,
) -> Taken:
    """Take the parcels of `carriers` that have been due longest, to be polled at `asked`.

    None if another process polls it, or if it rests; one question's if it failed last time.
    `gap` lies between two questions; where that is minutes, all takes longer.
    """
    state = carrier_state.hold(session, asked, by=by, gap=gap, now=now)
    if state is None:
        return NOTHING
    is_trial = state.failures > 0
    most = question if is_trial else most
    taken = lease(session, carriers, most=most, now=now, until=now + max(LEASE, 4 * gap))
    return replace(taken, is_trial=is_trial)


def lease(
    session: Session, carriers: Collection[str], *, most: int, now: datetime, until: datetime
) -> Taken:
    connection = session.connection()
    theirs = (col(Parcel.carrier).in_(sorted(carriers)), col(Parcel.open))
    # One that a strike-out opened again has no time: it is due now. So is one that only a source
    # can be asked about. Whoever is writing to one of them meanwhile is not waited for.
    timeless = (
        select(col(Parcel.id))
        .where(*theirs, col(Parcel.next_check_at).is_(None))
        .limit(MOST)
        .with_for_update(key_share=True, skip_locked=True)
    )
    connection.execute(update(Parcel).where(col(Parcel.id).in_(timeless)).values(next_check_at=now))
    due = (
        select(col(Parcel.id), col(Parcel.tracking_number))
        .where(*theirs, col(Parcel.next_check_at) <= now)
        .order_by(col(Parcel.next_check_at))
        .limit(min(most, MOST))
        .with_for_update(key_share=True, skip_locked=True)
    )
    rows = connection.execute(due).all()
    connection.execute(_PUT_OFF_ALL, {"ids": [row.id for row in rows], "until": until})
    return Taken(tuple(r.id for r in rows), tuple(r.tracking_number for r in rows))


_PUT_OFF_ALL = (
    update(Parcel).where(among(col(Parcel.id), "ids")).values(next_check_at=bindparam("until"))
)


def lock(session: Session, ids: Sequence[int]) -> None:
    """Let nobody else change these parcels until the transaction is over."""
    session.connection().execute(_LOCK, {"ids": ids})


_LOCK = (
    select(col(Parcel.id))
    .where(among(col(Parcel.id), "ids"))
    .order_by(col(Parcel.id))
    .with_for_update(key_share=True)
)


def give_back(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Let parcels be due again that were taken and not polled."""
    lock(session, ids)
    put_off(session, [(id_, now) for id_ in ids])


def come_back_one_by_one(
    session: Session, ids: Sequence[int], *, now: datetime, timing: Timing
) -> None:
    """Ask again later, and about each in other company.

    One odd number or scan can spoil the answer for all that were asked about together.
    """
    lock(session, ids)
    first, spread = now + timing.shortened(NEXT_TRY), timing.shortened(SPREAD)
    put_off(session, [(id_, first + spread * n / len(ids)) for n, id_ in enumerate(ids)])
