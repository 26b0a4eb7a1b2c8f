"""What tests of many areas check alike: a refusal's shape, and that nothing was left behind."""

from sqlalchemy import func, select
from sqlmodel import col

from postal_tracker.storage.tables import Tally, TallyChange, metadata


def rows(centre, *but):
    """Return how many rows each table has, but for the audit log: who looks is written there."""
    but = {*but, "audit_entry", "audit_subject"}
    tables = [t for t in metadata.sorted_tables if t.name not in but]

    def count(session):
        connection = session.connection()
        return {
            t.name: connection.execute(select(func.count()).select_from(t)).scalar_one()
            for t in tables
        }

    return centre.database.read_now(count)


def counted_as_due(centre):
    """Return how many are due on which day, by the tallies."""
    found = {}
    for table in (Tally, TallyChange):
        query = select(col(table.day), func.sum(col(table.n))).where(table.kind == "due")
        by_day = query.group_by(col(table.day))
        for day, n in centre.database.read_now(lambda s, q=by_day: s.connection().execute(q).all()):
            found[str(day)] = found.get(str(day), 0) + n
    return {day: n for day, n in found.items() if n}


def assert_problem(answer, status, slug):
    """Check a refusal's shape: RFC 9457, a stable type, a sentence in Vietnamese."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["type"] == f"/problems/{slug}", body
    assert body["status"] == status
    assert body["title"]
    assert not body["detail"].isascii(), body["detail"]
    assert body["detail"].endswith((".", "!")), body["detail"]
    return body
