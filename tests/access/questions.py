"""How each route is asked about one office's files: so that only the right to it can be lacking.

What would change anything is asked in a way that is refused for another reason afterwards (at this
stage it cannot be done, such a time is to come): a row may be asked by many, one after the other.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from tests.access.offices import A_KEY, CARRIER, OTHER_CARRIER, Files

Question = tuple[str, dict[str, Any]]
"""An address, and what goes with it: `json`, `data` (a form) or `headers`."""

Ask = Callable[[Files], Question]


def at(address: str, **rest: Any) -> Ask:
    """Return the question at an address that names a file of the office: `{dossier}`."""
    return lambda files: (quote(_filled(address, files)), _all_filled(rest, files))


def _filled(text: str, files: Files) -> str:
    for name in Files.__dataclass_fields__:
        text = text.replace(f"{{{name}}}", str(getattr(files, name)))
    return text


def _all_filled(value: Any, files: Files) -> Any:
    if isinstance(value, str):
        return _filled(value, files)
    if isinstance(value, dict):
        return {k: _all_filled(v, files) for k, v in value.items()}
    return [_all_filled(v, files) for v in value] if isinstance(value, list) else value


API = "/api/v1"
LONG_AGO = "2020-01-01T08:00"

_TOLD = iter(range(1_000_000))


def _event(files: Files) -> Question:
    event = {
        "id": f"m{next(_TOLD)}",
        "tracking_number": files.failed,
        "milestone": "in_transit",
        "happened_at": "2026-11-25T08:00:00+07:00",
    }
    return f"{API}/events", {"json": {"events": [event]}}


def _reported(files: Files) -> Question:
    told = {"milestone": "in_transit", "happened_at": "2026-11-25T08:00"}
    return quote(f"/courier/{files.failed}"), {"data": {**told, "form_id": f"f{next(_TOLD)}"}}


_OFFICE = {"code": "H49.12", "name_vi": "Đã có"}
_AUTHORITY = {"code": "PC08", "name_vi": "Đã có"}
_PROCEDURE = {"code": "GPLX-01", "name_vi": "Đã có", "authority": "PC08", "limit": "5"}
_WEBHOOK = {"url": "https://portal.example.vn/", "types": ["dossier.stage_changed"]}
_ASKED = {"kind": "question", "text": "Bao giờ có kết quả?"}
_LONG_OVER = {"date": "2020-01-01", "reason": "Đã qua"}
_SEALED = {"direction": "to_authority", "dossiers": ["{sealed}"]}
_DOSSIER_FORM = {"procedure": "NONE", "applicant": {"name": "Ông Ba"}, "office": "{office}"}
_PRINTER = {"name": "{printer}", "office": "{office}", "kind": "browser"}
_RANGE = {
    "carrier": CARRIER,
    "indicator": "EB",
    "first_serial": 10_000_000,
    "last_serial": 10_000_999,
}
_FIRST_LEAF = {"from": "0", "to": "1"}
_RECEIVE = {"act": "received_back", "note": "x"}
_PAGE_PARCEL = {"carrier": CARRIER, "direction": "to_authority", "dossiers": "{sealed}"}

QUESTIONS: dict[tuple[str, str, str], Ask] = {
    ("POST", f"{API}/dossiers", "office"): at(f"{API}/dossiers", json=_DOSSIER_FORM),
    ("PATCH", f"{API}/dossiers/{{code}}", "dossier"): at(
        f"{API}/dossiers/{{dossier}}", json={"reason": "x"}, headers={"if-match": "*"}
    ),
    ("POST", f"{API}/dossiers/{{code}}/acts", "dossier"): at(
        f"{API}/dossiers/{{dossier}}/acts", json=_RECEIVE
    ),
    ("PUT", f"{API}/dossiers/{{code}}/notice-choice", "dossier"): at(
        f"{API}/dossiers/{{dossier}}/notice-choice", json={}
    ),
    ("POST", f"{API}/parcels", "dossier"): at(
        f"{API}/parcels", json={**_SEALED, "carrier": CARRIER}
    ),
    ("POST", f"{API}/parcels", "carrier"): at(
        f"{API}/parcels", json={**_SEALED, "carrier": OTHER_CARRIER}
    ),
    ("POST", f"{API}/handovers", "parcel"): at(
        f"{API}/handovers", json={"carrier": CARRIER, "parcels": ["{listed}"]}
    ),
    ("POST", f"{API}/handovers/brought", "parcel"): at(
        f"{API}/handovers/brought", json={"parcels": ["NOBODYS1234"]}
    ),
    ("POST", f"{API}/handovers/{{number}}/sign", "handover"): at(
        f"{API}/handovers/{{handover}}/sign",
        json={"signed_by": "Tuấn", "at": f"{LONG_AGO}:00+07:00"},
    ),
    ("POST", f"{API}/labels", "parcel"): at(
        f"{API}/labels", json={"parcels": ["{parcel}"], "media": "none"}
    ),
    ("POST", f"{API}/labels", "dossier"): at(
        f"{API}/labels", json={"dossiers": ["{dossier}"], "media": "none"}
    ),
    ("POST", f"{API}/prints", "parcel"): at(
        f"{API}/prints", json={"parcels": ["{parcel}"], "printer": "Máy in own"}
    ),
    ("POST", f"{API}/prints", "handover"): at(
        f"{API}/prints", json={"handover": "{handover}", "printer": "Máy in own"}
    ),
    ("POST", f"{API}/prints", "printer"): at(f"{API}/prints", json={"printer": "{printer}"}),
    ("POST", f"{API}/prints/came-out", "parcel"): at(
        f"{API}/prints/came-out", json={"codes": ["{listed}"]}
    ),
    ("POST", f"{API}/printers", "office"): at(f"{API}/printers", json=_PRINTER),
    ("POST", f"{API}/scans", "dossier"): at(f"{API}/scans", json={"code": "{dossier}"}),
    ("POST", f"{API}/scans", "parcel"): at(f"{API}/scans", json={"code": "{parcel}"}),
    ("POST", f"{API}/scans", "handover"): at(f"{API}/scans", json={"code": "{handover}"}),
    ("POST", f"{API}/events", "parcel"): _event,
    **{
        ("POST", f"{way}/worklist/{{item}}", of): at(
            f"{way}/worklist/{kind}:{{{of}}}", **{how: {"act": "snooze"}}
        )
        for way, how in ((API, "json"), ("/desk", "data"))
        for of, kind in (
            ("dossier", "to_seal"),
            ("parcel", "silent"),
            ("handover", "unsigned_list"),
        )
    },
    ("POST", f"{API}/keys", "-"): at(f"{API}/keys", json={"role": "desk", "name": "x"}),
    **{
        ("POST", f"{API}/feedback", of): at(f"{API}/feedback", json={**_ASKED, "code": code})
        for of, code in (("dossier", "{dossier}"), ("parcel", "{failed}"))
    },
    ("POST", f"{API}/feedback/{{number}}/acts", "feedback"): at(
        f"{API}/feedback/{{feedback}}/acts", json={"act": "close"}
    ),
    ("POST", "/desk/dossiers/{code}/feedback", "dossier"): at(
        "/desk/dossiers/{dossier}/feedback", data=_ASKED
    ),
    ("POST", "/desk/surveys", "office"): at(
        "/desk/surveys", data={"office": "{office}", "population": "100"}
    ),
    ("POST", f"{API}/webhooks", "office"): at(
        f"{API}/webhooks", json={**_WEBHOOK, "office": "{office}"}
    ),
    ("POST", f"{API}/webhooks/{{webhook_id}}/replay", "webhook"): at(
        f"{API}/webhooks/{{webhook}}/replay", json={"since": f"{LONG_AGO}:00+07:00"}
    ),
    ("PATCH", f"{API}/webhooks/{{webhook_id}}", "webhook"): at(
        f"{API}/webhooks/{{webhook}}", json={}
    ),
    ("DELETE", f"{API}/webhooks/{{webhook_id}}", "spare_webhook"): at(
        f"{API}/webhooks/{{spare_webhook}}"
    ),
    ("POST", f"{API}/courier/devices", "device"): at(
        f"{API}/courier/devices", json={"name": "", "staff": "{courier}", "carrier": CARRIER}
    ),
    ("POST", "/desk/courier-devices/{id_}/revoke", "device"): at(
        "/desk/courier-devices/{device}/revoke", data={}
    ),
    ("POST", f"{API}/number-ranges", "-"): at(f"{API}/number-ranges", json=_RANGE),
    ("POST", "/desk/scan", "dossier"): at("/desk/scan", data={"code": "{dossier}"}),
    ("POST", "/desk/scan", "parcel"): at("/desk/scan", data={"code": "{parcel}"}),
    ("POST", "/desk/scan", "handover"): at("/desk/scan", data={"code": "{handover}"}),
    ("POST", "/desk/dossiers/new", "office"): at(
        "/desk/dossiers/new",
        data={"procedure": "NONE", "office": "{office}", "applicant.name": "Ông Ba"},
    ),
    ("POST", "/desk/dossiers/{code}/acts", "dossier"): at(
        "/desk/dossiers/{dossier}/acts", data=_RECEIVE
    ),
    ("POST", "/desk/dossiers/{code}/correct", "dossier"): at(
        "/desk/dossiers/{dossier}/correct", data={"reason": "x", "note": "y", "version": "1"}
    ),
    ("POST", "/desk/parcels/new", "dossier"): at("/desk/parcels/new", data=_PAGE_PARCEL),
    ("POST", "/desk/prints", "parcel"): at(
        "/desk/prints", data={"parcels": "{parcel}", "printer": "Máy in own"}
    ),
    ("POST", "/desk/prints/came-out", "parcel"): at(
        "/desk/prints/came-out", data={"codes": "{listed}"}
    ),
    ("POST", "/desk/labels", "parcel"): at(
        "/desk/labels", data={"parcels": "{parcel}", "media": "none"}
    ),
    ("POST", "/desk/handovers", "parcel"): at(
        "/desk/handovers", data={"carrier": CARRIER, "parcels": "{listed}"}
    ),
    ("POST", "/desk/handovers/{number}/sign", "handover"): at(
        "/desk/handovers/{handover}/sign", data={"signed_by": "Tuấn", "at": LONG_AGO}
    ),
    ("POST", "/desk/printers/{id_}/offset", "printer"): at(
        "/desk/printers/{printer_id}/offset", data={"offset_x": "0", "offset_y": "0"}
    ),
    ("POST", "/desk/station/{mode}", "parcel"): at(
        "/desk/station/lookup", data={"lines": "{parcel}"}
    ),
    ("POST", "/desk/station/undo", "-"): at(
        "/desk/station/undo", data={"mode": "receive", "entries": "{entry}"}
    ),
    ("GET", "/desk/handovers/list.{kind}", "lists"): at("/desk/handovers/list.csv"),
    ("GET", "/desk/dossiers/list.{kind}", "list"): at("/desk/dossiers/list.csv"),
    ("GET", "/desk/worklist/list.{kind}", "list"): at("/desk/worklist/list.csv"),
    ("GET", "/desk/reports/{name}", "list"): at("/desk/reports/overdue"),
    ("GET", "/desk/help/{name}", "-"): at("/desk/help/seal"),
    ("GET", "/desk/reports/overview/behind", "list"): at(
        "/desk/reports/overview/behind", params={"figure": "open"}
    ),
    ("GET", "/log/entries", "-"): at("/log/entries", params=_FIRST_LEAF),
    ("GET", f"{API}/log/entries", "-"): at(f"{API}/log/entries", params=_FIRST_LEAF),
    ("POST", f"{API}/offices", "-"): at(f"{API}/offices", json=_OFFICE),
    ("POST", f"{API}/authorities", "-"): at(f"{API}/authorities", json=_AUTHORITY),
    ("POST", f"{API}/procedures", "-"): at(f"{API}/procedures", json=_PROCEDURE),
    ("POST", f"{API}/holidays", "-"): at(f"{API}/holidays", json=_LONG_OVER),
    **{
        (method, "/desk/admin/catalogue/{list_}/one/{code}", "-"): at(
            "/desk/admin/catalogue/offices/one/{office}", **rest
        )
        for method, rest in (("GET", {}), ("POST", {"data": {"do": "change"}}))
    },
    **{
        ("PATCH", f"{API}/{table}/{{code}}", "-"): at(f"{API}/{table}/{code}", json={})
        for table, code in (
            ("offices", "{office}"),
            ("authorities", "PC08"),
            ("procedures", "GPLX-01"),
        )
    },
    ("GET", "/desk/imports/under-way/{id_}", "-"): at("/desk/imports/under-way/1"),
    ("GET", "/desk/lists/{name}.{kind}", "-"): at("/desk/lists/carriers.csv"),
    ("GET", "/desk/admin/lists/{name}.{kind}", "-"): at("/desk/admin/lists/people.csv"),
    ("GET", "/desk/admin/lists/{name}.{kind}", "printers"): at("/desk/admin/lists/printers.csv"),
    ("GET", "/desk/feedback/list.{kind}", "list"): at("/desk/feedback/list.csv"),
    ("GET", "/desk/denunciations/list.{kind}", "-"): at("/desk/denunciations/list.csv"),
    ("GET", "/desk/imports/list.{kind}", "-"): at("/desk/imports/list.csv"),
    ("GET", f"{API}/parcels", "parcels"): at(f"{API}/parcels"),
    ("GET", "/desk/parcels/list.{kind}", "parcels"): at("/desk/parcels/list.csv"),
    ("POST", "/desk/parcels/chosen", "parcel"): at(
        "/desk/parcels/chosen", data={"do": "handover", "parcels": "{listed}"}
    ),
    ("GET", "/desk/messages/list.{kind}", "-"): at("/desk/messages/list.csv"),
    ("POST", "/desk/imports/{id_}/undo", "-"): at("/desk/imports/1/undo", data={"reason": ""}),
    ("POST", "/courier/{tracking_number:path}", "parcel"): _reported,
    ("DELETE", f"{API}/printers/{{name:path}}", "printer"): at(f"{API}/printers/{{spare}}"),
}
"""Those of which the address alone does not say enough."""

_IN_PATH = {
    "{year}": "2026",
    "{book}": "1",
    "{form}": "refusal",
    "{word}": "extend",
    "{code}": "{dossier}",
    "{number}": "{handover}",
    "{number:path}": "{parcel}",
    "{tracking_number:path}": "{parcel}",
    "{name:path}": "{printer}",
    "{id_}": "{printer_id}",
    "{webhook_id}": "{webhook}",
    "{round_code}": "{survey}",
    "{delivery}": "{delivery}",
    "{notice_id}": "{notice}",
    "{channel}": "sms",
    "{staff_id}": "1",
    "{key_id}": A_KEY,
    "{list_}": "offices",
    "{day}": "2027-02-08",
    "{entry}": "{entry}",
    "{kind}": "failed-delivery",
    "{id:int}": "1",
    "{id}": "1",
    "{slug}": "no-such-dossier",
    "{token}": "x",
    "{carrier}": "rehearsal",
    "{mode}": "shelf",
    "{secret}": "wrong-secret-0123456789",
}


def question(row: dict[str, str], files: Files) -> Question:
    """Return how a row of the matrix is asked about an office's files."""
    method, path, of = row["method"], row["path"], row["of"]
    if ask := QUESTIONS.get((method, path, of)):
        return ask(files)
    address = path.replace("/messages/{number}", "/messages/1")
    address = address.replace("/feedback/{number}", "/feedback/{feedback}")
    for name, which in _IN_PATH.items():
        address = address.replace(name, which)
    rest = {"data": {}} if method == "POST" and "/api/" not in path else {}
    rest = {"json": {}} if method == "POST" and "/api/" in path else rest
    return quote(_filled(address, files)), dict(rest)
