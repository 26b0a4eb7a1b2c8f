"""What the story of the rehearsal centre is made of: the town, the people, a parcel's fate."""

from collections.abc import Sequence
from dataclasses import dataclass

from postal_tracker.access import Caller
from postal_tracker.core.journey import Direction
from postal_tracker.rehearsal.world import Fate

WORKING_DAYS = 24
REHEARSAL = "rehearsal"
BY_HAND = "by_hand"

HOME = "Uông Bí"
"""The town of the centre."""

FATES = {
    1: Fate.DELIVERED,
    2: Fate.AWAITING_COLLECTION,
    3: Fate.RETURNED,
    4: Fate.UNRECOGNISED,
    5: Fate.SILENT,
    6: Fate.RETURNED,
    7: Fate.FAILED_ONCE,
    9: Fate.LOST,
    11: Fate.DAMAGED,
    13: Fate.RETURNED,
    15: Fate.SILENT,
    18: Fate.UNRECOGNISED,
}
"""What becomes of the first parcel handed over so many working days ago: one of each kind."""

ELSE = {Fate.DELIVERED: 88, Fate.FAILED_ONCE: 8, Fate.AWAITING_COLLECTION: 4}

FORGOTTEN = (1, 8)
"""So many working days ago the postman signed for a second parcel that his post never saw."""

SLOW = 0.09
"""How likely an authority takes far longer than it may."""

WHY = {
    "withdraw": "Người nộp đề nghị rút hồ sơ",
    "refuse": "Không thuộc thẩm quyền giải quyết",
}

LACKING = {
    "missing": ["Bản sao giấy khám sức khỏe còn hiệu lực"],
    "reason": "Giấy khám sức khỏe đã hết hạn",
    "guidance": "Khám lại tại cơ sở y tế và nộp bản sao tại quầy.",
}


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works in the past."""

    desk: Caller
    courier: Caller


@dataclass(slots=True)
class Life:
    """One dossier, as far as the story must know it."""

    code: str
    authority_id: int
    town: str
    """Where its authority's post office is."""
    home: str
    by_post: bool
    slow: bool


@dataclass(slots=True)
class Ride:
    number: str
    direction: Direction
    lives: Sequence[Life]


def town_of(address: str) -> str:
    """Return the town with a post office that serves an address of the sample catalogue."""
    towns = ("Hạ Long", "Yên Tử", "Đông Triều", "Quảng Yên")
    return next((town for town in towns if town in address), HOME)
