"""What every carrier must be able to do, what most do alike, and what can go wrong with one.

CarrierFault
  Forged        the message does not prove that it comes from the carrier
  Unreadable    it is theirs, but we cannot read it (kept, and read again after a fix)
  Unreachable   the carrier did not answer, or not as it should
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol, TypeVar

import httpx

from adapters.event import CarrierEvent, Milestone, Reason, Source


class CarrierFault(Exception):
    """Something went wrong between a carrier and us."""


class Forged(CarrierFault):
    """The message does not prove that it comes from the carrier."""


class Unreadable(CarrierFault, ValueError):
    """The message is the carrier's, but its body, or a part of it, cannot be read.

    `events` are what the readable parts tell. A ValueError too, so that others can read as strictly
    without knowing of carriers.
    """

    def __init__(self, message: str, events: Iterable[CarrierEvent] = ()) -> None:
        super().__init__(message)
        self.events = tuple(events)


class Unreachable(CarrierFault):
    """The carrier did not answer, or not as it should.

    `retry_after_seconds` is the carrier's own wish (RFC 9110 section 10.2.3), if it has one.
    """

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Status:
    """What one status code of a carrier means, in our word and in its own ones."""

    milestone: Milestone
    vi: str
    en: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Who sends or receives, as a carrier needs it to bring a parcel there. Personal data."""

    name: str = ""
    phone: str = ""
    address: str = ""
    """The street; in Vietnam's new addresses ward and province follow it."""
    ward: str = ""
    province: str = ""
    is_office: bool = False


@dataclass(frozen=True, slots=True)
class Announcement:
    """A parcel that we tell a carrier of before handing it over."""

    tracking_number: str
    sender_place: str
    """Where from, without naming anybody."""
    recipient_place: str
    dossiers: int
    sender: Contact = field(default=Contact(), repr=False)
    """For carriers that print the label or fetch the parcel themselves; others are not told."""
    recipient: Contact = field(default=Contact(), repr=False)


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What the carrier wants to hear once its message is kept; status 200 always."""

    body: bytes = b'{"ok":true}'
    media_type: str = "application/json"


T = TypeVar("T")


def each(parts: Iterable[T], read: Callable[[T], Iterable[CarrierEvent]]) -> list[CarrierEvent]:
    """Return what the parts of a message tell, each read by itself.

    Raises Unreadable with the first fault if one cannot be read. What the others tell goes with it:
    a bad neighbour spoils nothing.
    """
    events: list[CarrierEvent] = []
    first: Unreadable | None = None
    for part in parts:
        try:
            events.extend(read(part))
        except Unreadable as fault:
            events.extend(fault.events)
            first = first or fault
    if first:
        raise Unreadable(str(first), events)
    return events


def of_these(
    parts: Iterable[dict[str, object]], field: str, tracking_numbers: Sequence[str]
) -> list[dict[str, object]]:
    """Return the parts that are about these parcels, and those that do not say about which."""
    return [part for part in parts if part.get(field) in (None, *tracking_numbers)]


class Carrier(Protocol):
    """One carrier. Sans-IO where it counts; holds its settings and nothing that changes.

    Arguments go by position: a carrier puts an underscore before those that it has no need for.
    """

    @property
    def name(self) -> str:
        """As settings, addresses and tables spell it: "vnpost"."""
        ...

    @property
    def title(self) -> str:
        """As people know it: "Bưu điện Việt Nam"."""
        ...

    @property
    def own_page(self) -> str:
        """Where anybody may look at a parcel, with `{number}` in it; "" if none is known."""
        ...

    @property
    def carries(self) -> bool:
        """Whether parcels travel with it; a source such as 17TRACK only tells of others'."""
        ...

    @property
    def is_experimental(self) -> bool:
        """Whether it was written without a single sample of a real message."""
        ...

    @property
    def statuses(self) -> Mapping[str, Status]:
        """Its whole published table, by status code."""
        ...

    @property
    def numbers_per_question(self) -> int:
        """How many parcels one call of `ask` may be about; each call is one HTTP question."""
        ...

    @property
    def can_be_asked(self) -> bool: ...

    @property
    def takes_announcements(self) -> bool: ...

    def is_number(self, tracking_number: str, /) -> bool:
        """Whether this can be one of the carrier's tracking numbers."""
        ...

    def verify(
        self, headers: Mapping[str, str], query: Mapping[str, str], body: bytes, /
    ) -> Source:
        """Return how far the message is proven. Header names are lower-case. Raises Forged.

        `query` is what stands behind the `?` of the hook's address.
        """
        ...

    def read_message(self, body: bytes, /) -> list[CarrierEvent]:
        """Return the scans a message tells of; none is allowed.

        Raises Unreadable, with the scans of those parts that can be read.
        """
        ...

    def answer(self, headers: Mapping[str, str], /) -> HookAnswer:
        """Return the answer the carrier expects for a message that was kept."""
        ...

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str], /
    ) -> list[CarrierEvent]:
        """Return every scan the carrier knows of these parcels, `numbers_per_question` at most.

        Raises Unreachable, Unreadable.
        """
        ...

    async def announce(self, client: httpx.AsyncClient, parcel: Announcement, /) -> None:
        """Tell the carrier of a parcel to come; telling twice is harmless. Raises Unreachable."""
        ...


class Defaults:
    """What most carriers do alike (a mixin); each says for itself what it does otherwise.

    Nothing that decides whom to believe is here: each carrier has a `verify` of its own.
    """

    __slots__ = ()

    base_url: str
    public_address: ClassVar[str] = ""
    """Where it is asked, unless `base_url` is set."""
    number_form: ClassVar[re.Pattern[str]]
    """What a whole tracking number looks like."""

    own_page: ClassVar[str] = ""
    carries: ClassVar[bool] = True
    is_experimental: ClassVar[bool] = False
    numbers_per_question: ClassVar[int] = 1

    @property
    def can_be_asked(self) -> bool:
        return False

    @property
    def takes_announcements(self) -> bool:
        return False

    @property
    def address(self) -> str:
        return (self.base_url or self.public_address).rstrip("/")

    def is_number(self, tracking_number: str) -> bool:
        return self.number_form.fullmatch(tracking_number) is not None

    def answer(self, _headers: Mapping[str, str]) -> HookAnswer:
        return HookAnswer()

    async def ask(
        self, _client: httpx.AsyncClient, _tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        return []

    async def announce(self, _client: httpx.AsyncClient, _parcel: Announcement) -> None:
        """Do nothing."""
