"""What will be late if nobody hurries it: by authority and by the day on which it is due."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlmodel import Session, col

from postal_tracker import views
from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.working_days import Calendar
from postal_tracker.reports.period import names
from postal_tracker.storage.tables import Dossier

AHEAD = 4
"""Working days after today: with it a working week."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """How many dossiers without a result one authority has to decide soon."""

    key: str
    """Its code."""
    name: str
    by_day: Mapping[date, int]

    @property
    def dossiers(self) -> int:
        return sum(self.by_day.values())


@dataclass(frozen=True, slots=True)
class DueSoon:
    days: Sequence[date]
    rows: Sequence[DueRow]
    """The most first."""

    @property
    def dossiers(self) -> int:
        return sum(row.dossiers for row in self.rows)

    def on(self, day: date) -> int:
        return sum(row.by_day.get(day, 0) for row in self.rows)


def days_ahead(today: date, calendar: Calendar) -> list[date]:
    """Return today and the next working days."""
    return [today, *(calendar.add(today, n) for n in range(1, AHEAD + 1))]


def due_soon(
    session: Session, *, scope: Scope, today: date, calendar: Calendar, lang: Lang
) -> DueSoon:
    """Count what is due soon and has no result; not what waits for the citizen."""
    days = days_ahead(today, calendar)
    of, on = col(Dossier.authority_id), col(Dossier.due_on)
    within = scope.covers(Dossier, leads=False)  # by the day, not through all of an office
    wanted = (views.owed(), within, on >= days[0], on <= days[-1])
    query = select(of, on, func.count()).where(*wanted).group_by(of, on)
    found: dict[int, dict[date, int]] = defaultdict(dict)
    for id_, day, n in session.connection().execute(query):
        found[id_][day] = n
    known = names(session, "authority", lang)
    rows = [DueRow(*known[id_], by_day) for id_, by_day in found.items()]
    shown = sorted({*days, *(day for row in rows for day in row.by_day)})
    return DueSoon(shown, sorted(rows, key=lambda row: (-row.dossiers, row.key)))
