"""Background work that failed for good, as the library remembers it for two days."""

from datetime import UTC, datetime

from sqlalchemy import inspect, text
from sqlmodel import Session

_FAILED = "('ERROR', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')"


def failed_jobs(session: Session) -> tuple[int, datetime | None]:
    """Return how many failed, and when the last one did."""
    connection = session.connection()
    schema = None if connection.dialect.name == "sqlite" else "dbos"
    if not inspect(connection).has_table("workflow_status", schema=schema):
        return 0, None
    table = f"{schema}.workflow_status" if schema else "workflow_status"
    query = f"SELECT count(*), max(updated_at) FROM {table} WHERE status IN {_FAILED}"  # noqa: S608 - of our own words
    count, last_ms = connection.execute(text(query)).one()
    return count, datetime.fromtimestamp(last_ms / 1000, UTC) if last_ms else None
