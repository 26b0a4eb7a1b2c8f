"""An invented postal service in Quảng Ninh and Hà Nội, and what becomes of each parcel in it.

Pure: no network, and the clock is an argument. What becomes of a parcel hangs on the seed and its
number alone, so the same seed tells the same story, whatever else is in the post.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto
from random import Random
from unicodedata import normalize

OFFICES = {
    "Uông Bí": "Quảng Ninh",
    "Hạ Long": "Quảng Ninh",
    "Cẩm Phả": "Quảng Ninh",
    "Móng Cái": "Quảng Ninh",
    "Đông Triều": "Quảng Ninh",
    "Quảng Yên": "Quảng Ninh",
    "Vân Đồn": "Quảng Ninh",
    "Tiên Yên": "Quảng Ninh",
    "Yên Tử": "Quảng Ninh",
    "Cầu Giấy": "Hà Nội",
    "Hoàn Kiếm": "Hà Nội",
    "Đống Đa": "Hà Nội",
    "Hà Đông": "Hà Nội",
    "Long Biên": "Hà Nội",
}
SORTING_CENTRES = {
    "Quảng Ninh": "Trung tâm khai thác Hạ Long, Quảng Ninh",
    "Hà Nội": "Trung tâm khai thác Gia Lâm, Hà Nội",
}


class Fate(StrEnum):
    """What becomes of a parcel once it is in the post."""

    DELIVERED = "delivered"
    FAILED_ONCE = "failed_once"
    AWAITING_COLLECTION = "awaiting_collection"
    """Nobody at home; the recipient fetches it."""
    RETURNED = "returned"
    LOST = "lost"
    DAMAGED = "damaged"
    SILENT = "silent"
    """On its way, then never heard of again."""
    UNRECOGNISED = "unrecognised"
    """Delivered, but one status on the way is in nobody's table."""


class Stop(Enum):
    """A place on the way, seen from the parcel."""

    ORIGIN = auto()
    NEAR_SORTING = auto()
    FAR_SORTING = auto()
    DESTINATION = auto()


@dataclass(frozen=True, slots=True)
class Step:
    """One scan to come: its status, where, how long after the one before, and why."""

    status: str
    stop: Stop
    hours: tuple[float, float]
    """At least and at most."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan as the carrier tells it."""

    id: str
    """The same each time it is told; a number in the post for a second time has other ids."""
    tracking_number: str
    status: str
    happened_at: datetime
    office: str
    reason: str = ""


ROAD = (
    Step("NHAN_GUI", Stop.ORIGIN, (0, 0)),
    Step("ROI_BC", Stop.ORIGIN, (1, 4)),
    Step("DEN_TTKT", Stop.NEAR_SORTING, (1, 3)),
    Step("ROI_TTKT", Stop.NEAR_SORTING, (2, 8)),
    Step("DEN_TTKT", Stop.FAR_SORTING, (3, 5)),
    Step("ROI_TTKT", Stop.FAR_SORTING, (2, 6)),
    Step("DEN_BCP", Stop.DESTINATION, (2, 5)),
)
OUT = Step("DI_PHAT", Stop.DESTINATION, (1, 4))
OUT_NEXT_DAY = Step("DI_PHAT", Stop.DESTINATION, (16, 22))
HANDED_OUT = Step("PHAT_TC", Stop.DESTINATION, (0.5, 4))

STORIES: dict[Fate, tuple[Step, ...]] = {
    Fate.DELIVERED: (*ROAD, OUT, HANDED_OUT),
    Fate.FAILED_ONCE: (
        *ROAD,
        OUT,
        Step("PHAT_KTC", Stop.DESTINATION, (0.5, 4), "VANG_NHA"),
        OUT_NEXT_DAY,
        HANDED_OUT,
    ),
    Fate.AWAITING_COLLECTION: (
        *ROAD,
        OUT,
        Step("PHAT_KTC", Stop.DESTINATION, (0.5, 4), "KHONG_LH"),
        Step("CHO_NHAN", Stop.DESTINATION, (1, 3)),
        Step("PHAT_TC", Stop.DESTINATION, (10, 60)),
    ),
    Fate.RETURNED: (
        *ROAD,
        OUT,
        Step("PHAT_KTC", Stop.DESTINATION, (0.5, 4), "TU_CHOI"),
        Step("CHUYEN_HOAN", Stop.DESTINATION, (2, 20), "TU_CHOI"),
        Step("CHUYEN_HOAN", Stop.NEAR_SORTING, (8, 20)),
        Step("HOAN_TC", Stop.ORIGIN, (3, 10)),
    ),
    Fate.LOST: (*ROAD[:4], Step("SU_CO", Stop.NEAR_SORTING, (30, 70), "THAT_LAC")),
    Fate.DAMAGED: (*ROAD, Step("SU_CO", Stop.DESTINATION, (1, 4), "HU_HONG")),
    Fate.SILENT: ROAD[:4],
    Fate.UNRECOGNISED: (
        *ROAD[:4],
        Step("KIEM_HOA_LAI", Stop.NEAR_SORTING, (0.5, 2)),
        *ROAD[4:],
        OUT,
        HANDED_OUT,
    ),
}

CHANCES = {
    Fate.DELIVERED: 70,
    Fate.FAILED_ONCE: 8,
    Fate.AWAITING_COLLECTION: 6,
    Fate.RETURNED: 5,
    Fate.UNRECOGNISED: 4,
    Fate.SILENT: 3,
    Fate.LOST: 2,
    Fate.DAMAGED: 2,
}
"""How many in a hundred; a worse post than the real one, or a demonstration would show little."""


@dataclass(frozen=True, slots=True)
class Route:
    """The post offices that a parcel passes."""

    origin: str
    destination: str

    def leads_through(self, stop: Stop) -> bool:
        """Whether there is such a stop: within one province, one sorting centre does."""
        return stop is not Stop.FAR_SORTING or OFFICES[self.origin] != OFFICES[self.destination]

    def office(self, stop: Stop) -> str:
        town = self.origin if stop in (Stop.ORIGIN, Stop.NEAR_SORTING) else self.destination
        if stop in (Stop.NEAR_SORTING, Stop.FAR_SORTING):
            return SORTING_CENTRES[OFFICES[town]]
        return f"Bưu cục {town}, {OFFICES[town]}"


class World:
    """All parcels in the post. Times are the caller's clock, whatever it shows; never backwards."""

    def __init__(self, seed: int = 1, *, speed: float = 1.0) -> None:
        """Waits are divided by `speed`: at 60, an hour in the post passes in a minute."""
        self._seed = seed
        self._speed = speed
        self._routes: dict[str, Route] = {}
        self._in_the_post: set[str] = set()
        self._told: dict[str, list[Scan]] = {}
        self._to_come: list[tuple[datetime, int, Scan]] = []
        self._planned = 0

    def announce(
        self,
        tracking_number: str,
        *,
        sender_place: str = "",
        recipient_place: str = "",
        now: datetime,
    ) -> bool:
        """Expect a parcel; it starts nowhere before a postman has it. False if it was expected.

        Places are free text; a town that has a post office here is found in it.
        """
        if tracking_number in self._routes:
            return False
        route = self._route(tracking_number, sender_place, recipient_place)
        self._routes[tracking_number] = route
        id_ = f"{tracking_number}-{now:%y%m%d%H%M%S}-0"
        self._plan(Scan(id_, tracking_number, "DANG_KY", now, route.office(Stop.ORIGIN)))
        return True

    def pick_up(
        self, tracking_numbers: Iterable[str], *, now: datetime, fate: Fate | None = None
    ) -> list[str]:
        """Put parcels into the postman's bag, announced or not; return those not in the post yet.

        `fate` is theirs if given, else each has its own.
        """
        taken = [n for n in dict.fromkeys(tracking_numbers) if n not in self._in_the_post]
        for number in taken:
            self._in_the_post.add(number)
            route = self._routes.setdefault(number, self._route(number, "", ""))
            for scan in self._story(number, route, fate, now):
                self._plan(scan)
        return taken

    def advance(self, now: datetime) -> list[Scan]:
        """Return the scans that have become due since the last time, in the order they happened."""
        due: list[Scan] = []
        while self._to_come and self._to_come[0][0] <= now:
            scan = heapq.heappop(self._to_come)[2]
            self._told.setdefault(scan.tracking_number, []).append(scan)
            due.append(scan)
        return due

    def tracking(self, tracking_numbers: Sequence[str]) -> list[Scan]:
        """Return every scan so far of these parcels; nothing of those not known here."""
        return [scan for number in tracking_numbers for scan in self._told.get(number, ())]

    def _story(self, number: str, route: Route, fate: Fate | None, now: datetime) -> list[Scan]:
        chance = self._chance(number, "story")
        drawn = chance.choices(list(CHANCES), list(CHANCES.values()))[0]
        scans: list[Scan] = []
        at = now
        for step in STORIES[fate or drawn]:
            if route.leads_through(step.stop):
                at += timedelta(hours=chance.uniform(*step.hours)) / self._speed
                id_ = f"{number}-{now:%y%m%d%H%M%S}-{len(scans) + 1}"
                office = route.office(step.stop)
                scans.append(Scan(id_, number, step.status, at, office, step.reason))
        return scans

    def _route(self, number: str, sender_place: str, recipient_place: str) -> Route:
        origin = _town_in(sender_place) or "Uông Bí"
        others = [town for town in OFFICES if town != origin]
        return Route(
            origin, _town_in(recipient_place) or self._chance(number, "route").choice(others)
        )

    def _chance(self, number: str, about: str) -> Random:
        return Random(f"{self._seed}/{number}/{about}")

    def _plan(self, scan: Scan) -> None:
        self._planned += 1  # of two scans at one moment, the one planned first happens first
        heapq.heappush(self._to_come, (scan.happened_at, self._planned, scan))


def _town_in(place: str) -> str | None:
    place = normalize("NFC", place)
    return next((town for town in OFFICES if town in place), None)
