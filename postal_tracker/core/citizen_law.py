"""What a citizen is told when the law asks something of them, or has ended their dossier."""

from collections.abc import Sequence

from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.journey import FINAL_STAGES, Act, Stage

_ASKED: dict[str, tuple[Pair, Pair]] = {
    "supplement": (
        (
            "Đề nghị Ông/Bà bổ sung giấy tờ cho hồ sơ.",
            "Your dossier needs more papers from you.",
        ),
        (
            "Vui lòng xem phiếu yêu cầu bổ sung hoặc liên hệ điểm tiếp nhận. Thời hạn giải quyết "
            "tạm dừng cho đến khi hồ sơ được bổ sung.",
            "Please see the slip that lists them, or ask the office. The time limit stands still "
            "until they have come.",
        ),
    ),
    "payment": (
        (
            "Đề nghị Ông/Bà nộp phí, lệ phí hoặc thuế cho hồ sơ.",
            "Please pay the fee or tax for your dossier.",
        ),
        (
            "Vui lòng xem thông báo hoặc liên hệ điểm tiếp nhận. Thời hạn giải quyết tạm dừng cho "
            "đến khi đã nộp.",
            "Please see the notice, or ask the office. The time limit stands still until it is "
            "paid.",
        ),
    ),
}

_CLOSED: dict[Act, Pair] = {
    Act.CANCELLED: ("Hồ sơ đã được rút.", "The dossier was withdrawn."),
    Act.REFUSED: ("Hồ sơ không được tiếp nhận, giải quyết.", "The dossier was not accepted."),
    Act.STOPPED: (
        "Cơ quan giải quyết đã dừng giải quyết hồ sơ.",
        "The authority has stopped working on the dossier.",
    ),
}

AT_DESK = (Stage.AT_CENTRE, Stage.WITH_OFFICE, Stage.RETURNED)
"""Where papers of a dossier that was ended without a result lie until they are fetched."""

_TO_BE_FETCHED: Pair = (
    "Giấy tờ đang ở điểm tiếp nhận. Kính mời Ông/Bà tới nhận lại.",
    "The papers are at the office. Please come and take them back.",
)
_ON_THEIR_WAY_BACK: Pair = (
    "Giấy tờ chưa về điểm tiếp nhận; khi về, điểm tiếp nhận sẽ liên hệ với Ông/Bà.",
    "The papers are not back at the office yet; it will contact you when they are.",
)


def told_by_law(
    stage: Stage, closed_by: Act | None, waiting_for: Sequence[str]
) -> tuple[Pair, Pair] | None:
    """Return what comes before where the papers are, and what is to be done; None: nothing."""
    if closed_by:
        following = _TO_BE_FETCHED if stage in AT_DESK else _ON_THEIR_WAY_BACK
        return _CLOSED[closed_by], ("", "") if stage in FINAL_STAGES else following
    return _ASKED[waiting_for[-1]] if waiting_for and stage not in FINAL_STAGES else None
