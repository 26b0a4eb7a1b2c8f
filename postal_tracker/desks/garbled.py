"""What a scan means that a keyboard changed: by its own checks, and by what the record holds.

Never a guess: an answer stands alone only if it is the only one that exists.
"""

import re
from collections.abc import Callable, Iterator, Set
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from postal_tracker.core import codes
from postal_tracker.core.codes import wedge
from postal_tracker.storage.tables import Dossier, Handover, Parcel

_ADDRESS = re.compile(r"[^/]*//[^/]*/(?P<kind>[^/]+)/(?P<end>[^/?#]+).*")
"""A QR of ours: only its end is a code. The host, too, comes changed."""
_MOST = 2000
"""If more of the record fits what is left of a code, nobody can choose among it."""
_LEAST = 4
"""Fewer signs than that say nothing."""
_OF_A_LINK = 8
"""So many signs of a link's token are enough to search for; its rest is no code."""
_Row = tuple[str, str]
"""By which code the desk knows it, and what is printed."""
_LOST = 2
"""If more keys than that are missing, even a single answer of the record is asked for."""


def existing(session: Session, text: str) -> dict[str, str]:
    """Return the codes in the record that may have arrived as this, each with what is printed.

    Of dossiers their own code, whichever was scanned. Reads whole columns: only for what was not
    found, or may be something else.
    """
    kind, end = _end_of(codes.one_line(text))
    found = [_spelled(session, end), _swallowed(session, end)]
    if kind in "tT":
        found += [_linked(session, end)]
    return dict(chain.from_iterable(found))


def spelled_otherwise(session: Session, text: str) -> dict[str, str]:
    """Return the codes in the record that another layout would have shown so. Quick."""
    return dict(_spelled(session, codes.one_line(text)))


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


def _spelled(session: Session, line: str) -> Iterator[_Row]:
    scanned = [*map(codes.read_scan, wedge.spellings(line)), *codes.restored(line)]
    yield from _among(session, {one.code[:64] for one in scanned if one.code})


def _among(session: Session, wanted: Set[str]) -> Iterator[_Row]:
    if wanted:
        yield from _all(session, lambda column: col(column).in_(wanted))


def _swallowed(session: Session, line: str) -> Iterator[_Row]:
    """A lookup code is stored without the hyphens between its groups."""
    for text in {line, line.replace("-", "")}:
        pattern = wedge.search_pattern(text)
        if len(wedge.seen(text)) >= _LEAST and pattern:
            like = _all(session, partial(_is_like, pattern))
            yield from ((code, typed) for code, typed in like if wedge.could_be(text, typed))


def _linked(session: Session, token: str) -> Iterator[_Row]:
    yield from _among(session, {spelled[:13] for spelled in (token, *wedge.spellings(token))})
    pattern = wedge.search_pattern(token, _OF_A_LINK)
    if pattern and len(wedge.seen(token)) > _OF_A_LINK:
        like = _all(session, partial(_is_like, f"{pattern}%"))
        yield from ((code, typed) for code, typed in like if wedge.could_begin(token, typed))


def _is_like(pattern: str, column: Any) -> ColumnElement[bool]:
    return col(column).like(pattern)


def _all(session: Session, matches: Callable[[Any], ColumnElement[bool]]) -> Iterator[_Row]:
    for code, column in (
        (Dossier.code, Dossier.code),
        (Dossier.code, Dossier.lookup_code),
        (Parcel.tracking_number, Parcel.tracking_number),
        (Handover.number, Handover.number),
    ):
        query = select(code, column).where(matches(column)).limit(_MOST)
        rows = session.exec(query).all()
        if len(rows) < _MOST:
            yield from rows
