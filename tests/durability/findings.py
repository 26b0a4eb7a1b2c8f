"""Whether what is kept is what was answered, and the record well as `verify` understands it."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from operator import attrgetter

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.commands.data import examine
from postal_tracker.house import House
from postal_tracker.settings import Settings
from postal_tracker.storage.tables import LedgerEntry
from tests.durability.clients import PLACE, Client, Scan


def findings(
    settings: Settings,
    clients: Sequence[Client],
    heard: Callable[[Client], Sequence[Scan]] = attrgetter("kept"),
) -> list[str]:
    """Return in sentences whatever is not as it was answered.

    `heard` are the scans of a client that it had been told are kept.
    """
    with closing(House(settings)) as house:
        found = [f"{check.name}: {check.detail}" for check in examine(house) if not check.ok]
        kept, places = house.database.read_now(_what_is_kept)
    found += [f"recorded {n} times: {place}" for place, n in places.items() if n > 1]
    for client in clients:
        key = client.way.key
        found += [f"{client.name} was answered {fault}" for fault in client.faults]
        found += [f"lost: {key(scan)}" for scan in heard(client) if key(scan) not in kept]
        found += [
            f"half kept: {key(scans[0])}"
            for scans in client.told
            if len({key(scan) in kept for scan in scans}) > 1
        ]
    return found


def _what_is_kept(session: Session) -> tuple[set[str], Counter[str]]:
    """Return keys, and how often each clients' place stands there."""
    query = select(col(LedgerEntry.key), col(LedgerEntry.place))
    entries = session.connection().execute(query).all()
    places = Counter(place for _, place in entries if (place or "").startswith(PLACE))
    return {key for key, _ in entries}, places
