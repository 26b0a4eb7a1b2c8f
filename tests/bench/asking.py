"""How many questions the adaptive schedule saves, against asking at a fixed interval.

A simulation: thousands of parcels go through the rehearsal post by a realistic day (offices hand
over in the afternoon, postmen deliver by day), each with its own fate. A schedule asks about each
from its sealing until it is closed, or for thirty days. What counts is how late decisive scans are
learnt on the average: those after which another holds the papers, or somebody has to act. The fixed
interval is the one with the same lateness, and the questions are compared.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from adapters.event import Milestone
from adapters.rehearsal import STATUSES
from postal_tracker.asking_times import Standing, next_check
from postal_tracker.rehearsal.world import Fate, World
from postal_tracker.working_days import VIETNAM

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


@dataclass(slots=True)
class Tally:
    questions: int = 0
    scans: int = 0
    late: timedelta = timedelta()

    @property
    def lateness(self) -> timedelta:
        """How late a scan was learnt, on the average."""
        return self.late / max(self.scans, 1)


Schedule = Callable[[Standing, datetime], datetime]


def stories(count: int, *, told_by_hook: float, seed: int = 1) -> Iterator[Story]:
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
                s.happened_at,
                _milestone(s.status),
                "hook" if chance.random() < told_by_hook else "nobody",
            )
            for s in world.advance(sealed + WATCHED)
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


def ask(story: Story, schedule: Schedule, tally: Tally) -> None:
    """Let a schedule follow a parcel to its end."""
    known, unheard = [Scan(story.sealed, Milestone.ANNOUNCED, "desk")], list[Scan]()
    hooked = story.sealed if any(s.told_by == "hook" for s in story.scans) else None
    at = schedule(_standing(known, hooked), story.sealed)
    for scan in story.scans:
        while at <= scan.at:
            tally.questions += 1
            tally.late += _late(unheard, at)
            known, unheard = sorted([*known, *unheard], key=lambda s: s.at), []
            at = schedule(_standing(known, hooked), at)
        tally.scans += scan.milestone in DECISIVE
        if scan.told_by == "nobody":
            unheard.append(scan)
            continue
        # A later scan tells where the parcel is; what came before it is history.
        tally.late += _late(unheard, scan.at)
        known, unheard = [*known, scan], []
        hooked = scan.at if scan.told_by == "hook" else hooked
        if scan.milestone in FINAL:
            return
        if schedule is ours:  # a fixed interval takes no notice of news
            at = schedule(_standing(known, hooked), scan.at)
    _ask_to_the_end(story, schedule, tally, at, known, unheard, hooked)


def _ask_to_the_end(story, schedule, tally, at, known, unheard, hooked):
    """Nothing more happens; what nobody told is still to be learnt."""
    while at <= story.sealed + WATCHED:
        tally.questions += 1
        tally.late += _late(unheard, at)
        known, unheard = sorted([*known, *unheard], key=lambda s: s.at), []
        if known[-1].milestone in FINAL:
            return
        at = schedule(_standing(known, hooked), at)


def _late(scans: Sequence[Scan], at: datetime) -> timedelta:
    return sum((at - scan.at for scan in scans if scan.milestone in DECISIVE), timedelta())


def _standing(known: Sequence[Scan], hooked: datetime | None) -> Standing:
    return Standing(known[-1].milestone, known[-1].at, hooked_at=hooked)


def ours(standing: Standing, now: datetime) -> datetime:
    return next_check(standing, now=now)


def every(interval: timedelta) -> Schedule:
    return lambda _, now: now + interval


def followed(some: Sequence[Story], schedule: Schedule) -> Tally:
    tally = Tally()
    for story in some:
        ask(story, schedule, tally)
    return tally


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


if __name__ == "__main__":
    for share in (0.0, 0.95):
        some = list(stories(1500, told_by_hook=share))
        mine = followed(some, ours)
        interval, fixed = as_late_as(some, mine.lateness)
        print(
            f"hooks {share:.0%}: ours {mine.questions / len(some):.1f} questions a parcel, "
            f"late {mine.lateness}; fixed every {interval}: {fixed.questions / len(some):.1f}, "
            f"late {fixed.lateness}; {fixed.questions / mine.questions:.2f} times fewer"
        )
