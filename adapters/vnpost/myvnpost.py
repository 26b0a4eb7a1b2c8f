"""MyVNPost Connect, Vietnam Post's present interface: a batched webhook, orders and their history.

From two public integrations of 2026, one checked by its author against the vendor's documents
(high, unless said):

- Log-in: POST /GetAccessToken {"username", "password", "customerCode"} -> {"success": true,
  "token"}; the token goes into the header `token`. One that has run out is answered 401 or 403.
- Order: GET /getOrder?type=1&code=NUMBER -> a list of one object with `results[]` of {"itemCode",
  "originalItemCode", "senderCode", "status" (number or text), "updatedDate"}. Ours is the row that
  bears our number and our customer code; of several none is believed.
- History: GET /GetStatusHistoryOrder?type=1&code=NUMBER -> {"data": [{"statusHistory":
  [{"createdDate", "createHour", "statusName", "locateName"}]}]}: names, and no codes (medium). A
  name that is not known is unrecognised, with its text.
- Hook: {"data": [rows as above], "sendDate", "signature"} (medium; which fields of a row tell time
  and place was not seen: those of order and history are tried, then `sendDate`).
  `signature` covers the first row alone, and cannot be checked by a receiver: nothing is proven.
- Times name no zone (+07): dd/MM/yyyy or dd-MM-yyyy or yyyy-MM-dd, then HH:mm:ss.
"""

from collections.abc import Mapping

from adapters import strict_json
from adapters.carrier import Unreachable, Unreadable, each
from adapters.event import CarrierEvent, Milestone, derived_id
from adapters.vnpost.statuses import BY_NAME, NO_NEWS, STATUSES, with_family

MOST_ROWS = 1000
_HOURS = ("%H:%M:%S", "%H:%M")
_TIME_FORMS = tuple(
    f"{day}{between}{hour}"
    for day, between in (("%d/%m/%Y", " "), ("%d-%m-%Y", " "), ("%Y-%m-%d", " "), ("%Y-%m-%d", "T"))
    for hour in _HOURS
)


def read_hook(message: Mapping[str, object]) -> list[CarrierEvent]:
    """Return what a batch tells, each row read by itself. Raises Unreadable."""
    rows = strict_json.entries(message, "data", most=MOST_ROWS)
    return each(rows, lambda row: _told({"sendDate": message.get("sendDate"), **row}))


def read_token(answer: bytes) -> str:
    """Return the token that a log-in brings. Raises Unreachable if the credentials are wrong."""
    told = strict_json.read_object(answer)
    if told.get("success") is not True:
        raise Unreachable("refused the log-in: check user name, password and customer code")
    return strict_json.text(told, "token", longest=4000)


def read_order(answer: bytes, number: str, customer_code: str) -> dict[str, object] | None:
    """Return the one row that is ours, or None. Raises Unreadable if several claim to be."""
    orders = strict_json.entries(strict_json.read_listed(answer, "orders"), "orders", most=10)
    rows = [
        row
        for order in orders
        if order.get("results") is not None
        for row in strict_json.entries(order, "results", most=MOST_ROWS)
        if number in (row.get("itemCode"), row.get("originalItemCode"))
        and row.get("senderCode") == customer_code
    ]
    if len(rows) > 1:
        raise Unreadable("several orders bear one number")
    return rows[0] if rows else None


def read_answers(order: Mapping[str, object], history: bytes, number: str) -> list[CarrierEvent]:
    """Return the history, and the present status where that does not know it (yet)."""
    steps = _steps(strict_json.read_object(history))
    told = [{**step, "itemCode": number, "status": _code(step)} for step in steps]
    present = {**order, "itemCode": number}
    code = with_family(strict_json.code(order, "status"), "my")
    if code not in [with_family(str(step["status"]), "my") for step in told]:
        told.append(present)
    return each(told, _told)


def _steps(history: Mapping[str, object]) -> list[dict[str, object]]:
    orders = strict_json.entries({"data": history.get("data") or []}, "data", most=10)
    return [
        step
        for order in orders
        for step in strict_json.entries(
            {"steps": order.get("statusHistory") or []}, "steps", most=MOST_ROWS
        )
    ]


def _code(step: Mapping[str, object]) -> str:
    name = strict_json.short_text(step, "statusName", longest=50)
    return BY_NAME.get(name.casefold(), name)


def _told(row: Mapping[str, object]) -> list[CarrierEvent]:
    field = "itemCode" if row.get("itemCode") else "originalItemCode"
    number = strict_json.text(row, field, longest=40)
    code = with_family(strict_json.code(row, "status", longest=50), "my")
    if code in NO_NEWS:
        return []
    at = strict_json.zoneless_time({"at": _time(row)}, "at", *_TIME_FORMS)
    status = STATUSES.get(code)
    return [
        CarrierEvent(
            tracking_number=number,
            milestone=status.milestone if status else Milestone.UNRECOGNISED,
            happened_at=at,
            event_id=derived_id(number, code, at.isoformat()),
            carrier_code=code,
            place=strict_json.office(row, "locateName"),
            reason=status.reason if status else None,
            reference=strict_json.short_text(row, "originalItemCode", longest=100),
        )
    ]


def _time(row: Mapping[str, object]) -> object:
    if row.get("createHour"):
        return f"{row.get('createdDate')} {row['createHour']}"
    return row.get("updatedDate") or row.get("createdDate") or row.get("sendDate")
