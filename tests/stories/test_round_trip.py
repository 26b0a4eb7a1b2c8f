"""Whole lives of dossiers, from the desk and back to the citizen, through HTTP only."""

import io
import json
import random
import re
from contextlib import closing
from datetime import datetime, timedelta

import httpx
import pypdfium2
import zxingcpp

from postal_tracker.rehearsal.post import RehearsalSettings
from postal_tracker.rehearsal.service import running
from tests.centre import HOOK_SECRET, MONDAY, TOKEN, Centre
from tests.web.serving import serving

HOA = {
    "name": "Nguyễn Thị Hoa",
    "phone": "0912 345 678",
    "address": "12 Trần Phú",
    "ward": "Quang Trung",
    "province": "Quảng Ninh",
}
CENTRE = "Trung tâm Phục vụ hành chính công Uông Bí"


def ok(answer, status=200):
    assert answer.status_code == status, answer.text
    return answer


def scans_of(pdf):
    """Return what a scanner reads off each page of a file: kind of symbol and its text."""
    with closing(pypdfium2.PdfDocument(io.BytesIO(pdf))) as document:
        pages = [page.render(scale=203.2 / 72, grayscale=True).to_pil() for page in document]
    read = [code for page in pages for code in zxingcpp.read_barcodes(page)]
    return {(code.format.name, code.text) for code in read}


def a_label(centre, **about):
    answer = ok(centre.post("/labels", {"media": "a6", "format": "pdf", **about}))
    assert answer.headers["content-type"] == "application/pdf"
    return scans_of(answer.content)


def a_hook(number, *scans):
    """Return what the rehearsal carrier sends of these scans: id, status, time, post office."""
    told = [
        {"id": id_, "tracking_number": number, "status": status, "at": at.isoformat(), "office": o}
        for id_, status, at, o in scans
    ]
    return json.dumps({"scans": told}, ensure_ascii=False).encode()


def a_road(number, start, *, to, fails=False):
    """Return the messages of one way through the post, in the order in which things happened."""
    steps = [
        ("NHAN_GUI", 0, "Bưu cục Uông Bí"),
        ("ROI_BC", 3, "Bưu cục Uông Bí"),
        ("DEN_TTKT", 5, "Trung tâm khai thác Hạ Long"),
        ("DEN_BCP", 20, to),
        ("DI_PHAT", 22, to),
        *([("PHAT_KTC", 24, to), ("DI_PHAT", 40, to)] if fails else []),
        ("PHAT_TC", 44, to),
    ]
    return [
        a_hook(number, (f"{number}-{n}", status, start + timedelta(hours=hours), office))
        for n, (status, hours, office) in enumerate(steps)
    ]


def arrive(centre, messages, *, seed):
    """Let messages arrive late, some doubled, in any order."""
    chance = random.Random(seed)
    late = [*messages, *chance.sample(messages, 3)]
    chance.shuffle(late)
    for body in late:
        assert ok(centre.hook(body)).json() == {"ok": True}


def whats(dossier):
    return [entry["what"] for entry in dossier["timeline"]]


def sealed(centre, code, direction):
    body = {"carrier": "rehearsal", "direction": direction, "dossiers": [code]}
    return ok(centre.post("/parcels", body), 201).json()["tracking_number"]


def handed_over(centre, number):
    listed = ok(centre.post("/handovers", {"carrier": "rehearsal", "parcels": [number]}), 201)
    path = f"/handovers/{listed.json()['number']}"
    signed = ok(centre.post(f"{path}/sign", {"signed_by": "Tuấn"})).json()
    assert (signed["state"], signed["parcels"][0]["accepted"]) == ("signed", False)
    return path


OUT = ["accepted", "in_transit", "in_transit", "arrived_at_delivery_office", "out_for_delivery"]
TROUBLE = ["delivery_failed", "out_for_delivery"]


def to_the_authority(centre, code):
    """Send it with labels that a scanner reads; return the parcel and the receipt's link."""
    number = sealed(centre, code, "to_authority")
    assert ("Code128", number) in a_label(centre, parcels=[number])
    receipt = a_label(centre, dossiers=[code])
    assert ("Code128", code) in receipt
    [link] = [text for kind, text in receipt if kind.startswith("QR")]
    assert centre.post("/scans", {"code": link}).json()["code"] == code
    path = handed_over(centre, number)
    assert centre.stage(code) == "to_authority"

    start = centre.clock.pass_(hours=1)
    centre.clock.pass_(hours=60)
    arrive(centre, a_road(number, start, to="Bưu cục Hạ Long"), seed=1)
    there = centre.get(f"/dossiers/{code}").json()
    assert there["stage"] == "at_authority"
    assert there["location"] == {
        "holder": "authority",
        "name": "Phòng Cảnh sát giao thông",
        "place": "",
        "since": (start + timedelta(hours=44)).isoformat().replace("+00:00", "Z"),
    }
    assert centre.get(path).json()["parcels"][0]["accepted"] is True
    assert whats(there) == ["registered", "sealed", "announced", "handed_over", *OUT, "delivered"]
    return number, link


def back_to_the_office(centre, code):
    """The result comes, and the desk scans it before the post says that it delivered it."""
    centre.clock.pass_(days=2)
    ok(centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"}))
    centre.clock.pass_(hours=1)
    number = sealed(centre, code, "to_centre")
    assert centre.get(f"/dossiers/{code}").json()["location"]["holder"] == "authority"
    start = centre.clock.pass_(hours=1)
    centre.clock.pass_(hours=30)
    arrive(centre, a_road(number, start, to="Bưu cục Uông Bí")[:4], seed=2)
    assert centre.stage(code) == "to_centre"
    assert centre.post("/scans", {"code": number}).json()["acts"] == ["received_back"]
    done = ok(centre.post("/scans", {"code": number, "act": "received_back"})).json()
    assert done["done"] == "received_back"
    here = centre.get(f"/dossiers/{code}").json()
    assert (here["stage"], here["location"]["place"]) == ("at_centre", CENTRE)
    arrive(centre, a_road(number, start, to="Bưu cục Uông Bí")[:4], seed=3)
    assert centre.get(f"/dossiers/{code}").json()["location"] == here["location"]
    return number


def home_to_the_citizen(centre, code):
    """Nobody is at home at first; return the parcel and when it was delivered."""
    centre.clock.pass_(hours=1)
    number = sealed(centre, code, "to_citizen")
    handed_over(centre, number)
    start = centre.clock.pass_(hours=1)
    messages = a_road(number, start, to="Bưu cục Quang Trung", fails=True)
    centre.clock.pass_(hours=25)
    arrive(centre, messages[:6], seed=4)
    failed = centre.get(f"/dossiers/{code}").json()
    assert (failed["stage"], failed["flags"]) == ("to_citizen", ["delivery_failed"])
    centre.clock.pass_(hours=20)
    arrive(centre, messages, seed=5)
    arrive(centre, messages, seed=6)
    return number, start + timedelta(hours=44)


def assert_the_whole_is_told(whole, out, back, home):
    assert whats(whole) == [
        *["registered", "sealed", "announced", "handed_over", *OUT, "delivered"],
        *["result_ready", "sealed", "announced", *OUT[:-1], "delivered", "received_back"],
        *["sealed", "announced", "handed_over", *OUT, *TROUBLE, "delivered"],
    ]
    moments = [entry["happened_at"] for entry in whole["timeline"]]
    assert moments == sorted(moments)
    by_what = {(e["what"], e["parcel"]): e["source"] for e in whole["timeline"]}
    assert by_what["delivered", out] == by_what["accepted", home] == "signed"
    assert by_what["delivered", back] == by_what["handed_over", home] == "staff"
    told = {(e["parcel"], e["what"], e["happened_at"], e["place"]) for e in whole["timeline"]}
    assert len(told) == len(whole["timeline"])


def assert_the_citizen_sees_it(centre, lookup_code, link):
    proof = {"code": lookup_code, "phone_last4": "5678"}
    seen = ok(centre.post("/track", proof, role="")).json()
    assert (seen["stage"], seen["stage_text"]) == ("delivered", "Kết quả đã được phát.")
    assert [e["text"] for e in seen["timeline"]][-2:] == ["Đang đi phát", "Đã phát"]
    theirs = [e["text"] for e in seen["timeline"] if e["text"].startswith("Đã giao đến")]
    assert theirs == ["Đã giao đến cơ quan giải quyết", "Đã giao đến điểm tiếp nhận"]
    at_the_door = {"Đang đi phát", "Phát không thành công", "Đã phát"}
    assert all(e["place"] is None for e in seen["timeline"] if e["text"] in at_the_door)
    page = ok(centre.client.get(re.sub("^https?://[^/]+", "", link)))
    assert "Kết quả đã được phát." in page.text
    for text in (page.text, json.dumps(seen, ensure_ascii=False)):
        assert not any(secret in text for secret in ("Hoa", "345678", "345 678", "Trần Phú"))
    english = ok(centre.post("/track", proof, role="", headers={"Accept-Language": "en"})).json()
    assert english["stage_text"] == "The result has been delivered."


def test_a_dossier_goes_to_its_authority_and_back_and_home(any_centre):
    centre = any_centre
    body = {"procedure": "GPLX-01", "applicant": HOA, "return_by_post": True}
    made = ok(centre.post("/dossiers", body), 201).json()
    code = made["code"]
    assert (made["stage"], made["location"]["name"]) == ("with_office", CENTRE)

    out, link = to_the_authority(centre, code)
    back = back_to_the_office(centre, code)
    home, delivered_at = home_to_the_citizen(centre, code)

    whole = centre.get(f"/dossiers/{code}").json()
    assert (whole["stage"], whole["flags"]) == ("delivered", [])
    assert whole["location"]["holder"] == "citizen"
    assert datetime.fromisoformat(whole["location"]["since"]) == delivered_at
    assert [p["open"] for p in whole["parcels"]] == [False, False, False]
    assert_the_whole_is_told(whole, out, back, home)
    assert_the_citizen_sees_it(centre, made["lookup_code"], link)
    assert centre.differences() == []


def test_over_real_http_a_post_that_plays_tricks_brings_every_dossier_to_its_end(sqlite_url):
    """The rehearsal post sends signed hooks to a served centre, doubled and shuffled."""
    with Centre(sqlite_url) as centre, serving(centre) as base:
        settings = RehearsalSettings(
            token=TOKEN,
            hook_url=f"{base}/hooks/rehearsal/{HOOK_SECRET}",
            seed=7,
            speed=0,
            starts_at=MONDAY,
            first_pause_seconds=0.01,
        )
        codes = {
            fate: centre.a_dossier() for fate in ("failed_once", "returned", "lost", "unrecognised")
        }
        numbers = {fate: centre.a_parcel(code) for fate, code in codes.items()}
        token = {"Authorization": f"Bearer {TOKEN}"}
        with (
            running(settings) as post_url,
            httpx.Client(base_url=post_url, headers=token, trust_env=False, timeout=40) as post,
        ):
            ok(post.post("/mischief", json={"doubled": 0.5, "shuffled": True}))
            for fate, number in numbers.items():
                ok(post.post("/pickups", json={"tracking_numbers": [number], "fate": fate}))
            for _ in range(9):
                centre.clock.pass_(hours=24)
                moved = ok(post.post("/clock/advance", json={"minutes": 1440, "wait_seconds": 30}))
                assert moved.json()["all_sent"]

        stages = {fate: centre.stage(code) for fate, code in codes.items()}
        assert stages == {
            "failed_once": "at_authority",
            "returned": "returned",
            "lost": "lost",
            "unrecognised": "at_authority",
        }
        odd = centre.get(f"/dossiers/{codes['unrecognised']}").json()
        assert odd["flags"] == ["unrecognised_news"]
        assert any(e["carrier_code"] == "KIEM_HOA_LAI" for e in odd["timeline"])
        for code in codes.values():
            timeline = centre.get(f"/dossiers/{code}").json()["timeline"]
            told = {(e["what"], e["happened_at"], e["place"]) for e in timeline}
            assert len(told) == len(timeline)
        assert centre.differences() == []
