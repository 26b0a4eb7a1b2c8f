"""Bưu chính Diễn tập: an invented carrier, for demonstrations, drills and tests.

It has what a good carrier would have: signed webhooks, tracking by question, announcements, and an
id for each scan, the same whichever way the scan is told and however often. The adapter to read
before writing another. The service it speaks with is `postal_tracker/rehearsal/`.

A message and a tracking answer look alike; unknown fields are let pass:
{"scans": [{"id", "tracking_number", "status", "at" (RFC 3339), "office"?, "reason"?}, ...]}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import httpx

from adapters import signing, strict_json
from adapters.asking import Bearer, fetch
from adapters.carrier import Announcement, Defaults, Forged, Status, each, of_these
from adapters.event import CarrierEvent, Milestone, Reason, Source
from adapters.s10 import is_s10

STATUSES = {
    "DANG_KY": Status(Milestone.ANNOUNCED, "Đã đăng ký", "announced"),
    "NHAN_GUI": Status(Milestone.ACCEPTED, "Đã nhận gửi", "accepted"),
    "ROI_BC": Status(Milestone.IN_TRANSIT, "Rời bưu cục", "left the post office"),
    "DEN_TTKT": Status(
        Milestone.IN_TRANSIT, "Đến trung tâm khai thác", "arrived at the sorting centre"
    ),
    "ROI_TTKT": Status(Milestone.IN_TRANSIT, "Rời trung tâm khai thác", "left the sorting centre"),
    "DEN_BCP": Status(
        Milestone.ARRIVED_AT_DELIVERY_OFFICE, "Đến bưu cục phát", "arrived at the delivery office"
    ),
    "DI_PHAT": Status(Milestone.OUT_FOR_DELIVERY, "Bưu tá đang đi phát", "out for delivery"),
    "PHAT_KTC": Status(Milestone.DELIVERY_FAILED, "Phát không thành công", "delivery failed"),
    "CHO_NHAN": Status(
        Milestone.AWAITING_COLLECTION, "Chờ người nhận tới lấy", "awaiting collection"
    ),
    "PHAT_TC": Status(Milestone.DELIVERED, "Phát thành công", "delivered"),
    "CHUYEN_HOAN": Status(Milestone.RETURNING, "Đang chuyển hoàn", "on its way back"),
    "HOAN_TC": Status(Milestone.RETURNED, "Chuyển hoàn thành công", "returned"),
    "SU_CO": Status(Milestone.EXCEPTION, "Sự cố", "exception"),
}

REASONS = {
    "THAT_LAC": Reason.LOST,
    "HU_HONG": Reason.DAMAGED,
    "TAM_GIU": Reason.SEIZED,
    "HUY_GUI": Reason.CANCELLED,
    "VANG_NHA": Reason.NOBODY_HOME,
    "SAI_DC": Reason.WRONG_ADDRESS,
    "KHONG_LH": Reason.UNREACHABLE,
    "TU_CHOI": Reason.REFUSED,
    "HAI_QUAN": Reason.CUSTOMS,
}

MOST_SCANS = 1000
NUMBERS_PER_QUESTION = 50


@dataclass(frozen=True, slots=True)
class Rehearsal(Defaults):
    """The rehearsal carrier at one address. Raises ValueError on a signing key that is none."""

    name: ClassVar[str] = "rehearsal"
    title: ClassVar[str] = "Bưu chính Diễn tập"
    statuses: ClassVar[Mapping[str, Status]] = STATUSES
    numbers_per_question: ClassVar[int] = NUMBERS_PER_QUESTION

    base_url: str
    token: str = field(repr=False)
    signing_keys: tuple[str, ...] = field(repr=False)
    """Any of them may have signed a message; two while one takes over from the other."""

    def __post_init__(self) -> None:
        for key in self.signing_keys:
            signing.key_bytes(key)

    @property
    def can_be_asked(self) -> bool:
        return bool(self.base_url)

    @property
    def takes_announcements(self) -> bool:
        return bool(self.base_url)

    def is_number(self, tracking_number: str) -> bool:
        return is_s10(tracking_number)

    def verify(self, headers: Mapping[str, str], _query: Mapping[str, str], body: bytes) -> Source:
        if not signing.is_signed_by(self.signing_keys, headers, body):
            raise Forged("no signature of ours fits")
        return Source.SIGNED

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        return each(_scans(body), lambda scan: [_event(scan)])

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        if not tracking_numbers:
            return []
        answer = await fetch(
            client,
            "GET",
            f"{self.address}/tracking",
            params={"numbers": ",".join(tracking_numbers)},
            auth=Bearer(self.token),
        )
        # Nobody asked about other parcels, so nothing is heard of them.
        scans = of_these(_scans(answer), "tracking_number", tracking_numbers)
        return each(scans, lambda scan: [_event(scan)])

    async def announce(self, client: httpx.AsyncClient, parcel: Announcement) -> None:
        announced = {
            "tracking_number": parcel.tracking_number,
            "sender_place": parcel.sender_place,
            "recipient_place": parcel.recipient_place,
            "dossiers": parcel.dossiers,
        }
        await fetch(
            client, "POST", f"{self.address}/parcels", json=announced, auth=Bearer(self.token)
        )


def _scans(body: bytes) -> list[dict[str, object]]:
    return strict_json.entries(strict_json.read_object(body), "scans", most=MOST_SCANS)


def _event(scan: Mapping[str, object]) -> CarrierEvent:
    status = strict_json.text(scan, "status", longest=40)
    reason = strict_json.optional_text(scan, "reason", longest=40)
    return CarrierEvent(
        tracking_number=strict_json.text(scan, "tracking_number", longest=40),
        milestone=STATUSES[status].milestone if status in STATUSES else Milestone.UNRECOGNISED,
        happened_at=strict_json.time(scan, "at"),
        event_id=strict_json.text(scan, "id", longest=100),
        carrier_code=status,
        place=strict_json.office(scan, "office"),
        reason=REASONS.get(reason, Reason.OTHER) if reason else None,
    )
