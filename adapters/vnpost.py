"""Bưu điện Việt Nam (EMS): webhooks of two generations, and tracking by question.

Where each fact comes from, and how sure it is:

- First generation, docws.ems.com.vn, page Webhook (high): {"tracking_code", "order_code"?,
  "status_code", "status_name", "note", "locate", "datetime" (dd/MM/yyyy HH:mm:ss, no zone),
  "total_weight", "money_collect", "total_fee"}.
- Second generation, docs.ems.com.vn, page Webhook (high): {"TrackingCode", "OrderCode"?,
  "StatusCode", "StatusName", "Location", "Note", "CreatedAt" (YYYY-MM-DD HH:MM:SS, no zone),
  "Weight", "Fee"}.
- Both come with the header `ems-transaction`, which the answer repeats (high). Neither documents
  a proof (medium), so whatever they tell is unsigned.
- Tracking, docws.ems.com.vn, page Chi tiết bưu gửi (high): GET /orders/tracking/NUMBER with the
  query `merchant_token`; {"code": "success", "data": {"tracking_code", "__get_status": [{"status",
  "address", "description", "tracedate" (YYYY-MM-DD HH:MM:SS, no zone)}]}}. What it answers of a
  number that it does not know is documented nowhere; `UNKNOWN_NUMBER` holds what it may say (low).
- The documents write http://; we begin with https:// because the token stands in the address. If
  the carrier should not take it, the operator sets another base address and knows what he does.
- STATUSES: of the two EMS families only the codes that the documents' own examples show are known
  (high); the list that they point to was not seen. The family `order` are states of orders at
  Vietnam Post's portal (medium); no message that bears one is documented, so a bare 100 is never
  read as one of them: who passes them on names the family in the code, as in "order:100".

An event's id is derived from number, code and time, which hook and answer tell alike. The place is
left out (they name it differently), and so is `ems-transaction`: no answer has it. Whether a hook
that is sent again keeps its time is not documented.

Announcing (POST /orders/create-v2) is left out: it wants EMS's own codes of province, district and
ward, a service and a weight, none of which an announcement has, and it is nowhere said what happens
when one order is created twice.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple
from unicodedata import normalize
from urllib.parse import quote

import httpx

from adapters import strict_json
from adapters.asking import fetch
from adapters.carrier import Defaults, HookAnswer, Status, Unreachable, Unreadable, each
from adapters.event import CarrierEvent, Milestone, Reason, Source, derived_id
from adapters.s10 import is_s10

STATUSES: Mapping[str, Status] = {
    "ems:1": Status(
        Milestone.ANNOUNCED, "Đã tạo đơn hàng, chờ duyệt lấy hàng", "created, waiting for approval"
    ),
    "ems:2": Status(
        Milestone.ANNOUNCED, "Đã duyệt đơn hàng, chờ lấy hàng", "approved, waiting for pickup"
    ),
    "ems:4": Status(Milestone.IN_TRANSIT, "Đang vận chuyển", "in transit"),
    "ems2:11000": Status(Milestone.OUT_FOR_DELIVERY, "Đã giao cho bưu tá", "with the postman"),
    "order:20": Status(Milestone.ANNOUNCED, "Chờ lấy hàng", "waiting for pickup"),
    "order:60": Status(Milestone.EXCEPTION, "Hủy", "cancelled", Reason.CANCELLED),
    "order:61": Status(Milestone.EXCEPTION, "Hủy", "cancelled", Reason.CANCELLED),
    "order:62": Status(Milestone.EXCEPTION, "Hủy", "cancelled", Reason.CANCELLED),
    "order:100": Status(Milestone.DELIVERED, "Đã giao hàng", "delivered"),
    "order:110": Status(
        Milestone.DELIVERED, "Chưa trả tiền thu hộ", "delivered, collected money not yet paid out"
    ),
    "order:120": Status(
        Milestone.DELIVERED, "Đã trả tiền thu hộ", "delivered, collected money paid out"
    ),
    "order:161": Status(Milestone.DELIVERY_FAILED, "Chờ chuyển hoàn", "waiting to be returned"),
    "order:170": Status(Milestone.RETURNING, "Chuyển hoàn", "returned"),
}

UNKNOWN_NUMBER = ("không tồn tại", "không tìm thấy", "not found", "not_found")
"""Words that tell an unknown number from any other fault; a fault that bears none is shown."""

MOST_SCANS = 1000


class _Telling(NamedTuple):
    """In which fields one way of telling has what all of them tell."""

    family: str
    number: str
    code: str
    time: str
    time_form: str
    place: str
    reference: str


FIRST_GENERATION = _Telling(
    "ems",
    number="tracking_code",
    code="status_code",
    time="datetime",
    time_form="%d/%m/%Y %H:%M:%S",
    place="locate",
    reference="order_code",
)
SECOND_GENERATION = _Telling(
    "ems2",
    number="TrackingCode",
    code="StatusCode",
    time="CreatedAt",
    time_form="%Y-%m-%d %H:%M:%S",
    place="Location",
    reference="OrderCode",
)
ANSWER = _Telling(
    "ems",
    number="tracking_code",
    code="status",
    time="tracedate",
    time_form="%Y-%m-%d %H:%M:%S",
    place="address",
    reference="order_code",
)


@dataclass(frozen=True, slots=True)
class Vnpost(Defaults):
    """Vietnam Post's EMS, asked with the merchant's token."""

    name: ClassVar[str] = "vnpost"
    title: ClassVar[str] = "Bưu điện Việt Nam (EMS)"
    public_address: ClassVar[str] = "https://ws.ems.com.vn/api/v1"
    statuses: ClassVar[Mapping[str, Status]] = STATUSES

    base_url: str
    token: str = field(repr=False)

    @property
    def can_be_asked(self) -> bool:
        return bool(self.token)

    def is_number(self, tracking_number: str) -> bool:
        return is_s10(tracking_number)

    def verify(
        self, _headers: Mapping[str, str], _query: Mapping[str, str], _body: bytes
    ) -> Source:
        return Source.UNSIGNED

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        message = strict_json.read_object(body)
        telling = SECOND_GENERATION if SECOND_GENERATION.number in message else FIRST_GENERATION
        return [_event(message, telling)]

    def answer(self, headers: Mapping[str, str]) -> HookAnswer:
        told = {"code": "success", "transaction": headers.get("ems-transaction", "")}
        return HookAnswer(json.dumps(told).encode())

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        if not tracking_numbers:
            return []
        (number,) = tracking_numbers
        answer = await fetch(
            client,
            "GET",
            f"{self.address}/orders/tracking/{quote(number, safe='')}",
            params={"merchant_token": self.token},
        )
        scans = _scans(strict_json.read_object(answer), number)
        return each(scans, lambda scan: [_event({**scan, ANSWER.number: number}, ANSWER)])


def _scans(answer: Mapping[str, object], number: str) -> list[dict[str, object]]:
    if answer.get("code") != "success":
        if _is_about_an_unknown_number(answer):
            return []
        raise Unreachable("answered with an error of its own")
    parcel = answer.get("data")
    if not parcel:  # null, or PHP's empty list
        return []
    if not isinstance(parcel, dict):
        raise Unreadable("data is not an object")
    if parcel.get("tracking_code") not in (None, number):
        return []  # nobody asked about other parcels
    return strict_json.entries(parcel, "__get_status", most=MOST_SCANS)


def _is_about_an_unknown_number(answer: Mapping[str, object]) -> bool:
    message = normalize("NFC", str(answer.get("message"))).casefold()
    return any(words in message for words in UNKNOWN_NUMBER)


def _event(told: Mapping[str, object], telling: _Telling) -> CarrierEvent:
    number = strict_json.text(told, telling.number, longest=40)
    at = strict_json.zoneless_time(told, telling.time, telling.time_form)
    code = _with_family(strict_json.code(told, telling.code), telling.family)
    status = STATUSES.get(code)
    return CarrierEvent(
        tracking_number=number,
        milestone=status.milestone if status else Milestone.UNRECOGNISED,
        happened_at=at,
        event_id=derived_id(number, code, at.isoformat()),
        carrier_code=code,
        place=strict_json.office(told, telling.place),
        reason=status.reason if status else None,
        reference=strict_json.optional_text(told, telling.reference, longest=100),
    )


def _with_family(code: str, family: str) -> str:
    return code if code in STATUSES else f"{family}:{code}"
