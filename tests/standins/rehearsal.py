"""The rehearsal carrier's dialect; the invented post itself is `postal_tracker/rehearsal/`."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.s10 import s10_check_digit
from adapters.signing import sign
from tests.standins.standin import TOKEN, Hook, Scan, StandIn

SENT_AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""The timestamp of its signatures, which proves nothing by itself."""


class RehearsalStandIn(StandIn):
    name: ClassVar[str] = "rehearsal"

    def number(self, n: int) -> str:
        return f"EB{n:08d}{s10_check_digit(f'{n:08d}')}VN"

    def hook(self, number: str, scan: Scan) -> Hook:
        body = json.dumps({"scans": [self._scan(number, scan)]}).encode()
        return self.posted(body)

    def posted(self, body: bytes) -> Hook:
        message = f"msg_{hashlib.sha256(body).hexdigest()[:20]}"
        headers = sign(body, TOKEN, message_id=message, at=SENT_AT)
        return Hook(body, {**headers, "content-type": "application/json"})

    def _scan(self, number: str, scan: Scan) -> dict[str, Any]:
        at = scan.at.isoformat()
        told = f"{number} {scan.code} {at} {scan.place}"
        return {
            "id": hashlib.sha256(told.encode()).hexdigest()[:24],
            "tracking_number": number,
            "status": scan.code,
            "at": at,
            "office": scan.place,
            "reason": scan.reason_code or None,
        }

    def routes(self) -> list[Route]:
        return [
            Route("/tracking", self._tracking),
            Route("/parcels", self._parcels, methods=["POST"]),
        ]

    async def _parcels(self, request: Request) -> Response:
        return await self._turned_away(request) or JSONResponse({"announced": True}, 201)

    async def _tracking(self, request: Request) -> Response:
        if no := await self._turned_away(request):
            return no
        numbers = request.query_params["numbers"].split(",")
        found = [self._scan(n, s) for n in numbers for s in self.scans.get(n, [])]
        return JSONResponse({"scans": found})

    async def _turned_away(self, request: Request) -> Response | None:
        if bad_day := await self.take_down(request):
            return bad_day
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"error": "unauthorised"}, 401)
        return None
