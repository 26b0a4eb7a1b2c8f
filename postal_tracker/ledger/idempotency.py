"""A request with an Idempotency-Key is answered once, however often it comes.

After draft-ietf-httpapi-idempotency-key-header and Stripe's published practice: the same key with
another body is refused. Only codes are kept of an answer, never personal data.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import tuple_, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, delete, select

from postal_tracker.core.problems import Conflict, Invalid
from postal_tracker.storage.bulk import insert_unless_known
from postal_tracker.storage.tables import AnsweredRequest, table_of

KEPT = timedelta(days=30)

LONGEST_KEY = 255

_LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL: somebody else has it, and waiting took too long."""

Answer = dict[str, Any]


def once(
    session: Session,
    command: Callable[[Session], Answer],
    *,
    caller: str,
    key: str,
    request: bytes,
    now: datetime,
) -> Answer:
    """Run a command unless this caller's key was answered already; return the answer then given.

    `request` is what the answer depends on: method, path and body. The key is taken before the
    command runs: who comes with it at the same moment, at another process, waits for the answer.
    Raises Invalid if the key came with another request, Conflict if its answer takes too long.
    """
    fingerprint = hashlib.sha256(request).hexdigest()
    mine = AnsweredRequest(
        caller=caller, key=key, fingerprint=fingerprint, answer={}, answered_at=now
    )
    if _take(session, mine):
        answer = command(session)
        answered = update(AnsweredRequest).where(*_named(mine)).values(answer=answer)
        session.connection().execute(answered)
        return answer
    before = session.exec(select(AnsweredRequest).where(*_named(mine))).first()
    if before is None:  # forgotten this very moment
        raise in_progress()
    if before.fingerprint != fingerprint:
        raise Invalid(
            "idempotency-key-reused",
            "Idempotency-Key này đã dùng cho một yêu cầu khác.",
            "This Idempotency-Key was used for another request.",
        )
    return {**before.answer, "replayed": True}


def in_progress() -> Conflict:
    return Conflict(
        "request-in-progress",
        "Yêu cầu này (cùng Idempotency-Key) đang được xử lý. Vui lòng gửi lại sau ít giây để nhận "
        "câu trả lời.",
        "This request (with the same Idempotency-Key) is being worked on. Send it again in a few "
        "seconds to get its answer.",
        retry_after_seconds=2,
    )


def _take(session: Session, mine: AnsweredRequest) -> bool:
    """Take a key; False if it was answered. Waits for whoever is about to, and not for ever."""
    connection, table = session.connection(), table_of(AnsweredRequest)
    insert = insert_unless_known(connection, table).returning(table.c.key)
    try:
        return connection.execute(insert, mine.model_dump()).first() is not None
    except OperationalError as failure:
        if getattr(failure.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise in_progress() from None


def _named(one: AnsweredRequest) -> tuple[Any, Any]:
    return col(AnsweredRequest.caller) == one.caller, col(AnsweredRequest.key) == one.key


def forget_old(session: Session, most: int, *, now: datetime) -> int:
    """Delete the oldest answers that are kept no longer; return how many went."""
    answered = col(AnsweredRequest.answered_at)
    name = tuple_(col(AnsweredRequest.caller), col(AnsweredRequest.key))
    old = select(AnsweredRequest.caller, AnsweredRequest.key).where(answered < now - KEPT)
    gone = delete(AnsweredRequest).where(name.in_(old.order_by(answered).limit(most)))
    return session.connection().execute(gone).rowcount
