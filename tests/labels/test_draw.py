"""The whole way: words in, a PDF out, a scanner and a reader at its end."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pypdfium2
import pytest

import labels
from labels import NothingToPrint, Party, UnknownFormat, UnknownMedium, Unprintable
from tests.labels.makers import CENTRE, a_dossier, a_parcel, printed, read, scanned

NUMBERS = ["RR123456785VN", "EE987654325VN", "LX012345675CN", "1Z999AA10123456784", "99123456"]
CODES = ["H29.12-261123-0001", "000.00.12.H49-261123-0001", "G01.899.108.000-251123-9999"]


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_parcel_scans_as_its_number_and_its_address(dpi: int) -> None:
    some = [a_parcel(tracking_number=n, qr=f"https://hoso.example.vn/p/{n}") for n in NUMBERS]
    assert [scanned(page) for page in printed(*some, dpi=dpi)] == [
        {"Code128": n, "QRCode": f"https://hoso.example.vn/p/{n}"} for n in NUMBERS
    ]


@pytest.mark.parametrize("dpi", [203, 300])
def test_a_folder_scans_as_its_code_and_its_address(dpi: int) -> None:
    some = [a_dossier(code=code) for code in CODES]
    assert [scanned(page) for page in printed(*some, dpi=dpi)] == [
        {"Code128": code, "QRCode": a_dossier().qr} for code in CODES
    ]


def test_a_printer_that_blackens_every_dot_it_touches_makes_no_bar_fatter() -> None:
    page = printed(a_parcel(), dpi=203.2)[0]
    through_the_bars = [page.getpixel((x, 40 * 8)) for x in range(page.width)]
    dots = "".join("0" if grey == 255 else "1" for grey in through_the_bars)
    modules = labels.bars.modules("RR123456785VN")
    assert dots.strip("0") == "".join(3 * module for module in modules)


def test_every_word_can_be_read_accents_and_all() -> None:
    text = read([a_parcel(reprint=1)])
    for words in (
        CENTRE,
        "GỬI CƠ QUAN GIẢI QUYẾT",
        "Bưu điện Việt Nam In lại lần 1",
        "RR 123 456 785 VN",
        "Người nhận Sở Xây dựng Thành phố Hồ Chí Minh 63 Lý Tự Trọng, phường Bến Thành",
        "Người gửi Trung tâm Phục vụ hành chính công phường Bến Nghé 86 Lê Thánh Tôn",
        "Số hồ sơ: 1 H29.12-261123-0001",
    ):
        assert words in text


def test_a_folder_tells_its_office_procedure_and_day() -> None:
    text = read([a_dossier(reprint=3)])
    for words in (a_dossier().office, "HỒ SƠ", a_dossier().procedure, "23/11/2026", "In lại lần 3"):
        assert words in text


def test_letters_typed_in_pieces_are_printed_whole() -> None:
    name = "Nguyễn Thị Hồng Ẩn"
    typed = unicodedata.normalize("NFD", name)
    assert name in read([a_parcel(recipient=Party(typed, ()))])


LONG = (
    "Ban Quản lý Dự án đầu tư xây dựng các công trình giao thông và nông nghiệp thuộc Ủy ban nhân "
    "dân Thành phố Hồ Chí Minh, bộ phận tiếp nhận và trả kết quả giải quyết thủ tục hành chính"
)
WAY = "Số 1234/56/78 đường Nguyễn Thị Minh Khai nối dài, khu phố 12, phường Tân Thới Hiệp"


def test_long_names_and_addresses_are_set_smaller_and_never_cut() -> None:
    party = Party(LONG, (WAY, WAY + " (cạnh trường học)", "Thành phố Hồ Chí Minh"))
    label = a_parcel(recipient=party, sender=party, centre=LONG, carrier_title=WAY[:60])
    text = read([label])
    assert text.count(LONG) == 3
    assert text.count(WAY) == 4
    assert scanned(printed(label)[0])["Code128"] == "RR123456785VN"


def test_nothing_is_printed_on_the_edge_of_the_paper() -> None:
    codes = tuple(f"H29.12-261123-{n:04d}" for n in range(60))
    party = Party(LONG, (WAY, WAY))
    full = a_parcel(recipient=party, sender=party, centre=LONG, dossier_codes=codes, reprint=12)
    for page in printed(full, a_parcel(tracking_number=CODES[1]), a_dossier(), dpi=203):
        edge = 23
        inner = page.crop((edge, edge, page.width - edge, page.height - edge))
        page.paste(255, (edge, edge, page.width - edge, page.height - edge))
        assert page.getextrema() == (255, 255)
        assert inner.getextrema() == (0, 255)


def test_one_page_for_each_label_in_the_order_asked_for() -> None:
    some = [a_parcel(tracking_number=number) for number in NUMBERS]
    assert [scanned(page)["Code128"] for page in printed(*some)] == NUMBERS
    with closing(pypdfium2.PdfDocument(labels.draw(some))) as document:
        sizes = [[round(points / 72 * 25.4, 2) for points in page.get_size()] for page in document]
    assert sizes == [[105, 148]] * len(NUMBERS)


def test_the_same_labels_give_the_same_bytes() -> None:
    some = [a_parcel(), a_dossier()]
    assert labels.draw(some) == labels.draw(some)


def test_many_clerks_can_print_at_once() -> None:
    some = [[a_parcel(recipient=Party(f"Người thứ {n}", (WAY,)))] for n in range(12)]
    with ThreadPoolExecutor(4) as clerks:
        assert list(clerks.map(labels.draw, some)) == [labels.draw(each) for each in some]


def test_one_label_is_a_small_file() -> None:
    assert len(labels.draw([a_parcel()])) < 30_000
    hundred = [a_parcel(tracking_number=f"RR{n:09d}VN") for n in range(100)]
    assert len(labels.draw(hundred)) < 100 * 3_000


@pytest.mark.parametrize("number", ["", "Hồ sơ", "A" * 80])
def test_a_label_that_would_not_scan_is_refused_and_none_is_printed(number: str) -> None:
    with pytest.raises(Unprintable):
        labels.draw([a_parcel(), a_parcel(tracking_number=number)])


def test_unknown_paper_and_file_are_refused_with_the_names_there_are() -> None:
    with pytest.raises(UnknownMedium, match="'a5' is none of a6") as paper:
        labels.draw([a_parcel()], medium="a5")
    with pytest.raises(UnknownFormat, match="'docx' is none of pdf") as file:
        labels.draw([a_parcel()], format="docx")
    assert "a6" in paper.value.allowed
    assert file.value.allowed == ("pdf", "zpl", "png", "svg")
    assert isinstance(paper.value, ValueError)


def test_no_labels_make_no_file() -> None:
    with pytest.raises(NothingToPrint):
        labels.draw([])
