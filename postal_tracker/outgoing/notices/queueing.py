"""From what happened to who is told of it: a notice for each change that matters, once."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlmodel import Session, col

from postal_tracker.core.journey import Stage
from postal_tracker.core.notices import CUES, Event, ToldBy, event_of_stage, occasion_of
from postal_tracker.core.working_days import local_day
from postal_tracker.ledger import notice_cues
from postal_tracker.ledger.entries import what_of
from postal_tracker.outgoing.notices.people import ways
from postal_tracker.outgoing.notices.setup import Setup
from postal_tracker.storage.bulk import NewRows, among
from postal_tracker.storage.tables import (
    Applicant,
    Notice,
    NoticeAttempt,
    NoticeChoice,
    StageChange,
    table_of,
)

FRESH = timedelta(days=3)
"""What happened before is no news: an old list that is taken over, a scan that came late."""


class _Wanted(NamedTuple):
    happened_at: datetime
    dossier_id: int
    event: Event
    occasion: str


def queue(
    session: Session, first: int, last: int, *, most: int, setup: Setup, now: datetime
) -> int:
    """Queue what the changes of these numbers and the first cues call for; return how many cues.

    Cues go, whoever is told: those of a time without a channel are nobody's news later on.
    """
    connection = session.connection()
    cues = notice_cues.take(connection, most)
    if not setup.open:
        return len(cues)
    number = col(StageChange.number)
    changes = connection.execute(
        select(table_of(StageChange))
        .where(number.between(first, last), col(StageChange.feedback).is_(None))
        .order_by(number)
    ).all()
    wanted = sorted([*_of_changes(changes), *_of_cues(cues)], key=lambda one: one.happened_at)
    fresh = [one for one in wanted if one.happened_at > now - FRESH]
    if fresh:
        _put(session, fresh, setup, now)
    return len(cues)


def _of_changes(rows: Iterable[Any]) -> Iterator[_Wanted]:
    for row in rows:
        before = Stage(row.stage_before) if row.stage_before else None
        event = event_of_stage(before, Stage(row.stage))
        if event:
            yield _Wanted(row.happened_at, row.dossier_id, event, "")


def _of_cues(rows: Iterable[Any]) -> Iterator[_Wanted]:
    for row in rows:
        event = CUES[what_of(row.what)]
        occasion = occasion_of(event, row.entry_id, local_day(row.happened_at))
        yield _Wanted(row.happened_at, row.dossier_id, event, occasion)


def _put(session: Session, wanted: Iterable[_Wanted], setup: Setup, now: datetime) -> None:
    """Queue for whoever can be told; what was queued before is passed over."""
    wanted = list(wanted)
    connection = session.connection()
    ids = sorted({one.dossier_id for one in wanted})
    people = connection.execute(_PEOPLE, {"ids": ids}).all()
    first: dict[int, list[ToldBy]] = {row.dossier_id: ways(row, setup) for row in people}
    rows = [
        (
            *(one.dossier_id, one.event.value, one.occasion, one.happened_at, now),
            *("queued", "", first[one.dossier_id][0].value, setup.when(one.event, now), 1, ""),
        )
        for one in wanted
        if first.get(one.dossier_id)
    ]
    if rows:
        _NEW.put(connection, rows)


_PEOPLE = (
    select(
        col(Applicant.dossier_id),
        col(Applicant.phone),
        col(Applicant.email),
        col(NoticeChoice.channels),
    )
    .join(NoticeChoice, col(NoticeChoice.dossier_id) == col(Applicant.dossier_id), isouter=True)
    .where(among(col(Applicant.dossier_id), "ids"))
)

_NEW = NewRows(
    Notice,
    *("dossier_id", "event", "occasion", "happened_at", "created_at"),
    *("state", "fault", "channel", "next_at", "round", "asked_by"),
)


def forget_old(session: Session, most: int, *, kept_for: timedelta, now: datetime) -> int:
    """Delete the first of the notices that have had their time, with their attempts."""
    old = (col(Notice.created_at) < now - kept_for, col(Notice.next_at).is_(None))
    query = select(col(Notice.id)).where(*old).order_by(col(Notice.created_at)).limit(most)
    ids = session.connection().execute(query).scalars().all()
    if ids:
        of_them = col(NoticeAttempt.notice_id).in_(ids)
        session.connection().execute(delete(NoticeAttempt).where(of_them))
        session.connection().execute(delete(Notice).where(col(Notice.id).in_(ids)))
    return len(ids)
