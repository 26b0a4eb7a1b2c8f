"""The words of notices: a table, each event in both languages, as a letter and as an SMS.

Nothing in them names a person: the dossier's code, what was asked for, the day, the citizen's page.
"""

import csv
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from postal_tracker.core import dates
from postal_tracker.core.bilingual_terms import LANGS, Lang, Pair
from postal_tracker.core.notices.events import Event

LONGEST_SMS = 160
"""Characters of one SMS in the GSM alphabet; a letter with a mark would leave room for 70."""

_TABLE = Path(__file__).with_name("texts.csv")


class ToldBy(StrEnum):
    """By what a notice goes."""

    ZALO = "zalo"
    SMS = "sms"
    EMAIL = "email"


class Words(NamedTuple):
    """A notice in words."""

    subject: str
    letter: str
    """As an e-mail says it, on several lines."""
    status: str
    """One sentence, as it stands in a Zalo template."""
    sms: str
    """ASCII, 160 characters at most."""


class _Texts(NamedTuple):
    subject: str
    text: str
    sms: str


def written(
    event: Event, lang: Lang, *, code: str, procedure: Pair, due_on: date, link: str
) -> Words:
    """Return a notice's words; a letter says it in both languages, the person's own first."""
    langs = sorted(LANGS, key=lambda one: one != lang)
    first = _texts()[event, lang]
    status = first.text.format(due=dates.day(due_on, lang))
    paragraphs = [
        "\n".join(
            (
                _texts()[event, one].text.format(due=dates.day(due_on, one)),
                f"{_LABELS[one][0]}: {code}",
                f"{_LABELS[one][1]}: {procedure[one == 'en'] or procedure[0]}",
                f"{_LABELS[one][2]}: {link}",
            )
        )
        for one in langs
    ]
    sms = first.sms.format(code=code, due=f"{due_on:%d/%m/%Y}")
    return Words(
        subject=f"[{code}] {first.subject}",
        letter="\n\n".join((*paragraphs, NO_REPLY)) + "\n",
        status=status,
        sms=_with_link(sms, link),
    )


def subject(event: Event, lang: Lang) -> str:
    """Return what a notice is about, in a few words."""
    return _texts()[event, lang].subject


def _with_link(sms: str, link: str) -> str:
    """Return an SMS with the citizen's page where there is room for it."""
    both = f"{sms} {link}"
    return both if len(both) <= LONGEST_SMS else sms


_LABELS: Mapping[Lang, tuple[str, str, str]] = {
    "vi": ("Mã hồ sơ", "Thủ tục", "Xem hồ sơ"),
    "en": ("Dossier", "Procedure", "See your dossier"),
}

NO_REPLY = "Thư tự động, xin không trả lời. / Sent automatically; please do not reply."


@cache
def _texts() -> Mapping[tuple[str, str], _Texts]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (row["event"], row["lang"]): _Texts(row["subject"], row["text"], row["sms"])
            for row in csv.DictReader(file)
        }
