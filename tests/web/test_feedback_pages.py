"""The hotline on pages: a citizen says it, the desk answers, a disputed delivery is looked into."""

import html
import json
import re
from base64 import b64decode

from postal_tracker.core import checkpoints, merkle
from tests.hotline import delivered, flags, opened


def own_page(centre, code, phone="5678"):
    return centre.client.post("/", data={"code": code, "phone_last4": phone}).text


def say(centre, address, **told):
    page = centre.client.get(address).text
    form = re.search(r'name="form_id" value="(\w+)"', page)[1]
    fields = {"kind": "question", "text": "Bao giờ xong?", "form_id": form, **told}
    return [centre.client.post(address, data=fields, follow_redirects=False) for _ in "ab"][1]


def test_a_citizen_says_it_on_the_page_behind_the_proof_and_reads_the_answer(centre, lan):
    code = centre.a_dossier()
    address = re.search(r'href="(/f/\w+)"', own_page(centre, code))[1]

    assert say(centre, address).status_code == 303
    assert say(centre, address, text="").status_code == 422
    shown = centre.client.get(address)
    assert "“Bao giờ xong?”" in shown.text
    assert "Sẽ trả lời Ông/Bà trước" in shown.text
    assert shown.headers["referrer-policy"] == "no-referrer"
    [one] = centre.get("/feedback").json()["items"]

    lan.sends(f"/desk/feedback/{one['number']}", {"act": "take"})
    done = lan.sends(f"/desk/feedback/{one['number']}", {"act": "answer", "text": "Thứ Sáu."})
    assert done.status_code == 303
    assert "Thứ Sáu." in own_page(centre, code)
    assert "Thứ Sáu." in lan.opens(f"/desk/feedback/{one['number']}").text
    assert centre.get("/feedback?state=answered").json()["items"][0]["owner"] == "lan"


def test_who_is_asked_for_more_says_it_on_the_page(centre, lan):
    code, other = centre.a_dossier(), centre.a_dossier()
    address = re.search(r'href="(/f/\w+)"', own_page(centre, code))[1]
    number, others = opened(centre, code), opened(centre, other)
    for one in (number, others):
        lan.sends(f"/desk/feedback/{one}", {"act": "ask_more", "text": "Biên nhận số mấy?"})

    assert "Biên nhận số mấy?" in own_page(centre, code)
    assert say(centre, address, number=others, more="Số 12").status_code == 404
    assert say(centre, address, number=number).status_code == 422
    assert "Biên nhận số mấy?" in centre.client.get(address).text
    more = {"number": number, "more": "Số 12"}
    assert centre.client.post(address, data=more, follow_redirects=False).status_code == 303
    assert "Số 12" in lan.opens(f"/desk/feedback/{number}").text
    assert "Biên nhận số mấy?" not in centre.client.get(address).text
    figures = lan.opens("/desk/reports/feedback?month=2026-11").text
    assert "Giải quyết phản ánh" in figures


def test_an_address_of_another_purpose_or_dossier_opens_nothing(centre):
    code = centre.a_dossier()
    address = re.search(r'href="(/f/\w+)"', own_page(centre, code))[1]
    last = "A" if address[-1] != "A" else "B"

    assert centre.client.get(address[:-1] + last).status_code == 404
    assert centre.client.get(address.replace("/f/", "/t/")).status_code == 404


def test_what_was_said_on_the_telephone_is_written_down_at_the_desk(centre, lan):
    code = centre.a_dossier()
    address = f"/desk/dossiers/{code}/feedback"

    assert address in lan.opens(f"/desk/dossiers/{code}").text
    assert lan.sends(address, {"kind": "complaint"}).status_code == 422
    told = {"kind": "complaint", "category": "staff", "text": "Bị nói nặng lời"}
    went = lan.sends(address, told).headers["location"]
    page = lan.opens(went).text
    assert "Thái độ, cách phục vụ" in page
    assert "Bị nói nặng lời" in page
    assert went.rpartition("/")[2] in lan.opens("/desk/feedback").text
    assert "Không có phản ánh" in lan.opens("/desk/feedback?overdue=yes").text
    assert "Bị nói nặng lời" not in str(centre.get(f"/dossiers/{code}").json())


def test_a_disputed_delivery_is_put_on_paper_and_settled(centre, visitor):
    code, parcel = delivered(centre)
    lan = visitor("lan")
    number = opened(centre, code, kind="not_received", text="Tôi chưa nhận")
    page = f"/desk/feedback/{number}"

    evidence = lan.opens(f"{page}/evidence").text
    for part in (parcel, "Tôi chưa nhận", "Bưu tá", "Đã phát"):
        assert part in evidence
    claim = lan.opens(f"{page}/claim").text
    for part in (parcel, "Bà Hoa", "12 Trần Phú", "47/2011/NĐ-CP"):
        assert part in claim
    assert lan.sends(page, {"act": "settle", "outcome": "delivered"}).status_code == 422
    told = {"act": "settle", "outcome": "not_delivered", "text": "Giao nhầm"}
    assert lan.sends(page, told).status_code == 303
    assert flags(centre, code) == []
    assert "đã hủy ghi nhận" in lan.opens(f"{page}/evidence").text
    plain = opened(centre, centre.a_dossier())
    assert lan.opens(f"/desk/feedback/{plain}/evidence").status_code == 404


def test_each_entry_of_the_evidence_is_proved_to_stand_in_the_log(centre, visitor):
    code, _ = delivered(centre)
    number, lan = opened(centre, code, kind="not_received"), visitor("lan")
    address = f"/desk/feedback/{number}/evidence"
    assert "/log/proof/inclusion" not in lan.opens(address).text

    centre.house.sequencer("one").append_now()
    page = lan.opens(address).text
    note = centre.client.get("/log/checkpoint").text
    assert html.escape(note.strip(), quote=False) in page
    at, leaves = checkpoints.read(note), re.findall(r">(\d+) · ([0-9a-f]{16})…<", page)
    assert len(leaves) == page.count('<td class="code">')
    for seq, begins in leaves:
        told = centre.client.get("/log/proof/inclusion", params={"entry": seq}).json()
        assert told["leaf_hash"].startswith(begins)
        proof = [b64decode(one) for one in told["proof"]]
        leaf = bytes.fromhex(told["leaf_hash"])
        assert merkle.root_by_inclusion(leaf, int(seq), at.size, proof) == at.root


def test_the_evidence_shows_the_carriers_words_but_none_about_other_people(centre, visitor):
    code, parcel = delivered(centre, source="courier")
    at = centre.clock.pass_(minutes=5)
    other = centre.a_parcel()
    told = ((parcel, "PHAT_TC"), (other, "NHAN_GUI"))
    scans = [
        {"id": which, "tracking_number": which, "status": status, "at": at.isoformat()}
        for which, status in told
    ]
    assert centre.hook(json.dumps({"scans": scans}).encode()).status_code == 200
    number, lan = opened(centre, code, kind="not_received"), visitor("lan")

    evidence = lan.opens(f"/desk/feedback/{number}/evidence").text
    assert "Tin còn nói về bưu gửi của người khác" in evidence
    assert other not in evidence


def test_a_denunciation_is_read_by_who_is_named_alone_and_stands_on_no_dossier(
    centre, lan, minh, caplog
):
    told = {"name": "Người Ẩn Danh", "text": "Tố cáo ông Ba nhận tiền"}
    kept = lan.sends("/desk/denunciations/new", told)
    number = re.search(r"TC-\d{8}-\d{4}", kept.text)[0]

    assert "Người Ẩn Danh" not in kept.text
    for somebody in (lan, minh):
        for address in ("/desk/denunciations", f"/desk/denunciations/{number}"):
            refused = somebody.opens(address)
            assert refused.status_code == 403
            assert "Người Ẩn Danh" not in refused.text
    centre.settings.denunciations_to = "minh, somebody"
    assert lan.opens(f"/desk/denunciations/{number}").status_code == 403
    assert lan.opens("/desk/denunciations/list.csv").status_code == 403
    assert number in minh.opens("/desk/denunciations").text
    file = minh.opens("/desk/denunciations/list.csv").text
    assert (number in file, "Ẩn Danh" in file) == (True, False)
    assert "Người Ẩn Danh" in minh.opens(f"/desk/denunciations/{number}").text
    done = minh.sends(f"/desk/denunciations/{number}", {"outcome": "Đã thụ lý"})
    assert done.status_code == 303
    again = minh.sends(f"/desk/denunciations/{number}", {"outcome": "Đã thụ lý"})
    assert again.status_code == 409
    assert "Ẩn Danh" not in caplog.text
    assert "Ẩn Danh" not in centre.get("/audit", role="admin").text


def test_whoever_can_prove_himself_years_later_can_still_ask_and_no_longer_rates(centre):
    code, _ = delivered(centre)
    assert 'href="/r/' in own_page(centre, code)
    centre.clock.pass_(days=200)
    page = own_page(centre, code)

    assert say(centre, re.search(r'href="(/f/\w+)"', page)[1], kind="erase").status_code == 303
    assert 'href="/r/' not in page
