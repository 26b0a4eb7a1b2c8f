"""The usual papers, and the longest receipt that there can be."""

from dataclasses import replace
from typing import Any

from labels.papers import contents_slip, handover_list
from labels.papers.anchor import Anchor
from labels.papers.contents_slip import ContentsSlip
from labels.papers.envelope import Envelope
from labels.papers.handover_list import HandoverList
from labels.papers.receipt import Receipt
from labels.papers.strips import Pair
from tests.labels.makers import LONG_PARTY, LONG_PROCEDURE, RECIPIENT, SENDER

WAY = (
    "Số 1234/56/78 đường Nguyễn Thị Minh Khai nối dài, khu phố 12, phường Tân Thới Hiệp, Thành phố "
    "Hồ Chí Minh (cạnh trường tiểu học, đi vào hẻm 20 mét, nhà cổng xanh, hỏi bà Ẩn bán nước)"
)


RECEIPT = Receipt(
    code="H49.12-261123-0001",
    above="Trung tâm Phục vụ hành chính công tỉnh Quảng Ninh",
    office="Bộ phận Một cửa phường Uông Bí",
    office_phone="0203 3854 001",
    applicant="Nguyễn Thị Hồng Ẩn",
    address="Số 12, tổ 5, khu Bắc Sơn, phường Uông Bí, tỉnh Quảng Ninh",
    phone="0912 345 678",
    email="hong.an@example.vn",
    procedure=Pair(
        "Đổi giấy phép lái xe do ngành Giao thông vận tải cấp", "Renewal of a driving licence"
    ),
    limit=Pair("5 ngày làm việc", "5 working days"),
    received=Pair("8 giờ 00 phút, ngày 23 tháng 11 năm 2026", "08:00, 23 November 2026"),
    due=Pair("17 giờ 00 phút, ngày 01 tháng 12 năm 2026", "17:00, 1 December 2026"),
    return_to=Pair("Tại nhà, qua dịch vụ bưu chính công ích", "At home, by public postal service"),
    form="Mẫu số 01, Thông tư số 03/2025/TT-VPCP",
    lookup_code="7K3M-Q2XW-9PTA8",
    site="hoso.example.vn",
    qr="https://hoso.example.vn/t/7K3MQ2XW9PTA8ABCDEFGHIJKLMNOPQRSTUV",
)


ANCHOR = Anchor(
    "999999999-WWWW-WWWW-WWWW-WWWW",
    "DE05C169D66F697B 999999999 Y3RL5NHDXSC77AUDSY5IIWB5WUS4FI3NJWHWN24IRVBPNIBG7R6A",
)


LONGEST_RECEIPT = replace(
    RECEIPT,
    above=LONG_PARTY.name,
    office=LONG_PARTY.name,
    applicant=("Công ty trách nhiệm hữu hạn một thành viên " * 5)[:200],
    address=(WAY * 3)[:500],
    procedure=Pair(LONG_PROCEDURE, LONG_PROCEDURE),
    return_to=Pair(LONG_PARTY.name + ", " + WAY, LONG_PARTY.name),
    reprint=12,
)


def a_receipt(**changes: Any) -> Receipt:
    """The usual receipt, but for the changes."""
    return replace(RECEIPT, **changes)


def numbers(count: int) -> list[str]:
    return [f"EB{n:09d}VN" for n in range(1, count + 1)]


def a_list(count: int, **changes: Any) -> HandoverList:
    """A list of so many parcels: the n-th has n dossiers modulo 3, and one more."""
    made = HandoverList(
        number="BK-261123-0001",
        above="",
        office="Trung tâm Phục vụ hành chính công Uông Bí",
        carrier="Bưu điện Việt Nam",
        made="23/11/2026 08:30",
        lines=tuple(
            handover_list.Line(
                number, "Gửi cơ quan giải quyết", "Phòng Cảnh sát giao thông", n % 3 + 1
            )
            for n, number in enumerate(numbers(count), start=1)
        ),
    )
    return replace(made, **changes)


def a_slip(count: int, **changes: Any) -> ContentsSlip:
    """The slip of a parcel with so many dossiers."""
    made = ContentsSlip(
        tracking_number="EB100000015VN",
        title=contents_slip.OUTWARD,
        above="",
        carrier="Bưu điện Việt Nam",
        sender=SENDER.name,
        recipient=RECIPIENT.name,
        sealed="23/11/2026 08:30",
        lines=tuple(
            contents_slip.Line(f"000.00.12.H49-261123-{n:04d}", LONG_PROCEDURE)
            for n in range(1, count + 1)
        ),
    )
    return replace(made, **changes)


ENVELOPE = Envelope(SENDER, RECIPIENT, "EB100000015VN", "Bưu điện Việt Nam")
