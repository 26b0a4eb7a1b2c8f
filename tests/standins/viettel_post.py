"""Viettel Post's webhook, after partner2.viettelpost.vn. It cannot be asked."""

import json
from typing import ClassVar

from adapters.strict_json import VIETNAM
from tests.standins.standin import TOKEN, Hook, Scan, StandIn


class ViettelPostStandIn(StandIn):
    name: ClassVar[str] = "viettel_post"

    def number(self, n: int) -> str:
        return f"1{n:010d}"

    def hook(self, number: str, scan: Scan) -> Hook:
        data = {
            "ORDER_NUMBER": number,
            "ORDER_REFERENCE": "",
            "ORDER_STATUSDATE": scan.at.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S"),
            "ORDER_STATUS": int(scan.code),
            "STATUS_NAME": "Trạng thái mẫu",
            "LOCATION_CURRENTLY": scan.place,
            "NOTE": "Ghi chú mẫu",
            "MONEY_COLLECTION": 0,
            "MONEY_TOTAL": 34000,
            "PRODUCT_WEIGHT": 240,
            "EMPLOYEE_NAME": "Bưu tá mẫu",
            "RECEIVER_FULLNAME": "Người nhận mẫu",
            "IS_RETURNING": False,
            "REASON_CODE": None,
        }
        if scan.expected_on:
            data["EXPECTED_DELIVERY_DATE"] = f"{scan.expected_on:%d/%m/%Y} 23:59:59"
        body = json.dumps({"DATA": data, "TOKEN": TOKEN}, ensure_ascii=False).encode()
        return self.posted(body)

    def posted(self, body: bytes) -> Hook:
        return Hook(body, {"content-type": "application/json;charset=UTF-8"})
