"""What speaking with carriers needs, whoever does it: the record, the carriers, a clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from postal_tracker.carriers.configured import Carriers
from postal_tracker.core.clocks import REAL_TIME, Timing
from postal_tracker.storage.database import Database


@dataclass(frozen=True, slots=True)
class Exchange:
    """Handed to polling and announcing, so that they need not know the house."""

    database: Database
    carriers: Carriers
    now: Callable[[], datetime]
    timing: Timing = REAL_TIME
