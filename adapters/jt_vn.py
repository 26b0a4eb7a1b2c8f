"""J&T Express Việt Nam: an experiment. NO SAMPLE OF ITS REAL MESSAGES WAS SEEN.

What there is to go by:

- Requests are signed: the header `digest` is the base64 of the MD5 of the body and a key (medium).
- Scan types are told as Vietnamese text (low). Which ones there are is not known, so each is kept
  word for word and unrecognised; STATUSES stays empty until a sample comes.
- The shape is that of the same company's open platform in Malaysia (low, for Vietnam): a form with
  one field `bizContent`, over which the digest goes; in it JSON, one object or a list of them:
  {"billCode", "txlogisticId"? (our number), "details": [{"scanType", "scanTime" (YYYY-MM-DD
  HH:MM:SS, no zone), "scanNetworkName", …}]}. That JSON without a form around it is read as well.
- The answer {"code": "1", "msg": "success", "data": "SUCCESS"} is from there too (low).

An event's id is derived from number, scan type and time. MD5 is too weak to bind a message to its
key, so a digest that fits counts as a shared token and no more.

It can neither be asked nor told of a parcel: how is not known. Reach it through an aggregator.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from adapters import strict_json
from adapters.carrier import Defaults, Forged, HookAnswer, Status, Unreadable, each
from adapters.event import CarrierEvent, Milestone, Source, derived_id

STATUSES: Mapping[str, Status] = {}

MOST_PARCELS = 100
MOST_SCANS = 1000

_TIME_FORM = "%Y-%m-%d %H:%M:%S"
_NUMBER = re.compile(r"[A-Z]{0,4}[0-9]{10,15}")  # low


@dataclass(frozen=True, slots=True)
class JtVn(Defaults):
    """J&T Express Vietnam, as far as it can be guessed at; see the head of this file."""

    name: ClassVar[str] = "jt_vn"
    title: ClassVar[str] = "J&T Express Việt Nam"
    # Many programs agree on it.
    own_page: ClassVar[str] = "https://jtexpress.vn/vi/tracking?type=track&billcode={number}"
    number_form: ClassVar[re.Pattern[str]] = _NUMBER
    is_experimental: ClassVar[bool] = True
    statuses: ClassVar[Mapping[str, Status]] = STATUSES

    keys: tuple[str, ...] = field(repr=False)
    """Any of them may have made a digest; with none every message is forged."""

    def verify(self, headers: Mapping[str, str], _query: Mapping[str, str], body: bytes) -> Source:
        shown = headers.get("digest", "").encode(errors="replace")
        signed = _content_or_body(body)
        if not any(hmac.compare_digest(_digest(signed, key), shown) for key in self.keys):
            raise Forged("no digest of ours fits")
        return Source.SHARED_TOKEN

    def read_message(self, body: bytes) -> list[CarrierEvent]:
        return each(_parcels(_content(body)), _scans)

    def answer(self, _headers: Mapping[str, str]) -> HookAnswer:
        return HookAnswer(b'{"code":"1","msg":"success","data":"SUCCESS"}')


def _digest(signed: bytes, key: str) -> bytes:
    # The carrier's choice, not ours; nothing that it proves is trusted further than a token.
    return base64.b64encode(hashlib.md5(signed + key.encode(), usedforsecurity=False).digest())


def _content_or_body(body: bytes) -> bytes:
    try:
        return _content(body)
    except Unreadable:
        return body


def _content(body: bytes) -> bytes:
    body = strict_json.without_mark(body)
    if not body.startswith(b"bizContent="):
        return body
    return strict_json.without_mark(str(strict_json.read_form(body)["bizContent"]).encode())


def _parcels(content: bytes) -> list[dict[str, object]]:
    told = strict_json.read_listed(content, "parcels")
    return strict_json.entries(told, "parcels", most=MOST_PARCELS)


def _scans(parcel: Mapping[str, object]) -> list[CarrierEvent]:
    scans = strict_json.entries(parcel, "details", most=MOST_SCANS)
    return each(scans, lambda scan: [_event(parcel, scan)])


def _event(parcel: Mapping[str, object], scan: Mapping[str, object]) -> CarrierEvent:
    number = strict_json.text(parcel, "billCode", longest=40)
    at = strict_json.zoneless_time(scan, "scanTime", _TIME_FORM)
    scan_type = strict_json.code(scan, "scanType", longest=60)
    return CarrierEvent(
        tracking_number=number,
        milestone=Milestone.UNRECOGNISED,
        happened_at=at,
        event_id=derived_id(number, scan_type, at.isoformat()),
        carrier_code=scan_type,
        place=strict_json.office(scan, "scanNetworkName"),
        reference=strict_json.optional_text(parcel, "txlogisticId", longest=100),
    )
