"""The papers that the one-stop law knows: titles of the day, every word, every code, every page."""

from dataclasses import replace
from datetime import date

import pytest

from labels import Unprintable
from labels.papers import control_slip, editions, evaluation, letter, notices, receipt, register
from labels.papers.editions import Form
from tests.labels import law
from tests.labels.law import ABOUT, APOLOGY, LETTERS, REFUSAL, STOP, SUPPLEMENT
from tests.labels.pages import read, scanned
from tests.labels.papers import ANCHOR, RECEIPT, a_receipt

# Editions


@pytest.mark.parametrize(
    ("form", "before", "since"),
    [
        (Form.RECEIPT, "01", "01"),
        (Form.SUPPLEMENT, "02", "02"),
        (Form.REFUSAL, "03", "03"),
        (Form.APOLOGY, "04", "04"),
        (Form.STOP, "", "05"),
        (Form.CONTROL, "05", "06"),
        (Form.REGISTER, "06", "07"),
        (Form.EVALUATION, "", ""),
    ],
)
def test_the_circular_of_2025_gave_three_forms_another_number(
    form: Form, before: str, since: str
) -> None:
    old = editions.heading(form, date(2025, 9, 14)).number
    new = editions.heading(form, date(2025, 9, 15)).number

    assert old == (f"Mẫu số {before}, Thông tư số 01/2018/TT-VPCP" if before else "")
    assert new == (f"Mẫu số {since}, Thông tư số 03/2025/TT-VPCP" if since else "")


def test_the_apology_has_another_title_since_2025() -> None:
    titles = [editions.heading(Form.APOLOGY, date(year, 1, 1)).title.vi for year in (2020, 2026)]

    assert titles == [
        "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ",
        "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
    ]


def test_each_edition_knows_each_form_and_follows_the_one_before() -> None:
    days = [edition.since for edition in editions.EDITIONS]

    assert days == sorted(set(days))
    assert all(set(edition.forms) == set(Form) for edition in editions.EDITIONS)


def test_a_day_before_all_editions_has_the_titles_of_the_first() -> None:
    assert editions.heading(Form.SUPPLEMENT, date(2000, 1, 1)).number.startswith("Mẫu số 02")


# Letters


WORDS = {
    "supplement": (
        "Mẫu số 02, Thông tư số 03/2025/TT-VPCP",
        "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
        "1. Giấy khám sức khỏe 2. Bản sao căn cước công dân",
        "Lý do Reason Giấy khám sức khỏe đã quá hạn.",
        "Hướng dẫn What to do Nộp tại quầy số 3.",
        "NGƯỜI NỘP HỒ SƠ Applicant (Ký, ghi rõ họ tên)",
        "NGƯỜI TIẾP NHẬN HỒ SƠ Receiving officer (Ký, ghi rõ họ tên)",
    ),
    "refusal": (
        "Mẫu số 03",
        "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
        "Lý do Reason Không thuộc thẩm quyền.",
    ),
    "apology": (
        "Mẫu số 04",
        "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT",
        "Thời gian hẹn trả kết quả Result due on 17 giờ 00 phút, ngày 01 tháng 12 năm 2026",
        "1. 17 giờ 00 phút, ngày 03 tháng 12 năm 2026",
        "Chờ xác minh nơi cấp giấy phép cũ.",
        "17 giờ 00 phút, ngày 11 tháng 12 năm 2026",
        "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ",
        "Nguyễn Văn Bình",
    ),
    "stop": (
        "Mẫu số 05",
        "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
        "Người dân đã được giải quyết ở nơi khác.",
        "12/QĐ-CSGT",
    ),
}


@pytest.mark.parametrize("paper", letter.PAPERS)
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_has_every_word_of_its_form_on_one_page(name: str, paper: str) -> None:
    [text] = read(letter.pages(LETTERS[name], paper))

    for words in (
        "BỘ PHẬN MỘT CỬA PHƯỜNG UÔNG BÍ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "ngày 24 tháng 11 năm 2026",
        "Kính gửi Ông/Bà, tổ chức: Nguyễn Thị Hồng Ẩn",
        ABOUT.procedure.vi,
        *WORDS[name],
    ):
        assert words in text


@pytest.mark.covering
@pytest.mark.parametrize("paper", letter.PAPERS)
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("name", LETTERS)
def test_a_letter_s_dossier_is_read_by_a_scanner(name: str, paper: str, dpi: float) -> None:
    [codes] = scanned(letter.pages(LETTERS[name], paper), dpi)

    assert codes == [ABOUT.code, ANCHOR.qr]


@pytest.mark.parametrize("code", ["000.00.12.H49-261123-0001", "G01.899.506.000-220801-0012"])
def test_the_longest_codes_are_read_too(code: str) -> None:
    long = replace(SUPPLEMENT, code=code)

    assert scanned(letter.pages(long, "a5"))[0][0] == code


@pytest.mark.parametrize("paper", letter.PAPERS)
def test_twenty_long_papers_are_listed_over_pages_that_say_which_they_are(paper: str) -> None:
    pages = read(letter.pages(law.LONG_SUPPLEMENT, paper))
    text = " ".join(pages)

    assert [each.rsplit("trang ", 1)[1] for each in pages] == [
        f"{n}/{len(pages)}" for n in range(1, len(pages) + 1)
    ]
    assert len(pages) > 1
    assert all(f"{n}. Giấy số {n}: Số 1234" in text for n in range(1, 21))
    assert "NGƯỜI TIẾP NHẬN HỒ SƠ" in pages[-1]
    assert not any("NGƯỜI TIẾP NHẬN HỒ SƠ" in each for each in pages[:-1])


@pytest.mark.parametrize("count", range(8, 31))
def test_nobody_signs_a_page_on_which_nothing_is_said(count: int) -> None:
    many = notices.supplement(
        law.head(Form.SUPPLEMENT),
        ABOUT,
        missing=["Giấy khám sức khỏe"] * count,
        reason="Thiếu.",
        guidance="",
    )
    last = read(letter.pages(many, "a5"))[-1]

    assert "để được hướng dẫn." in last
    assert "NGƯỜI NỘP HỒ SƠ" in last


def test_what_nobody_told_has_room_for_a_pen() -> None:
    bare = notices.stop(law.head(Form.STOP), law.EMPTY_ABOUT, reason="", decision="")
    [text] = read(letter.pages(bare))

    assert f"Lý do Reason {letter.DOTS * 2}" in text
    assert "điện thoại" not in text.split("Ông/Bà nhận lại", 1)[1]


def test_only_the_head_of_the_authority_signs_an_apology_and_a_stop() -> None:
    for each in (APOLOGY, STOP):
        assert read(letter.pages(each))[0].count("(Ký, ghi rõ họ tên)") == 1
    for each in (SUPPLEMENT, REFUSAL):
        assert read(letter.pages(each))[0].count("(Ký, ghi rõ họ tên)") == 2


def test_a_letter_with_a_sign_that_cannot_be_set_is_refused() -> None:
    with pytest.raises(Unprintable):
        letter.pages(replace(SUPPLEMENT, to="Hoa \N{CHERRY BLOSSOM}"))


@pytest.mark.parametrize(("paper", "size"), [("a5", (148, 210)), ("a4", (210, 297))])
def test_a_letter_is_as_large_as_its_paper(paper: str, size: tuple[float, float]) -> None:
    [page] = letter.pages(SUPPLEMENT, paper)

    assert (page.width, page.height) == pytest.approx(size, abs=0.05)


# Control slips


@pytest.mark.parametrize("paper", control_slip.PAPERS)
def test_a_control_slip_says_who_gave_what_to_whom(paper: str) -> None:
    late = replace(law.STEP, what="Đã có kết quả", giver="", taker="", outcome="Quá hạn")
    pages = control_slip.pages(law.a_control_slip(law.STEP, late), paper)
    [text] = read(pages)

    assert "Mẫu số 06" in text
    assert "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ" in text
    for words in ("Tiếp nhận hồ sơ", "Người nộp", "Trần Thị", "Quá hạn", "01/12/2026 17:00"):
        assert words in text
    assert scanned(pages) == [[RECEIPT.code, ANCHOR.qr]]


@pytest.mark.parametrize("paper", control_slip.PAPERS)
def test_a_control_slip_of_many_steps_numbers_each_once(paper: str) -> None:
    steps = [replace(law.STEP, outcome=f"BG-{n:03d}") for n in range(1, 61)]
    text = " ".join(read(control_slip.pages(law.a_control_slip(*steps), paper)))

    assert all(text.count(step.outcome) == 1 for step in steps)


# Registers


def test_a_book_of_the_register_goes_on_with_the_numbers_of_the_one_before() -> None:
    pages = read(register.pages(law.a_book(60, first=501)))
    text = " ".join(pages)

    assert "SỔ THEO DÕI HỒ SƠ NĂM 2026 Register of dossiers 2026" in pages[0]
    assert "Quyển số Book 2 Số thứ tự Numbers 501 – 560" in pages[0]
    assert "Số hồ sơ trong quyển Dossiers 60" in pages[-1]
    found = [text.index(f"{n} 000.00.12.H49-261123-{n:04d}") for n in range(501, 561)]
    assert found == sorted(found)


def test_a_register_lies_on_a4() -> None:
    page = register.pages(law.a_book(1))[0]

    assert (page.width, page.height) == pytest.approx((297, 210), abs=0.05)


# Evaluation


@pytest.mark.parametrize("paper", evaluation.PAPERS)
def test_an_evaluation_slip_names_nobody_and_no_dossier(paper: str) -> None:
    pages = evaluation.pages(law.EVALUATION, paper)
    [text] = read(pages)

    assert "PHIẾU ĐÁNH GIÁ VIỆC GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH" in text
    assert "Hài lòng Satisfied Bình thường Fair Không hài lòng Not satisfied" in text
    assert RECEIPT.code not in text
    assert RECEIPT.applicant not in text
    assert scanned(pages) == [[]]


# Receipts


def test_a_receipt_says_where_it_stands_in_the_register_and_how_many_sets_there_are() -> None:
    [known] = read(receipt.pages(a_receipt(book=2, number=517, sets=1, papers_count=4)))
    [unknown] = read(receipt.pages(a_receipt()))

    assert "Quyển số 2 Số thứ tự 517" in known
    assert "1 (bộ); 4 giấy tờ" in known
    assert "Quyển số .............. Số thứ tự .............." in unknown
