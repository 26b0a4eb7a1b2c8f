"""Whose notices they are: a dossier within the caller's reach."""

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import Dossier


def dossier_id(session: Session, code: str, scope: Scope) -> int:
    """Return a dossier's id. Raises NotFound: unknown, or out of reach."""
    query = select(col(Dossier.id)).where(col(Dossier.code) == code, scope.covers(Dossier))
    found = session.connection().execute(query).scalar_one_or_none()
    if found is None:
        raise no_such("dossier")
    return found
