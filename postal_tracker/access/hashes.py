"""What is kept instead of a secret: argon2id of passwords, SHA-256 of tokens and keys."""

import hashlib
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from adapters.bounds import is_bearable
from postal_tracker.core.problems import busy

MEMORY_KIB = 19 * 1024
ROUNDS = 2
LANES = 1
"""argon2id as the OWASP Password Storage Cheat Sheet asks at least (19 MiB, t=2, p=1)."""

LONGEST_PASSWORD = 128
"""Characters (ASVS 6.2.9 asks for 64 at least)."""

HASHES_AT_ONCE = 4
"""More would let strangers take all memory and both cores by trying to sign in."""

LONGEST_WAIT_SECONDS = 5
"""Behind other hashes; then the caller hears Busy rather than hold a thread."""

_hasher = PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
_turns = BoundedSemaphore(HASHES_AT_ONCE)

# The hash of a random password that nobody knows: checking it takes as long as any other.
NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$dozAQsCQoebzBQ3oN78A0A$NO7skOReOL7OCidPnKV93YmuJEPBzITL/0dYqgkddKU"
)


def hash_password(password: str) -> str:
    """Return what is stored of a password. Takes 20 to 50 ms; raises Busy."""
    with _a_turn():
        return _hasher.hash(_password_bytes(password))


def check_password(stored_hash: str, password: str) -> bool:
    """Tell whether a password is right. Takes 20 to 50 ms, so never in a transaction; raises Busy.

    A hash that cannot be read fits no password; nor does a text that cannot be one fit a hash, and
    it is not worked on.
    """
    if not may_be_password(password):
        return False
    with _a_turn():
        try:
            return _hasher.verify(stored_hash, _password_bytes(password))
        except (VerificationError, InvalidHashError):
            return False


def may_be_password(text: str) -> bool:
    """Tell whether a text is short enough to be normalised at all: each letter may be in pieces."""
    return is_bearable(text, 4 * LONGEST_PASSWORD)


def newer_hash(stored_hash: str, password: str) -> str:
    """Return a right password's hash with today's parameters; empty if it has them already."""
    return hash_password(password) if _hasher.check_needs_rehash(stored_hash) else ""


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _turns.acquire(timeout=LONGEST_WAIT_SECONDS):
        raise busy()
    try:
        yield
    finally:
        _turns.release()


def _password_bytes(password: str) -> bytes:
    # Vietnamese keyboards write one letter composed, or as letter and marks, as they are set;
    # RFC 8265, 4.2, compares passwords in NFC.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def hash_of_random(secret: str) -> str:
    """Return what is stored of a token or of a key's secret: SHA-256 in hex."""
    # Nothing slower is needed: 256 random bits cannot be guessed (ASVS 6.5.2 asks for 112).
    return hashlib.sha256(as_bytes(secret)).hexdigest()


def as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
