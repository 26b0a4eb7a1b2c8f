"""What came of attempts: kept, and what is to be done next decided.

Claim and proof are kept apart: whoever took a message claims to carry it (`sent`), a report of its
delivery proves it (`delivered`). Only what was certainly not taken is tried again.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from postal_tracker.core.notices import Event, ToldBy
from postal_tracker.outgoing.notices import standing
from postal_tracker.outgoing.notices.claiming import (
    ASKED_AFTER,
    IN_DOUBT,
    pass_on,
    person_of,
)
from postal_tracker.outgoing.notices.outcomes import NOT_DELIVERED, Fate, Outcome
from postal_tracker.outgoing.notices.setup import Setup
from postal_tracker.storage.tables import Notice, NoticeAttempt

WAITS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""After how long a channel that did not take a message is given it again; then the next one is."""

_JITTER = 0.1


def settle(
    session: Session,
    channel: ToldBy,
    sent: Sequence[tuple[int, Outcome]],
    asked: Sequence[tuple[int, Outcome]],
    *,
    can_be_asked: bool,
    setup: Setup,
    now: datetime,
) -> None:
    """Keep what came of a round of attempts, and of questions about earlier ones."""
    row = standing.locked(session, channel, now=now)
    for id_, outcome in sent:
        standing.learn(row, outcome, now=now)
        _settle_one(session, id_, outcome, can_be_asked=can_be_asked, setup=setup, now=now)
    for id_, outcome in asked:
        _settle_one(session, id_, outcome, can_be_asked=can_be_asked, setup=setup, now=now)
    session.add(row)


def _settle_one(
    session: Session,
    id_: int,
    outcome: Outcome,
    *,
    can_be_asked: bool,
    setup: Setup,
    now: datetime,
) -> None:
    attempt = session.get_one(NoticeAttempt, id_)
    if attempt.state not in IN_DOUBT:  # a report was quicker than the answer
        return
    notice = session.get_one(Notice, attempt.notice_id, with_for_update=True)
    attempt.fault, attempt.ended_at = outcome.fault, now
    attempt.state = _STATES[outcome.fate]
    session.add(attempt)
    session.add(notice)
    session.flush()
    if not _is_newest(session, attempt):  # somebody has asked for another since
        return
    if outcome.fate is Fate.UNKNOWN:
        notice.state, notice.fault = "uncertain", outcome.fault
        may_ask = can_be_asked and attempt.asks < len(ASKED_AFTER)
        notice.next_at = now + ASKED_AFTER[attempt.asks] if may_ask else None
    elif outcome.fate in (Fate.TAKEN, Fate.DELIVERED):
        notice.state, notice.fault, notice.next_at = attempt.state, "", None
    else:
        _go_on(session, notice, attempt, outcome, setup, now)


_STATES = {
    Fate.TAKEN: "sent",
    Fate.DELIVERED: "delivered",
    Fate.REFUSED: "failed",
    Fate.BUSY: "failed",
    Fate.UNKNOWN: "uncertain",
}


def _is_newest(session: Session, attempt: NoticeAttempt) -> bool:
    newest = select(func.max(col(NoticeAttempt.id))).where(
        col(NoticeAttempt.notice_id) == attempt.notice_id
    )
    return bool(session.connection().execute(newest).scalar_one() == attempt.id)


def _go_on(
    session: Session,
    notice: Notice,
    attempt: NoticeAttempt,
    outcome: Outcome,
    setup: Setup,
    now: datetime,
) -> None:
    """Try again what was certainly not taken, for a while; then let the next channel try."""
    tries = _tries(session, attempt)
    if outcome.fate is Fate.BUSY and tries <= len(WAITS):
        wait = WAITS[tries - 1] * random.uniform(1, 1 + _JITTER)  # noqa: S311 - no secret
        notice.state, notice.fault = "queued", outcome.fault
        notice.next_at = setup.when(Event(notice.event), now + wait)
        return
    pass_on(session, notice, person_of(session, notice), setup, outcome.fault, now)


def _tries(session: Session, attempt: NoticeAttempt) -> int:
    of_it: tuple[Any, ...] = (
        col(NoticeAttempt.notice_id) == attempt.notice_id,
        col(NoticeAttempt.round) == attempt.round,
        col(NoticeAttempt.channel) == attempt.channel,
    )
    count = select(func.count()).select_from(NoticeAttempt).where(*of_it)
    return session.connection().execute(count).scalar_one()


def report(
    session: Session,
    channel: ToldBy,
    reference: str,
    *,
    is_delivered: bool,
    setup: Setup,
    now: datetime,
) -> bool:
    """Keep what a gateway reports of a message; tell whether there is such a message.

    Reports come twice, late, and before the answer to the message itself.
    """
    query = select(col(NoticeAttempt.id)).where(col(NoticeAttempt.reference) == reference)
    id_ = session.connection().execute(query).scalar_one_or_none()
    attempt = session.get(NoticeAttempt, id_) if id_ else None
    if attempt is None or attempt.channel != channel:
        return False
    notice = session.get_one(Notice, attempt.notice_id, with_for_update=True)
    session.refresh(attempt)
    if attempt.state in ("delivered", "failed") and not is_delivered:
        return True
    attempt.state = "delivered" if is_delivered else "failed"
    attempt.fault, attempt.ended_at = "" if is_delivered else NOT_DELIVERED, now
    session.add(attempt)
    session.add(notice)
    session.flush()
    if _is_newest(session, attempt):
        if is_delivered:
            notice.state, notice.fault, notice.next_at = "delivered", "", None
        else:
            pass_on(session, notice, person_of(session, notice), setup, NOT_DELIVERED, now)
    return True
