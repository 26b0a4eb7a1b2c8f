"""Keys and sessions that were found right lately: whose request it is, without the database.

Anybody can make up a cookie; who stands in the staff's share must have been let in before. His
first request after a start of the service comes as the public's do.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator

SECONDS = 12 * 3600.0
"""As long as a session lasts at a desk."""

MOST = 50_000
"""Only right ones are kept, so it is as many as there are; the oldest go first."""

_COOKIES = (b"sid", b"__Host-sid")


class Proven:
    """Digests of credentials, each with the time until which it is taken for right.

    It decides who is refused first in a crowd, and nothing else.
    """

    def __init__(self) -> None:
        self._until: dict[bytes, float] = {}

    def note(self, credential: str, *, is_right: bool) -> None:
        """Remember, or forget, what the database said of a credential."""
        digest = _digest(credential.encode("utf-8", "surrogatepass"))
        self._until.pop(digest, None)
        if is_right:
            self._until[digest] = time.monotonic() + SECONDS
            if len(self._until) > MOST:
                del self._until[next(iter(self._until))]

    def stands_in(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Tell whether one of these headers carries a credential that was found right."""
        now = time.monotonic()
        return any(self._until.get(_digest(found), 0.0) > now for found in _credentials(headers))


def _credentials(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    for name, value in headers:
        if name == b"authorization":
            yield value.partition(b" ")[2].strip()
        elif name == b"cookie":
            pairs = (part.strip().partition(b"=") for part in value.split(b";"))
            yield from (value for name, _, value in pairs if name in _COOKIES)


def _digest(credential: bytes) -> bytes:
    return hashlib.sha256(credential).digest()
