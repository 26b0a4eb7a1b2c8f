"""Papers beside labels: every word and every code is on them, on as many pages as that needs."""

from dataclasses import replace
from itertools import combinations

import pytest

import labels
from labels import Party, Unprintable
from labels.drawing import Block, Mark, Page
from labels.papers import contents_slip, envelope, handover_list, receipt
from labels.papers.strips import Pair
from tests.labels import law
from tests.labels.makers import LONG_PARTY, LONG_PROCEDURE, RECIPIENT
from tests.labels.pages import read, scanned
from tests.labels.papers import (
    ANCHOR,
    ENVELOPE,
    LONGEST_RECEIPT,
    RECEIPT,
    WAY,
    a_list,
    a_receipt,
    a_slip,
    numbers,
)
from tests.labels.places import edged, is_within, place, touch, whole

EMOJI = "Hoa \N{CHERRY BLOSSOM}"


def inks(page: Page) -> list[Mark]:
    """The words and symbols; rules meet one another, and nothing else."""
    return [mark for mark in page.marks if not isinstance(mark, Block)]


EVERY = {
    **law.EVERY,
    "receipt": receipt.pages(RECEIPT),
    "both copies": receipt.pages(a_receipt(papers=("Đơn đề nghị", "Bản sao căn cước")), "a4"),
    "longest receipt": receipt.pages(LONGEST_RECEIPT),
    "anchored receipt": receipt.pages(a_receipt(anchor=ANCHOR)),
    "both copies anchored": receipt.pages(a_receipt(anchor=ANCHOR), "a4"),
    "longest receipt anchored": receipt.pages(replace(LONGEST_RECEIPT, anchor=ANCHOR)),
    "list": handover_list.pages(a_list(26)),
    "anchored list": handover_list.pages(a_list(26, anchor=ANCHOR, signed_by="Lò Văn Thử")),
    "list of long names": handover_list.pages(
        a_list(
            1,
            office=LONG_PARTY.name,
            above=LONG_PARTY.name,
            lines=(handover_list.Line("1Z999AA10123456784", "Gửi người dân", WAY, 60),),
        )
    ),
    "slip": contents_slip.pages(a_slip(60)),
    "envelope": envelope.pages(ENVELOPE, "dl"),
    "long envelope": envelope.pages(
        replace(ENVELOPE, sender=LONG_PARTY, recipient=Party(LONG_PARTY.name, (WAY,))), "c5"
    ),
}


@pytest.mark.parametrize("paper", EVERY)
def test_nothing_stands_beyond_the_margins(paper: str) -> None:
    for page in EVERY[paper]:
        inner = edged(whole(page), 8.9)
        assert [mark for mark in page.marks if not is_within(place(mark), inner)] == []


@pytest.mark.parametrize("paper", EVERY)
def test_nothing_stands_on_anything_else(paper: str) -> None:
    for page in EVERY[paper]:
        marks = [place(mark) for mark in inks(page)]
        assert [pair for pair in combinations(marks, 2) if touch(*pair)] == []


@pytest.mark.parametrize("paper", EVERY)
def test_no_rule_crosses_words_or_the_white_around_a_code(paper: str) -> None:
    for page in EVERY[paper]:
        rules = [place(mark) for mark in page.marks if isinstance(mark, Block)]
        crossed = [m for m in inks(page) if any(touch(place(m), each) for each in rules)]
        assert crossed == []


# Receipts


def both(words: Pair) -> str:
    """What is read of an answer in both languages."""
    return f"{words.vi} {words.en}"


def test_a_receipt_has_every_word_of_the_form() -> None:
    [text] = read(receipt.pages(RECEIPT))
    for words in (
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG TỈNH QUẢNG NINH BỘ PHẬN MỘT CỬA PHƯỜNG UÔNG BÍ",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc",
        "Mẫu số 01, Thông tư số 03/2025/TT-VPCP",
        "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
        "Mã hồ sơ: H49.12-261123-0001 Liên 1: giao người nộp hồ sơ · Copy 1: for the applicant",
        "Tiếp nhận hồ sơ của Received from Nguyễn Thị Hồng Ẩn",
        f"Địa chỉ Address {RECEIPT.address}",
        "Số điện thoại Telephone 0912 345 678",
        "Email E-mail hong.an@example.vn",
        f"Nội dung yêu cầu giải quyết Requested {both(RECEIPT.procedure)}",
        "Thành phần hồ sơ nộp gồm",
        "Số lượng hồ sơ",
        "Thời gian giải quyết theo quy định Time limit 5 ngày làm việc 5 working days",
        f"Thời gian nhận hồ sơ Received at {both(RECEIPT.received)}",
        "Thời gian trả kết quả Result due 17 giờ 00 phút, ngày 01 tháng 12 năm 2026 "
        "17:00, 1 December 2026",
        f"Đăng ký nhận kết quả tại Where to have the result {both(RECEIPT.return_to)}",
        "Vào Sổ theo dõi hồ sơ",
        "Mã tra cứu Lookup code 7K3M-Q2XW-9PTA8",
        "hoặc vào hoso.example.vn, nhập mã tra cứu và 4 số cuối điện thoại",
        "Quá ngày hẹn mà chưa có kết quả: xem như trên, gọi 0203 3854 001",
        "NGƯỜI NỘP HỒ SƠ Applicant (Ký, ghi rõ họ tên)",
        "NGƯỜI TIẾP NHẬN HỒ SƠ Receiving officer (Ký, ghi rõ họ tên)",
    ):
        assert words in text


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_a_receipts_link_is_read_by_a_telephone(dpi: float) -> None:
    assert scanned(receipt.pages(RECEIPT), dpi) == [[RECEIPT.qr]]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_the_log_s_checkpoint_is_read_between_the_signatures(dpi: float) -> None:
    for pages in (EVERY["anchored receipt"], EVERY["anchored list"][-1:]):
        [codes] = scanned(pages, dpi)
        assert codes[-1] == ANCHOR.qr
        [text] = read(pages)
        assert "Nhật ký · Log 999999999 WWWW-WWWW-WWWW" in text


def test_a_checkpoint_takes_room_from_nothing_else() -> None:
    for plain, anchored in (
        ("receipt", "anchored receipt"),
        ("longest receipt", "longest receipt anchored"),
    ):
        before, after = read(EVERY[plain])[0].split(), read(EVERY[anchored])[0].split()
        assert [word for word in before if word not in after] == []
    assert len(EVERY["list"]) == len(EVERY["anchored list"])
    assert not any(ANCHOR.qr in codes for codes in scanned(EVERY["list"]))


def test_papers_that_are_known_are_numbered_and_others_have_lines_to_write_on() -> None:
    known = receipt.pages(a_receipt(papers=("Đơn đề nghị", "Bản sao căn cước")))
    rules = [sum(isinstance(m, Block) for m in p[0].marks) for p in (known, receipt.pages(RECEIPT))]

    assert "1. Đơn đề nghị 2. Bản sao căn cước" in read(known)[0]
    assert rules == [3, 5]


def test_a_reprinted_receipt_says_so_on_both_copies() -> None:
    again = a_receipt(reprint=2)

    assert "In lại" not in read(receipt.pages(RECEIPT))[0]
    assert read(receipt.pages(again, "a4"))[0].count("In lại lần 2 · Reprint 2") == 2


def test_long_names_are_set_smaller_and_never_cut() -> None:
    [text] = read(receipt.pages(LONGEST_RECEIPT))

    for words in (LONG_PROCEDURE, LONGEST_RECEIPT.applicant.strip(), *LONGEST_RECEIPT.return_to):
        assert words in text
    assert scanned(receipt.pages(LONGEST_RECEIPT)) == [[RECEIPT.qr]]


@pytest.mark.parametrize(
    ("field", "longest"),
    [("applicant", 200), ("address", 504), ("procedure", 300), ("return_to", 502), ("office", 200)],
)
def test_any_answer_may_be_as_long_as_the_record_lets_it_be(field: str, longest: int) -> None:
    long = " ".join([WAY] * 4)[:longest].strip()
    told = Pair(long, long) if field in ("procedure", "return_to") else long
    [text] = read(receipt.pages(a_receipt(**{field: told})))

    assert (long.upper() if field == "office" else long) in text


def test_a_receipt_that_would_lose_words_is_refused() -> None:
    with pytest.raises(Unprintable):
        receipt.pages(a_receipt(address=WAY * 20))
    with pytest.raises(Unprintable):
        receipt.pages(a_receipt(applicant=EMOJI))


@pytest.mark.parametrize(("paper", "size"), [("a5", (148, 210)), ("a4", (297, 210))])
def test_a_receipt_is_as_large_as_its_paper(paper: str, size: tuple[float, float]) -> None:
    [page] = receipt.pages(RECEIPT, paper)

    assert (page.width, page.height) == pytest.approx(size, abs=0.05)


# Lists


@pytest.mark.parametrize(
    ("count", "sheets"), [(1, 1), (10, 1), (17, 2), (26, 2), (40, 3), (200, 10), (500, 25)]
)
def test_a_list_takes_as_many_pages_as_it_needs(count: int, sheets: int) -> None:
    pages = read(handover_list.pages(a_list(count)))

    assert [text.rsplit("trang ", 1)[1] for text in pages] == [
        f"{n}/{sheets}" for n in range(1, sheets + 1)
    ]


@pytest.mark.parametrize("count", [1, 25, 26, 200, 500])
def test_every_line_is_there_once_in_its_order(count: int) -> None:
    text = " ".join(read(handover_list.pages(a_list(count))))
    spoken = [labels.bars.grouped(number) for number in numbers(count)]
    found = [text.index(each) for each in spoken]

    assert found == sorted(found)
    assert all(text.count(each) == 1 for each in spoken)


def test_the_head_stands_on_every_page() -> None:
    for text in read(handover_list.pages(a_list(60))):
        assert "BẢNG KÊ GIAO NHẬN BƯU GỬI" in text
        assert "Bưu điện Việt Nam" in text
        assert "STT No. Số hiệu bưu gửi Item number Chiều gửi" in text
        assert text.count("BK-261123-0001") == 2


def test_totals_are_right_and_stand_at_the_end_once() -> None:
    *before, last = read(handover_list.pages(a_list(200)))

    assert "Tổng số bưu gửi Parcels 200 Tổng số hồ sơ Dossiers 401" in last
    assert not any("Tổng số" in text or "BÊN GIAO" in text for text in before)


@pytest.mark.parametrize("count", range(8, 28))
def test_nobody_signs_a_page_without_a_line(count: int) -> None:
    last = read(handover_list.pages(a_list(count)))[-1]

    assert labels.bars.grouped(numbers(count)[-1]) in last
    assert "BÊN NHẬN (BƯU TÁ) Received by (courier)" in last


def test_every_number_on_a_list_is_read_by_a_scanner() -> None:
    pages = scanned(handover_list.pages(a_list(26)))

    assert {page[0] for page in pages} == {"BK-261123-0001"}
    assert [number for page in pages for number in page[1:]] == numbers(26)


@pytest.mark.parametrize("number", ["1Z999AA10123456784", "99123456", "SPXVN012345678901"])
def test_other_carriers_numbers_are_read_too(number: str) -> None:
    line = handover_list.Line(number, "Gửi người dân", "phường Vàng Danh", 1)

    assert scanned(handover_list.pages(a_list(1, lines=(line,)))) == [["BK-261123-0001", number]]


def test_a_number_too_long_for_bars_stands_there_in_letters() -> None:
    number = "ABCDEFGHIJKLMNOPQRSTUVWXYZ-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    pages = handover_list.pages(a_list(1, lines=(handover_list.Line(number, "Gửi", "Nơi", 1),)))

    assert scanned(pages) == [["BK-261123-0001"]]
    assert number in read(pages)[0].replace(" ", "")


def test_a_signed_list_names_the_postman() -> None:
    signed = a_list(1, signed="23/11/2026 09:00", signed_by="Trần Anh Tuấn")
    [text] = read(handover_list.pages(signed))

    assert "Ký nhận lúc Signed at 23/11/2026 09:00" in text
    assert "Trần Anh Tuấn" in text


# What is in a parcel


def test_every_dossier_of_a_parcel_is_listed_and_scans() -> None:
    pages = contents_slip.pages(a_slip(60))
    codes = [line.code for line in a_slip(60).lines]
    read_codes = [code for page in scanned(pages, 300) for code in page if code in codes]

    assert read_codes == codes
    assert " ".join(read(pages)).count(LONG_PROCEDURE) == 60
    assert "Tổng số hồ sơ Dossiers 60" in read(pages)[-1]


def test_what_comes_back_has_its_own_title_and_the_day_of_each_result() -> None:
    line = contents_slip.Line("H49.12-261123-0001", "Đổi giấy phép lái xe", "26/11/2026")
    out = a_slip(1, lines=(line,))
    back = replace(out, title=contents_slip.HOMEWARD)
    [there], [home] = read(contents_slip.pages(out)), read(contents_slip.pages(back))

    assert "BẢNG KÊ HỒ SƠ TRONG BƯU GỬI" in there
    assert "26/11/2026" not in there
    assert "BẢNG KÊ HỒ SƠ, KẾT QUẢ GỬI TRẢ" in home
    assert "H49.12-261123-0001 Đổi giấy phép lái xe 26/11/2026" in home


# Envelopes


@pytest.mark.parametrize("size", envelope.SIZES)
def test_the_recipient_is_seen_through_the_window_and_nobody_else(size: str) -> None:
    [page] = envelope.pages(ENVELOPE, size)
    seen = envelope.window(size)
    through = [m for m in inks(page) if touch(place(m), seen)]

    assert all(is_within(place(mark), edged(seen, 4.9)) for mark in through)
    assert " ".join(mark.text for mark in through) == " ".join(
        ("Người nhận · To", RECIPIENT.name, *RECIPIENT.lines)
    )
    assert scanned([page]) == [[ENVELOPE.tracking_number]]
