"""Whoever sees a person's data, is refused or signs in is in the audit log."""

import json
import logging
import re
import time

from fastapi.routing import APIRoute
from sqlmodel import select

from postal_tracker import access
from postal_tracker.access import Role
from postal_tracker.spreadsheets import read_rows
from postal_tracker.storage.tables import Office, StaffMember
from postal_tracker.web.http import audited
from tests.centre import MONDAY, TOKEN
from tests.printing.machines import address_of_nobody, machine
from tests.web.conftest import PASSWORD, Visitor, employ

PERSON = {"name": "Bà Hoa Canaria", "phone": "0987654321", "address": "77 ngõ Chim Hoàng Yến"}
SHOWN = ("Canaria", "0987654321", "0987 654 321", "Chim Hoàng Yến")


def in_the_log(centre, headers, what, at_least):
    """Return what was written of one kind, once so much was: a refusal is not waited for."""
    until = time.monotonic() + 20
    while True:
        seen = centre.client.get(f"/api/v1/audit?what={what}", headers=headers).json()["items"]
        if len(seen) >= at_least or time.monotonic() > until:
            return seen
        time.sleep(0.05)


def log_of(centre, **wanted):
    return centre.get("/audit", role="admin", params=wanted).json()["items"]


def test_who_has_seen_my_file_is_answered_by_the_dossiers_code(any_centre):
    code, other = any_centre.a_dossier(), any_centre.a_dossier(name="Ông Ba", phone="0987000111")
    any_centre.get(f"/dossiers/{code}")
    any_centre.get("/dossiers?stage=with_office", role="manager")
    any_centre.get(f"/dossiers/{other}")

    seen = log_of(any_centre, dossier=code, what="read")
    assert [(e["detail"], e["fields"]) for e in seen] == [
        ("list by stage", ["name"]),
        ("", ["name", "phone", "address"]),
    ]
    assert {e["who"][:4] for e in seen} == {"key:"}
    assert seen[1]["door"] == "GET /api/v1/dossiers/{code}"
    assert log_of(any_centre, dossier=code.lower(), what="audit-read"), "reading it is written, too"


def furnished(centre):
    """Return what parts of addresses may stand for, in a centre that holds one person's data."""
    code = centre.a_dossier(**PERSON)
    number = centre.a_parcel(code, direction="to_citizen")
    listed = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    body = json.dumps({"scans": [{"item": "EE123456785VN", "receiver": PERSON["name"]}]})
    centre.hook(body.encode())
    change = {"reason": "gọi bà Hoa Canaria", "applicant": {"email": "canaria@example.vn"}}
    path = f"/api/v1/dossiers/{code}"
    assert centre.call("PATCH", path, json=change, headers={"If-Match": "*"}).status_code == 200
    return {
        **dict.fromkeys(("code",), code),
        **dict.fromkeys(("number", "tracking_number"), number),
        **{"list": listed["number"], "id": "1", "kind": "silent", "name": "overdue", "entry": "1"},
        **{"carrier": "rehearsal", "secret": "x" * 20, "token": "x", "slug": "sign-in-first"},
    }


def paths_got(app):
    """Return each address that can be got, as the routes declare it."""
    found = list(app.routes)
    while found:
        route = found.pop()
        if isinstance(route, APIRoute) and "GET" in route.methods:
            yield route.path
        found += getattr(getattr(route, "original_router", route), "routes", None) or []


def every_get(centre, parts):
    """Return every address that can be got, with something that is there in each of its parts."""

    def filled(path):
        here = {**parts, "number": parts["list"]} if "handovers" in path else parts
        here = {**here, "number": "1"} if "messages" in path else here
        return re.sub(r"{(\w+)(?::\w+)?}", lambda part: here.get(part[1], "1"), path)

    return {path: filled(path) for path in paths_got(centre.client.app)}


def signed_in(centre, username):
    employ(centre, username)
    visitor = Visitor(centre)
    assert visitor.signs_in(username).status_code == 303
    return visitor


def readings(caplog):
    return sum('"event": "read"' in line or '"exported"' in line for line in caplog.messages)


def test_no_address_shows_a_persons_data_without_an_entry(centre, caplog):
    caplog.set_level(logging.INFO, "postal_tracker.security")
    addresses = every_get(centre, furnished(centre))
    addresses["?csv"] = "/api/v1/reports/overdue?format=csv"
    addresses["?unread"] = "/api/v1/messages?state=unread"
    centre.clock.pass_(days=20)
    lan, showing, silent = signed_in(centre, "lan"), [], []
    for path, address in addresses.items():
        if path.endswith(".pdf"):  # drawn: the next test
            continue
        before = readings(caplog)
        answer = lan.opens(address)
        if any(word in answer.text for word in SHOWN):
            showing.append(path)
            silent += [path] if readings(caplog) == before else []

    assert silent == []
    assert len(showing) >= 12, showing


def test_papers_with_a_name_on_them_are_readings_too(centre):
    parts = furnished(centre)
    code, number = parts["code"], parts["number"]
    centre.post(f"/dossiers/{code}/receipt.pdf")
    for paper in ("envelope", "contents"):
        centre.get(f"/parcels/{number}/{paper}.pdf")
    centre.post("/labels", {"parcels": [number], "media": "a6", "format": "pdf"})

    seen = log_of(centre, dossier=code, what="read")
    assert [e["detail"] for e in seen][:4] == ["labels", "contents", "envelope", "receipt"]


def test_labels_that_come_out_of_a_printer_are_readings_too(centre):
    parts = furnished(centre)
    code, number = parts["code"], parts["number"]
    told = {"name": "Zebra", "office": "H49.12", "kind": "zpl_tcp", "media": "100x150"}
    with machine() as zebra:
        centre.post("/printers", told | {"address": zebra.address}, role="admin")
        for body in ({"dossiers": [code]}, {"parcels": [number]}):
            answer = centre.post("/prints", body | {"printer": "Zebra"})
            assert (answer.json()["printed"], answer.status_code) == (1, 200)
        lan = signed_in(centre, "lan")
        fields = {"dossiers": code, "printer": "Zebra", "again": "true"}
        assert lan.sends("/desk/prints", fields).status_code == 303

    seen = [e["door"] for e in log_of(centre, what="read") if e["detail"] == "labels"]
    assert seen == ["POST /desk/prints", "POST /api/v1/prints", "POST /api/v1/prints"]
    assert [e["detail"] for e in log_of(centre, dossier=code, what="read")][:2] == ["labels"] * 2


def test_a_printer_that_took_nothing_showed_nobody(centre):
    number = centre.a_parcel()
    told = {"name": "Zebra", "office": "H49.12", "kind": "zpl_tcp", "media": "100x150"}
    centre.post("/printers", told | {"address": address_of_nobody()}, role="admin")

    assert centre.post("/prints", {"parcels": [number], "printer": "Zebra"}).status_code == 503
    assert [e for e in log_of(centre, what="read") if e["detail"] == "labels"] == []


def test_what_is_changed_of_the_settings_is_written_without_the_names_people_gave(centre):
    told = {"name": "Máy in bà Hoa Canaria", "office": "H49.12", "kind": "browser"}
    numbers = {"carrier": "vnpost", "indicator": "EE", "first_serial": 1, "last_serial": 9}
    assert centre.post("/printers", told, role="admin").status_code == 201
    lan = signed_in(centre, "lan")
    assert lan.sends("/desk/printers/1/offset", {"offset_x": "1", "offset_y": "0"}).is_redirect
    gone = centre.call("DELETE", f"/api/v1/printers/{told['name']}", role="admin")
    assert gone.status_code == 204
    whole = whole_centres_admin(centre)
    path = "/api/v1/number-ranges"
    assert centre.client.post(path, json=numbers, headers=whole).status_code == 201

    written = log_of(centre, what="settings")
    assert [entry["detail"] for entry in written] == [
        "numbers EE 1 to 9 added",
        "printer removed",
        "printer 1 moved",
        "printer added",
    ]
    assert "Canaria" not in str(written)


def whole_centres_admin(centre):
    key = centre.database.write_now(
        lambda s: access.create_key(s, role=Role.ADMIN, name="x", office_id=None, now=MONDAY)
    )
    return {"authorization": f"Bearer {key}"}


def test_who_is_refused_the_audit_log_is_shown_no_way_to_it(centre):
    """A manager of a ward: who has the whole centre sees both the entry and the page."""
    minh, ward = signed_in(centre, "minh"), signed_in(centre, "quan")

    def bind(session):
        desk = session.exec(select(Office).where(Office.code == "H49.12.01")).one()
        quan = session.exec(select(StaffMember).where(StaffMember.username == "quan")).one()
        quan.office_id = desk.id

    centre.database.write_now(bind)
    for visitor, is_shown in ((minh, True), (ward, False)):
        assert ('href="/desk/audit"' in visitor.opens("/desk").text) == is_shown
        assert (visitor.opens("/desk/audit").status_code == 200) == is_shown


def test_signing_in_failing_and_being_locked_out_are_written_with_the_account(centre):
    employ(centre, "lan")
    visitor = Visitor(centre)
    for _ in range(6):
        visitor.signs_in("lan", "khong-phai-mat-khau")
    visitor.signs_in("mat-khau-go-nham-cho", "x")
    centre.clock.pass_(minutes=20)
    visitor.signs_in("lan")
    visitor.sends("/desk/sign-out")

    written = [(e["what"], e["who"]) for e in log_of(centre) if e["what"] != "audit-read"]
    assert written == [
        ("signed-out", "staff:1"),
        ("signed-in", "staff:1"),
        ("sign-in-failed", ""),
        ("locked-out", "staff:1"),
        *[("sign-in-failed", "staff:1")] * 5,
    ]
    assert "mat-khau-go-nham" not in str(written)


def test_a_password_that_is_changed_or_guessed_at_an_open_desk_is_written(centre, caplog):
    caplog.set_level(logging.INFO, "postal_tracker.security")
    employ(centre, "lan")
    visitor, new = Visitor(centre), "cau-thang-may-xanh-71"
    visitor.signs_in("lan")
    for old in ("doan-mo-mot-lan", PASSWORD):
        told = {"old_password": old, "password": new, "again": new}
        visitor.sends("/desk/password", told)
        visitor.sends("/desk/password", {**told, "again": "another"})

    written = [e for e in log_of(centre) if e["detail"] == "own password"]
    assert {e["who"] for e in written} == {"staff:1"}
    assert sorted(e["what"] for e in written) == ["account", "sign-in-failed"]
    assert all(f'"event": "{e["what"]}"' in caplog.text for e in written)


def test_what_an_administrator_sets_is_written_once(centre):
    printer = {"name": "Zebra", "office": "H49.12", "kind": "browser"}
    numbers = {"carrier": "vnpost", "indicator": "EE", "first_serial": 1, "last_serial": 100}
    for path, form in (("/printers", printer), ("/number-ranges", numbers)):
        for _ in range(2):
            key = {"Idempotency-Key": path}
            assert centre.post(path, form, role="admin", headers=key).status_code == 201
    centre.call("DELETE", "/api/v1/printers/Zebra", role="admin")

    assert [e["detail"] for e in log_of(centre, what="settings")] == [
        "printer removed",
        "numbers EE 1 to 100 added",
        "printer added",
    ]


def test_refusals_and_forged_messages_are_written_with_the_door_alone(centre):
    centre.get("/dossiers/H49.12-261123-0001", role="")
    centre.get("/audit", role="desk")
    centre.hook(b"{}", token=TOKEN[:-4])

    written = [(e["what"], e["detail"], e["door"]) for e in log_of(centre)][1:]
    assert [(what, detail) for what, detail, _ in written] == [
        ("forged-hook", "forged-message"),
        ("refused", "not-your-role"),
        ("refused", "sign-in-first"),
    ]
    doors = [door for _, _, door in written]
    assert doors[::2] == ["POST /hooks/{carrier}/{secret}", "GET /api/v1/dossiers/{code}"]


def test_a_refusal_that_a_page_shows_is_written_as_one_that_a_program_hears(centre):
    code = {"code": centre.a_dossier()}
    for guess in range(6):
        centre.client.post("/", data={**code, "phone_last4": f"000{guess}"})
    lan = signed_in(centre, "lan")
    taken = {"procedure": "GPLX-01", "office": "H49.13", "applicant.name": "Bà Hoa"}
    centre.database.write_now(lambda s: s.add(Office(code="H49.13", name_vi="Nơi khác")))
    assert lan.sends("/desk/dossiers/new", taken).status_code == 403

    headers = whole_centres_admin(centre)
    seen = in_the_log(centre, headers, "refused", at_least=2)
    written = [(e["who"], e["detail"], e["door"]) for e in seen]
    assert written == [
        ("staff:1", "another-office", "POST /desk/dossiers/new"),
        ("", "too-many-lookups", "POST /"),
    ]


def test_ten_thousand_forged_messages_leave_twenty_entries_and_a_sum(centre):
    for _ in range(100):
        centre.hook(b"{}", token=TOKEN[:-4])
    centre.clock.pass_(hours=1)
    centre.hook(b"{}", token=TOKEN[:-4])

    many = [e["many"] for e in log_of(centre, what="forged-hook")]
    assert many == [1, 80, *[1] * 20]


def test_the_log_is_for_managers_and_admins_alone(centre):
    answers = {role: centre.get("/audit", role=role).status_code for role in centre.keys}

    wanted = {"desk": 403, "courier": 403, "integration": 403, "manager": 200, "admin": 200}
    assert answers == wanted


def test_the_log_comes_page_by_page_and_as_a_spreadsheet(centre):
    code = centre.a_dossier()
    for _ in range(5):
        centre.get(f"/dossiers/{code}")
    first = centre.get("/audit?what=read&limit=3", role="admin").json()
    rest = centre.get(f"/audit?what=read&cursor={first['next_cursor']}", role="admin").json()
    file = centre.get("/audit?format=csv&what=read", role="admin")

    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 2, None)
    assert [(page["count"], page["is_more"]) for page in (first, rest)] == [(5, False)] * 2
    assert file.headers["content-type"].startswith("text/csv")
    assert file.text.count(code) == 5
    book = centre.get("/audit?format=xlsx&what=read", role="admin").content
    assert sum(code in str(row) for row in read_rows(book, "audit.xlsx")[1]) == 5


def test_a_file_of_several_pages_holds_each_entry_once_and_no_more_than_the_most(
    centre, monkeypatch
):
    monkeypatch.setattr(audited, "_A_PAGE", 3)
    code = centre.a_dossier()
    for _ in range(7):
        centre.get(f"/dossiers/{code}")
    file = centre.get("/audit?format=csv&what=read", role="admin").text
    monkeypatch.setattr(audited, "MOST_IN_A_FILE", 5)
    cut = centre.get("/audit?format=csv&what=read", role="admin").text
    moments = [line.split(",")[0] for line in file.splitlines()[1:]]

    assert len(moments) == 7
    assert moments == sorted(moments, reverse=True)
    assert cut.splitlines() == file.splitlines()[:6]


def test_the_security_log_tells_the_same_at_once_and_names_nobody(centre, caplog):
    caplog.set_level(logging.INFO, "postal_tracker.security")
    code = centre.a_dossier(**PERSON)
    centre.get(f"/dossiers/{code}")
    centre.get("/dossiers", params={"q": "Canaria"})

    lines = [json.loads(r.getMessage()) for r in caplog.records if "security" in r.name]
    assert [(line["event"], line["dossiers"]) for line in lines] == [("read", [code])] * 2
    assert not any(word in str(lines) for word in SHOWN)


def test_a_name_typed_for_a_dossiers_code_is_not_repeated_in_the_security_log(centre, caplog):
    caplog.set_level(logging.INFO, "postal_tracker.security")
    quan = signed_in(centre, "quan")
    for typed in ("Bà Hoa Canaria", "Canaria", "0987654321"):
        centre.get("/audit", role="admin", params={"dossier": typed})
        quan.opens(f"/desk/audit?dossier={typed}")

    assert caplog.text.count("audit-read") == 6
    assert not any(word.upper() in caplog.text.upper() for word in SHOWN)


def test_the_page_answers_who_has_seen_a_dossier(centre):
    code = centre.a_dossier(**PERSON)
    lan, minh = signed_in(centre, "lan"), signed_in(centre, "minh")
    lan.opens(f"/desk/dossiers/{code}")
    shown = minh.opens(f"/desk/audit?dossier={code}&from=2026-11-23&what=read").text
    none = minh.opens(f"/desk/audit?dossier={code}&to=2026-11-23").text

    assert "Lan <span" in shown
    assert f"/desk/dossiers/{code}" in shown
    assert "họ và tên, số điện thoại" in shown
    assert "Không có dòng nào." in none
    assert not any(word in shown for word in SHOWN)
    assert lan.opens("/desk/audit").status_code == 403
