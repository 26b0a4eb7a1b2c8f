"""The numbers that messages wait for: the first news may come before its parcel is known here."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, delete, select
from sqlmodel import col

from postal_tracker.storage import turns
from postal_tracker.storage.bulk import among, insert_unless_known
from postal_tracker.storage.tables import MessageNumber, table_of

_LONGEST = 64
"""No parcel of ours has a longer number."""


def wait_for(connection: Connection, numbers: Mapping[int, Collection[str]]) -> None:
    """Let messages wait for these numbers; one that was not there was never awaited."""
    rows = [
        {"message_id": id_, "tracking_number": number}
        for id_, wanted in numbers.items()
        for number in sorted(wanted)
        if len(number) <= _LONGEST
    ]
    if rows:
        connection.execute(insert_unless_known(connection, _TABLE), rows)


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Let messages wait for nothing any more."""
    if ids:
        connection.execute(_FORGET, {"ids": ids})


def waiting_for(connection: Connection, numbers: Sequence[str]) -> list[int]:
    """Return the messages that wait for one of these numbers, oldest first."""
    return list(connection.execute(_WAITING, {"numbers": list(numbers)}).scalars())


def take_turns(connection: Connection, numbers: Collection[str]) -> bool:
    """Wait for whoever makes a parcel of these numbers; tell whether one may be there since.

    Who keeps news of an unknown number and who seals that parcel at the same moment would not see
    each other, and the news would wait for ever.
    """
    return turns.take_turns(connection, turns.PARCELS, numbers)


_TABLE = table_of(MessageNumber)
_FORGET = delete(MessageNumber).where(among(col(MessageNumber.message_id), "ids"))
_WAITING = (
    select(col(MessageNumber.message_id))
    .where(among(col(MessageNumber.tracking_number), "numbers"))
    .distinct()
    .order_by(col(MessageNumber.message_id))
)
