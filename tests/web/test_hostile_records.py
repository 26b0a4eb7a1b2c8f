"""What is kept of hostile strings is shown everywhere as text, and told to no log.

Each string is written wherever the record takes it: a dossier's person and note, a recipient, who
signed, what couriers and carriers tell, a list from another system.
"""

import json
import logging

from tests.hostile import EACH, HARMLESS, OURS, strings_for
from tests.web.conftest import Served
from tests.web.furnishing import furnished
from tests.web.markup import markup

PERSON = ("name", "email", "id_number", "address", "ward", "province")
PLAIN = {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa", "phone": "0912345678"}}
TO_CITIZEN = {"carrier": "rehearsal", "direction": "to_citizen"}


def taken(centre, path, whole, *places):
    """Post a body with as many of its texts as are taken, one after the other left out."""
    while (answer := centre.post(path, whole)).status_code == 422:
        refused = {error["field"] for error in answer.json().get("errors", [])}
        dropped = [place for place in places if place in refused]
        if not dropped:
            return None
        for place in dropped:
            *way, last = place.split(".")
            inner = whole
            for step in way:
                inner = inner[step]
            inner.pop(last, None)
    assert answer.status_code == 201, answer.text
    return answer.json()


def lives_through(centre, text):
    """Let one dossier carry a string wherever it is taken; return the pages that show it."""
    person = dict.fromkeys(PERSON, text) | {"name": text}
    named = taken(
        centre,
        "/dossiers",
        PLAIN | {"applicant": person, "note": text},
        *(f"applicant.{name}" for name in PERSON if name != "name"),
        "note",
    )
    code = (named or taken(centre, "/dossiers", json.loads(json.dumps(PLAIN))))["code"]
    change = {"note": text, "reason": text}
    centre.call("PATCH", f"/api/v1/dossiers/{code}", json=change, headers={"If-Match": "*"})
    recipient = {"name": text, "address": text, "ward": text, "province": text}
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready", "note": text})
    sealed = TO_CITIZEN | {"dossiers": [code], "recipient": recipient | {"phone": "0912345678"}}
    made = centre.post("/parcels", sealed)
    if made.status_code != 201:
        plain = {"name": "Bà Hoa", "address": "12 Trần Phú"}
        made = centre.post("/parcels", sealed | {"recipient": plain})
    number = made.json()["tracking_number"]
    listed = centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}).json()
    centre.post(f"/handovers/{listed['number']}/sign", {"signed_by": text})
    failed = centre.an_event(number, "delivery_failed", place=text, note=text, reason=text)
    told = centre.post("/events", {"events": [failed, failed | {"id": text}]}, role="courier")
    assert told.status_code in (200, 422)
    scan = {"id": text, "tracking_number": number, "status": text, "at": text, "receiver": text}
    for change in ({}, {"at": centre.clock().isoformat(), "status": "ROI_BC", "office": text}):
        body = json.dumps({"scans": [scan | change]}).encode()
        assert centre.hook(body).status_code == 200
    return code, number, listed["number"]


def papers_of(number, listed):
    return [
        f"/parcels/{number}/envelope.pdf",
        f"/parcels/{number}/contents.pdf",
        f"/handovers/{listed}.pdf",
    ]


def pages_of(code, number, listed):
    return [
        f"/desk/dossiers/{code}",
        f"/desk/dossiers/{code}/correct",
        f"/desk/dossiers/{code}/cancel",
        f"/desk/dossiers/{code}/acts/extend",
        f"/desk/dossiers/{code}/feedback",
        f"/desk/parcels/{number}",
        f"/desk/handovers/{listed}",
    ]


LISTS = (
    *("/desk", "/desk/dossiers", "/desk/handovers", "/desk/dossiers/new"),
    *(f"/desk/messages?state={state}" for state in ("unread", "unclaimed", "conflicting")),
    *(f"/desk/reports/{name}" for name in ("overdue", "silent", "to-collect", "overview")),
)


@EACH
def test_a_hostile_string_is_shown_as_text_on_every_page_and_told_to_no_log(
    centre, visitor, every, share, caplog
):
    caplog.set_level(logging.DEBUG)
    addresses = furnished(Served(centre, "", 0))["lan"]
    lan, courier = visitor("lan"), visitor("tuan")
    known, faults = {("a", "rel")}, []  # the way to a list's next page, once there is one
    strings = strings_for(share, every) if every == 1 else OURS[:2]
    known |= seen(lan, addresses)
    for text in HARMLESS[:2]:
        code, number, listed = lives_through(centre, text)
        known |= seen(lan, [*LISTS, *pages_of(code, number, listed)])
        known |= seen(courier, [f"/courier/{number}"])
    for text in strings:
        code, number, listed = lives_through(centre, text)
        alien = seen(lan, pages_of(code, number, listed)) | seen(courier, [f"/courier/{number}"])
        alien -= known
        papers = [centre.get(paper).status_code for paper in papers_of(number, listed)]
        papers.append(centre.post(f"/dossiers/{code}/receipt.pdf").status_code)
        for form in ("supplement", "refusal", "control", "evaluation"):
            papers.append(centre.get(f"/dossiers/{code}/papers/{form}.pdf").status_code)
        if alien or not {*papers} <= {200, 409, 422}:
            faults.append((text, alien, papers))
    faults += seen(lan, LISTS) - known

    assert faults == []
    assert centre.differences() == []
    assert [text for text in strings if is_telling(text) and text in caplog.text] == []


def is_telling(text):
    return len(text) > 12 and "/" not in text


def seen(visitor, addresses):
    found = set()
    for address in addresses:
        answer = visitor.opens(address)
        assert answer.status_code < 400, (address, answer.status_code)
        found |= markup(answer.text)
    return found
