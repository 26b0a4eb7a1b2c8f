"""Of the PAR index: what the record itself shows, and no more.

The index has many parts, surveys among them; DDCI is judged by enterprises alone. Three shares can
be counted here. They are no index, and nobody's points.
"""

from dataclasses import dataclass

from sqlmodel import Session

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.core.working_days import Calendar
from postal_tracker.reports.ii06a import Ii06aRow, form_columns, make_form
from postal_tracker.reports.p766 import P766Row, index_columns, make_indices
from postal_tracker.reports.pages import Report
from postal_tracker.reports.period import LATE, By, Period, beside, counted
from postal_tracker.reports.summary import APOLOGISED


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, each with the columns that list its dossiers."""

    part: int
    whole: int
    part_column: str
    whole_column: str

    @property
    def percent(self) -> float | None:
        """With two decimals; None where nothing counts."""
        return round(100 * self.part / self.whole, 2) if self.whole else None


@dataclass(frozen=True, slots=True)
class ParShares:
    """Settled on time, late ones apologised for, what the postal service brought in."""

    on_time: Share
    apologised: Share
    by_post: Share


def official(
    session: Session, period: Period, by: By, *, scope: Scope, calendar: Calendar, lang: Lang
) -> tuple[Report, Report, ParShares]:
    """Return II.06a, the indices of Decision 766 and these shares: all counted in one pass."""
    told = (*form_columns(period), *index_columns(period))
    also = beside(session, "authority")
    found = list(counted(session, period, by, scope, also, *told, APOLOGISED))
    form = make_form(session, period, by, found, lang)
    indices = make_indices(session, period, found, scope=scope, calendar=calendar, lang=lang)
    excused = sum(one.n for one in found if one.fate == LATE and one.apologised)
    return form, indices, _shares(form.items[-1], indices.items[-1], excused)


def _shares(form: Ii06aRow, indices: P766Row, excused: int) -> ParShares:
    in_time = form.settled - form.settled_late
    return ParShares(
        Share(in_time, form.settled, "settled_no_later", "settled"),
        Share(excused, form.settled_late, "settled_late_apologised", "settled_late"),
        Share(indices.by_post, indices.received, "received_by_post", "received_new"),
    )
