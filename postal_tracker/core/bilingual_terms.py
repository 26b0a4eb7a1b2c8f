"""The house's words on screen and paper, in Vietnamese and English: one pair for each term.

Sentences of single pages stand in their templates; here is what several doors say alike.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

from adapters.event import Milestone, Reason, Source
from postal_tracker.core.catalogue import ApplicantKind, DataStatus, Group, Level, Online
from postal_tracker.core.journey import Act, Channel, Direction, Flag, Holder, Stage
from postal_tracker.core.time_limits import Limit, Unit

Lang = Literal["vi", "en"]
LANGS: tuple[Lang, ...] = ("vi", "en")

Pair = tuple[str, str]

STAGES: dict[Stage, Pair] = {
    Stage.WITH_OFFICE: ("Tại điểm tiếp nhận", "At the office"),
    Stage.SEALED: ("Đã niêm phong, chờ gửi", "Sealed, to be sent"),
    Stage.TO_OFFICE: ("Đang chuyển giữa các điểm tiếp nhận", "On its way between offices"),
    Stage.TO_AUTHORITY: ("Đang gửi tới cơ quan giải quyết", "In the post to the authority"),
    Stage.AT_AUTHORITY: ("Tại cơ quan giải quyết", "At the authority"),
    Stage.TO_CENTRE: ("Kết quả đang gửi về điểm tiếp nhận", "Result in the post to the office"),
    Stage.AT_CENTRE: ("Kết quả đã về điểm tiếp nhận", "Result at the office"),
    Stage.TO_CITIZEN: ("Kết quả đang gửi tới người dân", "Result in the post to the citizen"),
    Stage.DELIVERED: ("Đã phát tới người dân", "Delivered to the citizen"),
    Stage.COLLECTED: ("Người dân đã nhận tại quầy", "Collected at the office"),
    Stage.RETURNED: ("Bưu gửi đã hoàn về nơi gửi", "Returned to the sender"),
    Stage.CANCELLED: ("Đã rút hồ sơ", "Dossier withdrawn"),
    Stage.REFUSED: ("Đã từ chối tiếp nhận", "Not accepted"),
    Stage.LOST: ("Bưu chính báo thất lạc", "Reported lost by the post"),
}

MILESTONES: dict[Milestone, Pair] = {
    Milestone.ANNOUNCED: ("Đã tạo bưu gửi", "Parcel made"),
    Milestone.HANDED_OVER: ("Đã bàn giao cho bưu chính", "Handed to the post"),
    Milestone.ACCEPTED: ("Bưu chính đã nhận", "Accepted by the post"),
    Milestone.IN_TRANSIT: ("Đang vận chuyển", "In transit"),
    Milestone.ARRIVED_AT_DELIVERY_OFFICE: ("Đã tới bưu cục phát", "At the delivering post office"),
    Milestone.OUT_FOR_DELIVERY: ("Đang đi phát", "Out for delivery"),
    Milestone.DELIVERY_FAILED: ("Phát không thành công", "Delivery failed"),
    Milestone.AWAITING_COLLECTION: (
        "Chờ nhận tại bưu cục",
        "Waiting at the post office for collection",
    ),
    Milestone.DELIVERED: ("Đã phát", "Delivered"),
    Milestone.RETURNING: ("Đang chuyển hoàn", "Being returned to the sender"),
    Milestone.RETURNED: ("Đã chuyển hoàn", "Returned"),
    Milestone.EXCEPTION: ("Có sự cố", "Problem reported"),
    Milestone.UNRECOGNISED: ("Tin chưa rõ nghĩa", "Unclear message"),
}

ACTS: dict[Act, Pair] = {
    Act.REGISTERED: ("Tiếp nhận hồ sơ", "Dossier received"),
    Act.POSSIBLE_DOUBLE: ("Có thể trùng hồ sơ khác", "Possible duplicate of another dossier"),
    Act.SEALED: ("Niêm phong vào bưu gửi", "Sealed into a parcel"),
    Act.TAKEN_OUT: ("Lấy ra khỏi bưu gửi", "Taken out of the parcel"),
    Act.RESULT_READY: ("Đã có kết quả", "Result ready"),
    Act.RECEIVED_BACK: ("Điểm tiếp nhận đã nhận lại hồ sơ", "Received back by the office"),
    Act.COLLECTED: ("Người dân nhận tại quầy", "Collected at the office"),
    Act.CANCELLED: ("Rút hồ sơ", "Dossier withdrawn"),
    Act.STRUCK_OUT: ("Hủy nội dung ghi nhầm", "Wrong entry struck out"),
    Act.CORRECTED: ("Đính chính thông tin", "Data corrected"),
    Act.NOTED: ("Ghi chú xử lý", "Note"),
    Act.EXTENDED: (
        "Xin lỗi và gia hạn thời gian trả kết quả",
        "Apology, and a later date for the result",
    ),
    Act.SUPPLEMENT_REQUESTED: ("Yêu cầu bổ sung hồ sơ", "More papers asked for"),
    Act.SUPPLEMENT_RECEIVED: ("Đã nhận bổ sung", "The papers asked for have come"),
    Act.PAYMENT_REQUESTED: ("Yêu cầu nộp phí, lệ phí, thuế", "Payment asked for"),
    Act.PAYMENT_RECEIVED: ("Đã nộp phí, lệ phí, thuế", "Paid"),
    Act.REFUSED: ("Từ chối tiếp nhận, giải quyết hồ sơ", "Dossier not accepted"),
    Act.STOPPED: ("Dừng giải quyết hồ sơ", "The authority stopped"),
    Act.FEEDBACK_OPENED: ("Tiếp nhận phản ánh, câu hỏi", "Feedback received"),
    Act.FEEDBACK_ASKED: ("Đề nghị người dân cho biết thêm", "The citizen was asked for more"),
    Act.FEEDBACK_ANSWERED: ("Đã trả lời phản ánh, câu hỏi", "Feedback answered"),
    Act.DELIVERY_DISPUTED: ("Người dân báo chưa nhận được", "The citizen has not received it"),
    Act.DISPUTE_SETTLED: ("Đã xác minh việc phát", "The disputed delivery was settled"),
}

ACT_BUTTONS: dict[str, Pair] = {
    Act.RESULT_READY: ("Ghi nhận đã có kết quả", "Record that the result is ready"),
    Act.RECEIVED_BACK: ("Xác nhận đã nhận lại hồ sơ", "Confirm that the dossier is back"),
    Act.COLLECTED: ("Xác nhận người dân đã nhận tại quầy", "Confirm collection at the office"),
    Act.CANCELLED: ("Rút hồ sơ", "Withdraw the dossier"),
    Act.TAKEN_OUT: ("Lấy ra khỏi bưu gửi", "Take out of the parcel"),
    "request_supplement": ("Yêu cầu bổ sung", "Ask for more papers"),
    "receive_supplement": ("Ghi nhận đã bổ sung", "Record that the papers have come"),
    "request_payment": ("Yêu cầu nộp tiền", "Ask for payment"),
    "receive_payment": ("Ghi nhận đã nộp tiền", "Record the payment"),
    "extend": ("Xin lỗi và gia hạn", "Apologise and extend"),
    "refuse": ("Từ chối hồ sơ", "Do not accept"),
    "stop": ("Dừng giải quyết", "Stop"),
}
"""What a button says that does it: an order, where ACTS tells what happened."""

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
    Direction.TO_OFFICE: ("Chuyển giữa các điểm tiếp nhận", "To another of our offices"),
}

SOURCES: dict[Source, Pair] = {
    Source.SIGNED: ("Bưu chính báo (có chữ ký)", "The post (signed)"),
    Source.SHARED_TOKEN: ("Bưu chính báo (mã chung)", "The post (shared token)"),
    Source.UNSIGNED: ("Bưu chính báo (chưa xác thực)", "The post (unverified)"),
    Source.POLL: ("Tra cứu bưu chính", "The post, when polled"),
    Source.STAFF: ("Cán bộ một cửa", "Staff"),
    Source.COURIER: ("Bưu tá", "Courier"),
    Source.INTEGRATION: ("Hệ thống liên thông", "Connected system"),
    Source.CITIZEN: ("Người dân", "The citizen"),
}

FLAGS: dict[Flag, Pair] = {
    Flag.DELIVERY_CLAIMED: (
        "Bưu chính báo đã phát, chờ xác nhận",
        "Reported delivered, to be confirmed",
    ),
    Flag.DELIVERY_FAILED: ("Phát không thành công", "Delivery failed"),
    Flag.AWAITING_COLLECTION: ("Chờ nhận tại bưu cục", "Waiting at the post office for collection"),
    Flag.RETURNING: ("Đang chuyển hoàn", "Being returned to the sender"),
    Flag.DAMAGED: ("Bị hư hỏng", "Damaged"),
    Flag.EXCEPTION: ("Có sự cố", "Problem reported"),
    Flag.UNRECOGNISED_NEWS: ("Có tin chưa rõ nghĩa", "Unclear message"),
    Flag.NEWS_AFTER_THE_END: ("Có tin mới sau khi kết thúc", "Message after the end"),
    Flag.NEWS_OF_EARLIER_PARCEL: ("Có tin về bưu gửi trước", "Message about an earlier parcel"),
    Flag.NO_RESULT_YET: ("Chưa ghi nhận có kết quả", "No result recorded yet"),
    Flag.TO_BE_COLLECTED: ("Đã hẹn nhận tại quầy", "Was to be collected at the office"),
    Flag.POSSIBLE_DOUBLE: ("Có thể trùng hồ sơ khác", "Possible duplicate of another dossier"),
    Flag.DELIVERY_DISPUTED: ("Việc phát đang tranh chấp", "Delivery disputed"),
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

CHANNELS: dict[Channel, Pair] = {
    Channel.DIRECT: ("Trực tiếp", "In person"),
    Channel.ONLINE: ("Trực tuyến", "Online"),
    Channel.POSTAL: ("Qua bưu chính", "By post"),
}

APPLICANT_KINDS: dict[ApplicantKind, Pair] = {
    ApplicantKind.CITIZEN: ("Công dân", "Citizen"),
    ApplicantKind.ENTERPRISE: ("Doanh nghiệp", "Enterprise"),
    ApplicantKind.STATE: ("Cơ quan nhà nước", "State body"),
    ApplicantKind.OTHER: ("Tổ chức khác", "Another body"),
}

GROUPS: dict[Group, Pair] = {
    Group.COMMUNE: ("Ủy ban nhân dân", "People's Committee"),
    Group.DEPARTMENT: ("Sở, ngành", "Department"),
    Group.TAX: ("Thuế", "Tax"),
    Group.SOCIAL_INSURANCE: ("Bảo hiểm xã hội", "Social insurance"),
    Group.POLICE: ("Công an", "Police"),
    Group.INSPECTORATE_RECEPTION: (
        "Thanh tra và tiếp công dân",
        "Inspectorate and citizen reception",
    ),
    Group.OTHER: ("Khác", "Other"),
}

LEVELS: dict[Level, Pair] = {
    Level.MINISTRY: ("Cấp Bộ", "Ministry"),
    Level.PROVINCE: ("Cấp tỉnh", "Province"),
    Level.DISTRICT: ("Cấp huyện", "District"),
    Level.COMMUNE: ("Cấp xã", "Commune"),
}

ONLINE_LEVELS: dict[Online, Pair] = {
    Online.FULL: ("Toàn trình", "Online as a whole"),
    Online.PARTIAL: ("Một phần", "Online in part"),
    Online.INFORMATION: ("Cung cấp thông tin", "Information only"),
    Online.NONE: ("Không trực tuyến", "Not online"),
}

DATA_STATUSES: dict[DataStatus, Pair] = {
    DataStatus.OWN: ("", ""),
    DataStatus.SAMPLE: ("Mẫu", "Sample"),
    DataStatus.PLACEHOLDER: ("Dòng mẫu", "Placeholder"),
}

DATA: dict[str, Pair] = {
    "name": ("họ và tên", "name"),
    "phone": ("số điện thoại", "telephone"),
    "email": ("email", "e-mail"),
    "id_number": ("số giấy tờ", "identity number"),
    "address": ("địa chỉ", "address"),
    "ward": ("phường, xã", "ward"),
    "province": ("tỉnh, thành phố", "province"),
    "note": ("ghi chú", "remarks"),
    "return_by_post": ("nơi nhận kết quả", "where to have the result"),
    "procedure": ("thủ tục", "procedure"),
    "channel": ("hình thức nộp", "how it was handed in"),
    "applicant_kind": ("đối tượng nộp", "kind of applicant"),
    "papers_count": ("số lượng giấy tờ", "papers"),
    "sets_count": ("số bộ hồ sơ", "sets"),
    "fee_vnd": ("phí, lệ phí", "fee"),
    "result_number": ("số hiệu kết quả", "number of the result"),
    "reason": ("lý do", "reason"),
    "body": ("nội dung tin bưu chính", "the post's message"),
    "feedback": ("nội dung phản ánh", "feedback"),
    "text": ("nội dung", "text"),
    "answer": ("câu trả lời", "answer"),
    "was": ("trước khi sửa", "before the correction"),
    "became": ("sau khi sửa", "after the correction"),
}
"""What is kept of people and dossiers, by its field: what was corrected, and what was seen."""

DETAILS: dict[str, Pair] = {
    "missing": ("Giấy tờ còn thiếu", "Papers lacking"),
    "reason": ("Lý do", "Reason"),
    "guidance": ("Hướng dẫn", "Guidance"),
    "signed_by": ("Người ký", "Signed by"),
    "decision": ("Số quyết định, văn bản", "Decision"),
    "amount_vnd": ("Số tiền", "Amount"),
    "what": ("Khoản phải nộp", "What for"),
    "receipt": ("Số biên lai", "Receipt"),
    "to": ("Người nhận kết quả", "Handed to"),
}
"""What an act of the law says beside its entry."""

_ALL: dict[type[StrEnum], dict[str, Pair]] = {
    Stage: {k.value: v for k, v in STAGES.items()},
    Milestone: {k.value: v for k, v in MILESTONES.items()},
    Act: {k.value: v for k, v in ACTS.items()},
    Holder: {k.value: v for k, v in HOLDERS.items()},
    Direction: {k.value: v for k, v in DIRECTIONS.items()},
    Source: {k.value: v for k, v in SOURCES.items()},
    Flag: {k.value: v for k, v in FLAGS.items()},
    Reason: {k.value: v for k, v in REASONS.items()},
    Channel: {k.value: v for k, v in CHANNELS.items()},
    ApplicantKind: {k.value: v for k, v in APPLICANT_KINDS.items()},
    Group: {k.value: v for k, v in GROUPS.items()},
    Level: {k.value: v for k, v in LEVELS.items()} | {"": ("", "")},
    Online: {k.value: v for k, v in ONLINE_LEVELS.items()},
    DataStatus: {k.value: v for k, v in DATA_STATUSES.items()},
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


def choices_of(words: Mapping[Any, Pair], lang: Lang) -> list[tuple[str, str]]:
    """Return the values of an enumeration with their words, as a form offers them."""
    return [(one.value, pick(pair, lang)) for one, pair in words.items()]


_UNITS: dict[Unit, tuple[str, str, str]] = {
    Unit.HOUR: ("giờ làm việc", "working hour", "working hours"),
    Unit.DAY: ("ngày", "day", "days"),
    Unit.WORKING_DAY: ("ngày làm việc", "working day", "working days"),
    Unit.MONTH: ("tháng", "month", "months"),
}


def limit_in_words(limit: Limit) -> Pair:
    """Return "5 ngày làm việc", "5 working days"; of 0, that it is the same day."""
    if not limit.number:
        return (
            "Trong ngày; tiếp nhận sau 15 giờ: ngày làm việc tiếp theo",
            "The same day; received after 15:00, the next working day",
        )
    vi, one, many = _UNITS[limit.unit]
    return f"{limit.number} {vi}", f"{limit.number} {one if limit.number == 1 else many}"
