"""How many questions the adaptive schedule saves, against asking at a fixed interval.

A simulation: thousands of parcels go through the rehearsal post by a realistic day (offices hand
over in the afternoon, postmen deliver by day), each with its own fate. A schedule asks about each
from its sealing until it is closed, or for thirty days. What counts is how late decisive scans are
learnt on the average: those after which another holds the papers, or somebody has to act. The fixed
interval is the one with the same lateness, and the questions are compared.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.event import Milestone
from adapters.rehearsal import STATUSES
from postal_tracker.core.poll_schedule import ParcelProgress, next_check
from postal_tracker.core.working_days import VIETNAM
from postal_tracker.rehearsal.world import Fate, World
from tests.bench.figures import Ratio, ratio

MONDAY = datetime(2026, 3, 2, tzinfo=VIETNAM)
WATCHED = timedelta(days=30)
FINAL = {Milestone.DELIVERED, Milestone.RETURNED}
FATES = {
    Fate.DELIVERED: 850,
    Fate.FAILED_ONCE: 75,
    Fate.AWAITING_COLLECTION: 40,
    Fate.RETURNED: 25,
    Fate.UNRECOGNISED: 5,
    Fate.SILENT: 3,
    Fate.LOST: 1,
    Fate.DAMAGED: 1,
}
"""In a thousand: a post that does its work."""
DECISIVE = {
    Milestone.ACCEPTED,
    Milestone.DELIVERY_FAILED,
    Milestone.AWAITING_COLLECTION,
    Milestone.DELIVERED,
    Milestone.RETURNING,
    Milestone.RETURNED,
    Milestone.EXCEPTION,
}
PEOPLE_DO_IT = {
    Milestone.OUT_FOR_DELIVERY,
    Milestone.DELIVERED,
    Milestone.DELIVERY_FAILED,
    Milestone.AWAITING_COLLECTION,
    Milestone.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Scan:
    at: datetime
    milestone: Milestone
    told_by: str
    """hook, desk, or nobody: then it must be asked for."""


@dataclass(frozen=True, slots=True)
class Story:
    """One parcel: sealed, and scanned by the post."""

    sealed: datetime
    scans: Sequence[Scan]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When to ask next, and whether news from elsewhere changes it."""

    next: Callable[[ParcelProgress, datetime], datetime]
    heeds_news: bool


@dataclass(slots=True)
class Tally:
    questions: int = 0
    scans: int = 0
    """The decisive ones."""
    late: timedelta = timedelta()

    @property
    def lateness(self) -> timedelta:
        """How late a decisive scan was learnt, on the average."""
        return self.late / max(self.scans, 1)


def asking(parcels: int, rounds: int) -> list[Ratio]:
    """Measure what the adaptive schedule saves: where hooks tell nearly all, and where none do."""
    return [
        _saved("with hooks for 95 %", parcels, rounds, told_by_hook=0.95),
        _saved("without any hook", parcels, rounds, told_by_hook=0.0),
    ]


def _saved(name: str, parcels: int, rounds: int, *, told_by_hook: float) -> Ratio:
    ours, fixed, notes = [], [], []
    for seed in range(1, rounds + 1):
        some = list(stories(parcels, told_by_hook=told_by_hook, seed=seed))
        mine = followed(some, OURS)
        interval, other = as_late_as(some, mine.lateness)
        ours.append(1_000 * parcels / mine.questions)
        fixed.append(1_000 * parcels / other.questions)
        note = _note(mine, other, interval, parcels)
        notes.append(note if told_by_hook else note + _least(mine.scans, other, parcels))
    return ratio(f"adaptive / fixed interval, {name}", ours, fixed, goal=5, note=notes[0])


def _note(mine: Tally, other: Tally, interval: timedelta, parcels: int) -> str:
    return (
        "in parcels followed with 1,000 questions; the first block: "
        f"{mine.questions / parcels:.1f} a parcel, decisive scans learnt {_hours(mine.lateness)} "
        f"late; every {_hours(interval)}: {other.questions / parcels:.1f}, "
        f"{_hours(other.lateness)} late"
    )


def _least(scans: int, other: Tally, parcels: int) -> str:
    """Say why five times fewer questions cannot be had where each scan must be asked for."""
    return (
        f"\n    a parcel has {scans / parcels:.1f} decisive scans to be learnt: who knew beforehand"
        " when each is made,\n    and asked once for it, would need "
        f"{other.questions / scans:.1f} times fewer than the fixed interval; nobody knows"
    )


def _hours(span: timedelta) -> str:
    minutes = round(span / timedelta(minutes=1))
    return f"{minutes // 60}:{minutes % 60:02d} h"


# The post's side


def stories(count: int, *, told_by_hook: float, seed: int) -> Iterator[Story]:
    chance = Random(seed)
    for n in range(count):
        day = MONDAY + timedelta(days=chance.randrange(5) + 7 * chance.randrange(4))
        sealed = day + timedelta(hours=chance.uniform(8, 16.5))
        taken = max(sealed, day + timedelta(hours=chance.uniform(16, 17.5)))
        world = World(seed)
        [fate] = chance.choices(list(FATES), list(FATES.values()))
        world.pick_up([f"S{n}"], now=taken + timedelta(hours=chance.uniform(0.3, 3)), fate=fate)
        scans = [
            Scan(
                made.happened_at,
                _milestone(made.status),
                "hook" if chance.random() < told_by_hook else "nobody",
            )
            for made in world.advance(sealed + WATCHED)
        ]
        signed = Scan(taken.astimezone(UTC), Milestone.HANDED_OVER, "desk")
        yield Story(sealed.astimezone(UTC), [signed, *_by_day(scans)])


def _milestone(status: str) -> Milestone:
    return STATUSES[status].milestone if status in STATUSES else Milestone.UNRECOGNISED


def _by_day(scans: Sequence[Scan]) -> list[Scan]:
    """Let nobody ring at a door by night: that waits for the morning, and the rest with it."""
    moved, wait = [], timedelta()
    for scan in scans:
        at = (scan.at + wait).astimezone(VIETNAM)
        if scan.milestone in PEOPLE_DO_IT and not 7 <= at.hour < 19:
            morning = (at + timedelta(hours=5)).replace(hour=7, minute=at.minute)
            wait += morning - at
            at = morning
        moved.append(Scan(at.astimezone(UTC), scan.milestone, scan.told_by))
    return moved


# The side of who asks


@dataclass(slots=True)
class _Watch:
    """One parcel, as it looks to who follows it by a schedule."""

    schedule: Schedule
    tally: Tally
    last: Scan
    """Of those known."""
    hooked_at: datetime | None
    ask_at: datetime
    unheard: list[Scan] = field(default_factory=list)

    def ask_until(self, end: datetime) -> None:
        """Ask whenever it is time, until the end or until it is known to have arrived."""
        while self.ask_at <= end and self.last.milestone not in FINAL:
            self.tally.questions += 1
            self._learn(self.unheard[-1:], self.ask_at)
            self.plan(self.ask_at)

    def hear_of(self, scan: Scan) -> None:
        self.tally.scans += scan.milestone in DECISIVE
        if scan.told_by == "nobody":
            self.unheard.append(scan)
            return
        # A later scan tells where the parcel is; what came before it is history.
        self._learn([scan], scan.at)
        self.hooked_at = scan.at if scan.told_by == "hook" else self.hooked_at
        if self.schedule.heeds_news:
            self.plan(scan.at)

    def plan(self, now: datetime) -> None:
        standing = ParcelProgress(self.last.milestone, self.last.at, hooked_at=self.hooked_at)
        self.ask_at = self.schedule.next(standing, now)

    def _learn(self, latest: Sequence[Scan], now: datetime) -> None:
        late = (now - scan.at for scan in self.unheard if scan.milestone in DECISIVE)
        self.tally.late += sum(late, timedelta())
        self.unheard = []
        self.last = latest[-1] if latest else self.last


def followed(some: Sequence[Story], schedule: Schedule) -> Tally:
    tally = Tally()
    for story in some:
        follow(story, schedule, tally)
    return tally


def follow(story: Story, schedule: Schedule, tally: Tally) -> None:
    """Let a schedule follow a parcel to its end."""
    sealed = Scan(story.sealed, Milestone.ANNOUNCED, "desk")
    # Its carrier's hooks are heard of other parcels before they are of this one.
    has_hooks = any(scan.told_by == "hook" for scan in story.scans)
    watch = _Watch(schedule, tally, sealed, story.sealed if has_hooks else None, story.sealed)
    watch.plan(story.sealed)
    for scan in story.scans:
        watch.ask_until(scan.at)
        watch.hear_of(scan)
    watch.ask_until(story.sealed + WATCHED)


OURS = Schedule(lambda standing, now: next_check(standing, now=now), heeds_news=True)


def every(interval: timedelta) -> Schedule:
    return Schedule(lambda _, now: now + interval, heeds_news=False)


def as_late_as(some: Sequence[Story], lateness: timedelta) -> tuple[timedelta, Tally]:
    """Return the fixed interval whose questions learn of scans as late as that, by halving."""
    low, high = timedelta(minutes=2), timedelta(days=4)
    while high - low > timedelta(seconds=30):
        middle = (low + high) / 2
        if followed(some, every(middle)).lateness < lateness:
            low = middle
        else:
            high = middle
    return high, followed(some, every(high))
