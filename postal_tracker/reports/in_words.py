"""Reports as tables in Vietnamese or English, for files and pages."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from adapters.event import Reason
from postal_tracker.core.bilingual_terms import DATA, Lang, Pair, pick, say, say_what
from postal_tracker.core.journey import Act, Direction, Holder, Stage
from postal_tracker.reports.headings import HEADINGS
from postal_tracker.reports.pages import Report
from postal_tracker.spreadsheets import Cell

GAPS_IN_WORDS: dict[str, Pair] = {
    "never_handed_over": (
        "đã đóng gói, chưa bàn giao cho bưu chính",
        "sealed, not handed over to the post",
    ),
    "not_accepted": (
        "đã bàn giao, bưu chính chưa xác nhận",
        "handed over, no word from the carrier",
    ),
    "accepted_late": ("bưu chính xác nhận chậm", "the carrier's first word came late"),
    "accepted_after_delivery": (
        "bưu chính ghi chấp nhận sau khi phát",
        "accepted after it was delivered",
    ),
    "arrival_untold": (
        "đã nhận lại, bưu chính không báo phát",
        "received back, no delivery told by the carrier",
    ),
}

FATES_IN_WORDS: dict[str, Pair] = {
    "settled_early": ("giải quyết trước hạn", "settled before the date"),
    "settled_on_time": ("giải quyết đúng hạn", "settled on the date"),
    "settled_late": ("giải quyết quá hạn", "settled late"),
    "open_in_time": ("đang giải quyết trong hạn", "in hand, in time"),
    "open_late": ("đang giải quyết quá hạn", "in hand, late"),
}

WORK_IN_WORDS: dict[str, Pair] = {
    "nearly_late": ("Sắp quá hạn mà chưa có kết quả", "Nearly late and without a result"),
    "feedback": ("Phản ánh, câu hỏi sắp hết hạn", "Complaints and questions nearly due"),
    "trouble": ("Bưu gửi có sự cố", "Parcels with a problem"),
    "failed_delivery": ("Phát không thành công", "Failed deliveries"),
    "claimed": ("Báo đã phát, chưa xác minh", "Reported delivered, not confirmed"),
    "to_collect": (
        "Chờ người nhận đến bưu cục lấy",
        "Waiting at the post office for its recipient",
    ),
    "returning": ("Đang chuyển hoàn", "Going back to the sender"),
    "silent": ("Bưu gửi chậm cập nhật", "Parcels without a recent update"),
    "unaccepted": (
        "Đã bàn giao, bưu chính chưa xác nhận",
        "Handed over, not yet accepted by the post",
    ),
    "unsigned_list": ("Bảng kê chưa có chữ ký", "Handover lists without a signature"),
    "to_seal": ("Hồ sơ chờ gửi đi", "Dossiers to be sent"),
    "to_print": ("Bưu gửi chưa có nhãn", "Parcels without a label"),
    "result_to_send": ("Kết quả chờ gửi cho người dân", "Results to be sent to citizens"),
    "result_waiting": ("Kết quả chờ người dân đến nhận", "Results that wait for their citizens"),
    "unread": ("Tin bưu chính chưa đọc được", "Carriers’ messages that could not be read"),
    "unmatched": ("Tin chưa rõ của bưu gửi nào", "Messages of unknown parcels"),
    "numbers_low": ("Số hiệu bưu gửi sắp hết", "Tracking numbers running out"),
}
"""The kinds of the worklist, as its page and its files name them."""

_IN_WORDS: dict[str, Callable[[Any, Lang], Cell]] = {
    "fate": lambda value, lang: pick(FATES_IN_WORDS[value], lang),
    "act": lambda value, lang: say(Act(value), lang),
    "minutes_left": lambda value, lang: _left(value, lang),
    "stage": lambda value, lang: say(Stage(value), lang),
    "holder": lambda value, lang: say(Holder(value), lang),
    "held_when_due": lambda value, lang: say(value, lang),
    "kind": lambda value, lang: pick((GAPS_IN_WORDS | WORK_IN_WORDS)[value], lang),
    "what": say_what,
    "struck": lambda value, lang: say_what(value, lang) if value else None,
    "fields": lambda value, lang: "; ".join(pick(DATA[one], lang) for one in value),
    "direction": lambda value, lang: say(Direction(value), lang) if value else None,
    "milestone": say_what,
    "reason": lambda value, lang: say(Reason(value), lang) if value else None,
    "dossiers": lambda value, _lang: value if isinstance(value, int | str) else ", ".join(value),
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
