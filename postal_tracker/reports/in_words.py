"""Reports as tables in Vietnamese or English, for files and pages."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from adapters.event import Reason
from postal_tracker.core.bilingual_terms import Lang, Pair, pick, say, say_what
from postal_tracker.core.journey import Act, Direction, Holder
from postal_tracker.reports.behind import FigureRow
from postal_tracker.reports.catalogue import CatalogueRow
from postal_tracker.reports.dossiers import LocationRow, OverdueRow
from postal_tracker.reports.follow_ups import FollowUpRow
from postal_tracker.reports.found_by_poll import FoundByPollRow
from postal_tracker.reports.ii06a import Ii06aRow
from postal_tracker.reports.nearly_late import NearlyLateRow
from postal_tracker.reports.p766 import P766Row
from postal_tracker.reports.pages import Report
from postal_tracker.reports.parcels import SilentRow, UnacceptedRow
from postal_tracker.reports.post_days import PostedRow
from postal_tracker.reports.punctuality import PunctualityRow
from postal_tracker.reports.spent import SlowRow
from postal_tracker.reports.to_forward import ToForwardRow
from postal_tracker.spreadsheets import Cell

HEADINGS: dict[type, dict[str, Pair]] = {
    LocationRow: {
        "holder": ("Loại nơi giữ", "Kind of holder"),
        "holder_code": ("Mã nơi giữ", "Holder's code"),
        "name": ("Tên", "Name"),
        "place": ("Vị trí", "Place"),
        "dossiers": ("Số hồ sơ", "Dossiers"),
        "overdue": ("Quá hạn", "Overdue"),
        "oldest_since": ("Giữ lâu nhất từ", "Held longest since"),
    },
    OverdueRow: {
        "code": ("Mã hồ sơ", "Dossier"),
        "applicant_name": ("Họ tên", "Applicant"),
        "procedure": ("Thủ tục", "Procedure"),
        "authority": ("Cơ quan giải quyết", "Authority"),
        "office": ("Điểm tiếp nhận", "Office"),
        "holder": ("Loại nơi giữ", "Kind of holder"),
        "holder_name": ("Đang giữ", "Held by"),
        "place": ("Vị trí", "Place"),
        "since": ("Thời điểm nhận giữ", "Held since"),
        "due_on": ("Ngày hẹn trả", "Due on"),
        "working_days_late": ("Số ngày làm việc quá hạn", "Working days late"),
    },
    NearlyLateRow: {
        "code": ("Mã hồ sơ", "Dossier"),
        "applicant_name": ("Họ tên", "Applicant"),
        "procedure": ("Thủ tục", "Procedure"),
        "authority": ("Cơ quan giải quyết", "Authority"),
        "office": ("Điểm tiếp nhận", "Office"),
        "holder": ("Loại nơi giữ", "Kind of holder"),
        "holder_name": ("Đang giữ", "Held by"),
        "place": ("Vị trí", "Place"),
        "since": ("Thời điểm nhận giữ", "Held since"),
        "due_on": ("Ngày hẹn trả", "Due on"),
        "working_days_left": ("Số ngày làm việc còn lại", "Working days left"),
    },
    ToForwardRow: {
        "code": ("Mã hồ sơ", "Dossier"),
        "procedure": ("Thủ tục", "Procedure"),
        "authority": ("Cơ quan giải quyết", "Authority"),
        "office": ("Điểm tiếp nhận", "Office"),
        "complete_at": ("Đủ hồ sơ lúc", "Complete at"),
        "forward_on": ("Phải chuyển trong ngày", "To be forwarded on"),
        "minutes_left": ("Thời gian còn lại", "Time left"),
        "act": ("Việc cần làm", "What to do"),
    },
    UnacceptedRow: {
        "handover": ("Bảng kê", "Handover list"),
        "tracking_number": ("Số hiệu bưu gửi", "Parcel"),
        "carrier": ("Đơn vị bưu chính", "Carrier"),
        "direction": ("Chiều gửi", "Direction"),
        "dossiers": ("Hồ sơ bên trong", "Dossiers inside"),
        "signed_at": ("Ký nhận lúc", "Signed at"),
        "signed_by": ("Người ký nhận", "Signed by"),
        "hours": ("Số giờ chờ", "Hours waiting"),
    },
    SilentRow: {
        "tracking_number": ("Số hiệu bưu gửi", "Parcel"),
        "carrier": ("Đơn vị bưu chính", "Carrier"),
        "direction": ("Chiều gửi", "Direction"),
        "dossiers": ("Hồ sơ bên trong", "Dossiers inside"),
        "milestone": ("Tin cuối", "Last update"),
        "place": ("Vị trí", "Place"),
        "last_news_at": ("Tin cuối lúc", "Last update at"),
        "hours": ("Số giờ chưa cập nhật", "Hours without an update"),
        "next_check_at": ("Tra cứu lại lúc", "Next check at"),
    },
    FollowUpRow: {
        "tracking_number": ("Số hiệu bưu gửi", "Parcel"),
        "carrier": ("Đơn vị bưu chính", "Carrier"),
        "direction": ("Chiều gửi", "Direction"),
        "dossiers": ("Hồ sơ bên trong", "Dossiers inside"),
        "milestone": ("Tin cuối", "Last update"),
        "reason": ("Lý do", "Reason"),
        "place": ("Vị trí", "Place"),
        "last_news_at": ("Tin cuối lúc", "Last update at"),
        "hours": ("Số giờ đã qua", "Hours since"),
        "attempts": ("Số lần phát không thành công", "Failed attempts"),
    },
    PunctualityRow: {
        "authority": ("Mã cơ quan", "Authority code"),
        "authority_name": ("Cơ quan giải quyết", "Authority"),
        "ahead": ("Trước hạn", "Ahead of time"),
        "on_time": ("Đúng hạn", "On time"),
        "late": ("Quá hạn", "Late"),
        "total": ("Tổng số", "Total"),
    },
    FoundByPollRow: {
        "carrier": ("Đơn vị bưu chính", "Carrier"),
        "scans": ("Số mốc", "Scans"),
        "told_first": ("Được báo trước", "Reported first"),
        "told_later": ("Tra cứu thấy, sau được báo", "Found by polling, reported later"),
        "never_told": ("Tra cứu thấy, không được báo", "Found by polling, never reported"),
        "never_told_percent": ("Không được báo (%)", "Never reported (%)"),
    },
    CatalogueRow: {
        "key": ("Mã", "Code"),
        "name": ("Khối cơ quan", "Branch"),
        "procedures": ("Số thủ tục", "Procedures"),
        "online": ("Trực tuyến", "Online"),
        "online_commune": ("Trực tuyến cấp xã", "Online at communes"),
        "by_post": ("Qua bưu chính", "By post"),
    },
    Ii06aRow: {
        "key": ("Mã", "Code"),
        "name": ("Lĩnh vực, đơn vị", "Field or unit"),
        "dossiers": ("Danh sách hồ sơ", "List of dossiers"),
        "received": ("Tiếp nhận: tổng số", "Received: total"),
        "received_online": ("Trực tuyến", "Online"),
        "received_direct": ("Trực tiếp, dịch vụ bưu chính", "In person, by post"),
        "carried_over": ("Từ kỳ trước", "From the period before"),
        "settled": ("Đã giải quyết: tổng số", "Settled: total"),
        "settled_early": ("Trước hạn", "Before the date"),
        "settled_on_time": ("Đúng hạn", "On the date"),
        "settled_late": ("Quá hạn", "Late"),
        "open": ("Đang giải quyết: tổng số", "In hand: total"),
        "open_in_time": ("Trong hạn", "In time"),
        "open_late": ("Quá hạn", "Late"),
    },
    P766Row: {
        "key": ("Mã cơ quan", "Authority code"),
        "name": ("Cơ quan giải quyết", "Authority"),
        "behind": ("Danh sách hồ sơ", "List of dossiers"),
        "dossiers": ("Tiếp nhận và đang giải quyết", "Received and in hand"),
        "on_time": ("Đúng hạn", "On time"),
        "on_time_percent": ("2.1: tỷ lệ đúng hạn (%)", "2.1: on time (%)"),
        "ended": ("Đã kết thúc", "Ended"),
        "mean_days": ("2.2: số ngày làm việc bình quân", "2.2: mean working days"),
        "received": ("Tiếp nhận trong kỳ", "Received in the period"),
        "by_post": ("Qua dịch vụ bưu chính", "By post"),
        "by_post_percent": ("3.3: tỷ lệ qua bưu chính (%)", "3.3: by post (%)"),
    },
    FigureRow: {
        "code": ("Mã hồ sơ", "Dossier"),
        "procedure": ("Thủ tục", "Procedure"),
        "authority": ("Cơ quan giải quyết", "Authority"),
        "office": ("Điểm tiếp nhận", "Office"),
        "received_at": ("Ngày nhận", "Received"),
        "due_at": ("Hẹn trả", "Due"),
        "settled_at": ("Kết thúc giải quyết", "Settled"),
        "fate": ("Cột", "Column"),
    },
    SlowRow: {
        "code": ("Mã hồ sơ", "Dossier"),
        "procedure": ("Thủ tục", "Procedure"),
        "authority": ("Cơ quan giải quyết", "Authority"),
        "received_on": ("Ngày nhận", "Received"),
        "given_on": ("Ngày trả", "Given back"),
        "office_days": ("Ở điểm tiếp nhận", "Office"),
        "post_days": ("Ở bưu chính", "Post"),
        "authority_days": ("Ở cơ quan", "Authority"),
        "citizen_days": ("Chờ người nộp", "Citizen"),
        "days": ("Cả chặng (ngày)", "The whole way (days)"),
    },
    PostedRow: {
        "tracking_number": ("Số hiệu bưu gửi", "Parcel"),
        "carrier": ("Đơn vị bưu chính", "Carrier"),
        "route": ("Tuyến", "Route"),
        "taken_at": ("Bưu chính nhận lúc", "Taken over"),
        "delivered_at": ("Phát lúc", "Delivered"),
        "days": ("Số ngày", "Days"),
        "expected_on": ("Ngày bưu chính hẹn phát", "Expected on"),
    },
}

FATES_IN_WORDS: dict[str, Pair] = {
    "settled_early": ("giải quyết trước hạn", "settled before the date"),
    "settled_on_time": ("giải quyết đúng hạn", "settled on the date"),
    "settled_late": ("giải quyết quá hạn", "settled late"),
    "open_in_time": ("đang giải quyết trong hạn", "in hand, in time"),
    "open_late": ("đang giải quyết quá hạn", "in hand, late"),
}

_IN_WORDS: dict[str, Callable[[Any, Lang], Cell]] = {
    "fate": lambda value, lang: pick(FATES_IN_WORDS[value], lang),
    "act": lambda value, lang: say(Act(value), lang),
    "minutes_left": lambda value, lang: _left(value, lang),
    "holder": lambda value, lang: say(Holder(value), lang),
    "direction": lambda value, lang: say(Direction(value), lang),
    "milestone": say_what,
    "reason": lambda value, lang: say(Reason(value), lang) if value else None,
    "dossiers": lambda value, _lang: value if isinstance(value, int) else ", ".join(value),
}


def _left(minutes: int, lang: Lang) -> str:
    if not minutes:
        return pick(("đã quá hạn chuyển", "overdue"), lang)
    hours, rest = divmod(minutes, 60)
    vi = f"{hours} giờ {rest} phút" if hours else f"{rest} phút"
    return pick((vi, f"{hours} h {rest} min" if hours else f"{rest} min"), lang)


def as_rows(report: Report, lang: Lang) -> tuple[list[str], list[list[Cell]]]:
    """Return a report as a table in words: its headings, and a cell for each of them."""
    rows = (_row(item, report.of, lang) for item in report.items)
    return header_of(report.of, lang), list(rows)


def header_of(kind: type, lang: Lang) -> list[str]:
    return [pick(pair, lang) for pair in HEADINGS[kind].values()]


def rows_of(pages: Iterable[Report], lang: Lang) -> Iterator[list[Cell]]:
    """Give the rows of a report page by page: no more than one is held."""
    for page in pages:
        yield from (_row(item, page.of, lang) for item in page.items)


def _row(item: Any, kind: type, lang: Lang) -> list[Cell]:
    return [_cell(item, name, lang) for name in HEADINGS[kind]]


def _cell(item: Any, name: str, lang: Lang) -> Cell:
    value = getattr(item, name)
    in_words = _IN_WORDS.get(name)
    cell: Cell = in_words(value, lang) if in_words else value
    return cell
