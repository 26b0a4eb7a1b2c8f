"""Accounts of people who sign in."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from postal_tracker.access.callers import PEOPLE, Caller, Role
from postal_tracker.access.fields import (
    check_office,
    checked_name,
    checked_username,
    invalid,
    is_username,
    normal_username,
)
from postal_tracker.access.hashes import hash_password
from postal_tracker.access.passwords import SHORTEST, check_new_password
from postal_tracker.core.problems import Conflict, NotFound
from postal_tracker.storage.tables import StaffMember, StaffSession


@dataclass(frozen=True, slots=True)
class StaffView:
    """An account, as lists show it."""

    id: int
    username: str
    name: str
    role: str
    carrier: str
    office_id: int | None
    created_at: datetime
    disabled_at: datetime | None


def add_staff(
    session: Session,
    *,
    username: str,
    name: str,
    role: Role,
    office_id: int | None,
    carrier: str = "",
    password: str | None,
    email: str = "",
    shortest: int = SHORTEST,
    is_given: bool = False,
    now: datetime,
) -> StaffMember:
    """Open an account. Raises Invalid, Conflict (name taken, even by a disabled one), NotFound.

    Without a password it waits for its person to choose one, see `invitations`. One that is
    given by somebody else is changed before anything else is done.

    Hashes inside the transaction, which holds up other writers for up to 50 ms: accounts are
    opened a few times a year.
    """
    username = checked_username(username)
    _refuse_unfit_role(role, carrier)
    if password is not None:
        check_new_password(password, username, name, shortest=shortest)
    check_office(session, office_id)
    member = StaffMember(
        username=username,
        name=checked_name(name),
        email=email,
        role=role.value,
        carrier=carrier,
        office_id=office_id,
        password_hash=_no_password() if password is None else hash_password(password),
        password_given_at=now if is_given else None,
        created_at=now,
        active_at=now,
    )
    return _added(session, member)


def _added(session: Session, member: StaffMember) -> StaffMember:
    session.add(member)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict("username-taken", *_USERNAME_TAKEN) from None
    return member


def _refuse_unfit_role(role: Role, carrier: str) -> None:
    if role not in PEOPLE:
        raise invalid("role", *BAD_ROLE)
    _refuse_unfit_carrier(role, carrier)


def _refuse_unfit_carrier(role: Role, carrier: str) -> None:
    if carrier and role is not Role.COURIER:
        raise invalid("carrier", *_BAD_CARRIER)


def bind_to_carrier(session: Session, username: str, carrier: str) -> None:
    """Let a courier report on one carrier's parcels only; empty: of any. Raises NotFound, Invalid.

    Whether such a carrier exists is for the caller to know.
    """
    member = known_member(session, username)
    _refuse_unfit_carrier(Role(member.role), carrier)
    member.carrier = carrier


def disable_staff(session: Session, username: str, now: datetime) -> None:
    """Close an account and end its sessions at once. Raises NotFound; twice is no error."""
    member = known_member(session, username)
    member.disabled_at = member.disabled_at or now
    end_sessions(session, member)


def enable_staff(session: Session, username: str, now: datetime) -> None:
    """Open a closed account again, with the password that it had. Raises NotFound."""
    member = known_member(session, username)
    member.disabled_at, member.active_at = None, now


def reset_password(
    session: Session, username: str, password: str, *, now: datetime, shortest: int = SHORTEST
) -> None:
    """Give an account another password, to be changed by its person, and end its sessions at once.

    Raises Invalid, NotFound.
    """
    member = known_member(session, username)
    check_new_password(password, member.username, member.name, shortest=shortest)
    member.password_hash = hash_password(password)
    member.password_given_at = now
    end_sessions(session, member)


WAITING = "!"
"""How what is stored in place of a password's hash begins: no password fits it."""


def is_waiting(member: StaffMember) -> bool:
    """Tell whether an account waits for its person to choose a password."""
    return member.password_hash.startswith(WAITING)


def await_password(session: Session, username: str) -> None:
    """Take an account's password away and end its sessions at once. Raises NotFound."""
    member = known_member(session, username)
    member.password_hash = _no_password()
    end_sessions(session, member)


def _no_password() -> str:
    """Return another one each time: an older invitation opens nothing any more."""
    return f"{WAITING}{secrets.token_hex(16)}"


def known_member(session: Session, username: str) -> StaffMember:
    """Return whose username it is. Raises NotFound."""
    member = find_member(session, username)
    if member is None:
        raise no_such_staff()
    return member


def no_such_staff() -> NotFound:
    return NotFound("no-such-staff", *_NO_SUCH_STAFF)


def end_sessions(session: Session, member: StaffMember) -> None:
    """Sign somebody out everywhere."""
    session.exec(delete(StaffSession).where(col(StaffSession.staff_id) == member.id))


def list_staff(session: Session) -> list[StaffView]:
    """Return all accounts by username, disabled ones too."""
    members = session.exec(select(StaffMember).order_by(col(StaffMember.username)))
    return [
        StaffView(
            id=m.id or 0,
            username=m.username,
            name=m.name,
            role=m.role,
            carrier=m.carrier,
            office_id=m.office_id,
            created_at=m.created_at,
            disabled_at=m.disabled_at,
        )
        for m in members
    ]


def username_of(session: Session, caller: Caller) -> str:
    """Return under which name a caller signs in; empty for a key."""
    member = own_account(session, caller)
    return member.username if member else ""


def own_account(session: Session, caller: Caller) -> StaffMember | None:
    """Return a caller's account; None of a key."""
    kind, _, number = caller.label.partition(":")
    return session.get(StaffMember, int(number)) if kind == "staff" else None


def find_member(session: Session, username: str) -> StaffMember | None:
    username = normal_username(username)
    if not is_username(username):  # PostgreSQL takes no NUL, even to look for it
        return None
    return session.exec(select(StaffMember).where(col(StaffMember.username) == username)).first()


BAD_ROLE = (
    "Vai trò phải là desk, manager, admin hoặc courier.",
    "The role must be desk, manager, admin or courier.",
)
_BAD_CARRIER = (
    "Chỉ tài khoản bưu tá mới gắn với một đơn vị bưu chính.",
    "Only a courier's account is bound to a carrier.",
)
_USERNAME_TAKEN = (
    "Tên đăng nhập này đã có người dùng. Vui lòng chọn tên khác.",
    "This username is taken. Choose another.",
)
_NO_SUCH_STAFF = (
    "Không tìm thấy tài khoản. Vui lòng kiểm tra lại tên đăng nhập.",
    "There is no such account. Check the username.",
)
