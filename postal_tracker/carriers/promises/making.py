"""Since when the post has each parcel, and what is promised of it: noted once, soon afterwards."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.carriers.promises.past import kind_of
from postal_tracker.core.eta import Forecaster, Promise
from postal_tracker.core.journey import Fact, taken_at
from postal_tracker.core.working_days import VIETNAM, local_day
from postal_tracker.ledger.entries import stored_facts
from postal_tracker.storage.bulk import ChangedRows
from postal_tracker.storage.tables import LedgerEntry, Parcel

_ON_PAPER = (Milestone.ANNOUNCED, Milestone.UNRECOGNISED)
_WITH_THE_POST = [m.value for m in Milestone if m not in _ON_PAPER]


def make(session: Session, most: int, *, forecaster: Forecaster, now: datetime) -> int:
    """Note since when the post has parcels that nobody has looked at; return how many.

    Of those that have not arrived it is also noted when they will. What arrived meanwhile tells
    only how long it took.
    """
    found = _untaken(session, most)
    since = _since(session, found)
    rows = {}
    for parcel in found:
        at = since.get(parcel.id) or parcel.milestone_at or now
        told = (
            forecaster.promise(kind_of(parcel), local_day(at), parcel.id) if parcel.open else None
        )
        rows[parcel.id] = {"taken_at": at, **_promised(told, now)}
    _NOTED.store(session.connection(), rows)
    return len(rows)


def _untaken(session: Session, most: int) -> Sequence[Any]:
    """Return some, the newest first; one milestone after the other, as the index has them."""
    found: list[Any] = []
    for milestone in _WITH_THE_POST:
        if len(found) < most:
            wanted = _UNTAKEN.where(col(Parcel.milestone) == milestone).limit(most - len(found))
            found += session.connection().execute(wanted)
    return found


_UNTAKEN = (
    select(
        *(col(Parcel.id), col(Parcel.carrier), col(Parcel.direction), col(Parcel.authority_id)),
        *(col(Parcel.open), col(Parcel.milestone_at)),
    )
    .where(col(Parcel.taken_at).is_(None))
    .order_by(col(Parcel.id).desc())
    # Whoever is writing to one of them is not waited for: its turn comes in a minute.
    .with_for_update(key_share=True, skip_locked=True)
)


def _since(session: Session, parcels: Sequence[Any]) -> Mapping[int, datetime]:
    ids = [parcel.id for parcel in parcels]
    theirs = and_(col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id).in_(ids))
    scans: dict[int, list[Fact]] = defaultdict(list)
    for _, parcel_id, fact in stored_facts(session.connection(), theirs, ids):
        scans[parcel_id or 0].append(fact)
    return {id_: at for id_, facts in scans.items() if (at := taken_at(facts))}


def _promised(told: Promise | None, now: datetime) -> dict[str, Any]:
    late = told.late_after if told and told.is_trusted else None
    ends = late and datetime.combine(late + timedelta(days=1), time(), VIETNAM)
    return {
        "promised_at": now if told else None,
        "promised_from": told and told.first,
        "promised_to": told and told.last,
        "promise_told": bool(told and told.is_trusted),
        "silent_at": ends,
    }


_NOTED = ChangedRows(
    Parcel,
    *("taken_at", "promised_at", "promised_from", "promised_to", "promise_told", "silent_at"),
)
