"""The usual papers of the one-stop law, and the longest that there can be."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from labels.drawing import Page
from labels.papers import control_slip, editions, evaluation, letter, notices, register
from labels.papers.control_slip import ControlSlip, Step
from labels.papers.editions import Form, Heading
from labels.papers.evaluation import EvaluationSlip
from labels.papers.letter import Letter
from labels.papers.notices import About
from labels.papers.register import Book, Entry
from labels.papers.strips import Pair
from tests.labels.makers import LONG_PARTY, LONG_PROCEDURE
from tests.labels.papers import ANCHOR, LONGEST_RECEIPT, RECEIPT, WAY

TODAY = date(2026, 11, 27)
REASON = (WAY + " " + WAY)[:300].strip()
TWENTY = tuple(f"Giấy số {n}: {REASON}"[:300].strip() for n in range(1, 21))
NEW_DATE = Pair("17 giờ 00 phút, ngày 11 tháng 12 năm 2026", "17:00, 11 December 2026")


def head(form: Form) -> Heading:
    return editions.heading(form, TODAY)


ABOUT = About(
    code=RECEIPT.code,
    above=RECEIPT.above,
    office=RECEIPT.office,
    office_phone=RECEIPT.office_phone,
    authority="Phòng Cảnh sát giao thông",
    applicant=RECEIPT.applicant,
    address=RECEIPT.address,
    phone=RECEIPT.phone,
    email="",
    procedure=RECEIPT.procedure,
    received=RECEIPT.received,
    written=Pair("ngày 24 tháng 11 năm 2026", "24 November 2026"),
    anchor=ANCHOR,
)
LONG_ABOUT = replace(
    ABOUT,
    above=LONG_PARTY.name,
    office=LONG_PARTY.name,
    authority=LONG_PARTY.name,
    applicant=LONGEST_RECEIPT.applicant.strip(),
    address=LONGEST_RECEIPT.address.strip(),
    procedure=Pair(LONG_PROCEDURE, LONG_PROCEDURE),
)
EMPTY_ABOUT = replace(
    ABOUT, above="", office_phone="", applicant="", address="", phone="", anchor=None
)

SUPPLEMENT = notices.supplement(
    head(Form.SUPPLEMENT),
    ABOUT,
    missing=("Giấy khám sức khỏe", "Bản sao căn cước công dân"),
    reason="Giấy khám sức khỏe đã quá hạn.",
    guidance="Nộp tại quầy số 3.",
)
REFUSAL = notices.refusal(head(Form.REFUSAL), ABOUT, reason="Không thuộc thẩm quyền.")
APOLOGY = notices.apology(
    head(Form.APOLOGY),
    ABOUT,
    promised=RECEIPT.due,
    before=("17 giờ 00 phút, ngày 03 tháng 12 năm 2026",),
    reason="Chờ xác minh nơi cấp giấy phép cũ.",
    new_date=NEW_DATE,
    signed_by="Nguyễn Văn Bình",
)
STOP = notices.stop(
    head(Form.STOP), ABOUT, reason="Người dân đã được giải quyết ở nơi khác.", decision="12/QĐ-CSGT"
)
LETTERS: Mapping[str, Letter] = {
    "supplement": SUPPLEMENT,
    "refusal": REFUSAL,
    "apology": APOLOGY,
    "stop": STOP,
}
LONG_SUPPLEMENT = notices.supplement(
    head(Form.SUPPLEMENT), LONG_ABOUT, missing=TWENTY, reason=REASON, guidance=REASON * 3
)

STEP = Step(
    at="23/11/2026 08:00",
    what="Tiếp nhận hồ sơ",
    giver="Người nộp hồ sơ",
    taker=RECEIPT.office,
    by="Trần Thị Lan",
    outcome="",
)


def a_control_slip(*steps: Step) -> ControlSlip:
    return ControlSlip(
        heading=head(Form.CONTROL),
        code=RECEIPT.code,
        above=RECEIPT.above,
        office=RECEIPT.office,
        authority=ABOUT.authority,
        procedure=RECEIPT.procedure.vi,
        received="23/11/2026 08:00",
        due="01/12/2026 17:00",
        printed="27/11/2026 18:00",
        steps=steps,
        anchor=ANCHOR,
    )


LONG_CONTROL_SLIP = replace(
    a_control_slip(*[replace(STEP, giver=LONG_PARTY.name, taker=WAY, outcome=REASON)] * 6),
    office=LONG_PARTY.name,
    procedure=LONG_PROCEDURE,
)


def a_book(count: int, *, first: int = 1, procedure: str = LONG_PROCEDURE) -> Book:
    return Book(
        heading=head(Form.REGISTER),
        above=RECEIPT.above,
        office=RECEIPT.office,
        year=2026,
        number=2,
        printed="27/11/2026 18:00",
        entries=[
            Entry(
                number=n,
                code=f"000.00.12.H49-261123-{n:04d}",
                procedure=procedure,
                applicant=RECEIPT.applicant,
                address=f"{RECEIPT.address}, {RECEIPT.phone}",
                authority=ABOUT.authority,
                received="23/11/2026",
                due="01/12/2026",
                result="",
                returned="",
            )
            for n in range(first, first + count)
        ],
        anchor=ANCHOR,
    )


EVALUATION = EvaluationSlip(
    heading=head(Form.EVALUATION),
    above=RECEIPT.above,
    office=RECEIPT.office,
    authority=ABOUT.authority,
    procedure=RECEIPT.procedure.vi,
)

EVERY: Mapping[str, list[Page]] = {
    **{
        f"{name} {paper}": letter.pages(each, paper)
        for name, each in LETTERS.items()
        for paper in letter.PAPERS
    },
    **{
        f"{name} {paper}": letter.pages(each, paper)
        for name, each in (
            ("long supplement", LONG_SUPPLEMENT),
            ("long refusal", notices.refusal(head(Form.REFUSAL), LONG_ABOUT, reason=REASON)),
            ("empty refusal", notices.refusal(head(Form.REFUSAL), EMPTY_ABOUT, reason="")),
            ("empty stop", notices.stop(head(Form.STOP), EMPTY_ABOUT, reason="", decision="")),
        )
        for paper in letter.PAPERS
    },
    **{
        f"{name} {paper}": control_slip.pages(each, paper)
        for name, each in (
            ("control slip", a_control_slip(*[STEP] * 24)),
            ("long control slip", LONG_CONTROL_SLIP),
            ("empty control slip", a_control_slip()),
        )
        for paper in control_slip.PAPERS
    },
    "register": register.pages(a_book(40)),
    "empty register": register.pages(a_book(0)),
    "evaluation a4": evaluation.pages(EVALUATION, "a4"),
    "evaluation a5": evaluation.pages(EVALUATION, "a5"),
    "long evaluation": evaluation.pages(
        replace(EVALUATION, office=LONG_PARTY.name, procedure=LONG_PROCEDURE), "a5"
    ),
}
