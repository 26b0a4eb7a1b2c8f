"""What each door costs in a young record and in an old one: flat, or it is told."""

import itertools
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from postal_tracker.storage import migrations
from postal_tracker.storage.engines import make_engine
from tests.bench.databases import Postgres, Sqlite
from tests.bench.figures import Limit
from tests.bench.servers import running
from tests.centre import Centre
from tests.growing import grow

SIZES, QUICK_SIZES = (20_000, 200_000, 1_000_000), (5_000, 50_000)
MOST_TIMES, MOST_MS = 1.3, 50.0
OPEN_AT_LEAST = 4_000
"""Dossiers: in the smallest record too each page is full (200 parcels wait for a postman). A fuller
page is dearer whatever the age of the record; this asks what its age costs."""
AT_LEAST_MS = 2.0
"""Differences of what takes less are the network's and the machine's."""
LISTS = (
    *("dossiers", "dossiers?overdue=true", "dossiers?stage=at_authority", "dossiers?holder=post"),
    *("dossiers?authority=PC08", "dossiers?office=H49.12", "dossiers?stage=lost"),
    *("dossiers?q=nguyen", "dossiers?q=nguyen van xuyen", "dossiers?q=xuyen"),
    *("dossiers?q=5678&limit=4", "dossiers?q=-0001&limit=4"),
    *("dossiers?q=0912345678", "dossiers?q=H49.12-000000-0001"),
    *("dossiers?q=nobody", "dossiers/{code}", "parcels/{number}", "messages?state=unread&limit=9"),
    *("reports/locations", "reports/overdue", "reports/silent", "reports/unaccepted?limit=30"),
    *("reports/follow-ups/claimed", "reports/punctuality", "reports/found-by-poll", "carriers"),
)
"""With a limit where a small record would not fill the page: a fuller page is another matter."""

Took = Mapping[str, Sequence[float]]
"""Milliseconds of each call, by its name."""


def growth(databases: Sqlite | Postgres, sizes: Sequence[int], rounds: int) -> list[Limit]:
    """Compare the largest record with the smallest."""
    found = medians(databases, sizes, rounds)
    limits = [_limit(f"{name}, {databases.name}", sizes, ms) for name, ms in found.items()]
    return [*limits, _worst(databases.name, sizes, found)]


def _worst(database: str, sizes: Sequence[int], found: Mapping[str, Sequence[float]]) -> Limit:
    """Return the door that grows most."""
    name = max(found, key=lambda one: _times(found[one]))
    return Limit(
        f"worst of {len(found)} doors, {database}",
        _times(found[name]),
        MOST_TIMES,
        "times",
        f"{name}: {_told(sizes, found[name])}",
    )


def medians(
    databases: Sqlite | Postgres, sizes: Sequence[int], rounds: int
) -> Mapping[str, Sequence[float]]:
    """Return how long each call takes in a record of each size, in milliseconds."""
    towns = [_town(databases, size) for size in sizes]
    with ExitStack() as stack:
        clients = [stack.enter_context(_served(url)) for url, _ in towns]
        sides = [(c, keys) for c, (_, keys) in zip(clients, towns, strict=True)]
        found = _in_turn(sides, rounds)
    return {name: [statistics.median(f[name]) for f in found] for name in found[0]}


@contextmanager
def _served(url: str) -> Iterator[httpx.Client]:
    with (
        running("ours", url) as server,
        httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as client,
    ):
        yield client


def _in_turn(
    sides: Sequence[tuple[httpx.Client, Mapping[str, str]]], rounds: int
) -> Sequence[Took]:
    """Make each call on all sides, one after the other, so that all meet the same machine."""
    took: list[dict[str, list[float]]] = [defaultdict(list) for _ in sides]
    for n in range(rounds + 1):  # the first is for warming up
        for same in zip(*(_round(client, keys, n) for client, keys in sides), strict=True):
            for side, (name, ms) in zip(took, same, strict=True):
                side[name] += [ms] if n else []
    return took


def _limit(name: str, sizes: Sequence[int], medians: Sequence[float]) -> Limit:
    told = _told(sizes, medians)
    if medians[-1] > MOST_MS:
        return Limit(name, medians[-1], MOST_MS, "ms", told)
    return Limit(name, _times(medians), MOST_TIMES, "times", told)


def _times(medians: Sequence[float]) -> float:
    return max(medians[-1], AT_LEAST_MS) / max(medians[0], AT_LEAST_MS)


def _told(sizes: Sequence[int], medians: Sequence[float]) -> str:
    return ", ".join(f"{size:,}: {ms:.1f} ms" for size, ms in zip(sizes, medians, strict=True))


def _town(databases: Sqlite | Postgres, dossiers: int) -> tuple[str, Mapping[str, str]]:
    """Return the address of a record of so many dossiers, and its keys."""
    url = databases.empty(f"growth_{dossiers}")
    engine = make_engine(url)
    migrations.upgrade(engine)
    with Centre(url) as centre:
        keys = centre.keys
    now = datetime.now(UTC).replace(microsecond=0)
    grow(engine, dossiers, until=now, open_at_least=OPEN_AT_LEAST)
    engine.dispose()
    return url, keys


def _round(client: httpx.Client, keys: Mapping[str, str], n: int) -> Iterator[tuple[str, float]]:
    """Let one dossier through all the doors, and look at everything once."""
    names = {}
    calls = itertools.chain(_acts(names, n), _looks(names))
    for name, role, method, path, body in calls:
        headers = {"Authorization": f"Bearer {keys[role]}"} if role else {}
        began = time.perf_counter()
        answer = client.request(method, path.format(**names), json=body, headers=headers)
        ms = 1_000 * (time.perf_counter() - began)
        assert answer.is_success, (name, answer.status_code, answer.text[:300])
        yield name, ms
        if answer.headers["content-type"].startswith("application/json"):
            _remember(names, name, answer.json())


Call = tuple[str, str, str, str, Any]
"""Its name, who asks, the method, the path, the body."""


def _acts(names: Mapping[str, str], n: int) -> Iterator[Call]:
    who = {"name": f"Phan Thử Nghiệm {n}", "phone": f"09877{n:05d}", "address": "12 Trần Phú"}
    new = {"procedure": "GPLX-01", "applicant": who}
    yield "register", "desk", "POST", "/api/v1/dossiers", new
    parcel = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [names["code"]]}
    yield "seal", "desk", "POST", "/api/v1/parcels", parcel
    listed = {"carrier": "rehearsal", "parcels": [names["number"]]}
    yield "hand over", "desk", "POST", "/api/v1/handovers", listed
    yield "sign", "desk", "POST", "/api/v1/handovers/{list}/sign", {"signed_by": "Tuấn"}
    for seconds, milestone in enumerate(("accepted", "delivered"), start=1):
        at = datetime.now(UTC) + timedelta(seconds=seconds)
        event = {"id": f"growth-{n}-{milestone}", "tracking_number": names["number"]}
        event |= {"milestone": milestone, "happened_at": at.isoformat()}
        yield milestone, "courier", "POST", "/api/v1/events", {"events": [event]}
    yield "look at a scan", "desk", "POST", "/api/v1/scans", {"code": names["number"]}
    result = {"act": "result_ready"}
    yield "result ready", "desk", "POST", "/api/v1/dossiers/{code}/acts", result
    proof = {"code": names["code"], "phone_last4": who["phone"][-4:]}
    yield "track", "", "POST", "/api/v1/track", proof


def _looks(names: Mapping[str, str]) -> Iterator[Call]:
    for path in LISTS:
        yield path, "desk", "GET", f"/api/v1/{path}", None
    for page in ("desk", "desk/dossiers", "desk/dossiers/{code}", "desk/handovers"):
        yield f"page {page}", "desk", "GET", f"/{page}", None


def _remember(names: dict[str, str], name: str, told: Any) -> None:
    kept = {"register": ("code", "code"), "seal": ("number", "tracking_number")}
    kept["hand over"] = ("list", "number")
    if name in kept:
        as_, field = kept[name]
        names[as_] = told[field]
