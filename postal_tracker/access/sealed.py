"""Secrets that the service itself must read again: encrypted under a key made from its own.

Fernet (AES-128-CBC with HMAC-SHA-256) under a key that HKDF makes of the secret key for one
purpose, so that what is sealed for one cannot be opened for another.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class NotOurs(Exception):
    """It was sealed with a key that is no longer known, for something else, or not by us."""


def seal(text: str, secrets: Sequence[str], purpose: str) -> str:
    """Return a text sealed with the first of the service's secret keys."""
    return _keys(secrets[:1], purpose).encrypt(text.encode()).decode()


def opened(sealed: str, secrets: Sequence[str], purpose: str) -> str:
    """Return what was sealed with one of these secret keys. Raises NotOurs."""
    try:
        return _keys(secrets, purpose).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise NotOurs from None


def _keys(secrets: Sequence[str], purpose: str) -> MultiFernet:
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    made = HKDF(SHA256(), length=32, salt=None, info=f"sealed:{purpose}".encode())
    return urlsafe_b64encode(made.derive(secret.encode()))
