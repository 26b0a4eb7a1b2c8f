"""One's own sessions, seen and ended: a browser at a counter may have been left signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from postal_tracker.access.callers import Caller
from postal_tracker.access.hashes import hash_of_random
from postal_tracker.access.sessions import life_of
from postal_tracker.storage.tables import StaffSession


@dataclass(frozen=True, slots=True)
class SessionView:
    """A sign-in that still holds."""

    name: str
    """What stands for it in a form: the beginning of a hash, of no use elsewhere."""
    began_at: datetime
    seen_at: datetime
    """When it was used last, within a minute."""
    network: str
    """Where it began; empty if that was not kept."""
    is_this: bool
    """Whether it is the one that asks."""


_LETTERS = 16


def own_sessions(session: Session, caller: Caller, token: str, now: datetime) -> list[SessionView]:
    """Return a caller's sessions that have not run out, the latest first; of a key none."""
    found = session.exec(select(StaffSession).where(StaffSession.staff_id == _account(caller)))
    this = hash_of_random(token)
    alive = [one for one in found if not life_of(one, caller.role).is_over(one, now)]
    return [
        SessionView(
            one.token_hash[:_LETTERS],
            one.created_at,
            one.seen_at,
            one.network or "",
            one.token_hash == this,
        )
        for one in sorted(alive, key=lambda one: one.seen_at, reverse=True)
    ]


def end_own_sessions(session: Session, caller: Caller, token: str, name: str = "") -> int:
    """End one of a caller's other sessions by its name, all of them without; return how many."""
    others = [
        col(StaffSession.staff_id) == _account(caller),
        col(StaffSession.token_hash) != hash_of_random(token),
    ]
    if name:
        others.append(col(StaffSession.token_hash).startswith(name[:_LETTERS], autoescape=True))
    return session.connection().execute(delete(StaffSession).where(*others)).rowcount


def _account(caller: Caller) -> int:
    kind, _, number = caller.label.partition(":")
    return int(number) if kind == "staff" else 0
