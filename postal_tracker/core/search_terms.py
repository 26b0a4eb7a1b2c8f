"""What a dossier is found by: words of a name, and how its code and telephone number end."""

import unicodedata

from postal_tracker.core.text import APOSTROPHES, folded

LONGEST = 61
"""Characters of one term: a code of 60 and the sign before it; a longer word is cut."""

_END = "<"
"""Stands before an ending, which is written backwards: so it is read from its beginning, too."""


def terms_of(code: str, name: str, phone: str) -> frozenset[str]:
    """Return all by which a dossier is found, once each.

    Who is called H'Blăm is also asked for as Blăm.
    """
    parted = APOSTROPHES.sub(" ", name)
    return frozenset({*words(name), *words(parted), *map(ending, filter(None, (code, phone)))})


def words(text: str) -> list[str]:
    """Return the words of a name as they are searched: folded, without signs between them."""
    plain = "".join(sign if _is_of_word(sign) else " " for sign in folded(text))
    return [word[:LONGEST] for word in plain.split()]


def _is_of_word(sign: str) -> bool:
    """Khmer and Cham write vowels as marks, which are no letters to Python."""
    return sign.isalnum() or unicodedata.category(sign)[0] == "M"


def ending(text: str) -> str:
    """Return the term that begins as this text ends."""
    return (_END + text[::-1])[:LONGEST]


def behind(term: str) -> str:
    """Return what sorts behind all that begins with a term, byte by byte."""
    return term + "\U0010ffff"
