"""The terms by which dossiers are found: a projection of codes, names and telephone numbers.

An inverted index, kept by whoever writes these, in the same transaction. It is personal data: an
erasure empties the applicant's row and calls `refresh`; what is left is how the code ends.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from postal_tracker.core.search_terms import terms_of
from postal_tracker.storage.bulk import NewRows, among
from postal_tracker.storage.tables import Applicant, Dossier, SearchTerm, table_of

_NEW = NewRows(SearchTerm, "term", "dossier_id", returning=("dossier_id",))

_WORDS = (
    select(col(Dossier.id), col(Dossier.code), col(Applicant.name), col(Applicant.phone))
    .join(Applicant, col(Applicant.dossier_id) == col(Dossier.id))
    .where(among(col(Dossier.id), "ids"))
)

_STORED = select(col(SearchTerm.dossier_id), col(SearchTerm.term)).where(
    among(col(SearchTerm.dossier_id), "ids")
)

_FORGET = table_of(SearchTerm).delete().where(col(SearchTerm.dossier_id) == bindparam("b_id"))


def add(connection: Connection, terms: Iterable[tuple[str, int]]) -> None:
    """Store terms of dossiers that have none yet: pairs of a term and a dossier's id."""
    rows = list(terms)
    if rows:
        _NEW.add(connection, rows)


def refresh(connection: Connection, ids: Sequence[int]) -> None:
    """Store anew by what these dossiers are found, after a correction or an erasure."""
    if ids:
        connection.execute(_FORGET, [{"b_id": id_} for id_ in ids])
        add(connection, ((t, id_) for id_, terms in _right(connection, ids) for t in terms))


def differing(connection: Connection) -> list[int]:
    """Return the dossiers that are found by other terms than they should be."""
    found: list[int] = []
    last = 0
    while ids := connection.execute(_NEXT, {"b_last": last}).scalars().all():
        found += _differing(connection, ids)
        last = ids[-1]
    return found


_NEXT = (
    select(col(Dossier.id))
    .where(col(Dossier.id) > bindparam("b_last"))
    .order_by(col(Dossier.id))
    .limit(500)
)


def _differing(connection: Connection, ids: Sequence[int]) -> list[int]:
    stored: dict[int, set[str]] = defaultdict(set)
    for row in connection.execute(_STORED, {"ids": ids}):
        stored[row.dossier_id].add(row.term)
    return [id_ for id_, terms in _right(connection, ids) if stored[id_] != terms]


def _right(connection: Connection, ids: Sequence[int]) -> list[tuple[int, frozenset[str]]]:
    rows = connection.execute(_WORDS, {"ids": ids}).all()
    return [(row.id, terms_of(row.code, row.name, row.phone)) for row in rows]
