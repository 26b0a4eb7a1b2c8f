"""Hours between two moments, on both databases."""

from typing import Any

from sqlalchemy import Float
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
