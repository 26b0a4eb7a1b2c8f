"""What templates can say of values: filters and functions of Jinja, in the page's language."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from adapters.event import Milestone, Reason, Source
from postal_tracker.core import dates
from postal_tracker.core.bilingual_terms import DATA, pick, say, say_what
from postal_tracker.core.journey import Direction, Flag, Holder, Stage
from postal_tracker.printing.documents.parties import spoken
from postal_tracker.web.html.assets import asset
from postal_tracker.web.html.i18n import translated
from postal_tracker.web.html.sentences import FILTERS


def install(templates: Environment) -> None:
    """Let these templates say what this module can."""
    templates.filters.update({name: _term(kind) for name, kind in _TERMS.items()})
    templates.filters.update(moment=dates.moment, day=dates.day, span=_span)
    templates.filters.update(phone=spoken, what=_what, datum=_datum, **FILTERS)
    templates.globals.update(_=_gettext, asset=asset, named=_named)


@pass_context
def _gettext(context: Context, text: str, **values: Any) -> str:
    return translated(text, context["lang"], **values)


@pass_context
def _span(context: Context, since: datetime) -> str:
    """Return how long ago something was."""
    return dates.span(max(context["now"] - since, timedelta()), context["lang"])


_TERMS: dict[str, Callable[[str], StrEnum]] = {
    "stage": Stage,
    "milestone": Milestone,
    "holder": Holder,
    "direction": Direction,
    "source": Source,
    "flag": Flag,
    "reason": Reason,
}


def _term(kind: Any) -> Any:
    @pass_context
    def said(context: Context, value: str) -> str:
        return say(kind(value), context["lang"])

    return said


@pass_context
def _named(context: Context, values: Sequence[str], kind: str) -> list[tuple[str, str]]:
    """Return terms with their names, for somebody to choose from."""
    return [(value, say(_TERMS[kind](value), context["lang"])) for value in values]


@pass_context
def _what(context: Context, value: str) -> str:
    return say_what(value, context["lang"])


@pass_context
def _datum(context: Context, field: str) -> str:
    """Return what a field is called that can be corrected in a dossier."""
    return pick(DATA[field], context["lang"])
