"""What is to be told to which webhook: queued, leased while it is tried, tried again, given up.

Changes of one dossier reach one webhook in their order: a later one waits until the earlier one was
taken or given up.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, insert, literal, null, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from postal_tracker.access.scope import reach_of
from postal_tracker.storage.tables import Dossier, StageChange, Webhook, WebhookDelivery, table_of
from postal_tracker.views.changes import FEEDBACK_OPENED, STAGE_CHANGED

AT_ONCE = 20
"""Deliveries to one webhook that are under way at the same time."""

LEASE = timedelta(seconds=30)
"""So long nobody else tries what is being tried; longer than any try takes."""

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
"""After how long it is tried again: over more than a day."""

_JITTER = 0.1
"""By how much of a wait it may be longer, so that not all come back at the same moment."""

LONGEST_WAIT = timedelta(days=1)
"""However long a receiver asks us to wait."""

DISABLED_AFTER = timedelta(days=5)
"""After so long without anything taken a webhook is disabled, once a delivery is given up."""

GONE = 410
LOST = "change_gone"
"""The fault of a delivery of which the change is no longer kept."""
_ASK_FOR_PATIENCE = (429, 503)


class Due(NamedTuple):
    """A delivery that is to be tried now."""

    id: int
    change_id: int | None
    attempts: int
    created_at: datetime


class Outcome(NamedTuple):
    """What came of a try."""

    delivery: Due
    status: int | None = None
    fault: str = ""
    retry_after: timedelta | None = None

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def queue(session: Session, first: int, last: int, *, now: datetime) -> None:
    """Queue the changes of these numbers for each webhook that wants them."""
    hooks = select(col(Webhook.id), col(Webhook.types), col(Webhook.office_id)).where(_IS_ACTIVE)
    for hook in session.connection().execute(hooks).all():
        queue_for(session, hook, first, last, now=now)


def queue_for(session: Session, hook: Any, first: int, last: int, *, now: datetime) -> int:
    """Queue those of these changes that a webhook wants and has not; return how many."""
    number, change = col(StageChange.number), col(StageChange.id)
    queued = {"state": "queued", "attempts": 0, "last_fault": ""}
    told = select(
        literal(hook.id),
        change,
        col(StageChange.dossier_id),
        *map(literal, queued.values()),
        literal(now, _AT),
        literal(now, _AT),
    )
    of_it = number.between(first, last), _is_told(hook), _is_within(session, hook)
    wanted = told.where(*of_it, ~_is_there(hook.id))
    names = ("webhook_id", "change_id", "dossier_id", *queued, "created_at", "next_at")
    statement = insert(WebhookDelivery).from_select(names, wanted.order_by(number))
    kept = session.connection().execute(statement, execution_options={"preserve_rowcount": True})
    return kept.rowcount


def _is_told(hook: Any) -> ColumnElement[bool]:
    """Return under which condition a change is of the types that a webhook is told of."""
    types, is_feedback = hook.types.split(), col(StageChange.feedback).is_not(None)
    if {STAGE_CHANGED, FEEDBACK_OPENED} <= set(types):
        return _ANY
    return is_feedback if FEEDBACK_OPENED in types else ~is_feedback


_ANY = literal(1) == literal(1)


def _is_within(session: Session, hook: Any) -> ColumnElement[bool]:
    """Return under which condition a change is of the office that a webhook is for."""
    if hook.office_id is None:
        return _ANY
    below = sorted(reach_of(session, hook.office_id).offices)
    of_it = col(Dossier.id) == col(StageChange.dossier_id)
    return exists().where(of_it, col(Dossier.office_id).in_(below))


def _is_there(webhook_id: int) -> ColumnElement[bool]:
    of_it = col(WebhookDelivery.change_id) == col(StageChange.id)
    return exists().where(col(WebhookDelivery.webhook_id) == webhook_id, of_it)


def with_due(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the ids of the webhooks for which something is to be tried now."""
    something = exists().where(_D.webhook_id == col(Webhook.id), *_may_go(now))
    query = select(col(Webhook.id)).where(_IS_ACTIVE, something)
    return session.connection().execute(query).scalars().all()


def claim(session: Session, webhook_id: int, *, now: datetime) -> list[Due]:
    """Lease what is to be tried now: one alone while the last try failed."""
    hook = session.get(Webhook, webhook_id)
    if hook is None or hook.disabled_at:
        return []
    due = (
        select(_D.id)
        .where(_D.webhook_id == webhook_id, *_may_go(now))
        .order_by(_D.next_at, _D.id)
        .limit(1 if hook.failing_since else AT_ONCE)
        .with_for_update(of=_D, skip_locked=True)
    )
    ids = session.connection().execute(due).scalars().all()
    values = {"next_at": now + LEASE, "tried_at": now, "attempts": col(_T.attempts) + 1}
    taken = update(_T).where(col(_T.id).in_(ids)).values(values)
    rows = session.connection().execute(
        taken.returning(col(_T.id), col(_T.change_id), col(_T.attempts), col(_T.created_at))
    )
    return [Due(*row) for row in rows] if ids else []


def settle(
    session: Session, webhook_id: int, outcomes: Sequence[Outcome], *, now: datetime
) -> None:
    """Keep what came of a round of tries to one webhook."""
    last = [_settle_one(session, webhook_id, one, now) for one in outcomes]
    hook = session.get(Webhook, webhook_id)
    if hook is None or not outcomes:
        return
    if any(one.is_taken for one in outcomes):
        hook.failing_since = None
    elif hook.failing_since is None:
        hook.failing_since = now
    is_dead = hook.failing_since is not None and hook.failing_since <= now - DISABLED_AFTER
    if any(one.status == GONE for one in outcomes):
        disable(session, hook, "gone", now=now)
    elif is_dead and "given_up" in last:
        disable(session, hook, "failing", now=now)
    session.add(hook)


def _settle_one(session: Session, webhook_id: int, outcome: Outcome, now: datetime) -> str:
    """Keep what came of one try; return the delivery's state."""
    after = None if outcome.is_taken else _wait(outcome)
    state = "delivered" if outcome.is_taken else "given_up" if after is None else "failed"
    told = {"last_status": outcome.status, "last_fault": outcome.fault}
    next_at = now + after if after else null()
    of_it = (col(_T.id) == outcome.delivery.id, col(_T.state) != "delivered")
    connection = session.connection()
    done = update(_T).where(*of_it).values(state=state, next_at=next_at, **told)
    change = outcome.delivery.change_id
    if connection.execute(done).rowcount and after and change is not None:
        # What waits for it would be looked at each time in vain.
        dossier = select(col(_T.dossier_id)).where(col(_T.id) == outcome.delivery.id)
        behind = (col(_T.webhook_id) == webhook_id, col(_T.change_id) > change, _IS_PENDING)
        same = col(_T.dossier_id) == dossier.scalar_subquery()
        connection.execute(update(_T).where(*behind, same).values(next_at=next_at))
    return state


def _wait(outcome: Outcome) -> timedelta | None:
    """Return after how long to try again; None: never."""
    tried = outcome.delivery.attempts
    if tried > len(WAITS) or outcome.status == GONE or outcome.fault == LOST:
        return None
    wait = WAITS[tried - 1] * random.uniform(1, 1 + _JITTER)  # noqa: S311 - no secret
    if outcome.retry_after and outcome.status in _ASK_FOR_PATIENCE:
        wait = max(wait, min(outcome.retry_after, LONGEST_WAIT))
    return wait


def disable(session: Session, hook: Webhook, why: str, *, now: datetime) -> None:
    """Tell a webhook nothing more; what waits is given up, and can be replayed."""
    hook.disabled_at, hook.disabled_why = now, why
    session.add(hook)
    waiting = update(_T).where(col(_T.webhook_id) == hook.id, _IS_PENDING)
    session.connection().execute(waiting.values(state="given_up", next_at=None))


def queue_test(session: Session, webhook_id: int, *, now: datetime) -> int:
    """Queue something that is about no dossier; return its id."""
    row = WebhookDelivery(webhook_id=webhook_id, state="queued", created_at=now, next_at=now)
    session.add(row)
    session.flush()
    return row.id


def queue_again(session: Session, hook: Webhook, first: int, last: int, *, now: datetime) -> int:
    """Tell a webhook once more of these changes, under their ids; return how many."""
    changes = select(col(StageChange.id)).where(col(StageChange.number).between(first, last))
    told = (col(_T.webhook_id) == hook.id, col(_T.change_id).in_(changes))
    again = update(_T).where(*told, col(_T.next_at).is_(None)).values(**_ANEW, next_at=now)
    done = session.connection().execute(again).rowcount
    return done + queue_for(session, hook, first, last, now=now)


def deliver_again(session: Session, delivery: WebhookDelivery, *, now: datetime) -> None:
    """Try a delivery once more, under its id, as if it were new."""
    delivery.state, delivery.attempts, delivery.next_at = "queued", 0, now
    session.add(delivery)


_ANEW: Any = {"state": "queued", "attempts": 0}


def forget_old(session: Session, most: int, *, kept_for: timedelta, now: datetime) -> int:
    """Delete deliveries that have had their time, or whose webhook was deleted, and then that."""
    connection = session.connection()
    first = select(col(_T.id)).order_by(col(_T.id)).limit(most)
    old = and_(col(_T.id).in_(first), col(_T.created_at) < now - kept_for)
    deleted = select(col(Webhook.id)).where(col(Webhook.disabled_why) == DELETED)
    orphans = select(col(_T.id)).where(col(_T.webhook_id).in_(deleted)).limit(most)
    done = connection.execute(
        table_of(_T).delete().where(or_(old, col(_T.id).in_(orphans)))
    ).rowcount
    if not done:
        empty = ~exists().where(col(_T.webhook_id) == col(Webhook.id))
        is_deleted = col(Webhook.disabled_why) == DELETED
        connection.execute(table_of(Webhook).delete().where(is_deleted, empty))
    return done


DELETED = "deleted"
"""Why a webhook is disabled that goes at night, after its deliveries."""

_T = WebhookDelivery
_D: Any = aliased(WebhookDelivery)
_AT: Any = table_of(WebhookDelivery).c.created_at.type
_IS_ACTIVE = col(Webhook.disabled_at).is_(None)
_IS_PENDING = col(_T.next_at).is_not(None)


def _may_go(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return under which condition a delivery may be tried: due, and no earlier one waits."""
    earlier: Any = aliased(WebhookDelivery)
    waits = exists().where(
        earlier.webhook_id == _D.webhook_id,
        earlier.dossier_id == _D.dossier_id,
        earlier.change_id < _D.change_id,
        earlier.next_at.is_not(None),
    )
    return (_D.next_at <= now, ~waits)
