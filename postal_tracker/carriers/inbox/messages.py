"""What carriers send: read as far as that is possible, and kept byte for byte."""

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate, groupby
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from adapters.carrier import Unreadable
from adapters.event import CarrierEvent, Source
from postal_tracker.access import EVERYTHING, Scope
from postal_tracker.carriers.configured import Carriers
from postal_tracker.carriers.inbox.unmatched import wait_for
from postal_tracker.core.working_days import local_day
from postal_tracker.storage.bulk import NewRows
from postal_tracker.storage.tables import CarrierMessage, table_of

log = logging.getLogger(__name__)

HOOKS = frozenset({Source.SIGNED, Source.SHARED_TOKEN, Source.UNSIGNED})
"""By which proofs a carrier tells by itself."""


class MessageState(StrEnum):
    """How far we got with a message."""

    READ = "read"
    UNREAD = "unread"
    """We could not read it."""
    UNCLAIMED = "unclaimed"
    """It tells of a parcel that nobody has made yet."""
    CONFLICTING = "conflicting"
    """What it tells cannot be, beside what we know: see its problem."""


WITHOUT_HOME = (MessageState.UNREAD, MessageState.UNCLAIMED, MessageState.CONFLICTING)


@dataclass(frozen=True, slots=True)
class Message:
    """A carrier's message, read as far as it could be: events, a problem, or some of both."""

    carrier: str
    source: Source
    body: bytes
    events: tuple[CarrierEvent, ...] = ()
    problem: str = ""
    """Why it, or a part of it, could not be read."""
    by: str = ""
    """Who told it by our own API."""
    of_anybodys: bool = False
    """Whether it may tell of any carrier's parcels: a source's, or a person's word."""
    told_within: Scope = EVERYTHING
    """How far whoever told it by our own API reaches."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def scope(self) -> Scope:
        """Return of whose parcels it may tell: of a carrier's own, or as far as its teller does."""
        carrier = self.told_within.carrier or ("" if self.of_anybodys else self.carrier)
        return replace(self.told_within, carrier=carrier)


def read(carriers: Carriers, name: str, source: Source, body: bytes) -> Message:
    """Read a message as far as that is possible; a fault of ours must not lose it."""
    carrier = carriers.find(name)
    message = Message(name, source, body, of_anybodys=not carrier.carries)
    try:
        events = carrier.read_message(body)
    except Unreadable as fault:
        return replace(message, events=fault.events, problem=str(fault)[:300])
    except Exception:
        # Our own mistake: the carrier will not send it again, so it must be kept all the same.
        log.exception("an adapter failed", extra={"carrier": name})
        return replace(message, problem=OUR_FAULT)
    return replace(message, events=tuple(events))


OUR_FAULT = "a fault in the adapter"
STILL_TO_COME = "it tells of a time still to come"

A_CLOCK_WRONG_BY_A_ZONE = timedelta(days=1)


def doubted(message: Message, at: datetime) -> Message:
    """A scan of next year would outlast all that comes before: leave it unread for staff to see."""
    latest = at + A_CLOCK_WRONG_BY_A_ZONE
    events = tuple(event for event in message.events if event.happened_at <= latest)
    if len(events) == len(message.events):
        return message
    return replace(message, events=events, problem=message.problem or STILL_TO_COME)


# Keeping


def keep(
    connection: Connection, items: Sequence[tuple[Message, datetime]]
) -> dict[tuple[str, str], int]:
    """Insert the messages we do not have yet; return their ids."""
    new = (row for some in _portions(items) for row in _NEW.add(connection, map(_row, some)))
    return {(row.carrier, row.digest): row.id for row in new}


Came = tuple[Message, datetime]
"""A message, and when it came."""

_AT_ONCE = 1024 * 1024
"""About so many bytes of bodies go into one statement, which holds them three times."""


def _portions(items: Sequence[Came]) -> Iterator[list[Came]]:
    sizes = accumulate(len(message.body) for message, _ in items)
    for _, some in groupby(zip(items, sizes, strict=True), lambda one: one[1] // _AT_ONCE):
        yield [item for item, _ in some]


def _row(came: Came) -> tuple[Any, ...]:
    """Return the columns of `_NEW`."""
    message, at = came
    return (
        message.carrier,
        message.source.value,
        message.by,
        at,
        message.digest,
        message.body,
        MessageState.READ.value,
        message.problem,
    )


_NEW = NewRows(
    CarrierMessage,
    *("carrier", "source", "by", "received_at", "digest", "body", "state", "problem"),
    returning=("carrier", "digest", "id"),
)


@dataclass(slots=True)
class Outcome:
    """What became of a message."""

    state: MessageState = MessageState.READ
    problem: str = ""
    waits_for: set[str] = field(default_factory=set)
    """Numbers of parcels that it tells of and that are not there (yet)."""

    def stray(self, numbers: Iterable[str]) -> None:
        """It tells of a parcel that is not there."""
        self.waits_for.update(numbers)
        if self.state is MessageState.READ:
            self.state = MessageState.UNCLAIMED

    def conflict(self, problem: str) -> None:
        """It tells what cannot be. Each kind of problem is said once."""
        self.state = MessageState.CONFLICTING
        if problem not in self.problem:
            self.problem = "; ".join(filter(None, (self.problem, problem)))


def mark(connection: Connection, outcomes: Mapping[int, Outcome]) -> None:
    """Note what became of messages, and what those without a home wait for."""
    table = table_of(CarrierMessage)
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for id_, outcome in outcomes.items():
        alike[outcome.state.value, outcome.problem].append(id_)
    for (state, problem), ids in alike.items():
        change = table.update().where(table.c.id.in_(ids))
        connection.execute(change.values(state=state, problem=problem))
    wait_for(connection, {id_: outcome.waits_for for id_, outcome in outcomes.items()})


# What is odd about answers


def keep_unread_answer(session: Session, carrier: str, problem: str, *, now: datetime) -> None:
    """Show staff that a carrier's answers cannot be read: one message a day for each problem."""
    show_answer(session, carrier, Outcome(MessageState.UNREAD, problem[:300]), {}, now=now)


def show_answer(
    session: Session, carrier: str, outcome: Outcome, about: Mapping[str, str], *, now: datetime
) -> None:
    """Show staff what is odd about a carrier's answers: once a day for each oddity."""
    told = {"asked_on": local_day(now).isoformat(), "problem": outcome.problem, **about}
    body = json.dumps(told, ensure_ascii=False).encode()
    message = Message(carrier, Source.POLL, body, problem=outcome.problem)
    ids = keep(session.connection(), [(message, now)])
    mark(session.connection(), dict.fromkeys(ids.values(), outcome))
