"""Fetches for the rehearsal post what people have signed over to it.

A visitor who signs a list at a page sees his parcel move. Nothing else is fetched: not what another
carrier takes, nor what a program signed, which may want to tell its parcel's story itself.
"""

import logging
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import exists, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.core.journey import Direction
from postal_tracker.demo.plot import HOME, REHEARSAL, town_of
from postal_tracker.house import House
from postal_tracker.storage.tables import Authority, LedgerEntry, Parcel

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
WITHIN = timedelta(hours=3)
"""What was signed longer ago and is still not in the post is one of the past's forgotten parcels:
`reports` shows it as never accepted."""


class Postman:
    """One thread that looks at the signed lists again and again."""

    def __init__(self, house: House, post: httpx.Client) -> None:
        self._house = house
        self._post = post
        self._fetched: set[str] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=2)

    def _work(self) -> None:
        while not self._stopped.wait(PAUSE_SECONDS):
            try:
                self._fetch()
            except Exception:
                log.exception("the courier stumbled")

    def _fetch(self) -> None:
        since = self._house.now() - WITHIN
        bag = self._house.database.read_now(lambda s: signed_over(s, since=since))
        new = [parcel for parcel in bag if parcel.tracking_number not in self._fetched]
        for parcel in new:
            self._tell("/parcels", **asdict(parcel))
        if new:
            numbers = [parcel.tracking_number for parcel in new]
            self._tell("/pickups", tracking_numbers=numbers)
            self._fetched.update(numbers)

    def _tell(self, path: str, **body: Any) -> None:
        self._post.post(path, json=body).raise_for_status()


@dataclass(frozen=True, slots=True)
class InTheBag:
    """A parcel, and between which towns it goes."""

    tracking_number: str
    sender_place: str
    recipient_place: str


def signed_over(session: Session, *, since: datetime) -> list[InTheBag]:
    """Return the parcels that a person signed over to the rehearsal post."""
    signed_by_person = exists().where(
        col(LedgerEntry.parcel_id) == col(Parcel.id),
        col(LedgerEntry.what) == Milestone.HANDED_OVER.value,
        col(LedgerEntry.by).startswith("staff:"),
        col(LedgerEntry.dossier_id).is_(None),
    )
    query = select(col(Parcel.tracking_number), col(Parcel.direction), col(Authority.address))
    found = query.join(Authority, col(Authority.id) == col(Parcel.authority_id)).where(
        col(Parcel.open),
        col(Parcel.carrier) == REHEARSAL,
        col(Parcel.milestone) == Milestone.HANDED_OVER.value,
        col(Parcel.milestone_at) >= since,
        signed_by_person,
    )
    return [_in_the_bag(row) for row in session.connection().execute(found.limit(500))]


def _in_the_bag(row: Any) -> InTheBag:
    here, there = HOME, town_of(row.address)
    if row.direction == Direction.TO_CENTRE:
        here, there = there, here
    if row.direction == Direction.TO_CITIZEN:
        there = here
    return InTheBag(row.tracking_number, here, there)
