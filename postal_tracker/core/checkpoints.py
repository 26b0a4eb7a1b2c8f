"""Checkpoints: signed statements of how a log stood, as a text that people can keep.

A checkpoint is a signed note of C2SP (c2sp.org/signed-note, tlog-checkpoint): three lines, which
are the log's name, its size and its root, a blank one, and a line for each signature (Ed25519). A
witness's line is a cosignature (tlog-cosignature): it says when it saw that the log had only grown.
"""

import re
from base64 import b32encode, b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LONGEST = 10_000
"""Characters of a note that is still read."""

_LOGS, _WITNESSES = b"\x01", b"\x04"
"""How C2SP tells kinds of signatures apart: a log's own, a witness's."""


class BadNote(ValueError):
    """It is no checkpoint, or nobody whose key we have has signed it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    origin: str
    """The log's name."""
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @property
    def short(self) -> str:
        """Return what can be copied by hand: the size, and 80 bits of the root in base 32."""
        letters = b32encode(self.root[:10]).decode()
        return f"{self.size}-" + "-".join(letters[at : at + 4] for at in range(0, 16, 4))

    @property
    def on_paper(self) -> str:
        """Return what a QR code says of it: whose log, how long, and the whole root in base 32.

        Signs of which a small code holds many; who has that sheet needs no signature of ours.
        """
        whose = self.origin.rpartition("/")[2].upper()
        return f"{whose} {self.size} {b32encode(self.root).decode().rstrip('=')}"


def read(note: str) -> Checkpoint:
    """Return what a note says, whoever has signed it. Raises BadNote."""
    found = _NOTE.fullmatch(note[:LONGEST])
    if not found or len(note) > LONGEST:
        raise BadNote(
            "This is no checkpoint: it begins with the log's name, its size and its root."
        )
    root = _bytes_of(found["root"])
    if len(root) != 32:
        raise BadNote("The root of a checkpoint has 32 bytes.")
    return Checkpoint(found["origin"], int(found["size"]), root)


_NOTE = re.compile(
    r"(?P<origin>[^\s+]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/=]{44})\n"
    r"\n(?:— [^\s+]+ [A-Za-z0-9+/=]+\n)*"
)


def _bytes_of(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        raise BadNote("A checkpoint's root and signatures are base 64.") from None


def sign(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Return the note of a log that signs with this key under its own name."""
    signature = key.sign(checkpoint.text.encode())
    line = _signature_line(checkpoint.origin, _LOGS, public_bytes(key), signature)
    return f"{checkpoint.text}\n{line}"


def cosign(note: str, name: str, key: Ed25519PrivateKey, at: datetime) -> str:
    """Return the note with a witness's signature beneath the others."""
    seconds = int(at.timestamp())
    signature = key.sign(_cosigned(read(note), seconds))
    stamped = seconds.to_bytes(8, "big") + signature
    return note + _signature_line(name, _WITNESSES, public_bytes(key), stamped)


def _cosigned(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()


def _signature_line(name: str, kind: bytes, public: bytes, signature: bytes) -> str:
    return f"— {name} {b64encode(key_id(name, kind, public) + signature).decode()}\n"


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def verifier_key(name: str, public: bytes) -> str:
    """Return a public key as C2SP writes it, `name+id+key`; what a checkpoint is checked by."""
    return f"{name}+{key_id(name, _LOGS, public).hex()}+{b64encode(_LOGS + public).decode()}"


def verify(note: str, key: str) -> Checkpoint:
    """Return what a note says that is signed with this verifier key. Raises BadNote."""
    checkpoint = read(note)
    name, public = _name_and_key(key)
    for found in _signatures(note, name, key_id(name, _LOGS, public)):
        if _fits(public, found, checkpoint.text.encode()):
            return checkpoint
    raise BadNote(f"The checkpoint does not bear a good signature of {name}.")


def is_cosigned(note: str, name: str, public: bytes) -> bool:
    """Tell whether a witness of this name and key has signed a note. Raises BadNote."""
    checkpoint = read(note)
    return any(
        _fits(public, found[8:], _cosigned(checkpoint, int.from_bytes(found[:8], "big")))
        for found in _signatures(note, name, key_id(name, _WITNESSES, public))
    )


def _name_and_key(key: str) -> tuple[str, bytes]:
    name, _, rest = key.strip().partition("+")
    id_, _, encoded = rest.partition("+")
    raw = _bytes_of(encoded)
    if len(raw) != 33 or raw[:1] != _LOGS or key_id(name, _LOGS, raw[1:]).hex() != id_:
        raise BadNote("This is no verifier key: it reads name+id+key.")
    return name, raw[1:]


def _signatures(note: str, name: str, id_: bytes) -> list[bytes]:
    """Return the signatures of one name and key; a note may bear others that we do not know."""
    lines = [line.split(" ") for line in note.split("\n\n", 1)[1].splitlines()]
    found = [_bytes_of(encoded) for _, who, encoded in lines if who == name]
    return [signature[4:] for signature in found if signature[:4] == id_]


def _fits(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
