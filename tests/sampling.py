"""How much of the long checks is done: all of it, or the part that a seed draws."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

import pytest

T = TypeVar("T")

PART = 4
"""One in so many, where a test names no other."""


class Share:
    """What one test does of all that it could do."""

    def __init__(self, seed: str, name: str) -> None:
        self.is_part = bool(seed)
        """Then figures are no judgement: other checks may run on the same machine."""
        self.seed = seed
        """For what draws by itself."""
        self._chance = Random(f"{seed} {name}")

    def of(self, times: int, part: int = PART) -> int:
        """Return how often something is done again, at least once."""
        return max(1, times // part) if self.is_part else times

    def drawn(self, among: Sequence[T], part: int = PART) -> list[T]:
        """Return what is tried, in any order."""
        return self._chance.sample(among, self.of(len(among), part))


def left_to_others(items: Iterable[pytest.Item], seed: str) -> list[pytest.Item]:
    """Return the tests that a seed does not draw: of those marked `one_in(n)` all but one in n.

    They are drawn in each file by themselves, so that none is left out altogether.
    """
    marked: dict[tuple[str, int], list[pytest.Item]] = defaultdict(list)
    for item in items:
        if (mark := item.get_closest_marker("one_in")) and item.get_closest_marker("slow"):
            marked[item.path.name, mark.args[0]].append(item)
    left = []
    for (name, n), those in marked.items():
        Random(f"{seed} {name}").shuffle(those)
        left += those[-(-len(those) // n) :]
    return left
