"""The day and the month of a moment in Vietnam, in the words of both databases."""

from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class LocalDay(FunctionElement[Any]):
    """The day of a moment in Vietnam."""

    type = Date()
    inherit_cache = True


class FirstOfMonth(LocalDay):
    """The first day of its month in Vietnam."""

    inherit_cache = True


@compiles(LocalDay, "sqlite")
def _day_in_sqlite(element: LocalDay, compiler: SQLCompiler, **how: Any) -> str:
    month = ", 'start of month'" if isinstance(element, FirstOfMonth) else ""
    return f"date({compiler.process(element.clauses, **how)}, '+7 hours'{month})"


@compiles(LocalDay, "postgresql")
def _day_in_postgres(element: LocalDay, compiler: SQLCompiler, **how: Any) -> str:
    local = f"timezone('Asia/Ho_Chi_Minh', {compiler.process(element.clauses, **how)})"
    if isinstance(element, FirstOfMonth):
        local = f"date_trunc('month', {local})"
    return f"CAST({local} AS date)"
