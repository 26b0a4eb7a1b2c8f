"""How much is done: of the long checks all or what a seed draws; of many combinations a cover."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
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


OF_THE_REST = 12
"""One in so many of the combinations beyond a cover is drawn where the whole is not asked for."""


def beyond_cover(items: Iterable[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield what a test on both databases, or marked `covering`, need not try for a cover.

    In a cover each value of each parameter occurs: it takes the combination with most values that
    are new, and among such the one whose others were tried least. So the cases of a test that has
    several go to the databases by turns.
    """
    marked: dict[str, dict[pytest.Item, set[tuple[str, str]]]] = defaultdict(dict)
    for item in items:
        if _may_be_covered(item) and not item.get_closest_marker("slow"):
            marked[item.nodeid.partition("[")[0]][item] = _values(item)
    for cases in marked.values():
        tried: Counter[tuple[str, str]] = Counter()
        every = set().union(*cases.values())
        while every - tried.keys():
            best = max(cases, key=lambda one: _worth(cases[one], tried))
            tried.update(cases.pop(best))
        yield from cases


def _may_be_covered(item: pytest.Item) -> bool:
    given = getattr(item, "callspec", None)
    return bool(given and ("database_url" in given.params or item.get_closest_marker("covering")))


def _worth(values: set[tuple[str, str]], tried: Counter[tuple[str, str]]) -> tuple[int, int]:
    return len(values - tried.keys()), -sum(tried[value] for value in values)


def _values(item: pytest.Item) -> set[tuple[str, str]]:
    """Return a test's parameters; what stands in one row of a table is one of them."""
    left = {name: repr(value) for name, value in item.callspec.params.items()}  # type: ignore[attr-defined]
    together = [mark.args[0] for mark in item.iter_markers("parametrize")]
    rows = [names.split(",") if isinstance(names, str) else names for names in together]
    for names in ([name.strip() for name in row] for row in rows):
        left[",".join(names)] = str([left.pop(name) for name in names])
    return set(left.items())
