"""What lies in a parcel with many dossiers: the list that its receiver ticks off.

The same paper tells what an authority sends back: its title and its last column are then others.
"""

from dataclasses import dataclass

from labels.drawing import Page
from labels.papers import listing
from labels.papers.listing import Code, Column, Listing
from labels.papers.strips import Pair

OUTWARD = Pair("BẢNG KÊ HỒ SƠ TRONG BƯU GỬI", "Dossiers in this parcel")
HOMEWARD = Pair("BẢNG KÊ HỒ SƠ, KẾT QUẢ GỬI TRẢ", "Dossiers and results sent back")


@dataclass(frozen=True, slots=True)
class Line:
    """One dossier."""

    code: str
    procedure: str
    result_ready: str = ""
    """The day of its result; empty if there is none, or none is known."""


@dataclass(frozen=True, slots=True)
class ContentsSlip:
    """The words of one slip; days and times as they shall be read."""

    tracking_number: str
    title: Pair
    above: str
    """The authority above the sender; may be empty."""
    carrier: str
    sender: str
    recipient: str
    sealed: str
    lines: tuple[Line, ...]


def pages(paper: ContentsSlip) -> list[Page]:
    """Return the slip's pages. Raises Unprintable."""
    homeward = paper.title == HOMEWARD
    last = Pair("Ngày có kết quả", "Result of") if homeward else Pair("Kiểm nhận", "Checked")
    return listing.pages(
        Listing(
            above=paper.above,
            office=paper.sender,
            title=paper.title,
            number=paper.tracking_number,
            facts=(
                (Pair("Nơi gửi", "From"), paper.sender),
                (Pair("Nơi nhận", "To"), paper.recipient),
                (Pair("Đơn vị bưu chính", "Carrier"), paper.carrier),
                (Pair("Niêm phong lúc", "Sealed at"), paper.sealed),
            ),
            columns=(
                Column(Pair("Mã hồ sơ", "Dossier"), 82),
                Column(Pair("Thủ tục", "Procedure"), 72),
                Column(last, 22, 0.5),
            ),
            lines=[
                (Code(e.code), e.procedure, e.result_ready if homeward else "") for e in paper.lines
            ],
            totals=((Pair("Tổng số hồ sơ", "Dossiers"), str(len(paper.lines))),),
            signers=(
                (Pair("NGƯỜI NIÊM PHONG", "Sealed by"), ""),
                (Pair("NGƯỜI MỞ, KIỂM NHẬN", "Opened and checked by"), ""),
            ),
        )
    )
