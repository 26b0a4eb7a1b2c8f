"""What tests of many areas check alike: a refusal's shape, and that nothing was left behind."""

from functools import cache

from sqlalchemy import func, literal, select, union_all
from sqlmodel import col

from postal_tracker.storage.tables import Tally, TallyChange, metadata


def rows(centre, *but):
    """Return how many rows each table has, but for the audit log: who looks is written there."""
    asked = _counts(frozenset({*but, "audit_entry", "audit_subject"}))
    told = centre.database.read_now(lambda s: s.connection().execute(asked).all())
    return dict(told)


@cache
def _counts(but):
    """Return one question for all tables: a question for each took longer than most tests."""
    tables = [t for t in metadata.sorted_tables if t.name not in but]
    each = [select(literal(t.name), func.count()).select_from(t) for t in tables]
    return union_all(*each)


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
