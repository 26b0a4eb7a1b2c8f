"""What a planner is told of how many rows meet a condition, where it would guess wrong."""

from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class OfMany(FunctionElement[Any]):
    """A condition that many rows meet: no index is chosen for it alone.

    SQLite takes `x IS NULL` for what ten rows have, and would rather go by that than by a range.
    PostgreSQL knows by its statistics.
    """

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ARG002 - SQLAlchemy names it
        """Stay as it is: behind `= 1` SQLite would no longer find the partial index by it."""
        return self


@compiles(OfMany, "sqlite")
def _in_sqlite(element: OfMany, compiler: SQLCompiler, **how: Any) -> str:
    return f"likelihood({compiler.process(element.clauses, **how)}, 0.9)"


@compiles(OfMany, "postgresql")
def _in_postgres(element: OfMany, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)
