"""One citizen goes through the whole house, and is then looked for wherever nobody may stand."""

import json
import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import LargeBinary, String, select

from postal_tracker.ledger.personal import BY_THEMSELVES, PERSONAL
from postal_tracker.storage.tables import metadata, table_of
from tests.centre import HOOK_SECRET, TOKEN
from tests.house.repository import ROOT
from tests.outgoing.conftest import Subscribed
from tests.outgoing.notices.conftest import Telling
from tests.outgoing.notices.gateways import gateway
from tests.outgoing.notices.mailing import mailing
from tests.outgoing.receiving import receiving
from tests.printing.machines import address_of_nobody

THE_CITIZEN = {
    "name": "Quách Zuýp Canaria",
    "phone": "0987 654 321",
    "email": "zuyp.canaria@example.vn",
    "id_number": "022190777333",
    "address": "77 ngõ Chim Hoàng Yến",
    "ward": "Phường Canaria",
    "province": "Tỉnh Canaria",
}
TABLES = ROOT / "docs/tables.md"
DAY = timedelta(days=1)
CANARIES = (
    *("zuyp", "Zuýp", "zuýp", "Canaria", "canaria", "987654321", "987 654 321", "4321"),
    *("022190777333", "Hoàng Yến", "hoang yen"),
)
MAY_HOLD_THEM = {
    *("applicant", "search_term", "correction", "recipient", "entry_note", "carrier_message"),
    *("feedback", "feedback_act"),
}


def canaries_in(text):
    """Find them; only the four digits may stand by chance inside a duration or an address."""
    alone = {"4321"} if re.search(r"(?<![0-9a-f.])4321(?![0-9a-f])", text) else set()
    return sorted(alone | {c for c in CANARIES if c != "4321" and c in text})


OF_STAFF = {
    *("handover", "handover_line", "handover_taking", "identity", "log_sealed"),
    *("office", "authority", "procedure", "printer", "staff_member", "api_key"),
}
NAME_NOBODY = {
    *("kind", "category", "channel", "state", "number", "what", "by", "to", "field", "lang"),
    *("channels", "carrier", "source", "digest", "problem"),
}
"""Columns of words of ours, codes and labels."""


def marked_personal():
    """Return the tables of docs/tables.md of which it says that people may stand in them."""
    rows = [line.split("|") for line in TABLES.read_text().splitlines() if line.startswith("| `")]
    return {name for _, tables, personal, *_ in rows if personal.strip() for name in named(tables)}


def named(text):
    return re.findall(r"`(\w+)`", text)


def test_every_column_that_may_name_people_is_erased_by_one_hand():
    """`ledger.personal` lists them: what is shown to whoever asks, and emptied."""
    listed = {table_of(one.model).name for one in PERSONAL}
    assert listed | set(BY_THEMSELVES) | OF_STAFF == marked_personal() | {"feedback_act"}

    for one in PERSONAL:
        texts = {
            column.name
            for column in table_of(one.model).columns
            if isinstance(getattr(column.type, "impl", column.type), String | LargeBinary)
        }
        assert texts - NAME_NOBODY == set(one.columns), one.model


def hook(number, at, status, **rest):
    scan = {"id": f"{number}{status}", "tracking_number": number, "status": status}
    return json.dumps({"scans": [scan | {"at": at.isoformat(), **rest}]}).encode()


def correct(centre, code, body):
    whole = {"reason": "bà Zuýp gọi từ 987654321", **body}
    path, any_version = f"/api/v1/dossiers/{code}", {"If-Match": "*"}
    return centre.call("PATCH", path, json=whole, headers=any_version)


def live(centre):
    """Let the citizen meet every door, and every door something that it must refuse."""
    body = {"procedure": "GPLX-01", "applicant": THE_CITIZEN, "note": "bà Zuýp hẹn 987654321"}
    key = {"Idempotency-Key": "one"}
    made = centre.post("/dossiers", body, headers=key).json()
    code = made["code"]
    centre.post("/dossiers", body, headers=key)
    centre.post("/dossiers", body | {"code": code})
    centre.post("/dossiers", body | {"procedure": "Quách Zuýp Canaria"})
    centre.post("/dossiers", body | {"Zuýp": "Canaria"})
    centre.call("POST", "/api/v1/dossiers", content=json.dumps(body).encode()[:-1])
    correct(centre, code, {"note": "Zuýp, ngõ Chim Hoàng Yến", "applicant": THE_CITIZEN})
    correct(centre, code, {"applicant": THE_CITIZEN | {"ward": "Canaria 2"}})
    correct(centre, code, {"applicant": {"phone": "987654321 Zuýp"}})
    parcel = {
        "carrier": "rehearsal",
        "direction": "to_citizen",
        "dossiers": [code],
        "recipient": {"name": THE_CITIZEN["name"], "phone": "0987654321", "address": "77 Canaria"},
    }
    number = centre.post("/parcels", parcel).json()["tracking_number"]
    centre.post("/parcels", parcel)
    centre.post("/labels", {"parcels": [number], "dossiers": [code]})
    listed = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    centre.post(f"/handovers/{listed['number']}/take", role="courier")
    centre.post(f"/handovers/{listed['number']}/sign", {"signed_by": "Tuấn"})
    on_paper_and_in_files(centre, code, number)
    centre.clock.pass_(hours=1)
    told = {"reason": "bà Zuýp đi vắng", "note": "gọi 987654321, 77 ngõ Chim Hoàng Yến"}
    centre.tell(centre.an_event(number, "delivery_failed", **told))
    centre.tell(centre.an_event("EE123456785VN", "delivery_failed", **told))
    centre.tell(centre.an_event(number, "accepted", note="Zuýp" * 1000))
    centre.hook(hook(number, centre.clock(), "NHAN_GUI", receiver=THE_CITIZEN))
    centre.hook(b'{"scans": [{"receiver": "Zu\xc3\xbdp"}]}')
    centre.hook(b'{"scans": [{"receiver": "Zu\xff', token=TOKEN[:-2])
    centre.post("/scans", {"code": "Quách Zuýp Canaria 022190777333"})
    centre.post(f"/dossiers/{code}/acts", {"act": "received_back", "note": "bà Zuýp từ chối"})
    proof = {"code": made["lookup_code"], "phone_last4": "4321"}
    said = {"kind": "not_received", "text": "bà Zuýp, 77 ngõ Chim Hoàng Yến, gọi 987654321"}
    asked = centre.post("/feedback", {**proof, **said}, role="").json()["number"]
    told = {"act": "answer", "text": "Kính gửi bà Zuýp Canaria"}
    centre.post(f"/feedback/{asked}/acts", told)
    shown = [centre.post("/track", p, role="").text for p in (proof, proof | {"code": "Zuýp"})]
    centre.post("/dossiers/Zuýp/acts", {"act": "cancelled", "note": "Zuýp Canaria"})
    return code, shown


def on_paper_and_in_files(centre, code, number):
    """Let the citizen's name come onto paper, into files, searches and addresses."""
    centre.post(f"/dossiers/{code}/receipt.pdf")
    for path in (f"/parcels/{number}/envelope.pdf", "/reports/overdue?format=csv", "/audit"):
        centre.get(path, role="manager")
        centre.get(path)
    centre.get("/dossiers", params={"q": "Quách Zuýp Canaria"})
    centre.get("/dossiers/Zuýp%20Canaria")
    centre.get("/audit", role="admin", params={"dossier": "Zuýp", "who": "Canaria"})
    printer = {"name": "Zebra", "office": "H49.12", "kind": "zpl_tcp", "media": "100x150"}
    centre.post("/printers", printer | {"address": address_of_nobody()}, role="admin")
    centre.post("/prints", {"dossiers": [code], "printer": "Zebra"})
    for form in ("Zuýp", "Canaria"):
        centre.client.post("/", data={"code": form, "phone_last4": "4321"})
        centre.client.post("/desk/sign-in", data={"username": form, "password": form})


def logged(caplog):
    """Return all that was logged, but for the test's own client, which tells what it asks."""
    lines = caplog.text.splitlines()
    return "\n".join(line for line in lines if "HTTP Request: GET http://testserver/" not in line)


def every_cell(centre):
    """Return the text of every row in tables where nobody may be named."""

    def read(session):
        connection = session.connection()
        return {
            table.name: "\n".join(str(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name not in MAY_HOLD_THEM
        }

    return centre.database.read_now(read)


def test_a_citizen_leaves_no_trace_where_nobody_may_stand(any_centre, caplog):
    caplog.set_level(logging.DEBUG)
    code, shown = live(any_centre)

    for table, text in every_cell(any_centre).items():
        assert canaries_in(text) == [], table
    assert canaries_in(logged(caplog)) == []
    assert canaries_in(any_centre.client.get("/metrics").text) == []
    assert [canaries_in(text) for text in shown] == [[], []]
    assert HOOK_SECRET not in caplog.text.replace(f"/hooks/rehearsal/{HOOK_SECRET}", "")
    assert any_centre.differences() == []
    assert any_centre.stage(code) == "returned"


def test_a_citizen_who_is_told_leaves_no_trace_but_the_address_on_the_envelope(any_centre, caplog):
    """By each channel; a portal that hears of the same changes learns no more."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the mail server's own: not ours
    with mailing() as mail, gateway() as sms, gateway() as zalo, receiving() as receiver:
        portal, telling = Subscribed(any_centre, receiver), Telling(any_centre, mail, sms, zalo)
        for channel in ("email", "sms", "zalo"):
            telling.by(channel)
            body = {"procedure": "GPLX-01", "applicant": THE_CITIZEN}
            code = any_centre.post("/dossiers", body).json()["code"]
            telling.work()
            until = (any_centre.clock() + 20 * DAY).isoformat()
            told = {"reason": "Chờ xác minh", "new_due_at": until, "signed_by": "Bình"}
            any_centre.post(f"/dossiers/{code}/acts", {"act": "extend", **told})
            telling.work()
            portal.work()
        bodies = [f"{one['subject']}\n{one.get_content()}" for one in mail.taken]
        messages = [{**one, "to": "", "phone": ""} for one in (*sms.taken, *zalo.taken)]

    assert (len(bodies), len(messages)) == (2, 4)
    assert len(receiver.taken) == 3
    feed = any_centre.get("/changes", role="manager").text
    for text in (*bodies, str(messages), str(receiver.calls), feed, logged(caplog)):
        assert canaries_in(text) == []
    for table, text in every_cell(any_centre).items():
        assert canaries_in(text) == [], table


def test_the_canaries_do_sing_where_they_may(centre):
    """A guard for the test above: what it looks for was there to be found."""
    code, _ = live(centre)
    staff = centre.get(f"/dossiers/{code}").text

    assert {"Zuýp", "Canaria", "987654321", "022190777333"} <= set(canaries_in(staff))


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO])
def test_not_even_an_operator_who_reads_sql_reads_names(sqlite_url, caplog, level):
    from tests.centre import Centre

    caplog.set_level(level, logger="sqlalchemy")
    with Centre(sqlite_url) as centre:
        live(centre)

    assert "FROM applicant" in caplog.text or "JOIN applicant" in caplog.text
    assert canaries_in(logged(caplog)) == []


def test_a_fault_in_the_middle_of_writing_names_nobody(any_centre, caplog, monkeypatch):
    from postal_tracker.desks import registration

    caplog.set_level(logging.DEBUG)
    taken = registration.codes.new_lookup_code(lambda n: b"\0" * n)
    monkeypatch.setattr(registration.codes, "new_lookup_code", lambda _random: taken)
    monkeypatch.setattr(registration, "taken", lambda _session, _codes: set())
    body = {"procedure": "GPLX-01", "applicant": THE_CITIZEN}
    answers = [any_centre.post("/dossiers", body) for _ in range(2)]

    assert [a.status_code for a in answers] == [201, 409]
    assert canaries_in(answers[1].text) == []
    assert canaries_in(caplog.text) == []
