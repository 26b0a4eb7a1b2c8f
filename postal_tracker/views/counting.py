"""Counting as far as it matters: to a thousand by an index, then it is "more than 1,000"."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import func, literal, select, union_all
from sqlmodel import Session

MOST_COUNTED = 1_000


class Count(NamedTuple):
    """How many there are: that many, or more than these."""

    n: int
    more: bool = False


def counted(
    session: Session,
    query: Any,
    values: Mapping[str, Any] | None = None,
    *,
    most: int = MOST_COUNTED,
) -> Count:
    """Count the rows that a query finds, up to `most`."""
    some = query.limit(most + 1).subquery()
    how_many = select(func.count()).select_from(some)
    return count_of(session.connection().execute(how_many, values or {}).scalar_one(), most)


def count_of(n: int, most: int = MOST_COUNTED) -> Count:
    """Return how many there are, as far as they are counted."""
    return Count(min(n, most), n > most)


def counted_each(session: Session, queries: Mapping[str, Any], *, most: int) -> dict[str, Count]:
    """Count the rows that each of several queries finds, up to `most`, in one question."""
    some = {name: query.limit(most + 1).subquery() for name, query in queries.items()}
    each = (
        select(literal(name).label("name"), func.count().label("n")).select_from(rows)
        for name, rows in some.items()
    )
    found = session.connection().execute(union_all(*each)).all()
    return {row.name: count_of(row.n, most) for row in found}
