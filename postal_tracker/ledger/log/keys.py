"""The key that signs checkpoints: a file beside the record, which only its owner reads."""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from postal_tracker.core import checkpoints
from postal_tracker.core.checkpoints import Checkpoint


class NoKey(Exception):
    """The key cannot be read or made; the message says what to do."""


def load_or_make(file: Path) -> Ed25519PrivateKey:
    """Return the key in a file (PEM), which is made if there is none. Raises NoKey."""
    try:
        if not file.exists():
            _make(file)
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise NoKey(
            f"The log's key {file} cannot be used ({type(fault).__name__}). Put back the file, or "
            "set POSTAL_LOG_KEY_FILE to where it is."
        ) from fault
    if not isinstance(key, Ed25519PrivateKey):
        raise NoKey(f"{file} holds another kind of key. The log is signed with Ed25519.")
    return key


def _make(file: Path) -> None:
    """Write a new key; where another process does so at this moment, its key it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    draft = file.with_name(f".{file.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(pem)
            opened.flush()
            os.fsync(opened.fileno())
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def origin_of(key: Ed25519PrivateKey) -> str:
    """Return the name of the log that a key signs: it names the key, so nobody else has it."""
    return f"postal-tracker/{sha256(checkpoints.public_bytes(key)).hexdigest()[:16]}"


def verifier_key_of(key: Ed25519PrivateKey) -> str:
    return checkpoints.verifier_key(origin_of(key), checkpoints.public_bytes(key))


class Signed(NamedTuple):
    """A checkpoint, and the verifier key of whoever has signed it."""

    note: str
    by: str


def sign(key: Ed25519PrivateKey, size: int, root: bytes) -> Signed:
    note = checkpoints.sign(Checkpoint(origin_of(key), size, root), key)
    return Signed(note, verifier_key_of(key))
