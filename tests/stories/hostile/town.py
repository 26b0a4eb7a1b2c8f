"""Parcels of all carriers, each with its history in its carrier's own codes."""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.event import Milestone
from adapters.rehearsal import STATUSES
from postal_tracker.rehearsal.world import CHANCES, STORIES, Step, Stop
from tests.standins.all import STAND_INS
from tests.standins.standin import Scan
from tests.stories.hostile.truth import Word

CARRIERS = tuple(name for name, kind in STAND_INS.items() if kind().carrier().carries)
SOURCES = ("17track", "aftership", "easypost")
ASKED = (*(c for c in CARRIERS if STAND_INS[c]().carrier().can_be_asked), "17track")
"""Who can be asked; 17TRACK about Viettel Post's parcels, for Viettel Post cannot be."""

UNKNOWN_CODES = {
    "rehearsal": "KIEM_HOA_LAI",
    "vnpost": "ems:77",
    "viettel_post": "999",
    "ghn": "robot_took_it",
    "ghtk": "77",
    "17track": "InTransit_Robot",
    "aftership": "InTransit_099",
    "easypost": "robot_took_it",
}
PLACES = ("Bưu cục Uông Bí", "Bưu cục Hạ Long", "Trung tâm khai thác Gia Lâm", "Bưu cục Cầu Giấy")


def _codes(name: str) -> Mapping[Milestone, Sequence[str]]:
    found: dict[Milestone, list[str]] = defaultdict(list)
    for code, status in STAND_INS[name]().carrier().statuses.items():
        found[status.milestone].append(code)
    return {**found, Milestone.UNRECOGNISED: [UNKNOWN_CODES.get(name, "98765")]}


CODES = {name: _codes(name) for name in STAND_INS}


@dataclass(frozen=True, slots=True)
class Happening:
    """One scan: when it really happened, what it means, and how each teller tells it."""

    at: datetime
    milestone: Milestone
    told: Mapping[str, Scan]

    @property
    def word(self) -> Word:
        """What the carrier's own clock says of it."""
        return Word(next(iter(self.told.values())).at, self.milestone)


@dataclass(eq=False)
class TownParcel:
    carrier: str
    number: str
    source: str
    """Who tells of it beside its carrier, if anybody does."""
    made_at: datetime
    happenings: list[Happening] = field(default_factory=list)
    dossier: str = ""

    @property
    def truth(self) -> list[Word]:
        return [happening.word for happening in self.happenings]


def a_town(chance: random.Random, begins: datetime, parcels: int) -> list[TownParcel]:
    skews = {name: _skew(chance) for name in CARRIERS}
    serial = chance.randrange(1_000, 60_000)
    return [
        _a_parcel(chance, begins, CARRIERS[n % len(CARRIERS)], serial + n, skews)
        for n in range(parcels)
    ]


def _skew(chance: random.Random) -> timedelta:
    """How wrong a carrier's clock is: mostly seconds, sometimes hours."""
    most = chance.choice((10, 10, 600, 5 * 3600))
    return timedelta(seconds=chance.randint(-most, most))


def _a_parcel(
    chance: random.Random, begins: datetime, carrier: str, n: int, skews: Mapping[str, timedelta]
) -> TownParcel:
    posted_at = begins + timedelta(seconds=chance.randint(12 * 3600, 48 * 3600))
    # One in eight is made here only after the post has told of it.
    hours = chance.uniform(-10, -0.5) if chance.random() < 0.12 else chance.uniform(0.1, 12)
    source = _source(chance, carrier)
    made_at = posted_at - timedelta(hours=hours)
    parcel = TownParcel(carrier, STAND_INS[carrier]().number(n), source, made_at)
    story = _story(chance, carrier)
    jumps = _jumps(chance, parcel, len(story))
    at = posted_at
    for step, jump in zip(story, jumps, strict=True):
        at += timedelta(seconds=int(3600 * chance.uniform(*step.hours)) + 60)
        parcel.happenings.append(_happening(chance, parcel, step, at, skews[carrier] + jump))
    if parcel.source == "easypost" and parcel.happenings[-1].milestone is Milestone.RETURNING:
        parcel.happenings.append(_back_with_its_sender(at + timedelta(hours=9), skews[carrier]))
    return parcel


def _back_with_its_sender(at: datetime, skew: timedelta) -> Happening:
    """EasyPost has no other word for it than delivered."""
    told = {"easypost": Scan("delivered", at + skew, PLACES[0])}
    return Happening(at, Milestone.UNRECOGNISED, told)


def _source(chance: random.Random, carrier: str) -> str:
    if carrier == "viettel_post":
        return chance.choice(("", "17track"))
    return chance.choice(("", *SOURCES)) if carrier == "vnpost" else ""


_ANNOUNCED = Step("DANG_KY", Stop.ORIGIN, (0, 1))


def _story(chance: random.Random, carrier: str) -> list[Step]:
    """Return the steps for which the carrier has a word."""
    fate = chance.choices(list(CHANCES), [c + 10 for c in CHANCES.values()])[0]
    return [s for s in (_ANNOUNCED, *STORIES[fate]) if _meant(s) in CODES[carrier]]


def _meant(step: Step) -> Milestone:
    known = STATUSES.get(step.status)
    return known.milestone if known else Milestone.UNRECOGNISED


def _jumps(chance: random.Random, parcel: TownParcel, steps: int) -> list[timedelta]:
    """Return how far the carrier's clock jumps at each scan: once, in a few parcels.

    Not where the order of scans is all there is to go by: GHTK tells the present status alone, and
    EasyPost calls delivered what is back with its sender.
    """
    jumps = [timedelta(0)] * steps
    if parcel.carrier != "ghtk" and parcel.source != "easypost" and chance.random() < 0.2:
        jumps[chance.randrange(steps)] = timedelta(seconds=chance.randint(-36_000, 36_000))
    return jumps


def _happening(
    chance: random.Random, parcel: TownParcel, step: Step, at: datetime, skew: timedelta
) -> Happening:
    milestone = _meant(step)
    scan = Scan(chance.choice(CODES[parcel.carrier][milestone]), at + skew, chance.choice(PLACES))
    told = {parcel.carrier: scan}
    if milestone in CODES.get(parcel.source, ()):
        code = chance.choice(CODES[parcel.source][milestone])
        told[parcel.source] = replace(scan, code=code)
    return Happening(at, milestone, told)
