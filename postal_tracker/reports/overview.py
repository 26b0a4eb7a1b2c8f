"""A month in figures: what came in, what was settled and how, by authority and by office.

The same figures as form II.06a gives for the month, beside those of the month before and of the
same month a year before; and how much came in and was settled in each month between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang
from postal_tracker.reports.ii06a import CAME, form_columns
from postal_tracker.reports.months import A_YEAR, month_before, months_up_to, period_of_month
from postal_tracker.reports.period import (
    FATES,
    By,
    Period,
    beside,
    counted,
    ended_in,
    in_period,
    names,
)
from postal_tracker.storage.tables import Dossier


@dataclass(slots=True)
class MonthRow:
    """A month's figures, at its end or now."""

    month: date
    received_new: int = 0
    """What came in; not what was there before."""
    settled: int = 0
    settled_late: int = 0
    open: int = 0
    open_late: int = 0

    @property
    def on_time_percent(self) -> float | None:
        """The share of what was settled that was not late; null where nothing was."""
        return percent(self.settled - self.settled_late, self.settled)

    @property
    def is_empty(self) -> bool:
        return not (self.received_new or self.settled or self.open)

    def add(self, came: str, fate: str, n: int) -> None:
        self.received_new += n if came != CAME[-1] else 0
        for name, counts in (
            ("settled", fate.startswith("settled")),
            ("settled_late", fate == "settled_late"),
            ("open", fate.startswith("open")),
            ("open_late", fate == "open_late"),
        ):
            setattr(self, name, getattr(self, name) + n * counts)


@dataclass(slots=True)
class OnTimeRow:
    """How one authority or office kept its days in the month."""

    key: str
    """Its code."""
    name: str
    settled: int = 0
    settled_late: int = 0

    @property
    def on_time_percent(self) -> float | None:
        return percent(self.settled - self.settled_late, self.settled)


class FlowRow(NamedTuple):
    """How many came in and how many were settled in a month, without what waits for papers."""

    month: date
    received_new: int
    ended: int


@dataclass(frozen=True, slots=True)
class Overview:
    """One month in figures."""

    now: MonthRow
    before: MonthRow
    """The month before."""
    year_before: MonthRow
    """The same month a year before."""
    by_authority: Sequence[OnTimeRow]
    """The worst first."""
    by_office: Sequence[OnTimeRow]
    flow: Sequence[FlowRow]
    """From the same month a year before."""


def percent(part: int, of: int) -> float | None:
    return round(100 * part / of, 1) if of else None


def overview(session: Session, month: date, *, scope: Scope, lang: Lang, now: datetime) -> Overview:
    """Return a month in figures. Raises Invalid for a month that no calendar of ours holds."""
    period = period_of_month(month, now)
    found = list(_counts(session, period, scope))

    def month_of(one: date) -> MonthRow:
        return _month(one, _counts(session, period_of_month(one, now), scope))

    return Overview(
        now=_month(month, found),
        before=month_of(month_before(month)),
        year_before=month_of(month_before(month, A_YEAR)),
        by_authority=_on_time(found, "of", names(session, "authority", lang)),
        by_office=_on_time(found, "beside", names(session, "office", lang)),
        flow=_flow(session, period, scope),
    )


def _counts(session: Session, period: Period, scope: Scope) -> Any:
    by: By = "authority"
    return counted(
        session,
        period,
        by,
        scope,
        *form_columns(period),
        beside(session, "office"),
    )


def _month(month: date, counts: Any) -> MonthRow:
    row = MonthRow(month)
    for one in counts:
        row.add(CAME[one.came], FATES[one.fate], one.n)
    return row


def _on_time(
    counts: Sequence[Any], of: str, known: Mapping[int, tuple[str, str]]
) -> list[OnTimeRow]:
    rows: dict[int, OnTimeRow] = {}
    for one in counts:
        if FATES[one.fate].startswith("settled"):
            id_ = getattr(one, of)
            row = rows.setdefault(id_, OnTimeRow(*known[id_]))
            row.settled += one.n
            row.settled_late += one.n * (FATES[one.fate] == "settled_late")
    return sorted(rows.values(), key=lambda row: (row.on_time_percent, -row.settled, row.key))


def _flow(session: Session, period: Period, scope: Scope) -> list[FlowRow]:
    months = [period_of_month(one, period.now) for one in months_up_to(period.first)]
    year = Period(months[0].first, period.last, period.now)
    received_at = col(Dossier.received_at)
    came_in = [
        and_(in_period(year), received_at >= one.since, received_at < one.until) for one in months
    ]
    counts = _each(session, [*came_in, *(ended_in(one) for one in months)], scope)
    both = zip(months, counts, counts[len(months) :], strict=False)
    return [FlowRow(one.first, came, went) for one, came, went in both]


def _each(session: Session, wanted: Sequence[ColumnElement[bool]], scope: Scope) -> Sequence[int]:
    """Count under each condition: an index leads to each month, and nothing has to be sorted."""
    within = scope.covers(Dossier, leads=False)
    counts = (select(func.count()).select_from(Dossier).where(one, within) for one in wanted)
    return session.connection().execute(select(*(one.scalar_subquery() for one in counts))).one()
