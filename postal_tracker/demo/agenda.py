"""What is to happen in the past, in the order of its time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

Do = Callable[[datetime], object]


@dataclass(order=True, slots=True)
class _Step:
    at: datetime
    turn: int
    do: Do = field(compare=False)


@dataclass(slots=True)
class Agenda:
    """Steps planned ahead; one that is done may plan others."""

    _steps: list[_Step] = field(default_factory=list)
    _turns: int = 0

    def at(self, when: datetime, do: Do) -> None:
        self._turns += 1  # of two steps at one moment, the one planned first comes first
        heapq.heappush(self._steps, _Step(when, self._turns, do))

    def live_until(self, now: datetime, after_each: Callable[[], None]) -> None:
        while self._steps and self._steps[0].at <= now:
            step = heapq.heappop(self._steps)
            step.do(step.at)
            after_each()
