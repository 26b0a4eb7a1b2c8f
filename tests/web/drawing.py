"""How long the pictures of a month take to be drawn, once its figures are there."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from postal_tracker.web.staff import overview

CHARTS = 0.2
"""Seconds that all of them may take, on a machine with nothing else to do."""


@contextmanager
def timed_charts() -> Iterator[list[float]]:
    """Give how long they took, each time that a month is shown meanwhile."""
    took: list[float] = []
    draw = overview._drawn

    def timed(*told: Any) -> Any:
        began = time.perf_counter()
        drawn = draw(*told)
        took.append(time.perf_counter() - began)
        return drawn

    with patch.object(overview, "_drawn", timed):
        yield took
