"""The projections of the ledger, as far as parcels and dossiers keep them alike.

They are the stored copies of where things stand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from postal_tracker.storage.prepared import Prepared, answers


def lock(
    connection: Connection, *wanted: tuple[Prepared, Iterable[int]]
) -> Iterator[Sequence[Any]]:
    """Lock the rows that each question finds of these ids, in the order of the questions."""
    questions = [(query, {"ids": sorted(ids)}) for query, ids in wanted]
    found = iter(answers(connection, *(one for one in questions if one[1]["ids"])))
    return (next(found) if values["ids"] else [] for _, values in questions)


Columns = Mapping[int, dict[str, Any]]
"""What is to be stored in some rows, by id."""


def split(rows: Columns, is_first: Callable[[int], bool]) -> tuple[Columns, Columns]:
    first = {id_: row for id_, row in rows.items() if is_first(id_)}
    return first, {id_: row for id_, row in rows.items() if id_ not in first}


def order_out(order: tuple[datetime, int, str]) -> list[Any]:
    return [moment_out(order[0]), order[1], order[2]]


def moment_out(moment: datetime) -> str:
    """Return a moment as it is stored in JSON: in UTC, or the same one would have many forms."""
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).isoformat()


def order_in(order: Sequence[Any]) -> tuple[datetime, int, str]:
    return datetime.fromisoformat(order[0]), order[1], order[2]
