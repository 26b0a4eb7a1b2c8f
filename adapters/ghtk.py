"""Giao Hàng Tiết Kiệm (GHTK): webhooks, and the present status by question.

From GHTK's documents: api.ghtk.vn and docs.giaohangtietkiem.vn, "Webhook" and "Order status";
pro-docs.ghtk.vn, "5. Webhook". High: the hook's fields, `action_time` at +07:00, the secret in the
callback's query as `hash`, the status table, headers `Token` and `X-Client-Source`, the answer's
`order {label_id, partner_id, status, modified}`; the table of reasons (many programs agree).
Medium: `modified` is Vietnam's time, and `action_time` of the same change. Low: whether the newer
`cur_station` is an object or four fields, and which of its levels is which; how an unknown order
is refused. GHTK's own sample of a form does not escape the `+` of the time, where it means a space.

A hook that is not answered with 200 is sent once more. A question is answered with the present
status alone: successive answers are the history, and `modified` also moves when something else is
changed. GHTK gives its scans no id; ours is made of number, status and time, so that a hook and an
answer about the same change agree. Statuses 5 and 6 (settled) are both "delivered".

Parcels cannot be announced: an order needs a district, a weight and a value, which a centre does
not have. Who creates orders with the centre's number as `order.id` hears it again as `reference`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

import httpx

from adapters import signing, strict_json
from adapters.asking import InHeaders, Refused, fetch
from adapters.carrier import (
    Defaults,
    Forged,
    Status,
    Unreachable,
    Unreadable,
)
from adapters.event import CarrierEvent, Milestone, Reason, Source, derived_id

STATUSES = {
    "-1": Status(Milestone.EXCEPTION, "Hủy đơn hàng", "cancelled", Reason.CANCELLED),
    "1": Status(Milestone.ANNOUNCED, "Chưa tiếp nhận", "not yet received"),
    "2": Status(Milestone.ANNOUNCED, "Đã tiếp nhận", "order received"),
    "3": Status(Milestone.ACCEPTED, "Đã lấy hàng/Đã nhập kho", "picked up or in the warehouse"),
    "4": Status(
        Milestone.OUT_FOR_DELIVERY,
        "Đã điều phối giao hàng/Đang giao hàng",
        "assigned for delivery, out for delivery",
    ),
    "5": Status(Milestone.DELIVERED, "Đã giao hàng/Chưa đối soát", "delivered, not settled"),
    "6": Status(Milestone.DELIVERED, "Đã đối soát", "settled (after delivery)"),
    "7": Status(Milestone.ANNOUNCED, "Không lấy được hàng", "pickup failed"),
    "8": Status(Milestone.ANNOUNCED, "Hoãn lấy hàng", "pickup postponed"),
    "9": Status(Milestone.DELIVERY_FAILED, "Không giao được hàng", "could not be delivered"),
    "10": Status(Milestone.DELIVERY_FAILED, "Delay giao hàng", "delivery postponed"),
    "11": Status(Milestone.RETURNED, "Đã đối soát công nợ trả hàng", "return settled"),
    "12": Status(Milestone.ANNOUNCED, "Đã điều phối lấy hàng/Đang lấy hàng", "assigned for pickup"),
    "13": Status(
        Milestone.EXCEPTION, "Đơn hàng bồi hoàn", "compensated (lost or damaged)", Reason.OTHER
    ),
    "20": Status(Milestone.RETURNING, "Đang trả hàng", "being returned"),
    "21": Status(Milestone.RETURNED, "Đã trả hàng", "returned"),
    "123": Status(Milestone.ACCEPTED, "Shipper báo đã lấy hàng", "courier reports: picked up"),
    "127": Status(
        Milestone.ANNOUNCED, "Shipper báo không lấy được hàng", "courier reports: pickup failed"
    ),
    "128": Status(
        Milestone.ANNOUNCED, "Shipper báo delay lấy hàng", "courier reports: pickup postponed"
    ),
    "45": Status(Milestone.DELIVERED, "Shipper báo đã giao hàng", "courier reports: delivered"),
    "49": Status(
        Milestone.DELIVERY_FAILED,
        "Shipper báo không giao được hàng",
        "courier reports: not delivered",
    ),
    "410": Status(
        Milestone.DELIVERY_FAILED,
        "Shipper báo delay giao hàng",
        "courier reports: delivery postponed",
    ),
}

REASONS = {
    "112": Reason.CANCELLED,  # by the sender
    "113": Reason.UNREACHABLE,  # the sender, three times
    "115": Reason.CANCELLED,  # by the sender's program
    "122": Reason.UNREACHABLE,
    "124": Reason.WRONG_ADDRESS,  # the recipient wants it elsewhere
    "125": Reason.WRONG_ADDRESS,
    "129": Reason.LOST,  # "the parcel cannot be found"
    "1200": Reason.UNREACHABLE,  # the recipient's telephone number is wrong
    "130": Reason.REFUSED,
    "131": Reason.UNREACHABLE,  # three times
    "133": Reason.CANCELLED,
    "135": Reason.CANCELLED,
    "141": Reason.UNREACHABLE,  # the sender, when it is brought back
    "142": Reason.NOBODY_HOME,  # at the sender's
}
"""By `reason_code`; those that are left out (weather, another day, too much to do) are OTHER."""

UNKNOWN = Status(Milestone.UNRECOGNISED, "", "")
_STATION_LEVELS = ("address_l3", "address_l2", "address_l1", "address_l0")

# S1.A1.17373471, S1234567.SG1.2A.1234567
_NUMBER = re.compile(r"S[A-Z0-9]{1,12}(\.[A-Z0-9]{1,15}){1,4}")
_SPACE_FOR_PLUS = re.compile(r"(?<=:[0-9]{2}) (?=[0-9]{2}:[0-9]{2}$)")
_OFFSET = re.compile(r"([Zz]|[+-][0-9]{2}:[0-9]{2})$")
_NO_SUCH_ORDER = re.compile(
    r"không tìm thấy [^.]{0,20}đơn|đơn [^.]{0,20}không tồn tại|order (is |does )?not (found|exist)"
)


@dataclass(frozen=True, slots=True)
class Ghtk(Defaults):
    """GHTK at one address, with one shop's token; the partner code is sent where there is one."""

    name: ClassVar[str] = "ghtk"
    title: ClassVar[str] = "Giao Hàng Tiết Kiệm (GHTK)"
    public_address: ClassVar[str] = "https://services.giaohangtietkiem.vn"
    own_page: ClassVar[str] = "https://i.ghtk.vn/{number}"  # many programs agree
    number_form: ClassVar[re.Pattern[str]] = _NUMBER
    statuses: ClassVar[Mapping[str, Status]] = STATUSES

    base_url: str
    token: str = field(repr=False)
    signing_key: str = field(repr=False)
    """The `hash` in the callback's address, where that is another secret than the token."""
    partner_code: str

    @property
    def can_be_asked(self) -> bool:
        return bool(self.token)

    def verify(self, _headers: Mapping[str, str], query: Mapping[str, str], _body: bytes) -> Source:
        shown = query.get("hash", "")
        if signing.is_one_of(shown, [key for key in (self.signing_key, self.token) if key]):
            return Source.SHARED_TOKEN
        if shown or self.signing_key:
            raise Forged("the hash in the address is none of ours")
        return Source.UNSIGNED

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        is_json = strict_json.without_mark(body).lstrip()[:1] == b"{"
        told = strict_json.read_object(body) if is_json else strict_json.read_form(body)
        return [
            _told(
                strict_json.text(told, "label_id", longest=64),
                strict_json.code(told, "status_id"),
                _action_time(told),
                reference=_reference(told),
                place=_station(told),
                reason_code=_reason_code(told),
            )
        ]

    async def ask(
        self, client: httpx.AsyncClient, tracking_numbers: Sequence[str]
    ) -> list[CarrierEvent]:
        if not tracking_numbers:
            return []
        [number] = tracking_numbers
        told = strict_json.read_object(await self._shipment(client, number))
        if _is_no_such_order(told):
            return []
        if told.get("success") is not True:
            raise Unreachable("answered that it did not succeed")
        event = _present(told)
        return [event] if number in (event.tracking_number, event.reference) else []

    async def _shipment(self, client: httpx.AsyncClient, number: str) -> bytes:
        try:
            return await fetch(
                client,
                "GET",
                f"{self.address}/services/shipment/v2/{quote(number, safe='')}",
                auth=InHeaders({"Token": self.token, "X-Client-Source": self.partner_code}),
            )
        except Refused as refused:
            if _tells_of_no_such_order(refused.body):
                return refused.body
            raise


def _present(told: Mapping[str, object]) -> CarrierEvent:
    order = told.get("order")
    if not isinstance(order, dict):
        raise Unreadable("order is not an object")
    return _told(
        strict_json.text(order, "label_id", longest=64),
        strict_json.code(order, "status"),
        strict_json.zoneless_time(order, "modified", "%Y-%m-%d %H:%M:%S"),
        reference=_reference(order),
    )


def _tells_of_no_such_order(body: bytes) -> bool:
    try:
        return _is_no_such_order(strict_json.read_object(body))
    except Unreadable:
        return False


def _is_no_such_order(told: Mapping[str, object]) -> bool:
    said = str(told.get("message")).casefold()
    return told.get("success") is False and _NO_SUCH_ORDER.search(said) is not None


def _action_time(told: Mapping[str, object]) -> datetime:
    when = strict_json.text(told, "action_time", longest=40)
    entry = {"action_time": _SPACE_FOR_PLUS.sub("+", when)}
    if _OFFSET.search(entry["action_time"]):
        return strict_json.time(entry, "action_time")
    return strict_json.zoneless_time(entry, "action_time", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")


def _reference(told: Mapping[str, object]) -> str:
    """Return the number that whoever created the order gave it; GHTK's samples have it as both."""
    found = told.get("partner_id")
    if isinstance(found, int) and not isinstance(found, bool):
        told = {"partner_id": str(found)}
    return strict_json.short_text(told, "partner_id", longest=250)


def _reason_code(told: Mapping[str, object]) -> str:
    found = told.get("reason_code")
    return strict_json.code(told, "reason_code") if found not in (None, "", 0, "0") else ""


def _station(told: Mapping[str, object]) -> str:
    """Return where the parcel lies, the nearest level first: an object, or fields of a form."""
    station = told.get("cur_station")
    if not isinstance(station, dict):
        station = {
            level: told.get(f"cur_station.{level}", told.get(f"cur_station[{level}]"))
            for level in _STATION_LEVELS
        }
    levels = [strict_json.office(station, level) for level in _STATION_LEVELS]
    return ", ".join(level for level in levels if level)[:120].rstrip(", ")


def _told(
    number: str,
    code: str,
    at: datetime,
    *,
    reference: str,
    place: str = "",
    reason_code: str = "",
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
    )
