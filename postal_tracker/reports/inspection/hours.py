"""Hours between two moments, on both databases."""

from typing import Any

from sqlalchemy import DateTime, Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class Hours(FunctionElement[Any]):
    """Hours from the first moment to the second."""

    type = Float()
    inherit_cache = True


@compiles(Hours, "sqlite")
def _hours_in_sqlite(element: Hours, compiler: SQLCompiler, **how: Any) -> str:
    begins, ends = (compiler.process(one, **how) for one in element.clauses)
    return f"((julianday({ends}) - julianday({begins})) * 24.0)"


@compiles(Hours, "postgresql")
def _hours_in_postgres(element: Hours, compiler: SQLCompiler, **how: Any) -> str:
    begins, ends = (compiler.process(one, **how) for one in element.clauses)
    return f"(EXTRACT(EPOCH FROM ({ends} - {begins})) / 3600.0)"


class Later(FunctionElement[Any]):
    """A moment so many seconds after another; SQLite cuts it to whole ones. Cheaper than Hours."""

    type = DateTime(timezone=True)
    inherit_cache = True


@compiles(Later, "sqlite")
def _later_in_sqlite(element: Later, compiler: SQLCompiler, **how: Any) -> str:
    moment, seconds = (compiler.process(one, **how) for one in element.clauses)
    return f"datetime({moment}, {seconds} || ' seconds')"


@compiles(Later, "postgresql")
def _later_in_postgres(element: Later, compiler: SQLCompiler, **how: Any) -> str:
    moment, seconds = (compiler.process(one, **how) for one in element.clauses)
    return f"({moment} + {seconds} * interval '1 second')"
