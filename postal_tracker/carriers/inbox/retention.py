"""Retention: messages whose time is over are emptied, and their rows go in the end.

They may name people, and the ledger has what they told.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, or_, select, update
from sqlmodel import Session, col

from postal_tracker.carriers.inbox.messages import MessageState
from postal_tracker.carriers.inbox.unmatched import forget
from postal_tracker.ledger.log import forget_salts
from postal_tracker.storage.tables import CarrierMessage

FOLDED_AFTER = timedelta(days=365)
"""So long after its body was emptied a message's row goes, too: as long as a parcel's number rests
before the post gives it out again. The ledger's entries know by their own keys what is old news."""

WITHOUT_HOME_FOR = 2
"""How many times as long a message is kept that nobody could read or place."""


def erase_old(session: Session, most: int, *, kept_for: timedelta, now: datetime) -> int:
    """Empty the bodies of the oldest messages that were kept long enough; return of how many.

    The digest stays for a year, so that the same body is known if it comes again.
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
        .limit(most)
    )
    ids = list(connection.execute(old).scalars())
    empty(connection, ids, now=now)
    return len(ids)


def empty(connection: Connection, ids: Sequence[int], *, now: datetime) -> None:
    """Empty the bodies of messages; what was committed to of them in the log cannot be tried."""
    if ids:
        whole = col(CarrierMessage.erased_at).is_(None)
        gone = update(CarrierMessage).where(col(CarrierMessage.id).in_(ids), whole)
        connection.execute(gone.values(body=b"", erased_at=now))
        forget(connection, ids)
        forget_salts(connection, ids, kind="message")


def fold_away(session: Session, most: int, *, now: datetime) -> int:
    """Delete the oldest rows of messages whose bodies went long ago; return how many went.

    Looks at the first rows alone, so that it need not search. The newest stays: SQLite would give
    its number out again.
    """
    first = select(col(CarrierMessage.id)).order_by(col(CarrierMessage.id)).limit(most)
    newest = select(func.max(col(CarrierMessage.id))).scalar_subquery()
    gone = delete(CarrierMessage).where(
        col(CarrierMessage.id).in_(first),
        col(CarrierMessage.id) < newest,
        col(CarrierMessage.erased_at) < now - FOLDED_AFTER,
    )
    return session.connection().execute(gone).rowcount
