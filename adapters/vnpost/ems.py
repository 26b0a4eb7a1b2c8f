"""EMS, the older interface of Vietnam Post: webhooks of two generations, and answers.

Where each fact comes from, and how sure it is:

- First generation, docws.ems.com.vn, page Webhook (high): {"tracking_code", "order_code"?,
  "status_code" (number or text), "status_name", "note", "locate", "datetime" (dd/MM/yyyy HH:mm:ss,
  no zone), "total_weight", "money_collect", "total_fee"}.
- Second generation, docs.ems.com.vn, page Webhook (high): {"TrackingCode", "OrderCode"?,
  "StatusCode", "StatusName", "Location", "Note", "CreatedAt" (YYYY-MM-DD HH:MM:SS, no zone),
  "Weight", "Fee"}.
- Tracking, docws.ems.com.vn, page Chi tiết bưu gửi (high): GET /orders/tracking/NUMBER with the
  query `merchant_token`; {"code": "success", "data": {"tracking_code", "__get_status": [{"status",
  "address", "description", "tracedate" (YYYY-MM-DD HH:MM:SS, no zone)}]}}. What it answers of a
  number that it does not know is documented nowhere; `UNKNOWN_NUMBER` holds what it may say (low).

An event's id is derived from number, code and time, which hook and answer tell alike. The place is
left out (they name it differently), and so is `ems-transaction`: no answer has it. Whether a hook
that is sent again keeps its time is not documented.
"""

from collections.abc import Mapping
from typing import NamedTuple
from unicodedata import normalize

from adapters import strict_json
from adapters.carrier import Unreachable, Unreadable, each
from adapters.event import CarrierEvent, Milestone, derived_id
from adapters.vnpost.statuses import STATUSES, with_family

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


def read_hook(message: Mapping[str, object]) -> list[CarrierEvent]:
    telling = SECOND_GENERATION if SECOND_GENERATION.number in message else FIRST_GENERATION
    return [_event(message, telling)]


def read_answer(answer: bytes, number: str) -> list[CarrierEvent]:
    """Return what is told of this parcel, and of no other. Raises Unreachable, Unreadable."""
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
    code = with_family(strict_json.code(told, telling.code), telling.family)
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
