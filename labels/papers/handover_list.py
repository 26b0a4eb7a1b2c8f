"""What one courier signs for: the list of the parcels that he takes, or brings.

"Bảng kê giao nhận". No national form was found; the fields are those that are usual between a
centre and the post: numbers, directions, places, totals, and two signatures, in two copies. The
weight is the post's to write.
"""

from dataclasses import dataclass

from labels.drawing import Page
from labels.papers import listing
from labels.papers.anchor import Anchor
from labels.papers.listing import Code, Column, Listing
from labels.papers.strips import Pair

_COLUMNS = (
    Column(Pair("Số hiệu bưu gửi", "Item number"), 91),
    Column(Pair("Chiều gửi", "Direction"), 22),
    Column(Pair("Nơi nhận", "To"), 27),
    Column(Pair("Số hồ sơ", "Dossiers"), 12, 0.5),
    Column(Pair("Khối lượng (g)", "Weight"), 13),
    Column(Pair("Ghi chú", "Note"), 11),
)
_BARS_WIDE = 57.0
"""Eighteen figures and letters have room, at a quarter of a millimetre for the thinnest bar."""


@dataclass(frozen=True, slots=True)
class Line:
    """One parcel."""

    tracking_number: str
    direction: str
    place: str
    """Where it goes: of a citizen no more than the ward."""
    dossiers: int


@dataclass(frozen=True, slots=True)
class HandoverList:
    """The words of one list; times as they shall be read."""

    number: str
    above: str
    office: str
    carrier: str
    made: str
    lines: tuple[Line, ...]
    signed: str = ""
    """When the courier signed; empty before."""
    signed_by: str = ""
    giver: str = ""
    """Who gave what is on it, if it is known."""
    is_brought: bool = False
    """Whether the courier gives, and the desk signs."""
    left: tuple[str, ...] = ()
    """What was not there when it was counted."""
    record: str = ""
    """What shows that both signed the same; empty where nobody counted by telephone."""
    anchor: Anchor | None = None
    """How the log stood when this was printed."""


def pages(paper: HandoverList) -> list[Page]:
    """Return the list's pages. Raises Unprintable."""
    return listing.pages(
        Listing(
            above=paper.above,
            office=paper.office,
            title=Pair("BẢNG KÊ GIAO NHẬN BƯU GỬI", "Handover list of parcels"),
            number=paper.number,
            facts=_facts(paper),
            columns=_COLUMNS,
            lines=[
                (
                    Code(each.tracking_number, _BARS_WIDE),
                    each.direction,
                    each.place,
                    str(each.dossiers),
                    "",
                    "",
                )
                for each in paper.lines
            ],
            totals=(
                (Pair("Tổng số bưu gửi", "Parcels"), str(len(paper.lines))),
                (Pair("Tổng số hồ sơ", "Dossiers"), str(sum(e.dossiers for e in paper.lines))),
            ),
            signers=(
                (_GIVERS[paper.is_brought], paper.giver),
                (_TAKERS[paper.is_brought], paper.signed_by),
            ),
            anchor=paper.anchor,
        )
    )


_GIVERS = (
    Pair("BÊN GIAO", "Handed over by"),
    Pair("BÊN GIAO (BƯU TÁ)", "Handed over by (courier)"),
)
_TAKERS = (Pair("BÊN NHẬN (BƯU TÁ)", "Received by (courier)"), Pair("BÊN NHẬN", "Received by"))


def _facts(paper: HandoverList) -> list[tuple[Pair, str]]:
    facts = [
        (Pair("Đơn vị bưu chính", "Carrier"), paper.carrier),
        (Pair("Lập lúc", "Made at"), paper.made),
        (Pair("Nơi giao", "Handed over at"), paper.office),
    ]
    told = [
        (Pair("Ký nhận lúc", "Signed at"), paper.signed),
        (Pair("Không có khi kiểm", "Missing when counted"), ", ".join(paper.left)),
        (Pair("Mã đối chiếu", "Record"), paper.record),
    ]
    return facts + [(name, words) for name, words in told if words]
