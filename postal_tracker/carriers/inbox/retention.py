"""Retention: messages whose time is over are emptied.

They may name people, and the ledger has what they told.
"""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from postal_tracker.carriers.inbox.messages import MessageState
from postal_tracker.carriers.inbox.unmatched import forget
from postal_tracker.storage.tables import CarrierMessage

MOST_ERASED = 500
"""Messages in one transaction: others want to write too."""

WITHOUT_HOME_FOR = 2
"""How many times as long a message is kept that nobody could read or place."""


def erase_old(session: Session, *, kept_for: timedelta, now: datetime) -> int:
    """Empty the bodies of the oldest messages that were kept long enough; return of how many.

    At most `MOST_ERASED`: as many mean that there may be more. The digest stays, so that the same
    body is known if it comes again.
    """
    connection = session.connection()
    received = col(CarrierMessage.received_at)
    is_read = col(CarrierMessage.state) == MessageState.READ.value
    old = (
        select(col(CarrierMessage.id))
        .where(
            col(CarrierMessage.erased_at).is_(None),
            received < now - kept_for,
            or_(is_read, received < now - WITHOUT_HOME_FOR * kept_for),
        )
        .order_by(received)
        .limit(MOST_ERASED)
    )
    ids = list(connection.execute(old).scalars())
    if ids:
        gone = update(CarrierMessage).where(col(CarrierMessage.id).in_(ids))
        connection.execute(gone.values(body=b"", erased_at=now))
        forget(connection, ids)
    return len(ids)
