"""A sheet of a survey: questions by factor, a box for each of five points, the sheet's own code.

It bears no name. The code names the round and the sheet, so that what was ticked is entered once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labels.drawing import Page
from labels.papers import listing, sheet
from labels.papers.listing import Column, Listing
from labels.papers.strips import Pair

_TITLE = Pair(
    "PHIẾU KHẢO SÁT SỰ HÀI LÒNG CỦA NGƯỜI DÂN", "Survey: how content you are with our service"
)
_HOW = (
    "Đánh dấu X vào một ô ở mỗi dòng; để trống nếu không có ý kiến. Không ghi họ tên, số hồ sơ. "
    "1: rất không hài lòng; 2: không hài lòng; 3: bình thường; 4: hài lòng; 5: rất hài lòng"
)
_FACTOR_WIDE, _POINT_WIDE, _NUMBERS_WIDE = 30.0, 10.0, 10.0
_POINTS = 5


@dataclass(frozen=True, slots=True)
class SurveySheet:
    """The words of one sheet."""

    code: str
    above: str
    office: str
    factors: Sequence[tuple[str, Sequence[str]]]
    """Each with its questions."""


def pages(one: SurveySheet) -> list[Page]:
    """Return the sheet, on A4. Raises Unprintable."""
    asked = sheet.inside(sheet.A4).width - _NUMBERS_WIDE - _FACTOR_WIDE - _POINTS * _POINT_WIDE
    return listing.pages(
        Listing(
            above=one.above,
            office=one.office,
            title=_TITLE,
            number=one.code,
            facts=[(Pair("Cách trả lời", "How"), _HOW)],
            columns=[
                Column(Pair("Nhóm", "About"), _FACTOR_WIDE),
                Column(Pair("Nội dung", "Question"), asked),
                *(Column(Pair(str(n)), _POINT_WIDE) for n in range(1, _POINTS + 1)),
            ],
            lines=list(_lines(one)),
            totals=[(Pair("Ý kiến khác", "Other remarks"), " ".join(["." * 20] * 10))],
            signers=(),
            size_pt=9.0,
        )
    )


def _lines(one: SurveySheet) -> Iterator[tuple[str, ...]]:
    for factor, questions in one.factors:
        for n, question in enumerate(questions):
            yield ("" if n else factor, question, *[""] * _POINTS)
