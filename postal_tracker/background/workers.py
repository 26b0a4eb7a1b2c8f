"""Who works in the background: each process sends heartbeats.

Who is silent for long is dead, and another takes over what it left.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from postal_tracker.storage.bulk import insert_unless_known
from postal_tracker.storage.tables import Worker, table_of

BEAT = timedelta(seconds=30)
"""How often a worker sends its heartbeat."""

SILENT_AFTER = timedelta(minutes=3)


def note_alive(session: Session, name: str, *, now: datetime) -> list[str]:
    """Note that a worker lives; return those that died, each to the first who asks."""
    connection = session.connection()
    mine = update(Worker).where(col(Worker.name) == name).values(seen_at=now)
    if not connection.execute(mine).rowcount:
        row = Worker(name=name, seen_at=now).model_dump()
        connection.execute(insert_unless_known(connection, table_of(Worker)), [row])
    silent = select(col(Worker.name)).where(col(Worker.seen_at) < now - SILENT_AFTER)
    return [dead for dead in connection.scalars(silent) if forget(session, dead)]


def forget(session: Session, name: str) -> bool:
    """Forget a worker that has ended or died; False if somebody did so already."""
    gone = delete(Worker).where(col(Worker.name) == name)
    return bool(session.connection().execute(gone).rowcount)
