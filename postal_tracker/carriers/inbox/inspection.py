"""One message with what we understand of it today, for staff to look at. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from adapters.event import CarrierEvent
from postal_tracker.access import scopes_of
from postal_tracker.carriers.configured import Carriers
from postal_tracker.carriers.inbox.judging import Fate, News, judge_each
from postal_tracker.carriers.inbox.known import Known, by_key
from postal_tracker.carriers.inbox.matching import parcels_by_number
from postal_tracker.carriers.inbox.messages import Message
from postal_tracker.carriers.inbox.reprocessing import reread
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import CarrierMessage, table_of


@dataclass(frozen=True, slots=True)
class Inspection:
    """A message as it is kept, as it is read today, and what became of each of its events."""

    row: Row[Any]
    message: Message
    events: Sequence[tuple[CarrierEvent, Fate]]


def inspect(session: Session, carriers: Carriers, id_: int) -> Inspection:
    """Return one message with what became of its events. Raises NotFound."""
    connection = session.connection()
    one = select(table_of(CarrierMessage)).where(col(CarrierMessage.id) == id_)
    row = connection.execute(one).one_or_none()
    if row is None:
        raise no_such("message")
    message = reread(carriers, row, scopes_of(session, [row.by]))
    events = message.events if row.erased_at is None else ()
    news = [News(event, message, row.received_at, row.id) for event in events]
    parcels = parcels_by_number(connection, (number for n in news for number in n.numbers))
    known = Known(parcels, by_key(connection, (key for n in news for key in (n.key, n.other_key))))
    fates = (verdict.fate for verdict in judge_each(news, known))
    return Inspection(row, message, list(zip(events, fates, strict=True)))
