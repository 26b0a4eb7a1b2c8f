"""Couriers with no computer: a bag, a handover list and a signature.

Their scans come from people, through the desk or a courier's phone; there is nobody to ask or to
tell beforehand, and whoever sends a webhook in their name is not who he says. What they tell
through our own API has a dialect all the same, `{"events": [...]}`: an event whose parcel nobody
knew is kept in it, and read again once the parcel is known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NoReturn

from adapters import strict_json
from adapters.carrier import Defaults, Forged, Status, Unreadable, each
from adapters.event import CarrierEvent, Milestone, Reason

# Whatever is written on the bag, as long as a scanner can read it and a digit sets it apart.
_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9./-]{2,38}[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class ByHand(Defaults):
    """Any courier who reports by word of mouth."""

    name: ClassVar[str] = "by_hand"
    title: ClassVar[str] = "Giao nhận trực tiếp"
    number_form: ClassVar[re.Pattern[str]] = _NUMBER
    statuses: ClassVar[Mapping[str, Status]] = {}

    def verify(
        self, _headers: Mapping[str, str], _query: Mapping[str, str], _body: bytes
    ) -> NoReturn:
        raise Forged("a courier without a computer sends no message")

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        events = strict_json.entries(strict_json.read_object(body), "events", most=1000)
        return each(events, lambda event: [_event(event)])


def _event(event: Mapping[str, object]) -> CarrierEvent:
    told = strict_json.text(event, "milestone", longest=40)
    try:
        milestone = Milestone(told)
    except ValueError:
        raise Unreadable("milestone is none of ours") from None
    reason = strict_json.optional_text(event, "reason", longest=200)
    return CarrierEvent(
        tracking_number=strict_json.text(event, "tracking_number", longest=64),
        milestone=milestone,
        happened_at=strict_json.time(event, "happened_at"),
        event_id=strict_json.text(event, "id", longest=100),
        place=strict_json.office(event, "place", longest=200),
        reason=_REASONS.get(reason, Reason.OTHER if reason else None),
    )


_REASONS = {reason.value: reason for reason in Reason}
