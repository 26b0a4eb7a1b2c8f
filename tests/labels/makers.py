"""The usual labels, and eyes to look at what was drawn: a renderer and a decoder."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image

import labels
from labels import DossierLabel, ParcelLabel, Party

CENTRE = "Trung tâm Phục vụ hành chính công phường Bến Nghé, Thành phố Hồ Chí Minh"
SENDER = Party(
    "Trung tâm Phục vụ hành chính công phường Bến Nghé",
    ("86 Lê Thánh Tôn, phường Bến Nghé", "Thành phố Hồ Chí Minh", "ĐT: 028 3829 6052"),
)
RECIPIENT = Party(
    "Sở Xây dựng Thành phố Hồ Chí Minh",
    ("63 Lý Tự Trọng, phường Bến Thành", "Thành phố Hồ Chí Minh", "ĐT: 028 3829 1010"),
)
LONG_PARTY = Party(
    "Trung tâm Phục vụ hành chính công phường Nguyễn Thị Minh Khai, Thành phố Hồ Chí Minh",
    (
        "Số 1234/56/78 đường Nguyễn Thị Minh Khai nối dài, khu phố 12, phường Tân Thới Hiệp",
        "Thành phố Hồ Chí Minh",
        "ĐT: 028 3829 6052",
    ),
)
LONG_PROCEDURE = (
    "Cấp Giấy chứng nhận quyền sử dụng đất, quyền sở hữu tài sản gắn liền với đất lần đầu đối với "
    "tài sản mà chủ sở hữu không đồng thời là người sử dụng đất"
)
SIXTY = tuple(f"H29.12-261123-{n:04d}" for n in range(1, 61))
PARCEL = ParcelLabel(
    tracking_number="RR123456785VN",
    direction_text="GỬI CƠ QUAN GIẢI QUYẾT",
    carrier_title="Bưu điện Việt Nam",
    sender=SENDER,
    recipient=RECIPIENT,
    dossier_codes=("H29.12-261123-0001",),
    qr="https://hoso.example.vn/p/RR123456785VN",
    centre=CENTRE,
)
DOSSIER = DossierLabel(
    code="H29.12-261123-0001",
    procedure="Đổi giấy phép lái xe do ngành Giao thông vận tải cấp",
    office="Trung tâm Phục vụ hành chính công phường Bến Nghé",
    received_on="23/11/2026",
    qr="https://hoso.example.vn/t/7KQ4-XM2P-9D",
)


def a_parcel(**changes: Any) -> ParcelLabel:
    """The usual parcel label, but for the changes."""
    return replace(PARCEL, **changes)


def a_dossier(**changes: Any) -> DossierLabel:
    """The usual dossier label, but for the changes."""
    return replace(DOSSIER, **changes)


def printed(*some: ParcelLabel | DossierLabel, dpi: float = 203.2) -> list[Image.Image]:
    """The pages as a printer of that resolution would be sent them, in grey."""
    return rendered(labels.draw(some), dpi)


def rendered(pdf: bytes, dpi: float) -> list[Image.Image]:
    """The pages of a PDF as dots, in grey."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def scanned(image: Image.Image) -> dict[str, str]:
    """What a scanner reads off the page: text by kind of symbol."""
    return {code.format.name: code.text for code in zxingcpp.read_barcodes(image)}


def read(some: Sequence[ParcelLabel | DossierLabel]) -> str:
    """What a person reads off the pages, with single spaces."""
    with closing(pypdfium2.PdfDocument(labels.draw(some))) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(texts).split())
