"""Two hundred hard labels on every paper in every format: each scans, and says what was asked.

Long and odd names, one dossier and sixty, numbers of ours and of foreign posts, and strings that
break programs: mark-up, commands of printers and shells, signs from everywhere.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from random import Random

import pypdfium2
import pytest
from PIL import Image

import labels
from adapters.s10 import s10_check_digit
from labels import (
    DossierLabel,
    Medium,
    ParcelLabel,
    Party,
    Unprintable,
    layout,
    lettering,
    paper,
)
from labels.drawing import Symbol
from labels.layout import Label
from tests.labels.eyes import seen
from tests.labels.makers import LONG_PARTY, LONG_PROCEDURE, SIXTY, a_dossier, a_parcel, scanned
from tests.sampling import Share

COUNT = 200
Edges = tuple[float, float, float, float]

FAMILIES = ("Nguyễn", "Trần", "Đặng", "Huỳnh", "Tôn Nữ", "Công Tằng Tôn Nữ", "Vũ", "Quách")
MIDDLES = ("Thị Hồng", "Văn", "Hoàng Thuỳ", "Ngọc Bảo", "Phương Uyên", "Quốc", "Thị Kim Ánh")
GIVEN = ("Ẩn", "Ỷ", "Ợi", "Ữ", "Nghiêng", "Khuyến", "Huyền", "Thưởng", "Ẵm", "Quỳnh", "Đỗ", "Ổi")
NAUGHTY = (
    "<script>alert(1)</script>",
    "'; DROP TABLE dossier; --",
    "^XA^FDHẾT^FS^XZ",
    "~JA ~HM ^FN1^FD",
    "(cm) Tj ET Q\\)",
    "${jndi:ldap://x}",
    "../../../etc/passwd",
    "=CMD|'/C calc'!A0",
    "%s %n %x {0} {{7*7}}",
    "NULL None undefined NaN",
    "“Ngoặc” «kép» \u2018đơn\u2019",
    "a\u0301 e\u0302\u0301 o\u031b\u0323",  # marks that stand apart
    "Ân\u200b\u200d\ufeff Ẩn",  # signs of no width
    "\u202eđảo ngược\u202c",  # right to left
    "\uff34\uff25\uff38\uff34 \uff21",  # full width
    "№ 7 ﬁ ½ ①",
    "Tab\tvà\nxuống dòng",
    "🏣 Bưu điện",
    "王小明",
    "W" * 60,
    "-" * 40,
    "1234567890 " * 6,
)


def hard_labels() -> Iterator[Label]:
    chance = Random(3)
    for n in range(COUNT):
        name = NAUGHTY[n // 4 % len(NAUGHTY)] if n % 4 == 3 else _a_name(chance)
        yield _a_folder(n, name, chance) if n % 3 == 2 else _a_parcel(n, name, chance)


def _a_name(chance: Random) -> str:
    name = " ".join(chance.choice(part) for part in (FAMILIES, MIDDLES, GIVEN))
    return f"{name} và {name}, thừa kế của cụ {name}" if chance.random() < 0.15 else name


def _a_parcel(n: int, name: str, chance: Random) -> ParcelLabel:
    number = _a_number(n, chance)
    long = chance.random() < 0.2
    address = LONG_PARTY.lines if long else (f"{n} phố {name[:30]}", "Thành phố Hồ Chí Minh")
    return a_parcel(
        tracking_number=number,
        recipient=Party(name, address),
        sender=LONG_PARTY if chance.random() < 0.2 else a_parcel().sender,
        dossier_codes=SIXTY[: chance.choice((0, 1, 2, 7, 60))],
        qr=f"https://hoso.example.vn/courier/{number}",
        reprint=chance.choice((0, 0, 1, 12)),
    )


def _a_number(n: int, chance: Random) -> str:
    serial = f"{chance.randrange(10**8):08d}"
    s10 = f"{chance.choice(('EB', 'RR', 'CP', 'LX'))}{serial}{s10_check_digit(serial)}"
    return chance.choice((f"{s10}VN", f"{s10}CN", f"99{serial}", f"S{serial}.HN1.B", f"BC-{n:05d}"))


def _a_folder(n: int, name: str, chance: Random) -> DossierLabel:
    return a_dossier(
        code=chance.choice((f"H29.12-261123-{n:04d}", f"000.00.12.H49-261123-{n:04d}")),
        procedure=chance.choice((LONG_PROCEDURE, f"Đổi giấy phép lái xe của {name}")),
        qr=f"https://hoso.example.vn/t/{n:05d}KQ4XM2P9D",
        reprint=chance.choice((0, 0, 3)),
    )


@cache
def printable(medium: str) -> list[Label]:
    """Those that fit this paper; the others are refused, and are few where there is room."""
    good = []
    for label in hard_labels():
        try:
            layout.page(label, paper.named(medium))
        except Unprintable:
            continue
        good.append(label)
    return good


def said(label: Label, medium: str) -> dict[str, str]:
    """What a scanner is to read of a label: what stands on it."""
    page = layout.page(label, paper.named(medium))
    kinds = {len(mark.rows) > 1 for mark in page.marks if isinstance(mark, Symbol)}
    code = label.tracking_number if isinstance(label, ParcelLabel) else label.code
    return ({"Code128": code} if False in kinds else {}) | (
        {"QRCode": label.qr} if True in kinds else {}
    )


EVERY_MEDIUM = pytest.mark.parametrize("medium", paper.MEDIA)


@EVERY_MEDIUM
def test_most_hard_labels_can_be_printed_and_every_parcel_has_its_bars(medium: str) -> None:
    good = printable(medium)
    assert len(good) >= (0.9 if paper.named(medium).label_width > 90 else 0.6) * COUNT
    assert all("Code128" in said(label, medium) for label in good if isinstance(label, ParcelLabel))
    assert all(said(label, medium) for label in good)


@pytest.mark.slow
@pytest.mark.one_in(4)
@EVERY_MEDIUM
@pytest.mark.parametrize("file_format", labels.FORMATS)
def test_two_hundred_hard_labels_scan(file_format: str, medium: str, share: Share) -> None:
    sheet, good = paper.named(medium), share.drawn(printable(medium))
    places = [(x, y, x + sheet.label_width, y + sheet.label_height) for x, y in sheet.places]
    # The label printer in a package takes no more at once.
    lot = 3 if file_format == "zpl" else max(len(places), 8)
    for start in range(0, len(good), lot):
        some = good[start : start + lot]
        file = labels.draw(some, medium=medium, format=file_format)
        pages = seen(file, file_format, sheet)
        read = [_ours(_cut(page, place, sheet)) for page in pages for place in places]
        assert read[: len(some)] == [said(label, medium) for label in some]


def _cut(page: Image.Image, edges: Edges, sheet: Medium) -> Image.Image:
    """One sticker of a page, whatever its dots are: a screen's are larger than a printer's."""
    dots = page.width / sheet.width
    left, top, right, bottom = (round(edge * dots) for edge in edges)
    return page.crop((left, top, right, bottom))


def _ours(sticker: Image.Image) -> dict[str, str]:
    """What is read in our kinds of symbols. In one label of hundreds a line through a QR code can
    be taken for the bars of a grocer's article.
    """
    read = scanned(sticker.convert("L"))
    return {kind: text for kind, text in read.items() if kind in ("Code128", "QRCode")}


@EVERY_MEDIUM
def test_the_words_of_hard_labels_can_be_copied_out_of_the_pdf(medium: str) -> None:
    good = printable(medium)
    file = labels.draw(good, medium=medium)
    with closing(pypdfium2.PdfDocument(file)) as document:
        texts = [_bare(page.get_textpage().get_text_range()) for page in document]
    places = len(paper.named(medium).places)
    for n, label in enumerate(good):
        wanted = label.recipient.name if isinstance(label, ParcelLabel) else label.code
        assert _bare(lettering.settable(wanted)) in texts[n // places]


def _bare(text: str) -> str:
    """The signs without the white between them: lines break where they must."""
    return "".join(unicodedata.normalize("NFC", text).split())
