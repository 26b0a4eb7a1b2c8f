"""Changing one's own password: the old one is asked for, for a desk may stand open and unwatched.

In four steps like signing in, and for the same reason. Wrong tries are counted by themselves:
whoever is signed in is no stranger, and nobody else's guesses stop him.
"""

from sqlalchemy import delete, update
from sqlmodel import Session, col

from postal_tracker.access.accounts import own_account
from postal_tracker.access.callers import Caller
from postal_tracker.access.guesses import Guess, Limits, forgive
from postal_tracker.access.hashes import hash_of_random
from postal_tracker.access.sessions import SignIn, sign_in_of
from postal_tracker.storage.tables import StaffMember, StaffSession


def account_of(session: Session, caller: Caller) -> SignIn | None:
    """Return whose account a caller is signed in with; None of a program's key."""
    member = own_account(session, caller)
    return sign_in_of(member) if member else None


def settle_own_password(
    session: Session,
    who: SignIn,
    *,
    new_hash: str,
    token: str,
    guess: Guess,
    limits: Limits,
) -> bool:
    """Keep a new password and end all other sessions than `token`'s; False if the old was wrong.

    `new_hash` is empty if it was. `take_turn` counted the guess before the old one was hashed.
    """
    if not new_hash or not _keep(session, who, new_hash):
        return False
    forgive(session, guess, limits)
    others = col(StaffSession.token_hash) != hash_of_random(token)
    session.exec(delete(StaffSession).where(col(StaffSession.staff_id) == who.staff_id, others))
    return True


def _keep(session: Session, who: SignIn, new_hash: str) -> bool:
    """Store it unless the password was changed meanwhile: then the old one is no longer right."""
    unchanged = col(StaffMember.password_hash) == who.password_hash
    ours = update(StaffMember).where(col(StaffMember.id) == who.staff_id, unchanged)
    return (
        session.connection()
        .execute(ours.values(password_hash=new_hash, password_given_at=None))
        .rowcount
        == 1
    )
