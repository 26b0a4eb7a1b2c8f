"""How many commands may wait: as many as are done in about a second, by what they took lately."""

from dataclasses import dataclass

SECONDS = 1.0
"""Of work that may wait; whoever came behind more than that does better to come again."""

FEWEST = 100
"""So many may always wait, for they fit into one transaction: a slow one just before, which served
a single caller, must not close the door to the crowd behind it."""

SHARES = 3
"""As many let requests in; each has its own part of the places, so that none fills the others'."""

WEIGHT = 0.2
"""Of the newest transaction in the mean (an exponentially weighted moving average)."""


@dataclass(slots=True)
class Pace:
    """What a command took lately, its part of the commit included."""

    seconds: float = 0.001

    def note(self, seconds: float, commands: int) -> None:
        """Note what a transaction of so many commands took."""
        if not commands:
            return
        self.seconds += WEIGHT * (seconds / commands - self.seconds)

    def most_waiting(self, share: str) -> int:
        """Return how many may wait of one share; of nobody's share, in all."""
        seconds = SECONDS / SHARES if share else SECONDS
        return max(FEWEST, int(seconds / max(self.seconds, 1e-6)))
