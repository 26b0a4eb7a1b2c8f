"""The stored tree: leaves in a row, and above them every eighth level."""

from collections.abc import Callable
from functools import cache

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from postal_tracker.core import merkle
from postal_tracker.core.merkle import TILE, Frontier
from postal_tracker.storage.prepared import Prepared
from postal_tracker.storage.tables import LogLeaf, LogNode

_TOP = 6
"""No log grows to 256^6 leaves."""


def frontier(connection: Connection, size: int) -> Frontier:
    """Return the right edge of the tree over the first leaves."""
    tails, level = [], 0
    while size:
        tails.append(_hashes(connection, level, size // TILE * TILE, size))
        size, level = size // TILE, level + 1
    return Frontier(_size_of(tails), tails)


def _size_of(tails: list[list[bytes]]) -> int:
    return sum(len(tail) * TILE**level for level, tail in enumerate(tails))


def hash_of(connection: Connection) -> Callable[[int, int], bytes]:
    """Return what gives the hash over a range of leaves, as proofs ask for it."""

    @cache
    def tile(level: int, number: int) -> list[bytes]:
        return _hashes(connection, level, number * TILE, (number + 1) * TILE)

    def hash_over(start: int, end: int) -> bytes:
        for level in range(_TOP, -1, -1):
            width = TILE**level
            if end - start == width and start % width == 0:
                tile_, place = divmod(start // width, TILE)
                found: bytes = tile(level, tile_)[place]
                return found
        middle = start + merkle.split(end - start)
        return merkle.node_hash(hash_over(start, middle), hash_over(middle, end))

    return hash_over


def root(connection: Connection, size: int) -> bytes:
    return frontier(connection, size).root()


def _hashes(connection: Connection, level: int, start: int, end: int) -> list[bytes]:
    """Return the hashes of one level from a number up to another; level 0 are the leaves."""
    asked = {"start": start, "end": end}
    if level:
        found = _NODES.all(connection, asked | {"at_level": level})
    else:
        found = _LEAVES.all(connection, asked)
    return [bytes.fromhex(row.hash) for row in found]


_LEAVES = Prepared(
    select(col(LogLeaf.hash))
    .where(col(LogLeaf.seq) >= bindparam("start"), col(LogLeaf.seq) < bindparam("end"))
    .order_by(col(LogLeaf.seq))
)

_NODES = Prepared(
    select(col(LogNode.hash))
    .where(
        col(LogNode.level) == bindparam("at_level"),
        col(LogNode.number) >= bindparam("start"),
        col(LogNode.number) < bindparam("end"),
    )
    .order_by(col(LogNode.number))
)
