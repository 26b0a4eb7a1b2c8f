"""PDF, ZPL, PNG and SVG of the same labels: all scan, all say the same, none obeys a name."""

import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

import labels
from labels import (
    FORMATS,
    DossierLabel,
    ParcelLabel,
    Party,
    Unprintable,
    Why,
    dots,
    layout,
    paper,
    zpl,
)
from labels.drawing import Block, Page, Symbol, Words
from tests.labels.eyes import by_browser, by_label_printer, codes, files_in, is_black, seen
from tests.labels.makers import a_dossier, a_parcel

A6, SMALL, FINE = (paper.named(name) for name in ("a6", "100x50", "100x150-300"))
LONG_NAME = (
    "Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính Ủy ban nhân dân phường Nghĩa Đô"
)
OTHERS = sorted(paper.MEDIA.keys() - {"a6", "100x50"})

SOME: list[ParcelLabel | DossierLabel] = [
    a_parcel(),
    a_parcel(tracking_number="99123456", qr="https://hoso.example.vn/p/99123456", reprint=2),
    a_parcel(
        tracking_number="LX012345675CN",
        recipient=Party(LONG_NAME, ("Thành phố Hà Nội",)),
        qr="https://hoso.example.vn/p/3",
    ),
    a_dossier(),
]


def their_codes(medium: str) -> list[str]:
    """Bars and QR; the smallest sticker has room for one, the one by which it is looked for."""
    numbers = {each.tracking_number: each for each in SOME if isinstance(each, ParcelLabel)}
    folders = {each.code: each for each in SOME if isinstance(each, DossierLabel)}
    if medium == "a4-40":
        return sorted([*numbers, *(each.qr for each in folders.values())])
    return sorted(text for code, each in {**numbers, **folders}.items() for text in (code, each.qr))


@pytest.mark.one_in(3)
@pytest.mark.parametrize(
    "medium", ["a6", "100x50", *(pytest.param(m, marks=pytest.mark.slow) for m in OTHERS)]
)
@pytest.mark.parametrize("file_format", ["zpl", "png", "svg"])  # PDF: see test_media
def test_every_label_scans_on_every_paper_in_every_format(file_format: str, medium: str) -> None:
    file = labels.draw(SOME, medium=medium, format=file_format)
    pages = seen(file, file_format, paper.named(medium))
    assert sorted(text for page in pages for text in codes(page)) == their_codes(medium)


@pytest.mark.parametrize("medium", ["a6", "100x50", "100x150-300", "a4-24"])
def test_a_label_printer_and_a_picture_show_the_very_same_dots(medium: str) -> None:
    sheet = paper.named(medium)
    by_printer, pictured = (
        seen(labels.draw(SOME, medium=medium, format=file_format), file_format, sheet)
        for file_format in ("zpl", "png")
    )
    for one, other in zip(by_printer, pictured, strict=True):
        assert np.array_equal(is_black(one), is_black(other))


@pytest.mark.covering
@pytest.mark.parametrize("medium", [A6, FINE])
@pytest.mark.parametrize("file_format", ["zpl", "png", "svg"])
@pytest.mark.parametrize("number", ["RR123456785VN", "000.00.12.H49-261123-0001"])
def test_each_bar_is_exactly_its_modules_wide(
    file_format: str, medium: labels.Medium, number: str
) -> None:
    label = a_parcel(tracking_number=number)
    (page,) = seen(labels.draw([label], medium=medium, format=file_format), file_format, medium)
    for symbol in (m for m in layout.page(label, medium).marks if isinstance(m, Symbol)):
        left, top, width, height, wide, high = (
            round(length / medium.dot)
            for length in (
                *(symbol.left, symbol.top, symbol.width, symbol.height),
                *(symbol.module, symbol.row_height),
            )
        )
        rows = np.array([[module == "1" for module in row] for row in symbol.rows])
        there = is_black(page)[top : top + height, left : left + width]
        upright = np.rot90(there) if symbol.turned else there
        assert np.array_equal(upright, np.kron(rows, np.ones((high, wide), np.bool_)))


def test_a_picture_has_the_printers_dots_and_says_so() -> None:
    for medium, size, dpi in ((A6, (840, 1184), 203.2), (FINE, (1181, 1772), 300)):
        picture = Image.open(BytesIO(labels.draw([a_parcel()], medium=medium, format="png")))
        assert (picture.mode, picture.size) == ("1", size)
        assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.01)


def test_svg_and_dots_set_the_words_in_the_same_places() -> None:
    files = {each: labels.draw([a_parcel()], format=each, medium=FINE) for each in ("png", "svg")}
    by_dots, by_curves = (is_black(seen(file, each, FINE)[0]) for each, file in files.items())
    assert np.mean(by_dots != by_curves) < 0.02
    assert by_dots.mean() == pytest.approx(by_curves.mean(), rel=0.03)


@pytest.mark.parametrize("file_format", ["zpl", "png", "svg"])
def test_white_words_stand_on_their_band(file_format: str) -> None:
    for label in (a_parcel(), a_dossier()):
        band = next(m for m in layout.page(label, A6).marks if isinstance(m, Block))
        (page,) = seen(labels.draw([label], format=file_format), file_format, A6)
        corners = (band.left, band.top, band.left + band.width, band.top + band.height)
        on_band = is_black(page.crop(tuple(round(corner / A6.dot) for corner in corners)))
        assert 0.03 < 1 - on_band.mean() < 0.5
        assert on_band[0].all()
        assert on_band[:, 0].all()


def test_white_words_off_any_band_leave_the_black_ones_alone() -> None:
    band, above = Block(5, 5, 40, 8), Words(6, 30, "Trên giấy", 12, bold=True)
    white = [Words(7, 11, "Trên băng", 12, white=True), Words(6, 30, "Trên giấy", 12, white=True)]
    page = Page(50, 40, (band, above, *white))
    (printed,) = by_label_printer(zpl.write([page], 0.125))
    assert is_black(printed)[24 * 8 :].any()
    assert not is_black(printed)[5 * 8 : 13 * 8, 7 * 8 : 40 * 8].all()


def without_breaks(text: str) -> str:
    """As lines end at one place or another."""
    return text.replace(" ", "").replace(";", "")


HOSTILE = [
    "^XZ~JR^XA^FDTrộm^FS",
    "~DYE:X.TTF,A,T,9,,00 ^FX ^CC! ^CT+",
    '</title><script>alert("1")</script>',
    "]]><!-- & &lt; &#0; <!DOCTYPE x [<!ENTITY a 'b'>]> %x; 'q'",
    "(Tj) ET endstream endobj \\ (( %%EOF",
]
GRAPHIC = rb"\^FO\d+,\d+\^GFA,(\d+),\1,\d+,:Z64:[A-Za-z0-9+/]+=*:[0-9A-F]{4}\^FS"
ONE_LABEL = re.compile(
    rb"\^XA\^LH0,0\^PW\d+\^LL\d+(?:" + GRAPHIC.replace(rb"\1", rb"\d+") + rb")+\^XZ\n"
)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_command_a_label_printer(name: str) -> None:
    label = a_parcel(recipient=Party(name, (name,)), centre=name, carrier_title=name[:20])
    file = labels.draw([label], format="zpl")
    assert ONE_LABEL.fullmatch(file)
    assert codes(by_label_printer(file)[0]) == ["RR123456785VN", label.qr]


@pytest.mark.covering
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("file_format", FORMATS)
def test_a_label_scans_whatever_the_names_are(file_format: str, name: str) -> None:
    label = a_parcel(recipient=Party(name, (name,)), sender=Party(name, ()))
    (page,) = seen(labels.draw([label], format=file_format), file_format, A6)
    assert codes(page) == ["RR123456785VN", label.qr]


@pytest.mark.parametrize("name", HOSTILE)
def test_svg_holds_any_name_as_words_and_nothing_else(name: str) -> None:
    file = labels.draw([a_parcel(recipient=Party(name, ()))], format="svg")
    svg = ElementTree.fromstring(file)
    title, description, *drawn = list(svg)
    assert title.text == "RR123456785VN"
    assert without_breaks(name) in without_breaks(description.text or "")
    tags = {element.tag.rpartition("}")[2] for each in drawn for element in each.iter()}
    assert tags == {"defs", "path", "g", "use"}


@pytest.mark.parametrize("file_format", ["zpl", "png", "svg"])
@pytest.mark.parametrize("sign", ["\x0b", "\x1b", "\ud800", "王", "\ufffe"])
def test_a_page_with_a_sign_that_would_be_left_out_is_refused(file_format: str, sign: str) -> None:
    page = Page(40, 20, (Words(1, 10, f"A{sign}Ấ", 10),))
    with pytest.raises(Unprintable) as refused:
        labels.render([page], A6.dot, file_format)
    assert (refused.value.text, refused.value.why) == (sign, Why.NO_SUCH_LETTER)


def test_one_who_cannot_see_hears_the_number_and_every_word() -> None:
    svg = ElementTree.fromstring(labels.draw([a_dossier()], format="svg"))
    title, description = list(svg)[:2]
    assert svg.get("role") == "img"
    assert title.text == "H29.12-261123-0001"
    assert "Đổi giấy phép lái xe" in (description.text or "")
    assert "hoso.example.vn" not in (title.text or "") + (description.text or "")


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_labels_give_the_same_bytes_in_every_format(file_format: str) -> None:
    first = labels.draw(SOME, format=file_format)
    for kept in (zpl._field, dots._piece, dots._letter, dots._font):
        kept.cache_clear()
    assert labels.draw(SOME, format=file_format) == first


@pytest.mark.parametrize("file_format", FORMATS)
def test_many_clerks_can_print_in_any_format_at_once(file_format: str) -> None:
    some = [[a_parcel(recipient=Party(f"Người thứ {n} ở ngõ {n * 7}", ()))] for n in range(12)]
    with ThreadPoolExecutor(4) as clerks:
        drawn = list(clerks.map(lambda each: labels.draw(each, format=file_format), some))
    assert drawn == [labels.draw(each, format=file_format) for each in some]


@pytest.mark.parametrize("file_format", ["png", "svg"])
def test_several_pages_of_one_page_formats_come_as_numbered_files(file_format: str) -> None:
    bundle = labels.draw(SOME, format=file_format)
    singles = [labels.draw([each], format=file_format) for each in SOME]
    names = [f"{number:04d}.{file_format}" for number in (1, 2, 3, 4)]
    assert files_in(bundle) == dict(zip(names, singles, strict=True))
    assert labels.media_type(file_format, bundle) == "application/zip"


@pytest.mark.parametrize(
    ("file_format", "kind"),
    [
        ("pdf", "application/pdf"),
        ("zpl", "application/zpl"),
        ("png", "image/png"),
        ("svg", "image/svg+xml"),
    ],
)
def test_each_format_has_its_media_type(file_format: str, kind: str) -> None:
    assert labels.media_type(file_format) == kind
    assert labels.media_type(file_format, labels.draw([a_dossier()], format=file_format)) == kind


@pytest.mark.parametrize("offset", [(-2.5, -2.5), (2.5, 2.5), (-1.25, 0.125)])
def test_a_shifted_label_is_shifted_by_whole_dots_and_all_of_it_is_there(
    offset: tuple[float, float],
) -> None:
    file = labels.draw([a_parcel()], format="zpl", medium=SMALL, offset=offset)
    still = is_black(by_label_printer(labels.draw([a_parcel()], format="zpl", medium=SMALL))[0])
    across, down = (round(length * 8) for length in offset)
    beyond = np.pad(still, 40)
    moved = beyond[40 - down : 40 - down + 400, 40 - across : 40 - across + 800]
    assert ONE_LABEL.fullmatch(file)
    assert moved.sum() == still.sum()
    assert np.array_equal(is_black(by_label_printer(file)[0]), moved)


def test_no_graphic_is_larger_than_a_label_printer_takes() -> None:
    page = Page(210, 297, (Block(1, 1, 208, 295), Words(10, 40, "Trắng", 90, white=True)))
    file = zpl.write([page], 25.4 / 600)
    sizes = [int(size) for size in re.findall(rb"\^GFA,(\d+),", file)]
    assert len(sizes) > 40
    assert max(sizes) <= 99_999
    assert np.array_equal(is_black(by_label_printer(file)[0]), dots.picture(page, 25.4 / 600))


@pytest.mark.parametrize(("medium", "most"), [("a6", 16_000), ("100x50", 8_000)])
def test_a_label_is_little_to_send_to_a_printer(medium: str, most: int) -> None:
    assert len(labels.draw([a_parcel()], medium=medium, format="zpl")) < most


def test_any_page_can_be_rendered_not_only_labels() -> None:
    receipt = Page(
        80, 60, (Words(5, 10, "Giấy tiếp nhận hồ sơ", 11, bold=True), Block(5, 12, 70, 0.3))
    )
    for file_format in FORMATS:
        file = labels.render([receipt, receipt], 0.125, file_format)
        medium = labels.Medium("receipt", 80, 60, dpi=203, margin=3)
        assert [is_black(page).any() for page in seen(file, file_format, medium)] == [True, True]
    with pytest.raises(labels.NothingToPrint):
        labels.render([], 0.125, "png")
    with pytest.raises(labels.UnknownFormat):
        labels.render([receipt], 0.125, "docx")


def test_a_browser_shows_a_turned_symbol_as_the_printer_does() -> None:
    label = a_parcel(tracking_number="000.00.12.H49-261123-0001")
    (page,) = by_browser(labels.draw([label], format="svg"), A6)
    assert codes(page) == [label.tracking_number, label.qr]
