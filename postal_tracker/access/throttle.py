"""Throttling of guesses: how often somebody got a password or a telephone number's digits wrong.

A rate limit by counters in fixed windows. A window begins with the first wrong try and ends by
itself, so nothing is locked for good. Keys are hashes; neither the account nor the address can be
read in the table. Which counters a guess is counted in is said in `guesses.py`.
"""

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, delete, select, update
from sqlmodel import Session, col

from postal_tracker.storage.bulk import among, insert_into
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import WrongProof, table_of


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries in the window that is open now; none: 0, and it ends now."""

    count: int
    ends_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Counter:
    """One thing that wrong tries are counted for, and what they cost whoever comes after them."""

    key: str
    window: timedelta
    free: int
    """So many cost nothing."""
    first: timedelta
    """How long one waits after the first that is not free; after each further one twice as long."""
    longest: timedelta
    """But no longer than that, and no longer than the window."""

    def wait(self, tries: Tries, now: datetime) -> int:
        """Return the seconds until one may try again, 0 if at once."""
        if tries.count < self.free:
            return 0
        doubled = self.first * float(2 ** min(tries.count - self.free, 20))
        pause = min(self.longest, doubled)
        until = min(tries.last_at + pause, tries.ends_at)
        return max(0, math.ceil((until - now).total_seconds()))


def key_of(what: str, *parts: str) -> str:
    """Return the key of a counter, such as `key_of("sign-in:account", username)`."""
    text = "\0".join((what, *parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def count_wrong(session: Session, key: str, *, window: timedelta, now: datetime) -> None:
    """Count one wrong try; the first one, or the first after a window ended, opens a window."""
    count_all_wrong(session, {key: window}, now=now)


def count_all_wrong(session: Session, windows: Mapping[str, timedelta], *, now: datetime) -> None:
    """Count one wrong try for each of these keys.

    One statement, so that tries made at the same moment are all counted, in any process; in the
    order of the keys, so that no two transactions wait for each other.
    """
    connection = session.connection()
    table = table_of(WrongProof)
    rows = [
        {"key": key, "window_ends_at": now + windows[key], "tries": 1, "last_at": now}
        for key in sorted(windows)
    ]
    new = insert_into(connection, table).values(rows)
    ended = table.c.window_ends_at <= now
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "tries": case((ended, 1), else_=table.c.tries + 1),
                "window_ends_at": case(
                    (ended, new.excluded.window_ends_at), else_=table.c.window_ends_at
                ),
                "last_at": new.excluded.last_at,
            },
        )
    )


def wrong_tries(session: Session, keys: Sequence[str], now: datetime) -> dict[str, Tries]:
    """Return the tries in the open window of each key asked for."""
    prepared, values = asking_for_tries(keys, now)
    return told_tries(prepared.all(session.connection(), values), keys, now)


def asking_for_tries(keys: Sequence[str], now: datetime) -> tuple[Prepared, Mapping[str, Any]]:
    """Return the question for the same, for who asks for more at once."""
    return _TRIES, {"keys": list(keys), "now": now}


def told_tries(rows: Iterable[Any], keys: Sequence[str], now: datetime) -> dict[str, Tries]:
    """Return the tries of each key by the answer to that question."""
    counted = {key: Tries(n, end, last) for key, n, end, last in rows}
    return {key: counted.get(key, Tries(0, now, now)) for key in keys}


_OPEN_NOW = select(
    col(WrongProof.key),
    col(WrongProof.tries),
    col(WrongProof.window_ends_at),
    col(WrongProof.last_at),
).where(among(col(WrongProof.key), "keys"), col(WrongProof.window_ends_at) > bindparam("now"))
_TRIES = Prepared(_OPEN_NOW)


def take_back(session: Session, keys: Iterable[str]) -> None:
    """Uncount one try of each: it was right after all, or was not judged."""
    ours = col(WrongProof.key).in_(sorted(keys))
    one_less = update(WrongProof).where(ours, col(WrongProof.tries) > 0)
    session.connection().execute(one_less.values(tries=WrongProof.tries - 1))


def forget_wrong(session: Session, keys: Iterable[str]) -> None:
    """Begin again at 0, after a right proof."""
    session.connection().execute(delete(WrongProof).where(col(WrongProof.key).in_(list(keys))))


def forget_ended_windows(session: Session, most: int, *, now: datetime) -> int:
    """Delete counters that no longer count; return how many went."""
    ends = col(WrongProof.window_ends_at)
    ended = select(col(WrongProof.key)).where(ends <= now).order_by(ends).limit(most)
    gone = delete(WrongProof).where(col(WrongProof.key).in_(ended))
    return session.connection().execute(gone).rowcount
