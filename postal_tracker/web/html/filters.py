"""What templates can say of values: filters and functions of Jinja, in the page's language."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from babel.numbers import format_decimal
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from adapters.event import Milestone, Reason, Source
from postal_tracker.core import dates
from postal_tracker.core.bilingual_terms import ACT_BUTTONS, DATA, DETAILS, pick, say, say_what
from postal_tracker.core.catalogue import ApplicantKind, DataStatus, Group, Level, Online
from postal_tracker.core.journey import Channel, Direction, Flag, Holder, Stage
from postal_tracker.core.notices import Event, subject
from postal_tracker.core.working_days import local_day
from postal_tracker.printing.documents.parties import spoken
from postal_tracker.views import Count, PostTime
from postal_tracker.web.html.assets import asset
from postal_tracker.web.html.i18n import translated
from postal_tracker.web.html.overview_charts import one
from postal_tracker.web.html.sentences import FILTERS


def install(templates: Environment) -> None:
    """Let these templates say what this module can."""
    templates.filters.update({name: _term(kind) for name, kind in _TERMS.items()})
    templates.filters.update(
        moment=_moment,
        day=_day,
        span=_span,
        with_post=_with_post,
        days=_days,
        counted=_counted,
        button=_button,
    )
    templates.filters.update(phone=spoken, what=_what, datum=_datum, **FILTERS)
    templates.filters.update(size=_size, detail=_detail, dong=_dong, decimals=_decimals, one=_one)
    templates.filters.update(notice_subject=_notice_subject)
    templates.globals.update(_=_gettext, asset=asset, named=_named)


@pass_context
def _notice_subject(context: Context, event: Event) -> str:
    return subject(event, context["lang"])


@pass_context
def _gettext(context: Context, text: str, **values: Any) -> str:
    return translated(text, context["lang"], **values)


@pass_context
def _size(context: Context, number: int) -> str:
    """Say bytes as people do."""
    step = min(max(number.bit_length() - 1, 0) // 10, 4)
    unit = ("B", "KiB", "MiB", "GiB", "TiB")[step]
    said = format_decimal(number / 1024**step, format="#,##0.#", locale=context["lang"])
    return f"{said}\N{NO-BREAK SPACE}{unit}"


@pass_context
def _moment(context: Context, at: datetime) -> str:
    return dates.moment(at, context["lang"])


@pass_context
def _day(context: Context, on: date) -> str:
    return dates.day(on, context["lang"])


@pass_context
def _span(context: Context, since: datetime) -> str:
    """Return how long ago something was."""
    return dates.span(max(context["now"] - since, timedelta()), context["lang"])


@pass_context
def _with_post(context: Context, told: PostTime) -> str:
    """Return how long the post had a dossier, up to now."""
    now: datetime = context["now"]
    again = now - told.since if told.since else timedelta()
    return dates.span(timedelta(minutes=told.minutes) + max(again, timedelta()), context["lang"])


@pass_context
def _days(context: Context, since: date) -> str:
    """Return how many days ago something was."""
    _ = partial(translated, lang=context["lang"])
    gone = local_day(context["now"]) - since
    return dates.span(gone, context["lang"]) if gone else _("hôm nay")


@pass_context
def _counted(context: Context, count: Count) -> str:
    """Return how many there are; "1.000+" where they were not counted on."""
    return f"{format_decimal(count.n, locale=context['lang'])}{'+' if count.more else ''}"


_TERMS: dict[str, Callable[[str], StrEnum]] = {
    "stage": Stage,
    "milestone": Milestone,
    "holder": Holder,
    "direction": Direction,
    "source": Source,
    "flag": Flag,
    "reason": Reason,
    "channel": Channel,
    "applicant_kind": ApplicantKind,
    "data_status": DataStatus,
    "branch": Group,
    "level": Level,
    "online": Online,
}


def _term(kind: Any) -> Any:
    @pass_context
    def said(context: Context, value: str) -> str:
        return say(kind(value), context["lang"])

    return said


@pass_context
def _named(context: Context, values: Sequence[str], kind: str) -> list[tuple[str, str]]:
    """Return terms with their names, for somebody to choose from; each begins a line."""
    said = [(value, say(_TERMS[kind](value), context["lang"])) for value in values]
    return [(value, name[:1].upper() + name[1:]) for value, name in said]


@pass_context
def _what(context: Context, value: str) -> str:
    return say_what(value, context["lang"])


@pass_context
def _button(context: Context, act: str) -> str:
    """Return what the button says that does an act."""
    return pick(ACT_BUTTONS[act], context["lang"])


@pass_context
def _detail(context: Context, field: str) -> str:
    """Return what people call something that an act of the law says."""
    return pick(DETAILS[field], context["lang"])


@pass_context
def _dong(context: Context, amount: str | int) -> str:
    """Return a sum as people read it: "135.000 đồng"."""
    grouped = format_decimal(int(amount), locale=context["lang"])
    return f"VND {grouped}" if context["lang"] == "en" else f"{grouped} đồng"


@pass_context
def _datum(context: Context, field: str) -> str:
    """Return what people call a field."""
    return pick(DATA.get(field, (field, field)), context["lang"])


@pass_context
def _decimals(context: Context, value: float | None) -> str:
    """Return a figure with two decimals; a dash where nothing was to be counted."""
    if value is None:
        return "–"
    return format_decimal(value, format="#,##0.00", locale=context["lang"])


@pass_context
def _one(context: Context, value: float | None) -> str:
    """Return a figure with at most one decimal, as charts say it."""
    return one(value, context["lang"])
