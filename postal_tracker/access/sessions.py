"""Signing in, and the sessions that follow."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from postal_tracker.access.accounts import find_member
from postal_tracker.access.callers import Caller, Role
from postal_tracker.access.fields import normal_username
from postal_tracker.access.hashes import NOBODYS_HASH, as_bytes, hash_of_random
from postal_tracker.access.scope import reach_of
from postal_tracker.access.throttle import (
    count_wrong,
    forget_wrong,
    key_of,
    network_of,
    wrong_tries,
)
from postal_tracker.core.problems import TooMany, Unauthorised
from postal_tracker.storage.tables import StaffMember, StaffSession

WINDOW = timedelta(minutes=15)
MOST_WRONG_PER_ACCOUNT = 5
MOST_WRONG_PER_NETWORK = 30
"""A whole office may sit behind one address."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whose password to check. Of an unknown or disabled account: nobody's, which none fits."""

    username: str
    staff_id: int | None
    password_hash: str = field(repr=False)


def find_for_sign_in(session: Session, username: str) -> SignIn:
    member = find_member(session, username)
    if member is None or member.disabled_at is not None:
        return SignIn(normal_username(username), None, NOBODYS_HASH)
    return SignIn(member.username, member.id, member.password_hash)


def sign_in_wait(session: Session, *, username: str, address: str, now: datetime) -> int:
    """Return the seconds until this account may be tried from this address; 0: go on."""
    account, network = _account_key(username), _network_key(address)
    tries = wrong_tries(session, [account, network], now)
    return max(
        tries[account].wait(MOST_WRONG_PER_ACCOUNT, now),
        tries[network].wait(MOST_WRONG_PER_NETWORK, now),
    )


def note_wrong_sign_in(session: Session, *, username: str, address: str, now: datetime) -> None:
    """Count a wrong password; of an unknown account too, or the difference would tell."""
    # In the order of the keys, so that two transactions seldom wait for each other.
    for key in sorted([_account_key(username), _network_key(address)]):
        count_wrong(session, key, window=WINDOW, now=now)


def forget_wrong_sign_ins(session: Session, username: str) -> None:
    """Begin again at 0 for this account; not for the address, which may hold other accounts'."""
    forget_wrong(session, [_account_key(username)])


def settle_sign_in(
    session: Session,
    who: SignIn,
    *,
    right: bool,
    address: str,
    now: datetime,
    newer_hash: str = "",
) -> str | None:
    """Begin a session and return its token; None if the password was wrong, which is counted.

    Asks for the wait once more: of many passwords sent at the same moment all would have been let
    through before the first was counted. Raises TooMany, and then tells nothing of the password.
    """
    wait = sign_in_wait(session, username=who.username, address=address, now=now)
    if wait:
        raise too_many_sign_ins(wait)
    if not right or who.staff_id is None:
        note_wrong_sign_in(session, username=who.username, address=address, now=now)
        return None
    forget_wrong_sign_ins(session, who.username)
    if newer_hash:
        _keep_newer_hash(session, who, newer_hash)
    return begin_session(session, who.staff_id, now)


def wrong_sign_in() -> Unauthorised:
    """Return the one answer to an unknown name, a disabled account and a wrong password."""
    return Unauthorised("wrong-sign-in", *_WRONG_SIGN_IN)


def too_many_sign_ins(wait_seconds: int) -> TooMany:
    minutes = -(-wait_seconds // 60)
    return TooMany(
        "too-many-sign-ins",
        f"Đã nhập sai nhiều lần. Vui lòng thử lại sau {minutes} phút.",
        f"Too many wrong tries. Try again in {minutes} minutes.",
        retry_after_seconds=wait_seconds,
    )


def _keep_newer_hash(session: Session, who: SignIn, newer_hash: str) -> None:
    unchanged = col(StaffMember.password_hash) == who.password_hash
    ours = update(StaffMember).where(col(StaffMember.id) == who.staff_id, unchanged)
    session.exec(ours.values(password_hash=newer_hash))


def _account_key(username: str) -> str:
    return key_of("sign-in:account", normal_username(username))


def _network_key(address: str) -> str:
    return key_of("sign-in:network", network_of(address))


_WRONG_SIGN_IN = (
    "Tên đăng nhập hoặc mật khẩu không đúng.",
    "The username or the password is wrong.",
)


@dataclass(frozen=True, slots=True)
class _Life:
    """How long a session lasts without a request, and in all."""

    idle: timedelta
    whole: timedelta


_AT_A_DESK = _Life(timedelta(minutes=30), timedelta(hours=12))
_LIVES = {
    Role.DESK: _AT_A_DESK,
    Role.MANAGER: _AT_A_DESK,
    Role.ADMIN: _AT_A_DESK,
    # A postman's phone is his own and lies in a pocket between two rounds.
    Role.COURIER: _Life(timedelta(hours=12), timedelta(days=7)),
}

TOUCH_EVERY = timedelta(minutes=1)


def begin_session(session: Session, staff_id: int, now: datetime) -> str:
    """Return a new session's token: 256 random bits, known to the browser alone.

    Raises Unauthorised for a disabled account.
    """
    member = session.get(StaffMember, staff_id)
    if member is None or member.disabled_at is not None:
        raise wrong_sign_in()
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=hash_of_random(token), staff_id=staff_id, created_at=now, seen_at=now
        )
    )
    return token


def end_session(session: Session, token: str) -> None:
    """End one session; of a token that is unknown there is nothing to end."""
    session.exec(delete(StaffSession).where(col(StaffSession.token_hash) == hash_of_random(token)))


def forget_old_sessions(session: Session, most: int, *, now: datetime) -> int:
    """Delete sessions that have run out, whosever they are; return how many went."""
    run_out = col(StaffSession.created_at) <= now - max(life.whole for life in _LIVES.values())
    some = select(col(StaffSession.token_hash)).where(run_out).limit(most)
    gone = delete(StaffSession).where(col(StaffSession.token_hash).in_(some))
    return session.connection().execute(gone).rowcount


def caller_of_session(session: Session, token: str, now: datetime) -> Caller | None:
    """Return whose session this is; None if it is unknown, run out, or its account disabled."""
    found = session.exec(
        select(StaffSession, StaffMember)
        .join(StaffMember, col(StaffMember.id) == col(StaffSession.staff_id))
        .where(col(StaffSession.token_hash) == hash_of_random(token))
    ).first()
    if found is None:
        return None
    signed_in, member = found
    role = Role(member.role)
    life = _LIVES[role]
    idle = now - signed_in.seen_at
    if member.disabled_at or idle >= life.idle or now - signed_in.created_at >= life.whole:
        return None
    reach = reach_of(session, member.office_id)
    return Caller(
        label=f"staff:{member.id}",
        role=role,
        office_id=member.office_id,
        carrier=member.carrier,
        offices=reach.offices,
        has_whole_centre=reach.is_whole,
        name=member.name,
        touch_due=idle >= TOUCH_EVERY,
    )


def touch_session(session: Session, token: str, now: datetime) -> None:
    """Note that a session is in use, once a minute at most: most requests only read."""
    stale = col(StaffSession.seen_at) <= now - TOUCH_EVERY
    ours = col(StaffSession.token_hash) == hash_of_random(token)
    session.exec(update(StaffSession).where(ours, stale).values(seen_at=now))


def csrf_token(token: str, secret: str) -> str:
    """Return what this session's forms must carry; made from its token, never stored."""
    return hmac.new(secret.encode(), b"csrf:" + as_bytes(token), hashlib.sha256).hexdigest()
