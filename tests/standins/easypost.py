"""EasyPost as docs.easypost.com describes it: trackers, and events about them."""

import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from unicodedata import normalize

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.s10 import s10_check_digit
from tests.standins.standin import RECIPIENT, SIGNING_KEY, TOKEN, Hook, Scan, StandIn

CREATED = datetime(2026, 3, 1, tzinfo=UTC)


@dataclass
class EasyPostStandIn(StandIn):
    name: ClassVar[str] = "easypost"

    trackers: list[dict[str, Any]] = field(default_factory=list)
    """Beside those of the parcels that it has scans of."""

    def number(self, n: int) -> str:
        return f"EP{n:08d}{s10_check_digit(f'{n:08d}')}VN"

    def hook(self, number: str, scan: Scan) -> Hook:
        return self.hook_of(number, [scan])

    def hook_of(self, number: str, scans: Sequence[Scan]) -> Hook:
        """Return what it posts of a whole history."""
        told = {
            "id": "evt_88be9f70c6b311ed",
            "object": "Event",
            "mode": "production",
            "description": "tracker.updated",
            "previous_attributes": {"status": "unknown"},
            "created_at": in_utc(scans[-1].at),
            "result": tracker(number, scans),
        }
        body = json.dumps(told, ensure_ascii=False).encode()
        return self.posted(body)

    def posted(self, body: bytes) -> Hook:
        key = normalize("NFKD", SIGNING_KEY).encode()
        proof = "hmac-sha256-hex=" + hmac.digest(key, body, "sha256").hex()
        return Hook(body, {"x-hmac-signature": proof, "content-type": "application/json"})

    def routes(self) -> list[Route]:
        return [
            Route("/trackers", self._list, methods=["GET"]),
            Route("/trackers", self._create, methods=["POST"]),
        ]

    def known(self, number: str) -> list[dict[str, Any]]:
        found = [one for one in self.trackers if one["tracking_code"] == number]
        return [tracker(number, self.scans[number]), *found] if number in self.scans else found

    async def _list(self, request: Request) -> Response:
        if no := await self._turned_away(request):
            return no
        found = self.known(request.query_params["tracking_code"])
        return JSONResponse({"trackers": found, "has_more": False})

    async def _create(self, request: Request) -> Response:
        if no := await self._turned_away(request):
            return no
        number = (await request.json())["tracker"]["tracking_code"]
        if not self.known(number):
            self.trackers.append(tracker(number, []))
        return JSONResponse(self.known(number)[0], 201)

    async def _turned_away(self, request: Request) -> Response | None:
        if bad_day := await self.take_down(request):
            return bad_day
        right = "Basic " + base64.b64encode(f"{TOKEN}:".encode()).decode()
        if request.headers.get("authorization") != right:
            told = {"error": {"code": "APIKEY.INACTIVE", "message": "no", "errors": []}}
            return JSONResponse(told, 401)
        return None


def in_utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def tracker(number: str, scans: Sequence[Scan], created: datetime = CREATED) -> dict[str, Any]:
    return {
        "id": f"trk_{number}",
        "object": "Tracker",
        "mode": "production",
        "tracking_code": number,
        "status": scans[-1].code if scans else "unknown",
        "status_detail": "unknown",
        "created_at": in_utc(created),
        "signed_by": RECIPIENT,
        "est_delivery_date": _expected(scans[-1]) if scans else None,
        "carrier": "VNPost",
        "tracking_details": [_detail(scan) for scan in scans],
    }


def _expected(scan: Scan) -> str | None:
    return scan.expected_on and f"{scan.expected_on}T00:00:00Z"


def _detail(scan: Scan) -> dict[str, Any]:
    return {
        "object": "TrackingDetail",
        "message": f"Giao cho {RECIPIENT}",
        "description": "",
        "status": scan.code,
        "status_detail": scan.reason_code or "status_update",
        "datetime": in_utc(scan.at),
        "source": "VNPost",
        "carrier_code": "",
        "tracking_location": {
            "object": "TrackingLocation",
            "city": scan.place,
            "state": None,
            "country": "VN",
            "zip": None,
        },
    }
