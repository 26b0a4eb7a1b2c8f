"""Couriers and carriers who note what they were told is kept, and repeat what was not answered."""

import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from adapters.signing import sign
from tests.centre import HOOK_SECRET, TOKEN

SCANS = {
    "accepted": "NHAN_GUI",
    "in_transit": "DEN_TTKT",
    "arrived_at_delivery_office": "DEN_BCP",
    "out_for_delivery": "DI_PHAT",
    "delivery_failed": "PHAT_KTC",
}
"""Milestones of our own API, and the rehearsal carrier's words for them."""


PLACE = "Bưu cục"
"""Where clients scan, before a number of each scan's own."""


@dataclass(frozen=True, slots=True)
class Scan:
    id: str
    number: str
    milestone: str
    at: datetime
    place: str


class Way(Protocol):
    """How scans are told."""

    def request(self, scans: Sequence[Scan]) -> tuple[str, bytes, dict[str, str]]:
        """Return path, body and headers."""
        ...

    def key(self, scan: Scan) -> str:
        """Return the ledger's key of a scan."""
        ...

    def is_kept(self, answer: Any) -> bool:
        """Tell whether an answer of status 200 says that all is kept."""
        ...


@dataclass(frozen=True, slots=True)
class ByApi:
    """A courier's device with its key."""

    secret: str

    def request(self, scans: Sequence[Scan]) -> tuple[str, bytes, dict[str, str]]:
        events = [
            {
                "id": scan.id,
                "tracking_number": scan.number,
                "milestone": scan.milestone,
                "happened_at": scan.at.isoformat(),
                "place": scan.place,
            }
            for scan in scans
        ]
        body = json.dumps({"events": events}).encode()
        return "/api/v1/events", body, {"Authorization": f"Bearer {self.secret}"}

    def key(self, scan: Scan) -> str:
        return f"key:{self.secret.split('_')[1]}:{scan.id}"

    def is_kept(self, answer: Any) -> bool:
        return {result["status"] for result in answer["results"]} <= {"recorded", "duplicate"}


@dataclass(frozen=True, slots=True)
class ByHook:
    """The rehearsal carrier's signed webhook."""

    def request(self, scans: Sequence[Scan]) -> tuple[str, bytes, dict[str, str]]:
        told = [
            {
                "id": scan.id,
                "tracking_number": scan.number,
                "status": SCANS[scan.milestone],
                "at": scan.at.isoformat(),
                "office": scan.place,
            }
            for scan in scans
        ]
        body = json.dumps({"scans": told}).encode()
        headers = sign(body, TOKEN, message_id=scans[0].id, at=datetime.now(UTC))
        return f"/hooks/rehearsal/{HOOK_SECRET}", body, headers

    def key(self, scan: Scan) -> str:
        return f"rehearsal:{scan.id}"

    def is_kept(self, _answer: Any) -> bool:
        return True


@dataclass(eq=False)
class Client:
    """One device: tells of a few scans at a time, and waits for each answer."""

    name: str
    port: int
    way: Way
    numbers: Sequence[str]
    ending: threading.Event = field(default_factory=threading.Event)
    told: list[list[Scan]] = field(default_factory=list)
    """All that was ever sent, request by request."""
    kept: list[Scan] = field(default_factory=list)
    """What was answered with 200, noted after the answer."""
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self.scanned = 0
        self.chance = random.Random(self.name)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=100)

    def start(self) -> None:
        self.thread.start()

    def join(self) -> None:
        self.thread.join(100)
        assert not self.thread.is_alive(), f"{self.name} waits for ever"

    def _run(self) -> None:
        while not self.ending.is_set():
            self.tell()
        self.connection.close()

    def tell(self) -> None:
        """Tell of a few scans until that is answered, or the device is switched off for good."""
        scans = [self._scan() for _ in range(self.chance.choice((1, 1, 1, 2, 5)))]
        self.told.append(scans)
        while not self._is_answered(scans) and self.chance.random() < 0.7:
            time.sleep(0.005)

    def _scan(self) -> Scan:
        self.scanned += 1
        late = self.chance.choice((0, 0, 0, 40_000))  # some news is older than what is known
        return Scan(
            id=f"{self.name}-{self.scanned}",
            number=self.chance.choice(self.numbers),
            milestone=self.chance.choice(list(SCANS)),
            at=datetime.now(UTC) - timedelta(days=1, seconds=late),
            place=f"{PLACE} {self.name}-{self.scanned}",
        )

    def _is_answered(self, scans: Sequence[Scan]) -> bool:
        path, body, headers = self.way.request(scans)
        try:
            self.connection.request(
                "POST", path, body, {**headers, "Content-Type": "application/json"}
            )
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            return False
        if answer.status == 200 and self.way.is_kept(json.loads(text)):
            self.kept.extend(scans)
            return True
        if answer.status != 503:
            self.faults.append(f"{answer.status} {text.decode()[:200]}")
        return False
