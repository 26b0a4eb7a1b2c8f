"""What a scan means that a keyboard changed: by its own checks, and by what the record holds.

Never a guess: an answer stands alone only if it is the only one that exists.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from postal_tracker.access import Scope
from postal_tracker.access.scope import Owned
from postal_tracker.core import codes
from postal_tracker.core.codes import wedge
from postal_tracker.core.search_terms import behind
from postal_tracker.desks.named import bearers
from postal_tracker.storage.tables import Dossier, Handover, Parcel

_ADDRESS = re.compile(r"[^/]*//[^/]*/(?P<kind>[^/]+)/(?P<end>[^/?#]+).*")
"""A QR of ours: only its end is a code. The host, too, comes changed."""
MOST = 20_000
"""So many codes that begin alike are read, in some 20 ms; among more nobody is to wait."""
_LEAST = 4
"""Fewer signs than that say nothing."""
_OF_A_LINK = 8
"""So many signs of a link's token are enough to search for; its rest is no code."""
_Row = tuple[str, str]
"""By which code the desk knows it, and what is printed."""
_LOST = 2
"""If more keys than that are missing, even a single answer of the record is asked for."""


@dataclass(frozen=True, slots=True)
class Existing:
    """The codes in the record that a reading may be, each with what is printed."""

    codes: dict[str, str]
    """Of dossiers their own code, whichever was scanned."""
    whole: bool = True
    """Whether everything that may fit was looked at: else a single answer may not be the only."""


def existing(session: Session, text: str, *, scope: Scope) -> Existing:
    """Return the codes in the record that may have arrived as this.

    Bounded: of each kind of code so many are read as a clerk waits for, among those that begin
    as the reading does.
    """
    kind, end = _end_of(codes.one_line(text))
    searches = _searches(kind, end)
    read = [_read(session, search, each, scope) for search in searches for each in _COLUMNS]
    wanted = spellings(end) | (_of_a_link(end) if kind in "tT" else set())
    spelled = bearers(session.connection(), wanted).within(scope, wanted)
    found = chain(
        ((row.code, row.printed) for row in spelled), *(rows for rows in read if rows is not None)
    )
    return Existing(dict(found), whole=None not in read)


@lru_cache(maxsize=256)
def spellings(text: str) -> frozenset[str]:
    """Return the codes that another layout would have shown so."""
    line = codes.one_line(text)
    scanned = [*map(codes.read_scan, wedge.spellings(line)), *codes.restored(line)]
    return frozenset(one.code[: wedge.LONGEST] for one in scanned if one.code)


def is_sure(text: str, printed: str) -> bool:
    """Whether the only code of the record that fits can be taken for what was scanned.

    What could be a code as it stands may be one that is not in the record; and of one that lost
    many keys too little is left.
    """
    kind, end = _end_of(codes.one_line(text))
    if kind in "tT":
        return True  # more chance than anybody can meet has gone into a link
    plain = codes.read_scan(end)
    if plain.kind is not codes.ScanKind.UNKNOWN:
        return plain.code == printed
    dossiers = {s.code for s in codes.restored(end) if s.kind is codes.ScanKind.DOSSIER}
    if len(dossiers) > 1:
        return False  # it has no check digit: the paper may be of another centre
    spelled = (codes.read_scan(s).code == printed for s in wedge.spellings(end))
    return any(spelled) or len(printed) - len(wedge.seen(end)) <= _LOST


def _end_of(line: str) -> tuple[str, str]:
    """Return the kind and the code of a QR's address; of anything else `-` and the whole."""
    for spelling in (line, *wedge.spellings(line)):
        if address := _ADDRESS.fullmatch(spelling):
            return address["kind"], address["end"]
    return "-", line


def _of_a_link(token: str) -> set[str]:
    return {spelled[:13] for spelled in (token, *wedge.spellings(token))}


@dataclass(frozen=True, slots=True)
class _Search:
    """For what of which keys may have vanished is looked, and what then fits."""

    begins: str
    like: str
    fits: Callable[[str], bool]


def _searches(kind: str, end: str) -> Iterator[_Search]:
    """A lookup code is stored without the hyphens between its groups."""
    for text in sorted({end, end.replace("-", "")}):
        like = wedge.search_pattern(text)
        if like and len(wedge.seen(text)) >= _LEAST:
            yield _Search(wedge.beginning(text), like, partial(wedge.could_be, text))
    like = wedge.search_pattern(end, _OF_A_LINK)
    if kind in "tT" and like and len(wedge.seen(end)) > _OF_A_LINK:
        yield _Search(wedge.beginning(end), f"{like}%", partial(wedge.could_begin, end))


def _read(
    session: Session, search: _Search, of: tuple[Owned, Any, Any], scope: Scope
) -> list[_Row] | None:
    """Return what fits; None if more begins so than is read."""
    table, code, column = of
    alike = select(code.label("known"), column.label("typed")).limit(MOST + 1)
    alike = alike.where(scope.covers(table))
    if search.begins:
        alike = alike.where(column >= search.begins, column < behind(search.begins))
    rows = alike.order_by(column).subquery()
    if session.exec(select(func.count()).select_from(rows)).one() > MOST:
        return None
    like = session.exec(select(rows.c.known, rows.c.typed).where(rows.c.typed.like(search.like)))
    return [(known, typed) for known, typed in like if search.fits(typed)]


_COLUMNS: tuple[tuple[Owned, Any, Any], ...] = (
    (Dossier, col(Dossier.code), col(Dossier.code)),
    (Dossier, col(Dossier.code), col(Dossier.lookup_code)),
    (Parcel, col(Parcel.tracking_number), col(Parcel.tracking_number)),
    (Handover, col(Handover.number), col(Handover.number)),
)
