"""A simulated post for the back-test of arrival times: it shares no code with what is tested.

It moves parcels day by day: collected, sorted, carried, delivered, each on days on which that is
done. Its regimes: weekdays and weekends, Tết and the backlog after it, a flood, one carrier that
gets worse, and parcels that are lost.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

A_DAY = timedelta(days=1)
TET = [(date(2025, 1, 25), date(2025, 2, 2)), (date(2026, 2, 14), date(2026, 2, 22))]
DAYS_OFF = {
    *(date(2025, 4, 7), date(2025, 4, 30), date(2025, 5, 1), date(2025, 5, 2)),
    *(date(2025, 9, 1), date(2025, 9, 2), date(2026, 1, 1), date(2026, 4, 27)),
    *(date(2026, 4, 30), date(2026, 5, 1), date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)),
}
FLOOD = (date(2025, 9, 8), date(2025, 9, 17))
WORSE_FROM = date(2025, 11, 3)
WORSE = "viettel_post"
LOST = 0.01


@dataclass
class Sent:
    """One parcel, as the simulated post moves it."""

    number: int
    carrier: str
    direction: str
    place: int
    taken_on: date
    arrived_on: date | None
    """None: it is lost."""


STEPS = {"vnpost": (0.75, 0.55), "viettel_post": (0.85, 0.6), "ghn": (0.8, 0.75)}
"""How probable it is that a step is done on a day: sorting and carrying, the last mile."""

LEGS = {
    ("to_authority", 1): 2,
    ("to_authority", 2): 3,
    ("to_centre", 1): 2,
    ("to_centre", 2): 3,
    ("to_citizen", 0): 2,
}
"""How many steps there are before the last mile."""


class SimulatedPost:
    """Sends parcels from a day to another; the same seed sends the same ones."""

    def __init__(self, seed: int, carriers=tuple(STEPS), a_day: float = 3.0) -> None:
        self.chance = random.Random(seed)
        self.carriers, self.a_day = carriers, a_day

    def sends(self, first: date, last: date) -> list[Sent]:
        sent, day = [], first
        while day <= last:
            if self._is_open(day):
                for carrier in self.carriers:
                    for (direction, place), steps in LEGS.items():
                        for _ in range(self._how_many(day)):
                            arrived = self._travel(carrier, direction, steps, day)
                            who = (carrier, direction, place)
                            sent.append(Sent(len(sent) + 1, *who, day, arrived))
            day += A_DAY
        return sent

    def when_have_come(
        self, share: float, carrier: str, direction: str, place: int, day: date
    ) -> date:
        """Return by which day such a share of parcels taken on a day has come, of a thousand."""
        steps = LEGS[direction, place]
        came = (self._travel(carrier, direction, steps, day) for _ in range(1_000))
        return sorted(on for on in came if on)[int(share * 990) - 1]

    def _how_many(self, day: date) -> int:
        more = 1.5 if day.weekday() == 0 else 1.0
        return sum(self.chance.random() < self.a_day * more / 6 for _ in range(6))

    @staticmethod
    def _is_open(day: date) -> bool:
        return day.weekday() < 5 and day not in DAYS_OFF and not _in_tet(day)

    def _travel(self, carrier: str, direction: str, steps: int, day: date) -> date | None:
        if self.chance.random() < LOST:
            return None
        quick, door = STEPS[carrier]
        for step in range(steps + 1):
            is_last = step == steps
            # What is taken in the morning is sorted on the same day.
            day += A_DAY * (step > 0 or self.chance.random() < 0.3)
            while not self._done(day, carrier, door if is_last else quick, direction, is_last):
                day += A_DAY
        return day

    def _done(self, day: date, carrier: str, share: float, direction: str, is_last: bool) -> bool:
        if _in_tet(day) or (is_last and day in DAYS_OFF) or day.weekday() == 6:
            return False
        if is_last and direction != "to_citizen" and day.weekday() == 5:
            return False
        if FLOOD[0] <= day <= FLOOD[1]:
            share *= 0.45
        if any(timedelta(0) < day - last <= 6 * A_DAY for _, last in TET):
            share *= 0.6
        if carrier == WORSE and day >= WORSE_FROM:
            share *= 0.6
        return self.chance.random() < share


def _in_tet(day: date) -> bool:
    return any(first <= day <= last for first, last in TET)
