"""Whether the tallies say what a count of everything says."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select, union_all

from postal_tracker.ledger.tallies import deeds, scans, standing
from postal_tracker.ledger.tallies.sums import CELL, Cell, add, told


def differing(connection: Connection) -> Mapping[Cell, int]:
    """Return by how much cells are too high, all in one look: others write meanwhile."""
    told_ = told().c
    both = union_all(
        select(*(told_[name] for name in (*CELL, "n"))),
        *standing.right(),
        scans.right(),
        deeds.right(),
    ).subquery("both")
    cell = [both.c[name] for name in CELL]
    too_much = func.sum(both.c.n)
    query = select(*cell, too_much).group_by(*cell).having(too_much != 0)
    return {Cell(*row[:-1]): int(row[-1]) for row in connection.execute(query)}


def mend(connection: Connection, too_high: Mapping[Cell, int]) -> None:
    """Add what is missing and take away what is too much, as `differing` says."""
    add(connection, {cell: -n for cell, n in too_high.items()})
