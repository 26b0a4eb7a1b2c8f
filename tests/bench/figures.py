"""What was measured, as ratios within one run: two sides take turns, and the middle one counts.

Absolute figures tell of the machine and of who else uses it; a ratio of neighbours tells of us.
"""

import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ratio:
    """One side's speed as a share of another's, both measured in turn."""

    name: str
    ours: float
    other: float
    """Per second, the median of the blocks."""
    ratio: float
    lowest: float
    highest: float
    goal: float
    note: str = ""

    @property
    def is_reached(self) -> bool:
        return self.ratio >= self.goal


@dataclass(frozen=True, slots=True)
class Limit:
    """What one thing costs, and what it may cost at most."""

    name: str
    value: float
    most: float
    unit: str
    note: str = ""

    @property
    def is_reached(self) -> bool:
        return self.value <= self.most


def in_turn(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure each side once in every round; the order is turned about from round to round."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides)
    for _ in range(rounds):
        for name in order:
            found[name].append(sides[name]())
        order.reverse()
    return found


def ratio(
    name: str, ours: Sequence[float], other: Sequence[float], *, goal: float, note: str = ""
) -> Ratio:
    """Compare block by block with the neighbour of the same round; the middle ratio counts."""
    each = sorted(one / two for one, two in zip(ours, other, strict=True))
    return Ratio(
        name=name,
        ours=statistics.median(ours),
        other=statistics.median(other),
        ratio=statistics.median(each),
        lowest=each[0],
        highest=each[-1],
        goal=goal,
        note=note,
    )


def as_rows(found: Sequence[Ratio | Limit]) -> list[dict[str, Any]]:
    return [{**asdict(f), "is_reached": f.is_reached} for f in found]


def table(ratios: Sequence[Ratio]) -> str:
    head = f"{'':44}{'ours/s':>10}{'other/s':>10}{'ratio':>8}{'blocks':>15}{'goal':>7}"
    lines = [head]
    for r in ratios:
        blocks = f"{r.lowest:.2f} - {r.highest:.2f}"
        reached = "reached" if r.is_reached else "missed"
        line = f"{r.name:44}{r.ours:10,.0f}{r.other:10,.0f}{r.ratio:8.2f}{blocks:>15}{r.goal:7.2f}"
        lines.append(f"{line}  {reached}")
        lines += [f"    {r.note}"] if r.note else []
    return "\n".join(lines)


def limits_table(limits: Sequence[Limit]) -> str:
    lines = []
    for one in limits:
        value = f"{one.value:,.{2 if one.value < 100 else 0}f} {one.unit}"
        reached = "reached" if one.is_reached else "missed"
        most = f"{one.most:7,.{1 if one.most < 10 else 0}f}"
        lines.append(f"{one.name:44}{value:>20}{'at most':>18}{most}  {reached}")
        lines += [f"    {one.note}"] if one.note else []
    return "\n".join(lines)


def machine() -> str:
    """Return what the figures depend on: how many cores, and how busy they are just now."""
    one, five, _ = os.getloadavg()
    return f"{os.cpu_count()} cores, load {one:.1f} (1 min) and {five:.1f} (5 min)"
