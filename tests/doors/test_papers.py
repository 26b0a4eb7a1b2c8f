"""Papers from the record: what a citizen takes home, what a postman signs, what a parcel holds."""

from contextlib import closing

import pypdfium2
import pytest
import zxingcpp

from postal_tracker.tables import Office
from tests.doors.test_bad_input import assert_problem

CODE = "H49.12-261123-0001"


def texts(answer):
    """Return what a person reads on each page, with single spaces."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    with closing(pypdfium2.PdfDocument(answer.content)) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def scanned(answer):
    """Return what a scanner reads on the pages."""
    with closing(pypdfium2.PdfDocument(answer.content)) as document:
        pictures = [page.render(scale=300 / 72, grayscale=True).to_pil() for page in document]
    return [code.text for each in pictures for code in zxingcpp.read_barcodes(each)]


@pytest.fixture
def dossier(centre):
    """Bà Hoa's dossier."""
    return centre.a_dossier(name="Nguyễn Thị Hồng Ẩn", return_by_post=True)


# Receipts


def test_a_receipt_tells_when_and_how_the_result_comes(centre, dossier):
    [text] = texts(centre.get(f"/dossiers/{dossier}/receipt.pdf"))

    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        f"Mã hồ sơ: {dossier}",
        "Nguyễn Thị Hồng Ẩn",
        "0912 345 678",
        "Đổi giấy phép lái xe ô tô",
        "5 ngày làm việc",
        "8 giờ 00 phút, ngày 23 tháng 11 năm 2026",
        "ngày 01 tháng 12 năm 2026",  # 24 November is a day off since 2026
        "Tại nhà, qua dịch vụ bưu chính công ích",
    ):
        assert words in text


def test_a_phone_that_scans_the_receipt_sees_the_dossier(centre, dossier):
    [link] = scanned(centre.get(f"/dossiers/{dossier}/receipt.pdf"))
    path = link.removeprefix(centre.settings.address)
    seen = centre.client.get(path, headers={"accept": "text/html"})

    assert path.startswith("/t/")
    assert dossier in seen.text


def test_the_lookup_code_on_the_receipt_opens_the_dossier(centre, dossier):
    [text] = texts(centre.get(f"/dossiers/{dossier}/receipt.pdf"))
    code = centre.get(f"/dossiers/{dossier}").json()["lookup_code"]

    assert code in text
    proof = {"code": code, "phone_last4": "5678"}
    assert centre.post("/track", proof, role="").json()["code"] == dossier


def test_a_second_receipt_says_that_it_is_a_reprint(centre, dossier):
    first, second, third = (texts(centre.get(f"/dossiers/{dossier}/receipt.pdf")) for _ in "123")

    assert "In lại" not in first[0]
    assert "In lại lần 1" in second[0]
    assert "In lại lần 2" in third[0]


def test_receipts_and_labels_are_counted_apart(centre, dossier):
    label = {"dossiers": [dossier]}
    texts(centre.get(f"/dossiers/{dossier}/receipt.pdf"))
    [first] = texts(centre.post("/labels", label))
    [receipt] = texts(centre.get(f"/dossiers/{dossier}/receipt.pdf"))

    assert "In lại" not in first
    assert "In lại lần 1" in receipt


def test_a4_has_the_copies_for_the_citizen_and_for_the_office(centre, dossier):
    answer = centre.get(f"/dossiers/{dossier}/receipt.pdf?paper=a4")
    [text] = texts(answer)

    assert text.count(f"Mã hồ sơ: {dossier}") == 2
    assert "Liên 1: giao người nộp hồ sơ" in text
    assert "Liên 2: lưu tại điểm tiếp nhận" in text
    assert len(set(scanned(answer))) == 1


def test_a_receipt_asks_for_no_number_of_an_identity_card(centre):
    body = {
        "procedure": "GPLX-01",
        "applicant": {"name": "Bà Hoa", "phone": "0912345678", "id_number": "022185001234"},
    }
    code = centre.post("/dossiers", body).json()["code"]

    assert "022185001234" not in texts(centre.get(f"/dossiers/{code}/receipt.pdf"))[0]


def test_a_ward_desks_receipt_names_the_centre_above_it(centre):
    code = centre.a_dossier(office="H49.12.01")
    [text] = texts(centre.get(f"/dossiers/{code}/receipt.pdf"))

    assert "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG UÔNG BÍ BỘ PHẬN QUANG TRUNG" in text
    assert "Bộ phận Quang Trung" in text


def test_an_office_with_a_telephone_says_whom_to_call_when_it_is_late(centre, dossier):
    def add_phone(session):
        office = session.get_one(Office, centre.lan.office_id)
        office.phone = "+842033854001"
        session.add(office)

    centre.database.write_now(add_phone)

    assert "gọi 0203 3854 001" in texts(centre.get(f"/dossiers/{dossier}/receipt.pdf"))[0]


def test_a_name_that_cannot_be_set_is_refused_and_not_counted(centre):
    code = centre.a_dossier(name="Hoa 🌸")
    answer = centre.get(f"/dossiers/{code}/receipt.pdf")

    assert_problem(answer, 422, "paper-cannot-be-printed")


def test_a_dossier_that_is_not_there_has_no_receipt(centre):
    assert_problem(centre.get(f"/dossiers/{CODE}/receipt.pdf"), 404, "no-such-dossier")


def test_paper_that_no_printer_has_is_refused(centre, dossier):
    answer = centre.get(f"/dossiers/{dossier}/receipt.pdf?paper=a3")

    assert_problem(answer, 422, "invalid-form")


@pytest.mark.parametrize("role", ["manager", "admin", "courier", "integration"])
def test_only_the_desk_prints_receipts(centre, dossier, role):
    answer = centre.get(f"/dossiers/{dossier}/receipt.pdf", role=role)

    assert_problem(answer, 403, "not-your-role")


def test_no_browser_keeps_a_paper(centre, dossier):
    answer = centre.get(f"/dossiers/{dossier}/receipt.pdf")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == f'inline; filename="receipt-{dossier}.pdf"'
