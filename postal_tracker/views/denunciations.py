"""Denunciations for whoever is named to read them; who denounces stands in no list."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.problems import no_such
from postal_tracker.storage.tables import Denunciation
from postal_tracker.views.keyset import behind, number


@dataclass(frozen=True, slots=True)
class DenunciationRow:
    """One denunciation in short."""

    number: str
    received_at: datetime
    accept_by: datetime
    settle_by: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class DenunciationView(DenunciationRow):
    """One as a whole. Personal data."""

    name: str
    contact: str
    text: str
    outcome: str


@dataclass(frozen=True, slots=True)
class DenunciationPage:
    """Some of a list, the newest first."""

    items: list[DenunciationRow]
    next_cursor: str | None = None


_SHORT = ("number", "received_at", "accept_by", "settle_by", "closed_at")
_WHOLE = (*_SHORT, "name", "contact", "text", "outcome")


def denunciations(
    session: Session, *, scope: Scope, cursor: str | None = None, limit: int = 25
) -> DenunciationPage:
    """Return a page of them. Raises Invalid (the cursor)."""
    order = (col(Denunciation.id),)
    query = select(*order, *(col(getattr(Denunciation, name)) for name in _SHORT))
    query = query.where(scope.covers(Denunciation), *behind(order, cursor, number, is_down=True))
    ordered = query.order_by(col(Denunciation.id).desc()).limit(limit + 1)
    rows = session.connection().execute(ordered).all()
    items = [DenunciationRow(*row[1:]) for row in rows[:limit]]
    return DenunciationPage(items, str(rows[limit - 1].id) if len(rows) > limit else None)


def denunciation(session: Session, which: str, *, scope: Scope) -> DenunciationView:
    """Return one as a whole. Raises NotFound."""
    query = select(*(col(getattr(Denunciation, name)) for name in _WHOLE))
    wanted = query.where(col(Denunciation.number) == which, scope.covers(Denunciation))
    row = session.connection().execute(wanted).first()
    if row is None:
        raise no_such("denunciation")
    return DenunciationView(*row)
