"""Time passes: scans happen, messages come or do not, are refused and repeated; carriers are asked.

Everything hangs on the seed. Messages that come near each other are sent at once, as many carriers
send them.
"""

import asyncio
import hashlib
import heapq
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

import httpx
from starlette.responses import Response

from adapters.event import Milestone
from postal_tracker.carriers import polling
from postal_tracker.storage import pace
from tests.centre import Centre
from tests.standins.standin import TOKEN, Hook, Scan, StandIn
from tests.stories.hostile.mischief import SPOILT, reserialised, with_more
from tests.stories.hostile.town import ASKED, CARRIERS, CODES, PLACES, SOURCES, TownParcel, a_town
from tests.stories.hostile.truth import Word

SIGNED = ("rehearsal", *SOURCES)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
RETRIES: Mapping[str, Sequence[float]] = {
    "rehearsal": [MINUTE] * 10,
    "vnpost": [],
    "viettel_post": [MINUTE] * 5,
    "ghn": [5.0] * 10,
    "ghtk": [MINUTE],
    "17track": [10 * MINUTE, 30 * MINUTE, HOUR],
    "aftership": [MINUTE * 2**n for n in range(13)],
    "easypost": [MINUTE * 4**n for n in range(6)],
}
"""After how many seconds each sends again what was not answered with 200; then it gives up."""


@dataclass(eq=False)
class Posting:
    """One message on its way to a carrier's door."""

    carrier: str
    hook: Hook
    fate: str = "read"
    """What must become of it: how it is kept, or `refused`."""
    words: Sequence[tuple[TownParcel, Word]] = ()
    """What it truly or falsely says, as far as anybody can read it."""
    secret: str = ""
    comes_alone: bool = False
    tries: int = 0
    answer: int = 0

    @property
    def body(self) -> bytes:
        return self.hook.body

    @property
    def digest(self) -> tuple[str, str]:
        return self.carrier, hashlib.sha256(self.body).hexdigest()


def hook_secret(name: str) -> str:
    return f"hook-secret-of-{name}-0123456789"


@dataclass(eq=False)
class World:
    """One town from its first parcel to its last message."""

    seed: int
    centre: Centre
    posts: Mapping[str, StandIn]
    parcels: list[TownParcel] = field(default_factory=list)
    answered: list[Posting] = field(default_factory=list)
    """All that ever got an answer."""
    given_up: list[Posting] = field(default_factory=list)
    """What was refused in the hour when nothing was taken, too often for its carrier."""
    is_kind: bool = False
    """Whether nothing at all goes wrong."""
    is_thorough: bool = True
    """Whether every message is read again in the end, or only some of those that were read."""

    def __post_init__(self) -> None:
        self.chance = random.Random(f"hostile {self.seed}")
        self.to_come: list[tuple[datetime, int, Posting | Callable[[], Any]]] = []
        self.turn = count()
        begins = self.centre.clock()
        self.parcels = a_town(self.chance, begins, parcels=8)
        self.down_from = begins + timedelta(hours=self.chance.uniform(20, 90))
        self.mute_from = begins + timedelta(hours=self.chance.uniform(20, 90))

    # What will happen

    def expect_everything(self) -> None:
        for parcel in self.parcels:
            self.later(parcel.made_at, lambda p=parcel: self.make(p))
            for n, happening in enumerate(parcel.happenings):
                self.later(happening.at, lambda p=parcel, n=n: self.scan(p, n))
        self.later(self.some_day(), self.ask)
        if not self.is_kind:
            self.later(self.mute_from, self.ask_in_vain)
            self.later(self.mute_from + timedelta(minutes=40), self.ask)
            for evil in (self.strangers, self.anothers, self.forgers, self.liars, self.floods):
                evil()

    def later(self, at: datetime, what: Posting | Callable[[], Any]) -> None:
        heapq.heappush(self.to_come, (at, next(self.turn), what))

    def some_day(self) -> datetime:
        return self.centre.clock() + timedelta(hours=self.chance.uniform(20, 200))

    # Time passes

    async def live(self) -> None:
        transport = httpx.ASGITransport(self.centre.client.app, raise_app_exceptions=False)
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://testserver") as self.door,
            polling.client() as self.client,
        ):
            self.expect_everything()
            while self.to_come:
                await self.next_thing()
            for days in (3, 2) if self.is_thorough else (3,):
                self.centre.clock.pass_(days=days)
                await self.ask()

    async def next_thing(self) -> None:
        at, _, what = heapq.heappop(self.to_come)
        self.centre.clock.at = max(self.centre.clock.at, at)
        if isinstance(what, Posting):
            company = [] if what.comes_alone else self.company(at)
            await self.post_all([what, *company], at)
        elif isinstance(done := what(), Awaitable):
            await done

    def company(self, at: datetime) -> list[Posting]:
        """Return what comes at about the same time, as long as nothing else happens between."""
        most, found = self.chance.choice((0, 2, 6, 12)), list[Posting]()
        while self.to_come and len(found) < most:
            then, _, what = self.to_come[0]
            near = then < at + timedelta(hours=3) and self.is_down(then) == self.is_down(at)
            if not isinstance(what, Posting) or what.comes_alone or not near:
                break
            found.append(what)
            heapq.heappop(self.to_come)
        return found

    # At our centre

    def make(self, parcel: TownParcel) -> None:
        parcel.dossier = self.centre.a_dossier()
        self.centre.a_parcel(parcel.dossier, carrier=parcel.carrier, tracking_number=parcel.number)

    async def ask(self) -> None:
        for name in ASKED:
            if self.centre.house.carriers.find(name).can_be_asked:
                await polling.ask_all_due(self.centre.house.exchange, self.client, name, by="town")

    async def ask_in_vain(self) -> None:
        for post in self.posts.values():
            post.bad_days = [Response(status_code=503) for _ in range(60)]
        await self.ask()
        for post in self.posts.values():
            post.bad_days = []

    # On the road

    def scan(self, parcel: TownParcel, n: int) -> None:
        """Let a scan happen; whoever tells of it sends a message that may meet with anything."""
        happening = parcel.happenings[n]
        for teller, scan in happening.told.items():
            hook = self.posts[teller].told(parcel.number, scan)
            if teller in SOURCES and (teller == "easypost" or self.chance.random() < 0.5):
                history = self.posts[teller].scans[parcel.number]
                hook = self.posts[teller].hook_of(parcel.number, history)  # type: ignore[attr-defined]
                words = [h.word for h in parcel.happenings[: n + 1] if teller in h.told]
            else:
                words = [happening.word]
            words = [replace(word, is_proven=teller in SIGNED) for word in words]
            self.send(Posting(teller, hook, words=[(parcel, word) for word in words]), happening.at)
            if not self.is_kind and self.chance.random() < 0.05:
                self.send_with_another_place(parcel, teller, scan, words[-1], happening.at)

    def send_with_another_place(
        self, parcel: TownParcel, teller: str, scan: Scan, word: Word, at: datetime
    ) -> None:
        """Say the same scan once more, as of another place: by most carriers' lights, the same id.

        Not where two tell of a parcel: of a scan that the other had told, the id is not known yet.
        """
        if not parcel.source:
            hook = self.posts[teller].hook(parcel.number, replace(scan, place="Bưu cục khác"))
            self.send(Posting(teller, hook, words=[(parcel, word)]), at)

    def send(self, posting: Posting, at: datetime) -> None:
        if self.is_kind:
            self.later(at, posting)
            return
        posting = self.perhaps_spoilt(posting)
        self.later(at + self.delay(), posting)
        draw = self.chance.random()
        if draw < 0.15:
            self.later(at + self.delay(), replace(posting))
        elif draw < 0.35 and posting.fate == "read":
            say = reserialised if draw < 0.3 else with_more
            self.later(at + self.delay(), self.said_again(posting, say))

    def delay(self) -> timedelta:
        draw = self.chance.random()
        most = 7 * DAY if draw < 0.04 else 3 * DAY if draw < 0.25 else 2 * MINUTE
        return timedelta(seconds=self.chance.uniform(0, most))

    def said_again(self, posting: Posting, say: Callable[[bytes, random.Random], bytes]) -> Posting:
        body = say(posting.body, self.chance)
        hook = self.posts[posting.carrier].posted(body)
        if self.chance.random() < 0.1:
            odd = self.chance.choice(("text/plain", "multipart/form-data", "application/json; x"))
            hook = replace(hook, headers={**hook.headers, "content-type": odd})
        return replace(posting, hook=hook)

    def perhaps_spoilt(self, posting: Posting) -> Posting:
        if self.chance.random() > 0.06:
            return posting
        name = self.chance.choice(list(SPOILT))
        if name == "years long gone" and posting.carrier == "rehearsal":
            return posting  # under an id that may be known with its right time
        spoil = SPOILT[name]
        body = spoil(posting.body, self.chance)
        if body == posting.body:
            return posting
        hook = self.posts[posting.carrier].posted(body)
        return Posting(posting.carrier, hook, fate=_fate_of_spoilt(posting.carrier, name, body))

    # Messages that are none

    def strangers(self) -> None:
        """Tell of numbers that nobody here knows."""
        for name in self.chance.sample(list(self.posts), 3):
            number = self.posts[name].number(self.chance.randrange(70_000, 90_000))
            scan = self.a_scan(name, Milestone.DELIVERED)
            self.later(scan.at, Posting(name, self.posts[name].hook(number, scan), "unclaimed"))

    def anothers(self) -> None:
        """Let carriers tell of each other's parcels."""
        for parcel in self.chance.sample(self.parcels, 3):
            name = self.chance.choice([c for c in CARRIERS if c != parcel.carrier])
            scan = self.a_scan(name, Milestone.DELIVERED)
            hook = self.posts[name].hook(parcel.number, scan)
            self.later(scan.at, Posting(name, hook, "conflicting"))

    def liars(self) -> None:
        """Somebody who knows what is proof enough for a claim says that parcels were delivered."""
        unproven = [p for p in self.parcels if p.carrier not in SIGNED]
        for parcel in sorted(unproven, key=_is_delivered)[:2]:
            name = parcel.carrier
            scan = self.a_scan(name, Milestone.DELIVERED)
            lie = Word(scan.at, Milestone.DELIVERED, is_proven=False)
            hook = self.posts[name].hook(parcel.number, scan)
            self.later(scan.at, Posting(name, hook, words=[(parcel, lie)]))

    def forgers(self) -> None:
        """Somebody without the proof says that parcels were delivered."""
        for parcel in self.chance.sample(self.parcels, 6):
            name = self.chance.choice([parcel.carrier, parcel.source or parcel.carrier])
            scan = self.a_scan(name, Milestone.DELIVERED)
            self.later(scan.at, self.a_forged(name, parcel.number, scan))

    def a_forged(self, name: str, number: str, scan: Scan) -> Posting:
        hook = self.posts[name].hook(number, scan)
        other = self.chance.choice([n for n in self.posts if n != name])
        forged = [
            Posting(name, hook, "refused", secret="wrong-secret-of-nobody"),
            Posting(name, hook, "refused", secret=hook_secret(other)),
        ]
        if name in ("viettel_post", "ghtk"):
            wrong = Hook(hook.body.replace(TOKEN.encode(), b"x"), hook.headers, {"hash": "x"})
            forged.append(Posting(name, wrong, "refused"))
        if name in SIGNED:
            others = self.posts[other].posted(hook.body)
            later = self.posts[name].posted(hook.body + b" ")
            forged.append(Posting(name, others, "refused"))
            forged.append(Posting(name, replace(hook, headers=later.headers), "refused"))
        return self.chance.choice(forged)

    def floods(self) -> None:
        name = self.chance.choice(list(self.posts))
        parcel = self.chance.choice(self.parcels)
        scan = self.a_scan(name, Milestone.DELIVERED)
        hook = self.posts[name].hook(parcel.number, scan)
        size = self.chance.choice((1024 * 1024 + 1, 1024 * 1024 + 1, 10_000_000))
        hook = self.posts[name].posted(hook.body.ljust(size))
        self.later(scan.at, Posting(name, hook, "refused"))

    def a_scan(self, name: str, milestone: Milestone) -> Scan:
        at = self.some_day().replace(microsecond=0)
        return Scan(CODES[name][milestone][0], at, self.chance.choice(PLACES))

    # At our door

    def is_down(self, at: datetime) -> bool:
        within = self.down_from <= at < self.down_from + timedelta(hours=1)
        return within and not self.is_kind

    async def post_all(self, postings: Sequence[Posting], at: datetime) -> None:
        room = 0 if self.is_down(at) else 5_000
        with patch.multiple(pace, FEWEST=room, SECONDS=0):
            answers = await asyncio.gather(*(self.post(posting) for posting in postings))
        for posting, answer in zip(postings, answers, strict=True):
            self.hear(posting, answer, at)

    async def post(self, posting: Posting) -> int:
        hook = posting.hook
        answer = await self.door.post(
            f"/hooks/{posting.carrier}/{posting.secret or hook_secret(posting.carrier)}",
            params=hook.query,
            content=hook.body,
            headers=hook.headers,
        )
        return answer.status_code

    def hear(self, posting: Posting, answer: int, at: datetime) -> None:
        if answer != 503 or not self.is_down(at):
            posting.answer = answer
            self.answered.append(posting)
            if answer == 200 and not self.is_kind:
                self.perhaps_contradicted(posting, at)
            return
        pauses = RETRIES.get(posting.carrier, ())
        if posting.tries < len(pauses):
            pause = pauses[posting.tries]
            self.later(at + timedelta(seconds=pause), replace(posting, tries=posting.tries + 1))
        else:
            self.given_up.append(posting)

    def perhaps_contradicted(self, posting: Posting, at: datetime) -> None:
        """Let the rehearsal carrier say something else under an id that we have."""
        told = posting.carrier == "rehearsal" and posting.fate == "read" and posting.words
        if told and b"PHAT_TC" not in posting.body and self.chance.random() < 0.05:
            code = next(s for s in CODES["rehearsal"][Milestone.DELIVERED])
            scans = self.posts["rehearsal"].scans[posting.words[0][0].number]
            old = next(s.code for s in scans if s.code.encode() in posting.body)
            body = posting.body.replace(old.encode(), code.encode())
            hook = self.posts["rehearsal"].posted(body)
            # Beside a repetition of the first word, that one would be called conflicting too.
            lie = Posting("rehearsal", hook, "conflicting", comes_alone=True)
            self.later(at + self.delay(), lie)


def _fate_of_spoilt(carrier: str, name: str, body: bytes) -> str:
    """Viettel Post's proof stands in the body, and may be spoilt with it."""
    if carrier == "viettel_post" and f'"TOKEN": "{TOKEN}"'.encode() not in body:
        return "refused"
    return "conflicting" if name == "years long gone" else "unread"


def _is_delivered(parcel: TownParcel) -> bool:
    return any(word.milestone is Milestone.DELIVERED for word in parcel.truth)
