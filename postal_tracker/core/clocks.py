"""How far clocks may differ, and by which factor a rehearsal's waits are shortened."""

from dataclasses import dataclass
from datetime import timedelta

CLOCK_SKEW = timedelta(minutes=10)
"""How far ahead of ours another clock may be before we think it wrong."""


@dataclass(frozen=True, slots=True)
class Timing:
    """How waits for carriers are shortened, all by the same factor: a rehearsal's are."""

    speedup: float = 1.0

    @property
    def has_nights(self) -> bool:
        """Whether people hand over parcels by day only; a rehearsal's post knows no night."""
        return self.speedup == 1

    def shortened(self, wait: timedelta) -> timedelta:
        """Return how long to wait by our clock."""
        return wait / self.speedup

    def lived(self, gone: timedelta) -> timedelta:
        """Return how long that was for the post."""
        return gone * self.speedup


REAL_TIME = Timing()
