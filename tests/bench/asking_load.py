"""A carrier is asked at full rate about many parcels while its webhooks come in, over HTTP.

Both write to the same parcels through the one writer. The carrier is a stand-in that counts and
turns away whoever asks too fast; each parcel has one scan that we do not know yet, told by
whichever way comes first.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import update

from postal_tracker.storage.database import Database
from postal_tracker.storage.tables import Parcel
from tests.bench import load
from tests.bench.data import LIFE, STEP, Town, sample_differences
from tests.bench.databases import Postgres, Sqlite
from tests.bench.figures import Limit, Ratio, ratio
from tests.bench.load import Load
from tests.bench.servers import running
from tests.centre import HOOK_SECRET
from tests.standins.rehearsal import RehearsalStandIn
from tests.standins.standin import Scan, served

QUESTIONS_PER_SECOND = 20
"""Of fifty numbers each; no carrier that we know of allows more than ten."""
HOOKS_PER_SECOND = 50
CLIENTS = 64
"""Enough that no hook waits for a client."""
CODES = {
    "accepted": "NHAN_GUI",
    "in_transit": "DEN_TTKT",
    "arrived_at_delivery_office": "DEN_BCP",
    "out_for_delivery": "DI_PHAT",
    "delivered": "PHAT_TC",
}


@dataclass(frozen=True, slots=True)
class _Window:
    """What a stand-in was asked while hooks came in."""

    hooks: Load
    questions_per_second: float
    refused: int
    numbers: Counter[str]
    """How often each was asked about, from the first question on."""


def carriers(
    databases: Sqlite | Postgres, parcels: int, seconds: float
) -> tuple[list[Ratio], list[Limit]]:
    """Measure both ways in at once on one database."""
    town = databases.town("asked", parcels)
    _let_all_be_due(town)
    standin = _a_post_that_knows_more(town)
    window = _ask_and_be_told(town, standin, seconds)
    _check(town)
    return _figures(databases.name, parcels, window)


def _let_all_be_due(town: Town) -> None:
    """Let every parcel be due, in any order; the carrier was told of all."""
    now = datetime.now(UTC)
    with closing(Database(town.url)) as database, database.transaction() as session:
        session.connection().execute(
            update(Parcel).values(next_check_at=now - timedelta(minutes=1), announced_at=now)
        )


def _a_post_that_knows_more(town: Town) -> RehearsalStandIn:
    """Return a stand-in that has scanned every parcel once more than we know."""
    at = [town.began + STEP * (n + 1) for n in range(len(LIFE))]
    scans = [Scan(CODES[what], at[n], place) for n, (what, place) in enumerate(LIFE)]
    lives = [scans[: known + 1] for known in range(len(LIFE))]
    standin = RehearsalStandIn(most_per_second=QUESTIONS_PER_SECOND)
    standin.scans = {number: lives[n % len(LIFE)] for n, number in enumerate(town.numbers)}
    return standin


def _ask_and_be_told(town: Town, standin: RehearsalStandIn, seconds: float) -> _Window:
    hooks = _hooks(standin, town.numbers, int(seconds * HOOKS_PER_SECOND) + 1)
    rate = str(QUESTIONS_PER_SECOND)
    with served(standin) as carrier_url, running("asking", town.url, carrier_url, rate) as server:
        _wait_for(standin, QUESTIONS_PER_SECOND)
        began = time.monotonic()
        told = load.put(
            server.port,
            hooks,
            seconds=seconds,
            clients=CLIENTS,
            once=True,
            per_second=HOOKS_PER_SECOND,
        )
        ended = time.monotonic()
    assert set(told.statuses) == {"200"}, told.statuses
    within = [question for question in standin.asked if began <= question[0] < ended]
    numbers = Counter(number for *_, where, _headers in standin.asked for number in _asked(where))
    return _Window(told, len(within) / (ended - began), standin.refused, numbers)


def _hooks(standin: RehearsalStandIn, numbers: Sequence[str], wanted: int) -> list[bytes]:
    """Return what is posted of the latest scans of some parcels, signed just now."""
    chosen = random.Random(1).sample(numbers, min(wanted, len(numbers)))
    return [_hook(standin, number) for number in chosen]


def _hook(standin: RehearsalStandIn, number: str) -> bytes:
    told = standin.hook(number, standin.scans[number][-1])
    head = [f"POST /hooks/rehearsal/{HOOK_SECRET} HTTP/1.1", "Host: localhost"]
    head += [f"Content-Length: {len(told.body)}"]
    head += [f"{name}: {value}" for name, value in told.headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + told.body


def _asked(where: str) -> list[str]:
    """Return the numbers that a question is about."""
    return parse_qs(urlsplit(where).query).get("numbers", [""])[0].split(",")


def _wait_for(standin: RehearsalStandIn, questions: int) -> None:
    too_late = time.monotonic() + 60
    while len(standin.asked) < questions:
        assert time.monotonic() < too_late, "the carrier is not asked"
        time.sleep(0.05)


def _check(town: Town) -> None:
    """Replay a sample of what was recorded both ways."""
    with closing(Database(town.url)) as database:
        assert not database.read_now(sample_differences)


def _figures(where: str, parcels: int, window: _Window) -> tuple[list[Ratio], list[Limit]]:
    twice = sum(count - 1 for count in window.numbers.values())
    note = (
        f"{parcels:,} parcels due, {QUESTIONS_PER_SECOND} questions a second allowed, while "
        f"{window.hooks.per_second:.0f} hooks a second came in"
    )
    middle = f"p50 {window.hooks.p50_ms:.0f} ms"
    allowed = f"questions asked / allowed, {where}"
    waits = f"beside {QUESTIONS_PER_SECOND} questions/s, {where}"
    return [
        ratio(allowed, [window.questions_per_second], [QUESTIONS_PER_SECOND], goal=0.9, note=note)
    ], [
        Limit(f"a hook's answer, p99, {waits}", window.hooks.p99_ms, 100, "ms", middle),
        Limit(f"questions refused, {where}", window.refused, 0, "questions"),
        Limit(f"asked again within the lease, {where}", twice, 0, "parcels"),
    ]
