"""How much each account recorded at a desk: by day, and by the office whose files they were.

What was struck out afterwards was recorded all the same. The account is told as the cell's place,
what it recorded as its holder.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, and_, case, cast, func, literal, select
from sqlmodel import col

from adapters.event import Milestone, Source
from postal_tracker.core.journey import Act
from postal_tracker.core.working_days import local_day
from postal_tracker.ledger.tallies.local_days import LocalDay
from postal_tracker.ledger.tallies.sums import Cell
from postal_tracker.storage.tables import Dossier, LedgerEntry, Parcel

DONE = "done"

TOLD_APART = (
    *(Act.REGISTERED.value, Act.SEALED.value, Milestone.HANDED_OVER.value),
    *(Act.RECEIVED_BACK.value, Act.COLLECTED.value, Act.CORRECTED.value, Act.STRUCK_OUT.value),
)
"""All else is counted together."""


def done(
    new: Iterable[Any], dossiers: Mapping[int, Any], parcels: Sequence[Row[Any]], at: datetime
) -> list[Cell]:
    """Return in which cells these entries are: of a dossier its own office's, else its parcel's.

    `dossiers` and `parcels` are all that they are about.
    """
    owners = {parcel.id: parcel.office_id for parcel in parcels}
    return [
        Cell(
            *(DONE, local_day(at)),
            owners[e.parcel_id] if e.dossier_id is None else dossiers[e.dossier_id].office_id,
            holder=e.what.value if e.what.value in TOLD_APART else "",
            place=e.by,
        )
        for e in new
        if e.source is Source.STAFF
    ]


def right() -> Any:
    """Return how many there are in each cell by a count of the ledger, with a minus."""
    entry, none = LedgerEntry, literal("")
    office = case(
        (col(entry.dossier_id).is_not(None), col(Dossier.office_id)), else_=col(Parcel.office_id)
    )
    what = case((col(entry.what).in_(TOLD_APART), col(entry.what)), else_=none)
    cell = (LocalDay(col(entry.recorded_at)).label("day"), office.label("office"), what.label("w"))
    of_parcel = and_(col(entry.dossier_id).is_(None), col(Parcel.id) == col(entry.parcel_id))
    minus = -cast(func.count(), Integer)
    return (
        select(literal(DONE), *cell[:2], literal(0), cell[2], none, col(entry.by), minus)
        .select_from(entry)
        .join(Dossier, col(Dossier.id) == col(entry.dossier_id), isouter=True)
        .join(Parcel, of_parcel, isouter=True)
        .where(col(entry.source) == Source.STAFF.value)
        .group_by(*cell, col(entry.by))
    )
