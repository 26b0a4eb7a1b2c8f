"""What every carrier must be able to do, and what can go wrong with one.

CarrierFault
  Forged        the message does not prove that it comes from the carrier
  Unreadable    it is theirs, but we cannot read it (kept, and read again after a fix)
  Unreachable   the carrier did not answer, or not as it should
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx

from adapters.event import CarrierEvent, Source


class CarrierFault(Exception):
    """Something went wrong between a carrier and us."""


class Forged(CarrierFault):
    """The message does not prove that it comes from the carrier."""


class Unreadable(CarrierFault):
    """The message is the carrier's, but its body cannot be read."""


class Unreachable(CarrierFault):
    """The carrier did not answer, or not as it should.

    `retry_after_seconds` is the carrier's own wish (RFC 9110 section 10.2.3), if it has one.
    """

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Announcement:
    """A parcel that we tell a carrier of before handing it over. Places, never persons."""

    tracking_number: str
    sender_place: str
    recipient_place: str
    dossiers: int


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What the carrier wants to hear once its message is kept; status 200 always."""

    body: bytes = b'{"ok":true}'
    media_type: str = "application/json"


class Carrier(Protocol):
    """One carrier. Sans-IO where it counts; holds its settings and nothing that changes."""

    @property
    def name(self) -> str:
        """As settings, addresses and tables spell it: "vnpost"."""
        ...

    @property
    def title(self) -> str:
        """As people know it: "Bưu điện Việt Nam (EMS)"."""
        ...

    @property
    def can_be_asked(self) -> bool: ...

    @property
    def takes_announcements(self) -> bool: ...

    def is_number(self, tracking_number: str) -> bool:
        """Whether this can be one of the carrier's tracking numbers."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes) -> Source:
        """Return how far the message is proven. Header names are lower-case. Raises Forged."""
        ...

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        """Return the scans a message tells of; none is allowed. Raises Unreadable."""
        ...

    def answer(self, headers: Mapping[str, str]) -> HookAnswer:
        """Return the answer the carrier expects for a message that was kept."""
        ...

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        """Return every scan the carrier knows of these parcels. Raises Unreachable, Unreadable."""
        ...

    async def announce(self, client: httpx.AsyncClient, parcel: Announcement) -> None:
        """Tell the carrier of a parcel to come; telling twice is harmless. Raises Unreachable."""
        ...
