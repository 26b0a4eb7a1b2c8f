"""The transactional outbox: each change of a dossier's stage, written with the change itself.

Who is told of it, and how, is for those to decide who read it: notices, webhooks, the feed of
changes. Until there are any, rows go by themselves after 30 days.

A reader must not remember the last id that it saw. Ids are taken before the commit, so where
several processes write to PostgreSQL, a row may appear after rows with higher ids. A reader takes
whatever rows are there, by id, and deletes them in the transaction that keeps what it makes of
them; it works under a lease, one at a time. So it misses nothing, tells nothing twice, and what it
numbers is in the order of commits. The changes of one dossier have ids in the order of their
commits, for its row is locked; and no id is given out again.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, select
from sqlmodel import Session, col

from postal_tracker.core.journey import Stage
from postal_tracker.storage.bulk import NewRows
from postal_tracker.storage.tables import StageChange

KEPT = timedelta(days=30)


class Change(NamedTuple):
    """A dossier's stage has changed; `before` is None if it was registered just now."""

    dossier_id: int
    before: Stage | None
    stage: Stage
    happened_at: datetime


def put(connection: Connection, changes: Iterable[Change], *, now: datetime) -> None:
    rows = [(id_, before, stage, at, now) for id_, before, stage, at in changes]
    if rows:
        _NEW.put(connection, rows)


_NEW = NewRows(
    StageChange,
    "dossier_id",
    "stage_before",
    "stage",
    "happened_at",
    "recorded_at",
)


def forget_old(session: Session, most: int, *, now: datetime) -> int:
    """Delete the first of the rows that nobody has read in time; return how many went."""
    first = select(col(StageChange.id)).order_by(col(StageChange.id)).limit(most)
    old = (col(StageChange.recorded_at) < now - KEPT, col(StageChange.id).in_(first))
    return session.connection().execute(delete(StageChange).where(*old)).rowcount
