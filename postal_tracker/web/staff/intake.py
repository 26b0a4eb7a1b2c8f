"""What the registration's page shows beside what was typed: choices, who is known, what follows.

With script and without, it is the same that is found: the script asks for a part of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from postal_tracker.core.problems import Problem
from postal_tracker.core.text import folded
from postal_tracker.core.time_limits import due_at
from postal_tracker.core.wards import wards_by_province
from postal_tracker.desks.common import procedure_on
from postal_tracker.desks.doubles import possible_doubles
from postal_tracker.forms import ApplicantCorrection, DossierForm, field_invalid, read_as
from postal_tracker.printing.documents.parties import spoken
from postal_tracker.views import catalogue, intake
from postal_tracker.views.catalogue import AskedFor, Choice
from postal_tracker.views.intake import SEPARATOR, KnownPerson
from postal_tracker.web.html.forms import Sent, plain_sum
from postal_tracker.web.http.auth import RequestContext

APPLICANT = ("name", "phone", "email", "id_number", "address", "ward", "province")
LODGED = ("channel", "applicant_kind", "papers_count", "sets_count", "fee_vnd")
KNOWN = ("name", "phone", "address", "ward", "province")
"""What is shown of somebody known."""
_LONGEST_CODE = 30


@dataclass(frozen=True, slots=True)
class Intake:
    """What the page shows."""

    sent: Sent
    """What was typed, and what is known of the person in fields that were left empty."""
    procedures: Sequence[Choice] = ()
    """What can be asked for, what this desk was asked for lately first."""
    fitting: Sequence[Choice] = ()
    """Those of them that the words may mean, if it is not clear which."""
    offices: Sequence[Choice] = ()
    provinces: Sequence[str] = ()
    wards: Sequence[str] = ()
    asked: AskedFor | None = None
    due_at: datetime | None = None
    people: Sequence[KnownPerson] = ()
    """Who is known under this number: one was filled in, of several somebody has to choose."""
    doubles: Sequence[str] = ()
    filled: Sequence[str] = ()
    """The fields that were filled in."""

    @property
    def told(self) -> list[str]:
        """The fields whose values the page's script is told."""
        return [*dict.fromkeys(["procedure", "applicant.province", *self.filled])]

    @property
    def known(self) -> KnownPerson | None:
        """Who was filled in."""
        return self.people[0] if self.filled else None


def see(session: Session, context: RequestContext, sent: Sent, *, recall: bool) -> Intake:
    """Return what the page shows for what was typed; `recall`: with who is known by it."""
    choices = offered(session, context)
    fitting = _fitting(sent, choices)
    code = fitting[0][0] if len(fitting) == 1 else ""
    people = _people(session, context, sent) if recall else []
    known, filled = _filled(sent, people)
    places = _Places(intake.recent_places(session, by=context.caller), known)
    seen = Intake(
        sent=places.completed(_named(known, fitting)),
        procedures=choices,
        fitting=fitting if len(fitting) > 1 else (),
        offices=catalogue.offices(
            session, on=context.house.today(), lang=context.lang, scope=context.scope
        ),
        provinces=places.provinces(),
        wards=places.wards(),
        people=people,
        filled=filled,
    )
    return replace(seen, **_follows(session, context, seen.sent, code)) if code else seen


def _follows(session: Session, context: RequestContext, sent: Sent, code: str) -> dict[str, Any]:
    """Return what a procedure asks for and promises, and what may be the same dossier."""
    house, now = context.house, context.now
    limit = procedure_on(session, code, house.today()).limit
    return {
        "asked": catalogue.asked_for(session, code, context.lang),
        "due_at": due_at(limit, now, house.calendar),
        "doubles": _doubles(session, context, values_of(sent, code)),
    }


def _doubles(session: Session, context: RequestContext, values: dict[str, Any]) -> Sequence[str]:
    try:
        form = read_as(DossierForm, values)
    except Problem:  # half of it is still to be typed
        return ()
    return possible_doubles(session, form, scope=context.scope, now=context.now)


def values_of(sent: Sent, code: str) -> dict[str, Any]:
    """Return what was typed as the form for programs has it."""
    return {
        "procedure": code,
        "office": sent.one("office"),
        "code": sent.one("code"),
        "note": sent.one("note"),
        "return_by_post": bool(sent.one("return_by_post")),
        "applicant": {name: sent.one(f"applicant.{name}") for name in APPLICANT},
        **lodged(sent),
    }


def lodged(sent: Sent) -> dict[str, Any]:
    """Return how it was handed in; papers ticked off on the list need not be counted again."""
    values = {name: sent.one(name) for name in LODGED if sent.one(name)}
    if "fee_vnd" in values:
        values["fee_vnd"] = plain_sum(values["fee_vnd"])
    ticked = len(set(sent.many("has_paper")))
    return {"papers_count": ticked, **values} if ticked else values


# What is asked for


def offered(session: Session, context: RequestContext, on: date | None = None) -> list[Choice]:
    """Return what could be asked for on a day, today if none is given; the latest first."""
    day = on or context.house.today()
    groups = catalogue.procedures(session, on=day, lang=context.lang)
    by_code = {code: (code, name) for _, inside in groups for code, name in inside}
    recent = [c for c in intake.recent_procedures(session, by=context.caller) if c in by_code]
    return [by_code[code] for code in dict.fromkeys([*recent, *by_code])]


def _fitting(sent: Sent, choices: Sequence[Choice]) -> list[Choice]:
    return intake.found(sent.one("chosen") or sent.one("procedure"), choices)


def _named(sent: Sent, fitting: Sequence[Choice]) -> Sent:
    """Return the form with its procedure as people read it, if it is clear which one is meant."""
    if len(fitting) != 1:
        return sent
    return sent.having(procedure=SEPARATOR.join(fitting[0]), chosen="")


def procedure_of(
    session: Session, context: RequestContext, sent: Sent, on: date | None = None
) -> str:
    """Return the code of what is asked for, or what was typed if it is none: the desk refuses it.

    Raises Invalid (the words may mean several, or none).
    """
    text = sent.one("chosen") or sent.one("procedure")
    fitting = _fitting(sent, offered(session, context, on)) if text else []
    if len(fitting) == 1:
        return fitting[0][0]
    if fitting:
        n = len(fitting)
        raise field_invalid(
            "procedure",
            f"Có {n} thủ tục phù hợp. Vui lòng gõ thêm chữ, hoặc chọn một thủ tục.",
            f"{n} procedures fit. Type more of the name, or choose one.",
        )
    if len(text) > _LONGEST_CODE:
        raise field_invalid(
            "procedure",
            "Không có thủ tục nào có các chữ này. Vui lòng gõ một phần tên hoặc mã.",
            "No procedure has these words. Type a part of its name or its code.",
        )
    return text


# Who is known


def _people(session: Session, context: RequestContext, sent: Sent) -> list[KnownPerson]:
    """Return who is known by the numbers typed; by a name beside them only who is called so."""
    numbers = {name: sent.one(f"applicant.{name}") for name in ("phone", "id_number")}
    try:
        form = read_as(ApplicantCorrection, {n: text for n, text in numbers.items() if text})
    except Problem:
        return []
    phone, id_number = form.phone or "", form.id_number or ""
    people = intake.known_people(session, phone, id_number, scope=context.scope)
    picked = [one for one in people if one.code == sent.one("person")]
    name = folded(sent.one("applicant.name"))
    return picked or [one for one in people if not name or folded(one.name) == name]


def _filled(sent: Sent, people: Sequence[KnownPerson]) -> tuple[Sent, list[str]]:
    """Return the form with what is known of the one person, and which fields that is in.

    An address is taken as a whole: a card's own has the wards of before 2025.
    """
    if len(people) != 1:
        return sent, []
    [one] = people
    who = {"name": one.name, "phone": spoken(one.phone)}
    where = {"address": one.address, "ward": one.ward, "province": one.province}
    told = {name: text for name, text in who.items() if not sent.one(f"applicant.{name}")}
    if _has_no_ward(sent) and any(where.values()):
        told |= where
    new = {f"applicant.{name}": text for name, text in told.items() if text}
    return sent.having(**new), list(new)


_PLACE = ("address", "ward", "province")


def _has_no_ward(sent: Sent) -> bool:
    """Tell whether an address may be replaced: none was typed, or a card's, which names no ward."""
    typed = [sent.one(f"applicant.{name}") for name in _PLACE]
    return not any(typed) or (bool(sent.one("card")) and not any(typed[1:]))


# Where people live


@dataclass(frozen=True, slots=True)
class _Places:
    """Wards and provinces to choose from: what this desk wrote last, then those of the State."""

    recent: Sequence[tuple[str, str]]
    sent: Sent

    def provinces(self) -> list[str]:
        return [*dict.fromkeys([*(last for _, last in self.recent), *wards_by_province()])]

    def wards(self) -> list[str]:
        """Return the wards of the province that was chosen, or in which people live here."""
        here = self.sent.one("applicant.province") or next(iter(self.provinces()), "")
        last = [ward for ward, province in self.recent if province == here]
        return [*dict.fromkeys([*last, *wards_by_province().get(here, ())])]

    def completed(self, sent: Sent) -> Sent:
        """Return the form with the province of a ward that is in the list."""
        ward = sent.one("applicant.ward")
        if not ward or sent.one("applicant.province") or ward not in self.wards():
            return sent
        here = next((p for w, p in self.recent if w == ward), self.provinces()[0])
        return sent.having(**{"applicant.province": here})
