"""Throttling of guesses: how often somebody got a password or a telephone number's digits wrong.

A rate limit by counters in fixed windows. A window begins with the first wrong try and ends by
itself, so nothing is locked for good. Keys are hashes; neither the account nor the address can be
read in the table.
"""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy import bindparam, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from postal_tracker.storage.bulk import among
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import WrongProof, table_of


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries in the window that is open now; none: 0, and it ends now."""

    count: int
    ends_at: datetime

    def wait(self, most: int, now: datetime) -> int:
        """Return the seconds until one may try again, 0 while fewer than `most` were wrong."""
        if self.count < most:
            return 0
        return max(0, math.ceil((self.ends_at - now).total_seconds()))


def key_of(what: str, *parts: str) -> str:
    """Return the key of a counter, such as `key_of("sign-in:account", username)`."""
    text = "\0".join((what, *parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def network_of(address: str) -> str:
    """Return whom to count as one client: an IPv4 address, or an IPv6 /64.

    A household or office is given a whole /64 at least (RFC 6177) and can change its address within
    it at will. What is no address (a local socket) stands for itself.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if not isinstance(ip, IPv6Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return f"{IPv6Address(int(ip) >> 64 << 64)}/64"


def count_wrong(session: Session, key: str, *, window: timedelta, now: datetime) -> None:
    """Count one wrong try; the first one, or the first after a window ended, opens a window.

    One statement, so that tries made at the same moment are all counted, in any process.
    """
    connection = session.connection()
    table = table_of(WrongProof)
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(table).values(key=key, window_ends_at=now + window, tries=1)
    ended = table.c.window_ends_at <= now
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[table.c.key],
            set_={
                "tries": case((ended, 1), else_=table.c.tries + 1),
                "window_ends_at": case(
                    (ended, new.excluded.window_ends_at), else_=table.c.window_ends_at
                ),
            },
        )
    )


def wrong_tries(session: Session, keys: Sequence[str], now: datetime) -> dict[str, Tries]:
    """Return the tries in the open window of each key asked for."""
    found = _TRIES.all(session.connection(), {"keys": list(keys), "now": now})
    counted = {key: Tries(n, end) for key, n, end in found}
    return {key: counted.get(key, Tries(0, now)) for key in keys}


_OPEN_NOW = select(
    col(WrongProof.key), col(WrongProof.tries), col(WrongProof.window_ends_at)
).where(among(col(WrongProof.key), "keys"), col(WrongProof.window_ends_at) > bindparam("now"))
_TRIES = Prepared(_OPEN_NOW)


def forget_wrong(session: Session, keys: Iterable[str]) -> None:
    """Begin again at 0, after a right proof."""
    session.connection().execute(delete(WrongProof).where(col(WrongProof.key).in_(list(keys))))


def forget_ended_windows(session: Session, most: int, *, now: datetime) -> int:
    """Delete counters that no longer count; return how many went."""
    ends = col(WrongProof.window_ends_at)
    ended = select(col(WrongProof.key)).where(ends <= now).order_by(ends).limit(most)
    gone = delete(WrongProof).where(col(WrongProof.key).in_(ended))
    return session.connection().execute(gone).rowcount
