"""The day and the month of a moment in Vietnam, in the words of both databases."""

from typing import Any

from sqlalchemy import Date, Integer
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


class DayNumber(FunctionElement[Any]):
    """The same as a number: how many days since 1 January 1970."""

    type = Integer()
    inherit_cache = True


@compiles(DayNumber, "sqlite")
def _number_in_sqlite(element: DayNumber, compiler: SQLCompiler, **how: Any) -> str:
    return f"(unixepoch({compiler.process(element.clauses, **how)}, '+7 hours') / 86400)"


@compiles(DayNumber, "postgresql")
def _number_in_postgres(element: DayNumber, compiler: SQLCompiler, **how: Any) -> str:
    moment = compiler.process(element.clauses, **how)
    return f"(CAST(timezone('Asia/Ho_Chi_Minh', {moment}) AS date) - DATE '1970-01-01')"


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
