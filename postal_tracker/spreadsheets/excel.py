"""openpyxl, loaded when somebody reads or writes the first workbook.

With numpy, which it takes along where it is there, that is 38 MB: a service that nobody asks for a
workbook does without.
"""

import importlib
from functools import cache
from typing import Any


class _Excel:
    """The library by its own names; it has no types."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_loaded(), name)


@cache
def _loaded() -> Any:
    return importlib.import_module("openpyxl")


xl: Any = _Excel()
