"""What anybody may ask of the log: how it stands, that a leaf is in it, that it has only grown."""

from base64 import b64encode
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, and_, select
from sqlmodel import Session, col

from postal_tracker.core import merkle
from postal_tracker.core.problems import NotFound, no_such
from postal_tracker.ledger.log import tree
from postal_tracker.ledger.log.leaves import KindName
from postal_tracker.storage.tables import LogCheckpoint, LogHead, LogKey, LogLeaf, table_of


@dataclass(frozen=True, slots=True)
class InclusionView:
    """What proves that a leaf is in the log (RFC 9162, 2.1.3)."""

    entry: int
    """The leaf's number in the log, from 0."""
    kind: KindName
    """What it stands for: an entry of the ledger, a carrier's message, one of the audit log, a
    signed list, a restored copy, a new key."""
    leaf_hash: str
    """SHA-256 over a zero byte and the leaf's text, in hexadecimal."""
    proof: list[str]
    """Hashes in base 64, from the leaf's neighbour up to the root's child."""
    checkpoint: str
    """The signed checkpoint whose root the proof leads to."""


@dataclass(frozen=True, slots=True)
class ConsistencyView:
    """What proves that the log of one size begins with that of a smaller one (RFC 9162, 2.1.4)."""

    from_size: int
    """Leaves of the older log."""
    to_size: int
    """Leaves of the newer one."""
    proof: list[str]
    """Hashes in base 64, in the order of the standard."""


def newest(session: Session) -> LogCheckpoint | None:
    """Return the newest checkpoint; None where nothing has been logged yet."""
    query = select(LogCheckpoint).order_by(col(LogCheckpoint.size).desc()).limit(1)
    return session.scalars(query).first()


def checkpoint(session: Session) -> str:
    """Return the newest checkpoint's note. Raises NotFound."""
    return _newest(session).note


def verifier_key(session: Session) -> str:
    """Return the log's public key as C2SP writes it. Raises NotFound."""
    found = session.scalars(select(col(LogHead.verifier_key))).first()
    if found is None:
        raise _nothing_yet()
    return found


def inclusion(session: Session, entry: int) -> InclusionView:
    """Raises NotFound."""
    at, connection = _newest(session), session.connection()
    leaf = connection.execute(
        select(table_of(LogLeaf)).where(col(LogLeaf.seq) == entry)
    ).one_or_none()
    if leaf is None or entry >= at.size:
        raise no_such("leaf")
    proof = merkle.inclusion_proof(entry, at.size, tree.hash_of(connection))
    return InclusionView(entry, cast(KindName, leaf.kind), leaf.hash, _in_base_64(proof), at.note)


def consistency(session: Session, from_size: int, to_size: int) -> ConsistencyView:
    """Raises NotFound: the log was never of that size."""
    at = _newest(session)
    if not from_size <= to_size <= at.size:
        raise no_such("leaf")
    hash_of = tree.hash_of(session.connection())
    proof = merkle.consistency_proof(from_size, to_size, hash_of)
    return ConsistencyView(from_size, to_size, _in_base_64(proof))


def key_spans(connection: Connection) -> list[tuple[int, str]]:
    """Return the log's keys, each with the first size that it signs."""
    head = connection.execute(select(col(LogHead.verifier_key))).scalar()
    leaf = and_(col(LogLeaf.kind) == "key", col(LogLeaf.row_id) == col(LogKey.id))
    query = select(col(LogKey.former_key), col(LogLeaf.seq)).join(LogLeaf, leaf)
    changes = connection.execute(query.order_by(col(LogLeaf.seq))).all()
    since = [0, *(change.seq + 1 for change in changes)]
    return list(zip(since, [*(change.former_key for change in changes), head or ""], strict=True))


def size(connection: Connection) -> int:
    return connection.execute(select(col(LogHead.size))).scalar() or 0


def _newest(session: Session) -> LogCheckpoint:
    found = newest(session)
    if found is None:
        raise _nothing_yet()
    return found


def _nothing_yet() -> NotFound:
    return NotFound(
        "no-checkpoint",
        "Nhật ký chưa có điểm kiểm tra nào. Vui lòng thử lại sau ít giây.",
        "The log has no checkpoint yet. Try again in a few seconds.",
    )


def _in_base_64(hashes: list[bytes]) -> list[str]:
    return [b64encode(one).decode() for one in hashes]
