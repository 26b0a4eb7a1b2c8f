"""EasyPost: a source that asks some hundred carriers and tells what they said of a parcel.

From EasyPost's documents (docs.easypost.com: "Tracker", "Event", "Webhooks Guide") and recorded
answers in its own client libraries' tests. High: HTTP Basic with the key as user, `GET /trackers?
tracking_code=`, `POST /trackers {"tracker": {"tracking_code"}}`, the fields of tracker, scan and
event, the statuses and their details, the header `x-hmac-signature` as `hmac-sha256-hex=` and the
HMAC-SHA256 of the raw body under the secret's NFKD form. Medium: up to seven tries for a hook. Low:
whether Vietnam Post is among the carriers; EasyPost is left to find out whose number it is.

A hook is `{"description": "tracker.updated", "result": tracker}`, an answer `{"trackers":
[tracker]}`, a tracker `{"tracking_code", "tracking_details": [{"status", "status_detail",
"datetime", "tracking_location": {"city", "state"}}]}` with the whole history. A scan has no id;
ours is made of number, status, time and place, in which hook and answer agree. The tracker's own
`status` is no scan. EasyPost says that it writes a time in UTC where it does not know the place:
such a Vietnamese scan may look seven hours late, which cannot be told from here. The tracker's
`est_delivery_date` is when the parcel is expected (high; midnight UTC stands for the day: medium).

EasyPost has no word for a parcel that is back with its sender: what is delivered after it turned
back may be with the one or the other, so that "delivered" is unrecognised, for staff to see.

A code that is announced again within three months is the same tracker. Carriers use codes again
after years: of several trackers of one code only the youngest is heard.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar
from unicodedata import normalize

import httpx

from adapters import signing, strict_json
from adapters.asking import fetch
from adapters.carrier import Announcement, Defaults, Forged, Status, Unreadable, each
from adapters.event import CarrierEvent, Milestone, Reason, Source, derived_id

STATUSES = {
    "unknown": Status(Milestone.UNRECOGNISED, "Không rõ", "unknown"),
    "pre_transit": Status(Milestone.ANNOUNCED, "Đã đăng ký", "announced"),
    "in_transit": Status(Milestone.IN_TRANSIT, "Đang vận chuyển", "in transit"),
    "out_for_delivery": Status(Milestone.OUT_FOR_DELIVERY, "Đang đi phát", "out for delivery"),
    "delivered": Status(Milestone.DELIVERED, "Phát thành công", "delivered"),
    "available_for_pickup": Status(
        Milestone.AWAITING_COLLECTION, "Chờ người nhận tới lấy", "available for collection"
    ),
    "return_to_sender": Status(Milestone.RETURNING, "Đang chuyển hoàn", "being returned"),
    "failure": Status(Milestone.EXCEPTION, "Không phát được", "failed"),
    "cancelled": Status(Milestone.EXCEPTION, "Đã hủy", "cancelled", Reason.CANCELLED),
    "error": Status(Milestone.EXCEPTION, "Lỗi ở đơn vị vận chuyển", "carrier error", Reason.OTHER),
}

REASONS = {
    "lost": Reason.LOST,
    "damaged": Reason.DAMAGED,
    "refused": Reason.REFUSED,
    "cancelled": Reason.CANCELLED,
}
"""By `status_detail`; the other details tell of places and delays."""

UNKNOWN = Status(Milestone.UNRECOGNISED, "", "")
MOST_TRACKERS = 100
MOST_SCANS = 1000

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9./_-]{3,63}")


@dataclass(frozen=True, slots=True)
class EasyPost(Defaults):
    """EasyPost with one account's API key; its hooks are signed with a secret of their own."""

    name: ClassVar[str] = "easypost"
    title: ClassVar[str] = "EasyPost"
    public_address: ClassVar[str] = "https://api.easypost.com/v2"
    number_form: ClassVar[re.Pattern[str]] = _NUMBER
    carries: ClassVar[bool] = False
    statuses: ClassVar[Mapping[str, Status]] = STATUSES

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
        right = [_signature(body, key) for key in self.signing_keys]
        if not signing.is_one_of(headers.get("x-hmac-signature", ""), right):
            raise Forged("no signature of ours fits")
        return Source.SIGNED

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        told = strict_json.read_object(body)
        # Batches, payments, insurances and much else come to the same address.
        if not strict_json.text(told, "description", longest=100).startswith("tracker."):
            return []
        return _scans(strict_json.nested(told, "result"))

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        if not tracking_numbers:
            return []
        [number] = tracking_numbers
        answer = await fetch(
            client,
            "GET",
            f"{self.address}/trackers",
            params={"tracking_code": number, "page_size": MOST_TRACKERS},
            auth=httpx.BasicAuth(self.token, ""),
        )
        found = strict_json.objects(strict_json.read_object(answer), "trackers", most=MOST_TRACKERS)
        trackers = [tracker for tracker in found if tracker.get("tracking_code") == number]
        if not trackers:
            return []
        return _scans(max(trackers, key=lambda tracker: strict_json.time(tracker, "created_at")))

    async def announce(self, client: httpx.AsyncClient, parcel: Announcement) -> None:
        await fetch(
            client,
            "POST",
            f"{self.address}/trackers",
            json={"tracker": {"tracking_code": parcel.tracking_number}},
            auth=httpx.BasicAuth(self.token, ""),
        )


def _signature(body: bytes, secret: str) -> str:
    key = normalize("NFKD", secret).encode()
    return "hmac-sha256-hex=" + hmac.digest(key, body, "sha256").hex()


def _scans(tracker: Mapping[str, object]) -> list[CarrierEvent]:
    number = strict_json.text(tracker, "tracking_code", longest=64)
    details = strict_json.entries(tracker, "tracking_details", most=MOST_SCANS)
    expected_on = strict_json.day(tracker, "est_delivery_date")
    try:
        return _doubted(each(details, lambda detail: [_event(number, detail, expected_on)]))
    except Unreadable as fault:
        raise Unreadable(str(fault), _doubted(fault.events)) from None


def _doubted(events: Sequence[CarrierEvent]) -> list[CarrierEvent]:
    """Leave it open who has a parcel that was delivered after it had turned back."""
    turned = [e.happened_at for e in events if e.milestone is Milestone.RETURNING]
    return [
        replace(event, milestone=Milestone.UNRECOGNISED)
        if turned and event.milestone is Milestone.DELIVERED and event.happened_at >= min(turned)
        else event
        for event in events
    ]


def _event(number: str, detail: Mapping[str, object], expected_on: date | None) -> CarrierEvent:
    code = strict_json.text(detail, "status", longest=40)
    status = STATUSES.get(code, UNKNOWN)
    at = strict_json.time(detail, "datetime")
    place = _place(detail)
    return CarrierEvent(
        tracking_number=number,
        milestone=status.milestone,
        happened_at=at,
        event_id=derived_id(number, code, at.isoformat(timespec="seconds"), place),
        carrier_code=code,
        place=place,
        reason=REASONS.get(strict_json.short_text(detail, "status_detail", longest=60))
        or status.reason,
        expected_on=expected_on,
    )


def _place(detail: Mapping[str, object]) -> str:
    if not detail.get("tracking_location"):
        return ""
    where = strict_json.nested(detail, "tracking_location")
    town = [strict_json.office(where, part, longest=59) for part in ("city", "state")]
    return ", ".join(filter(None, town))
