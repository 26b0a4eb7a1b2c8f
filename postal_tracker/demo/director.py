"""Keeps the rehearsal centre alive: dossiers come in, travel, are decided and go home.

Works through the service's own HTTP API, like any program with a key, and tells the rehearsal post
what its postman takes. Touches what it made itself and nothing else: visitors' dossiers are theirs.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from postal_tracker.demo import people
from postal_tracker.demo.plot import HOME, REHEARSAL, town_of

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.5
MOST_AT_ONCE = 14
"""Dossiers of ours under way; more would hide the visitor's own."""

EVERY_SECONDS = 9.0
LATER_EVERY_SECONDS = 120.0
"""How often one comes in: at first, and once somebody has seen enough or left it running."""

PLENTY = 150

PATIENCE_SECONDS = 240.0
"""A dossier that stands still for so long (lost, silent) is left to the desk."""

POSTMAN = "Hoàng Văn Thư"
PROCEDURES = ("GPLX-01", "GPLX-02", "CA-04", "TP-01", "DD-02", "BHXH-01", "THUE-01", "KD-01")


class Refused(Exception):
    """The service did not do what was asked."""

    def __init__(self, what: str, status: int) -> None:
        super().__init__(f"{what}: {status}")
        self.status = status


@dataclass(slots=True)
class Watched:
    """A dossier of ours, as it was when we last looked."""

    stage: str = ""
    since: float = field(default_factory=time.monotonic)
    """Since when it is at this stage, by our own clock."""


class Director:
    """One thread that does what is due; `stop` ends it within moments."""

    def __init__(
        self,
        service: httpx.Client,
        post: httpx.Client,
        memory: Path,
        *,
        towns: Mapping[str, str],
    ) -> None:
        """`service` and `post` know their base URLs and keys; `towns` are the authorities'."""
        self._service = service
        self._post = post
        self._memory = memory
        self._towns = towns
        self._chance = Random()
        dossiers = [code for code in self._recall() if "-" in code]  # the others are parcels
        self._watched = {code: Watched() for code in dossiers[-2 * MOST_AT_ONCE :]}
        self._made = 0
        self._next_at = 0.0
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="director", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=2)

    def _work(self) -> None:
        while not self._stopped.wait(PAUSE_SECONDS):
            try:
                self._take_in()
                self._go_round()
            except (Refused, httpx.HTTPError) as fault:
                # A visitor may have done something with it, or the service is just ending.
                log.info("a request failed", extra={"why": str(fault) or type(fault).__name__})
            except Exception:
                log.exception("the director stumbled")

    # What comes in

    def _take_in(self) -> None:
        now = time.monotonic()
        if len(self._watched) >= MOST_AT_ONCE or now < self._next_at:
            return
        wait = EVERY_SECONDS if self._made < PLENTY else LATER_EVERY_SECONDS
        self._next_at = now + wait * self._chance.uniform(0.5, 1.5)
        self._made += 1
        person = people.invent(self._chance, self._chance.randrange(200, 11_000))
        made = self._ask(
            "POST",
            "/dossiers",
            procedure=self._chance.choice(PROCEDURES),
            applicant=person.form.model_dump(),
            return_by_post=person.wants_it_by_post,
            note=people.NOTE,
        )
        self._remember(made["code"])
        self._watched[made["code"]] = Watched()

    # What is under way

    def _go_round(self) -> None:
        for code in list(self._watched):
            if self._stopped.is_set():
                return
            self._look_after(code)

    def _look_after(self, code: str) -> None:
        try:
            dossier = self._ask("GET", f"/dossiers/{code}")
        except Refused as refused:
            if refused.status != httpx.codes.NOT_FOUND:
                raise
            del self._watched[code]  # of an earlier life of the database
            return
        watched = self._watched[code]
        if dossier["stage"] != watched.stage:
            self._watched[code] = Watched(dossier["stage"])
            return
        stood = time.monotonic() - watched.since
        wait, act = _ACTS.get(dossier["stage"], (PATIENCE_SECONDS, Director._leave))
        if stood >= wait * self._pace(code):
            act(self, dossier)

    def _pace(self, code: str) -> float:
        """Some hands are quicker than others."""
        return Random(code).uniform(0.7, 2.0)

    def _leave(self, dossier: Mapping[str, Any]) -> None:
        self._watched.pop(dossier["code"], None)

    def _send_out(self, dossier: Mapping[str, Any]) -> None:
        town = self._towns.get(dossier["authority"]["code"], "")
        number = self._seal(dossier, "to_authority", here=HOME, there=town)
        self._hand_over(number)

    def _finish_handing_over(self, dossier: Mapping[str, Any]) -> None:
        """What we sealed and then, being stopped, did not give to the postman."""
        parcel = dossier["parcels"][-1]
        if parcel["tracking_number"] not in self._recall():
            self._leave(dossier)
        elif parcel["direction"] == "to_authority":
            self._hand_over(parcel["tracking_number"])
        else:
            self._give_to_postman(parcel["tracking_number"])

    def _decide(self, dossier: Mapping[str, Any]) -> None:
        code = dossier["code"]
        if dossier["result_ready_at"] is None:
            self._ask("POST", f"/dossiers/{code}/acts", act="result_ready")
            self._watched[code].since = time.monotonic()  # it takes a while to get it sealed
            return
        town = self._towns.get(dossier["authority"]["code"], "")
        home = town_of(dossier["applicant"]["ward"])
        to_citizen = dossier["return_by_post"]
        direction = "to_citizen" if to_citizen else "to_centre"
        there = home if to_citizen else HOME
        self._give_to_postman(self._seal(dossier, direction, here=town, there=there))

    def _collect(self, dossier: Mapping[str, Any]) -> None:
        self._ask("POST", f"/dossiers/{dossier['code']}/acts", act="collected")

    def _send_again(self, dossier: Mapping[str, Any]) -> None:
        """What came back undelivered goes off once more, the same way."""
        direction = dossier["parcels"][-1]["direction"]
        number = self._seal(dossier, direction, here=HOME, there=HOME)
        self._hand_over(number)

    # Requests

    def _seal(self, dossier: Mapping[str, Any], direction: str, *, here: str, there: str) -> str:
        made = self._ask(
            "POST", "/parcels", carrier=REHEARSAL, direction=direction, dossiers=[dossier["code"]]
        )
        number = str(made["tracking_number"])
        self._remember(number)
        self._tell_post(
            "/parcels", tracking_number=number, sender_place=here, recipient_place=there
        )
        return number

    def _hand_over(self, number: str) -> None:
        if self._ask("GET", f"/parcels/{number}")["handover"] is None:
            made = self._ask("POST", "/handovers", carrier=REHEARSAL, parcels=[number])
            self._ask("POST", f"/handovers/{made['number']}/sign", signed_by=POSTMAN)
        self._give_to_postman(number)

    def _give_to_postman(self, number: str) -> None:
        self._tell_post("/pickups", tracking_numbers=[number])

    def _ask(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        headers = {"Idempotency-Key": uuid4().hex} if method == "POST" else {}
        answer = self._service.request(method, f"/api/v1{path}", json=body or None, headers=headers)
        if not answer.is_success:
            raise Refused(f"{method} {path.split('/')[1]}", answer.status_code)
        told: dict[str, Any] = answer.json()
        return told

    def _tell_post(self, path: str, **body: Any) -> None:
        self._post.post(path, json=body).raise_for_status()

    # What is ours

    def _recall(self) -> list[str]:
        with suppress(OSError):
            return self._memory.read_text(encoding="utf-8").split()
        return []

    def _remember(self, code: str) -> None:
        with self._memory.open("a", encoding="utf-8") as memory:
            memory.write(f"{code}\n")


_ACTS: Mapping[str, tuple[float, Callable[[Director, Mapping[str, Any]], None]]] = {
    "with_office": (3, Director._send_out),
    "sealed": (15, Director._finish_handing_over),
    "at_authority": (8, Director._decide),
    "at_centre": (10, Director._collect),
    "returned": (10, Director._send_again),
    "delivered": (0, Director._leave),
    "collected": (0, Director._leave),
    "cancelled": (0, Director._leave),
}
"""What is done with a dossier once it has stood at a stage for so many seconds."""


def towns_of(authorities: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the town of each authority's post office, from pairs of code and address."""
    return {code: town_of(address) for code, address in authorities}
