"""Devices that proved themselves before: device cookies (OWASP, "Slow Down Online Guessing").

One cookie holds a mark for each account or code that was opened here with the right proof. A mark
opens nothing: it says that wrong guesses from here are counted apart from strangers'. Nobody can
read in it for whom it stands, and only we can make it.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256

COOKIE = "known"
GOOD_FOR = timedelta(days=180)
MOST_MARKS = 10
"""In one cookie; the oldest go first."""


def device_of(cookie: str, subject: tuple[str, str], secret: str, today: date) -> str:
    """Return the name of a device that proved itself for this; empty for a stranger."""
    for day, name, seal in _marks(cookie):
        if hmac.compare_digest(seal.encode(), _seal(day, name, subject, secret).encode()):
            return name if _is_good(day, today) else ""
    return ""


def with_marks(cookie: str, subjects: Iterable[tuple[str, str]], secret: str, today: date) -> str:
    """Return the cookie of a device that has just proved itself for these.

    A mark that it has goes: its new one is good for longer, and what was counted is forgiven.
    """
    wanted = list(subjects)
    kept = [
        mark
        for mark in _marks(cookie)
        if not any(mark[2] == _seal(mark[0], mark[1], s, secret) for s in wanted)
    ]
    day, name = f"{today:%Y%m%d}", secrets.token_urlsafe(9)
    new = [(day, name, _seal(day, name, subject, secret)) for subject in wanted]
    return ".".join("~".join(mark) for mark in (kept + new)[-MOST_MARKS:])


def _marks(cookie: str) -> list[tuple[str, str, str]]:
    parts = [mark.split("~") for mark in cookie[:2000].split(".")]
    return [(p[0], p[1], p[2]) for p in parts if len(p) == 3][-MOST_MARKS:]


def _seal(day: str, name: str, subject: tuple[str, str], secret: str) -> str:
    said = "\0".join(("device", day, name, *subject)).encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(hmac.new(secret.encode(), said, sha256).digest())[:22].decode()


def _is_good(day: str, today: date) -> bool:
    given = date(int(day[:4]), int(day[4:6]), int(day[6:]))  # it is ours, as its seal says
    return given <= today < given + GOOD_FOR
