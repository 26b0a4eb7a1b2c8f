"""The second factor: one-time passwords of an app (TOTP, RFC 6238), and recovery codes.

A code is taken once, and those of the step before and after the present one too, for clocks that
differ. The app's secret is kept encrypted; of recovery codes, which are only compared, hashes are.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyotp
from sqlalchemy import delete, update
from sqlmodel import Session, col

from postal_tracker.access.accounts import end_sessions, known_member
from postal_tracker.access.guesses import Guess, Limits, forgive
from postal_tracker.access.hashes import hash_of_random
from postal_tracker.access.networks import networks_of
from postal_tracker.access.sealed import NotOurs, opened, seal
from postal_tracker.storage.tables import SecondFactor, StaffMember

CODE = "second factor"
"""What is guessed at, in counters."""

STEP_SECONDS = 30
_DRIFT = 1
RECOVERY_CODES = 8
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_GROUPS, _IN_A_GROUP = 6, 4
"""24 of 31 letters: 118 bits, so a fast hash does (ASVS 6.5.2 asks for 112)."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What somebody's app is to be told."""

    secret: str
    """For typing, 32 letters of base32."""
    address: str
    """For a QR code: `otpauth://totp/…`."""


def guess_at_code(staff_id: int, address: str, device: str = "") -> Guess:
    """Return who tries a code."""
    return Guess(CODE, str(staff_id), networks_of(address), device)


def begin_enrolment(
    session: Session, staff_id: int, keys: Sequence[str], now: datetime
) -> Enrolment | None:
    """Return the secret for an app, the same until a code of it was right; from then on None."""
    member = session.get_one(StaffMember, staff_id)
    factor = session.get(SecondFactor, staff_id)
    if factor and factor.confirmed_at:
        return None
    secret = _secret_of(factor, keys) if factor else ""
    if not secret:
        secret = pyotp.random_base32()
        sealed = seal(secret, keys, CODE)
        session.merge(SecondFactor(staff_id=member.id, sealed_secret=sealed, began_at=now))
    app = pyotp.TOTP(secret)
    return Enrolment(secret, app.provisioning_uri(name=member.username, issuer_name=_ISSUER))


_ISSUER = "Theo dõi hồ sơ"


def confirm(
    session: Session, staff_id: int, code: str, keys: Sequence[str], now: datetime
) -> list[str]:
    """Ask for codes from now on if this one is right; return the recovery codes, empty if not."""
    factor = session.get(SecondFactor, staff_id)
    is_new = factor is not None and factor.confirmed_at is None
    if not is_new or not _is_right_code(session, staff_id, code, keys, now):
        return []
    made = [_recovery_code() for _ in range(RECOVERY_CODES)]
    kept = " ".join(hash_of_random(_plain(one)) for one in made)
    ours = update(SecondFactor).where(col(SecondFactor.staff_id) == staff_id)
    session.exec(ours.values(confirmed_at=now, recovery_hashes=kept))
    return made


def use(session: Session, staff_id: int, code: str, keys: Sequence[str], now: datetime) -> str:
    """Use up a code or a recovery code; return which it was, `code` or `recovery code`.

    Empty if it is wrong, or was used before.
    """
    if _is_right_code(session, staff_id, code, keys, now):
        return "code"
    return "recovery code" if _is_recovery_code(session, staff_id, code) else ""


def settle(session: Session, guess: Guess, limits: Limits) -> None:
    """Uncount a try that was right after all."""
    forgive(session, guess, limits)


def remove(session: Session, staff_id: int) -> bool:
    """Forget somebody's app and recovery codes; tell whether there was one."""
    gone = delete(SecondFactor).where(col(SecondFactor.staff_id) == staff_id)
    return session.connection().execute(gone).rowcount > 0


def forget_factor_of(session: Session, username: str) -> None:
    """Let somebody sign in without a code, and end all his sessions. Raises NotFound."""
    member = known_member(session, username)
    remove(session, member.id)
    end_sessions(session, member)


def _secret_of(factor: SecondFactor, keys: Sequence[str]) -> str:
    """Return an app's secret; empty if its key is gone, so that a recovery code is what is left."""
    try:
        return opened(factor.sealed_secret, keys, CODE)
    except NotOurs:
        return ""


def _is_right_code(
    session: Session, staff_id: int, code: str, keys: Sequence[str], now: datetime
) -> bool:
    factor = session.get(SecondFactor, staff_id)
    digits = "".join(code.split())
    if factor is None or len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return False
    secret = _secret_of(factor, keys)
    step = _step_of(secret, digits, now) if secret else 0
    return bool(step) and _take(session, staff_id, step)


def _step_of(secret: str, digits: str, now: datetime) -> int:
    """Return in which time step these digits are right; 0 if in none of now."""
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    near = range(present - _DRIFT, present + _DRIFT + 1)
    right = [step for step in near if hmac.compare_digest(totp.generate_otp(step), digits)]
    return right[-1] if right else 0


def _take(session: Session, staff_id: int, step: int) -> bool:
    """Use up a time step and those before it, once, in any process."""
    older = col(SecondFactor.last_step) < step
    ours = update(SecondFactor).where(col(SecondFactor.staff_id) == staff_id, older)
    return session.connection().execute(ours.values(last_step=step)).rowcount == 1


def _is_recovery_code(session: Session, staff_id: int, code: str) -> bool:
    factor = session.get(SecondFactor, staff_id)
    if factor is None or factor.confirmed_at is None:
        return False
    before, one = factor.recovery_hashes, hash_of_random(_plain(code[:80]))
    rest = " ".join(kept for kept in before.split() if kept != one)
    if rest == before:
        return False
    same = col(SecondFactor.recovery_hashes) == before
    ours = update(SecondFactor).where(col(SecondFactor.staff_id) == staff_id, same)
    return session.connection().execute(ours.values(recovery_hashes=rest)).rowcount == 1


def _recovery_code() -> str:
    group = ("".join(secrets.choice(_LETTERS) for _ in range(_IN_A_GROUP)) for _ in range(_GROUPS))
    return "-".join(group)


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())
