"""Forms of pages: what was sent, judged by the forms of programs, and done once.

Faults stand beside the fields they are about. A form's own id is its idempotency key, so a button
pressed twice does one thing.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from fastapi import Request
from sqlmodel import Session

from adapters.bounds import LONGEST_TEXT, is_bearable
from postal_tracker.access import Caller
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.codes import is_identity_card
from postal_tracker.core.problems import Conflict, Invalid, Problem
from postal_tracker.forms import field_invalid
from postal_tracker.ledger import idempotency
from postal_tracker.web.http.auth import RequestContext
from postal_tracker.web.http.cross_site import check_form_token
from postal_tracker.web.http.errors import too_large


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came, every field with all its values; empty for a page that is opened."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """Return a field's value, without the blanks around it; empty if it was not sent."""
        return (self.values.get(name) or [""])[0].strip()

    def many(self, name: str) -> list[str]:
        return [text.strip() for text in self.values.get(name, []) if text.strip()]

    def lines(self, name: str) -> list[str]:
        """Return the lines of a field into which somebody scanned one code after the other."""
        return [line.strip() for line in self.one(name).splitlines() if line.strip()]

    def given(self, *names: str) -> dict[str, str]:
        """Return those of the fields that were filled in."""
        return {name: text for name in names if (text := self.one(name))}

    def having(self, **values: str) -> "Sent":
        """Return the form with these fields otherwise."""
        return Sent({**self.values, **{name: [text] for name, text in values.items()}})

    def check_lengths(self) -> None:
        """Refuse what no field can hold, before anything is done with it. Raises Invalid."""
        for name, texts in self.values.items():
            lines = [line for text in (name, *texts) for line in text.split("\n")]
            if not all(map(is_bearable, lines)):
                raise field_invalid(name[:60], *_UNBEARABLE)

    def without_cards(self) -> "Sent":
        """Return what a page may show again: no line that is the QR of an identity card."""
        return Sent({name: [*map(_without_cards, texts)] for name, texts in self.values.items()})


def _without_cards(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(line for line in lines if not is_identity_card(line.strip()))


_UNBEARABLE = (
    f"Dài quá {LONGEST_TEXT} ký tự, hoặc một chữ có quá nhiều dấu. Vui lòng viết ngắn lại.",
    f"Longer than {LONGEST_TEXT} characters, or too many marks on a letter. Shorten it.",
)

MOST_FIELDS = 2_000
"""Of one form: a choice among 1,000 parcels, and what goes with it."""

NOTHING_SENT = Sent()


def prefilled(**values: str) -> Sent:
    return Sent({name: [text] for name, text in values.items()})


async def form_of(request: Request, caller: Caller | None = None) -> Sent:
    """Read a posted form. Raises Forbidden if it was not made for this caller's session."""
    if (await request.body()).count(b"&") > MOST_FIELDS:
        raise too_large()
    values: dict[str, list[str]] = {}
    for name, value in (await request.form(max_fields=MOST_FIELDS)).multi_items():
        if isinstance(value, str):
            # Browsers send the lines of a text area with CRLF between (HTML, 4.10.21.7).
            values.setdefault(name, []).append(value.replace("\r\n", "\n"))
    sent = Sent(values)
    sent.check_lengths()
    if caller is not None:
        check_form_token(caller, sent.one("csrf"))
    return sent


def plain_code(text: str) -> str:
    """Return a code of an address as the record has it, without what no code can hold."""
    return "".join(c for c in text.upper()[:80] if c.isascii() and c.isprintable())


def as_typed(sent: Sent, name: str) -> str:
    """A password may begin or end with a blank."""
    return (sent.values.get(name) or [""])[0]


def local_moment(text: str) -> str:
    """Return what a browser's date and time field sent as a time with Vietnam's offset."""
    return f"{text}+07:00" if text else ""


async def once(
    context: RequestContext,
    sent: Sent,
    values: Mapping[str, Any],
    command: Callable[[Session], dict[str, Any]],
) -> dict[str, Any]:
    """Do what a form asks for once, though its button may be pressed twice.

    Raises what the command raises, and Conflict if other values came with a form that was done.
    """
    key = f"page:{sent.one('form_id') or uuid4().hex}"[:255]
    request = json.dumps(values, sort_keys=True).encode()
    try:
        return await context.house.database.write(
            lambda s: idempotency.once(
                s, command, caller=context.caller.label, key=key, request=request, now=context.now
            )
        )
    except Invalid as fault:
        if fault.slug == "idempotency-key-reused":
            raise Conflict(_FORM_DONE, *_FORM_DONE_TEXT) from None
        raise


_FORM_DONE = "form-done-already"
_FORM_DONE_TEXT = (
    "Biểu mẫu này đã được ghi nhận một lần với nội dung khác. Vui lòng kiểm tra rồi gửi lại nếu "
    "cần.",
    "This form was recorded once with other contents. Check, then send it again if needed.",
)


def plain_sum(text: str) -> str:
    """Return a sum as a number has it, however people write it: 135.000."""
    return text.replace(".", "").replace(",", "").replace(" ", "")


def form_id(sent: Sent, problem: Problem | None) -> str:
    """Return what makes a form that is sent twice be done once."""
    kept = "" if problem and problem.slug == _FORM_DONE else sent.one("form_id")
    return kept or uuid4().hex


@dataclass(frozen=True, slots=True)
class FormFault:
    """One fault as a page shows it; `field` is empty if it is about no field."""

    field: str
    text: str
    line: int = 0
    """Which line of a field that holds a list, counted from 1."""


def faults_of(problem: Problem | None, lang: Lang) -> list[FormFault]:
    if problem is None:
        return []
    if problem.faults:
        return [_fault(f.field, f.vi if lang == "vi" else f.en) for f in problem.faults]
    return [FormFault("", problem.vi if lang == "vi" else problem.en)]


def _fault(where: str, text: str) -> FormFault:
    name, _, place = where.rpartition(".")
    return FormFault(name, text, int(place) + 1) if place.isdecimal() else FormFault(where, text)
