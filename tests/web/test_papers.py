"""Papers from the record: what a citizen takes home, what a postman signs, what a parcel holds."""

from contextlib import closing

import pypdfium2
import pytest
import zxingcpp

from postal_tracker.storage.tables import Office
from tests.asserting import assert_problem, rows
from tests.furnishing import KEY_ROLES

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
    [text] = texts(centre.post(f"/dossiers/{dossier}/receipt.pdf"))

    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Mẫu số 01, Thông tư số 03/2025/TT-VPCP",
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


def test_a_receipt_says_how_many_papers_and_sets_were_handed_in(centre):
    body = {"procedure": "GPLX-01", "applicant": {"name": "Bà Hoa"}}
    counted = body | {"papers_count": 4, "sets_count": 2}
    codes = [centre.post("/dossiers", told).json()["code"] for told in (body, counted)]
    [plain], [known] = (texts(centre.post(f"/dossiers/{code}/receipt.pdf")) for code in codes)

    assert "2 (bộ); 4 giấy tờ" in known
    assert ".............. (bộ) " in plain


def test_a_phone_that_scans_the_receipt_sees_the_dossier(centre, dossier):
    [link] = scanned(centre.post(f"/dossiers/{dossier}/receipt.pdf"))
    path = link.removeprefix(centre.settings.address)
    seen = centre.client.get(path, headers={"accept": "text/html"})

    assert path.startswith("/t/")
    assert dossier in seen.text


def test_the_lookup_code_on_the_receipt_opens_the_dossier(centre, dossier):
    [text] = texts(centre.post(f"/dossiers/{dossier}/receipt.pdf"))
    code = centre.get(f"/dossiers/{dossier}").json()["lookup_code"]

    assert code in text
    proof = {"code": code, "phone_last4": "5678"}
    assert centre.post("/track", proof, role="").json()["code"] == dossier


def test_a_second_receipt_says_that_it_is_a_reprint(centre, dossier):
    first, second, third = (texts(centre.post(f"/dossiers/{dossier}/receipt.pdf")) for _ in "123")

    assert "In lại" not in first[0]
    assert "In lại lần 1" in second[0]
    assert "In lại lần 2" in third[0]


def test_receipts_and_labels_are_counted_apart(centre, dossier):
    label = {"dossiers": [dossier]}
    texts(centre.post(f"/dossiers/{dossier}/receipt.pdf"))
    [first] = texts(centre.post("/labels", label))
    [receipt] = texts(centre.post(f"/dossiers/{dossier}/receipt.pdf"))

    assert "In lại" not in first
    assert "In lại lần 1" in receipt


def test_a4_has_the_copies_for_the_citizen_and_for_the_office(centre, dossier):
    answer = centre.post(f"/dossiers/{dossier}/receipt.pdf?paper=a4")
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

    assert "022185001234" not in texts(centre.post(f"/dossiers/{code}/receipt.pdf"))[0]


def test_a_ward_desks_receipt_names_the_centre_above_it(centre):
    code = centre.a_dossier(office="H49.12.01")
    [text] = texts(centre.post(f"/dossiers/{code}/receipt.pdf"))

    assert "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG UÔNG BÍ BỘ PHẬN QUANG TRUNG" in text
    assert "Bộ phận Quang Trung" in text


def test_an_office_with_a_telephone_says_whom_to_call_when_it_is_late(centre, dossier):
    def add_phone(session):
        office = session.get_one(Office, centre.lan.office_id)
        office.phone = "+842033854001"
        session.add(office)

    centre.database.write_now(add_phone)

    assert "gọi 0203 3854 001" in texts(centre.post(f"/dossiers/{dossier}/receipt.pdf"))[0]


def test_a_name_that_cannot_be_set_is_refused_and_not_counted(centre):
    code = centre.a_dossier(name="Hoa 🌸")
    answer = centre.post(f"/dossiers/{code}/receipt.pdf")

    assert_problem(answer, 422, "paper-cannot-be-printed")


def test_a_dossier_that_is_not_there_has_no_receipt(centre):
    assert_problem(centre.post(f"/dossiers/{CODE}/receipt.pdf"), 404, "no-such-dossier")


def test_paper_that_no_printer_has_is_refused(centre, dossier):
    answer = centre.post(f"/dossiers/{dossier}/receipt.pdf?paper=a3")

    assert_problem(answer, 422, "invalid-form")


def test_no_browser_keeps_a_paper(centre, dossier):
    answer = centre.post(f"/dossiers/{dossier}/receipt.pdf")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'inline; filename="receipt.pdf"'


# Lists that a postman signs for


@pytest.fixture
def handed_over(centre):
    """A list of two parcels: two dossiers to the police, one result to a citizen's home."""
    parcels = [
        centre.a_parcel(centre.a_dossier(), centre.a_dossier()),
        centre.a_parcel(
            direction="to_citizen",
            recipient={
                "name": "Nguyễn Thị Hồng Ẩn",
                "phone": "0987654321",
                "address": "12 đường Hòa Bình, phường Vàng Danh, tỉnh Quảng Ninh",
            },
        ),
    ]
    body = {"carrier": "rehearsal", "parcels": parcels}
    return centre.post("/handovers", body).json()["number"], parcels


def test_a_postman_signs_for_what_the_list_says(centre, handed_over):
    number, _ = handed_over
    [text] = texts(centre.get(f"/handovers/{number}.pdf"))

    for words in (
        "BẢNG KÊ GIAO NHẬN BƯU GỬI",
        "Lập lúc Made at 23/11/2026 08:00",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG UÔNG BÍ",
        "Gửi cơ quan giải quyết Phòng Cảnh sát giao thông 2",
        "Gửi người dân phường Vàng Danh, tỉnh Quảng Ninh 1",
        "Tổng số bưu gửi Parcels 2",
        "Tổng số hồ sơ Dossiers 3",
        "BÊN GIAO",
        "BÊN NHẬN (BƯU TÁ)",
        "trang 1/1",
    ):
        assert words in text


def test_the_list_and_every_parcel_on_it_can_be_scanned(centre, handed_over):
    number, parcels = handed_over

    assert set(scanned(centre.get(f"/handovers/{number}.pdf"))) == {number, *parcels}


def test_a_list_names_no_citizen(centre, handed_over):
    number, _ = handed_over
    [text] = texts(centre.get(f"/handovers/{number}.pdf"))

    assert "Ẩn" not in text
    assert "Hòa Bình" not in text
    assert "987" not in text.replace(" ", "")


def test_without_a_recipient_of_his_own_a_citizens_ward_is_named(any_centre):
    body = {
        "procedure": "GPLX-01",
        "applicant": {
            "name": "Bà Hoa",
            "address": "Số 12",
            "ward": "phường Yên Tử",
            "province": "tỉnh Quảng Ninh",
        },
    }
    codes = [any_centre.post("/dossiers", body).json()["code"] for _ in "12"]
    parcel = any_centre.a_parcel(*codes, direction="to_citizen")
    made = any_centre.post("/handovers", {"carrier": "rehearsal", "parcels": [parcel]}).json()
    [text] = texts(any_centre.get(f"/handovers/{made['number']}.pdf"))

    assert "Gửi người dân phường Yên Tử, tỉnh Quảng Ninh 2" in text


def test_a_signed_list_says_who_signed_and_when(centre, handed_over):
    number, _ = handed_over
    centre.clock.pass_(minutes=20)
    centre.post(f"/handovers/{number}/sign", {"signed_by": "Trần Anh Tuấn"})
    [text] = texts(centre.get(f"/handovers/{number}.pdf"))

    assert "Trần Anh Tuấn" in text
    assert "Ký nhận lúc Signed at 23/11/2026 08:20" in text


def test_a_list_that_is_not_there_has_no_paper(centre):
    assert_problem(centre.get("/handovers/BK-261123-0001.pdf"), 404, "no-such-handover")


# What lies in a parcel


def test_a_slip_tells_what_is_in_the_parcel(centre):
    codes = [centre.a_dossier(procedure=each) for each in ("GPLX-01", "DD-01")]
    number = centre.a_parcel(*codes, direction="to_citizen")
    answer = centre.get(f"/parcels/{number}/contents.pdf")
    [text] = texts(answer)

    assert "BẢNG KÊ HỒ SƠ TRONG BƯU GỬI" in text
    assert f"{codes[0]} Đổi giấy phép lái xe ô tô" in text
    assert f"{codes[1]} Đăng ký biến động đất đai" in text
    assert "Tổng số hồ sơ Dossiers 2" in text
    assert set(scanned(answer)) == {number, *codes}


def test_a_slip_of_what_comes_back_says_so(centre):
    code = centre.a_dossier()
    out = centre.a_parcel(code)
    centre.clock.pass_(hours=2)
    centre.tell(centre.an_event(out, "delivered"))
    centre.clock.pass_(days=3)
    centre.post(f"/dossiers/{code}/acts", {"act": "result_ready"})
    number = centre.a_parcel(code, direction="to_centre")
    [text] = texts(centre.get(f"/parcels/{number}/contents.pdf"))

    assert "BẢNG KÊ HỒ SƠ, KẾT QUẢ GỬI TRẢ" in text
    assert "Nơi gửi From Phòng Cảnh sát giao thông" in text
    assert "Nơi nhận To Trung tâm Phục vụ hành chính công Uông Bí" in text
    assert f"{code} Đổi giấy phép lái xe ô tô 26/11/2026" in text


@pytest.mark.parametrize(("size", "width"), [("dl", 220), ("c5", 229)])
def test_an_envelope_shows_its_recipient_and_scans(centre, size, width):
    number = centre.a_parcel()
    answer = centre.get(f"/parcels/{number}/envelope.pdf?size={size}")
    [text] = texts(answer)

    assert "Người nhận · To Phòng Cảnh sát giao thông" in text
    assert scanned(answer) == [number]
    with closing(pypdfium2.PdfDocument(answer.content)) as document:
        assert document[0].get_size()[0] / 72 * 25.4 == pytest.approx(width, abs=0.05)


# Who may


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/parcels/EB100000001VN/envelope.pdf", {"desk"}),
        ("/handovers/BK-261123-0001.pdf", {"desk", "manager", "admin"}),
        ("/parcels/EB100000001VN/contents.pdf", {"desk", "manager", "admin"}),
    ],
)
def test_papers_are_for_those_who_work_with_them(centre, path, allowed):
    for role in KEY_ROLES:
        answer = centre.get(path, role=role)
        if role in allowed:
            assert_problem(answer, 404, answer.json()["type"].removeprefix("/problems/"))
        else:
            assert_problem(answer, 403, "not-your-role")
    assert_problem(centre.get(path, role=""), 401, "sign-in-first")


def test_nobody_prints_a_receipt_by_following_a_link(centre, lan, dossier):
    before = rows(centre)
    for answer in (
        centre.get(f"/dossiers/{dossier}/receipt.pdf"),
        lan.opens(f"/desk/dossiers/{dossier}/receipt.pdf"),
        lan.sends(f"/desk/dossiers/{dossier}/receipt.pdf", {"csrf": "x"}),
    ):
        assert answer.status_code in (403, 405)
    assert rows(centre) == before


def test_a_viewer_shows_at_its_head_which_paper_it_is(centre, handed_over):
    number, [parcel, _] = handed_over
    for path, title in (
        (f"/handovers/{number}.pdf", f"Bảng kê {number}"),
        (f"/parcels/{parcel}/contents.pdf", f"Bảng kê hồ sơ {parcel}"),
    ):
        with closing(pypdfium2.PdfDocument(centre.get(path).content)) as document:
            assert document.get_metadata_value("Title") == title


# On the desk's pages


def test_each_page_of_the_desk_leads_to_its_papers(centre, lan, dossier):
    number = centre.a_parcel(dossier)
    body = {"carrier": "rehearsal", "parcels": [number]}
    listed = centre.post("/handovers", body).json()["number"]

    for page, papers, how, ask in (
        (f"/desk/dossiers/{dossier}", ["receipt.pdf", "receipt.pdf?paper=a4"], "action", lan.sends),
        (f"/desk/parcels/{number}", ["contents.pdf", "envelope.pdf"], "href", lan.opens),
    ):
        for paper in papers:
            assert f'{how}="{page}/{paper}"' in lan.opens(page).text
            assert texts(ask(f"{page}/{paper}"))
    assert f'href="/desk/handovers/{listed}.pdf"' in lan.opens(f"/desk/handovers/{listed}").text
    assert listed in texts(lan.opens(f"/desk/handovers/{listed}.pdf"))[0]


def test_a_chief_finds_the_list_but_neither_receipt_nor_envelope(centre, visitor, dossier):
    number = centre.a_parcel(dossier)
    minh = visitor("minh")

    assert "receipt.pdf" not in minh.opens(f"/desk/dossiers/{dossier}").text
    page = minh.opens(f"/desk/parcels/{number}").text
    assert "contents.pdf" in page
    assert "envelope.pdf" not in page


def test_what_cannot_be_printed_is_said_on_a_page(centre, lan):
    code = centre.a_dossier(name="Hoa 🌸")
    answer = lan.sends(f"/desk/dossiers/{code}/receipt.pdf")

    assert answer.status_code == 422
    assert "Không in được giấy này" in answer.text
