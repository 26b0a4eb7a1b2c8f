"""From page to page of a list: on by its cursor, and back by those the way there went by.

The way back stands in the address, so that every list has one without a query of its own.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import Request

_MOST_BACK = 20
"""Pages; an address that grew on and on would be refused."""
_LONGEST = 200


class Turn(NamedTuple):
    """The addresses of the page before and of the next one; empty where there is none."""

    previous: str
    next: str


def turn(request: Request, path: str, cursor: str | None, **instead: str) -> Turn:
    """Return where one can go from here. `instead`: what the address is to hold in any case."""
    asked = request.query_params
    kept = {name: value for name, value in asked.items() if name not in ("cursor", "past", "lang")}
    kept = {name: value for name, value in (kept | instead).items() if value}
    way, here = [each[:_LONGEST] for each in asked.getlist("past")], asked.get("cursor", "")
    onward = [*way, here][-_MOST_BACK:]
    return Turn(
        _address(path, kept, way[:-1], way[-1]) if way and here else "",
        _address(path, kept, onward, cursor) if cursor else "",
    )


def _address(path: str, kept: dict[str, str], way: list[str], cursor: str) -> str:
    query = [*kept.items(), *(("past", each) for each in way)]
    query += [("cursor", cursor)] if cursor else []
    return path + (f"?{urlencode(query)}" if query else "")
