"""Places on a label, and how they are divided. Millimetres from the label's left upper corner."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

GAP = 1.5
"""Between parts, where nothing else is said."""


class Box(NamedTuple):
    """A place on the label. `None` in `rows` and `columns` takes what the others leave."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    def rows(self, *heights: float | None, gap: float = GAP) -> list["Box"]:
        """Return the places from the top down, a gap between them."""
        return [
            Box(self.left, self.top + at, self.width, high)
            for at, high in _shares(heights, self.height, gap)
        ]

    def columns(self, *widths: float | None, gap: float = GAP) -> list["Box"]:
        """Return the places from left to right, a gap between them."""
        return [
            Box(self.left + at, self.top, wide, self.height)
            for at, wide in _shares(widths, self.width, gap)
        ]

    def below(self, height: float) -> "Box":
        """Return what is left under so much of it."""
        return Box(self.left, self.top + height, self.width, self.height - height)


def _shares(asked: Sequence[float | None], whole: float, gap: float) -> list[tuple[float, float]]:
    rest = whole - sum(share or 0 for share in asked) - gap * (len(asked) - 1)
    shares = [rest if share is None else share for share in asked]
    starts = accumulate((share + gap for share in shares), initial=0.0)
    return list(zip(starts, shares, strict=False))
