"""A right password that waits for its code: signed, for five minutes, bound to that password."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from postal_tracker.access.hashes import as_bytes
from postal_tracker.core.problems import Unauthorised
from postal_tracker.storage.tables import StaffMember

GOOD_FOR = timedelta(minutes=5)

_MOST_LETTERS = 80


def pending(session: Session, staff_id: int, secret: str, now: datetime) -> str:
    """Return what stands for somebody whose password was right. Raises Unauthorised."""
    member = session.get(StaffMember, staff_id)
    if member is None:
        raise _too_late()
    named = f"{member.id}-{int((now + GOOD_FOR).timestamp())}"
    return f"{named}-{_mark(named, member, secret)}"


def waiting(session: Session, token: str, secrets: Sequence[str], now: datetime) -> StaffMember:
    """Return who it is. Raises Unauthorised for one that is made up, too old, or ended."""
    named, _, mark = token[:_MOST_LETTERS].rpartition("-")
    number, _, until = named.partition("-")
    if not (named.isascii() and number.isdigit() and until.isdigit() and len(until) < 12):
        raise _too_late()
    member = session.get(StaffMember, int(number)) if len(number) < 10 else None
    if member is None or member.disabled_at or now.timestamp() >= int(until):
        raise _too_late()
    right = [_mark(named, member, secret) for secret in secrets]
    if not any(hmac.compare_digest(as_bytes(one), as_bytes(mark)) for one in right):
        raise _too_late()
    return member


def _mark(named: str, member: StaffMember, secret: str) -> str:
    text = as_bytes(f"waits for a code:{named}:{member.password_hash}")
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:40]


def _too_late() -> Unauthorised:
    return Unauthorised(
        "sign-in-anew",
        "Đã quá thời gian nhập mã. Vui lòng đăng nhập lại từ đầu.",
        "The time for the code is over. Sign in again from the beginning.",
    )
