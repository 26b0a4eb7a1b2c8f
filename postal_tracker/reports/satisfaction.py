"""What citizens thought of it: how many found it fast and polite, by what and in which month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import func, select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.reports.pages import Report, bounds_of, part_of
from postal_tracker.storage.tables import Authority, Office, Procedure, RatingTally, RatingText

FROM_ANSWERS = 30
"""From so many answers on a share is told: of fewer, one answer would move it by points."""

Group = Literal["office", "procedure", "authority", "carrier"]


@dataclass(frozen=True, slots=True)
class SatisfactionRow:
    """What citizens answered in one month about one office, procedure, authority or carrier."""

    about: str
    """Its code."""
    about_name: str
    answers: int
    fast: int
    """Those who found it fast: 4 or 5 points of 5."""
    polite: int
    fast_percent: float | None
    """Told from 30 answers on."""
    polite_percent: float | None


@dataclass(frozen=True, slots=True)
class Shares:
    """What all answers of a time come to."""

    answers: int
    fast: int
    polite: int

    @property
    def fast_percent(self) -> float | None:
        return percent(self.fast, self.answers)

    @property
    def polite_percent(self) -> float | None:
        return percent(self.polite, self.answers)


def percent(part: int, answers: int) -> float | None:
    """Return a share to one decimal; None while there are too few answers."""
    return round(100 * part / answers, 1) if answers >= FROM_ANSWERS else None


_NAMED: Mapping[str, Any] = {"office": Office, "procedure": Procedure, "authority": Authority}

_SUMS = [
    func.coalesce(func.sum(column), 0).label(name)
    for name, column in (
        ("answers", col(RatingTally.answers)),
        ("fast", col(RatingTally.fast)),
        ("polite", col(RatingTally.polite)),
    )
]


def satisfaction(
    session: Session,
    *,
    scope: Scope,
    month: date,
    by: Group,
    titles: Mapping[str, str],
    lang: Lang,
    cursor: str | None = None,
    limit: int = 1000,
) -> Report:
    """Return what a month's answers say (any day of it), by one thing. Raises Invalid."""
    first, _ = bounds_of(month)
    query: Any = select(*_SUMS).where(col(RatingTally.month) == first, scope.covers(RatingTally))
    if table := _NAMED.get(by):
        key = getattr(RatingTally, f"{by}_id")
        query = query.add_columns(table.code, table.name_vi, table.name_en)
        query = query.join(table, table.id == key).group_by(table.id).order_by(table.code)
    else:
        carrier = col(RatingTally.carrier)
        query = query.add_columns(carrier.label("code")).group_by(carrier).order_by(carrier)
    rows = [_row(row, titles, lang) for row in session.connection().execute(query)]
    part, following = part_of(rows, limit, cursor)
    return Report(SatisfactionRow, part, following)


def _row(row: Any, titles: Mapping[str, str], lang: Lang) -> SatisfactionRow:
    named = (row.name_vi, row.name_en) if "name_vi" in row._fields else None
    name = pick(named, lang) if named else titles.get(row.code, row.code)
    shares = Shares(row.answers, row.fast, row.polite)
    return SatisfactionRow(
        row.code,
        name,
        *(shares.answers, shares.fast, shares.polite),
        shares.fast_percent,
        shares.polite_percent,
    )


def published(session: Session, *, months: int, today: date) -> list[tuple[date, Shares]]:
    """Return what all may know, by month, the newest first: of all offices together."""
    years, rest = divmod(today.year * 12 + today.month - months, 12)
    since = date(years, rest + 1, 1)
    month = col(RatingTally.month)
    query = select(month, *_SUMS).where(month >= since).group_by(month).order_by(month.desc())
    rows = session.connection().execute(query)
    return [(row.month, Shares(row.answers, row.fast, row.polite)) for row in rows]


def together(months: Iterable[tuple[date, Shares]]) -> Shares:
    """Add up what several months' answers say."""
    shares = [one for _, one in months]
    return Shares(
        sum(one.answers for one in shares),
        sum(one.fast for one in shares),
        sum(one.polite for one in shares),
    )


def texts(session: Session, *, scope: Scope, month: date, most: int = 100) -> list[str]:
    """Return what people wrote beside their answers in a month, the newest first."""
    first, _ = bounds_of(month)
    query = (
        select(col(RatingText.text))
        .where(col(RatingText.month) == first, scope.covers(RatingText))
        .order_by(col(RatingText.id).desc())
    )
    return list(session.scalars(query.limit(most)))
