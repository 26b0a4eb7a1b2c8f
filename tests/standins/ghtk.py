"""GHTK as its documents describe it: forms, a secret in the address, the present status alone."""

import json
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.strict_json import VIETNAM
from tests.standins.standin import (
    PHONE,
    RECIPIENT,
    SIGNING_KEY,
    STREET,
    TOKEN,
    USERNAME,
    Hook,
    Scan,
    StandIn,
)


class GhtkStandIn(StandIn):
    name: ClassVar[str] = "ghtk"
    writes_json = False
    """Whether its hooks are of the newer generation, which tells where the parcel is."""

    def number(self, n: int) -> str:
        return f"S308157.HN1.2A.{n:08d}"

    def hook(self, number: str, scan: Scan) -> Hook:
        told: dict[str, Any] = {
            "label_id": number,
            "partner_id": "",
            "action_time": scan.at.astimezone(VIETNAM).isoformat(timespec="seconds"),
            "status_id": int(scan.code),
            "reason_code": scan.reason_code,
            "reason": f"{RECIPIENT}, {PHONE}" if scan.reason_code else "",
            "weight": 2.4,
            "fee": 15000,
            "pick_money": 0,
            "return_part_package": 0,
        }
        if self.writes_json:
            told["cur_station"] = {"address_l1": "Quảng Ninh", "address_l3": scan.place}
            return self.posted(json.dumps(told).encode())
        # As in GHTK's sample, where the time's plus is not escaped.
        form = "&".join(f"{key}={quote(str(value), safe=':+')}" for key, value in told.items())
        return self.posted(form.encode())

    def posted(self, body: bytes) -> Hook:
        kind = "json" if self.writes_json else "x-www-form-urlencoded"
        return Hook(body, {"content-type": f"application/{kind}"}, {"hash": SIGNING_KEY})

    def routes(self) -> list[Route]:
        return [Route("/services/shipment/v2/{number}", self._shipment)]

    async def _shipment(self, request: Request) -> Response:
        if bad_day := await self.take_down(request):
            return bad_day
        shown = request.headers.get("token"), request.headers.get("x-client-source")
        if shown != (TOKEN, USERNAME):
            return _error(401, "Cần cung cấp token hợp lệ", "20101")
        number = request.path_params["number"]
        if number not in self.scans:
            return _error(200, "Không tìm thấy thông tin đơn hàng", "")
        return JSONResponse({"success": True, "message": "", "order": self._order(number)})

    def _order(self, number: str) -> dict[str, Any]:
        scans = self.scans[number]
        return {
            "label_id": number,
            "partner_id": "",
            "status": scans[-1].code,
            "status_text": "",
            "created": _in_its_answers(scans[0].at),
            "modified": _in_its_answers(scans[-1].at),
            "message": f"{RECIPIENT} hẹn giao buổi chiều",
            "pick_date": "2026-03-02",
            "deliver_date": "2026-03-04",
            "customer_fullname": RECIPIENT,
            "customer_tel": PHONE,
            "address": STREET,
            "storage_day": 3,
            "ship_money": 16500,
            "value": 0,
            "weight": 300,
            "pick_money": 0,
            "is_freeship": 1,
        }


def _in_its_answers(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%Y-%m-%d %H:%M:%S}"


def _error(status: int, message: str, error_code: str) -> Response:
    told = {"success": False, "message": message, "error_code": error_code, "log_id": "1.abc"}
    return JSONResponse(told, status)
