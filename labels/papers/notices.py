"""The letters of the one-stop law: forms 02 to 05, each of its own words in the same skeleton.

Papers that are lacking, a refusal, an apology with a new date, a stop. The sentences are those of
the forms of 2018, shortened where the record says it better; form 05 has no model there, and the
layout of 2025 was not read (see `editions`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from labels.papers import sheet
from labels.papers.anchor import Anchor
from labels.papers.editions import Heading
from labels.papers.letter import Asked, Letter, Listed, Part, Said
from labels.papers.strips import Pair


@dataclass(frozen=True, slots=True)
class About:
    """What each letter says of the dossier; days and times as they shall be read."""

    code: str
    above: str
    office: str
    office_phone: str
    authority: str
    applicant: str
    address: str
    phone: str
    email: str
    procedure: Pair
    received: Pair
    """The moment."""
    written: Pair
    """The day of the letter."""
    anchor: Anchor | None = None


_OFFICER = Pair("NGƯỜI TIẾP NHẬN HỒ SƠ", "Receiving officer")
_APPLICANT = (Pair("NGƯỜI NỘP HỒ SƠ", "Applicant"), "")
_HEAD = Pair("THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ", "Head of the authority")
_REASON = Pair("Lý do", "Reason")


def supplement(
    heading: Heading, about: About, *, missing: Sequence[str], reason: str, guidance: str
) -> Letter:
    """Return form 02: what is lacking, why, and what to do about it."""
    body: list[Part] = [
        *_whose(about),
        Listed(Pair("Yêu cầu bổ sung, hoàn thiện hồ sơ gồm", "Please add"), missing),
        Asked(_REASON, reason),
        *([Asked(Pair("Hướng dẫn", "What to do"), guidance)] if guidance else []),
        Said(
            Pair(
                "Thời hạn giải quyết tạm dừng cho tới khi nhận đủ giấy tờ bổ sung. Nếu có vướng "
                f"mắc, Ông/Bà liên hệ {about.office}{_by_phone(about)} để được hướng dẫn.",
                "The time limit stands still until the papers have come. Ask us if anything is "
                "unclear.",
            )
        ),
    ]
    return _letter(heading, about, body, (_APPLICANT, (_OFFICER, "")))


def refusal(heading: Heading, about: About, *, reason: str) -> Letter:
    """Return form 03: whose dossier is not accepted, and why."""
    body: list[Part] = [
        *_whose(about),
        Said(
            Pair(
                f"Qua xem xét, {about.office} thông báo không tiếp nhận, giải quyết hồ sơ này với "
                "lý do cụ thể như sau:",
                "Having looked at the dossier, we do not accept it, for this reason:",
            )
        ),
        Asked(_REASON, reason),
        Said(Pair("Xin thông báo để Ông/Bà được biết và thực hiện.")),
    ]
    return _letter(heading, about, body, (_APPLICANT, (_OFFICER, "")))


def apology(
    heading: Heading,
    about: About,
    *,
    promised: Pair,
    before: Sequence[str],
    reason: str,
    new_date: Pair,
    signed_by: str,
) -> Letter:
    """Return form 04: the first date, later ones, why, and the new one."""
    earlier = [Listed(Pair("Đã hẹn lại", "Later dates given"), before)] if before else []
    body: list[Part] = [
        Said(
            Pair(
                f"{about.office} đã tiếp nhận hồ sơ của Ông/Bà lúc {about.received.vi}.",
                f"We received your dossier at {about.received.en}.",
            )
        ),
        Asked(Pair("Thủ tục", "Procedure"), about.procedure),
        Asked(Pair("Cơ quan giải quyết", "Authority"), about.authority),
        Asked(Pair("Thời gian hẹn trả kết quả", "Result due on"), promised),
        *earlier,
        Said(
            Pair(
                f"{about.authority} chưa giải quyết xong hồ sơ theo thời gian đã hẹn.",
                "The authority has not finished with it by that date.",
            )
        ),
        Asked(_REASON, reason),
        Said(
            Pair(
                f"{about.authority} xin lỗi Ông/Bà vì sự chậm trễ này và mong nhận được sự thông "
                "cảm của Ông/Bà.",
                "The authority apologises for the delay.",
            )
        ),
        Asked(Pair("Thời gian hẹn trả kết quả mới", "New date for the result"), new_date),
    ]
    return _letter(heading, about, body, (sheet.NOBODY, (_HEAD, signed_by)))


def stop(heading: Heading, about: About, *, reason: str, decision: str) -> Letter:
    """Return form 05: that nobody deals with the dossier any more, why, and by which decision."""
    body: list[Part] = [
        *_whose(about),
        Asked(Pair("Thời gian nhận hồ sơ", "Received at"), about.received),
        Said(
            Pair(
                f"{about.authority} thông báo dừng giải quyết hồ sơ nêu trên.",
                "The authority gives notice that it no longer deals with this dossier.",
            )
        ),
        Asked(_REASON, reason),
        Asked(Pair("Căn cứ quyết định, văn bản", "By decision"), decision),
        Said(
            Pair(
                f"Ông/Bà nhận lại giấy tờ đã nộp tại {about.office}{_by_phone(about)}.",
                "Please fetch the papers that you handed in from us.",
            )
        ),
    ]
    return _letter(heading, about, body, (sheet.NOBODY, (_HEAD, "")))


def _whose(about: About) -> list[Part]:
    return [
        Asked(Pair("Hồ sơ của", "Dossier of"), about.applicant),
        Asked(Pair("Địa chỉ", "Address"), about.address),
        Asked(Pair("Số điện thoại", "Telephone"), about.phone),
        Asked(Pair("Email", "E-mail"), about.email),
        Asked(Pair("Nội dung yêu cầu giải quyết", "Requested"), about.procedure),
        Asked(Pair("Cơ quan giải quyết", "Authority"), about.authority),
    ]


def _by_phone(about: About) -> str:
    return f" (điện thoại {about.office_phone})" if about.office_phone else ""


def _letter(
    heading: Heading,
    about: About,
    body: Sequence[Part],
    signers: tuple[tuple[Pair, str], tuple[Pair, str]],
) -> Letter:
    return Letter(
        heading=heading,
        code=about.code,
        above=about.above,
        office=about.office,
        written=about.written,
        to=about.applicant,
        body=body,
        signers=signers,
        anchor=about.anchor,
    )
