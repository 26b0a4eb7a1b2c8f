"""A small story in which every operation is called once: the examples of the OpenAPI document.

`python -m tests.web.examples` writes them down; `test_openapi.py` finds whatever is no longer so.
"""

import json
import re
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlmodel import Session, select

from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.outgoing.relay import relay
from postal_tracker.settings.parts import NoticeSettings, SmsSettings
from postal_tracker.storage import migrations
from postal_tracker.storage.database import make_engine
from postal_tracker.storage.tables import Dossier, Notice, NoticeAttempt
from postal_tracker.web.http import openapi
from tests.carriers.messages import a_body
from tests.centre import HOOK_SECRET, Centre
from tests.hotline import surveyed
from tests.printing.machines import machine

FILE = Path(openapi.__file__).with_name("examples.json")

OF_A_LIST = 3
"""Rows that are enough to understand a list."""


class Recorder:
    """Calls operations by their ids, and notes what was sent and what was answered."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.told: dict[str, Any] = {}
        self.addresses = {
            operation["operationId"]: (method, path)
            for path, methods in centre.client.get("/openapi.json").json()["paths"].items()
            for method, operation in methods.items()
        }

    def __call__(
        self, operation: str, request: Any = None, *, role: str = "desk", **parameters: Any
    ) -> Any:
        method, path = self.addresses[operation]
        headers = {name: text for name, text in parameters.items() if "-" in name}
        query = {n: v for n, v in parameters.items() if f"{{{n}}}" not in path and n not in headers}
        address = path.format(**parameters)
        answer = self.centre.call(
            method, address, role=role, params=query, headers=headers, json=request
        )
        assert answer.status_code < 300, (operation, answer.text)
        return self.note(operation, request, answer, parameters)

    def note(self, operation: str, request: Any, answer: Any, parameters: dict[str, Any]) -> Any:
        is_json = answer.headers.get("content-type", "") == "application/json"
        body = answer.json() if is_json else None
        self.told[operation] = {
            "parameters": parameters,
            "request": request,
            "answers": {str(answer.status_code): body},
        }
        return body


def recorded(centre: Centre) -> dict[str, Any]:
    """Return what is sent and answered in the story, by operation."""
    call = Recorder(centre)
    code, number = _a_round_trip(call, centre)
    _paper(call, code, number)
    _messages(call, centre)
    _what_managers_ask(call, centre)
    _official(call)
    _log(call, centre)
    _webhooks(call, centre)
    _feedback(call, centre, code)
    _notices(call, centre, code)
    _telephone(call, centre)
    call("show_problem_type", slug="no-such-dossier", role="")
    call.told["fields"] = RARE
    call.told["problem"] = centre.post("/dossiers", A_DOSSIER | {"code": "?"}).json()
    looks = call("list_audit", dossier=code, what="read", who="", limit=3, role="admin")
    for n, look in enumerate(looks["items"]):  # what else was written down has numbers, too
        look["id"] = looks["next_cursor"] = 44 - n
    told = call("show_record_health", role="admin")
    told["items"] = [line for line in told["items"] if line["name"] == "backup"]  # no disk's bytes
    for operation in ("show_liveness", "show_readiness"):
        call(operation, role="")
    return _plain(call.told)


def once(last: str) -> dict[str, str]:
    return {"Idempotency-Key": f"6f1c2a04-3b5e-4f0d-9c1e-0a1b2c3d4e5{last}"}


RARE = {
    "previous_cursor": "27",
    "escalated_to": "minh",
    **{"owner": "lan", "owner_name": "Nguyễn Thị Lan", "parcel": "EB100000014VN"},
    **{"token": "7KQM2X9PW4TRCABCDEFGHIJKLMNOPQR", "outcome": "not_delivered"},
    "closed_at": "2026-12-01T03:00:00Z",
    "escalated_to_name": "Trần Văn Minh",
    **{"MaTTHC": "1.005129", "TenLinhVuc": "Giao thông đường bộ", "MaKetQua": "15/QĐ-CSGT"},
    **{"NgayTra": "20261204093000", "NgayTuChoi": "20261125080000"},
    **{"ThongTinTra": "Trả qua dịch vụ bưu chính", "GhiChu": "Không thuộc thẩm quyền"},
    **{"TenGiayTo": "Đổi giấy phép lái xe ô tô", "NgayNopHoSo": "20261123080000"},
    "amount_vnd": 135_000,
    **{"about": "H49.12", "about_name": "Trung tâm Phục vụ hành chính công Uông Bí"},
    **{"answers": 40, "fast": 38, "polite": 39, "fast_percent": 95.0, "polite_percent": 97.5},
    **{"promises": 40, "kept": 33, "early": 3, "not_arrived": 1, "kept_percent": 82.5},
    **{"feedback": "PA-20261123-0001", "satisfied_percent": 91.2, "confidence": 0.8},
    "assignee": "lan",
    "assignee_name": "Nguyễn Thị Lan",
    "last_status": 503,
    "to_office": "H49.12",
    "last_fault": "timeout",
    "left": 42,
    "charge": 20_000,
    "closed_by": "refused",
    "cursor": 1500,
    "decision": "12/QĐ-UBND",
    "data_status": "sample",
    "fee": 115_000,
    "field": "Giao thông đường bộ",
    "level": "province",
    "national_code": "1.005129",
    "national_procedure_code": "1.005129",
    "parent": "H49",
    "result_number": "15/QĐ-CSGT",
    "valid_from": "2025-07-01",
    "valid_to": "2026-12-31",
    "fault": "Không tới được máy in Zebra quầy 1. Vui lòng kiểm tra nguồn điện và dây mạng "
    "của máy in.",
    "finding": "log, replay",
    "value": 3,
    "last_network": "203.0.113.7",
    "network": "203.0.113.7",
    "next_cursor": 1500,
    "numbers_left": 42,
    "office_phone": "0203 385 4321",
    "office_address": "Phường Uông Bí, tỉnh Quảng Ninh",
    **dict.fromkeys(("office_hours", "hours", "hours_vi"), "Thứ Hai đến thứ Sáu, 7:30–17:00"),
    "hours_en": "Monday to Friday, 7:30–17:00",
    "receipt": "BL-0012345",
    "reference": "H49.12-0001",
    "signed_by": "Trưởng phòng Mẫu",
    "to": "Người được ủy quyền",
    "what": "Lệ phí cấp giấy phép lái xe",
    "why": "Ghi nhầm số điện thoại",
    "struck": "result_ready",
    "held_when_due": "post",
    "office_days": 2.5,
    "post_days": 1.5,
    "authority_days": 4.0,
    "waiting_days": 0.0,
}
"""Of fields that stand empty as long as all is well."""


def _a_round_trip(call: Recorder, centre: Centre) -> tuple[str, str]:
    centre.a_dossier(name="Trần Văn Bình")
    mistyped = A_DOSSIER | {"applicant": A_DOSSIER["applicant"] | {"phone": "0912345687"}}
    code = call("register_dossier", mistyped, **once("a"))["code"]
    sealed = {"carrier": "rehearsal", "direction": "to_authority", "dossiers": [code]}
    number = call("make_parcel", sealed, **once("b"))["tracking_number"]
    listed = {"carrier": "rehearsal", "parcels": [number]}
    made = call("make_handover", listed, **once("c"))
    call("take_handover", {"parcels": [number]}, number=made["number"], role="courier")
    record = centre.get(f"/handovers/{made['number']}").json()["record"]
    at = f"{centre.clock():%Y-%m-%dT%H:%M:%SZ}"
    signed = {"signed_by": "Phạm Anh Tuấn", "at": at, "record": record}
    call("sign_handover", signed, number=made["number"])
    brought = {"office": "H49.12", "parcels": [number]}
    call("bring_handover", brought, role="courier", **once("9"))
    _on_the_way(call, centre, number)
    call("show_parcel", tracking_number=number)
    call("list_parcels", direction="to_authority", sort="news", limit=1)
    call("show_handover", number=made["number"])
    call("print_handover", number=made["number"])
    call("scan_code", {"code": number, "act": "delivered"}, role="courier")
    asked = {"act": "request_supplement", "missing": ["Giấy khám sức khỏe"], "reason": "Hết hạn"}
    call("act_on_dossier", {**asked, "guidance": "Khám lại tại cơ sở y tế"}, code=code)
    centre.post(f"/dossiers/{code}/acts", {"act": "receive_supplement"})
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready", "note": "Nhận qua điện thoại"})
    corrected = {"reason": "Gõ nhầm số điện thoại", "applicant": {"phone": "0912345678"}}
    tag = centre.get(f"/dossiers/{code}").headers["etag"]
    call("correct_dossier", corrected, code=code, **{"If-Match": tag})
    call("show_corrections", code=code)
    call("show_dossier", code=code)
    call("list_dossiers", q="0912345678", overdue=False, limit=1)
    call("search_dossiers", {"q": "Trần Văn Bình", "limit": 1})
    call("track_dossier", {"code": code, "phone_last4": "5678"}, role="")
    return code, number


A_DOSSIER = {
    "procedure": "GPLX-01",
    "applicant": {
        "name": "Nguyễn Thị Hoa",
        "phone": "0912345678",
        "email": "hoa@example.vn",
        "id_number": "022190001234",
        "address": "12 Trần Phú",
        "ward": "Phường Uông Bí",
        "province": "Quảng Ninh",
    },
    "office": "H49.12",
    "return_by_post": True,
    "channel": "postal",
    "applicant_kind": "citizen",
    "papers_count": 3,
    "sets_count": 1,
    "fee_vnd": 135_000,
    "note": "Thiếu một ảnh 3x4.",
}


def _on_the_way(call: Recorder, centre: Centre, number: str) -> None:
    centre.clock.pass_(hours=3)
    _webhook(call, centre, number)
    centre.clock.pass_(days=1)
    where = {"place": "Bưu cục Hạ Long", "note": "Cửa khóa", "reason": "nobody_home"}
    failed = centre.an_event(number, "delivery_failed", **where)
    tomorrow = f"{centre.clock() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    to_come = {**centre.an_event(number, "delivered"), "happened_at": tomorrow}
    call("report_events", {"events": [failed, to_come]}, role="courier")
    centre.clock.pass_(hours=2)


def _webhook(call: Recorder, centre: Centre, number: str) -> None:
    scan = ("s-1", "NHAN_GUI", {"place": "Bưu cục Uông Bí"})
    body = a_body(number, scan, at=centre.clock())
    answer = centre.hook(body)
    address = {"carrier": "rehearsal", "secret": "the-secret-of-this-address"}
    call.note("receive_message", json.loads(body), answer, address)
    tried = centre.client.head(f"/hooks/rehearsal/{HOOK_SECRET}")
    call.note("try_hook_address", None, tried, address)


def _paper(call: Recorder, code: str, number: str) -> None:
    call("draw_labels", {"parcels": [number], "media": "a4-24", "format": "pdf", "skip": 3})
    call("print_receipt", code=code, paper="a5")
    call("print_letter", code=code, form="supplement", paper="a4")
    call("print_control_slip", code=code, paper="a4")
    call("print_evaluation", code=code, paper="a5")
    call("print_register", office="H49.12", year=2026, book=1)
    call("print_contents", tracking_number=number)
    call("print_envelope", tracking_number=number, size="dl")
    with machine() as zebra:
        printer = {"name": "Zebra quầy 1", "office": "H49.12", "kind": "zpl_tcp"}
        paper = {"media": "100x150", "dpi": 203, "offset_x": 0.5, "offset_y": -1.0}
        asked = printer | {"address": zebra.address} | paper
        call("add_printer", asked, role="admin", **once("d"))
        call("list_printers", role="admin")
        serials = {"first_serial": 30_000_000, "last_serial": 30_000_999}
        allotted = {"carrier": "vnpost", "indicator": "EE", **serials}
        call("add_number_range", allotted, role="admin", **once("n"))
        call("list_number_ranges", role="admin")
        portal = {"name": "Cổng dịch vụ công tỉnh", "role": "integration", "office": "H49.12"}
        ends = {"scopes": ["registration"], "expires_at": "2027-11-27T00:00:00+07:00"}
        made = call("make_key", portal | ends, role="admin", **once("k"))
        listed = call("list_keys", role="admin")
        del listed["items"][1:]  # those of the centre itself are older, and of one moment
        call("revoke_key", key_id=made["id"], role="admin")
        call("print_labels", {"printer": printer["name"], "dossiers": [code], "again": True})
    call("note_what_came_out", {"codes": [code]})
    call("remove_printer", name=printer["name"], role="admin")


def _telephone(call: Recorder, centre: Centre) -> None:
    courier: Any = {"username": "tuan", "name": "Phạm Anh Tuấn", "role": Role.COURIER}
    courier |= {"office_id": centre.lan.office_id, "password": None, "now": centre.clock()}
    centre.database.write_now(lambda s: access.add_staff(s, **courier))
    telephone = {"name": "Máy Samsung màu xanh", "staff": "tuan", "carrier": "rehearsal"}
    call("enrol_courier_device", telephone, **once("4"))


def _messages(call: Recorder, centre: Centre) -> None:
    centre.hook(b'{"scans": "none"}')
    scan = ("s-2", "DI_PHAT", {"place": "Bưu cục Hạ Long"})
    centre.hook(a_body("EB123456785VN", scan, at=centre.clock()))
    call("list_messages", state="unread", carrier="rehearsal")
    [unclaimed] = centre.get("/messages?state=unclaimed").json()["items"]
    call("show_message", id=unclaimed["id"])
    call("read_message_again", id=unclaimed["id"])
    call("read_messages_again", {"state": "unread", "carrier": "rehearsal"})
    call("list_carriers")


def _what_managers_ask(call: Recorder, centre: Centre) -> None:
    call("show_to_forward", role="manager")
    number = centre.a_parcel("H49.12-261123-0001")
    made = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    centre.post(f"/handovers/{made['number']}/sign", {"signed_by": "Phạm Anh Tuấn"})
    month = f"{centre.clock():%Y-%m}"
    call("show_punctuality", month=month, role="manager")
    call("show_satisfaction", month=month, by="office", role="manager")
    call("show_promises", month=month, role="manager")
    call("show_found_by_poll", month=month, role="manager")
    centre.clock.pass_(days=5)
    call("show_nearly_late", role="manager")
    centre.clock.pass_(days=7)
    call("show_locations", role="manager")
    call("show_overdue", office="H49.12", role="manager")
    call("show_unaccepted", role="manager")
    call("show_silent", role="manager", limit=50)
    failed = {"reason": "nobody_home", "place": "Bưu cục Hạ Long"}
    centre.tell(centre.an_event(number, "delivery_failed", **failed))
    call("show_follow_ups", kind="failed-delivery", role="manager")
    call("show_worklist", kind="failed_delivery", limit=1)
    call(
        "work_on",
        {"act": "note", "note": "Đã gọi, hẹn phát lại chiều nay"},
        item=f"failed_delivery:{number}",
    )


def _official(call: Recorder) -> None:
    period = {"from": "2026-11-23", "to": "2026-12-31"}
    call("show_ii06a", **period, by="authority", role="manager")
    call("show_dossiers_of_ii06a", **period, by="authority", key="total", role="manager")
    call("show_summary", **period, by="authority", role="manager")
    call("show_p766", **period, role="manager")
    call("show_inspection", **period, part="work", role="manager")
    call("show_catalogue", role="manager")
    for operation in ("list_offices", "list_authorities", "list_procedures"):
        call(operation, limit=2)
    _catalogue(call)
    _days(call)


def _catalogue(call: Recorder) -> None:
    ward = {"code": "H49.12.02", "parent_code": "H49.12", "name_vi": "Bộ phận Vàng Danh"}
    ward |= {"name_en": "Vang Danh desk"}
    call("add_office", ward, role="admin", **once("c1"))
    call(
        "change_office",
        {"phone": "02033812345", "name_vi": "Bộ phận Vàng Danh", "parent_code": "H49.12"},
        code=ward["code"],
        role="admin",
    )
    tax = {"code": "THUE-UB", "name_vi": "Thuế cơ sở Uông Bí", "group": "tax"}
    tax |= {"name_en": "Tax office"}
    call("add_authority", tax, role="admin", **once("c2"))
    call(
        "change_authority",
        {"name_en": "Uong Bi Tax Office", "name_vi": tax["name_vi"]},
        code=tax["code"],
        role="admin",
    )
    asked = {"code": "1.008603", "name_vi": "Khai lệ phí trước bạ nhà, đất"}
    asked |= {"authority": tax["code"], "limit": "5 ngày làm việc", "name_en": "Registration fee"}
    call("add_procedure", asked, role="admin", **once("c3"))
    call(
        "change_procedure",
        {"limit": "3 ngày làm việc", "name_vi": asked["name_vi"]},
        code=asked["code"],
        role="admin",
    )


def _days(call: Recorder) -> None:
    storm = {"date": "2026-12-21", "working": False, "reason": "Nghỉ tránh bão số 14"}
    storm |= {"source": "125/CĐ-UBND"}
    call("tell_day", storm, role="admin", **once("h"))
    call("list_holidays", year=2026, role="admin")
    call("take_day_back", day="2026-12-21", role="admin")


def _log(call: Recorder, centre: Centre) -> None:
    centre.house.sequencer("one").append_now()
    for operation in ("show_checkpoint", "show_log_key"):
        call(operation, role="")
    call("prove_inclusion", entry=1, role="")
    call("prove_consistency", role="", **{"from": 3, "to": 5})
    call("list_log_entries", role="admin", **{"from": 0, "to": 2})
    call("list_national_dossiers", cursor="", role="admin")
    call("list_national_progress", cursor="", role="admin")
    centre.database.write_now(partial(relay, now=centre.clock()))
    call("list_changes", limit=3, role="manager")


def _feedback(call: Recorder, centre: Centre, code: str) -> None:
    asked = {"kind": "question", "category": "delay", "text": "Bao giờ có kết quả?"}
    proof = {"code": code, "phone_last4": "5678"}
    number = call("open_feedback", {**asked, **proof}, role="", **once("f"))["number"]
    call("act_on_feedback", {"act": "answer", "text": "Chiều thứ Sáu."}, number=number)
    call("list_feedback", state="answered")
    call("show_feedback", number=number)
    call("show_feedback_figures", month=f"{centre.clock():%Y-%m}")
    of_round = {"round_code": surveyed(centre)}
    call("show_survey", **of_round)
    call("print_sheets", **of_round, first=1)


def _webhooks(call: Recorder, centre: Centre) -> None:
    portal = {"url": "https://portal.example.vn/dossiers", "types": ["dossier.stage_changed"]}
    call("make_webhook", portal, role="admin", **once("e"))
    hook: Any = {"webhook_id": 1, "role": "admin"}
    centre.database.write_now(partial(relay, now=centre.clock()))
    call("test_webhook", **hook)
    call("list_webhooks", role="admin")
    call("show_webhook", **hook)
    call("list_deliveries", **hook)
    call("redeliver", delivery=1, **hook)
    call("replay_webhook", {"since": centre.clock().isoformat()}, **hook)
    call("change_webhook", {"active": False}, **hook)
    call("delete_webhook", **hook)


def _notices(call: Recorder, centre: Centre, code: str) -> None:
    """One SMS was taken by its gateway; the citizen asks for another."""
    gateway = SmsSettings(url="https://sms.example.vn", report_secret=SecretStr(HOOK_SECRET))
    centre.settings.notices = NoticeSettings(sms=gateway)
    at = centre.clock()

    def tell(session: Session) -> None:
        dossier = session.exec(select(Dossier.id).where(Dossier.code == code)).one()
        what: Any = {"event": "delivered", "state": "sent", "channel": "sms"}
        notice = Notice(dossier_id=dossier, happened_at=at, created_at=at, **what)
        session.add(notice)
        session.flush()
        made: Any = {"round": 1, "channel": "sms", "reference": "ntc1", "state": "sent"}
        session.add(NoticeAttempt(notice_id=notice.id, begun_at=at, ended_at=at, **made))

    centre.database.write_now(tell)
    told = {"id": "ntc1", "status": "delivered"}
    call("receive_notice_report", told, role="", channel="sms", secret=HOOK_SECRET)
    call("list_notices", code=code)
    call("send_notice_again", code=code, notice_id=1)
    call("choose_notices", {"channels": ["zalo", "sms"]}, code=code)
    call("show_notice_choice", code=code)


def _plain(told: dict[str, Any]) -> dict[str, Any]:
    """Return the same without what differs from run to run, and with short lists."""
    lookup_code = told["register_dossier"]["answers"]["201"]["lookup_code"]
    text = json.dumps(told, ensure_ascii=False)
    text = text.replace(lookup_code, "7K3M-Q2XW-9PTA8")
    text = re.sub(r"pt_\w{8}_\w{52}", f"pt_AB12CD34_{'7K3MQ2XW9PTA' * 4}0000", text)
    text = text.replace(told["make_key"]["answers"]["201"]["id"], "AB12CD34")
    text = re.sub(r"(?<=/enrol/)[\w-]{32}", "7KQM2X9PW4TRCABCDEFGHIJKLMNOPQR5", text)
    text = re.sub(r"whsec_[^\"]*", f"whsec_{'AbC4' * 10}AbC=", text)
    text = re.sub(r"key:\w{8}", "key:AB12CD34", text)
    text = re.sub(r"desk:[0-9a-f]{32}", f"desk:{'0a1b2c3d' * 4}", text)
    text = re.sub(r"postal-tracker/[0-9a-f]{16}", f"postal-tracker/{'5b0e8c1d' * 2}", text)
    text = re.sub(
        r"(5b0e8c1d\\n)\d+", r"\g<1>19", text
    )  # what was audited till then is a leaf, too
    text = re.sub(r"(?<=[\"n ])[A-Za-z0-9+/]{43}=", f"{'3vVdPzpS' * 5}abc=", text)
    text = re.sub(r"[A-Za-z0-9+/]{91}=", f"{'6dJ1kPq0' * 11}abc=", text)
    text = re.sub(r"\b\d+-[0-9a-f]{16}\b", "19-c0ffee00c0ffee00", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", "c0ffee00" * 8, text)
    text = re.sub(r"127\.0\.0\.1:\d+", "192.168.1.40:9100", text)
    plain: dict[str, Any] = _shortened(json.loads(text))
    return plain


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortened(one) for one in value[:OF_A_LIST]]
    if isinstance(value, dict):
        return {name: _shortened(inside) for name, inside in value.items()}
    return value


def main() -> None:
    """Write the examples down."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/postal.db"
        migrations.upgrade(make_engine(url))
        with Centre(url) as centre:
            told = recorded(centre)
    FILE.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
