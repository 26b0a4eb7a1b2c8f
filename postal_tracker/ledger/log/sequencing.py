"""The sequencer: numbers what is committed, and signs how the log stands then.

One at a time: the head's row is a lease, and whoever appends says from which size. So another who
has looked at the same rows appends nothing, and each row is a leaf exactly once.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, bindparam, delete, insert, or_, select, update
from sqlmodel import Session, col

from postal_tracker.core.merkle import Frontier
from postal_tracker.core.problems import Problem
from postal_tracker.ledger.log import keys, tree
from postal_tracker.ledger.log.due import Leaf, Sweeper, settle_noted
from postal_tracker.storage.bulk import NewRows, insert_unless_known
from postal_tracker.storage.database import Database
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import (
    LogCheckpoint,
    LogHead,
    LogLeaf,
    LogNode,
    LogSealed,
    table_of,
)

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=3)
"""So long after its last leaf a sequencer that says nothing more is thought dead."""

PACE_SECONDS = 0.7
"""How long it waits between two rounds: what comes meanwhile is appended together."""

LISTENS_SECONDS = 0.2
"""How long it waits after that for a commit of this process, before it looks for others'."""

RESTS_SECONDS = 30
"""How long it waits where it cannot go on, such as for its key."""

ONE_KEPT_FOR = timedelta(hours=1)


class Sequencer:
    """Appends what is due. `by` tells this process from all others."""

    def __init__(
        self, database: Database, key_file: Path, by: str, now: Callable[[], datetime]
    ) -> None:
        self._database, self._key_file, self._by, self._now = database, key_file, by, now
        self._key: Ed25519PrivateKey | None = None
        self._sweeper = Sweeper()

    async def run(self) -> None:
        """Append for ever."""
        with self._database.nudges() as committed:
            while True:
                committed.clear()
                wait = await self._round()
                await asyncio.sleep(wait)
                with suppress(TimeoutError):
                    await asyncio.wait_for(committed.wait(), LISTENS_SECONDS)

    async def _round(self) -> float:
        """Append what is due, and return for how long to rest."""
        try:
            while await self.append():
                pass
        except keys.NoKey as missing:
            self._key = None  # it may be put back, or the log go on with another
            log.error("the log is not signed: %s", missing)  # noqa: TRY400 - no fault of the code
            return RESTS_SECONDS
        except Problem:  # the database is away or busy, which others tell of
            self._sweeper = Sweeper()
        except Exception:
            log.exception("appending to the log failed")
            self._sweeper = Sweeper()
            return RESTS_SECONDS
        return PACE_SECONDS

    async def append(self) -> bool:
        """Append some of what is due; tell whether there is more. Raises NoKey, Problem."""
        due = await self._database.read(self._due, slow=True)
        if due is None:
            return False
        growth, is_more = due
        if growth.leaves:
            if self._key is None:
                self._key = await asyncio.to_thread(keys.load_or_make, self._key_file)
            if not await self._database.write(self._appending(growth, self._key)):
                self._sweeper = Sweeper()
                return False
        return is_more

    def append_now(self) -> None:
        """Append all that is due, unless a service sees to that; for commands. Raises NoKey."""
        key = keys.load_or_make(self._key_file)
        is_more = True
        while is_more and (due := self._database.read_now(self._due)):
            growth, is_more = due
            if growth.leaves:
                self._database.write_now(self._appending(growth, key, timedelta(0)))

    def _appending(
        self, growth: "Growth", key: Ed25519PrivateKey, lease: timedelta = LEASE
    ) -> Callable[[Session], bool]:
        turn = Turn(self._by, self._now(), lease)
        signed = keys.sign(key, growth.size, growth.root)
        return partial(append, growth=growth, signed=signed, turn=turn)

    def _due(self, session: Session) -> tuple["Growth", bool] | None:
        """Return what is to follow, and whether there is more; None if another process sees to
        it."""
        connection = session.connection()
        head = _HEAD.first(connection, {})
        if head and head.held_by not in ("", self._by) and head.held_until > self._now():
            return None
        found, is_more = self._sweeper.next(connection)
        return grown(connection, head.size if head else 0, found), is_more


class Growth(NamedTuple):
    """Leaves that are to follow a log of a size, and what becomes of its tree."""

    old_size: int
    leaves: Sequence[Leaf]
    nodes: Sequence[tuple[int, int, bytes]]
    root: bytes

    @property
    def size(self) -> int:
        return self.old_size + len(self.leaves)


def grown(connection: Connection, size: int, found: Sequence[Leaf]) -> Growth:
    """Work it out before the one writer is asked for: he has others waiting."""
    edge = tree.frontier(connection, size) if found else Frontier(size, [])
    nodes = [node for leaf in found for node in edge.append(bytes.fromhex(leaf.hash))]
    return Growth(size, found, nodes, edge.root())


class Turn(NamedTuple):
    """Who appends when, and for how long nobody else does after that."""

    by: str
    now: datetime
    lease: timedelta


def append(session: Session, *, growth: Growth, signed: keys.Signed, turn: Turn) -> bool:
    """Append leaves to a log of this size; tell whether they were: not if it is another's turn."""
    connection = session.connection()
    if not _take(connection, growth, signed.by, turn):
        return False
    numbered = list(enumerate(growth.leaves, start=growth.old_size))
    _add(connection, _LEAVES, [(at, leaf.kind, leaf.row_id, leaf.hash) for at, leaf in numbered])
    _add(
        connection, _NODES, [(level, number, hash_.hex()) for level, number, hash_ in growth.nodes]
    )
    sealed = [(at, leaf.salt, leaf.content) for at, leaf in numbered if leaf.content]
    _add(connection, _SEALED, sealed)
    settle_noted(connection, growth.leaves)
    _keep(connection, growth.size, signed.note, turn.now)
    return True


def _take(connection: Connection, growth: Growth, verifier: str, turn: Turn) -> bool:
    """Take the lease and the next numbers; False if it is another's, or the log has grown."""
    values = {
        "old_size": growth.old_size,
        "new_size": growth.size,
        "verifier": verifier,
        "taken_by": turn.by,
        "at": turn.now,
        "until": turn.now + turn.lease,
    }
    if _TAKEN.first(connection, values):
        return True
    head = _HEAD.first(connection, {})
    if head is None:
        first = LogHead(verifier_key=verifier).model_dump()
        connection.execute(insert_unless_known(connection, table_of(LogHead)), [first])
        return _TAKEN.first(connection, values) is not None
    if head.verifier_key != verifier:
        raise keys.NoKey(
            "This record's log is signed with another key. Copy the key file of the machine that "
            "made it, and set POSTAL_LOG_KEY_FILE to where it is."
        )
    return False


_HEAD = Prepared(select(table_of(LogHead)))

_TAKEN = Prepared(
    update(table_of(LogHead))
    .where(
        col(LogHead.size) == bindparam("old_size"),
        col(LogHead.verifier_key) == bindparam("verifier"),
        or_(
            col(LogHead.held_by).in_(("", bindparam("taken_by"))),
            col(LogHead.held_until) <= bindparam("at"),
        ),
    )
    .values(
        size=bindparam("new_size"), held_by=bindparam("taken_by"), held_until=bindparam("until")
    )
    .returning(table_of(LogHead).c.size)
)

_LEAVES = NewRows(LogLeaf, "seq", "kind", "row_id", "hash", returning=("seq",))
_NODES = NewRows(LogNode, "level", "number", "hash", returning=("number",))
_SEALED = NewRows(LogSealed, "seq", "salt", "content", returning=("seq",))


def _add(connection: Connection, table: NewRows, rows: list[tuple[Any, ...]]) -> None:
    if rows and len(table.add(connection, rows)) != len(rows):
        raise AlreadyThere


class AlreadyThere(Exception):
    """The log holds more than its head says: somebody has put it back. `verify` tells what."""


def _keep(connection: Connection, size: int, note: str, now: datetime) -> None:
    """Keep a checkpoint; the one before it goes if it is of the same hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    _SAME_HOUR.run(connection, {"hour": hour, "next_hour": hour + ONE_KEPT_FOR})
    _CHECKPOINT.run(connection, {"size": size, "at": now, "note": note})


_SAME_HOUR = Prepared(
    delete(table_of(LogCheckpoint)).where(
        col(LogCheckpoint.at) >= bindparam("hour"), col(LogCheckpoint.at) < bindparam("next_hour")
    )
)

_CHECKPOINT = Prepared(insert(table_of(LogCheckpoint)))
