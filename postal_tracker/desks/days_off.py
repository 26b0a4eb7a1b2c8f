"""Days off and make-up days that the centre tells of: from today on, a row for each time.

What receipts have promised stays. Raises Invalid (a day that is over, beyond next year's end).
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session, col, func, select

from postal_tracker.access import Scope
from postal_tracker.forms import Form, Line, field_invalid
from postal_tracker.storage.tables import Dossier, OwnDay

Day = date  # a field of that name would hide it


class OwnDayForm(Form):
    """A day off, or a working day in its place, that the centre tells of."""

    date: Day
    working: bool = False
    """Whether the office is open; else it is a day off."""
    reason: Annotated[Line, Field(min_length=1, max_length=200)]
    """Why: a holiday, the day it makes up for."""
    source: Annotated[Line, Field(max_length=200)] = ""
    """Where it is written, such as an announcement's number."""


def tell(session: Session, form: OwnDayForm, *, today: date, now: datetime) -> None:
    """Let a day be off, or a working day, from now on."""
    _refuse_beyond(form.date, today)
    told = form.model_dump(exclude={"date"})
    session.add(OwnDay(day=form.date, told_at=now, **told))
    session.flush()


def take_back(session: Session, day: date, *, today: date, now: datetime) -> None:
    """Let a day be as the country's calendar has it, again."""
    _refuse_beyond(day, today)
    session.add(OwnDay(day=day, working=None, reason="", told_at=now))
    session.flush()


def _refuse_beyond(day: date, today: date) -> None:
    if not today <= day <= date(today.year + 1, 12, 31):
        raise field_invalid(
            "date",
            "Chỉ ghi được ngày từ hôm nay đến hết năm sau: việc đã qua giữ nguyên ngày hẹn.",
            "Only days from today to the end of next year: what is over keeps its due date.",
        )


def due_on(session: Session, days: list[date], *, scope: Scope) -> Mapping[date, int]:
    """Return how many open dossiers are due on each of these days: their receipts say so."""
    found = session.exec(
        select(col(Dossier.due_on), func.count())
        .where(
            col(Dossier.open),
            col(Dossier.settled_at).is_(None),
            col(Dossier.due_on).in_(days),
            scope.covers(Dossier),
        )
        .group_by(col(Dossier.due_on))
    )
    return dict(found.all())
