"""The public-administration post (HCC), as it tells through the State's exchange (NGSP, LGSP).

From the public code of a one-stop system (high for the fields, but none has a list of states):
{"OrderNumber", "StatusCode", "StatusMessage"}, alone or as a list in `data`. A code is a text whose
meaning the operator fills in; until then it is unrecognised. When it happened stands in a field
that was not seen: `StatusDate`, `UpdatedDate` and `CreatedDate` are tried (low).
"""

from collections.abc import Mapping

from adapters import strict_json
from adapters.carrier import each
from adapters.event import CarrierEvent, Milestone, derived_id

FAMILY = "hcc"
MOST_ROWS = 1000
_TIMES = ("StatusDate", "UpdatedDate", "CreatedDate")
_TIME_FORMS = ("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")


def is_of_it(message: Mapping[str, object]) -> bool:
    rows = message.get("data")
    first = rows[0] if isinstance(rows, list) and rows else message
    return isinstance(first, dict) and "OrderNumber" in first


def read_hook(
    message: Mapping[str, object], meanings: Mapping[str, Milestone]
) -> list[CarrierEvent]:
    """Return what it tells, each row read by itself. Raises Unreadable."""
    rows = strict_json.entries(message, "data", most=MOST_ROWS) if "data" in message else [message]
    return each(rows, lambda row: [_event(row, meanings)])


def _event(row: Mapping[str, object], meanings: Mapping[str, Milestone]) -> CarrierEvent:
    number = strict_json.text(row, "OrderNumber", longest=40)
    code = strict_json.code(row, "StatusCode", longest=50)
    told = next((row[name] for name in _TIMES if row.get(name)), None)
    at = strict_json.zoneless_time({"at": told}, "at", *_TIME_FORMS)
    return CarrierEvent(
        tracking_number=number,
        milestone=meanings.get(code, Milestone.UNRECOGNISED),
        happened_at=at,
        event_id=derived_id(number, FAMILY, code, at.isoformat()),
        carrier_code=f"{FAMILY}:{code}",
    )
