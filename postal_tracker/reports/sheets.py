"""Official reports as forms to print and sign: II.06a, and a week's or month's results."""

from collections.abc import Mapping, Sequence

from postal_tracker.core.bilingual_terms import Lang, Pair, pick
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import By, Period
from postal_tracker.spreadsheets import Cell, Form, Head

_BY: Mapping[By, Pair] = {
    "field": ("Lĩnh vực", "Field"),
    "office": ("Điểm tiếp nhận", "Office"),
    "authority": ("Cơ quan giải quyết", "Authority"),
}
_RECEIVED: Pair = ("Số lượng hồ sơ tiếp nhận", "Dossiers received")
_NEW: Pair = ("Trong kỳ", "In the period")
_SETTLED: Pair = ("Số lượng hồ sơ đã giải quyết", "Dossiers settled")
_OPEN: Pair = ("Số lượng hồ sơ đang giải quyết", "Dossiers in hand")
_ALL: Pair = ("Tổng số", "Total")
_CARRIED: Pair = ("Từ kỳ trước", "From the period before")
_ONLINE: Pair = ("Trực tuyến", "Online")
_EARLY: Pair = ("Trước hạn", "Before the date")
_ON_TIME: Pair = ("Đúng hạn", "On the date")
_LATE: Pair = ("Quá hạn", "Late")
_IN_TIME: Pair = ("Trong hạn", "In time")
_WITHIN: Pair = ("Trong số đúng hạn", "Of those on the date")

Columns = Mapping[str, tuple[Pair, ...]]

II06A: Columns = {
    "received": (_RECEIVED, _ALL),
    "received_online": (_RECEIVED, _NEW, _ONLINE),
    "received_direct": (_RECEIVED, _NEW, ("Trực tiếp, dịch vụ bưu chính", "In person, by post")),
    "carried_over": (_RECEIVED, _CARRIED),
    "settled": (_SETTLED, _ALL),
    "settled_early": (_SETTLED, _EARLY),
    "settled_on_time": (_SETTLED, _ON_TIME),
    "settled_late": (_SETTLED, _LATE),
    "open": (_OPEN, _ALL),
    "open_in_time": (_OPEN, _IN_TIME),
    "open_late": (_OPEN, _LATE),
}
_SUMS = {3: "(3)=(4)+(5)+(6)", 7: "(7)=(8)+(9)+(10)", 11: "(11)=(12)+(13)"}

SUMMARY: Columns = {
    "received": (_RECEIVED, _ALL),
    "carried_over": (_RECEIVED, _CARRIED),
    "received_online": (_RECEIVED, _ONLINE),
    "received_at_desk": (_RECEIVED, ("Trực tiếp", "In person")),
    "received_by_post": (_RECEIVED, ("Dịch vụ bưu chính", "By post")),
    "settled": (_SETTLED, _ALL),
    "settled_early": (_SETTLED, _EARLY),
    "settled_on_time": (_SETTLED, _ON_TIME),
    "settled_late_apologised": (_SETTLED, ("Quá hạn, có xin lỗi", "Late, with an apology")),
    "settled_late_unapologised": (_SETTLED, ("Quá hạn, không xin lỗi", "Late, without one")),
    "open": (_OPEN, _ALL),
    "open_in_time": (_OPEN, _IN_TIME),
    "open_late": (_OPEN, _LATE),
    "refused": (_WITHIN, ("Từ chối", "Refused")),
    "stopped": (_WITHIN, ("Dừng giải quyết", "Stopped")),
    "withdrawn": (_WITHIN, ("Xin rút", "Withdrawn")),
    "waiting_for_papers": (_WITHIN, ("Chờ bổ sung", "Waiting for papers")),
}

_LINES: Sequence[Pair] = (
    ("Đơn vị báo cáo: ……………………………", "Reporting unit: ……………………………"),
    ("Đơn vị nhận báo cáo: ……………………………", "Receiving unit: ……………………………"),
)
"""To be filled in: the record does not know who reports to whom."""

_UNIT: Pair = ("Đơn vị tính: Số hồ sơ TTHC", "Unit: dossiers")
_SIGNERS: tuple[Pair, Pair] = (
    ("Người lập biểu", "Drawn up by"),
    ("Thủ trưởng đơn vị", "Head of the unit"),
)


def ii06a_sheet(report: Report, period: Period, by: By, lang: Lang) -> Form:
    """Lay out form II.06a/VPCP/KSTT."""
    title = (
        "Tình hình, kết quả giải quyết thủ tục hành chính",
        "How administrative procedures were settled",
    )
    numbers = [_SUMS.get(n, f"({n})") for n in range(1, 14)]
    note = ("(3) = (7) + (11)", "(3) = (7) + (11)")
    above = ("Biểu số II.06a/VPCP/KSTT", "Form II.06a/VPCP/KSTT")
    return _form("II.06a", (above, title), numbers, II06A, (note,), report, period, by, lang)


def summary_sheet(report: Report, period: Period, by: By, lang: Lang) -> Form:
    """Lay out the results by unit of a week or month."""
    title = (
        "Tổng hợp kết quả giải quyết TTHC theo đơn vị",
        "Results of administrative procedures by unit",
    )
    numbers = [f"({n})" for n in range(1, len(SUMMARY) + 3)]
    return _form("Tổng hợp", (title,), numbers, SUMMARY, (), report, period, by, lang)


def _form(
    name: str,
    titles: Sequence[Pair],
    numbers: Sequence[str],
    columns: Columns,
    notes: Sequence[Pair],
    report: Report,
    period: Period,
    by: By,
    lang: Lang,
) -> Form:
    span = (
        f"Kỳ báo cáo: từ ngày {period.first:%d/%m/%Y} đến ngày {period.last:%d/%m/%Y}",
        f"Period: {period.first:%d/%m/%Y} to {period.last:%d/%m/%Y}",
    )
    first, *others = [pick(pair, lang) for pair in (*titles, span, *_LINES, _UNIT)]
    heads: list[Head] = [(pick(("STT", "No."), lang),), (pick(_BY[by], lang),)]
    heads += [tuple(pick(pair, lang) for pair in path) for path in columns.values()]
    return Form(
        name=name,
        title=first,
        above=others,
        heads=heads,
        numbers=numbers,
        rows=list(_rows(report, columns, lang)),
        below=[pick(note, lang) for note in notes],
        signers=(pick(_SIGNERS[0], lang), pick(_SIGNERS[1], lang)),
    )


def _rows(report: Report, columns: Columns, lang: Lang) -> list[list[Cell]]:
    none = pick(("Chưa ghi lĩnh vực", "No field recorded"), lang)
    last = len(report.items)
    return [
        [n if n < last else None, row.name or none, *(getattr(row, name) for name in columns)]
        for n, row in enumerate(report.items, start=1)
    ]
