"""The one vocabulary for what happens to a postal item, whichever carrier tells of it."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from adapters.places import without_people


class Milestone(StrEnum):
    """A carrier's scan in our words (after UPU EMSEVT V3, and what precedes the first scan)."""

    ANNOUNCED = "announced"
    HANDED_OVER = "handed_over"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    ARRIVED_AT_DELIVERY_OFFICE = "arrived_at_delivery_office"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_FAILED = "delivery_failed"
    AWAITING_COLLECTION = "awaiting_collection"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    EXCEPTION = "exception"
    UNRECOGNISED = "unrecognised"


class Reason(StrEnum):
    """Why a delivery failed or what went wrong, as far as it can be told in one word."""

    LOST = "lost"
    DAMAGED = "damaged"
    SEIZED = "seized"
    CANCELLED = "cancelled"
    NOBODY_HOME = "nobody_home"
    WRONG_ADDRESS = "wrong_address"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    CUSTOMS = "customs"
    OTHER = "other"


class Source(StrEnum):
    """Who says so, and therefore how far we trust it."""

    SIGNED = "signed"
    """A webhook with a signature over its body."""
    SHARED_TOKEN = "shared-token"  # noqa: S105 - a kind of proof, not a secret
    """A webhook that shows a secret which is not bound to its body."""
    UNSIGNED = "unsigned"
    """A webhook that proves nothing but that it knows the address."""
    POLL = "poll"
    """The carrier's own answer to our question."""
    STAFF = "staff"
    COURIER = "courier"
    INTEGRATION = "integration"
    """A program with a key of its own, such as the provincial one-stop system."""
    CITIZEN = "citizen"
    """Whoever proved that the dossier is theirs: a word against another, which moves no paper."""

    @property
    def is_trusted(self) -> bool:
        """Whether its "delivered" may stand without somebody else's word."""
        return self not in (Source.SHARED_TOKEN, Source.UNSIGNED, Source.CITIZEN)


@dataclass(frozen=True, slots=True)
class CarrierEvent:
    """One scan, in our words. Whoever makes one, its place names no person."""

    tracking_number: str
    milestone: Milestone
    happened_at: datetime
    """The carrier's clock; aware. Zone-less carrier times are read as UTC+7 by the adapter."""
    event_id: str
    """Unique within the carrier; if it gives none, the adapter derives it from stable fields."""
    carrier_code: str = ""
    """The carrier's own status code, word for word."""
    place: str = ""
    """Where, as the carrier names it; a post office, never a street."""
    reason: Reason | None = None
    reference: str = ""
    """The number under which we announced the parcel, where the carrier gave it another one."""
    expected_on: date | None = None
    """On which day in Vietnam the carrier expects to deliver the parcel, where it tells one; of a
    range the last. It is about the parcel, and no part of the scan that it came with."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", without_people(self.place))


def derived_id(*stable: str) -> str:
    """Return an event's id for carriers that give none: 32 hex digits, the same for the same parts.

    The parts are what the carrier tells alike however often and in whichever way it tells a scan.
    """
    return hashlib.sha256("\x1f".join(stable).encode(errors="replace")).hexdigest()[:32]
