"""The papers of the one-stop law, from the record: each tells what was done, in its own edition."""

from contextlib import closing
from datetime import UTC, datetime

import pypdfium2
import pytest
import zxingcpp

from tests.asserting import assert_problem, rows
from tests.centre import Centre

ASKS = {
    "act": "request_supplement",
    "missing": ["Giấy khám sức khỏe", "Bản sao căn cước"],
    "reason": "Giấy khám sức khỏe đã hết hạn",
    "guidance": "Khám lại rồi nộp tại quầy",
}
EXTENDS = {
    "act": "extend",
    "reason": "Chờ xác minh nơi cấp",
    "new_due_at": "2026-12-11T17:00:00+07:00",
    "signed_by": "Nguyễn Văn Bình",
}
REFUSES = {"act": "refuse", "reason": "Không thuộc thẩm quyền"}
STOPS = {"act": "stop", "reason": "Đã giải quyết ở nơi khác", "decision": "12/QĐ-CSGT"}
FORMS = {"supplement": ASKS, "apology": EXTENDS, "refusal": REFUSES, "stop": STOPS}


def read(answer):
    """Return what a person reads on all pages, with single spaces."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    with closing(pypdfium2.PdfDocument(answer.content)) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(texts).split())


def scanned(answer):
    with closing(pypdfium2.PdfDocument(answer.content)) as document:
        pictures = [page.render(scale=300 / 72, grayscale=True).to_pil() for page in document]
    return [code.text for each in pictures for code in zxingcpp.read_barcodes(each)]


def act(centre, code, told):
    answer = centre.post(f"/dossiers/{code}/acts", told)
    assert answer.status_code == 200, answer.text
    return answer.json()


def paper(centre, code, form, **params):
    query = "&".join(f"{name}={value}" for name, value in params.items())
    return centre.get(f"/dossiers/{code}/papers/{form}.pdf?{query}")


def struck(centre, code, what):
    told = centre.get(f"/dossiers/{code}").json()["timeline"]
    entry = [e["entry"] for e in told if e["what"] == what and not e["struck_out"]][-1]
    return act(centre, code, {"act": "strike_out", "entry": entry, "note": "Ghi nhầm"})


def test_what_is_lacking_stands_on_form_02(any_centre: Centre):
    code = any_centre.a_dossier(name="Nguyễn Thị Hồng Ẩn")
    act(any_centre, code, ASKS)
    answer = paper(any_centre, code, "supplement")
    text = read(answer)

    for words in (
        "Mẫu số 02, Thông tư số 03/2025/TT-VPCP",
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "Nguyễn Thị Hồng Ẩn",
        "0912 345 678",
        "Đổi giấy phép lái xe ô tô",
        "1. Giấy khám sức khỏe 2. Bản sao căn cước",
        ASKS["reason"],
        ASKS["guidance"],
        "ngày 23 tháng 11 năm 2026",
    ):
        assert words in text
    assert scanned(answer)[0] == code


def test_a_refusal_and_a_stop_say_why(any_centre: Centre):
    one, other = any_centre.a_dossier(), any_centre.a_dossier()
    act(any_centre, one, REFUSES)
    act(any_centre, other, STOPS)
    refusal, stop = (
        read(paper(any_centre, one, "refusal")),
        read(paper(any_centre, other, "stop")),
    )

    assert "Mẫu số 03" in refusal
    assert REFUSES["reason"] in refusal
    assert "Mẫu số 05" in stop
    assert STOPS["reason"] in stop
    assert STOPS["decision"] in stop


def test_a_second_apology_names_the_first_date_and_the_one_after_it(any_centre: Centre):
    code = any_centre.a_dossier()
    act(any_centre, code, EXTENDS)
    any_centre.clock.pass_(days=3)
    act(any_centre, code, EXTENDS | {"new_due_at": "2026-12-21T11:30:00+07:00"})
    text = read(paper(any_centre, code, "apology"))

    assert "Mẫu số 04" in text
    assert "17 giờ 00 phút, ngày 01 tháng 12 năm 2026" in text
    assert "Đã hẹn lại: Later dates given 1. 17 giờ 00 phút, ngày 11 tháng 12 năm 2026" in text
    assert "11 giờ 30 phút, ngày 21 tháng 12 năm 2026" in text
    assert "Nguyễn Văn Bình" in text
    assert ", ngày 26 tháng 11 năm 2026" in text


def test_of_two_requests_the_newest_is_printed_and_of_one_struck_out_none(any_centre: Centre):
    code = any_centre.a_dossier()
    act(any_centre, code, ASKS)
    any_centre.clock.pass_(hours=1)
    act(any_centre, code, ASKS | {"missing": ["Ảnh thẻ"]})
    assert "1. Ảnh thẻ" in read(paper(any_centre, code, "supplement"))

    struck(any_centre, code, "supplement_requested")
    assert "1. Giấy khám sức khỏe" in read(paper(any_centre, code, "supplement"))

    struck(any_centre, code, "supplement_requested")
    told = centre_without(any_centre, code)
    assert told == ["supplement", "apology", "refusal", "stop"]


def centre_without(centre, code):
    """Return the forms that there is nothing to write on."""
    forms = ("supplement", "apology", "refusal", "stop")
    return [form for form in forms if paper(centre, code, form).status_code == 409]


def test_what_was_not_done_has_no_paper(centre: Centre):
    code = centre.a_dossier()

    assert_problem(paper(centre, code, "stop"), 409, "nothing-to-write-about")
    assert_problem(paper(centre, "H49.12-261123-9999", "stop"), 404, "no-such-dossier")
    assert_problem(paper(centre, code, "nonsense"), 422, "invalid-form")
    assert_problem(paper(centre, code, "control", paper="a3"), 422, "invalid-form")


def test_an_act_of_the_time_of_the_old_circular_has_its_form(centre: Centre):
    centre.clock.at = datetime(2025, 8, 4, 2, tzinfo=UTC)
    code = centre.a_dossier()
    new_due = "2025-09-11T17:00:00+07:00"
    act(centre, code, EXTENDS | {"new_due_at": new_due})
    centre.clock.at = datetime(2026, 1, 5, 2, tzinfo=UTC)
    text = read(paper(centre, code, "apology"))

    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in text
    assert "Mẫu số 04, Thông tư số 01/2018/TT-VPCP" in text
    assert "Mẫu số 06, Thông tư số 03/2025" in read(paper(centre, code, "control"))


@pytest.mark.parametrize("size", ["a4", "a5"])
def test_a_control_slip_follows_the_dossier_from_hand_to_hand(any_centre: Centre, size: str):
    code = any_centre.a_dossier()
    number = any_centre.a_parcel(code)
    for milestone in ("accepted", "in_transit", "delivered"):
        any_centre.clock.pass_(hours=5)
        event = any_centre.an_event(number, milestone, place="Bưu cục Uông Bí")
        any_centre.post("/events", {"events": [event]}, role="courier")
    any_centre.clock.pass_(hours=1)
    act(any_centre, code, {"act": "result_ready"})
    answer = paper(any_centre, code, "control", paper=size)
    text = read(answer)

    for words in ("Tiếp nhận hồ sơ", "Người nộp", "Phòng Cảnh sát", "Bưu chính đã nhận"):
        assert words in text
    assert "Đã có kết quả" in text
    assert "Trước hạn" in text
    assert "Đang vận chuyển" not in text
    assert scanned(answer)[0] == code


def test_what_was_struck_out_is_no_step_of_a_control_slip(centre: Centre):
    code = centre.a_dossier()
    act(centre, code, ASKS)
    assert ASKS["reason"] in read(paper(centre, code, "control"))
    struck(centre, code, "supplement_requested")

    assert ASKS["reason"] not in read(paper(centre, code, "control"))


def test_a_control_slip_says_that_a_result_came_late(centre: Centre):
    code = centre.a_dossier()
    centre.clock.pass_(days=30)
    act(centre, code, {"act": "result_ready"})

    assert "Quá hạn" in read(paper(centre, code, "control"))


def test_a_result_while_the_citizen_is_asked_is_not_late(any_centre: Centre):
    code = any_centre.a_dossier()
    act(any_centre, code, ASKS)
    any_centre.clock.pass_(days=30)
    act(any_centre, code, {"act": "result_ready"})

    assert "Đúng hạn" in read(paper(any_centre, code, "control"))


def test_an_evaluation_slip_from_the_record_names_neither_dossier_nor_person(centre: Centre):
    code = centre.a_dossier(name="Nguyễn Thị Hồng Ẩn")
    text = read(paper(centre, code, "evaluation"))

    assert "Đổi giấy phép lái xe ô tô" in text
    assert "Ẩn" not in text
    assert code not in text


def test_a_paper_that_names_people_is_a_reading_and_changes_nothing(centre: Centre):
    code = centre.a_dossier()
    act(centre, code, ASKS)
    before = rows(centre)
    paper(centre, code, "supplement")
    paper(centre, code, "control")
    after = rows(centre)

    assert {**after, "audit_entry": 0, "audit_subject": 0} == {
        **before,
        "audit_entry": 0,
        "audit_subject": 0,
    }
    read_ = centre.get(f"/audit?dossier={code}&what=read", role="admin").json()["items"]
    assert [e["detail"] for e in read_][:2] == ["control", "supplement"]


@pytest.mark.parametrize("form", FORMS)
def test_the_dossiers_page_offers_a_letter_once_there_is_an_occasion(centre, lan, form):
    code = centre.a_dossier()
    page = f"/desk/dossiers/{code}"
    link = f"{page}/papers/{form}.pdf"
    assert link not in lan.opens(page).text

    act(centre, code, FORMS[form])
    text = lan.opens(page).text
    for address in (link, f"{link}?paper=a5", f"{page}/papers/control.pdf?paper=a4"):
        assert f'href="{address}"' in text
        assert code in read(lan.opens(address))


def test_a_chief_finds_no_letter_on_the_page(centre, visitor):
    code = centre.a_dossier()
    act(centre, code, ASKS)

    assert "/papers/" not in visitor("minh").opens(f"/desk/dossiers/{code}").text
