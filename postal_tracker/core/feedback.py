"""What citizens tell the hotline: kinds, categories, and the clocks of the law with their days.

Feedback on how procedures are settled (phản ánh, kiến nghị: Decree 20/2008, 48/2013, 92/2017) has
working days. What somebody asks of his own data (Law 91/2025, Decree 356/2025) is taken within two
of them, and done within days of which the law does not say whether they are working ones: here they
are not. A complaint against a decision (khiếu nại) is a dossier with a procedure of its own, and a
denunciation (tố cáo) a matter of other laws, with other clocks: never a kind of feedback.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, NamedTuple

from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.time_limits import Limit, Stop, Unit, due_at
from postal_tracker.core.working_days import Calendar, local_day


class FeedbackKind(StrEnum):
    """What a citizen wants."""

    COMPLAINT = "complaint"
    """Something was done badly; not the complaint of the Law on Complaints."""
    QUESTION = "question"
    NOT_RECEIVED = "not_received"
    """The result has not come, whatever the post says."""
    VIEW = "view"
    """To see what is held of oneself, or to have a copy."""
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    """To take a consent back."""
    OBJECT = "object"
    """To object to a use of one's data, or to have it restricted."""
    ERASE = "erase"


RIGHTS = (
    *(FeedbackKind.VIEW, FeedbackKind.CORRECT, FeedbackKind.WITHDRAW, FeedbackKind.OBJECT),
    FeedbackKind.ERASE,
)
"""What somebody may ask of his own data."""


class Category(StrEnum):
    """What it is about."""

    STAFF = "staff"
    DELAY = "delay"
    PAPERS = "papers"
    FEES = "fees"
    REGULATION = "regulation"
    DELIVERY = "delivery"
    OTHER = "other"


class FeedbackChannel(StrEnum):
    """By which way it came."""

    PAGE = "page"
    TELEPHONE = "telephone"
    COURIER = "courier"


class FeedbackState(StrEnum):
    """How far it is."""

    OPEN = "open"
    TAKEN = "taken"
    """Somebody sees to it, here or where it was forwarded to."""
    ASKED = "asked"
    """The citizen was asked for more; the clock rests meanwhile."""
    ANSWERED = "answered"
    DECLINED = "declined"
    """It was said why nothing is done about it."""
    CLOSED = "closed"


WAITING = (FeedbackState.OPEN, FeedbackState.TAKEN, FeedbackState.ASKED)
"""Until it is answered or declined."""

ActName = Literal[
    "take",
    "assign",
    "forward",
    "ask_more",
    "receive_more",
    "answer",
    "decline",
    "close",
    "settle",
    "identify",
    "extend",
    "erase",
]
"""What somebody may do with feedback."""

ASKED_MORE, RECEIVED_MORE = "ask_more", "receive_more"
"""The acts between which the clock rests."""

KINDS: Mapping[FeedbackKind, Pair] = {
    FeedbackKind.COMPLAINT: ("Phản ánh, kiến nghị", "Complaint"),
    FeedbackKind.QUESTION: ("Câu hỏi", "Question"),
    FeedbackKind.NOT_RECEIVED: ("Chưa nhận được kết quả", "Result not received"),
    FeedbackKind.VIEW: ("Xem, nhận bản sao dữ liệu cá nhân", "See or copy personal data"),
    FeedbackKind.CORRECT: ("Chỉnh sửa dữ liệu cá nhân", "Correct personal data"),
    FeedbackKind.WITHDRAW: ("Rút lại sự đồng ý", "Withdraw consent"),
    FeedbackKind.OBJECT: ("Hạn chế, phản đối xử lý dữ liệu", "Restrict or object to processing"),
    FeedbackKind.ERASE: ("Xóa dữ liệu cá nhân", "Erase personal data"),
}

CATEGORIES: Mapping[Category, Pair] = {
    Category.DELAY: ("Chậm giải quyết, chậm trả kết quả", "Delay"),
    Category.STAFF: ("Thái độ, cách phục vụ", "How people were treated"),
    Category.PAPERS: ("Yêu cầu giấy tờ ngoài quy định", "Papers beyond the list"),
    Category.FEES: ("Phí, lệ phí", "Fees"),
    Category.REGULATION: ("Quy định hành chính", "The regulation itself"),
    Category.DELIVERY: ("Việc chuyển phát", "Delivery by the post"),
    Category.OTHER: ("Nội dung khác", "Something else"),
}

CHANNELS: Mapping[FeedbackChannel, Pair] = {
    FeedbackChannel.PAGE: ("Trang tra cứu", "Page"),
    FeedbackChannel.TELEPHONE: ("Điện thoại", "Telephone"),
    FeedbackChannel.COURIER: ("Bưu tá", "Courier"),
}

STATES: Mapping[FeedbackState, Pair] = {
    FeedbackState.OPEN: ("Chưa ai nhận", "Not taken yet"),
    FeedbackState.TAKEN: ("Đang xử lý", "In hand"),
    FeedbackState.ASKED: ("Chờ người dân bổ sung", "Citizen asked for more"),
    FeedbackState.ANSWERED: ("Đã trả lời", "Answered"),
    FeedbackState.DECLINED: ("Đã từ chối, có nêu lý do", "Declined with a reason"),
    FeedbackState.CLOSED: ("Đã khép lại", "Closed"),
}


DISPUTED: tuple[Pair, Pair] = (
    (
        "Bưu chính báo đã phát kết quả, còn Ông/Bà báo chưa nhận được.",
        "The post says that your result was delivered; you say that it has not come.",
    ),
    (
        "Điểm tiếp nhận đang xác minh và sẽ trả lời Ông/Bà.",
        "The office is looking into it and will answer you.",
    ),
)
"""What a citizen is told while both claims stand."""


class Clocks(NamedTuple):
    """How long each step may take, from the day on which the feedback came."""

    take: Limit
    """To take it, or to say why not."""
    ask: Limit
    """To ask for more."""
    answer: Limit
    publish: Limit
    """To show the answer, from the day on which it was given."""


_FEEDBACK = Clocks(Limit(2), Limit(5), Limit(15), Limit(2))
_LONG_AGO, _LAW_91 = date(2008, 3, 4), date(2026, 1, 1)


def _of_right(days: int) -> Sequence[tuple[date, Clocks]]:
    return ((_LAW_91, Clocks(Limit(2), Limit(2), Limit(days, Unit.DAY), Limit(2))),)


CLOCKS: Mapping[FeedbackKind, Sequence[tuple[date, Clocks]]] = {
    **dict.fromkeys(FeedbackKind, ((_LONG_AGO, _FEEDBACK),)),
    **dict.fromkeys((FeedbackKind.VIEW, FeedbackKind.CORRECT), _of_right(10)),
    **dict.fromkeys((FeedbackKind.WITHDRAW, FeedbackKind.OBJECT), _of_right(15)),
    FeedbackKind.ERASE: _of_right(20),
}
"""By kind, each from the day on which it is in force, the earliest first."""

EXTENSIONS: Mapping[FeedbackKind, Limit] = {
    **dict.fromkeys((FeedbackKind.VIEW, FeedbackKind.CORRECT), Limit(10, Unit.DAY)),
    **dict.fromkeys((FeedbackKind.WITHDRAW, FeedbackKind.OBJECT), Limit(15, Unit.DAY)),
    FeedbackKind.ERASE: Limit(20, Unit.DAY),
}
"""By how much the answer may be put off, once, with a reason."""

DENUNCIATION: Sequence[tuple[date, tuple[Limit, Limit]]] = (
    (date(2019, 1, 1), (Limit(7), Limit(30, Unit.DAY))),
)
"""To decide whether it is accepted, and to settle it (Denunciation Law 2018)."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Until when each step of one feedback must be done."""

    take_by: datetime
    ask_by: datetime
    answer_by: datetime


def deadlines(
    kind: FeedbackKind, opened_at: datetime, calendar: Calendar, rests: Iterable[Stop] = ()
) -> Deadlines:
    """Return the deadlines of what came at a moment, by what was in force then.

    `rests`: from when to when the citizen was waited for, which is nobody's time.
    """
    on = local_day(opened_at)
    clocks = [clocks for since, clocks in CLOCKS[kind] if since <= on][-1]
    take, ask = (due_at(limit, opened_at, calendar) for limit in (clocks.take, clocks.ask))
    return Deadlines(take, ask, due_at(clocks.answer, opened_at, calendar, rests))


def denunciation_deadlines(at: datetime, calendar: Calendar) -> tuple[datetime, datetime]:
    """Return until when a denunciation is accepted or not, and until when it is settled."""
    on = local_day(at)
    first, second = [limits for since, limits in DENUNCIATION if since <= on][-1]
    return due_at(first, at, calendar), due_at(second, at, calendar)


def extended(kind: FeedbackKind, answer_by: datetime, calendar: Calendar) -> datetime:
    """Return until when it is answered once its time was extended."""
    return due_at(EXTENSIONS[kind], answer_by, calendar)
