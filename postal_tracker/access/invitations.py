"""A one-time address at which somebody chooses the password of an account that waits for one.

It is signed, names the account and its hour of death, and is bound to what is stored in place of
a password: whoever chooses one, or is given a newer address, ends it. Nothing of it is kept.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlmodel import Session

from postal_tracker.access.accounts import is_waiting
from postal_tracker.access.hashes import as_bytes
from postal_tracker.access.passwords import check_new_password
from postal_tracker.core.problems import NotFound, no_such
from postal_tracker.storage.tables import StaffMember

GOOD_FOR = timedelta(days=3)
"""Long enough for a weekend."""

_MOST_LETTERS = 80


def invitation(member: StaffMember, secret: str, now: datetime) -> str:
    """Return what opens the page on which this person chooses a password."""
    named = f"{member.id}-{int((now + GOOD_FOR).timestamp())}"
    return f"{named}-{_mark(named, member, secret)}"


def invited(session: Session, token: str, secret: str, now: datetime) -> StaffMember:
    """Return whose address it is. Raises NotFound for one that is wrong, used or too old."""
    if len(token) > _MOST_LETTERS or not token.isascii():
        raise _nothing_there()
    number, _, rest = token.partition("-")
    until, _, mark = rest.partition("-")
    if not (number.isdigit() and until.isdigit() and len(number) < 10 and len(until) < 12):
        raise _nothing_there()
    member = session.get(StaffMember, int(number))
    if member is None or member.disabled_at or not is_waiting(member):
        raise _nothing_there()
    right = hmac.compare_digest(_mark(f"{number}-{until}", member, secret), mark)
    if not right or now.timestamp() >= int(until):
        raise _nothing_there()
    return member


def check_choice(
    session: Session, *, token: str, secret: str, password: str, shortest: int, now: datetime
) -> None:
    """Refuse a wrong address and an unfit password. Raises NotFound, Invalid."""
    member = invited(session, token, secret, now)
    check_new_password(password, member.username, member.name, shortest=shortest)


def choose_password(
    session: Session, *, token: str, secret: str, password_hash: str, email: str, now: datetime
) -> StaffMember:
    """Give the account what its person chose, hashed before: no writer waits for that.

    An e-mail address that is not given stays as it was. Raises NotFound.
    """
    member = invited(session, token, secret, now)
    member.password_hash, member.password_given_at = password_hash, None
    member.email = email or member.email
    return member


def _mark(named: str, member: StaffMember, secret: str) -> str:
    text = as_bytes(f"invitation:{named}:{member.password_hash}")
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:40]


def _nothing_there() -> NotFound:
    return no_such("page")
