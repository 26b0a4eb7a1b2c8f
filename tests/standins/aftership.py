"""AfterShip as its Tracking API is documented: trackings are created, then listed by number."""

import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.s10 import s10_check_digit
from adapters.strict_json import VIETNAM
from tests.standins.standin import PHONE, RECIPIENT, SIGNING_KEY, TOKEN, Hook, Scan, StandIn

MOST_NUMBERS = 50
TAGS = {
    "Pending",
    "InfoReceived",
    "InTransit",
    "OutForDelivery",
    "AttemptFail",
    "Delivered",
    "AvailableForPickup",
    "Exception",
    "Expired",
}


@dataclass
class AfterShipStandIn(StandIn):
    name: ClassVar[str] = "aftership"

    created: list[str] = field(default_factory=list)
    """Trackings beside those of the parcels that it has scans of."""

    def number(self, n: int) -> str:
        return f"EA{n:08d}{s10_check_digit(f'{n:08d}')}VN"

    def hook(self, number: str, scan: Scan) -> Hook:
        return self.hook_of(number, [scan])

    def hook_of(self, number: str, scans: Sequence[Scan]) -> Hook:
        """Return what it posts of a whole history."""
        told = {
            "event": "tracking_update",
            "event_id": "3f645f5e-530b-4062-8695-db6a64420af8",
            "is_tracking_first_tag": True,
            "msg": _tracking(number, scans),
            "ts": int(scans[-1].at.timestamp()),
        }
        body = json.dumps(told, ensure_ascii=False).encode()
        return self.posted(body)

    def posted(self, body: bytes) -> Hook:
        proof = base64.b64encode(hmac.digest(SIGNING_KEY.encode(), body, "sha256")).decode()
        return Hook(body, {"aftership-hmac-sha256": proof, "content-type": "application/json"})

    def routes(self) -> list[Route]:
        return [
            Route("/trackings", self._list, methods=["GET"]),
            Route("/trackings", self._create, methods=["POST"]),
        ]

    async def _list(self, request: Request) -> Response:
        if no := await self._turned_away(request):
            return no
        numbers = request.query_params["tracking_numbers"].split(",")
        if len(numbers) > MOST_NUMBERS:
            return _error(400, 4005, "too many numbers")
        known = [number for number in numbers if number in self.scans or number in self.created]
        found = [_tracking(number, self.scans.get(number, [])) for number in known]
        pagination = {"total": len(found), "next_cursor": "", "has_next_page": False}
        data = {"pagination": pagination, "trackings": found}
        return JSONResponse({"meta": {"code": 200}, "data": data})

    async def _create(self, request: Request) -> Response:
        if no := await self._turned_away(request):
            return no
        number = (await request.json())["tracking_number"]
        if number in self.scans or number in self.created:
            return _error(400, 4003, "Tracking already exists.")
        self.created.append(number)
        return JSONResponse({"meta": {"code": 201}, "data": _tracking(number, [])}, 201)

    async def _turned_away(self, request: Request) -> Response | None:
        if bad_day := await self.take_down(request):
            return bad_day
        if request.headers.get("as-api-key") != TOKEN:
            return _error(401, 401, "The API key is invalid.")
        return None


def _error(status: int, code: int, message: str) -> Response:
    return JSONResponse({"meta": {"code": code, "message": message}, "data": {}}, status)


def _tracking(number: str, scans: Sequence[Scan]) -> dict[str, Any]:
    tag, subtag = _tags(scans[-1].code) if scans else ("Pending", "Pending_001")
    expected_on = scans[-1].expected_on if scans else None
    return {
        "id": "0b02015fc7fd4f3c8d5490cece4d124d",
        "tracking_number": number,
        "slug": "vnpost",
        "customers": [{"role": "receiver", "name": RECIPIENT, "phone_number": PHONE}],
        "signed_by": RECIPIENT,
        "tag": tag,
        "subtag": subtag,
        "checkpoints": [_checkpoint(scan) for scan in scans],
        "courier_estimated_delivery_date": expected_on
        and {
            "estimated_delivery_date": str(expected_on),
            "estimated_delivery_date_min": None,
            "estimated_delivery_date_max": None,
        },
        "return_to_sender": False,
    }


def _checkpoint(scan: Scan) -> dict[str, Any]:
    tag, subtag = _tags(scan.code)
    return {
        "created_at": (scan.at + timedelta(minutes=40)).isoformat(),
        "slug": "vnpost",
        # Vietnam Post gives no offset, and AfterShip hands on what it gives.
        "checkpoint_time": f"{scan.at.astimezone(VIETNAM):%Y-%m-%dT%H:%M:%S}",
        "location": scan.place,
        "city": None,
        "state": None,
        "country_region": "VNM",
        "message": f"Giao cho {RECIPIENT}",
        "tag": tag,
        "subtag": subtag,
        "raw_tag": None,
        "events": [],
        "source": "carrier",
    }


def _tags(code: str) -> tuple[str, str | None]:
    return (code, None) if code in TAGS else (code.partition("_")[0], code)
