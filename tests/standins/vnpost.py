"""Vietnam Post's EMS, after docws.ems.com.vn (first generation) and docs.ems.com.vn (second).

It speaks the first generation, and the second of codes that only that one has.
"""

import hashlib
import json
from datetime import datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.s10 import s10_check_digit
from adapters.strict_json import VIETNAM
from tests.standins.standin import TOKEN, Hook, Scan, StandIn

TELEPHONE = "(ÐT:02033000000)"


class VnpostStandIn(StandIn):
    name: ClassVar[str] = "vnpost"

    def number(self, n: int) -> str:
        return f"EE{n:08d}{s10_check_digit(f'{n:08d}')}VN"

    def hook(self, number: str, scan: Scan) -> Hook:
        second = scan.code.startswith("ems2:")
        told = self._second(number, scan) if second else self._first(number, scan)
        body = json.dumps(told, ensure_ascii=False).encode()
        return self.posted(body)

    def posted(self, body: bytes) -> Hook:
        transaction = hashlib.sha256(body).hexdigest()[:10]
        return Hook(body, {"content-type": "application/json", "ems-transaction": transaction})

    def _first(self, number: str, scan: Scan) -> dict[str, Any]:
        return {
            "tracking_code": number,
            "order_code": "",
            "status_code": _first_code(scan.code),
            "status_name": "Trạng thái mẫu",
            "note": "Ghi chú mẫu",
            "locate": f"203000 - {scan.place} {TELEPHONE}",
            "datetime": _at(scan.at, "%d/%m/%Y %H:%M:%S"),
            "total_weight": 240,
            "money_collect": 0,
            "total_fee": 34000,
        }

    def _second(self, number: str, scan: Scan) -> dict[str, Any]:
        return {
            "TrackingCode": number,
            "OrderCode": None,
            "StatusCode": int(scan.code.removeprefix("ems2:")),
            "StatusName": "Trạng thái mẫu",
            "Location": f"203000 - {scan.place} {TELEPHONE}",
            "Note": None,
            "CreatedAt": _at(scan.at, "%Y-%m-%d %H:%M:%S"),
            "Weight": 240,
            "Fee": [{"FeeCode": "shipping_fee", "FeeValue": 34000, "Currency": "VND"}],
        }

    def routes(self) -> list[Route]:
        return [Route("/orders/tracking/{number}", self._tracking)]

    async def _tracking(self, request: Request) -> Response:
        if bad_day := await self.take_down(request):
            return bad_day
        # Its errors come with HTTP 200; their words are our guess.
        if request.query_params.get("merchant_token") != TOKEN:
            return JSONResponse({"code": "error", "message": "Token không hợp lệ"})
        number = request.path_params["number"]
        if number not in self.scans:
            return JSONResponse({"code": "error", "message": "Không tìm thấy bưu gửi"})
        return JSONResponse({"code": "success", "data": self._parcel(number)})

    def _parcel(self, number: str) -> dict[str, Any]:
        newest_first = self.scans[number][::-1]
        return {
            "service_id": 1,
            "tracking_code": number,
            "courier_code": None,
            "status": _first_code(newest_first[0].code),
            "created_at": _at(newest_first[-1].at, "%Y-%m-%d %H:%M:%S"),
            "__get_fee": {"fee": 34000, "money_collect": 0},
            "__get_status": [
                {
                    "status": _first_code(scan.code),
                    "address": "EMS",
                    "description": "Mô tả mẫu",
                    "tracedate": _at(scan.at, "%Y-%m-%d %H:%M:%S"),
                }
                for scan in newest_first
            ],
            "__get_vas": [],
        }


def _first_code(code: str) -> int | str:
    """A number, as the carrier has it; what it calls states of other families is not known."""
    bare = code.removeprefix("ems:")
    return int(bare) if bare.isdigit() else code


def _at(at: datetime, form: str) -> str:
    return at.astimezone(VIETNAM).strftime(form)
