"""Carriers' messages, the newest first; of each body only a beginning."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.tables import CarrierMessage


@dataclass(frozen=True, slots=True)
class MessageView:
    id: int
    carrier: str
    state: str
    problem: str
    source: str
    received_at: datetime
    excerpt: str


@dataclass(frozen=True, slots=True)
class MessagePage:
    items: list[MessageView]
    next_cursor: str | None = None


def messages(session: Session, state: str, *, cursor: int | None, limit: int) -> MessagePage:
    """Return the newest messages in a state; of the body only what staff need to recognise it."""
    query = select(CarrierMessage).where(col(CarrierMessage.state) == state)
    if cursor is not None:
        query = query.where(col(CarrierMessage.id) < cursor)
    rows = session.scalars(query.order_by(col(CarrierMessage.id).desc()).limit(limit + 1)).all()
    items = [
        MessageView(
            id=row.id,
            carrier=row.carrier,
            state=row.state,
            problem=row.problem,
            source=row.source,
            received_at=row.received_at,
            excerpt=row.body[:500].decode("utf-8", "replace"),
        )
        for row in rows[:limit]
    ]
    return MessagePage(items, str(items[-1].id) if len(rows) > limit else None)
