"""Workers die by SIGKILL while questions to a carrier are under way.

Others finish what they left, or they themselves born again: nothing is lost or doubled, and nothing
asked about by two.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.process import BaseProcess
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from adapters.event import Milestone
from postal_tracker.carriers.polling.poller import UNDER_WAY
from postal_tracker.core.journey import Direction
from postal_tracker.desks import doubles, registration, sealing
from postal_tracker.forms import ApplicantForm, DossierForm, ParcelForm
from postal_tracker.settings import CarrierSettings
from postal_tracker.storage.tables import CarrierState, LedgerEntry, Parcel
from tests.centre import Centre
from tests.durability.worker import LEASE, NUMBERS_PER_QUESTION, born
from tests.standins.rehearsal import RehearsalStandIn
from tests.standins.standin import TOKEN, Scan, served

pytestmark = pytest.mark.alone

RATE = 40
SCANS = {
    "NHAN_GUI": Milestone.ACCEPTED,
    "DEN_TTKT": Milestone.IN_TRANSIT,
    "DEN_BCP": Milestone.ARRIVED_AT_DELIVERY_OFFICE,
}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_what_a_dead_worker_left_is_done_by_the_living_one(postgres_url, share):
    with a_post_that_knows(postgres_url, share.of(900)) as stage:
        for name in ("worker 0", "worker 1"):
            stage.employ(name)
        for n in range(share.of(8)):
            dead = stage.kill_who_asks()
            assert stage.half_done([dead]), "it died in the midst of a round"
            stage.employ(f"worker {n + 2}")
        stage.wait_until(lambda: stage.all_is_learnt() and not stage.half_done(stage.dead))
        assert stage.findings() == []


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_worker_born_again_goes_on_where_it_died(sqlite_url, share):
    with a_post_that_knows(sqlite_url, share.of(900)) as stage:
        stage.employ("main")
        for _ in range(share.of(12)):
            stage.employ(stage.kill_who_asks())
        stage.wait_until(stage.all_is_learnt)
        assert stage.findings() == []


# The stage


@dataclass
class Stage:
    """A centre whose parcels are all due, the post that has scanned them, and who asks it."""

    centre: Centre
    post: RehearsalStandIn
    numbers: Sequence[str]
    workers: dict[str, BaseProcess] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)

    def employ(self, name: str) -> None:
        self.workers[name] = born(self.centre.settings, name)

    def kill_who_asks(self) -> str:
        """Kill the worker that asks just now, its questions under way; return its name."""
        enough = len(self.post.asked) + UNDER_WAY
        self.wait_until(lambda: len(self.post.asked) > enough)
        name = self._who_asks()
        self.workers[name].kill()
        self.workers.pop(name).join()
        self.dead.append(name)
        return name

    def _who_asks(self) -> str:
        state = self.centre.database.read_now(lambda s: s.get_one(CarrierState, "rehearsal"))
        return state.held_by.rpartition(":")[0]

    def wait_until(self, happened: Callable[[], bool]) -> None:
        too_late = time.monotonic() + 100
        while not happened():
            assert time.monotonic() < too_late, "it does not happen"
            time.sleep(0.02)

    def all_is_learnt(self) -> bool:
        """Tell whether no parcel waits to be asked about."""
        soon = datetime.now(UTC) + timedelta(minutes=30)
        waiting = select(Parcel.id).where(col(Parcel.next_check_at) < soon).limit(1)
        return self.centre.database.read_now(lambda s: s.exec(waiting).first()) is None

    def half_done(self, names: Sequence[str]) -> list[str]:
        """Return the rounds that these workers began and nobody has ended or taken over."""
        pending = text("SELECT executor_id FROM dbos.workflow_status WHERE status = 'PENDING'")
        rows = self.centre.database.read_now(
            lambda s: s.connection().execute(pending).scalars().all()
        )
        return [name for name in rows if name in names]

    def findings(self) -> list[str]:
        """Return in sentences whatever is not as it should be."""
        wrong = [f"{what} differs from its replay" for what in self.centre.differences()]
        learnt = self.centre.database.read_now(scans_by_number)
        right = Counter(SCANS.values())
        wrong += [f"{n}: {learnt[n]}" for n in self.numbers if learnt[n] != right]
        times = asked_at(self.post)
        gaps = {n: [b - a for a, b in pairwise(at)] for n, at in times.items()}
        # It was leased a moment before it was asked about, at most half the lease.
        short = LEASE.total_seconds() / 2
        wrong += [
            f"{n} was asked about by two" for n, g in gaps.items() if any(x < short for x in g)
        ]
        again = sum(len(at) - 1 for at in times.values())
        if again > len(self.dead) * UNDER_WAY * NUMBERS_PER_QUESTION:
            wrong.append(f"{again} parcels were asked about again")
        return wrong + ["the rate was exceeded"] * (self.post.refused > 0)


@contextmanager
def a_post_that_knows(url: str, parcels: int) -> Iterator[Stage]:
    # Half as much again: two that ask at once would pass it, a late arrival does not.
    post = RehearsalStandIn(most_per_second=RATE * 3 // 2, seconds_to_answer=0.1)
    with served(post) as address, Centre(url) as centre:
        centre.settings.carriers["rehearsal"] = CarrierSettings(
            base_url=address, token=TOKEN, rate_per_second=RATE
        )
        centre.clock.at = datetime.now(UTC) - timedelta(days=2)
        numbers = centre.database.write_now(lambda s: seal(s, centre, parcels))
        days_ago = [centre.clock() + timedelta(hours=5 * n) for n in range(1, 4)]
        scans = [Scan(code, at) for code, at in zip(SCANS, days_ago, strict=True)]
        post.scans = dict.fromkeys(numbers, scans)
        stage = Stage(centre, post, numbers)
        try:
            yield stage
        finally:
            for worker in stage.workers.values():
                worker.kill()
                worker.join()


def seal(session: Session, centre: Centre, parcels: int) -> list[str]:
    """Put so many dossiers into parcels, all in one transaction."""
    by, now, house = centre.lan, centre.clock(), centre.house
    hoa = ApplicantForm(name="Bà Hoa", phone="0912345678")
    numbers = []
    for _ in range(parcels):
        dossier = DossierForm(procedure="GPLX-01", applicant=hoa)
        code = registration.register(
            session, dossier, by=by, calendar=house.calendar, now=now, on_doubles=doubles.keep
        )
        form = ParcelForm(carrier="rehearsal", direction=Direction.TO_AUTHORITY, dossiers=[code])
        sealed = sealing.put_into_parcel(
            session, form, house.carriers, by=by, reuse_after=house.reuse_after, now=now
        )
        numbers.append(sealed.tracking_number)
    return numbers


def scans_by_number(session: Session) -> dict[str, Counter[str]]:
    """Return how often each scan of each parcel stands in the ledger."""
    query = select(Parcel.tracking_number, LedgerEntry.what).where(
        LedgerEntry.parcel_id == Parcel.id, LedgerEntry.source == "poll"
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for number, what in session.exec(query):
        found[number][what] += 1
    return found


def asked_at(post: RehearsalStandIn) -> dict[str, list[float]]:
    """Return when each number was asked about."""
    times: dict[str, list[float]] = defaultdict(list)
    for at, _method, where, _headers in post.asked:
        for number in parse_qs(urlsplit(where).query)["numbers"][0].split(","):
            times[number].append(at)
    return times
