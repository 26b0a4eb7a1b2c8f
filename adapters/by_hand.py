"""Couriers with no computer: a bag, a handover list and a signature.

Their scans come from people, through the desk or a courier's phone; there is nobody to ask, and
whoever sends a web hook in their name is not who he says. What they tell through our own API has a
dialect all the same, `{"events": [...]}`: an event whose parcel nobody knew is kept in it, and read
again once the parcel is known.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NoReturn

import httpx

from adapters import strict_json
from adapters.carrier import Announcement, Forged, HookAnswer, Status, Unreadable
from adapters.event import CarrierEvent, Milestone, Reason

# Whatever is written on the bag, as long as a scanner can read it and a digit sets it apart.
_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9][A-Z0-9./-]{2,38}[A-Z0-9]")


@dataclass(frozen=True, slots=True)
class ByHand:
    """Any courier who reports by word of mouth."""

    name: ClassVar[str] = "by_hand"
    title: ClassVar[str] = "Giao nhận trực tiếp"
    carries: ClassVar[bool] = True
    is_experimental: ClassVar[bool] = False
    statuses: ClassVar[Mapping[str, Status]] = {}
    numbers_per_question: ClassVar[int] = 1
    can_be_asked: ClassVar[bool] = False
    takes_announcements: ClassVar[bool] = False

    def is_number(self, tracking_number: str) -> bool:
        return _NUMBER.fullmatch(tracking_number) is not None

    def verify(
        self,
        headers: Mapping[str, str],  # noqa: ARG002
        query: Mapping[str, str],  # noqa: ARG002
        body: bytes,  # noqa: ARG002
    ) -> NoReturn:
        raise Forged("a courier without a computer sends no message")

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        events = strict_json.objects(strict_json.read_object(body), "events", most=1000)
        return [_event(event) for event in events]

    def answer(self, headers: Mapping[str, str]) -> HookAnswer:  # noqa: ARG002
        return HookAnswer()

    async def ask(
        self,
        client: httpx.AsyncClient,  # noqa: ARG002
        tracking_numbers: Sequence[str],  # noqa: ARG002
    ) -> list[CarrierEvent]:
        return []

    async def announce(self, client: httpx.AsyncClient, parcel: Announcement) -> None:
        """Do nothing: the courier learns of the parcel when it is put into his hands."""


def _event(event: Mapping[str, object]) -> CarrierEvent:
    try:
        milestone = Milestone(strict_json.text(event, "milestone", longest=40))
    except ValueError:
        raise Unreadable("milestone is none of ours") from None
    reason = strict_json.optional_text(event, "reason", longest=200)
    return CarrierEvent(
        tracking_number=strict_json.text(event, "tracking_number", longest=64),
        milestone=milestone,
        happened_at=strict_json.time(event, "happened_at"),
        event_id=strict_json.text(event, "id", longest=100),
        place=strict_json.optional_text(event, "place", longest=200),
        reason=_REASONS.get(reason, Reason.OTHER if reason else None),
    )


_REASONS = {reason.value: reason for reason in Reason}
