"""What a citizen is told of a dossier: where it stands, and what comes next or is to be done.

A table of stages (`citizen_standing`), with what the last scan of its parcel adds. A test goes
through every stage with every milestone in every direction.
"""

from collections.abc import Collection, Mapping

from adapters.event import Milestone, Reason
from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.citizen_standing import OFFICE_WILL_CALL, STANDING, Sentences, standing
from postal_tracker.core.journey import Direction, Flag, Stage

_TRAVELLING = (Stage.TO_OFFICE, Stage.TO_AUTHORITY, Stage.TO_CENTRE, Stage.TO_CITIZEN)

_TO_OFFICES: Mapping[Flag, Pair] = {
    Flag.DELIVERY_FAILED: (
        "Bưu chính chưa giao được bưu gửi có hồ sơ của Ông/Bà cho nơi nhận.",
        "The post has not been able to hand the parcel with your dossier over yet.",
    ),
    Flag.AWAITING_COLLECTION: (
        "Bưu gửi có hồ sơ của Ông/Bà đang chờ nơi nhận tới lấy tại bưu cục.",
        "The parcel with your dossier waits at a post office for its recipient.",
    ),
    Flag.RETURNING: (
        "Bưu gửi có hồ sơ của Ông/Bà đang được bưu chính chuyển hoàn về nơi gửi.",
        "The post is taking the parcel with your dossier back to its sender.",
    ),
    Flag.DELIVERY_CLAIMED: (
        "Bưu chính báo đã giao bưu gửi có hồ sơ của Ông/Bà, đang chờ xác nhận.",
        "The post says that it has handed your dossier over; this is being confirmed.",
    ),
    Flag.EXCEPTION: (
        "Bưu chính báo có sự cố với bưu gửi có hồ sơ của Ông/Bà.",
        "The post reports a problem with the parcel that has your dossier.",
    ),
    Flag.DAMAGED: (
        "Bưu chính báo bưu gửi có hồ sơ của Ông/Bà bị hư hỏng.",
        "The post reports that the parcel with your dossier is damaged.",
    ),
}

_TO_CITIZENS: Mapping[Flag, Sentences] = {
    Flag.DELIVERY_FAILED: Sentences(
        (
            "Bưu tá chưa phát được kết quả cho Ông/Bà.",
            "The courier could not deliver your result.",
        ),
        (
            "Bưu chính sẽ phát lại. Ông/Bà vui lòng giữ liên lạc qua điện thoại; nếu địa chỉ hoặc "
            "số điện thoại đã đổi, đề nghị báo ngay cho điểm tiếp nhận.",
            "The post will try again. Please keep your telephone at hand; if your address or "
            "telephone number has changed, tell the office at once.",
        ),
    ),
    Flag.AWAITING_COLLECTION: Sentences(
        (
            "Kết quả đang chờ Ông/Bà tới nhận tại bưu cục.",
            "Your result waits for you at the post office.",
        ),
        (
            "Đề nghị Ông/Bà mang giấy tờ tùy thân và giấy hẹn tới bưu cục nhận sớm: hết thời hạn "
            "lưu giữ, bưu chính sẽ chuyển hoàn bưu gửi.",
            "Please collect it soon with your identity paper and receipt: the post keeps it for "
            "a limited time only and then sends it back.",
        ),
    ),
    Flag.RETURNING: Sentences(
        (
            "Bưu chính không phát được kết quả và đang chuyển hoàn về nơi gửi.",
            "The post could not deliver your result and is taking it back to its sender.",
        ),
        (
            "Điểm tiếp nhận sẽ liên hệ với Ông/Bà để thống nhất cách nhận.",
            "The office will contact you and agree with you how you receive it.",
        ),
    ),
    Flag.DELIVERY_CLAIMED: Sentences(
        (
            "Bưu chính báo đã phát kết quả cho Ông/Bà, đang chờ xác nhận.",
            "The post says that it has delivered your result; this is being confirmed.",
        ),
        (
            "Nếu chưa nhận được, đề nghị Ông/Bà báo ngay cho điểm tiếp nhận.",
            "If you have not received it, please tell the office at once.",
        ),
    ),
    Flag.EXCEPTION: Sentences(
        (
            "Bưu chính báo có sự cố với bưu gửi có kết quả của Ông/Bà.",
            "The post reports a problem with the parcel that has your result.",
        ),
        OFFICE_WILL_CALL,
    ),
    Flag.DAMAGED: Sentences(
        (
            "Bưu chính báo bưu gửi có kết quả của Ông/Bà bị hư hỏng.",
            "The post reports that the parcel with your result is damaged.",
        ),
        OFFICE_WILL_CALL,
    ),
}

_AT_THE_DOOR = Sentences(
    (
        "Bưu tá đang đi phát kết quả cho Ông/Bà.",
        "The courier has your result and is delivering it.",
    ),
    STANDING[Stage.TO_CITIZEN].next,
)
"""He has it in his bag: not yet delivered, and no longer between two post offices."""

_DAMAGED_TOO = ("Bưu gửi bị hư hỏng.", "The parcel is damaged.")

ARRIVED: Mapping[Direction, Pair] = {
    Direction.TO_AUTHORITY: ("Đã giao đến cơ quan giải quyết", "Delivered to the authority"),
    Direction.TO_CENTRE: ("Đã giao đến điểm tiếp nhận", "Delivered to the office"),
    Direction.TO_OFFICE: ("Đã giao đến điểm tiếp nhận", "Delivered to the office"),
}
"""A delivery to somebody else: a bare "delivered" a citizen would take for theirs."""

_SAYS_WHY = (Flag.DELIVERY_FAILED, Flag.RETURNING, Flag.EXCEPTION)

_CONFIRMING = ("Tiếp theo, nơi nhận xác nhận.", "Next, its recipient confirms it.")

_IF_NOT_REFUSED = (
    "Nếu Ông/Bà không từ chối nhận, đề nghị báo ngay cho điểm tiếp nhận.",
    "If you did not refuse it, please tell the office at once.",
)

_REASONS: Mapping[Reason, Pair] = {
    Reason.NOBODY_HOME: ("không gặp người nhận", "nobody was there"),
    Reason.WRONG_ADDRESS: ("địa chỉ chưa đúng", "the address is not right"),
    Reason.UNREACHABLE: ("không liên lạc được với người nhận", "nobody could be reached"),
    Reason.REFUSED: ("người nhận từ chối nhận", "it was refused"),
    Reason.CUSTOMS: ("hải quan đang giữ", "it is held by customs"),
}
"""Those that a citizen can do something with; the others say nothing that the sentence does not."""


def told(
    stage: Stage,
    flags: Collection[Flag],
    reason: Reason | None = None,
    *,
    last: Milestone | None = None,
    by_post: bool = False,
    to: Direction | None = None,
) -> tuple[Pair, Pair]:
    """Return what a citizen is told: where it stands (and why), and what comes next.

    `last` is the last scan of its parcel, `reason` what that gave as its reason, if it did;
    `by_post` whether the result is to be brought, `to` where its last parcel goes.
    """
    flag = next((flag for flag in _TO_CITIZENS if flag in flags), None)
    at_the_door = stage is Stage.TO_CITIZEN and last is Milestone.OUT_FOR_DELIVERY
    if at_the_door and flag in (None, Flag.DAMAGED):
        now, following = _AT_THE_DOOR
    elif stage not in _TRAVELLING or flag is None:
        return standing(stage, to, by_post=by_post)
    else:
        now, following = _of_flag(stage, flag, reason)
    if flag in _SAYS_WHY and reason and reason in _REASONS:
        now = _joined(now, _REASONS[reason])
    if Flag.DAMAGED in flags and (at_the_door or flag is not Flag.DAMAGED):
        now = (f"{now[0]} {_DAMAGED_TOO[0]}", f"{now[1]} {_DAMAGED_TOO[1]}")
    return now, following


def _of_flag(stage: Stage, flag: Flag, reason: Reason | None) -> Sentences:
    if stage is not Stage.TO_CITIZEN:
        calm = flag is Flag.DELIVERY_CLAIMED
        return Sentences(_TO_OFFICES[flag], _CONFIRMING if calm else OFFICE_WILL_CALL)
    if flag is Flag.DELIVERY_FAILED and reason is Reason.REFUSED:
        return _TO_CITIZENS[flag]._replace(next=_IF_NOT_REFUSED)
    return _TO_CITIZENS[flag]


def _joined(now: Pair, why: Pair) -> Pair:
    vi, en = (f"{sentence[:-1]}: {because}." for sentence, because in zip(now, why, strict=True))
    return vi, en
