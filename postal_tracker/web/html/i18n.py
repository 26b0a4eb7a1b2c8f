"""The words of pages: Vietnamese sentences stand in the templates, their English in `locale/en.po`.

Read once at start (gettext's own file format, without its compiled form).
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.dates import day, moment

LOCALE = Path(__file__).parents[1] / "locale"


def _english() -> dict[str, str]:
    with (LOCALE / "en.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id and m.string}


ENGLISH = _english()
"""Every sentence of the templates, Vietnamese to English."""


def translated(text: str, lang: Lang, **values: Any) -> str:
    """Return a sentence in a language with its blanks filled in; the template escapes it all.

    Days and moments are said as that language says them.
    """
    chosen = ENGLISH.get(text, text) if lang == "en" else text
    said = {name: _said(value, lang) for name, value in values.items()}
    return chosen.format_map(said) if said else chosen


def _said(value: Any, lang: Lang) -> Any:
    if isinstance(value, datetime):
        return moment(value, lang)
    return day(value, lang) if isinstance(value, date) else value
