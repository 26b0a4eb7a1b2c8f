"""17TRACK as its API v2.2 is documented: numbers are registered, then asked about, 40 at a time."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.s10 import s10_check_digit
from adapters.strict_json import VIETNAM
from tests.standins.standin import RECIPIENT, SIGNING_KEY, STREET, TOKEN, Hook, Scan, StandIn

MOST_NUMBERS = 40


@dataclass
class SeventeenTrackStandIn(StandIn):
    name: ClassVar[str] = "17track"

    registered: list[str] = field(default_factory=list)
    """Beside the parcels that it has scans of."""
    rejections: dict[str, int] = field(default_factory=dict)
    """Numbers that it will not hear of, and the error code it says so with."""

    def number(self, n: int) -> str:
        return f"EE{n:08d}{s10_check_digit(f'{n:08d}')}VN"

    def hook(self, number: str, scan: Scan) -> Hook:
        return self.hook_of(number, [scan])

    def hook_of(self, number: str, scans: Sequence[Scan]) -> Hook:
        """Return what it posts of a whole history."""
        told = {"event": "TRACKING_UPDATED", "data": _parcel(number, scans)}
        body = json.dumps(told, ensure_ascii=False).encode()
        return self.posted(body)

    def posted(self, body: bytes) -> Hook:
        sign = hashlib.sha256(body + b"/" + SIGNING_KEY.encode()).hexdigest()
        return Hook(body, {"sign": sign, "content-type": "application/json"})

    def routes(self) -> list[Route]:
        return [
            Route("/register", self._register, methods=["POST"]),
            Route("/gettrackinfo", self._tracking, methods=["POST"]),
        ]

    async def _register(self, request: Request) -> Response:
        if no := await self._turned_away(request):
            return no
        wanted = [one["number"] for one in await request.json()]
        known = {*self.registered, *self.scans}
        codes = self.rejections | dict.fromkeys(known, -18019901)
        taken = [number for number in wanted if number not in codes]
        self.registered += taken
        accepted = [{"origin": 1, "number": number, "carrier": 22043} for number in taken]
        return _answer(accepted, {number: codes[number] for number in wanted if number in codes})

    async def _tracking(self, request: Request) -> Response:
        if no := await self._turned_away(request):
            return no
        wanted = [one["number"] for one in await request.json()]
        codes = dict.fromkeys(wanted, -18019902) | dict.fromkeys(self.registered, -18019909)
        told = [n for n in wanted if n in self.scans and n not in self.rejections]
        accepted = [_parcel(number, self.scans[number]) for number in told]
        codes |= self.rejections
        return _answer(accepted, {number: codes[number] for number in wanted if number not in told})

    async def _turned_away(self, request: Request) -> Response | None:
        if bad_day := await self.take_down(request):
            return bad_day
        if request.headers.get("17token") != TOKEN:
            return _error(-18010002)
        if len(await request.json()) > MOST_NUMBERS:
            return _error(-18010014)
        return None


def _answer(accepted: list[dict[str, Any]], rejected: dict[str, int]) -> Response:
    refusals = [
        {"number": number, "carrier": "0", "error": {"code": code, "message": number}}
        for number, code in rejected.items()
    ]
    return JSONResponse({"code": 0, "data": {"accepted": accepted, "rejected": refusals}})


def _error(code: int) -> Response:
    return JSONResponse({"code": code, "data": {"errors": [{"code": code, "message": "no"}]}})


def _parcel(number: str, scans: Sequence[Scan]) -> dict[str, Any]:
    events = [_event(scan) for scan in reversed(scans)]
    main = scans[-1].code.partition("_")[0]
    provider = {
        "provider": {"key": 22043, "name": "VietNam EMS", "country": "VN"},
        "latest_sync_status": "Success",
        "events": events,
    }
    return {
        "number": number,
        "carrier": 22043,
        "tag": None,
        "track_info": {
            "shipping_info": {
                "recipient_address": {"country": "VN", "street": f"{RECIPIENT}, {STREET}"}
            },
            "latest_status": {
                "status": main,
                "sub_status": scans[-1].code,
                "sub_status_descr": None,
            },
            "latest_event": events[0],
            "time_metrics": {"days_of_transit": 1, "estimated_delivery_date": _expected(scans[-1])},
            "tracking": {"providers_hash": 118220451, "providers": [provider]},
        },
    }


def _expected(scan: Scan) -> dict[str, Any]:
    if scan.expected_on is None:
        return {"source": None, "from": None, "to": None}
    return {
        "source": "Official",
        "from": f"{scan.expected_on}T00:00:00+07:00",
        "to": f"{scan.expected_on}T23:59:59+07:00",
    }


def _event(scan: Scan) -> dict[str, Any]:
    local = scan.at.astimezone(VIETNAM)
    return {
        "time_iso": local.isoformat(),
        "time_utc": f"{scan.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "time_raw": {
            "date": f"{local:%Y-%m-%d}",
            "time": f"{local:%H:%M:%S}",
            "timezone": "+07:00",
        },
        "description": f"Giao cho {RECIPIENT}",
        "location": scan.place,
        "stage": None,
        "sub_status": scan.code,
        "address": {"country": "VN", "state": None, "city": None, "street": None},
    }
