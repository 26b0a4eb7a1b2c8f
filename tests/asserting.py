"""What tests of many areas check alike: a refusal's shape, and that nothing was left behind."""

from sqlalchemy import func, select

from postal_tracker.storage.tables import metadata


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
