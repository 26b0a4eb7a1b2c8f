"""What a citizen is told of each stage, before its parcel's last scan adds anything."""

from collections.abc import Mapping
from typing import NamedTuple

from postal_tracker.core.bilingual_terms import Pair
from postal_tracker.core.journey import Direction, Stage


class Sentences(NamedTuple):
    """Two sentences in two languages; the second may be empty."""

    now: Pair
    next: Pair = ("", "")


OFFICE_WILL_CALL = (
    "Điểm tiếp nhận đang xác minh và sẽ liên hệ với Ông/Bà.",
    "The office is looking into it and will contact you.",
)

STANDING: Mapping[Stage, Sentences] = {
    Stage.WITH_OFFICE: Sentences(
        (
            "Hồ sơ đang ở điểm tiếp nhận, chuẩn bị chuyển đi.",
            "Your dossier is at the office and will be sent on.",
        ),
        (
            "Tiếp theo, điểm tiếp nhận niêm phong hồ sơ và giao cho bưu chính.",
            "Next, the office seals the dossier and hands it to the post.",
        ),
    ),
    Stage.SEALED: Sentences(
        (
            "Hồ sơ đã được niêm phong, chờ bưu chính tới nhận.",
            "Your dossier is sealed and waits for the post.",
        ),
        (
            "Tiếp theo, bưu chính tới nhận và chuyển hồ sơ đi.",
            "Next, the post collects the dossier and takes it on.",
        ),
    ),
    Stage.TO_OFFICE: Sentences(
        (
            "Hồ sơ đang được chuyển sang điểm tiếp nhận khác.",
            "Your dossier is on its way to another of our offices.",
        ),
        ("Tiếp theo, nơi đó ký nhận hồ sơ.", "Next, that office signs for it."),
    ),
    Stage.TO_AUTHORITY: Sentences(
        (
            "Bưu chính đang chuyển hồ sơ tới cơ quan giải quyết.",
            "The post is taking your dossier to the authority.",
        ),
        (
            "Tiếp theo, cơ quan giải quyết nhận hồ sơ và xử lý.",
            "Next, the authority receives the dossier and decides.",
        ),
    ),
    Stage.AT_AUTHORITY: Sentences(
        (
            "Cơ quan giải quyết đã nhận hồ sơ và đang xử lý.",
            "The authority has your dossier and is working on it.",
        ),
        (
            "Tiếp theo, cơ quan giải quyết gửi kết quả qua bưu chính.",
            "Next, the authority sends the result by post.",
        ),
    ),
    Stage.TO_CENTRE: Sentences(
        (
            "Kết quả đang được chuyển về điểm tiếp nhận.",
            "The result is on its way to the office.",
        ),
        (
            "Tiếp theo, điểm tiếp nhận báo Ông/Bà tới nhận kết quả.",
            "Next, the office tells you that the result can be collected.",
        ),
    ),
    Stage.AT_CENTRE: Sentences(
        (
            "Kết quả đã về điểm tiếp nhận. Kính mời Ông/Bà tới nhận.",
            "The result is at the office and can be collected.",
        ),
        (
            "Đề nghị Ông/Bà mang theo giấy hẹn khi tới nhận kết quả.",
            "Please bring your receipt when you collect it.",
        ),
    ),
    Stage.TO_CITIZEN: Sentences(
        (
            "Bưu chính đang chuyển kết quả tới Ông/Bà.",
            "The post is bringing you the result.",
        ),
        (
            "Bưu tá sẽ gọi trước khi phát. Ông/Bà vui lòng giữ liên lạc qua điện thoại.",
            "The courier will call before delivery. Please keep your telephone at hand.",
        ),
    ),
    Stage.DELIVERED: Sentences(("Kết quả đã được phát.", "The result has been delivered.")),
    Stage.COLLECTED: Sentences(
        ("Kết quả đã được nhận tại quầy.", "The result has been collected at the office.")
    ),
    Stage.RETURNED: Sentences(
        (
            "Bưu chính không phát được và đã hoàn bưu gửi về nơi gửi.",
            "The post could not deliver it and has brought it back to its sender.",
        ),
        (
            "Điểm tiếp nhận sẽ liên hệ với Ông/Bà về bước tiếp theo.",
            "The office will contact you about what comes next.",
        ),
    ),
    Stage.CANCELLED: Sentences(("Hồ sơ đã được rút.", "The dossier was withdrawn.")),
    Stage.REFUSED: Sentences(("Hồ sơ không được tiếp nhận.", "The dossier was not accepted.")),
    Stage.LOST: Sentences(
        ("Bưu chính báo thất lạc hồ sơ.", "The post reports your dossier lost."),
        OFFICE_WILL_CALL,
    ),
}

_BY_POST: Mapping[Stage, Sentences] = {
    Stage.TO_CENTRE: STANDING[Stage.TO_CENTRE]._replace(
        next=(
            "Tiếp theo, điểm tiếp nhận gửi kết quả tới Ông/Bà qua bưu chính.",
            "Next, the office sends the result to you by post.",
        )
    ),
    Stage.AT_CENTRE: Sentences(
        (
            "Kết quả đã về điểm tiếp nhận và sẽ được gửi tới Ông/Bà qua bưu chính.",
            "The result is at the office and will be sent to you by post.",
        ),
        (
            "Tiếp theo, điểm tiếp nhận giao kết quả cho bưu chính.",
            "Next, the office hands the result to the post.",
        ),
    ),
}
"""Where the citizen chose to have it brought."""

_SEALED_RESULT = (
    "Kết quả đã được niêm phong, chờ bưu chính tới nhận.",
    "The result is sealed and waits for the post.",
)
_LOST_RESULT = Sentences(
    ("Bưu chính báo thất lạc kết quả của Ông/Bà.", "The post reports your result lost."),
    OFFICE_WILL_CALL,
)

_WITH_RESULT: Mapping[tuple[Stage, Direction | None], Sentences] = {
    (Stage.SEALED, Direction.TO_CENTRE): Sentences(
        _SEALED_RESULT,
        (
            "Tiếp theo, bưu chính tới nhận và chuyển kết quả về điểm tiếp nhận.",
            "Next, the post collects it and takes it to the office.",
        ),
    ),
    (Stage.SEALED, Direction.TO_CITIZEN): Sentences(
        _SEALED_RESULT,
        (
            "Tiếp theo, bưu chính tới nhận và chuyển kết quả tới Ông/Bà.",
            "Next, the post collects it and brings it to you.",
        ),
    ),
    (Stage.LOST, Direction.TO_CENTRE): _LOST_RESULT,
    (Stage.LOST, Direction.TO_CITIZEN): _LOST_RESULT,
}
"""Stages of every direction, on the way back."""


def standing(stage: Stage, to: Direction | None, *, by_post: bool) -> Sentences:
    """Return what is told of a stage; `to` is where its last parcel goes."""
    if by_post and stage in _BY_POST:
        return _BY_POST[stage]
    return _WITH_RESULT.get((stage, to), STANDING[stage])
