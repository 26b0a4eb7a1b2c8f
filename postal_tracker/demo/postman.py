"""Fetches for the rehearsal post what people have signed over to it.

A visitor who signs a list at a page sees his parcel move. Nothing else is fetched: not what another
carrier takes, nor what a program signed, which may want to tell its parcel's story itself.
"""

import logging
import threading
from datetime import datetime, timedelta

import httpx
from sqlalchemy import exists, select
from sqlmodel import Session, col

from adapters.event import Milestone
from postal_tracker.demo.past import REHEARSAL
from postal_tracker.house import House
from postal_tracker.tables import LedgerEntry, Parcel

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
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)

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
                log.exception("the postman stumbled")

    def _fetch(self) -> None:
        since = self._house.now() - WITHIN
        numbers = self._house.database.read_now(lambda s: signed_over(s, since=since))
        if numbers:
            # Those that he has already are passed over there.
            self._post.post("/pickups", json={"tracking_numbers": numbers}).raise_for_status()


def signed_over(session: Session, *, since: datetime) -> list[str]:
    """Return the numbers of parcels that a person signed over to the rehearsal post."""
    signed_by_person = exists().where(
        col(LedgerEntry.parcel_id) == col(Parcel.id),
        col(LedgerEntry.what) == Milestone.HANDED_OVER.value,
        col(LedgerEntry.by).startswith("staff:"),
        col(LedgerEntry.dossier_id).is_(None),
    )
    query = select(col(Parcel.tracking_number)).where(
        col(Parcel.open),
        col(Parcel.carrier) == REHEARSAL,
        col(Parcel.milestone) == Milestone.HANDED_OVER.value,
        col(Parcel.milestone_at) >= since,
        signed_by_person,
    )
    return list(session.scalars(query.limit(500)))
