"""A request with an Idempotency-Key is answered once, however often it comes.

After draft-ietf-httpapi-idempotency-key-header and Stripe's published practice: the same key with
another body is refused. Only codes are kept of an answer, never personal data.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import tuple_
from sqlmodel import Session, col, delete, select

from postal_tracker.core.problems import Invalid
from postal_tracker.storage.tables import AnsweredRequest

KEPT = timedelta(days=30)

LONGEST_KEY = 255

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

    `request` is what the answer depends on: method, path and body. Raises Invalid if the key came
    with another request.
    """
    fingerprint = hashlib.sha256(request).hexdigest()
    before = session.exec(
        select(AnsweredRequest).where(AnsweredRequest.caller == caller, AnsweredRequest.key == key)
    ).first()
    if before is None:
        answer = command(session)
        session.add(
            AnsweredRequest(
                caller=caller, key=key, fingerprint=fingerprint, answer=answer, answered_at=now
            )
        )
        session.flush()
        return answer
    if before.fingerprint != fingerprint:
        raise Invalid(
            "idempotency-key-reused",
            "Idempotency-Key này đã dùng cho một yêu cầu khác.",
            "This Idempotency-Key was used for another request.",
        )
    return {**before.answer, "replayed": True}


def forget_old(session: Session, most: int, *, now: datetime) -> int:
    """Delete the oldest answers that are kept no longer; return how many went."""
    answered = col(AnsweredRequest.answered_at)
    name = tuple_(col(AnsweredRequest.caller), col(AnsweredRequest.key))
    old = select(AnsweredRequest.caller, AnsweredRequest.key).where(answered < now - KEPT)
    gone = delete(AnsweredRequest).where(name.in_(old.order_by(answered).limit(most)))
    return session.connection().execute(gone).rowcount
