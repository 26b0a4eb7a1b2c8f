"""To whom work can be given: accounts of the desk and its managers within reach."""

from typing import Any

from sqlmodel import Session, col, select

from postal_tracker.access import Caller, Scope
from postal_tracker.forms import field_invalid
from postal_tracker.storage.tables import StaffMember

MOST_COLLEAGUES = 300
"""Names to choose from."""


def account_of(session: Session, username: str | None, by: Caller) -> int:
    """Return the account of a sign-in name, of None the caller's own. Raises Invalid."""
    if username is None:
        return _own_account(by)
    found = session.exec(_colleagues(by.scope).where(StaffMember.username == username)).first()
    if found is None:
        raise field_invalid("assignee", "Không có cán bộ này.", "There is no such member of staff.")
    return int(found.id)


def colleagues(session: Session, *, scope: Scope) -> list[tuple[str, str]]:
    """Return the sign-in names and names of those to whom something can be given."""
    query = _colleagues(scope).order_by(col(StaffMember.name)).limit(MOST_COLLEAGUES)
    return [(one.username, one.name) for one in session.exec(query)]


def _colleagues(scope: Scope) -> Any:
    query = select(StaffMember).where(
        col(StaffMember.disabled_at).is_(None), col(StaffMember.role).in_(("desk", "manager"))
    )
    if scope.offices is None:
        return query
    return query.where(col(StaffMember.office_id).in_(sorted(scope.offices)))


def _own_account(by: Caller) -> int:
    kind, _, number = by.label.partition(":")
    if kind != "staff":
        raise field_invalid(
            "act",
            "Khóa API không tự nhận việc được; vui lòng giao cho một cán bộ (`assign`).",
            "A key cannot take something itself; give it to somebody (`assign`).",
        )
    return int(number)
