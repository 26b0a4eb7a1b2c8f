"""Signatures on webhooks, after Standard Webhooks 1.0.0 (symmetric scheme, `v1`).

A message is proven by the HMAC-SHA256 of `id.timestamp.body`. No clock is read here: a message
played again is harmless, for the unique key of each carrier event lives for ever, not five minutes,
while one that was held up for a day is still news.
"""

import base64
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

_PREFIX = "whsec_"
# A full stop in either would let the border between them and the body be moved.
_ID = re.compile(r"[^.\s]{1,256}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


def key_bytes(secret: str) -> bytes:
    """Return the key that a secret stands for: `whsec_` and base64, or any text as it is.

    Raises ValueError if there is no key in it.
    """
    encoded = secret.removeprefix(_PREFIX)
    if encoded == secret:
        key = secret.encode()
    else:
        padding = "=" * (-len(encoded) % 4)
        key = base64.b64decode(encoded + padding, validate=True)
    if not key:
        raise ValueError("a signing key is empty")
    return key


def sign(body: bytes, secret: str, *, message_id: str, at: datetime) -> dict[str, str]:
    """Return the three headers that prove a message sent at this time."""
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _signature(body, key_bytes(secret), message_id, timestamp),
    }


def is_signed_by(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> bool:
    """Whether one of the secrets signed this message. Header names are lower-case.

    Both sides may list several: keys change without a message being lost.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not (_ID.fullmatch(message_id) and _TIMESTAMP.fullmatch(timestamp)):
        return False

    shown = [s.encode(errors="replace") for s in headers.get("webhook-signature", "").split(" ")]
    right = [_signature(body, key_bytes(s), message_id, timestamp).encode() for s in secrets]
    return any(hmac.compare_digest(one, other) for one in right for other in shown)


def is_one_of(shown: str, right: Iterable[str]) -> bool:
    """Whether what a message shows is one of the right proofs; the time it takes tells no byte."""
    given = shown.encode(errors="replace")
    return any(hmac.compare_digest(one.encode(), given) for one in right)


def _signature(body: bytes, key: bytes, message_id: str, timestamp: str) -> str:
    signed = f"{message_id}.{timestamp}.".encode(errors="replace") + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
