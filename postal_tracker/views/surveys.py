"""Rounds of surveys on paper: how many sheets there are, and how many were entered."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.problems import no_such
from postal_tracker.core.surveys import sample_of
from postal_tracker.storage.tables import Office, SurveyRound, SurveySheet
from postal_tracker.views.keyset import behind, number


@dataclass(frozen=True, slots=True)
class RoundView:
    """One round."""

    code: str
    office: str
    """Its name."""
    opened_at: datetime
    edition: date
    population: int
    sample: int
    """How many sheets the formula wants."""
    sheets: int
    entered: int


@dataclass(frozen=True, slots=True)
class RoundPage:
    """Some of a list, the newest first."""

    items: list[RoundView]
    next_cursor: str | None = None


_ENTERED = (
    select(func.count())
    .where(col(SurveySheet.round_id) == col(SurveyRound.id))
    .scalar_subquery()
    .label("entered")
)
_ROUND: Any = select(
    *(col(getattr(SurveyRound, name)) for name in ("id", "code", "opened_at", "edition")),
    *(col(SurveyRound.population), col(SurveyRound.sheets), _ENTERED),
    *(col(Office.name_vi), col(Office.name_en)),
).join(Office, col(Office.id) == col(SurveyRound.office_id))


def rounds(
    session: Session, *, scope: Scope, lang: Lang, cursor: str | None = None, limit: int = 25
) -> RoundPage:
    """Return a page of them. Raises Invalid (the cursor)."""
    order = (col(SurveyRound.id),)
    query = _ROUND.where(scope.covers(SurveyRound), *behind(order, cursor, number, is_down=True))
    ordered = query.order_by(col(SurveyRound.id).desc()).limit(limit + 1)
    rows = session.connection().execute(ordered).all()
    following = str(rows[limit - 1].id) if len(rows) > limit else None
    return RoundPage([_view(row, lang) for row in rows[:limit]], following)


def round_of(session: Session, code: str, *, scope: Scope, lang: Lang) -> RoundView:
    """Return one. Raises NotFound."""
    wanted = _ROUND.where(col(SurveyRound.code) == code, scope.covers(SurveyRound))
    row = session.connection().execute(wanted).first()
    if row is None:
        raise no_such("survey")
    return _view(row, lang)


def find_round(session: Session, code: str, *, scope: Scope) -> SurveyRound:
    """Return a round's row. Raises NotFound."""
    wanted = SurveyRound.code == code, scope.covers(SurveyRound)
    found = session.exec(select_model(SurveyRound).where(*wanted)).first()
    if found is None:
        raise no_such("survey")
    return found


def _view(row: Any, lang: Lang) -> RoundView:
    return RoundView(
        row.code,
        pick((row.name_vi, row.name_en), lang),
        *(row.opened_at, row.edition, row.population, sample_of(row.population)),
        *(row.sheets, row.entered),
    )
