"""What citizens are told of though the stage stays as it was, written with the entry itself.

Beside the outbox, which has the changes of stage: a try to deliver that failed, a supplement that
is asked for, another day that is promised. Whoever tells citizens takes the cues, and they are
gone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.core.journey import Stage
from postal_tracker.core.notices import CUES
from postal_tracker.ledger.dossiers import Step
from postal_tracker.ledger.entries import NewEntry
from postal_tracker.storage.bulk import NewRows
from postal_tracker.storage.tables import NoticeCue, table_of


def put(
    connection: Connection,
    news: Mapping[int, Sequence[NewEntry]],
    steps: Mapping[int, Sequence[Step]],
    ids: Mapping[str, int],
) -> None:
    """Keep what these entries call for, of each dossier that they moved."""
    rows = list(_rows(news, steps, ids))
    if rows:
        _NEW.put(connection, rows)


def _rows(
    news: Mapping[int, Sequence[NewEntry]],
    steps: Mapping[int, Sequence[Step]],
    ids: Mapping[str, int],
) -> Iterator[tuple[int, int, str, datetime]]:
    for dossier_id, entries in news.items():
        for entry in entries:
            if entry.what in CUES and _concerns_the_citizen(entry, steps[dossier_id]):
                yield dossier_id, ids[entry.key], entry.what.value, entry.happened_at


def _concerns_the_citizen(entry: NewEntry, steps: Iterable[Step]) -> bool:
    if not isinstance(entry.what, Milestone):
        return True
    return any(journey.stage is Stage.TO_CITIZEN for journey, _ in steps)


_NEW = NewRows(NoticeCue, "dossier_id", "entry_id", "what", "happened_at")


def are_there(session: Session) -> bool:
    """Tell whether there is something to tell citizens of."""
    return session.connection().execute(select(col(NoticeCue.id)).limit(1)).first() is not None


def take(connection: Connection, most: int) -> list[Any]:
    """Return the first cues, and let them be gone with the caller's commit."""
    first = select(table_of(NoticeCue)).order_by(col(NoticeCue.id)).limit(most)
    rows = list(connection.execute(first).all())
    if rows:
        gone = delete(NoticeCue).where(col(NoticeCue.id).in_([row.id for row in rows]))
        connection.execute(gone)
    return rows
