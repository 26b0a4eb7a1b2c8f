"""One message with what we understand of it today, for staff to look at. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from adapters.event import CarrierEvent
from postal_tracker.carriers.configured import Carriers
from postal_tracker.carriers.inbox.known import by_key, other_key, says_otherwise
from postal_tracker.carriers.inbox.matching import Parcels, numbers_of, parcels
from postal_tracker.carriers.inbox.messages import Message
from postal_tracker.carriers.inbox.recording import entry_of
from postal_tracker.carriers.inbox.reprocessing import bound_keys, reread
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import CarrierMessage, table_of


class Fate(StrEnum):
    """What became of one event of a message."""

    RECORDED = "recorded"
    """By this message."""
    KNOWN = "known"
    """Another message, or an answer, had told it before."""
    OTHERWISE = "otherwise"
    """Its id is known, but told something else; that stands."""
    ANOTHERS = "anothers"
    """The only parcel of that number is another carrier's."""
    EARLIER = "earlier"
    """It is of a parcel that bore the number long before."""
    UNCLAIMED = "unclaimed"
    """There is no parcel of that number."""
    UNRECORDED = "unrecorded"
    """Nothing speaks against it: reading the message again records it, or finds it known."""


@dataclass(frozen=True, slots=True)
class Closely:
    """A message as it is kept, as it is read today, and what became of each of its events."""

    row: Row[Any]
    message: Message
    events: Sequence[tuple[CarrierEvent, Fate]]


def look_closely(session: Session, carriers: Carriers, id_: int) -> Closely:
    """Return one message with what became of its events. Raises NotFound."""
    connection = session.connection()
    one = select(table_of(CarrierMessage)).where(col(CarrierMessage.id) == id_)
    row = connection.execute(one).one_or_none()
    if row is None:
        raise no_such("message")
    message = reread(carriers, row, bound_keys(connection, [row.by]))
    events = message.events if row.erased_at is None else ()
    known = parcels(connection, (n for event in events for n in numbers_of(event)))
    held = by_key(connection, (key for event in events for key in _keys(event, message)))
    return Closely(row, message, [(e, _fate(e, message, row.id, known, held)) for e in events])


def _fate(
    event: CarrierEvent, message: Message, id_: int, known: Parcels, held: dict[str, Row[Any]]
) -> Fate:
    numbers = numbers_of(event)
    parcel = known.find(message.bound, numbers)
    if parcel is None:
        return Fate.ANOTHERS if known.find("", numbers) else Fate.UNCLAIMED
    entry = entry_of(event, message, parcel.id, id_)
    rows = [held[key] for key in _keys(event, message) if key in held]
    if any(says_otherwise(row, entry, numbers) for row in rows):
        return Fate.OTHERWISE
    row = held.get(entry.key)
    if row is None:
        return Fate.EARLIER if parcel.is_younger_than(event) else Fate.UNRECORDED
    return Fate.RECORDED if row.message_id == id_ else Fate.KNOWN


def _keys(event: CarrierEvent, message: Message) -> list[str]:
    """Return by which keys the ledger may hold an event; what nobody proves may be a claim."""
    entry = entry_of(event, message, 0, None)
    return [entry.key] if message.source.is_trusted else [entry.key, other_key(entry)]
