"""17TRACK: a source that asks some three thousand carriers and tells what they said of a parcel.

From 17TRACK's "Tracking API v2.2" (asset.17track.net/api/document/v2.2_en) and, where it can only
be seen in part, from public programs that speak it. High: the header `17token`, 40 numbers a call,
`/register` before `/gettrackinfo`, `{"code", "data": {"accepted", "rejected": [{"number", "error":
{"code"}}]}}`, the error codes, the main and sub statuses, the events' fields, `sign` as SHA-256 of
`body + "/" + key`, the two hooks. Medium: an event without a zone has `time_utc` and `time_iso`
null, and date and time in `time_raw`; what it says without a zone is read as Vietnam's time, and a
day without an hour as that day's first minute. What 17TRACK calls customs is medium too.

An accepted number and a hook's `data` look alike: `{"number", "track_info": {"latest_status",
"latest_event", "tracking": {"providers": [{"events": [...]}]}}}`. Each event of each provider is
told, however often; ours has an id made of number, status, time and place, in which hook and answer
agree. `latest_status` is no scan: it repeats the newest one's, or says that there is none yet or
none for long, which has no time of its own. `time_metrics.estimated_delivery_date {from, to}` is
when the parcel is expected (high; that midnight stands for the whole day: medium). A hook that is
not answered with 200 comes again three times, within the hour or so (medium).

Numbers are registered without a carrier's id: 17TRACK has one for Vietnam Post's parcels (22041)
and another one for its EMS (22043; both from public lists), and tells them apart by itself.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

import httpx

from adapters import signing, strict_json
from adapters.asking import InHeaders, fetch
from adapters.carrier import (
    Announcement,
    Defaults,
    Forged,
    Status,
    Unreachable,
    Unreadable,
    each,
    of_these,
)
from adapters.event import CarrierEvent, Milestone, Reason, Source, derived_id

STATUSES = {
    # Main statuses
    "NotFound": Status(Milestone.UNRECOGNISED, "Không tìm thấy", "not found"),
    "InfoReceived": Status(Milestone.ANNOUNCED, "Đã nhận thông tin", "information received"),
    "InTransit": Status(Milestone.IN_TRANSIT, "Đang vận chuyển", "in transit"),
    "Expired": Status(Milestone.EXCEPTION, "Lâu chưa cập nhật", "no news for long"),
    "AvailableForPickup": Status(
        Milestone.AWAITING_COLLECTION, "Chờ người nhận tới lấy", "available for collection"
    ),
    "OutForDelivery": Status(Milestone.OUT_FOR_DELIVERY, "Đang đi phát", "out for delivery"),
    "DeliveryFailure": Status(
        Milestone.DELIVERY_FAILED, "Phát không thành công", "delivery failed"
    ),
    "Delivered": Status(Milestone.DELIVERED, "Phát thành công", "delivered"),
    "Exception": Status(Milestone.EXCEPTION, "Sự cố", "exception"),
    # Sub statuses
    "NotFound_Other": Status(
        Milestone.UNRECOGNISED, "Đơn vị vận chuyển chưa có thông tin", "the carrier tells nothing"
    ),
    "NotFound_InvalidCode": Status(
        Milestone.UNRECOGNISED, "Số hiệu không hợp lệ", "the number is none"
    ),
    "InTransit_PickedUp": Status(Milestone.ACCEPTED, "Đã nhận gửi", "picked up"),
    "InTransit_Departure": Status(Milestone.IN_TRANSIT, "Đã rời đi", "departed"),
    "InTransit_Arrival": Status(Milestone.IN_TRANSIT, "Đã đến", "arrived"),
    "InTransit_CustomsProcessing": Status(
        Milestone.IN_TRANSIT, "Đang làm thủ tục hải quan", "in customs clearance"
    ),
    "InTransit_CustomsReleased": Status(
        Milestone.IN_TRANSIT, "Đã thông quan", "released by customs"
    ),
    "InTransit_CustomsRequiringInformation": Status(
        Milestone.EXCEPTION,
        "Hải quan yêu cầu bổ sung thông tin",
        "customs want information",
        Reason.CUSTOMS,
    ),
    "InTransit_Other": Status(Milestone.IN_TRANSIT, "Đang vận chuyển", "in transit"),
    "Expired_Other": Status(Milestone.EXCEPTION, "Lâu chưa cập nhật", "no news for long"),
    "AvailableForPickup_Other": Status(
        Milestone.AWAITING_COLLECTION, "Chờ người nhận tới lấy", "available for collection"
    ),
    "OutForDelivery_Other": Status(Milestone.OUT_FOR_DELIVERY, "Đang đi phát", "out for delivery"),
    "DeliveryFailure_NoBody": Status(
        Milestone.DELIVERY_FAILED,
        "Phát không thành công: không gặp người nhận",
        "delivery failed: nobody there",
        Reason.NOBODY_HOME,
    ),
    "DeliveryFailure_Security": Status(
        Milestone.DELIVERY_FAILED,
        "Phát không thành công: lý do an ninh",
        "delivery failed: security",
        Reason.OTHER,
    ),
    "DeliveryFailure_Rejected": Status(
        Milestone.DELIVERY_FAILED,
        "Phát không thành công: người nhận từ chối",
        "delivery failed: refused",
        Reason.REFUSED,
    ),
    "DeliveryFailure_InvalidAddress": Status(
        Milestone.DELIVERY_FAILED,
        "Phát không thành công: sai địa chỉ",
        "delivery failed: wrong address",
        Reason.WRONG_ADDRESS,
    ),
    "DeliveryFailure_Other": Status(
        Milestone.DELIVERY_FAILED, "Phát không thành công", "delivery failed"
    ),
    "Delivered_Other": Status(Milestone.DELIVERED, "Phát thành công", "delivered"),
    "Exception_Returning": Status(Milestone.RETURNING, "Đang chuyển hoàn", "being returned"),
    "Exception_Returned": Status(Milestone.RETURNED, "Đã chuyển hoàn", "returned"),
    "Exception_NoBody": Status(
        Milestone.EXCEPTION, "Không có người nhận", "nobody took it", Reason.NOBODY_HOME
    ),
    "Exception_Security": Status(
        Milestone.EXCEPTION, "Sự cố: lý do an ninh", "exception: security", Reason.OTHER
    ),
    "Exception_Damage": Status(Milestone.EXCEPTION, "Hư hỏng", "damaged", Reason.DAMAGED),
    "Exception_Rejected": Status(
        Milestone.DELIVERY_FAILED, "Người nhận từ chối", "refused", Reason.REFUSED
    ),
    "Exception_Delayed": Status(Milestone.EXCEPTION, "Chậm trễ", "delayed", Reason.OTHER),
    "Exception_Lost": Status(Milestone.EXCEPTION, "Thất lạc", "lost", Reason.LOST),
    "Exception_Destroyed": Status(Milestone.EXCEPTION, "Bị tiêu hủy", "destroyed", Reason.OTHER),
    "Exception_Cancel": Status(Milestone.EXCEPTION, "Đã hủy", "cancelled", Reason.CANCELLED),
    "Exception_Other": Status(Milestone.EXCEPTION, "Sự cố", "exception"),
    # Stages, which an event without a sub status may have
    "PickedUp": Status(Milestone.ACCEPTED, "Đã nhận gửi", "picked up"),
    "Departure": Status(Milestone.IN_TRANSIT, "Đã rời đi", "departed"),
    "Arrival": Status(Milestone.IN_TRANSIT, "Đã đến", "arrived"),
    "Returning": Status(Milestone.RETURNING, "Đang chuyển hoàn", "being returned"),
    "Returned": Status(Milestone.RETURNED, "Đã chuyển hoàn", "returned"),
}

UNKNOWN = Status(Milestone.UNRECOGNISED, "", "")
NUMBERS_PER_QUESTION = 40
MOST_PROVIDERS = 20
MOST_SCANS = 1000

ALREADY_REGISTERED = -18019901
NO_NEWS = {
    -18019902: "not registered",
    -18019903: "no carrier known for the number",
    -18019909: "no news yet",
}
"""Why 17TRACK tells nothing of one number, without there being a fault."""

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{4,49}")


@dataclass(frozen=True, slots=True)
class SeventeenTrack(Defaults):
    """17TRACK with one account's key, which also signs its hooks."""

    name: ClassVar[str] = "17track"
    title: ClassVar[str] = "17TRACK"
    public_address: ClassVar[str] = "https://api.17track.net/track/v2.2"
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
            hashlib.sha256(body + b"/" + key.encode()).hexdigest() for key in self.signing_keys
        ]
        if not signing.is_one_of(headers.get("sign", ""), right):
            raise Forged("no signature of ours fits")
        return Source.SIGNED

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        told = strict_json.read_object(body)
        event = strict_json.text(told, "event", longest=40)
        if event == "TRACKING_STOPPED":
            return []  # 17TRACK asks about it no longer; nothing happened to the parcel
        if event != "TRACKING_UPDATED":
            raise Unreadable("event is none that 17TRACK documents")
        return _scans(strict_json.nested(told, "data"))

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        if not tracking_numbers:
            return []
        data = await self._call(client, "gettrackinfo", tracking_numbers)
        parcels = _listed(data, "accepted", most=NUMBERS_PER_QUESTION)
        events = each(of_these(parcels, "number", tracking_numbers), _scans)
        # A number that 17TRACK cannot ask about must not hide what it knows of the others.
        faults = _rejections(data) - NO_NEWS.keys()
        if faults and not events:
            raise Unreachable(f"answered with its errors {sorted(faults)}")
        return events

    async def announce(self, client: httpx.AsyncClient, parcel: Announcement) -> None:
        data = await self._call(client, "register", [parcel.tracking_number])
        if faults := _rejections(data) - {ALREADY_REGISTERED}:
            raise Unreachable(f"answered with its errors {sorted(faults)}")

    async def _call(
        self, client: httpx.AsyncClient, what: str, numbers: Iterable[str]
    ) -> dict[str, object]:
        answer = await fetch(
            client,
            "POST",
            f"{self.address}/{what}",
            json=[{"number": number} for number in numbers],
            auth=InHeaders({"17token": self.token}),
        )
        told = strict_json.read_object(answer)
        if code := _error(told):
            raise Unreachable(f"answered with its error {code}")
        return strict_json.nested(told, "data")


def _rejections(data: Mapping[str, object]) -> set[int]:
    """Return the error codes of the numbers that were not taken."""
    rejected = _listed(data, "rejected", most=NUMBERS_PER_QUESTION)
    return {_error(strict_json.nested(one, "error")) for one in rejected}


def _error(told: Mapping[str, object]) -> int:
    found = told.get("code")
    if not isinstance(found, int):
        raise Unreadable("code is not a number")
    return found


def _scans(parcel: Mapping[str, object]) -> list[CarrierEvent]:
    """Return the whole history of a parcel, the newest first, as every provider tells it."""
    number = strict_json.text(parcel, "number", longest=64)
    info = strict_json.nested(parcel, "track_info")
    expected_on = _expected_on(info)
    scans = _history(info) or _newest(info)
    return each(scans, lambda scan: [_event(number, scan, expected_on)])


def _expected_on(info: Mapping[str, object]) -> date | None:
    metrics = strict_json.part(info, "time_metrics")
    return strict_json.day(strict_json.part(metrics, "estimated_delivery_date"), "to", "from")


def _history(info: Mapping[str, object]) -> list[dict[str, object]]:
    if info.get("tracking") is None:
        return []
    providers = _listed(strict_json.nested(info, "tracking"), "providers", most=MOST_PROVIDERS)
    return [scan for one in providers for scan in _listed(one, "events", most=MOST_SCANS)]


def _newest(info: Mapping[str, object]) -> list[dict[str, object]]:
    return [strict_json.nested(info, "latest_event")] if info.get("latest_event") else []


def _listed(entry: Mapping[str, object], field: str, *, most: int) -> list[dict[str, object]]:
    return [] if entry.get(field) is None else strict_json.entries(entry, field, most=most)


def _event(number: str, scan: Mapping[str, object], expected_on: date | None) -> CarrierEvent:
    # A stage is coarser than a sub status, and null between one stage and the next.
    code = strict_json.text(scan, "sub_status" if scan.get("sub_status") else "stage", longest=60)
    status = STATUSES.get(code, UNKNOWN)
    at = _time(scan)
    place = _place(scan)
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


def _time(scan: Mapping[str, object]) -> datetime:
    for name in ("time_utc", "time_iso"):
        if scan.get(name):
            return strict_json.time(scan, name)
    raw = strict_json.nested(scan, "time_raw")
    day, hour, zone = (
        strict_json.optional_text(raw, part, longest=20) for part in ("date", "time", "timezone")
    )
    if hour and zone:
        return strict_json.time({"time_raw": f"{day}T{hour}{zone}"}, "time_raw")
    told = {"time_raw": f"{day} {hour}"}
    return strict_json.zoneless_time(
        told, "time_raw", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d"
    )


def _place(scan: Mapping[str, object]) -> str:
    """Return the post office as the carrier names it; of a place with a street, the town."""
    address = scan.get("address")
    if isinstance(address, dict) and address.get("street"):
        town = [strict_json.office(address, part, longest=60) for part in ("city", "state")]
        return ", ".join(filter(None, town))
    return strict_json.office(scan, "location")
