"""The pictures of a month: which figures each of them shows, and in which words."""

from collections.abc import Mapping, Sequence
from functools import partial

from babel.numbers import format_decimal
from markupsafe import Markup

from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.reports import DueSoon, Overview, PostRow, SpentRow
from postal_tracker.reports.overview import OnTimeRow
from postal_tracker.reports.spent import WHOLE
from postal_tracker.web.html.charts import About, Bar, Group, Line, bars, cut, groups, lines, shares
from postal_tracker.web.html.i18n import translated

MOST_BARS = 12
"""Of more rows, the first: a picture of thirty bars is a table. The table has all."""


def one(value: float | None, lang: Lang) -> str:
    """Return a figure with at most one decimal; a dash where nothing was to be counted."""
    return "–" if value is None else format_decimal(value, format="#,##0.#", locale=lang)


def compared(told: Overview, lang: Lang) -> Markup:
    _ = partial(translated, lang=lang)
    names = {
        "received_new": _("Đã tiếp nhận"),
        "settled": _("Đã giải quyết"),
        "settled_late": _("Giải quyết quá hạn"),
        "open": _("Còn lại"),
        "open_late": _("Còn lại, quá hạn"),
    }
    months = (told.year_before, told.before, told.now)
    rows = []
    for name, words in names.items():
        values = [getattr(month, name) for month in months]
        rows.append(Group(words, values, [one(value, lang) for value in values]))
    about = About(
        "compared",
        _("So với tháng trước và cùng tháng năm trước"),
        _("Năm nhóm cột; trong mỗi nhóm, cột cuối là tháng này. Số liệu nằm trong bảng bên dưới."),
    )
    return groups(about, rows, [f"{month.month:%m/%Y}" for month in months])


def flow(told: Overview, lang: Lang) -> Markup:
    _ = partial(translated, lang=lang)
    received = [row.received_new for row in told.flow]
    ended = [row.ended for row in told.flow]
    about = About(
        "flow",
        _("Tiếp nhận và kết thúc qua 13 tháng"),
        _("Hai đường: số hồ sơ tiếp nhận và số hồ sơ đã kết thúc của mỗi tháng."),
    )
    rows = [
        Line(_("Đã tiếp nhận"), received, one(received[-1], lang)),
        Line(_("Đã kết thúc"), ended, one(ended[-1], lang)),
    ]
    return lines(about, [f"{row.month:%m/%Y}" for row in told.flow], rows)


def on_time(name: str, title: str, rows: Sequence[OnTimeRow], lang: Lang) -> Markup:
    _ = partial(translated, lang=lang)
    about = About(name, title, _("Mỗi thanh là tỷ lệ đúng hạn, thấp nhất đứng đầu."))
    drawn = [
        Bar(
            row.name,
            row.on_time_percent or 0,
            _said_on_time(row, lang),
            tone="late" if row.settled_late else "good",
        )
        for row in rows[:MOST_BARS]
    ]
    return bars(about, drawn, whole=100)


def _said_on_time(row: OnTimeRow, lang: Lang) -> str:
    _ = partial(translated, lang=lang)
    said = f"{one(row.on_time_percent, lang)} %"
    late = _("{n} quá hạn", n=one(row.settled_late, lang))
    return f"{said} ({late})" if row.settled_late else said


def spent(rows: Sequence[SpentRow], lang: Lang) -> Markup:
    """Draw what part of all days each holder had them."""
    _ = partial(translated, lang=lang)
    about = About(
        "spent",
        _("Thời gian ở đâu"),
        _("Một thanh chia theo phần thời gian mỗi nơi giữ hồ sơ."),
    )
    parts = [
        Bar(_capital(row.name), row.percent or 0, f"{one(row.percent, lang)} %", tone=row.key)
        for row in rows
        if row.key != WHOLE
    ]
    return shares(about, parts)


def spreads(name: str, title: str, rows: Sequence[SpentRow], lang: Lang) -> Markup:
    """Draw how many days half of them took, and nine in ten."""
    drawn = [
        Bar(_capital(row.name), row.most, _days(row, lang), row.median) for row in rows[:MOST_BARS]
    ]
    return bars(About(name, title, _told_of_spread(lang)), drawn)


def post(name: str, title: str, rows: Sequence[PostRow], lang: Lang) -> Markup:
    of_one = len({row.carrier for row in rows}) == 1
    drawn = [
        Bar(_route(row, of_one=of_one), row.most, _days(row, lang), row.median)
        for row in rows[:MOST_BARS]
    ]
    return bars(About(name, title, _told_of_spread(lang)), drawn)


def _route(row: PostRow, *, of_one: bool) -> str:
    """Return a route with as much of both its ends as there is room for."""
    if not row.route:
        return row.carrier
    ends = " → ".join(cut(end, 30) for end in row.route.split(" → "))
    return ends if of_one else f"{cut(row.carrier, 12)}: {ends}"


def due(told: DueSoon, lang: Lang) -> Markup:
    _ = partial(translated, lang=lang)
    about = About(
        "due",
        _("Sắp đến hạn, theo cơ quan"),
        _("Mỗi thanh là số hồ sơ chưa có kết quả, đến hạn trong tuần làm việc tới."),
    )
    rows = [Bar(row.name, row.dossiers, one(row.dossiers, lang)) for row in told.rows[:MOST_BARS]]
    return bars(about, rows)


def _told_of_spread(lang: Lang) -> str:
    _ = partial(translated, lang=lang)
    return _("Phần đậm: một nửa không lâu hơn; cả thanh: chín phần mười không lâu hơn.")


def _days(row: SpentRow | PostRow, lang: Lang) -> str:
    _ = partial(translated, lang=lang)
    return _("{half} – {most} ngày", half=one(row.median, lang), most=one(row.most, lang))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


Charts = Mapping[str, Markup]
