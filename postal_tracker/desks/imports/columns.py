"""What a list is of, and which headings lead to which column of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from adapters.bounds import LONGEST_TEXT
from postal_tracker.core.garbled import garbled
from postal_tracker.core.problems import FieldFault, Invalid
from postal_tracker.core.text import folded


class Kind(StrEnum):
    """What a list is of."""

    DOSSIERS = "dossiers"
    OFFICES = "offices"
    AUTHORITIES = "authorities"
    PROCEDURES = "procedures"
    ACTS = "acts"
    """What was done with dossiers that are there: asked for, extended, ended, handed over."""


class Doubles(StrEnum):
    """What becomes of rows whose dossier may be registered already."""

    KEEP = "keep"
    """They are other dossiers: registered."""
    SKIP = "skip"
    """They are the same: passed over."""


REQUIRED: dict[Kind, tuple[str, ...]] = {
    Kind.DOSSIERS: ("procedure", "name"),
    Kind.OFFICES: ("code", "name_vi"),
    Kind.AUTHORITIES: ("code", "name_vi"),
    Kind.PROCEDURES: ("code", "name_vi", "authority", "limit"),
    Kind.ACTS: ("code", "act", "at"),
}

_DOSSIER = ("Mã hồ sơ", "Mã số hồ sơ", "Số hồ sơ", "code", "dossier code")
_NOTE = ("Ghi chú", "note")
_ENGLISH = ("Tên tiếng Anh", "name_en", "English name")
_ADDRESS = ("Địa chỉ", "address")
_PHONE = ("Điện thoại", "Số điện thoại", "SĐT", "ĐT", "phone", "telephone")
_FROM = ("Hiệu lực từ", "Từ ngày", "valid_from")
_TO = ("Hiệu lực đến", "Đến ngày", "valid_to")

HEADINGS: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.DOSSIERS: {
        "code": _DOSSIER,
        "procedure": ("Thủ tục", "Mã thủ tục", "Thủ tục hành chính", "TTHC", "procedure"),
        "procedure_name": ("Tên thủ tục", "Tên thủ tục hành chính", "procedure name"),
        "name": ("Họ tên", "Họ và tên", "Người nộp", "Người nộp hồ sơ", "name", "applicant"),
        "phone": _PHONE,
        "email": ("Email", "E-mail", "Thư điện tử"),
        "id_number": ("Số giấy tờ", "Số CCCD", "CCCD", "Số định danh cá nhân", "id_number"),
        "address": _ADDRESS,
        "ward": ("Phường/Xã", "Xã/Phường", "Phường", "Xã", "ward"),
        "province": ("Tỉnh/Thành", "Tỉnh/Thành phố", "Tỉnh", "province"),
        "office": ("Điểm tiếp nhận", "Mã điểm tiếp nhận", "office"),
        "received_at": ("Ngày tiếp nhận", "Ngày giờ tiếp nhận", "Ngày nhận", "received_at"),
        "return_by_post": ("Nhận kết quả qua bưu điện", "Trả qua bưu điện", "return_by_post"),
        "channel": ("Hình thức nộp", "Hình thức nộp hồ sơ", "Kênh tiếp nhận", "channel"),
        "applicant_kind": ("Đối tượng nộp", "Loại đối tượng", "applicant_kind"),
        "papers_count": ("Số giấy tờ nộp", "Số lượng giấy tờ", "papers_count"),
        "sets_count": ("Số bộ hồ sơ", "Số bộ", "sets_count"),
        "fee_vnd": ("Phí, lệ phí", "Số tiền phí, lệ phí", "fee_vnd"),
        "note": _NOTE,
    },
    Kind.OFFICES: {
        "code": ("Mã điểm tiếp nhận", "Mã", "code"),
        "parent_code": ("Trực thuộc", "Mã cấp trên", "parent_code", "parent"),
        "name_vi": ("Tên điểm tiếp nhận", "Tên", "name_vi", "name"),
        "name_en": _ENGLISH,
        "address": _ADDRESS,
        "phone": _PHONE,
        "hours_vi": ("Giờ làm việc", "Thời gian làm việc", "hours_vi", "hours"),
        "hours_en": ("Giờ làm việc bằng tiếng Anh", "hours_en"),
        "valid_from": _FROM,
        "valid_to": _TO,
        "successors": ("Đơn vị kế thừa", "Nơi tiếp nhận thay", "successors"),
        "modern": ("Một cửa hiện đại", "modern"),
    },
    Kind.AUTHORITIES: {
        "code": ("Mã cơ quan", "Mã", "code"),
        "name_vi": ("Tên cơ quan", "Tên", "name_vi", "name"),
        "name_en": _ENGLISH,
        "address": _ADDRESS,
        "phone": _PHONE,
        "group": ("Khối cơ quan", "Nhóm cơ quan", "group"),
    },
    Kind.PROCEDURES: {
        "code": ("Mã thủ tục", "Mã", "code"),
        "name_vi": ("Tên thủ tục", "Tên", "name_vi", "name"),
        "name_en": _ENGLISH,
        "authority": ("Cơ quan giải quyết", "Mã cơ quan", "authority"),
        "limit": ("Thời hạn giải quyết", "Số ngày làm việc", "working_days", "time limit"),
        "post_out": ("Gửi hồ sơ qua bưu điện", "post_out"),
        "post_back": ("Nhận kết quả qua bưu điện", "post_back"),
        "post_counts": ("Tính thời gian bưu chính vào thời hạn", "post_counts"),
        "national_code": ("Mã quốc gia", "Mã TTHC quốc gia", "national_code"),
        "field": ("Lĩnh vực", "field"),
        "level": ("Cấp thực hiện", "level"),
        "online": ("Dịch vụ công trực tuyến", "Mức độ trực tuyến", "online"),
        "direct": ("Nộp trực tiếp", "direct"),
        "fee": ("Phí", "fee"),
        "charge": ("Lệ phí", "charge"),
        "papers": ("Thành phần hồ sơ", "Giấy tờ phải nộp", "papers"),
        "data_status": ("Dữ liệu mẫu", "data_status"),
        "valid_from": _FROM,
        "valid_to": _TO,
    },
    Kind.ACTS: {
        "code": _DOSSIER,
        "act": ("Việc đã làm", "Nghiệp vụ", "act"),
        "at": ("Thời điểm", "Ngày giờ", "at", "happened at"),
        "reason": ("Lý do", "reason"),
        "missing": ("Giấy tờ còn thiếu", "Giấy tờ cần bổ sung", "missing"),
        "guidance": ("Hướng dẫn", "guidance"),
        "new_due_at": ("Ngày hẹn mới", "Hẹn trả lại", "new_due_at"),
        "signed_by": ("Người ký", "signed_by"),
        "decision": ("Số quyết định", "Số quyết định, văn bản", "decision"),
        "amount_vnd": ("Số tiền", "amount_vnd", "amount"),
        "what": ("Khoản phải nộp", "what"),
        "receipt": ("Số biên lai", "receipt"),
        "to": ("Người nhận kết quả", "to", "handed to"),
        "strikes": ("Việc bị hủy", "strikes", "strikes out"),
        "note": _NOTE,
    },
}
"""Which headings lead to which column, in any case, with or without marks and remarks in ()."""


def columns_of(kind: Kind, header: Sequence[str]) -> dict[str, str]:
    """Return which heading of the file stands for which column of ours."""
    ours = {bare(name): field for field, names in HEADINGS[kind].items() for name in names}
    found: dict[str, str] = {}
    for name in header:
        field = ours.get(bare(name))
        if field in found:
            raise Invalid(
                "double-heading",
                f"Hai cột “{found[field]}” và “{name}” cùng một nghĩa. Vui lòng bỏ một cột.",
                f"The columns '{found[field]}' and '{name}' mean the same. Remove one.",
            )
        if field:
            found[field] = name
    _refuse_missing(kind, found, header)
    return found


_LONGEST_HEADING = 200
"""Characters that are looked at; none of ours has more than forty, with its remarks."""


def bare(heading: str) -> str:
    """Return a heading without marks, remarks and signs: "Họ tên (*)" is "ho ten"."""
    without_remarks = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", heading[:_LONGEST_HEADING])
    return " ".join(re.sub(r"[\W_]", " ", folded(without_remarks)).split())


def _refuse_missing(kind: Kind, found: Mapping[str, str], header: Sequence[str]) -> None:
    has = set(found) | ({"procedure"} if "procedure_name" in found else set())
    told = garbled(" ".join(name[:_LONGEST_HEADING] for name in header)[:LONGEST_TEXT])
    missing = [HEADINGS[kind][field][0] for field in REQUIRED[kind] if field not in has]
    if missing and told:
        raise Invalid("not-unicode", *told)
    if missing:
        named = ", ".join(f"“{name}”" for name in missing)
        raise Invalid(
            "missing-column",
            f"Dòng đầu của tệp phải có cột {named}.",
            f"The first row of the file must have the column {named}.",
        )


def by_column(
    kind: Kind, faults: Iterable[FieldFault], headings: Mapping[str, str]
) -> list[FieldFault]:
    """Name faults by the file's own headings, and no more than one for each column."""
    of_column: dict[str, FieldFault] = {}
    for fault in faults:
        field = fault.field.rpartition(".")[2]
        names = HEADINGS[kind].get(field, (field,))
        column = headings.get(field) or (
            headings.get("procedure_name", names[0]) if field == "procedure" else names[0]
        )
        of_column.setdefault(column, FieldFault(column, fault.vi, fault.en))
    return list(of_column.values())
