"""A checkpoint reads and verifies as C2SP says, and whatever was changed in it does not."""

from base64 import b64decode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from postal_tracker.core import checkpoints
from postal_tracker.core.checkpoints import BadNote, Checkpoint

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
LOG = Checkpoint("postal-tracker/0a1b2c3d", 20852163, bytes(range(32)))
NAMED = checkpoints.verifier_key(LOG.origin, checkpoints.public_bytes(KEY))


def test_a_name_and_key_are_written_as_the_reference_writes_them() -> None:
    # The example of golang.org/x/mod/sumdb/note.
    known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    public = b64decode(known.split("+", 2)[2])[1:]
    assert checkpoints.verifier_key("PeterNeumann", public) == known


def test_a_signature_is_that_of_the_reference() -> None:
    seed = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    peter = Ed25519PrivateKey.from_private_bytes(seed)
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    line = checkpoints._signature_line(
        "PeterNeumann", b"\x01", checkpoints.public_bytes(peter), peter.sign(text.encode())
    )
    assert line == (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZ"
        "SNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )


def test_what_is_signed_is_read_again() -> None:
    note = checkpoints.sign(LOG, KEY)
    assert note.startswith("postal-tracker/0a1b2c3d\n20852163\nAAECAwQF")
    assert checkpoints.verify(note, NAMED) == LOG
    assert LOG.short == "20852163-AAAQ-EAYE-AUDA-OCAJ"


def test_nothing_of_a_checkpoint_can_be_changed() -> None:
    note = checkpoints.sign(LOG, KEY)
    for at, letter in enumerate(note):
        for other in ("A" if letter != "A" else "B", ""):
            changed = note[:at] + other + note[at + 1 :]
            with pytest.raises(BadNote):
                checkpoints.verify(changed, NAMED)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "log\n",
        "log\n01\n" + "A" * 43 + "=\n\n",
        "log\n-1\n" + "A" * 43 + "=\n\n",
        "log\n1\n" + "A" * 44 + "\n\n",
        "log\n1\n" + "=" * 44 + "\n\n",
        "lo g\n1\n" + "A" * 43 + "=\n\n",
        "log\n1\n" + "A" * 43 + "=\n\n" + "— log AAAA\n" * 2000,
        "log\n1\n" + "A" * 43 + "=\nmore\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(BadNote):
        checkpoints.read(note)


@pytest.mark.parametrize("key", ["", "a", "a+b", "a+00000000+" + NAMED[-44:], NAMED[:-4], "a+b+é"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(BadNote):
        checkpoints.verify(checkpoints.sign(LOG, KEY), key)


def test_another_keys_signature_does_not_count() -> None:
    with pytest.raises(BadNote):
        checkpoints.verify(checkpoints.sign(LOG, OTHER), NAMED)


def test_a_witness_signs_beneath_and_says_when() -> None:
    note = checkpoints.sign(LOG, KEY)
    signed = checkpoints.cosign(note, "witness/H49.12", OTHER, datetime(2026, 11, 26, tzinfo=UTC))
    public = checkpoints.public_bytes(OTHER)
    assert signed.startswith(note)
    assert checkpoints.verify(signed, NAMED) == LOG
    assert checkpoints.is_cosigned(signed, "witness/H49.12", public)
    assert not checkpoints.is_cosigned(signed, "witness/H49.12", checkpoints.public_bytes(KEY))
    assert not checkpoints.is_cosigned(note, "witness/H49.12", public)
    assert not checkpoints.is_cosigned(
        signed.replace("20852163", "20852164"), "witness/H49.12", public
    )
