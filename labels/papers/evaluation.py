"""What a citizen is asked after all: "Phiếu đánh giá", given out with forms 01 to 03.

It bears no name and no code, so that it can be put into a box. The questions follow what Decree
61/2018/NĐ-CP has evaluated, each with three answers; no form of the circulars was read, so the
wording is ours.
"""

from dataclasses import dataclass

from labels.drawing import Page
from labels.papers import listing, sheet
from labels.papers.editions import Heading
from labels.papers.listing import Column, Listing
from labels.papers.strips import Pair

PAPERS = ("a4", "a5")
_QUESTIONS = (
    "Kết quả được trả đúng hẹn",
    "Thời gian giải quyết so với quy định",
    "Số lần phải đi lại, số nơi phải liên hệ",
    "Giấy tờ được hướng dẫn rõ, đủ trong một lần",
    "Thái độ của cán bộ tiếp nhận",
    "Thủ tục, phí, lệ phí được công khai",
    "Dịch vụ bưu chính: gửi hồ sơ, nhận kết quả",
    "Việc tiếp nhận, trả lời phản ánh, kiến nghị",
    "Nhận xét chung",
)
_ANSWERS = (
    Pair("Hài lòng", "Satisfied"),
    Pair("Bình thường", "Fair"),
    Pair("Không hài lòng", "Not satisfied"),
)
_ANSWER_WIDE = 20.0
_NUMBERS_WIDE = 10.0
_LINES_FOR_A_PEN = " ".join(["." * 20] * 12)


@dataclass(frozen=True, slots=True)
class EvaluationSlip:
    """The words of one slip."""

    heading: Heading
    above: str
    office: str
    authority: str
    procedure: str


def pages(slip: EvaluationSlip, paper: str = "a5") -> list[Page]:
    """Return the slip on one of PAPERS. Raises Unprintable."""
    medium, size = (sheet.A4, 11.0) if paper == "a4" else (sheet.A5, 8.5)
    asked = sheet.inside(medium).width - _NUMBERS_WIDE - len(_ANSWERS) * _ANSWER_WIDE
    return listing.pages(
        Listing(
            form=slip.heading.number,
            above=slip.above,
            office=slip.office,
            title=slip.heading.title,
            number="",
            facts=[
                (Pair("Thủ tục", "Procedure"), slip.procedure),
                (Pair("Cơ quan giải quyết", "Authority"), slip.authority),
                (Pair("Cách trả lời", "How"), "Đánh dấu X vào một ô ở mỗi dòng; không cần ghi tên"),
            ],
            columns=[
                Column(Pair("Nội dung đánh giá", "Question"), asked),
                *(Column(answer, _ANSWER_WIDE) for answer in _ANSWERS),
            ],
            lines=[(question, *[""] * len(_ANSWERS)) for question in _QUESTIONS],
            totals=[(Pair("Ý kiến khác", "Other remarks"), _LINES_FOR_A_PEN)],
            signers=(),
            medium=medium,
            size_pt=size,
        )
    )
