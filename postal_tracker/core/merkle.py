"""A Merkle tree over a log that only grows, after RFC 6962 (section 2) and RFC 9162 (section 2.1).

Its root stands for all leaves in their order. That a leaf is in the log, or that a longer log
begins with a shorter one, is proved by some twenty hashes for a million leaves. All hashes are
SHA-256, 32 bytes; leaves are numbered from 0.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256

HashOf = Callable[[int, int], bytes]
"""Gives the hash of the leaves from the first number up to, but without, the second."""

EMPTY_ROOT = sha256().digest()

TILE = 256
"""How many hashes make one of the next level: only every eighth level of the tree is kept."""


def leaf_hash(content: bytes) -> bytes:
    return sha256(b"\0" + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root over hashes of leaves, or of equally large subtrees but for the last."""
    row = list(hashes)
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        odd = row[-1:] if len(row) % 2 else []
        row = [*(sha256(b"\1" + left + right).digest() for left, right in pairs), *odd]
    return row[0] if row else EMPTY_ROOT


def split(size: int) -> int:
    """Return how many leaves stand left of the root: the largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


class Frontier:
    """The right edge of a tree: all that is needed to append to it and to know its root.

    `tails` are the hashes of each kept level which do not fill a tile yet.
    """

    def __init__(self, size: int, tails: Sequence[Sequence[bytes]]) -> None:
        self.size = size
        self._tails = [list(tail) for tail in tails]

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf's hash; yield level, number and hash of each subtree that it completes."""
        self.size += 1
        level, hash_ = 0, leaf
        while True:
            if level == len(self._tails):
                self._tails.append([])
            self._tails[level].append(hash_)
            if len(self._tails[level]) < TILE:
                return
            hash_ = root_of(self._tails[level])
            self._tails[level] = []
            level += 1
            yield level, self.size // TILE**level - 1, hash_

    def root(self) -> bytes:
        rest: list[bytes] = []
        for tail in self._tails:
            if tail or rest:
                rest = [root_of([*tail, *rest])]
        return root_of(rest)


def inclusion_proof(leaf: int, size: int, hash_of: HashOf) -> list[bytes]:
    """Return what proves that a leaf is in the log of a size (RFC 9162, 2.1.3.1)."""
    start, end, proof = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if leaf < middle:
            proof.append(hash_of(middle, end))
            end = middle
        else:
            proof.append(hash_of(start, middle))
            start = middle
    return proof[::-1]


def consistency_proof(old: int, size: int, hash_of: HashOf) -> list[bytes]:
    """Return what proves that the log of a size begins with the old one (RFC 9162, 2.1.4.1)."""
    if old in (0, size):
        return []
    start, end, proof = 0, size, []
    while end != old:
        middle = start + split(end - start)
        if old <= middle:
            proof.append(hash_of(middle, end))
            end = middle
        else:
            proof.append(hash_of(start, middle))
            start = middle
    return ([hash_of(start, end)] if start else []) + proof[::-1]


def root_by_inclusion(leaf: bytes, at: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root of which a proof speaks; None if it cannot be one (RFC 9162, 2.1.3.2)."""
    sides = _sides(at, size - 1, len(proof)) if 0 <= at < size else None
    if sides is None:
        return None
    hash_ = leaf
    for sibling, is_left in zip(proof, sides, strict=True):
        hash_ = node_hash(sibling, hash_) if is_left else node_hash(hash_, sibling)
    return hash_


def is_consistent(
    old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether a proof shows that a log begins with an old one (RFC 9162, 2.1.4.2)."""
    if old in (0, size):
        return not proof and old_root == (root if old else EMPTY_ROOT)
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not 0 < old < size or not path:
        return False
    whole = (old & -old).bit_length() - 1  # what the old log's last subtree is made of is known
    sides = _sides((old - 1) >> whole, (size - 1) >> whole, len(path) - 1)
    if sides is None:
        return False
    first = second = path[0]
    for sibling, is_left in zip(path[1:], sides, strict=True):
        if is_left:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
        else:
            second = node_hash(second, sibling)
    return first == old_root and second == root


def _sides(place: int, last: int, steps: int) -> list[bool] | None:
    """Return for each hash of a proof whether it stands to the left; None if they do not reach
    the root, or beyond it."""
    sides = []
    for _ in range(steps):
        if last == 0:
            return None
        is_left = place % 2 == 1 or place == last
        while is_left and not place % 2 and place:
            place, last = place >> 1, last >> 1
        sides.append(is_left)
        place, last = place >> 1, last >> 1
    return sides if last == 0 else None
