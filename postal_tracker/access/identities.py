"""Single sign-on: as whom an identity provider knows somebody, and what role its groups give.

The key is issuer and subject (OpenID Connect Core, 5.7), never an e-mail address, which may pass to
another. Only somebody who has signed in with his password links an identity to his account.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from postal_tracker.access.callers import Role
from postal_tracker.core.problems import Conflict, Forbidden
from postal_tracker.storage.tables import Identity, StaffMember


def known_as(session: Session, issuer: str, subject: str) -> StaffMember | None:
    """Return whose identity this is; None of nobody's, or of a closed account's."""
    found = session.get(Identity, (issuer, subject))
    member = session.get(StaffMember, found.staff_id) if found else None
    return member if member and member.disabled_at is None else None


def is_linked(session: Session, staff_id: int) -> bool:
    linked = select(Identity.subject).where(col(Identity.staff_id) == staff_id).limit(1)
    return session.exec(linked).first() is not None


def link(session: Session, staff_id: int, *, issuer: str, subject: str, now: datetime) -> None:
    """Let somebody sign in by this identity alone. Raises Conflict if it is another's."""
    found = session.get(Identity, (issuer, subject))
    if found and found.staff_id != staff_id:
        raise Conflict("identity-taken", *_TAKEN)
    if not found:
        unlink(session, staff_id)
        made = Identity(issuer=issuer, subject=subject, staff_id=staff_id, linked_at=now)
        session.add(made)


def unlink(session: Session, staff_id: int) -> None:
    session.exec(delete(Identity).where(col(Identity.staff_id) == staff_id))


def role_of(groups: Collection[str], roles: str, before: str) -> Role:
    """Return the role of the first group that somebody is in; the one before if groups give none.

    `roles` is the setting: `mot-cua=desk,lanh-dao=manager`. Raises Forbidden for whoever is in
    none of them.
    """
    pairs = [pair.partition("=") for pair in roles.split(",") if pair]
    given = next((role for group, _, role in pairs if group in groups), "")
    if pairs and not given:
        raise Forbidden("no-group-of-ours", *_NO_GROUP)
    return Role(given or before)


_TAKEN = (
    "Tài khoản cơ quan này đã liên kết với người khác. Vui lòng báo người quản trị.",
    "This identity is linked to somebody else's account. Tell the administrator.",
)
_NO_GROUP = (
    "Tài khoản cơ quan không thuộc nhóm nào được dùng hệ thống này. Vui lòng báo người quản trị.",
    "Your identity is in no group that uses this service. Tell the administrator.",
)
