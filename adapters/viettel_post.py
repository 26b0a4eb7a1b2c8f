"""Viettel Post: webhooks that show a secret of ours.

Where each fact comes from, and how sure it is:

- partner2.viettelpost.vn, page Webhook (high): {"DATA": {"ORDER_NUMBER", "ORDER_REFERENCE",
  "ORDER_STATUS" (a number), "STATUS_NAME", "ORDER_STATUSDATE" (dd/MM/yyyy HH:mm:ss, no zone),
  "LOCATION_CURRENTLY", "NOTE", "MONEY_…", "EMPLOYEE_…", "IS_RETURNING"…}, "TOKEN"}. Messages bear
  the place also, or only, as LOCALION_CURRENTLY, their older spelling.
- Proof: the secret that the centre entered on the carrier's site, “Tham số bí mật”, in the header
  `Authorization` (partner documents of 2025, high: bare; some send `Bearer`), where TOKEN of their
  sample is an unrelated number; or as TOKEN (medium), or as `token` within DATA (one program). Any
  of these places will do.
  A body that cannot be read may show it too: it is kept and read after a fix, for the carrier does
  not repeat for ever what is refused, and cannot be asked.
- Answer: 200 within a second, else up to five tries; events may come twice (medium).
- STATUSES: of the carrier's table 21 codes (high), the others from older tables and programs
  (high and medium).
- IS_RETURNING (medium: one program's account of real messages): on the way back the parcel bears
  the same codes as on its way out, a 501 among them. `ON_THE_WAY_BACK` says what they mean then,
  so that nobody is told that a parcel was delivered which its sender has back.
- When it is expected: EXPECTED_DELIVERY_DATE (medium: one program's account of real messages; how
  it is written was not seen, so any usual form will do). EXPECTED_DELIVERY has words, the same from
  the first message to the last (“Khoảng 2 ngày làm việc”): no day can be counted from them.

An event's id is derived from number, status and time: the carrier gives none. Whether a message
that is sent again keeps its time is not documented.

There is no documented tracking by question for partners (their documents of 2026, high), so it
cannot be asked; an aggregator may be a second source. Announcing is left out: the carrier's order
creation wants a service and prices of the contract, and gives the parcel a number of its own.
"""

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from adapters import strict_json
from adapters.carrier import Defaults, Forged, Status, Unreadable
from adapters.event import CarrierEvent, Milestone, Reason, Source, derived_id

STATUSES: Mapping[str, Status] = {
    "-100": Status(Milestone.ANNOUNCED, "Đơn hàng mới tạo, chưa duyệt", "created, not approved"),
    "-108": Status(
        Milestone.ANNOUNCED, "Đơn hàng gửi tại bưu cục", "to be posted at a post office"
    ),
    "-109": Status(
        Milestone.HANDED_OVER, "Đã gửi tại điểm thu gom", "posted at a collection point"
    ),
    "-110": Status(
        Milestone.HANDED_OVER, "Đang bàn giao qua bưu cục", "being handed over to the post office"
    ),
    "100": Status(
        Milestone.ANNOUNCED, "Tiếp nhận đơn hàng từ đối tác", "order received from the partner"
    ),
    "101": Status(
        Milestone.EXCEPTION,
        "Viettel Post yêu cầu hủy đơn",
        "cancelled by the carrier",
        Reason.CANCELLED,
    ),
    "102": Status(Milestone.ANNOUNCED, "Đơn hàng chờ xử lý", "waiting"),
    "103": Status(Milestone.ANNOUNCED, "Giao cho bưu cục", "assigned to a post office"),
    "104": Status(
        Milestone.ANNOUNCED, "Giao cho bưu tá đi nhận", "assigned to a courier for pickup"
    ),
    "105": Status(Milestone.ACCEPTED, "Bưu tá đã nhận hàng", "picked up by the courier"),
    "106": Status(Milestone.RETURNING, "Đối tác yêu cầu lấy lại hàng", "sender wants it back"),
    "107": Status(
        Milestone.EXCEPTION,
        "Đối tác yêu cầu hủy qua API",
        "cancelled by the partner",
        Reason.CANCELLED,
    ),
    "200": Status(
        Milestone.ACCEPTED, "Nhận từ bưu tá - bưu cục gốc", "received at the office of origin"
    ),
    "201": Status(Milestone.EXCEPTION, "Hủy nhập phiếu gửi", "posting voided", Reason.CANCELLED),
    "202": Status(Milestone.ACCEPTED, "Sửa phiếu gửi", "posting corrected"),
    "300": Status(Milestone.IN_TRANSIT, "Khai thác đi (đóng bảng kê)", "listed for dispatch"),
    "301": Status(Milestone.IN_TRANSIT, "Đóng túi gói", "bagged"),
    "302": Status(Milestone.IN_TRANSIT, "Đóng chuyến thư", "mail run closed"),
    "303": Status(Milestone.IN_TRANSIT, "Đóng tuyến xe", "truck closed"),
    "320": Status(Milestone.IN_TRANSIT, "Đang trung chuyển", "in transfer"),
    "400": Status(
        Milestone.IN_TRANSIT, "Khai thác đến (nhận bảng kê)", "received at destination (list)"
    ),
    "401": Status(Milestone.IN_TRANSIT, "Nhận túi gói", "bag received"),
    "402": Status(Milestone.IN_TRANSIT, "Nhận chuyến thư", "mail run received"),
    "403": Status(Milestone.IN_TRANSIT, "Nhận chuyến xe", "truck received"),
    "500": Status(Milestone.OUT_FOR_DELIVERY, "Giao bưu tá đi phát", "out for delivery"),
    "501": Status(Milestone.DELIVERED, "Phát thành công", "delivered"),
    "502": Status(
        Milestone.RETURNING, "Chuyển hoàn bưu cục gốc", "sent back to the office of origin"
    ),
    "503": Status(
        Milestone.EXCEPTION,
        "Hủy theo yêu cầu khách hàng",
        "destroyed or cancelled at the customer’s wish",
        Reason.OTHER,
    ),
    "504": Status(Milestone.RETURNED, "Chuyển trả người gửi thành công", "returned to sender"),
    "505": Status(
        Milestone.DELIVERY_FAILED, "Tồn - thông báo chuyển hoàn", "held, return announced"
    ),
    "506": Status(
        Milestone.DELIVERY_FAILED,
        "Tồn - khách hàng nghỉ, không có nhà",
        "held, nobody home",
        Reason.NOBODY_HOME,
    ),
    "507": Status(
        Milestone.AWAITING_COLLECTION,
        "Tồn - khách hàng đến bưu cục nhận",
        "held, will be collected at the office",
    ),
    "508": Status(Milestone.IN_TRANSIT, "Phát tiếp", "to be delivered again"),
    "509": Status(Milestone.IN_TRANSIT, "Chuyển tiếp bưu cục khác", "forwarded to another office"),
    "510": Status(Milestone.IN_TRANSIT, "Hủy phân công phát", "delivery assignment cancelled"),
    "515": Status(Milestone.RETURNING, "Bưu cục phát duyệt hoàn", "return approved"),
    "550": Status(Milestone.IN_TRANSIT, "Đơn vị yêu cầu phát tiếp", "delivery again requested"),
}

ON_THE_WAY_BACK: Mapping[Milestone, Milestone] = {
    Milestone.ACCEPTED: Milestone.RETURNING,
    Milestone.IN_TRANSIT: Milestone.RETURNING,
    Milestone.OUT_FOR_DELIVERY: Milestone.RETURNING,
    Milestone.DELIVERY_FAILED: Milestone.RETURNING,
    Milestone.AWAITING_COLLECTION: Milestone.RETURNING,
    Milestone.DELIVERED: Milestone.RETURNED,
}

_TIME_FORM = "%d/%m/%Y %H:%M:%S"
_SHOWN = rb'"(?:TOKEN|token)"\s*:\s*"%b"'
# Digits, with letters before them for parcels of large senders: "PKE1515018957" (medium),
# "TUANPAD3024822076" (the documents' own sample, high).
_NUMBER = re.compile(r"[A-Z]{0,10}[0-9]{8,15}")


@dataclass(frozen=True, slots=True)
class ViettelPost(Defaults):
    """Viettel Post as a partner hears of it."""

    name: ClassVar[str] = "viettel_post"
    title: ClassVar[str] = "Viettel Post"
    number_form: ClassVar[re.Pattern[str]] = _NUMBER
    statuses: ClassVar[Mapping[str, Status]] = STATUSES

    keys: tuple[str, ...] = field(repr=False)
    """Any of them may be shown, in the header or as TOKEN; without one nothing is proven."""

    def verify(self, headers: Mapping[str, str], _query: Mapping[str, str], body: bytes) -> Source:
        if not self.keys:
            return Source.UNSIGNED
        tokens = (_in_header(headers), *_tokens(body, self.keys))
        shown = [token.encode(errors="replace") for token in tokens]
        if not any(hmac.compare_digest(key.encode(), one) for key in self.keys for one in shown):
            raise Forged("no token of ours is shown")
        return Source.SHARED_TOKEN

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        return [_event(_data(strict_json.read_object(body)))]


def _in_header(headers: Mapping[str, str]) -> str:
    """Return the secret that is shown bare, or as some send it, behind `Bearer`."""
    shown = headers.get("authorization", "").strip()
    return shown[7:].strip() if shown[:7].casefold() == "bearer " else shown


def _tokens(body: bytes, keys: Sequence[str]) -> list[str]:
    """Return what is shown as a secret; of a body that cannot be read, those of ours."""
    try:
        message = strict_json.read_object(body)
    except Unreadable:
        return [key for key in keys if re.search(_SHOWN % re.escape(key.encode()), body)]
    data = message.get("DATA")
    places = (message.get("TOKEN"), data.get("token") if isinstance(data, dict) else None)
    return [token for token in places if isinstance(token, str)]


def _data(message: Mapping[str, object]) -> dict[str, object]:
    found = message.get("DATA")
    if not isinstance(found, dict):
        raise Unreadable("DATA is not an object")
    return found


def _event(data: Mapping[str, object]) -> CarrierEvent:
    number = strict_json.text(data, "ORDER_NUMBER", longest=40)
    at = strict_json.zoneless_time(data, "ORDER_STATUSDATE", _TIME_FORM)
    code = strict_json.code(data, "ORDER_STATUS")
    milestone, reason = _meaning(code, is_returning=data.get("IS_RETURNING") is True)
    return CarrierEvent(
        tracking_number=number,
        milestone=milestone,
        happened_at=at,
        event_id=derived_id(number, code, at.isoformat()),
        carrier_code=code,
        place=_place(data),
        reason=reason,
        reference=_reference(data),
        expected_on=strict_json.day(data, "EXPECTED_DELIVERY_DATE"),
    )


def _meaning(code: str, *, is_returning: bool) -> tuple[Milestone, Reason | None]:
    status = STATUSES.get(code)
    if status is None:
        return Milestone.UNRECOGNISED, None
    if is_returning and status.milestone in ON_THE_WAY_BACK:
        # Whoever was not at home was the sender: no reason to give to the recipient.
        return ON_THE_WAY_BACK[status.milestone], None
    return status.milestone, status.reason


def _place(data: Mapping[str, object]) -> str:
    place = strict_json.office(data, "LOCATION_CURRENTLY")
    return place or strict_json.office(data, "LOCALION_CURRENTLY")


def _reference(data: Mapping[str, object]) -> str:
    given = data.get("ORDER_REFERENCE") not in (None, "")
    return strict_json.code(data, "ORDER_REFERENCE", longest=100) if given else ""
