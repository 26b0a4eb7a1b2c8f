"""What the invented post told in the past, kept and read as its webhooks would have brought it."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session

from adapters.event import Source
from postal_tracker.carriers import inbox
from postal_tracker.carriers.configured import Carriers
from postal_tracker.demo.agenda import Agenda
from postal_tracker.demo.plot import REHEARSAL
from postal_tracker.rehearsal.hooks import SCANS_PER_MESSAGE, as_told
from postal_tracker.rehearsal.world import Scan


class OldMessages:
    """The carrier's messages of five weeks, a few of which fit nowhere."""

    def __init__(self, session: Session, carriers: Carriers) -> None:
        self._session, self._carriers = session, carriers

    def keep(self, scans: Sequence[Scan], at: datetime) -> None:
        for start in range(0, len(scans), SCANS_PER_MESSAGE):
            told = [as_told(scan) for scan in scans[start : start + SCANS_PER_MESSAGE]]
            self._keep_body(json.dumps({"scans": told}, ensure_ascii=False).encode(), at)

    def _keep_body(self, body: bytes, at: datetime) -> None:
        message = inbox.read(self._carriers, REHEARSAL, Source.SIGNED, body)
        inbox.keep_each(self._session, [(message, at)])

    def contradict(self, at: datetime, *, number: str) -> None:
        """The post says that it carries what it said was delivered."""
        self.keep([Scan(f"{number}-again", number, "DI_PHAT", at, "Bưu cục Uông Bí")], at)

    def plan_without_home(self, agenda: Agenda, now: datetime) -> None:
        """One message nobody can read, two of parcels nobody knows; each in its time."""
        unread = b'{"scans": [{"id": "77", "tracking_number": 10000}]}'
        agenda.at(now - timedelta(hours=26), partial(self._keep_body, unread))
        for hours, number in ((20, "EB900000019VN"), (5, "EB900000022VN")):
            agenda.at(now - timedelta(hours=hours), partial(self._of_nobody, number))

    def _of_nobody(self, number: str, at: datetime) -> None:
        self.keep([Scan(f"{number}-1", number, "DEN_BCP", at, "Bưu cục Hạ Long, Quảng Ninh")], at)
