"""Finding dossiers by what a citizen at the desk says: a code, a number, a name, a telephone.

Nothing here takes longer in a record of a million dossiers: each question reads one short part of
an index. What fits too many is cut, and says so; of a common word the newest bearers are found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.search_terms import behind, ending, words
from postal_tracker.core.text import visible
from postal_tracker.storage.tables import Dossier, Enclosure, Parcel, SearchTerm

MOST_FOUND = 1_000
"""Dossiers that one way of searching finds; of more, people and programs are told."""

_MOST_LOOKED_AT = 5_000
"""Bearers of the rarest word who are looked at for the other words."""

_MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Dossiers that fit a search, by id."""

    ids: Sequence[int]
    is_all: bool
    """Whether no others fit."""


def find(session: Session, q: str, *, scope: Scope) -> Found:
    """Find by code, tracking number, name (with or without marks) or telephone number.

    Of codes and telephone numbers the end will do, of codes the beginning, too; of a name any of
    its words, the last of which need not be finished.
    """
    connection, text = session.connection(), visible(q).strip()
    upper = text.upper().replace(" ", "")
    ids: list[int] = []
    are_all = True
    for found, is_all in (
        _by_code(connection, upper, scope),
        *(_by_ending(connection, end, scope) for end in dict.fromkeys(_endings(text, upper))),
        _by_number(connection, upper, scope),
        _by_name(connection, words(text)[:_MOST_WORDS], scope),
    ):
        ids += found
        are_all = are_all and is_all
    return Found(sorted(set(ids)), are_all)


_Part = tuple[Sequence[int], bool]
"""What one way of searching has found, and whether that is all."""

_term, _of = col(SearchTerm.term), col(SearchTerm.dossier_id)


def _begins(which: Any, start: str) -> ColumnElement[bool]:
    """Whether a text begins so, as a part of its index."""
    return and_(which >= start, which < behind(start))


def _listed(connection: Connection, query: Any) -> _Part:
    ids = connection.execute(query.limit(MOST_FOUND + 1)).scalars().all()
    return ids[:MOST_FOUND], len(ids) <= MOST_FOUND


def _by_code(connection: Connection, upper: str, scope: Scope) -> _Part:
    code = col(Dossier.code)
    begun = select(col(Dossier.id)).where(_begins(code, upper), scope.covers(Dossier))
    return _listed(connection, begun.order_by(code.desc()))


def _endings(text: str, upper: str) -> Iterable[str]:
    yield upper
    digits = "".join(c for c in text if c.isdigit())
    if len(digits) >= 4:
        # Kept as E.164: of a whole national number all but its leading 0.
        yield digits.removeprefix("0") if len(digits) >= 10 else digits


def _by_ending(connection: Connection, end: str, scope: Scope) -> _Part:
    ends = select(_of).where(_begins(_term, ending(end)), scope.covers_dossier(_of))
    return _listed(connection, ends.order_by(_term, _of))


def _by_number(connection: Connection, upper: str, scope: Scope) -> _Part:
    inside = (
        select(col(Enclosure.dossier_id))
        .join(Parcel, col(Parcel.id) == col(Enclosure.parcel_id))
        .where(
            col(Parcel.tracking_number) == upper,
            scope.covers_dossier(col(Enclosure.dossier_id)),
        )
    )
    return _listed(connection, inside)


# Names. The rarest of the words leads; of those who bear it, the others are asked of.


def _by_name(connection: Connection, asked: Sequence[str], scope: Scope) -> _Part:
    if not asked:
        return [], True
    last = len(asked) - 1
    bearers = [_count(connection, word, begun=n == last) for n, word in enumerate(asked)]
    rarest = bearers.index(min(bearers))
    led = _bearers(asked[rarest], begun=rarest == last)
    others = [
        _also(led.c.dossier_id, word, begun=n == last)
        for n, word in enumerate(asked)
        if n != rarest
    ]
    others.append(scope.covers_dossier(led.c.dossier_id))
    query = select(led.c.dossier_id).where(*others).order_by(led.c.dossier_id.desc())
    found, is_all = _listed(connection, query.distinct())
    return found, is_all and bearers[rarest] < _MOST_LOOKED_AT


def _count(connection: Connection, word: str, *, begun: bool) -> int:
    """Return how many bear a word, as far as that matters."""
    whose = _begins(_term, word) if begun else _term == word
    some = select(_of).where(whose).limit(_MOST_LOOKED_AT).subquery()
    return connection.execute(select(func.count()).select_from(some)).scalar_one()


def _bearers(word: str, *, begun: bool) -> Any:
    """Return the newest that bear a word; of a word that is only begun, others beside."""
    whole = select(_of).where(_term == word).order_by(_of.desc()).limit(_MOST_LOOKED_AT)
    if not begun:
        return whole.subquery("led")
    longer = select(_of).where(_term > word, _begins(_term, word)).order_by(_term, _of)
    parts = [part.subquery() for part in (whole, longer.limit(_MOST_LOOKED_AT))]
    return union_all(*(select(part.c.dossier_id) for part in parts)).subquery("led")


def _also(dossier_id: Any, word: str, *, begun: bool) -> Any:
    other: Any = aliased(SearchTerm)
    whose = _begins(other.term, word) if begun else other.term == word
    return exists().where(other.dossier_id == dossier_id, whose)
