"""Places in a list (keyset pagination): a cursor holds the last row's values, not its number."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_

from postal_tracker.forms import field_invalid

LARGEST = 2**53


def place_of(row: Any, *names: str) -> str:
    """Return a row's place in the order of these columns, as cursors say it."""
    return "~".join(_written(getattr(row, name)) for name in names)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def behind(
    order: Sequence[Any], cursor: str | None, *kinds: Any, is_down: bool = False
) -> list[ColumnElement[bool]]:
    """Return the condition for rows behind a cursor, of these columns and kinds. Raises Invalid."""
    if not cursor:
        return []
    values = read_cursor(cursor, *kinds)
    place = tuple_(*(literal(v, c.type) for v, c in zip(values, order, strict=True)))
    return [tuple_(*order) < place if is_down else tuple_(*order) > place]


def read_cursor(cursor: str, *kinds: Callable[[str], Any]) -> list[Any]:
    """Read a cursor's parts. Raises Invalid."""
    try:
        return [kind(part) for kind, part in zip(kinds, cursor.split("~"), strict=True)]
    except (ValueError, OverflowError):
        raise field_invalid("cursor", "Không có trang này.", "There is no such page.") from None


def number(text: str) -> int:
    value = int(text)
    if not 0 <= value <= LARGEST:
        raise ValueError("no such number")
    return value


def moment(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError("a moment needs its zone")
    return value
