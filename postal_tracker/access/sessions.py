"""Signing in, and the sessions that follow."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from postal_tracker.access.accounts import find_member, is_waiting
from postal_tracker.access.callers import Caller, Role
from postal_tracker.access.fields import normal_username
from postal_tracker.access.guesses import Guess, Limits, forgive, forgive_strangers
from postal_tracker.access.hashes import NOBODYS_HASH, as_bytes, hash_of_random
from postal_tracker.access.networks import networks_of
from postal_tracker.access.scope import reach_of
from postal_tracker.core.problems import TooMany, Unauthorised
from postal_tracker.storage.tables import CourierDevice, SecondFactor, StaffMember, StaffSession


@dataclass(frozen=True, slots=True)
class SignIn:
    """Whose password to check. Of an unknown or disabled account: nobody's, which none fits."""

    username: str
    staff_id: int | None
    password_hash: str = field(repr=False)
    name: str = field(default="", repr=False)
    asks_code: bool = False
    """Whether a code of a second factor is asked for, too."""


SIGN_IN = "sign-in"
"""What is guessed at, in counters and device cookies."""


def sign_in_limits(rest: timedelta, per_day: int) -> Limits:
    """Return how many wrong passwords cost nothing, and how long an account rests after them."""
    return Limits(
        per_pair=5,
        pair_window=rest,
        first_wait=rest,
        longest_wait=rest,
        per_network=30,  # a whole office may sit behind one address
        network_window=timedelta(minutes=15),
        per_day=per_day,
        overall=None,
    )


def guess_at_account(username: str, address: str, device: str = "") -> Guess:
    """Return who tries to sign in; of an unknown account too, or the difference would tell."""
    return Guess(SIGN_IN, normal_username(username), networks_of(address), device)


def forgive_account(session: Session, username: str) -> None:
    """Begin again at 0 with what the world guessed at an account: it has a new password."""
    forgive_strangers(session, SIGN_IN, normal_username(username))


def find_for_sign_in(session: Session, username: str) -> SignIn:
    member = find_member(session, username)
    if member is None or member.disabled_at is not None or is_waiting(member):
        return SignIn(normal_username(username), None, NOBODYS_HASH)
    return find_for_single_sign_on(session, member)


def find_for_single_sign_on(session: Session, member: StaffMember) -> SignIn:
    """Return whom an identity provider vouches for; a code is asked for as after a password."""
    factor = session.get(SecondFactor, member.id)
    asks = factor is not None and factor.confirmed_at is not None
    return replace(sign_in_of(member), asks_code=asks)


def sign_in_of(member: StaffMember) -> SignIn:
    return SignIn(member.username, member.id, member.password_hash, member.name)


def settle_sign_in(
    session: Session,
    who: SignIn,
    *,
    right: bool,
    guess: Guess,
    limits: Limits,
    now: datetime,
    newer_hash: str = "",
) -> str | None:
    """Begin a session and return its token; None if the password was wrong.

    Empty if a code is asked for first. The guess was counted by `take_turn` before its password
    was hashed: a right one is forgiven.
    """
    if not right or who.staff_id is None:
        return None
    forgive(session, guess, limits)
    if newer_hash:
        _keep_newer_hash(session, who, newer_hash)
    if who.asks_code:
        return ""
    return begin_session(session, who.staff_id, now, network=guess.networks[0])


def wrong_sign_in() -> Unauthorised:
    """Return the one answer to an unknown name, a disabled account and a wrong password."""
    return Unauthorised("wrong-sign-in", *_WRONG_SIGN_IN)


def too_many_sign_ins(wait_seconds: int) -> TooMany:
    minutes = -(-wait_seconds // 60)
    return TooMany(
        "too-many-sign-ins",
        f"Đã nhập sai nhiều lần. Vui lòng thử lại sau {minutes} phút, hoặc dùng máy đã từng đăng "
        "nhập tài khoản này.",
        f"Too many wrong tries. Try again in {minutes} minutes, or use a device on which this "
        "account was signed in before.",
        retry_after_seconds=wait_seconds,
    )


def _keep_newer_hash(session: Session, who: SignIn, newer_hash: str) -> None:
    unchanged = col(StaffMember.password_hash) == who.password_hash
    ours = update(StaffMember).where(col(StaffMember.id) == who.staff_id, unchanged)
    session.exec(ours.values(password_hash=newer_hash))


_WRONG_SIGN_IN = (
    "Tên đăng nhập hoặc mật khẩu không đúng.",
    "The username or the password is wrong.",
)


@dataclass(frozen=True, slots=True)
class _Life:
    """How long a session lasts without a request, and in all."""

    idle: timedelta
    whole: timedelta

    def is_over(self, one: StaffSession, now: datetime) -> bool:
        """Tell whether a session has run out."""
        return now - one.seen_at >= self.idle or now - one.created_at >= self.whole


# Left alone it asks for the password long before (`POSTAL_LOCK_AFTER_MINUTES`), and goes on.
_AT_A_DESK = _Life(timedelta(hours=12), timedelta(hours=12))
LIVES = {
    Role.DESK: _AT_A_DESK,
    Role.MANAGER: _AT_A_DESK,
    Role.ADMIN: _AT_A_DESK,
    # A postman's phone is his own and lies in a pocket between two rounds.
    Role.COURIER: _Life(timedelta(hours=12), timedelta(days=7)),
}
ON_A_DEVICE = _Life(timedelta(days=30), timedelta(days=365))
"""A session on a telephone that the desk enrolled, and can revoke."""

TOUCH_EVERY = timedelta(minutes=1)


def life_of(one: StaffSession, role: Role) -> _Life:
    """Return how long a session of somebody in this role lasts."""
    return LIVES[role] if one.device_id is None else ON_A_DEVICE


def begin_session(
    session: Session,
    staff_id: int,
    now: datetime,
    *,
    network: str = "",
    device_id: int | None = None,
) -> str:
    """Return a new session's token: 256 random bits, known to the browser alone.

    `network` is where it begins, for the page of one's own sessions.

    Raises Unauthorised for a disabled account.
    """
    member = session.get(StaffMember, staff_id)
    if member is None or member.disabled_at is not None:
        raise wrong_sign_in()
    token = secrets.token_urlsafe(32)
    member.active_at = now
    session.add(
        StaffSession(
            token_hash=hash_of_random(token),
            staff_id=staff_id,
            created_at=now,
            seen_at=now,
            network=network[:64],
            device_id=device_id,
        )
    )
    return token


def end_session(session: Session, token: str) -> None:
    """End one session; of a token that is unknown there is nothing to end."""
    session.exec(delete(StaffSession).where(col(StaffSession.token_hash) == hash_of_random(token)))


def forget_old_sessions(session: Session, most: int, *, now: datetime) -> int:
    """Delete sessions that have run out, whosever they are; return how many went."""
    began, on_device = col(StaffSession.created_at), col(StaffSession.device_id).is_not(None)
    longest = max(life.whole for life in LIVES.values())
    run_out = (began <= now - longest) & ~on_device | (began <= now - ON_A_DEVICE.whole)
    some = select(col(StaffSession.token_hash)).where(run_out).limit(most)
    gone = delete(StaffSession).where(col(StaffSession.token_hash).in_(some))
    return session.connection().execute(gone).rowcount


def caller_of_session(session: Session, token: str, now: datetime) -> Caller | None:
    """Return whose session this is; None if it is unknown, run out, or its account disabled."""
    found = session.exec(
        select(StaffSession, StaffMember, col(SecondFactor.confirmed_at), CourierDevice)
        .join(StaffMember, col(StaffMember.id) == col(StaffSession.staff_id))
        .join(CourierDevice, col(CourierDevice.id) == col(StaffSession.device_id), isouter=True)
        .join(SecondFactor, col(SecondFactor.staff_id) == col(StaffMember.id), isouter=True)
        .where(col(StaffSession.token_hash) == hash_of_random(token))
    ).first()
    if found is None:
        return None
    signed_in, member, confirmed_at, device = found
    if member.disabled_at or life_of(signed_in, Role(member.role)).is_over(signed_in, now):
        return None
    if device and not _is_good(device, member):
        return None
    return replace(
        _caller(session, member),
        carrier=device.carrier if device else member.carrier,
        is_on_device=device is not None,
        touch_due=now - signed_in.seen_at >= TOUCH_EVERY,
        idle=max(now - signed_in.seen_at, timedelta(0)),
        password_is_given=member.password_given_at is not None,
        has_second_factor=confirmed_at is not None,
    )


def _is_good(device: CourierDevice, member: StaffMember) -> bool:
    """Tell whether a telephone still opens what it was enrolled for."""
    is_theirs = member.carrier in ("", device.carrier)
    return device.revoked_at is None and member.role == Role.COURIER and is_theirs


def caller_of_label(session: Session, label: str) -> Caller | None:
    """Return for whom work goes on that he began in a session of his (`staff:3`)."""
    kind, _, number = label.partition(":")
    member = session.get(StaffMember, int(number)) if kind == "staff" else None
    return _caller(session, member) if member else None


def _caller(session: Session, member: StaffMember) -> Caller:
    reach = reach_of(session, member.office_id)
    return Caller(
        label=f"staff:{member.id}",
        role=Role(member.role),
        office_id=member.office_id,
        carrier=member.carrier,
        offices=reach.offices,
        has_whole_centre=reach.is_whole,
        name=member.name,
    )


def touch_session(session: Session, token: str, now: datetime) -> None:
    """Note that a session is in use, once a minute at most: most requests only read."""
    stale = col(StaffSession.seen_at) <= now - TOUCH_EVERY
    ours = col(StaffSession.token_hash) == hash_of_random(token)
    session.exec(update(StaffSession).where(ours, stale).values(seen_at=now))
    # Nobody signs in on his enrolled telephone: his account is not idle for all that.
    whose = select(StaffSession.staff_id).where(ours, col(StaffSession.device_id).is_not(None))
    idle = col(StaffMember.active_at) <= now - timedelta(days=1)
    session.exec(
        update(StaffMember).where(col(StaffMember.id).in_(whose), idle).values(active_at=now)
    )


def unlock_session(
    session: Session, token: str, guess: Guess, limits: Limits, now: datetime
) -> None:
    """Go on with a session whose person has shown again who he is."""
    forgive(session, guess, limits)
    touch_session(session, token, now)


def csrf_token(token: str, secret: str) -> str:
    """Return what this session's forms must carry; made from its token, never stored."""
    return hmac.new(secret.encode(), b"csrf:" + as_bytes(token), hashlib.sha256).hexdigest()
