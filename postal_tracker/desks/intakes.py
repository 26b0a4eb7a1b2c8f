"""A dossier on its way into the record, and what is found out about it before it is written down.

`judge_all` goes so far and no further: it tells what would become of a list, and only reads.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlmodel import Session, col, select

from postal_tracker.access import Caller
from postal_tracker.core.codes import MOST_A_DAY, BadCode
from postal_tracker.core.problems import Conflict, Problem
from postal_tracker.core.time_limits import due_at
from postal_tracker.core.working_days import Calendar, local_day
from postal_tracker.desks.common import check_time, office_for, procedure_on
from postal_tracker.desks.doubles import OnDoubles, People, pass_over
from postal_tracker.forms import DossierForm
from postal_tracker.ledger.numbers import last_serial
from postal_tracker.storage.bulk import among
from postal_tracker.storage.tables import Dossier

Refusal = Problem | BadCode
"""Why a dossier cannot be taken in; it is raised, or told of a row of a list."""


Series = tuple[str, date]
"""A unit and a day: its codes are counted through."""


@dataclass(slots=True)
class Intake:
    """A dossier on its way into the record; what is worked out of it comes step by step."""

    form: DossierForm
    office: Any = None
    procedure: Any = None
    at: Any = None
    """When it was received."""
    due_at: Any = None
    code: str = ""
    is_taken: bool = False
    doubles: str = ""
    """The codes of those it may repeat, if that is to be flagged."""
    refused: Refusal | None = None

    @property
    def series(self) -> Series:
        return self.office.code, local_day(self.at)


def good(intakes: Sequence[Intake]) -> Iterator[Intake]:
    return (one for one in intakes if not one.refused)


def each(intakes: Sequence[Intake], step: Callable[[Intake], None]) -> None:
    """Take a step with each that is not refused yet; a refusal is that one's alone."""
    for one in good(intakes):
        try:
            step(one)
        except (Problem, BadCode) as refused:
            one.refused = refused


def at_desk(
    session: Session, by: Caller, calendar: Calendar, now: datetime
) -> Callable[[Intake], None]:
    """Return what finds out where a dossier comes in, what is asked for, and until when."""
    office_on = cache(lambda code, on: office_for(session, code, by, on))
    asked_on = cache(lambda code, on: procedure_on(session, code, on))

    def step(one: Intake) -> None:
        one.at = one.form.received_at or now
        check_time(one.at, "received_at", now)
        received_on = local_day(one.at)
        one.office = office_on(one.form.office, received_on)
        one.procedure = asked_on(one.form.procedure, received_on)
        one.due_at = due_at(one.procedure.limit, one.at, calendar)

    return step


_CODES = select(Dossier.code).where(among(col(Dossier.code), "codes"))


def taken(session: Session, wanted: Sequence[str]) -> set[str]:
    if not wanted:
        return set()
    return set(session.connection().execute(_CODES, {"codes": wanted}).scalars())


def code_taken(code: str) -> Conflict:
    return Conflict(
        "dossier-code-taken",
        f"Mã hồ sơ {code} đã được đăng ký.",
        f"The dossier code {code} is registered already.",
    )


def look_for_doubles(one: Intake, people: People, on_doubles: OnDoubles) -> None:
    found = people.doubles(one.form)
    if one.is_taken and not (found and on_doubles is pass_over):
        raise code_taken(one.code)
    if found and on_doubles(found):
        one.doubles = ", ".join(found)
    people.add(one.form, one.code)


def will_draw(session: Session, drawn: Counter[Series]) -> Callable[[Intake], None]:
    """Return what counts the codes that are going to be given out, as long as any are left."""
    left_of = cache(lambda unit, on: MOST_A_DAY - last_serial(session, unit, on))

    def step(one: Intake) -> None:
        if one.form.code:
            return
        if drawn[one.series] >= left_of(*one.series):
            raise no_code_left(*one.series, left_of(*one.series))
        drawn[one.series] += 1

    return step


def no_code_left(unit: str, on: date, left: int = 0) -> BadCode:
    some = f"chỉ còn {left}" if left else "không còn"
    return BadCode(
        f"{unit} {some} mã hồ sơ của ngày {on:%d/%m/%Y}, mỗi ngày tối đa {MOST_A_DAY} mã. "
        "Vui lòng ghi mã của hệ thống một cửa, hoặc đăng ký phần còn lại vào ngày khác.",
        f"{unit} has {left or 'no'} dossier codes left for {on:%d %b %Y}, of {MOST_A_DAY} a day. "
        "Tell the one-stop system's codes, or register the rest on another day.",
    )


def judge_all(
    session: Session,
    forms: Sequence[DossierForm],
    names: Sequence[str],
    people: People,
    *,
    by: Caller,
    calendar: Calendar,
    now: datetime,
    on_doubles: OnDoubles,
    drawn: Counter[Series],
) -> list[str | Refusal]:
    """Return what keeps each from being registered, else its code, or the name that stands for it.

    `people` are those of the list so far, `drawn` how many codes it takes: these are added. Nothing
    is written.
    """
    intakes = [
        Intake(form, code=form.code or name) for form, name in zip(forms, names, strict=True)
    ]
    each(intakes, at_desk(session, by, calendar, now))
    known = taken(session, [one.form.code for one in good(intakes) if one.form.code])
    people.look_up(session, [one.form for one in good(intakes)], by.scope)
    for one in intakes:
        one.is_taken = one.form.code in known
    each(intakes, lambda one: look_for_doubles(one, people, on_doubles))
    each(intakes, will_draw(session, drawn))
    return [one.refused or one.code for one in intakes]
