"""GHN as api.ghn.vn describes it: unsigned hooks, one order by question, its log without places."""

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.standins.standin import PHONE, RECIPIENT, STREET, TOKEN, USERNAME, Hook, Scan, StandIn


def in_ghn_time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


class GhnStandIn(StandIn):
    name: ClassVar[str] = "ghn"

    def number(self, n: int) -> str:
        return f"LNA{n:05d}"

    def hook(self, number: str, scan: Scan) -> Hook:
        told = {
            "CODAmount": 0,
            "CODTransferDate": None,
            "ClientOrderCode": "",
            "ConvertedWeight": 200,
            "Description": f"Giao cho {RECIPIENT}, {PHONE}",
            "Fee": {"MainService": 53900, "Total": 53900},
            "IsPartialReturn": False,
            "OrderCode": number,
            "PartialReturnCode": "",
            "PaymentType": 1,
            "Reason": f"{RECIPIENT} hẹn lại" if scan.reason_code else "",
            "ReasonCode": scan.reason_code,
            "ShopID": 81558,
            "Status": scan.code,
            "Time": in_ghn_time(scan.at),
            "TotalFee": 53900,
            "Type": "create" if scan.code == "ready_to_pick" else "switch_status",
            "Warehouse": scan.place,
            "Weight": 10,
        }
        return self.posted(json.dumps(told).encode())

    def posted(self, body: bytes) -> Hook:
        return Hook(body, {"content-type": "application/json"})

    def routes(self) -> list[Route]:
        return [Route("/v2/shipping-order/detail", self._detail, methods=["POST"])]

    async def _detail(self, request: Request) -> Response:
        if bad_day := await self.take_down(request):
            return bad_day
        shown = request.headers.get("token"), request.headers.get("shopid")
        if shown != (TOKEN, USERNAME):
            return _error(401, "code=401, message=Token is not valid!")
        number = (await request.json())["order_code"]
        if number not in self.scans:
            return _error(400, "Không tìm thấy đơn hàng")
        return JSONResponse({"code": 200, "message": "Success", "data": self._order(number)})

    def _order(self, number: str) -> dict[str, Any]:
        scans = self.scans[number]
        log = [
            {
                "status": scan.code,
                "payment_type_id": 1,
                "trip_code": "",
                "updated_date": in_ghn_time(scan.at),
            }
            for scan in scans
        ]
        return {
            "shop_id": 81558,
            "to_name": RECIPIENT,
            "to_phone": PHONE,
            "to_address": STREET,
            "client_order_code": "",
            "order_code": number,
            "status": scans[-1].code,
            "created_date": in_ghn_time(scans[0].at),
            "updated_date": in_ghn_time(scans[-1].at),
            "log": log,
            **_expected(scans[-1]),
        }


def _expected(scan: Scan) -> dict[str, Any]:
    if scan.expected_on is None:
        return {}
    # A day ends in Vietnam seven hours before it does in UTC.
    leadtime = f"{scan.expected_on}T16:59:59Z"
    return {
        "leadtime": leadtime,
        "leadtime_order": {"from_estimate_date": leadtime, "to_estimate_date": leadtime},
    }


def _error(code: int, message: str) -> Response:
    told = {"code": code, "message": message, "data": None, "code_message": "USER_ERR_COMMON"}
    return JSONResponse(told, code)
