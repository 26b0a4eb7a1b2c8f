"""Reading kept messages once more: after a fix of ours, or once their parcel is made."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select
from sqlmodel import Session, col

from adapters.event import Source
from postal_tracker import access
from postal_tracker.access import EVERYTHING, Scope
from postal_tracker.carriers.configured import Carriers
from postal_tracker.carriers.inbox.messages import (
    WITHOUT_HOME,
    Message,
    MessageState,
    Outcome,
    doubted,
    mark,
    read,
)
from postal_tracker.carriers.inbox.recording import Kept, record_kept
from postal_tracker.carriers.inbox.unmatched import forget, take_turns, waiting_for
from postal_tracker.core.problems import Conflict, NotFound, no_such
from postal_tracker.forms import ReadAgainForm
from postal_tracker.storage.bulk import among
from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import CarrierMessage, table_of

MOST_READ_AGAIN = 100
"""Messages in one transaction: others want to write too."""

MOST_AT_ONCE = 500
"""Messages that one request reads again."""


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages without a home are meant: all, or those of a state, of a carrier."""

    state: MessageState | None = None
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """How many messages were read again, by what became of them, and what is left to be read."""

    read: int = 0
    """Those that found their parcels."""
    unread: int = 0
    """Those that still cannot be read."""
    unclaimed: int = 0
    """Those whose parcel nobody has made yet."""
    conflicting: int = 0
    """Those that speak against the record."""
    left: int = 0
    """How many messages are left to be read again."""
    next_cursor: int | None = None
    """The last message that was read; empty if none is left."""

    def __add__(self, later: "ReadAgain") -> "ReadAgain":
        states = {state.value: self.of(state) + later.of(state) for state in MessageState}
        return ReadAgain(**states, left=later.left, next_cursor=later.next_cursor)

    def of(self, state: MessageState) -> int:
        count: int = getattr(self, state.value)
        return count


def read_again(session: Session, carriers: Carriers, id_: int, *, now: datetime) -> MessageState:
    """Read a kept message once more. Raises NotFound, Conflict (its body is erased)."""
    found = _rows(session.connection(), [id_])
    if not found:
        raise no_such("message")
    if found[0].erased_at is not None:
        raise Conflict("message-erased", *_ERASED)
    return _read_each_again(session, carriers, found, now=now)[id_].state


_ERASED = (
    "Nội dung tin này đã được xóa vì quá thời hạn lưu, không thể xử lý lại.",
    "The body of this message was erased when its time was over; it cannot be read again.",
)


def read_some_again(
    session: Session, carriers: Carriers, which: MessageFilter, *, after: int = 0, now: datetime
) -> ReadAgain:
    """Read the oldest of these messages behind one once more, a transaction's worth."""
    connection = session.connection()
    ids = list(connection.execute(_oldest(which, after)).scalars())
    outcomes = _read_each_again(session, carriers, _rows(connection, ids), now=now)
    found = [outcome.state for outcome in outcomes.values()]
    left = count_left(session, which, after=ids[-1]) if ids else 0
    return ReadAgain(
        **{state.value: found.count(state) for state in MessageState},
        left=left,
        next_cursor=ids[-1] if left else None,
    )


async def read_many_again(
    database: Database, carriers: Carriers, form: ReadAgainForm, *, now: datetime
) -> ReadAgain:
    """Read messages again, a few at a time, so that others can write between."""
    which = MessageFilter(MessageState(form.state) if form.state else None, form.carrier)
    done, after = ReadAgain(), form.cursor
    for _ in range(MOST_AT_ONCE // MOST_READ_AGAIN):
        some = partial(read_some_again, carriers=carriers, which=which, after=after, now=now)
        done += await database.write(some)
        if done.next_cursor is None:
            break
        after = done.next_cursor
    return done


def count_left(session: Session, which: MessageFilter, *, after: int = 0) -> int:
    """Return how many of these messages are behind one."""
    query = select(func.count()).select_from(CarrierMessage).where(*_meant(which, after))
    return session.connection().execute(query).scalar_one()


def _oldest(which: MessageFilter, after: int) -> Any:
    query = select(col(CarrierMessage.id)).where(*_meant(which, after))
    return query.order_by(col(CarrierMessage.id)).limit(MOST_READ_AGAIN)


def _meant(which: MessageFilter, after: int) -> list[ColumnElement[bool]]:
    states = [which.state] if which.state else WITHOUT_HOME
    meant = [
        col(CarrierMessage.state).in_([state.value for state in states]),
        col(CarrierMessage.id) > after,
        col(CarrierMessage.erased_at).is_(None),
    ]
    return [*meant, col(CarrierMessage.carrier) == which.carrier] if which.carrier else meant


def match_waiting(
    session: Session, carriers: Carriers, numbers: Iterable[str], *, now: datetime
) -> None:
    """Read what waits for these numbers, now that there are such parcels."""
    connection = session.connection()
    wanted = sorted(set(numbers))
    take_turns(connection, wanted)
    if ids := waiting_for(connection, wanted):
        _read_each_again(session, carriers, _rows(connection, ids), now=now)


# One like many


def _rows(connection: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return messages, locked, oldest first."""
    return connection.execute(_LOCKED, {"ids": ids}).all() if ids else []


_LOCKED = (
    select(table_of(CarrierMessage))
    .where(among(col(CarrierMessage.id), "ids"))
    .order_by(col(CarrierMessage.id))
    .with_for_update(key_share=True)
)


def _read_each_again(
    session: Session, carriers: Carriers, rows: Sequence[Row[Any]], *, now: datetime
) -> dict[int, Outcome]:
    """Read messages whose bodies are there."""
    connection = session.connection()
    rows = [row for row in rows if row.erased_at is None]
    tellers = access.scopes_of(session, (row.by for row in rows))
    kept = [
        Kept(row.id, doubted(reread(carriers, row, tellers), now), row.received_at) for row in rows
    ]
    outcomes, _ = record_kept(session, kept, now=now)
    forget(connection, [row.id for row in rows])
    mark(connection, outcomes)
    return outcomes


def reread(carriers: Carriers, row: Any, tellers: Mapping[str, Scope]) -> Message:
    """Return a kept message as we read it today; `tellers`: how far those reach who told it.

    What stands for an odd answer is put away: the answer itself is had by polling, and if it is odd
    still, staff are shown it anew.
    """
    if row.source == Source.POLL.value:
        return Message(row.carrier, Source.POLL, row.body)
    try:
        message = read(carriers, row.carrier, Source(row.source), row.body)
    except NotFound:
        # It was configured when the message came.
        return Message(row.carrier, Source(row.source), row.body, problem=NOT_CONFIGURED)
    # A person's word is of any carrier's parcels, unless the key or account is bound to one.
    return replace(
        message,
        by=row.by,
        of_anybodys=message.of_anybodys or bool(row.by),
        told_within=tellers.get(row.by, EVERYTHING),
    )


NOT_CONFIGURED = "its carrier has no settings any more"
