"""AfterShip: a source that asks some thousand carriers and tells what they said of a parcel.

From AfterShip's documents of the Tracking API, version 2026-07 (www.aftership.com/docs/tracking:
"Get trackings", "Create a tracking", model "Checkpoint", enums "Delivery Statuses" and "Delivery
Sub-statuses", "Webhook Specifications", "Webhook Signature"). High: the header `as-api-key`, up to
50 numbers as `tracking_numbers`, the fields of a checkpoint, `tag`, the three hooks, the header
`aftership-hmac-sha256` with the base64 HMAC-SHA256 of the raw body, up to 14 tries over three days.
High too, but for our own word for it: what each `subtag` means. Medium: error 4003 for a number
that is tracked already. Sub-statuses Exception_014 and 015 and Pending_002 to 006 exist; what they
mean was not seen, so they are unrecognised. Low: whether Vietnam Post is among the carriers, and
as what; AfterShip is left to find out by itself whose number it is.

A hook is `{"event", "msg": tracking}`, an answer `{"data": {"trackings": [tracking]}}`, a tracking
`{"tracking_number", "checkpoints": [{"tag", "subtag", "checkpoint_time", "location"}]}` with the
whole history. AfterShip's `event_id` is the message's and its checkpoints' `hash` is not in every
version: ours is made of number, status, time and place, in which hook and answer agree.

`checkpoint_time` is the carrier's own: with an offset, without one (then read as Vietnam's time),
or a day without an hour (read as that day's first minute). Where the carrier gave none at all, the
time is taken at which AfterShip learnt of the scan (`created_at`), which stays the same.

When it is expected: `courier_estimated_delivery_date {estimated_delivery_date, ..._max}` is the
carrier's word, `latest_estimated_delivery {datetime, datetime_max}` perhaps AfterShip's own (high);
older generations had `expected_delivery` (medium). The hook `edd_revise` tells that it changed.
"""

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

import httpx

from adapters import signing, strict_json
from adapters.asking import InHeaders, Refused, fetch
from adapters.carrier import Announcement, Defaults, Forged, Status, Unreadable, each, of_these
from adapters.event import CarrierEvent, Milestone, Reason, Source, derived_id

STATUSES = {
    # Tags
    "Pending": Status(Milestone.ANNOUNCED, "Đang chờ tin", "pending"),
    "InfoReceived": Status(Milestone.ANNOUNCED, "Đã nhận thông tin", "information received"),
    "InTransit": Status(Milestone.IN_TRANSIT, "Đang vận chuyển", "in transit"),
    "OutForDelivery": Status(Milestone.OUT_FOR_DELIVERY, "Đang đi phát", "out for delivery"),
    "AttemptFail": Status(Milestone.DELIVERY_FAILED, "Phát không thành công", "attempt failed"),
    "Delivered": Status(Milestone.DELIVERED, "Phát thành công", "delivered"),
    "AvailableForPickup": Status(
        Milestone.AWAITING_COLLECTION, "Chờ người nhận tới lấy", "available for collection"
    ),
    "Exception": Status(Milestone.EXCEPTION, "Sự cố", "exception"),
    "Expired": Status(Milestone.EXCEPTION, "Lâu chưa cập nhật", "no news for long"),
    # Subtags
    "Pending_001": Status(Milestone.ANNOUNCED, "Chưa có tin", "no news yet"),
    "InfoReceived_001": Status(Milestone.ANNOUNCED, "Đã nhận thông tin", "information received"),
    "InTransit_001": Status(Milestone.IN_TRANSIT, "Đang vận chuyển", "in transit"),
    "InTransit_002": Status(Milestone.ACCEPTED, "Đã nhận gửi", "acceptance scan"),
    "InTransit_003": Status(
        Milestone.IN_TRANSIT, "Đến trung tâm khai thác", "arrived at a sorting centre"
    ),
    "InTransit_004": Status(Milestone.IN_TRANSIT, "Đến nước nhận", "arrived in the country"),
    "InTransit_005": Status(Milestone.IN_TRANSIT, "Đã thông quan", "customs clearance completed"),
    "InTransit_006": Status(
        Milestone.IN_TRANSIT, "Đang làm thủ tục hải quan", "customs clearance started"
    ),
    "InTransit_007": Status(Milestone.IN_TRANSIT, "Rời trung tâm khai thác", "departure scan"),
    "InTransit_008": Status(
        Milestone.IN_TRANSIT, "Đã xử lý sự cố, đang vận chuyển", "problem resolved"
    ),
    "InTransit_009": Status(
        Milestone.IN_TRANSIT, "Chuyển tiếp tới địa chỉ khác", "forwarded to another address"
    ),
    "OutForDelivery_001": Status(Milestone.OUT_FOR_DELIVERY, "Đang đi phát", "out for delivery"),
    "OutForDelivery_003": Status(
        Milestone.OUT_FOR_DELIVERY, "Đã liên hệ người nhận", "recipient contacted"
    ),
    "OutForDelivery_004": Status(
        Milestone.OUT_FOR_DELIVERY, "Đã hẹn giờ phát", "delivery appointment made"
    ),
    "AttemptFail_001": Status(Milestone.DELIVERY_FAILED, "Phát không thành công", "attempt failed"),
    "AttemptFail_002": Status(
        Milestone.DELIVERY_FAILED,
        "Phát không thành công: không gặp người nhận",
        "attempt failed: nobody there",
        Reason.NOBODY_HOME,
    ),
    "AttemptFail_003": Status(
        Milestone.DELIVERY_FAILED,
        "Phát không thành công: nơi nhận đóng cửa",
        "attempt failed: closed",
        Reason.NOBODY_HOME,
    ),
    "Delivered_001": Status(Milestone.DELIVERED, "Phát thành công", "delivered"),
    "Delivered_002": Status(Milestone.DELIVERED, "Người nhận đã tới lấy", "collected"),
    "Delivered_003": Status(Milestone.DELIVERED, "Người nhận đã ký nhận", "signed for"),
    "Delivered_004": Status(
        Milestone.DELIVERED, "Phát thành công, đã thu tiền", "delivered, cash collected"
    ),
    "Delivered_005": Status(Milestone.DELIVERED, "Giao cho hàng xóm", "delivered to a neighbour"),
    "AvailableForPickup_001": Status(
        Milestone.AWAITING_COLLECTION, "Chờ người nhận tới lấy", "available for collection"
    ),
    "Exception_001": Status(Milestone.EXCEPTION, "Sự cố", "exception"),
    "Exception_002": Status(
        Milestone.DELIVERY_FAILED,
        "Người nhận đã chuyển đi",
        "the recipient moved",
        Reason.WRONG_ADDRESS,
    ),
    "Exception_003": Status(
        Milestone.DELIVERY_FAILED, "Người nhận từ chối", "refused", Reason.REFUSED
    ),
    "Exception_004": Status(
        Milestone.EXCEPTION, "Chậm do hải quan", "delayed by customs", Reason.CUSTOMS
    ),
    "Exception_005": Status(
        Milestone.EXCEPTION, "Chậm do bên ngoài", "delayed from outside", Reason.OTHER
    ),
    "Exception_006": Status(
        Milestone.EXCEPTION, "Giữ lại chờ thanh toán", "held for payment", Reason.OTHER
    ),
    "Exception_007": Status(
        Milestone.DELIVERY_FAILED, "Sai địa chỉ", "wrong address", Reason.WRONG_ADDRESS
    ),
    "Exception_008": Status(
        Milestone.EXCEPTION, "Người nhận không tới lấy", "not collected", Reason.NOBODY_HOME
    ),
    "Exception_009": Status(
        Milestone.EXCEPTION, "Đơn vị vận chuyển từ chối", "rejected by the carrier", Reason.OTHER
    ),
    "Exception_010": Status(Milestone.RETURNING, "Đang chuyển hoàn", "returning to the sender"),
    "Exception_011": Status(Milestone.RETURNED, "Đã chuyển hoàn", "returned to the sender"),
    "Exception_012": Status(Milestone.EXCEPTION, "Hư hỏng", "damaged", Reason.DAMAGED),
    "Exception_013": Status(Milestone.EXCEPTION, "Thất lạc", "lost", Reason.LOST),
    "Exception_016": Status(
        Milestone.EXCEPTION, "Chậm trong khai thác", "delayed in processing", Reason.OTHER
    ),
    "Exception_017": Status(
        Milestone.EXCEPTION, "Chậm do thời tiết", "delayed by weather", Reason.OTHER
    ),
    "Exception_018": Status(
        Milestone.EXCEPTION, "Thiếu hoặc sai giấy tờ", "papers missing or wrong", Reason.OTHER
    ),
    "Exception_019": Status(
        Milestone.EXCEPTION, "Chậm chuyến bay", "delayed by a flight", Reason.OTHER
    ),
    "Exception_020": Status(Milestone.EXCEPTION, "Đã hủy", "cancelled", Reason.CANCELLED),
    "Exception_021": Status(Milestone.EXCEPTION, "Bị tiêu hủy", "disposed of", Reason.OTHER),
    "Expired_001": Status(Milestone.EXCEPTION, "Lâu chưa cập nhật", "no news for long"),
}

UNKNOWN = Status(Milestone.UNRECOGNISED, "", "")
# It takes 50, but tells up to 20 kB of each parcel, and answers are read up to 1 MiB.
NUMBERS_PER_QUESTION = 20
MOST_TRACKINGS = 200
MOST_SCANS = 1000
ALREADY_TRACKED = "4003"

NEWS = ("tracking_update", "edd_revise")
NO_NEWS = "tracking_pending_time"  # nothing happened, and for long

_NUMBER = re.compile(r"[A-Z0-9./_-]{4,64}")


@dataclass(frozen=True, slots=True)
class AfterShip(Defaults):
    """AfterShip with one account's API key; its hooks are signed with a secret of their own."""

    name: ClassVar[str] = "aftership"
    title: ClassVar[str] = "AfterShip"
    public_address: ClassVar[str] = "https://api.aftership.com/tracking/2026-07"
    number_form: ClassVar[re.Pattern[str]] = _NUMBER
    carries: ClassVar[bool] = False
    statuses: ClassVar[Mapping[str, Status]] = STATUSES
    numbers_per_question: ClassVar[int] = NUMBERS_PER_QUESTION

    base_url: str
    token: str = field(repr=False)
    signing_keys: tuple[str, ...] = field(repr=False)

    @property
    def can_be_asked(self) -> bool:
        return bool(self.token)

    @property
    def takes_announcements(self) -> bool:
        return bool(self.token)

    def verify(self, headers: Mapping[str, str], _query: Mapping[str, str], body: bytes) -> Source:
        right = [
            base64.b64encode(hmac.digest(key.encode(), body, "sha256")).decode()
            for key in self.signing_keys
        ]
        if not signing.is_one_of(headers.get("aftership-hmac-sha256", ""), right):
            raise Forged("no signature of ours fits")
        return Source.SIGNED

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        told = strict_json.read_object(body)
        event = strict_json.text(told, "event", longest=40)
        if event == NO_NEWS:
            return []
        if event not in NEWS:
            raise Unreadable("event is none that AfterShip documents")
        return _scans(strict_json.nested(told, "msg"))

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        if not tracking_numbers:
            return []
        answer = await fetch(
            client,
            "GET",
            f"{self.address}/trackings",
            params={"tracking_numbers": ",".join(tracking_numbers), "limit": MOST_TRACKINGS},
            auth=InHeaders({"as-api-key": self.token}),
        )
        data = strict_json.nested(strict_json.read_object(answer), "data")
        trackings = strict_json.entries(data, "trackings", most=MOST_TRACKINGS)
        return each(of_these(trackings, "tracking_number", tracking_numbers), _scans)

    async def announce(self, client: httpx.AsyncClient, parcel: Announcement) -> None:
        try:
            await fetch(
                client,
                "POST",
                f"{self.address}/trackings",
                json={"tracking_number": parcel.tracking_number},
                auth=InHeaders({"as-api-key": self.token}),
            )
        except Refused as refusal:
            if _error(refusal.body) != ALREADY_TRACKED:
                raise


def _error(body: bytes) -> str:
    """Return AfterShip's own error code, or "" where it gives none."""
    try:
        return strict_json.code(strict_json.nested(strict_json.read_object(body), "meta"), "code")
    except Unreadable:
        return ""


def _scans(tracking: Mapping[str, object]) -> list[CarrierEvent]:
    number = strict_json.text(tracking, "tracking_number", longest=64)
    checkpoints = strict_json.entries(tracking, "checkpoints", most=MOST_SCANS)
    expected_on = _expected_on(tracking)
    return each(checkpoints, lambda checkpoint: [_event(number, checkpoint, expected_on)])


def _expected_on(tracking: Mapping[str, object]) -> date | None:
    carriers = strict_json.part(tracking, "courier_estimated_delivery_date")
    latest = strict_json.part(tracking, "latest_estimated_delivery")
    return (
        strict_json.day(carriers, "estimated_delivery_date_max", "estimated_delivery_date")
        or strict_json.day(latest, "datetime_max", "datetime")
        or strict_json.day(tracking, "expected_delivery")
    )


def _event(number: str, checkpoint: Mapping[str, object], expected_on: date | None) -> CarrierEvent:
    code = strict_json.text(checkpoint, "subtag" if checkpoint.get("subtag") else "tag", longest=60)
    status = STATUSES.get(code, UNKNOWN)
    at = _time(checkpoint)
    place = _place(checkpoint)
    return CarrierEvent(
        tracking_number=number,
        milestone=status.milestone,
        happened_at=at,
        event_id=derived_id(number, code, at.isoformat(timespec="seconds"), place),
        carrier_code=code,
        place=place,
        reason=status.reason,
        expected_on=expected_on,
    )


def _time(checkpoint: Mapping[str, object]) -> datetime:
    told = strict_json.optional_text(checkpoint, "checkpoint_time", longest=40)
    if not told:
        return strict_json.time(checkpoint, "created_at")
    try:
        return strict_json.zoneless_time(
            checkpoint, "checkpoint_time", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"
        )
    except Unreadable:
        return strict_json.time(checkpoint, "checkpoint_time")


def _place(checkpoint: Mapping[str, object]) -> str:
    """Return the town, or where there is none what the carrier calls the place.

    `location` is the carrier's own line and may name a street where a town is told apart from it.
    """
    town = [strict_json.office(checkpoint, part, longest=59) for part in ("city", "state")]
    return ", ".join(filter(None, town)) or strict_json.office(checkpoint, "location")
