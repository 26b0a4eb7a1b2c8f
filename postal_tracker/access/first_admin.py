"""The first administrator of an empty centre: made once, by whoever is shown the address."""

import hashlib
import hmac
from datetime import datetime

from sqlmodel import Session, select

from postal_tracker.access.accounts import add_staff
from postal_tracker.access.callers import Role
from postal_tracker.core.problems import NotFound, no_such
from postal_tracker.storage.tables import StaffMember


def first_admin_token(secret: str) -> str:
    """Return what opens the page: nobody makes it without the secret key; it dies by use."""
    return hmac.new(secret.encode(), b"first-admin", hashlib.sha256).hexdigest()[:40]


def is_without_people(session: Session) -> bool:
    return session.exec(select(StaffMember.id).limit(1)).first() is None


def check_first(session: Session, token: str, secret: str) -> None:
    """Raises NotFound for a wrong token, and for any once there is an account."""
    right = hmac.compare_digest(first_admin_token(secret).encode(), token.encode())
    if not right or not is_without_people(session):
        raise _nothing_there()


def make_first(
    session: Session,
    *,
    token: str,
    secret: str,
    username: str,
    name: str,
    password: str,
    shortest: int,
    now: datetime,
) -> StaffMember:
    """Open the first account, an administrator's. Raises NotFound, Invalid."""
    check_first(session, token, secret)
    return add_staff(
        session,
        username=username,
        name=name,
        role=Role.ADMIN,
        office_id=None,
        password=password,
        shortest=shortest,
        now=now,
    )


def _nothing_there() -> NotFound:
    return no_such("page")
