"""MyVNPost Connect, Vietnam Post's present interface: log-in, orders, history, webhooks."""

import json
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.registry import CarrierSettings
from adapters.strict_json import VIETNAM
from adapters.vnpost.statuses import STATUSES
from tests.standins.standin import PASSWORD, USERNAME, Hook, Scan
from tests.standins.vnpost import VnpostStandIn

CUSTOMER = "C000000001"


class MyVnpostStandIn(VnpostStandIn):
    """It forgets its tokens after so many questions, or keeps them for good."""

    name: ClassVar[str] = "vnpost"
    token_lasts: int = 0
    """Questions that one token is good for; 0: any number."""
    refuses: int = 0
    """The status with which a token that has run out is refused; 0 stands for 401."""

    def settings(self, base_url: str) -> CarrierSettings:
        return CarrierSettings(
            base_url=base_url,
            username=USERNAME,
            password=PASSWORD,
            customer_code=CUSTOMER,
            rate_per_second=1000,
        )

    def routes(self) -> list[Route]:
        return [
            Route("/GetAccessToken", self._log_in, methods=["POST"]),
            Route("/getOrder", self._order),
            Route("/GetStatusHistoryOrder", self._history),
        ]

    async def _log_in(self, request: Request) -> Response:
        told = await request.json()
        right = {"username": USERNAME, "password": PASSWORD, "customerCode": CUSTOMER}
        if told != right:
            return JSONResponse({"success": False, "message": "Sai thông tin đăng nhập"})
        self.log_ins += 1
        self._left = self.token_lasts
        return JSONResponse({"success": True, "token": f"token-{self.log_ins}"})

    async def _is_refused(self, request: Request) -> Response | None:
        if bad_day := await self.take_down(request):
            return bad_day
        is_newest = request.headers.get("token") == f"token-{self.log_ins}"
        if not self.log_ins or not is_newest or (self.token_lasts and self._left <= 0):
            return Response(status_code=self.refuses or 401)
        self._left -= 1
        return None

    async def _order(self, request: Request) -> Response:
        if refusal := await self._is_refused(request):
            return refusal
        number = request.query_params["code"]
        if number not in self.scans:
            return JSONResponse([{"results": []}])
        return JSONResponse([{"results": [self.row(number, self.scans[number][-1])]}])

    async def _history(self, request: Request) -> Response:
        if refusal := await self._is_refused(request):
            return refusal
        steps = [self._step(scan) for scan in self.scans[request.query_params["code"]]]
        return JSONResponse({"data": [{"statusHistory": steps}]})

    def row(self, number: str, scan: Scan) -> dict[str, Any]:
        return {
            "itemCode": number,
            "originalItemCode": "",
            "senderCode": CUSTOMER,
            "status": int(scan.code.removeprefix("my:")),
            "totalFee": 34000,
            "updatedDate": scan.at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S"),
        }

    def _step(self, scan: Scan) -> dict[str, Any]:
        at = scan.at.astimezone(VIETNAM)
        return {
            "createdDate": at.strftime("%d/%m/%Y"),
            "createHour": at.strftime("%H:%M:%S"),
            "statusName": STATUSES[f"my:{scan.code.removeprefix('my:')}"].vi,
            "locateName": scan.place,
        }

    def batch(self, *rows: dict[str, Any], sent: str = "26/11/2026 09:00:00") -> Hook:
        told = {"data": list(rows), "sendDate": sent, "signature": "bWVhbmluZ2xlc3M="}
        return self.posted(json.dumps(told, ensure_ascii=False).encode())

    def hook(self, number: str, scan: Scan) -> Hook:
        return self.batch(self.row(number, scan))
