"""Giao Hàng Nhanh (GHN): webhooks, and tracking by question.

From GHN's documents at api.ghn.vn: "Webhook" (id=47), "List of shipping status" (48), "Order info"
(66, 119), "Fail code" (121). High: the hook's fields, `Time` in UTC, no proof of origin, headers
`Token` and `ShopId`, `data.log[] {status, updated_date}`, both tables. Medium: an order without a
scan has no `log` and `created_date` is when it was created; the hook's `Time` is the log's
`updated_date` to the second; an order's `leadtime`, or newer `leadtime_order.to_estimate_date`, is
the last second of the day on which it is expected, and no hook has it. Low: how an unknown order is
refused (HTTP 400, and a message).

A hook that is not answered with 200 is sent again 10 times, 5 seconds apart, and then never: what
is missed must be asked for. GHN gives its scans no id; ours is made of number, status and time to
the whole second, in which the hook and the answer to a question agree.

Parcels cannot be announced: an order needs GHN's own district ids and ward codes, weight and sizes,
none of which a centre has. Who creates orders with the centre's number as `client_order_code`
hears that number again as `reference`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

import httpx

from adapters import strict_json
from adapters.asking import InHeaders, Refused, fetch
from adapters.carrier import Defaults, Status, Unreachable, Unreadable, each
from adapters.event import CarrierEvent, Milestone, Reason, Source, derived_id

STATUSES = {
    "ready_to_pick": Status(
        Milestone.ANNOUNCED, "Mới tạo đơn, chờ lấy hàng", "created, waiting for pickup"
    ),
    "picking": Status(Milestone.ANNOUNCED, "Nhân viên đang lấy hàng", "being picked up"),
    "cancel": Status(Milestone.EXCEPTION, "Hủy đơn", "cancelled", Reason.CANCELLED),
    "money_collect_picking": Status(
        Milestone.ANNOUNCED, "Đang thu tiền người gửi", "collecting money from the sender"
    ),
    "picked": Status(Milestone.ACCEPTED, "Đã lấy hàng", "picked up"),
    "storing": Status(Milestone.IN_TRANSIT, "Hàng đang nằm ở kho", "in a warehouse"),
    "transporting": Status(Milestone.IN_TRANSIT, "Đang luân chuyển", "in transit"),
    "sorting": Status(Milestone.IN_TRANSIT, "Đang phân loại", "being sorted"),
    "delivering": Status(Milestone.OUT_FOR_DELIVERY, "Đang giao", "out for delivery"),
    "money_collect_delivering": Status(
        Milestone.OUT_FOR_DELIVERY,
        "Đang thu tiền người nhận",
        "collecting money from the recipient",
    ),
    "delivered": Status(Milestone.DELIVERED, "Giao thành công", "delivered"),
    "delivery_fail": Status(Milestone.DELIVERY_FAILED, "Giao thất bại", "delivery failed"),
    "waiting_to_return": Status(
        Milestone.AWAITING_COLLECTION, "Chờ trả hàng", "waiting to return (may be tried again)"
    ),
    "return": Status(Milestone.RETURNING, "Trả hàng", "return started"),
    "return_transporting": Status(
        Milestone.RETURNING, "Đang luân chuyển hàng trả", "return in transit"
    ),
    "return_sorting": Status(Milestone.RETURNING, "Đang phân loại hàng trả", "return being sorted"),
    "returning": Status(Milestone.RETURNING, "Đang đi trả hàng", "being returned"),
    "return_fail": Status(Milestone.RETURNING, "Trả hàng thất bại", "return failed"),
    "returned": Status(Milestone.RETURNED, "Trả hàng thành công", "returned to sender"),
    "exception": Status(Milestone.EXCEPTION, "Ngoại lệ", "exception outside the process"),
    "damage": Status(Milestone.EXCEPTION, "Hư hỏng", "damaged", Reason.DAMAGED),
    "lost": Status(Milestone.EXCEPTION, "Thất lạc", "lost", Reason.LOST),
}

REASONS = {
    "GHN-PCB0B1": Reason.CANCELLED,  # the sender does not want to send any more
    "GHN-PFA2A1": Reason.UNREACHABLE,  # the sender's line is busy or dead
    "GHN-PFA2A2": Reason.WRONG_ADDRESS,  # the sender's address or number is wrong
    "GHN-PFA2A3": Reason.UNREACHABLE,  # the sender does not answer
    "GHN-DFC1A1": Reason.WRONG_ADDRESS,  # the recipient wants it elsewhere
    "GHN-DFC1A2": Reason.UNREACHABLE,
    "GHN-DFC1A4": Reason.UNREACHABLE,  # the recipient does not answer
    "GHN-DFC1A7": Reason.REFUSED,  # may not look inside first
    "GHN-DCD0A1": Reason.WRONG_ADDRESS,
    "GHN-DCD0A5": Reason.DAMAGED,  # refused, being damaged
    "GHN-DCD0A6": Reason.REFUSED,
    "GHN-DCD0A7": Reason.REFUSED,
    "GHN-DCD0A8": Reason.REFUSED,
    "GHN-DCD1A1": Reason.REFUSED,
    "GHN-DCD1A3": Reason.DAMAGED,
    "GHN-DCD1A5": Reason.REFUSED,
    "GHN-RFE0A1": Reason.WRONG_ADDRESS,  # the sender wants it back elsewhere
    "GHN-RFE0A3": Reason.REFUSED,
    "GHN-RFE0A4": Reason.DAMAGED,
    "GHN-RFE0A6": Reason.UNREACHABLE,
}
"""By `ReasonCode`; those that are left out (another day, the courier's own trouble) are OTHER."""

UNKNOWN = Status(Milestone.UNRECOGNISED, "", "")
SUCCESS = 200
MOST_SCANS = 1000

# Five in GHN's own sample, six to ten elsewhere; a part that is sent back has its own suffix.
_NUMBER = re.compile(r"[A-Z0-9]{5,12}(_[A-Z0-9]{1,4})?")
_NO_SUCH_ORDER = re.compile(
    r"order[ _](code )?(is |does )?not[ _](found|exist)"
    r"|không tìm thấy [^.]{0,20}đơn|đơn [^.]{0,20}không tồn tại"
)


@dataclass(frozen=True, slots=True)
class Ghn(Defaults):
    """GHN at one address, with one shop's token. Any `ShopId` will do for asking, or none."""

    name: ClassVar[str] = "ghn"
    title: ClassVar[str] = "Giao Hàng Nhanh (GHN)"
    public_address: ClassVar[str] = "https://online-gateway.ghn.vn/shiip/public-api"
    own_page: ClassVar[str] = "https://donhang.ghn.vn/?order_code={number}"  # many programs agree
    number_form: ClassVar[re.Pattern[str]] = _NUMBER
    statuses: ClassVar[Mapping[str, Status]] = STATUSES

    base_url: str
    token: str = field(repr=False)
    shop_id: str

    @property
    def can_be_asked(self) -> bool:
        return bool(self.token)

    def verify(
        self, _headers: Mapping[str, str], _query: Mapping[str, str], _body: bytes
    ) -> Source:
        # GHN signs nothing and shows no secret; what it says stays a claim until it is asked.
        return Source.UNSIGNED

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        told = strict_json.read_object(body)
        if not _is_milestone(told):
            return []
        return [
            _told(
                strict_json.text(told, "OrderCode", longest=40),
                strict_json.text(told, "Status", longest=40),
                strict_json.time(told, "Time"),
                place=strict_json.office(told, "Warehouse"),
                reason_code=strict_json.short_text(told, "ReasonCode", longest=40),
                reference=strict_json.short_text(told, "ClientOrderCode", longest=250),
            )
        ]

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        if not tracking_numbers:
            return []
        [number] = tracking_numbers
        told = strict_json.read_object(await self._detail(client, number))
        if _is_no_such_order(told):
            return []
        if told.get("code") != SUCCESS:
            raise Unreachable("answered with an error code of its own")
        return each(_orders(told, number), _scans)

    async def _detail(self, client: httpx.AsyncClient, number: str) -> bytes:
        try:
            return await fetch(
                client,
                "POST",
                f"{self.address}/v2/shipping-order/detail",
                json={"order_code": number},
                auth=InHeaders({"Token": self.token, "ShopId": self.shop_id}),
            )
        except Refused as refused:
            if _tells_of_no_such_order(refused.body):
                return refused.body
            raise


def _is_milestone(told: Mapping[str, object]) -> bool:
    kind = strict_json.optional_text(told, "Type", longest=40).casefold()
    if kind.startswith("update_"):  # of weight, fee, money to collect
        return False
    # What names no kind but does name a status and a time is better read than lost.
    if kind not in ("", "create", "switch_status"):
        raise Unreadable("Type is none that GHN documents")
    return True


def _tells_of_no_such_order(body: bytes) -> bool:
    try:
        return _is_no_such_order(strict_json.read_object(body))
    except Unreadable:
        return False


def _is_no_such_order(told: Mapping[str, object]) -> bool:
    said = f"{told.get('code_message')} {told.get('message')}".casefold()
    return told.get("code") != SUCCESS and _NO_SUCH_ORDER.search(said) is not None


def _orders(told: Mapping[str, object], number: str) -> list[dict[str, object]]:
    """Return what is told of this order: `data` is an order, or a list of them."""
    data = told.get("data")
    orders = strict_json.objects(
        {"data": data if isinstance(data, list) else [data]}, "data", most=100
    )
    return [order for order in orders if order.get("order_code") == number]


def _scans(order: Mapping[str, object]) -> list[CarrierEvent]:
    """Return its log, and the present status where the log does not know it (yet)."""
    log = strict_json.entries(order, "log", most=MOST_SCANS) if order.get("log") else []
    told: list[tuple[Mapping[str, object], str]] = [(scan, "updated_date") for scan in log]
    status = strict_json.text(order, "status", longest=40)
    if status not in [scan.get("status") for scan in log]:
        # An order is changed for many reasons, but created once.
        told.append((order, "created_date" if status == "ready_to_pick" else "updated_date"))
    return each(told, lambda scan: [_event(order, *scan)])


def _event(order: Mapping[str, object], scan: Mapping[str, object], at: str) -> CarrierEvent:
    return _told(
        strict_json.text(order, "order_code", longest=40),
        strict_json.text(scan, "status", longest=40),
        strict_json.time(scan, at),
        reference=strict_json.short_text(order, "client_order_code", longest=250),
        expected_on=_expected_on(order),
    )


def _expected_on(order: Mapping[str, object]) -> date | None:
    newer = strict_json.part(order, "leadtime_order")
    return strict_json.day(newer, "to_estimate_date") or strict_json.day(order, "leadtime")


def _told(
    number: str,
    code: str,
    at: datetime,
    *,
    reference: str,
    place: str = "",
    reason_code: str = "",
    expected_on: date | None = None,
) -> CarrierEvent:
    status = STATUSES.get(code, UNKNOWN)
    reason = REASONS.get(reason_code, Reason.OTHER) if reason_code else None
    return CarrierEvent(
        tracking_number=number,
        milestone=status.milestone,
        happened_at=at,
        event_id=derived_id(number, code, at.isoformat(timespec="seconds")),
        carrier_code=code,
        place=place,
        reason=status.reason or reason,
        reference=reference,
        expected_on=expected_on,
    )
