"""What happened to a dossier or to a parcel, oldest first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_, select
from sqlmodel import Session, col

from adapters.event import Milestone, Reason, Source
from postal_tracker.core.bilingual_terms import DETAILS
from postal_tracker.core.journey import What
from postal_tracker.ledger.entries import what_of
from postal_tracker.storage.tables import EntryDetail, EntryNote, LedgerEntry, table_of


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One thing that happened to a dossier, or to a parcel that it was in."""

    entry: int
    """Its number in the ledger: what a `strike_out` names."""
    happened_at: datetime
    recorded_at: datetime
    what: What
    """A scan of the post (a milestone), or what a desk did (an act)."""
    source: Source
    place: str | None = None
    by: str | None = None
    parcel: str | None = None
    """The tracking number, if it happened to a parcel."""
    reason: Reason | None = None
    carrier_code: str | None = None
    note: str | None = None
    claimed: bool = False
    struck_out: bool = False
    fields: list[str] = field(default_factory=list)
    """Which data a correction changed."""
    due_at: datetime | None = None
    """The date that an extension promised."""
    details: dict[str, str] = field(default_factory=dict)
    """What an act of the law says: `reason`, `missing` (a line each), `amount_vnd` and the like."""


@dataclass(frozen=True, slots=True)
class ParcelEvent:
    """One scan of a parcel."""

    milestone: Milestone
    happened_at: datetime
    recorded_at: datetime
    source: Source
    place: str | None = None
    carrier_code: str | None = None
    reason: Reason | None = None
    claimed: bool = False
    struck_out: bool = False


def timeline(session: Session, dossier_id: int, numbers: Mapping[int, str]) -> list[TimelineEntry]:
    """Return what happened to a dossier and to its parcels (`numbers`, by id), oldest first."""
    about = or_(
        col(LedgerEntry.dossier_id) == dossier_id,
        and_(col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id).in_(list(numbers))),
    )
    rows = _entries(session, about)
    struck = {row.strikes_id for row in rows if row.strikes_id}
    details = _details(session, dossier_id)
    return [
        TimelineEntry(
            entry=row.id,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            what=what_of(row.what),
            source=Source(row.source),
            place=row.place or None,
            by=row.by or None,
            parcel=numbers.get(row.parcel_id),
            reason=Reason(row.reason) if row.reason else None,
            carrier_code=row.carrier_code or None,
            note=row.text,
            claimed=row.claimed,
            struck_out=row.id in struck,
            fields=(row.fields or "").split(),
            due_at=row.due_at,
            details=details.get(row.id, {}),
        )
        for row in rows
    ]


def _details(session: Session, dossier_id: int) -> Mapping[int, dict[str, str]]:
    query = (
        select(table_of(EntryDetail))
        .join(LedgerEntry, col(LedgerEntry.id) == col(EntryDetail.entry_id))
        .where(col(LedgerEntry.dossier_id) == dossier_id)
    )
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for row in sorted(session.connection().execute(query), key=lambda row: _SHOWN.index(row.field)):
        found[row.entry_id][row.field] = row.text
    return found


_SHOWN = list(DETAILS)
"""The order in which people read them."""


def events(session: Session, parcel_id: int) -> list[ParcelEvent]:
    """Return what was said of a parcel, without the strike-outs themselves, oldest first."""
    about = and_(col(LedgerEntry.dossier_id).is_(None), col(LedgerEntry.parcel_id) == parcel_id)
    rows = _entries(session, about)
    struck = {row.strikes_id for row in rows if row.strikes_id}
    return [
        ParcelEvent(
            milestone=Milestone(row.what),
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            source=Source(row.source),
            place=row.place or None,
            carrier_code=row.carrier_code or None,
            reason=Reason(row.reason) if row.reason else None,
            claimed=row.claimed,
            struck_out=row.id in struck,
        )
        for row in rows
        if not row.strikes_id
    ]


def _entries(session: Session, about: ColumnElement[bool]) -> Sequence[Row[Any]]:
    query = (
        select(table_of(LedgerEntry), col(EntryNote.text))
        .join(EntryNote, col(EntryNote.entry_id) == col(LedgerEntry.id), isouter=True)
        .where(about)
        .order_by(col(LedgerEntry.happened_at), col(LedgerEntry.id))
    )
    return session.connection().execute(query).all()
