"""Form 06 (05 before 2025), which goes with a dossier: who gave what to whom, when, how it ended.

"Phiếu kiểm soát quá trình giải quyết hồ sơ". The form has a signature for each handing over; where
the record knows who scanned or signed, that name stands there instead, and nobody can rewrite it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from labels.drawing import Page
from labels.papers import listing, sheet
from labels.papers.anchor import Anchor
from labels.papers.editions import Heading
from labels.papers.listing import Column, Listing
from labels.papers.strips import Pair

PAPERS = ("a4", "a5")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done with the dossier."""

    at: str
    what: str
    giver: str
    """Whoever gave it away; empty where nothing changed hands."""
    taker: str
    by: str
    """Who recorded it."""
    outcome: str
    """"Đúng hạn", "Quá hạn", a number, a reason."""


@dataclass(frozen=True, slots=True)
class ControlSlip:
    """The words of one slip; times as they shall be read."""

    heading: Heading
    code: str
    above: str
    office: str
    authority: str
    procedure: str
    received: str
    due: str
    printed: str
    steps: Sequence[Step]
    anchor: Anchor | None = None


_COLUMNS = (
    (Pair("Thời gian", "When"), 0.14),
    (Pair("Nội dung", "What"), 0.19),
    (Pair("Bên giao", "Given by"), 0.16),
    (Pair("Bên nhận", "Taken by"), 0.16),
    (Pair("Người ghi nhận", "Recorded by"), 0.14),
    (Pair("Kết quả, ghi chú", "Outcome, note"), 0.21),
)
_NUMBERS_WIDE = 10


def pages(slip: ControlSlip, paper: str = "a4") -> list[Page]:
    """Return the slip on one of PAPERS. Raises Unprintable."""
    medium, size = (sheet.A4, 9.0) if paper == "a4" else (sheet.A5, 7.0)
    room = sheet.inside(medium).width - _NUMBERS_WIDE
    return listing.pages(
        Listing(
            form=slip.heading.number,
            above=slip.above,
            office=slip.office,
            title=slip.heading.title,
            number=slip.code,
            facts=_facts(slip),
            columns=[Column(words, share * room) for words, share in _COLUMNS],
            lines=[(e.at, e.what, e.giver, e.taker, e.by, e.outcome) for e in slip.steps],
            totals=[],
            signers=(
                (Pair("NGƯỜI LẬP PHIẾU", "Made by"), ""),
                (Pair("NGƯỜI KIỂM TRA", "Checked by"), ""),
            ),
            anchor=slip.anchor,
            medium=medium,
            size_pt=size,
        )
    )


def _facts(slip: ControlSlip) -> list[tuple[Pair, str]]:
    return [
        (Pair("Cơ quan giải quyết", "Authority"), slip.authority),
        (Pair("Thủ tục", "Procedure"), slip.procedure),
        (Pair("Tiếp nhận lúc", "Received at"), slip.received),
        (Pair("Hẹn trả kết quả", "Result due"), slip.due),
        (Pair("In lúc", "Printed at"), slip.printed),
    ]
