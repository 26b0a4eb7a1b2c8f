"""What a citizen takes home: the receipt of a dossier, with the day of its result.

Form 01, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả": its fields in the order of Circular
01/2018/TT-VPCP, which guides Decree 61/2018/NĐ-CP. Circular 03/2025/TT-VPCP, which guides Decree
118/2025/NĐ-CP, has kept the form's number and name; its layout was not read. What the record does
not know (papers, sets) has room for a pen. Below stand what no form asks for
and citizens do: how to see where the dossier is, and what to do if it is late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from labels import lettering
from labels.drawing import Page
from labels.faults import Unprintable, Why
from labels.layout import sheets
from labels.layout.boxes import Box
from labels.lettering import Paragraph
from labels.papers import sheet, strips
from labels.papers.anchor import Anchor
from labels.papers.strips import Pair, Strip, below, beside, both, gap, rule, stacked, text

PAPERS = ("a5", "a4")
"""The citizen's copy on A5, or both copies on A4, to be cut in two."""

_COPIES = (
    Pair("Liên 1: giao người nộp hồ sơ", "Copy 1: for the applicant"),
    Pair("Liên 2: lưu tại điểm tiếp nhận", "Copy 2: kept by the office"),
)
_TITLE = Pair(
    "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    "Receipt of a dossier, and appointment for its result",
)
_LARGEST_PT = 9.0
_QUESTIONS_WIDE = 46.0
_AFTER_A_FIELD = 0.6
_DOTS = "." * 14
_LINES_FOR_A_PEN = 2
_PEN = 4.8
"""From one line to write on to the next."""
_QR_SIDE = 28.0
"""Of the place for the QR code with its quiet zone."""
_ROOM_TO_SIGN = 11.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """The words of one receipt; days and times as they shall be read."""

    code: str
    above: str
    """The authority above the office; may be empty."""
    office: str
    office_phone: str
    applicant: str
    address: str
    phone: str
    email: str
    procedure: Pair
    limit: Pair
    """How long it may take: "5 ngày làm việc", "5 working days"."""
    received: Pair
    """The moment: "8 giờ 00 phút, ngày 23 tháng 11 năm 2026", "08:00, 23 November 2026"."""
    due: Pair
    """The moment, like `received`."""
    return_to: Pair
    """Where the result will be had: at the desk, or at home by post."""
    lookup_code: str
    """In the groups that are read aloud."""
    site: str
    """What is typed into a browser by whoever cannot scan the QR code."""
    qr: str
    papers: tuple[str, ...] = ()
    """What was handed in; with none there are lines to write on."""
    sets: int = 0
    """How many sets of papers; 0 if nobody counted."""
    papers_count: int = 0
    """How many papers in all; 0 if nobody counted."""
    form: str = ""
    """Which form of which circular it is."""
    book: int = 0
    """Of the register of dossiers; 0 where it is not in one."""
    number: int = 0
    """Its number in the register."""
    reprint: int = 0
    """0 for the first print, n for the n-th reprint."""
    corrected: Pair | None = None
    """The day on which something that stands here was corrected last."""
    anchor: Anchor | None = None
    """How the log stood when this was printed."""


def pages(receipt: Receipt, paper: str = "a5") -> list[Page]:
    """Return one page, on one of PAPERS.

    Raises Unprintable if the words do not fit at a size that can be read.
    """
    medium, copies = (sheet.A5, _COPIES[:1]) if paper == "a5" else (sheet.TWO_A5, _COPIES)
    box = sheet.inside(sheet.A5)
    drawn = [tuple(stacked(_fitting(box, receipt, copy), box.top)) for copy in copies]
    return list(sheets.imposed(drawn, medium, skip=0, offset=(0.0, 0.0)))


def _fitting(box: Box, receipt: Receipt, copy: Pair) -> Sequence[Strip]:
    """Return the strips in the largest type in which all of them have room.

    Where the answers in both languages have none, they stand there in Vietnamese, as the form asks,
    and its number makes room; and where that has none either, without what only those ask for who
    check the record.
    """
    short = _in_vietnamese(receipt)
    tellings = (receipt, short, replace(short, anchor=None))
    for told, size in product(tellings, lettering.sizes(_LARGEST_PT)):
        upper = [*_head(box, told, copy, size), *_fields(box, told, size)]
        lower = [_lookup(box, told, size), gap(2), _signatures(box, told, size)]
        spare = box.height - strips.height(upper) - strips.height(lower)
        if spare >= 0:
            return [*upper, gap(spare), *lower]
    raise Unprintable(receipt.procedure.vi, Why.TOO_MANY_WORDS)


def _in_vietnamese(receipt: Receipt) -> Receipt:
    return replace(
        receipt,
        form="",
        procedure=Pair(receipt.procedure.vi),
        received=Pair(receipt.received.vi),
        due=Pair(receipt.due.vi),
        return_to=Pair(receipt.return_to.vi),
    )


def _head(box: Box, receipt: Receipt, copy: Pair, size: float) -> Iterator[Strip]:
    if receipt.form:
        yield text(box, Paragraph(receipt.form), size_pt=size * 0.8, across=1)
        yield gap(0.6)
    yield sheet.state_head(box, receipt.above, receipt.office, size_pt=size * 0.9)
    yield gap(3)
    yield both(box, _TITLE, size_pt=size * 1.4, bold=True, across=0.5)
    yield gap(0.8)
    code = Paragraph(f"Mã hồ sơ: {receipt.code}", bold=True)
    yield text(box, code, size_pt=size * 1.2, across=0.5)
    yield text(box, Paragraph(f"{copy.vi} · {copy.en}"), size_pt=size, across=0.5)
    if receipt.reprint:
        again = f"In lại lần {receipt.reprint} · Reprint {receipt.reprint}"
        yield text(box, Paragraph(again, bold=True), size_pt=size, across=0.5)
    if receipt.corrected:
        put_right = f"Đã đính chính {receipt.corrected.vi} · Corrected {receipt.corrected.en}"
        yield text(box, Paragraph(put_right, bold=True), size_pt=size, across=0.5)
    yield gap(2)


def _fields(box: Box, receipt: Receipt, size: float) -> Iterator[Strip]:
    """Yield the form's questions, each with its answer."""
    left, right = box.columns(_QUESTIONS_WIDE, None)
    said = partial(_said, right, size)
    for question, answer in (
        (Pair("Tiếp nhận hồ sơ của", "Received from"), said(receipt.applicant)),
        (Pair("Địa chỉ", "Address"), said(receipt.address)),
        (Pair("Số điện thoại", "Telephone"), said(receipt.phone)),
        (Pair("Email", "E-mail"), said(receipt.email)),
        (Pair("Nội dung yêu cầu giải quyết", "Requested"), said(receipt.procedure)),
        (Pair("Thành phần hồ sơ nộp gồm", "Papers handed in"), _papers(right, size, receipt)),
        (Pair("Số lượng hồ sơ", "Number of sets"), said(_counted(receipt))),
        (
            Pair("Thời gian giải quyết theo quy định", "Time limit"),
            said(receipt.limit),
        ),
        (Pair("Thời gian nhận hồ sơ", "Received at"), said(receipt.received)),
        (Pair("Thời gian trả kết quả", "Result due"), said(receipt.due)),
        (Pair("Đăng ký nhận kết quả tại", "Where to have the result"), said(receipt.return_to)),
        (
            Pair("Vào Sổ theo dõi hồ sơ", "Entered in the register"),
            said(f"Quyển số {receipt.book or _DOTS} Số thứ tự {receipt.number or _DOTS}"),
        ),
    ):
        yield beside(both(left, question, size_pt=size), answer)
        yield gap(_AFTER_A_FIELD)


def _counted(receipt: Receipt) -> str:
    papers = f"; {receipt.papers_count} giấy tờ" if receipt.papers_count else ""
    return f"{receipt.sets or _DOTS} (bộ){papers}"


def _said(box: Box, size: float, answer: str | Pair) -> Strip:
    """Return an answer in as many languages as there are, or dots for a pen."""
    words = Pair(answer) if isinstance(answer, str) else answer
    written = bool(words.vi) and _DOTS not in words.vi
    return both(box, Pair(words.vi or _DOTS * 4, words.en), size_pt=size, bold=written)


def _papers(box: Box, size: float, receipt: Receipt) -> Strip:
    """Return the papers that were handed in, numbered, or lines to write them on."""
    if not receipt.papers:
        return below(*[gap(_PEN), rule(box)] * _LINES_FOR_A_PEN, gap(1))
    numbered = [Paragraph(f"{n}. {paper}") for n, paper in enumerate(receipt.papers, start=1)]
    return text(box, *numbered, size_pt=size)


def _lookup(box: Box, receipt: Receipt, size: float) -> Strip:
    """Return the QR code and the lookup code, and what a citizen does with them."""
    left, right = box.columns(_QR_SIDE, None)
    words = below(
        both(right, Pair("Mã tra cứu", "Lookup code"), size_pt=size),
        text(right, Paragraph(receipt.lookup_code, bold=True), size_pt=size * 1.6),
        *(both(right, each, size_pt=size * 0.9) for each in _advice(receipt)),
    )
    return below(rule(box), gap(1.5), beside(strips.qr_code(left, receipt.qr, sheet.A5), words))


def _advice(receipt: Receipt) -> Iterator[Pair]:
    yield Pair(
        "Xem hồ sơ đang ở đâu, ai đang giữ: quét mã QR, hoặc vào "
        f"{receipt.site}, nhập mã tra cứu và 4 số cuối điện thoại.",
        "To see who holds your dossier, scan the QR code, or enter the lookup code and the last "
        "4 digits of your telephone number there.",
    )
    ask = f", gọi {receipt.office_phone}" if receipt.office_phone else ""
    call = f" or call {receipt.office_phone}" if receipt.office_phone else ""
    yield Pair(
        f"Quá ngày hẹn mà chưa có kết quả: xem như trên{ask} hoặc tới nơi tiếp nhận. Cơ quan giải "
        "quyết phải có văn bản xin lỗi và đề nghị gia hạn, nêu lý do và ngày hẹn mới.",
        f"If it is late, look there{call}, or come. The authority must apologise in writing, with "
        "the reason and a new day.",
    )


def _signatures(box: Box, receipt: Receipt, size: float) -> Strip:
    return sheet.signatures(
        box,
        (Pair("NGƯỜI NỘP HỒ SƠ", "Applicant"), ""),
        (Pair("NGƯỜI TIẾP NHẬN HỒ SƠ", "Receiving officer"), ""),
        size_pt=size,
        room=_ROOM_TO_SIGN,
        anchor=receipt.anchor,
    )
