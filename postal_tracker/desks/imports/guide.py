"""What stands in each column of a list: for templates, for `--help` and for the handbook."""

from collections.abc import Iterator
from dataclasses import dataclass

from postal_tracker.desks.imports.columns import HEADINGS, REQUIRED, Kind
from postal_tracker.spreadsheets import write_csv, write_template

_CODE = "1.005100"

_ABOUT: dict[Kind, dict[str, tuple[str, str, str]]] = {
    Kind.DOSSIERS: {
        "code": (
            "H49.12-261123-0001",
            "Mã của hệ thống một cửa; để trống thì được cấp mã",
            "The one-stop system's code; without one the next is given",
        ),
        "procedure": (_CODE, "Mã thủ tục, hoặc đúng tên", "The procedure's code or exact name"),
        "procedure_name": ("", "Thay cho mã thủ tục", "Instead of the procedure's code"),
        "name": ("Người nộp Mẫu", "Họ và tên người nộp", "Who handed it in"),
        "phone": ("0912345678", "10 chữ số; số cố định 11", "10 digits; a fixed line has 11"),
        "email": ("", "Email", "E-mail"),
        "id_number": (
            "001085012345",
            "CCCD 12 số, CMND 9 số hoặc hộ chiếu",
            "12 digits (CCCD), 9 (CMND), or a passport",
        ),
        "address": ("Số 1 phố Mẫu", "Số nhà, đường, khu phố", "House and street"),
        "ward": ("Phường Uông Bí", "Phường, xã", "Ward or commune"),
        "province": ("Tỉnh Quảng Ninh", "Tỉnh, thành phố", "Province or city"),
        "office": (
            "H49.12",
            "Mã điểm tiếp nhận, nếu không dùng --office",
            "The office's code, unless --office names it",
        ),
        "received_at": (
            "23/11/2026 08:30",
            "Ngày trước, tháng sau; để trống là lúc nhập",
            "Day first; without it, the time of import",
        ),
        "return_by_post": ("có", "có hoặc không", "có (yes) or không (no)"),
        "channel": (
            "Trực tiếp",
            "Trực tiếp, Trực tuyến hoặc Qua bưu chính; để trống là trực tiếp",
            "Trực tiếp (in person), Trực tuyến (online), Qua bưu chính (by post)",
        ),
        "applicant_kind": (
            "Công dân",
            "Công dân, Doanh nghiệp, Cơ quan nhà nước hoặc Tổ chức khác",
            "Công dân (citizen), Doanh nghiệp (enterprise), Cơ quan nhà nước (State body), Tổ "
            "chức khác (another)",
        ),
        "papers_count": ("3", "Số giấy tờ đã nộp", "How many papers"),
        "sets_count": ("1", "Số bộ đã nộp", "How many sets"),
        "fee_vnd": ("135.000", "Số đồng; miễn phí: 0", "VND; free of it: 0"),
        "note": ("", "Ghi chú nội bộ", "For the office alone"),
    },
    Kind.OFFICES: {
        "code": ("H49.12", "Dạng H49.12 hoặc H49.12.03", "Such as H49.12 or H49.12.03"),
        "parent_code": ("", "Mã cấp trên, ở dòng trước", "Its parent's, in an earlier row"),
        "name_vi": ("Trung tâm Mẫu", "Tên trên giấy tờ", "As on papers"),
        "name_en": ("Sample centre", "Tên tiếng Anh", "In English"),
        "address": ("Phường Uông Bí, tỉnh Quảng Ninh", "Địa chỉ đầy đủ", "The whole address"),
        "phone": ("02033812345", "Số để người dân gọi", "For citizens to call"),
        "hours_vi": (
            "Thứ Hai đến thứ Sáu, 7:30–11:30 và 13:30–17:00",
            "Ghi trên trang tra cứu của người dân",
            "As citizens read them",
        ),
        "hours_en": (
            "Monday to Friday, 7:30–11:30 and 13:30–17:00",
            "Bằng tiếng Anh",
            "In English",
        ),
        "valid_from": ("01/07/2025", "Ngày đầu tiên", "Its first day"),
        "valid_to": ("", "Ngày cuối cùng", "Its last day"),
        "successors": ("", "Mã các điểm tiếp nhận thay", "Codes of those that took over"),
        "modern": ("có", "có hoặc không", "có (yes) or không (no)"),
    },
    Kind.AUTHORITIES: {
        "code": ("CQ-MAU", "Mã riêng, tối đa 30 ký tự", "Your own, 30 characters at most"),
        "name_vi": ("Cơ quan Mẫu", "Tên trên giấy tờ", "As on papers"),
        "name_en": ("Sample authority", "Tên tiếng Anh", "In English"),
        "address": ("Phường Hạ Long, tỉnh Quảng Ninh", "Nơi nhận hồ sơ", "Where parcels go"),
        "phone": ("02033812345", "Số điện thoại nhận bưu gửi", "For the courier"),
        "group": (
            "Thuế",
            "Ủy ban nhân dân, Sở ngành, Thuế, Bảo hiểm xã hội, Công an, Thanh tra và tiếp công "
            "dân, Khác",
            "People's Committee, department, tax, social insurance, police, inspectorate and "
            "citizen reception, other",
        ),
    },
    Kind.PROCEDURES: {
        "code": (_CODE, "Mã quốc gia đủ 6 số lẻ, hoặc mã riêng", "The national code, or your own"),
        "name_vi": ("Thủ tục Mẫu", "Tên thủ tục", "Its name"),
        "name_en": ("Sample procedure", "Tên tiếng Anh", "In English"),
        "authority": ("CQ-MAU", "Mã cơ quan giải quyết", "The code of who decides"),
        "limit": (
            "5 ngày làm việc",
            "Số, rồi giờ, ngày, ngày làm việc (hoặc để trống) hay tháng; 0: trong ngày",
            "A number; then giờ (hours), ngày (days), ngày làm việc or nothing (working days), "
            "tháng (months); 0: the same day",
        ),
        "post_out": ("có", "Gửi hồ sơ đi: có hoặc không", "Sent by post: có (yes), không (no)"),
        "post_back": ("có", "Trả kết quả: có hoặc không", "Results by post: có, không"),
        "post_counts": (
            "có",
            "Có: tính vào thời hạn; không: thời hạn tạm dừng khi bưu chính giữ hồ sơ",
            "có: it is part of the limit; không: the limit stands while the post has the dossier",
        ),
        "national_code": (_CODE, "Nếu mã trên là mã riêng", "If the code above is your own"),
        "field": ("Giao thông vận tải", "Lĩnh vực", "Its field, for reports"),
        "level": ("Cấp xã", "Cấp Bộ, tỉnh, huyện hoặc xã", "Ministry, province, district, commune"),
        "online": (
            "Toàn trình",
            "Toàn trình, Một phần, Cung cấp thông tin hoặc Không",
            "Whole, in part, information only, not online",
        ),
        "direct": ("có", "Nộp tại quầy: có hoặc không", "Lodged in person: có, không"),
        "fee": ("135.000", "Số đồng; miễn phí: 0", "VND; free of it: 0"),
        "charge": ("0", "Số đồng; miễn lệ phí: 0", "VND; free of it: 0"),
        "papers": ("Tờ khai; Bản sao giấy tờ", "Cách nhau dấu ;", "With ; between, at most 60"),
        "data_status": ("", "Dữ liệu mẫu thì ghi: mẫu", "Of invented data: mẫu (sample)"),
        "valid_from": ("01/07/2025", "Ngày đầu tiên", "Its first day"),
        "valid_to": ("", "Ngày cuối cùng", "Its last day"),
    },
    Kind.ACTS: {
        "code": ("H49.12-261123-0001", "Mã hồ sơ đã đăng ký", "Of a dossier that is there"),
        "act": (
            "Yêu cầu bổ sung",
            "Yêu cầu bổ sung, Ghi nhận đã bổ sung, Yêu cầu nộp tiền, Ghi nhận đã nộp tiền, Xin lỗi "
            "và gia hạn, Từ chối hồ sơ, Rút hồ sơ, Dừng giải quyết, Đã có kết quả, Đã nhận lại hồ "
            "sơ, Trả kết quả, Lấy ra khỏi bưu gửi, Hủy ghi nhận",
            "request_supplement, receive_supplement, request_payment, receive_payment, extend, "
            "refuse, withdraw, stop, result_ready, received_back, hand_over_result, taken_out, "
            "strike_out; or what the dossier's page calls them",
        ),
        "at": (
            "23/11/2026 10:15",
            "Ngày trước, tháng sau; giờ và phút",
            "Day first, with hour and minute",
        ),
        "reason": ("Giấy tờ hết hạn", "Lý do; không ghi tên người", "Why; no person's name"),
        "missing": (
            "Giấy khám sức khỏe; Bản sao giấy tờ",
            "Cách nhau dấu ;",
            "Papers asked for, with ; between",
        ),
        "guidance": ("", "Hướng dẫn người nộp", "What the citizen is to do"),
        "new_due_at": ("", "Ngày giờ hẹn mới khi gia hạn", "Of an extension: the new date"),
        "signed_by": ("", "Người ký văn bản xin lỗi", "Who signed the apology"),
        "decision": ("", "Số quyết định dừng", "By which an authority stops"),
        "amount_vnd": ("", "Số đồng phải nộp, đã nộp", "VND to be paid, or paid"),
        "what": ("", "Phí, lệ phí, thuế phải nộp", "Which fee or tax"),
        "receipt": ("", "Số biên lai", "The number of the receipt"),
        "to": ("", "Ai nhận kết quả; không ghi tên", "The applicant, a relative; no name"),
        "strikes": (
            "",
            "Khi hủy ghi nhận: việc nào, vào thời điểm trên",
            "Of a strike_out: which act, done at the time above",
        ),
        "note": ("", "Ghi chú nội bộ", "For the office alone"),
    },
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading and other headings for it, what it holds, an invented example."""

    field: str
    """What a form calls it."""
    heading: str
    others: tuple[str, ...]
    needed: bool
    vi: str
    en: str
    example: str


def columns_told(kind: Kind) -> Iterator[Column]:
    """Yield the columns of a list, in the order of its template."""
    for field, (heading, *others) in HEADINGS[kind].items():
        example, vi, en = _ABOUT[kind][field]
        yield Column(field, heading, tuple(others), field in REQUIRED[kind], vi, en, example)


def template(kind: Kind, file_format: str) -> bytes:
    """Return an empty list as `csv` or `xlsx`; the workbook's second sheet says what goes where."""
    columns = list(columns_told(kind))
    header = [column.heading for column in columns]
    if file_format == "csv":
        return write_csv(header, [])
    notes = [("Cột / Column", "Bắt buộc", "Nội dung", "What it holds", "Ví dụ / Example")]
    notes += [(c.heading, "x" if c.needed else "", c.vi, c.en, c.example) for c in columns]
    return write_template(header, notes, title=kind, notes_title="Hướng dẫn")
