"""In which language a request is answered: the visitor's own choice, else the browser's wish."""

import re
from functools import lru_cache

from fastapi import Request

from postal_tracker.core.bilingual_terms import LANGS, Lang

_WEIGHT = r";\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)"
_WISH = re.compile(rf"\s*(\*|[a-z]{{1,8}})(?:-[a-z0-9]{{1,8}})*\s*(?:{_WEIGHT}\s*)?", re.IGNORECASE)


_LONGEST = 1000
"""Characters of the header that are read."""


def language_of(request: Request) -> Lang:
    """Return the language chosen by switch, else the one that the browser likes best."""
    kept = request.cookies.get("__Host-lang") or request.cookies.get("lang")
    chosen = request.query_params.get("lang") or kept
    if chosen in LANGS:
        return chosen
    return liked_best(request.headers.get("accept-language", "")[:_LONGEST])


@lru_cache(maxsize=256)
def liked_best(accept_language: str) -> Lang:
    """Return which of our languages has the greatest weight, at a tie the one named first.

    RFC 9110, section 12.5.4: `*` is any language not named. Vietnamese for what cannot be read.
    """
    wishes: dict[str, tuple[float, int]] = {}
    for place, wish in enumerate(accept_language.split(",")):
        if found := _WISH.fullmatch(wish):
            wishes.setdefault(found[1].lower(), (float(found[2] or 1), -place))
    return max(LANGS, key=lambda lang: wishes.get(lang) or wishes.get("*") or (0.0, 0))
