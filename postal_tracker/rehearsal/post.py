"""One rehearsal post that is open: its world, its clock, its hooks, and what it remembers.

What was put into the post, and when, is all that a story hangs on; so that is all that is kept.
Scans that fell due while it was closed are told to whoever asks, and to no hook.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import httpx
from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, ValidationError

from adapters import signing
from postal_tracker.rehearsal.hooks import Hooks
from postal_tracker.rehearsal.world import Fate, World

NUMBERS_PER_PICKUP = 1000
TICK_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalSettings:
    """How one rehearsal carrier behaves. Raises ValueError if it could not work so."""

    token: str = field(repr=False)
    """Shown by whoever calls, and the key that hooks are signed with."""
    hook_url: str = ""
    """Where hooks go; "" sends none."""
    seed: int = 1
    """The same seed, the same fates."""
    speed: float = 60.0
    """At 60, an hour in the post passes in a minute; at 0 the clock stands until it is moved."""
    starts_at: datetime | None = None
    """What the clock shows at first, if it is moved by hand; aware. None: the real time."""
    first_pause_seconds: float = 0.5
    """Between the first and the second try of a hook; each further pause is twice as long."""
    memory: Path | None = None
    """Where parcels are remembered when the post closes; None forgets them. Keep the seed."""

    def __post_init__(self) -> None:
        signing.key_bytes(self.token)
        if not 0 <= self.speed <= 1_000_000:
            raise ValueError("speed lies between 0 and 1,000,000")
        if self.starts_at is not None and self.starts_at.utcoffset() is None:
            raise ValueError("starts_at needs an offset")
        if self.hook_url and httpx.URL(self.hook_url).scheme not in ("http", "https"):
            raise ValueError("hook_url is no http address")


TrackingNumber = Annotated[
    str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9.-]{3,38}[A-Z0-9]$", max_length=40)
]
Place = Annotated[str, StringConstraints(max_length=200)]


class ParcelToCome(BaseModel):
    tracking_number: TrackingNumber
    sender_place: Place = ""
    recipient_place: Place = ""
    dossiers: int = Field(1, ge=1, le=1000)


class Pickup(BaseModel):
    tracking_numbers: list[TrackingNumber] = Field(min_length=1, max_length=NUMBERS_PER_PICKUP)
    fate: Fate | None = None


class Remembered(BaseModel):
    """One line of the memory."""

    at: AwareDatetime
    act: ParcelToCome | Pickup


class Post:
    """The world, its clock, and the hooks that tell of it."""

    def __init__(self, settings: RehearsalSettings) -> None:
        self.is_moved_by_hand = settings.speed == 0
        self._stands_at = settings.starts_at or datetime.now(UTC)
        self.world = World(settings.seed, speed=settings.speed or 1.0)
        self.hooks = Hooks(
            settings.hook_url,
            settings.token,
            seed=settings.seed,
            first_pause_seconds=settings.first_pause_seconds,
        )
        self._memory = settings.memory
        self._recall()

    def now(self) -> datetime:
        return self._stands_at if self.is_moved_by_hand else datetime.now(UTC)

    def expect(self, parcel: ParcelToCome) -> bool:
        """Return whether the parcel was not expected yet."""
        at = self.now()
        is_new = self._expect(parcel, at)
        if is_new:
            self._remember(parcel, at)
        self.catch_up()
        return is_new

    def take(self, pickup: Pickup) -> list[str]:
        """Return the numbers that were not in the post yet."""
        at = self.now()
        taken = self._take(pickup, at)
        if taken:
            self._remember(pickup, at)
        self.catch_up()
        return taken

    def move_clock(self, by: timedelta) -> int:
        """Return how many scans that brought."""
        self._stands_at += by
        return self.catch_up()

    def catch_up(self) -> int:
        """Let happen what is due by now; return how many scans that were."""
        scans = self.world.advance(self.now())
        self.hooks.tell(scans)
        return len(scans)

    async def catch_up_for_ever(self) -> None:
        while not self.is_moved_by_hand:
            self.catch_up()
            await asyncio.sleep(TICK_SECONDS)

    def _expect(self, parcel: ParcelToCome, at: datetime) -> bool:
        return self.world.announce(
            parcel.tracking_number,
            sender_place=parcel.sender_place,
            recipient_place=parcel.recipient_place,
            now=at,
        )

    def _take(self, pickup: Pickup, at: datetime) -> list[str]:
        return self.world.pick_up(pickup.tracking_numbers, now=at, fate=pickup.fate)

    def _remember(self, act: ParcelToCome | Pickup, at: datetime) -> None:
        if self._memory:
            with self._memory.open("a", encoding="utf-8") as memory:
                # The line break comes first: it also ends a line that a power cut left torn.
                memory.write("\n" + Remembered(at=at, act=act).model_dump_json())

    def _recall(self) -> None:
        if self._memory and self._memory.exists():
            for line in self._memory.read_text(encoding="utf-8").splitlines():
                self._do_again(line)
            self.world.advance(self.now())

    def _do_again(self, line: str) -> None:
        try:
            remembered = Remembered.model_validate_json(line)
        except ValidationError:
            # The power went while it was written, so nobody was told that it was taken.
            return
        match remembered.act:
            case ParcelToCome() as parcel:
                self._expect(parcel, remembered.at)
            case Pickup() as pickup:
                self._take(pickup, remembered.at)
