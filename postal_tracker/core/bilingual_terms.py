"""The house's words on screen and paper, in Vietnamese and English: one pair for each term.

Sentences of single pages stand in their templates; here is what several doors say alike.
"""

from enum import StrEnum
from typing import Literal

from adapters.event import Milestone, Reason, Source
from postal_tracker.core.journey import Act, Direction, Flag, Holder, Stage

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")

Pair = tuple[str, str]

STAGES: dict[Stage, Pair] = {
    Stage.WITH_OFFICE: ("Tại điểm tiếp nhận", "With the office"),
    Stage.SEALED: ("Đã niêm phong, chờ gửi", "Sealed, to be sent"),
    Stage.TO_AUTHORITY: ("Đang gửi tới cơ quan giải quyết", "In the post to the authority"),
    Stage.AT_AUTHORITY: ("Tại cơ quan giải quyết", "At the authority"),
    Stage.TO_CENTRE: ("Kết quả đang gửi về điểm tiếp nhận", "Result in the post to the office"),
    Stage.AT_CENTRE: ("Kết quả đã về điểm tiếp nhận", "Result at the office"),
    Stage.TO_CITIZEN: ("Kết quả đang gửi tới người dân", "Result in the post to the citizen"),
    Stage.DELIVERED: ("Đã phát tới người dân", "Delivered to the citizen"),
    Stage.COLLECTED: ("Người dân đã nhận tại quầy", "Collected at the desk"),
    Stage.RETURNED: ("Bưu gửi đã hoàn về nơi gửi", "Returned to its sender"),
    Stage.CANCELLED: ("Đã rút hồ sơ", "Withdrawn"),
    Stage.LOST: ("Bưu chính báo thất lạc", "Reported lost by the post"),
}

MILESTONES: dict[Milestone, Pair] = {
    Milestone.ANNOUNCED: ("Đã tạo bưu gửi", "Parcel made up"),
    Milestone.HANDED_OVER: ("Đã bàn giao cho bưu chính", "Handed to the post"),
    Milestone.ACCEPTED: ("Bưu chính đã nhận", "Accepted by the post"),
    Milestone.IN_TRANSIT: ("Đang vận chuyển", "In transit"),
    Milestone.ARRIVED_AT_DELIVERY_OFFICE: ("Đã tới bưu cục phát", "At the delivery post office"),
    Milestone.OUT_FOR_DELIVERY: ("Đang đi phát", "Out for delivery"),
    Milestone.DELIVERY_FAILED: ("Phát không thành công", "Delivery failed"),
    Milestone.AWAITING_COLLECTION: ("Chờ nhận tại bưu cục", "To be collected at the post office"),
    Milestone.DELIVERED: ("Đã phát", "Delivered"),
    Milestone.RETURNING: ("Đang chuyển hoàn", "On its way back"),
    Milestone.RETURNED: ("Đã chuyển hoàn", "Returned"),
    Milestone.EXCEPTION: ("Có sự cố", "Something went wrong"),
    Milestone.UNRECOGNISED: ("Tin chưa rõ nghĩa", "News nobody recognised"),
}

ACTS: dict[Act, Pair] = {
    Act.REGISTERED: ("Tiếp nhận hồ sơ", "Dossier received"),
    Act.POSSIBLE_DOUBLE: ("Có thể trùng hồ sơ khác", "Perhaps the same as another dossier"),
    Act.SEALED: ("Niêm phong vào bưu gửi", "Sealed into a parcel"),
    Act.TAKEN_OUT: ("Lấy ra khỏi bưu gửi", "Taken out of the parcel"),
    Act.RESULT_READY: ("Đã có kết quả", "Result ready"),
    Act.RECEIVED_BACK: ("Điểm tiếp nhận đã nhận lại", "Received by the office"),
    Act.COLLECTED: ("Người dân nhận tại quầy", "Collected at the desk"),
    Act.CANCELLED: ("Rút hồ sơ", "Withdrawn"),
    Act.STRUCK_OUT: ("Gạch bỏ một việc ghi nhầm", "A wrong entry struck out"),
    Act.CORRECTED: ("Đính chính thông tin", "Data corrected"),
}

HOLDERS: dict[Holder, Pair] = {
    Holder.OFFICE: ("Điểm tiếp nhận", "The office"),
    Holder.POST: ("Bưu chính", "The post"),
    Holder.AUTHORITY: ("Cơ quan giải quyết", "The authority"),
    Holder.CITIZEN: ("Người dân", "The citizen"),
}

DIRECTIONS: dict[Direction, Pair] = {
    Direction.TO_AUTHORITY: ("Gửi cơ quan giải quyết", "To the authority"),
    Direction.TO_CENTRE: ("Gửi về điểm tiếp nhận", "To the office"),
    Direction.TO_CITIZEN: ("Gửi người dân", "To the citizen"),
}

SOURCES: dict[Source, Pair] = {
    Source.SIGNED: ("Bưu chính báo (có chữ ký)", "Carrier (signed)"),
    Source.SHARED_TOKEN: ("Bưu chính báo (mã chung)", "Carrier (shared token)"),
    Source.UNSIGNED: ("Bưu chính báo (chưa xác thực)", "Carrier (unverified)"),
    Source.POLL: ("Hỏi bưu chính", "Asked the carrier"),
    Source.STAFF: ("Cán bộ", "Staff"),
    Source.COURIER: ("Bưu tá", "Courier"),
    Source.INTEGRATION: ("Hệ thống liên thông", "Connected system"),
}

FLAGS: dict[Flag, Pair] = {
    Flag.DELIVERY_CLAIMED: (
        "Bưu chính báo đã phát, chờ xác nhận",
        "Delivery claimed, to be confirmed",
    ),
    Flag.DELIVERY_FAILED: ("Phát không thành công", "Delivery failed"),
    Flag.AWAITING_COLLECTION: ("Chờ nhận tại bưu cục", "To be collected at the post office"),
    Flag.RETURNING: ("Đang chuyển hoàn", "On its way back"),
    Flag.DAMAGED: ("Bị hư hỏng", "Damaged"),
    Flag.EXCEPTION: ("Có sự cố", "Something went wrong"),
    Flag.UNRECOGNISED_NEWS: ("Có tin chưa rõ nghĩa", "News nobody recognised"),
    Flag.NEWS_AFTER_THE_END: ("Có tin mới sau khi kết thúc", "News after the end"),
    Flag.NEWS_OF_EARLIER_PARCEL: ("Có tin về bưu gửi trước", "News of an earlier parcel"),
    Flag.NO_RESULT_YET: ("Chưa ghi nhận có kết quả", "No result is recorded yet"),
    Flag.POSSIBLE_DOUBLE: ("Có thể trùng hồ sơ khác", "Perhaps the same as another dossier"),
}

REASONS: dict[Reason, Pair] = {
    Reason.LOST: ("thất lạc", "lost"),
    Reason.DAMAGED: ("hư hỏng", "damaged"),
    Reason.SEIZED: ("bị tạm giữ", "seized"),
    Reason.CANCELLED: ("đã hủy", "cancelled"),
    Reason.NOBODY_HOME: ("không có người nhận", "nobody home"),
    Reason.WRONG_ADDRESS: ("sai địa chỉ", "wrong address"),
    Reason.UNREACHABLE: ("không liên lạc được", "could not be reached"),
    Reason.REFUSED: ("từ chối nhận", "refused"),
    Reason.CUSTOMS: ("hải quan giữ", "held by customs"),
    Reason.OTHER: ("lý do khác", "another reason"),
}

DATA: dict[str, Pair] = {
    "name": ("họ và tên", "name"),
    "phone": ("số điện thoại", "telephone"),
    "email": ("thư điện tử", "e-mail"),
    "id_number": ("số giấy tờ", "identity number"),
    "address": ("địa chỉ", "address"),
    "ward": ("phường, xã", "ward"),
    "province": ("tỉnh, thành phố", "province"),
    "note": ("ghi chú", "remarks"),
    "return_by_post": ("nơi nhận kết quả", "where to have the result"),
    "procedure": ("thủ tục", "procedure"),
}
"""What can be corrected in a dossier, by its field."""

_ALL: dict[type[StrEnum], dict[str, Pair]] = {
    Stage: {k.value: v for k, v in STAGES.items()},
    Milestone: {k.value: v for k, v in MILESTONES.items()},
    Act: {k.value: v for k, v in ACTS.items()},
    Holder: {k.value: v for k, v in HOLDERS.items()},
    Direction: {k.value: v for k, v in DIRECTIONS.items()},
    Source: {k.value: v for k, v in SOURCES.items()},
    Flag: {k.value: v for k, v in FLAGS.items()},
    Reason: {k.value: v for k, v in REASONS.items()},
}


def say(term: StrEnum, lang: Lang) -> str:
    """Return a term of the house in a language."""
    return pick(_ALL[type(term)][term.value], lang)


def say_what(what: str, lang: Lang) -> str:
    """Return what an entry tells of, which is a milestone or an act."""
    return pick(_ALL[Milestone].get(what) or _ALL[Act][what], lang)


def pick(pair: Pair, lang: Lang) -> str:
    """Return one of a pair; Vietnamese stands in for English that is not there."""
    return (pair[1] or pair[0]) if lang == "en" else pair[0]
