"""The transactional outbox: changes of dossiers' stages, and feedback, written as they happen.

Who is told of it, and how, is for those to decide who read it: webhooks, the feed of changes. Rows
go by themselves after 30 days.

Ids are taken before the commit, so where several processes write to PostgreSQL, a row may appear
after rows with higher ids, and who remembers the last id that it saw would miss it. So a relay, one
at a time, numbers whatever rows it finds without a number, by id. Numbers are in the order of
commits, without gaps, and are never given out again: whoever has read up to a number has missed
nothing, and nothing comes in below it. The changes of one dossier have ids in the order of their
commits, for its row is locked; so they have numbers in that order, too.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlmodel import Session, col

from postal_tracker.core.journey import Stage
from postal_tracker.storage.bulk import NewRows
from postal_tracker.storage.tables import Dossier, StageChange
from postal_tracker.storage.turns import CHANGES, is_my_turn

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


def put_feedback(
    session: Session, dossier: Dossier, feedback: str, *, at: datetime, now: datetime
) -> None:
    """Tell that feedback was opened on a dossier, which is locked and stands where it stood."""
    told = StageChange(
        dossier_id=dossier.id,
        stage_before=dossier.stage,
        stage=dossier.stage,
        happened_at=at,
        recorded_at=now,
        feedback=feedback,
    )
    session.add(told)


class Numbered(NamedTuple):
    """The numbers that were given out: from `first` to `last`, none if that is smaller."""

    first: int
    last: int


def has_unnumbered(session: Session) -> bool:
    """Tell whether there are changes that nobody can be told of yet."""
    return session.connection().execute(_UNNUMBERED.limit(1)).first() is not None


def number(session: Session, most: int) -> Numbered:
    """Number the first of the changes that have none; nothing while another process does so."""
    connection = session.connection()
    if not is_my_turn(connection, CHANGES):
        return Numbered(1, 0)
    last = last_number(connection)
    values = {"last": last, "most": most}
    return Numbered(last + 1, last + connection.execute(_NUMBER, values).rowcount)


def last_number(connection: Connection) -> int:
    """Return the highest number given out; 0 if there is none."""
    return connection.execute(_LAST).scalar_one() or 0


_NUMBER_OF = col(StageChange.number)
_LAST = select(func.max(_NUMBER_OF)).where(_NUMBER_OF.is_not(None))
_UNNUMBERED = select(col(StageChange.id)).where(_NUMBER_OF.is_(None)).order_by(col(StageChange.id))
_NEXT = _UNNUMBERED.limit(bindparam("most")).subquery()
_RANKED = select(
    _NEXT.c.id, (func.row_number().over(order_by=_NEXT.c.id) + bindparam("last")).label("number")
).subquery()
_NUMBER = (
    update(StageChange).where(col(StageChange.id) == _RANKED.c.id).values(number=_RANKED.c.number)
)


def forget_old(session: Session, most: int, *, now: datetime) -> int:
    """Delete the first of the rows that have had their time; return how many went.

    The last number stays, for the next one follows from it.
    """
    connection = session.connection()
    first = select(col(StageChange.id)).order_by(col(StageChange.id)).limit(most)
    is_not_last = or_(_NUMBER_OF.is_(None), last_number(connection) > _NUMBER_OF)
    old = (col(StageChange.recorded_at) < now - KEPT, col(StageChange.id).in_(first), is_not_last)
    return connection.execute(delete(StageChange).where(*old)).rowcount


def event_id(id_: int, recorded_at: datetime) -> str:
    """Return by what receivers know a change: the same each time they are told of it.

    Not the id alone, which a record that was put back to an older copy gives out again.
    """
    return "chg_" + sha256(f"{id_} {recorded_at.isoformat()}".encode()).hexdigest()[:24]
