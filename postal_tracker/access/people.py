"""What an administrator does with people's accounts, and what nobody does to his own.

The last administrator of the whole centre stays one, or nobody could set anything right again.
Raises NotFound for an account that is not there.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from postal_tracker.access import accounts, audit, second_factor
from postal_tracker.access.accounts import WAITING, is_waiting
from postal_tracker.access.audit import Audited, Note
from postal_tracker.access.callers import PEOPLE, Caller, Role
from postal_tracker.access.fields import check_office, invalid
from postal_tracker.access.scope import reach_of
from postal_tracker.access.sessions import forgive_account
from postal_tracker.core.problems import Conflict, no_such
from postal_tracker.storage.tables import Office, SecondFactor, StaffMember, StaffSession

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """An account, as an administrator sees it."""

    id: int
    username: str
    name: str
    email: str
    role: str
    carrier: str
    office: str
    """The office's code; empty: the whole centre."""
    state: str
    """`open`, `waiting` (for its person to choose a password) or `disabled`."""
    seen_at: datetime | None
    """When a session of his was used last, as far as one is kept."""
    has_second_factor: bool = False
    """Whether a code is asked for when he signs in."""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Accounts, in the order in which they were opened."""

    items: list[Person]
    next_cursor: int | None = None


def people(session: Session, *, after: int = 0) -> PeoplePage:
    """Return the accounts behind one, disabled ones too."""
    behind = _PERSON.where(col(StaffMember.id) > after).order_by(col(StaffMember.id))
    found = list(session.exec(behind.limit(A_PAGE + 1)))
    shown = found[:A_PAGE]
    seen = _seen(session, [member.id for member, *_ in shown])
    items = [_person(member, code, since, seen) for member, code, since in shown]
    return PeoplePage(items, items[-1].id if len(found) > A_PAGE else None)


def person(session: Session, id_: int) -> Person:
    """Return one account. Raises NotFound."""
    found = session.exec(_PERSON.where(col(StaffMember.id) == id_)).first()
    if found is None:
        raise no_such("page")
    member, code, since = found
    return _person(member, code, since, _seen(session, [id_]))


_PERSON = (
    select(StaffMember, Office.code, col(SecondFactor.confirmed_at))
    .join(Office, col(Office.id) == col(StaffMember.office_id), isouter=True)
    .join(SecondFactor, col(SecondFactor.staff_id) == col(StaffMember.id), isouter=True)
)


def _seen(session: Session, ids: list[int]) -> dict[int, datetime]:
    whose = col(StaffSession.staff_id)
    last = select(whose, func.max(col(StaffSession.seen_at))).where(whose.in_(ids))
    return dict(session.exec(last.group_by(whose)).all())


def _person(
    member: StaffMember,
    office: str | None,
    factor_since: datetime | None,
    seen: dict[int, datetime],
) -> Person:
    waiting = "waiting" if is_waiting(member) else "open"
    return Person(
        id=member.id,
        username=member.username,
        name=member.name,
        email=member.email,
        role=member.role,
        carrier=member.carrier,
        office=office or "",
        state="disabled" if member.disabled_at else waiting,
        seen_at=seen.get(member.id),
        has_second_factor=factor_since is not None,
    )


def change(
    session: Session,
    id_: int,
    *,
    role: Role,
    office_id: int | None,
    carrier: str,
    email: str,
    by: Caller,
) -> StaffMember:
    """Give somebody another role, office, carrier or address, from his next request on.

    Whether such a carrier exists is for the caller to know. Raises Invalid, Conflict.
    """
    member = _anothers(session, id_, by)
    if role not in PEOPLE:
        raise invalid("role", *accounts.BAD_ROLE)
    check_office(session, office_id)
    if role is not Role.ADMIN or not _is_whole(session, office_id):
        _keep_an_administrator(session, member)
    member.role, member.office_id, member.email = role.value, office_id, email
    accounts.bind_to_carrier(session, member.username, carrier)
    return member


def take_role(session: Session, member: StaffMember, role: Role) -> bool:
    """Give somebody the role that his groups give; tell whether it is another.

    The last administrator stays one.
    """
    if role.value == member.role:
        return False
    with suppress(Conflict):
        if role is not Role.ADMIN:
            _keep_an_administrator(session, member)
        member.role = role.value
        member.carrier = member.carrier if role is Role.COURIER else ""
        return True
    return False


def disable(session: Session, id_: int, *, by: Caller, now: datetime) -> StaffMember:
    """Close somebody's account and end its sessions at once. Raises Conflict."""
    member = _anothers(session, id_, by)
    _keep_an_administrator(session, member)
    accounts.disable_staff(session, member.username, now)
    return member


def disable_named(session: Session, username: str, now: datetime) -> None:
    """Close an account by its name, at the server. Raises NotFound, Conflict."""
    if member := accounts.find_member(session, username):
        _keep_an_administrator(session, member)
    accounts.disable_staff(session, username, now)


def enable(session: Session, id_: int, *, by: Caller, now: datetime) -> StaffMember:
    """Open a closed account again, with the password that it had."""
    member = _anothers(session, id_, by)
    accounts.enable_staff(session, member.username, now)
    return member


def reset(session: Session, id_: int, *, by: Caller) -> StaffMember:
    """Let an account wait for a new password; the old one and all sessions end at once.

    Raises Conflict for the last administrator: a lost address would lock the centre.
    """
    member = _anothers(session, id_, by)
    _keep_an_administrator(session, member)
    accounts.await_password(session, member.username)
    forgive_account(session, member.username)
    return member


def forget_factor(session: Session, id_: int, *, by: Caller) -> StaffMember:
    """Let somebody who lost his telephone sign in without a code, and end all his sessions."""
    member = _anothers(session, id_, by)
    second_factor.remove(session, id_)
    accounts.end_sessions(session, member)
    return member


def end_sessions(session: Session, id_: int, *, by: Caller) -> StaffMember:
    """Sign somebody out everywhere."""
    member = _anothers(session, id_, by)
    accounts.end_sessions(session, member)
    return member


def end_all_sessions(session: Session, *, by: Caller) -> int:
    """Sign everybody out everywhere, but for whoever asks; return how many sessions ended."""
    own = int(by.label.rpartition(":")[2]) if by.label.startswith("staff:") else 0
    others = delete(StaffSession).where(col(StaffSession.staff_id) != own)
    return session.connection().execute(others).rowcount


def disable_idle(session: Session, most: int, *, idle_for: timedelta, now: datetime) -> int:
    """Close accounts that nobody signed in with for so long, and write it down; return how many.

    The last administrator's stays open.
    """
    idle = select(StaffMember).where(
        col(StaffMember.disabled_at).is_(None),
        func.coalesce(StaffMember.active_at, StaffMember.created_at) <= now - idle_for,
    )
    count = 0
    for member in session.exec(idle.order_by(col(StaffMember.active_at)).limit(most + 1)).all():
        with suppress(Conflict):
            _keep_an_administrator(session, member)
            accounts.disable_staff(session, member.username, now)
            detail = f"{member.username} disabled: idle"
            audit.record(session, [Note(Audited.ACCOUNT, now, detail=detail)])
            count += 1
    return count


def _anothers(session: Session, id_: int, by: Caller) -> StaffMember:
    member = session.get(StaffMember, id_)
    if member is None:
        raise no_such("page")
    if by.label == f"staff:{id_}":
        raise Conflict("own-account", *_OWN_ACCOUNT)
    return member


def _keep_an_administrator(session: Session, leaving: StaffMember) -> None:
    """Refuse if nobody else could administer the centre; the rows are held against a second."""
    admins = select(StaffMember).where(
        col(StaffMember.role) == Role.ADMIN.value,
        col(StaffMember.disabled_at).is_(None),
        col(StaffMember.password_hash).not_like(f"{WAITING}%"),
    )
    able = session.exec(admins.order_by(col(StaffMember.id)).limit(100).with_for_update()).all()
    whole = [member.id for member in able if _is_whole(session, member.office_id)]
    if whole == [leaving.id]:
        raise Conflict("last-administrator", *_LAST)


def _is_whole(session: Session, office_id: int | None) -> bool:
    """Tell whether somebody of this office reaches the whole centre, as whoever has none does."""
    return office_id is None or reach_of(session, office_id).is_whole


_OWN_ACCOUNT = (
    "Không ai tự thay đổi tài khoản của mình tại đây. Đề nghị người quản trị khác làm việc này.",
    "Nobody changes his own account here. Ask another administrator.",
)
_LAST = (
    "Đây là người quản trị cuối cùng của trung tâm. Vui lòng thêm người quản trị khác trước.",
    "This is the centre's last administrator. Add another one first.",
)
