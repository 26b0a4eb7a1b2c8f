"""Surveys on paper: a round of numbered sheets is begun, and what was ticked is entered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from postal_tracker.access import Caller
from postal_tracker.core.surveys import (
    NO_ANSWER,
    POINTS,
    Edition,
    edition_of,
    edition_on,
    sample_of,
)
from postal_tracker.core.working_days import local_day
from postal_tracker.desks.common import office_for
from postal_tracker.forms import Form, Short, field_invalid
from postal_tracker.ledger.numbers import next_serial
from postal_tracker.storage.tables import SurveyRound, SurveySheet
from postal_tracker.views.surveys import find_round

MOST_SHEETS = 2_000


class RoundForm(Form):
    """A round of a survey, as it is begun."""

    office: Short = ""
    """At which office; without one it is the caller's own."""
    population: Annotated[int, Field(ge=1, le=100_000_000)]
    """Of how many people those who are asked are a sample."""
    sheets: Annotated[int, Field(ge=1, le=MOST_SHEETS)] | None = None
    """How many there shall be; without it as many as the sample wants."""


def begin_round(
    session: Session, form: RoundForm, *, known: Sequence[Edition], by: Caller, now: datetime
) -> str:
    """Begin a round; return its code. Raises Invalid, Forbidden."""
    today = local_day(now)
    office = office_for(session, form.office, by, today)
    new_year = date(today.year, 1, 1)
    serial = next_serial(session, "survey", new_year)
    begun = SurveyRound(
        code=f"KS-{today.year}-{serial:02}",
        office_id=office.id,
        opened_at=now,
        by=by.label,
        edition=edition_on(known, today).since,
        population=form.population,
        sheets=form.sheets or sample_of(form.population),
    )
    session.add(begun)
    return begun.code


def enter_sheet(
    session: Session,
    code: str,
    sheet: str,
    ticked: Mapping[str, str],
    *,
    known: Sequence[Edition],
    by: Caller,
) -> int:
    """Keep what was ticked on a sheet; return its number. Entered again, the last time counts.

    `ticked`: as f1, f2 and so on, a run of digits for each factor. Raises NotFound, Invalid,
    Conflict.
    """
    about = find_round(session, code, scope=by.scope)
    number = _number(sheet, about)
    factors = edition_of(known, about.edition).factors
    answers = [_digits(ticked, f"f{n}", len(f.questions)) for n, f in enumerate(factors, start=1)]
    kept = session.get(SurveySheet, (about.id, number), with_for_update=True)
    kept = kept or SurveySheet(round_id=about.id, number=number, answers="", by="")
    kept.answers, kept.by = "".join(answers), by.label
    session.add(kept)
    return number


def _digits(ticked: Mapping[str, str], field: str, wanted: int) -> str:
    digits = ticked.get(field, "").replace(" ", "")
    if len(digits) != wanted or not set(digits) <= _DIGITS:
        raise field_invalid(
            field,
            f"Cần {wanted} chữ số từ 0 đến 5, mỗi câu một chữ số.",
            f"{wanted} digits of 0 to 5 are wanted, one for each question.",
        )
    return digits


_DIGITS = {NO_ANSWER, *map(str, range(1, len(POINTS) + 1))}


def _number(sheet: str, about: SurveyRound) -> int:
    """Read a sheet's code as a scanner does, or its number alone. Raises Invalid."""
    text = sheet.upper().removeprefix(f"{about.code}-")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= number <= about.sheets:
        raise field_invalid(
            "sheet",
            f"Đợt này có phiếu số 1 đến {about.sheets}.",
            f"This round has the sheets 1 to {about.sheets}.",
        )
    return number
