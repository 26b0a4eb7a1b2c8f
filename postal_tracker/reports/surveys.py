"""What a survey on paper says: how content people are, by question and by factor."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from postal_tracker.access import Scope
from postal_tracker.core.bilingual_terms import Lang, pick
from postal_tracker.core.surveys import CONTENT, NO_ANSWER, Edition, edition_of
from postal_tracker.reports.pages import Report
from postal_tracker.reports.satisfaction import percent
from postal_tracker.storage.tables import SurveySheet
from postal_tracker.views.surveys import find_round


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """What was answered to one question; of a factor, and of all, the mean of the indices."""

    factor: str
    """What it is about, in words."""
    question: str
    """The question; empty for the mean of a factor, or of all."""
    answers: int | None
    """Those who ticked something."""
    satisfied: int | None
    """Those of them who were satisfied or very satisfied."""
    satisfied_percent: float | None
    """The index: `satisfied` of `answers`; told from 30 answers on."""


def survey(
    session: Session, code: str, *, known: Sequence[Edition], scope: Scope, lang: Lang
) -> Report:
    """Return what a round has brought so far. Raises NotFound, Conflict."""
    about = find_round(session, code, scope=scope)
    query = select(col(SurveySheet.answers)).where(col(SurveySheet.round_id) == about.id)
    sheets = session.scalars(query).all()
    rows: list[SurveyRow] = []
    place = 0
    for factor in edition_of(known, about.edition).factors:
        name = pick(factor.words, lang)
        asked = [
            _row(name, pick(words, lang), [one[n] for one in sheets])
            for n, words in enumerate(factor.questions, start=place)
        ]
        place += len(asked)
        rows += [*asked, _mean(name, asked)]
    whole = _mean(pick(("Toàn phiếu", "All questions"), lang), [r for r in rows if r.question])
    return Report(SurveyRow, [*rows, whole])


def _row(factor: str, question: str, ticked: Sequence[str]) -> SurveyRow:
    points = [int(one) for one in ticked if one != NO_ANSWER]
    content = sum(one >= CONTENT for one in points)
    return SurveyRow(factor, question, len(points), content, percent(content, len(points)))


def _mean(factor: str, asked: Sequence[SurveyRow]) -> SurveyRow:
    told = [row.satisfied_percent for row in asked if row.satisfied_percent is not None]
    mean = round(sum(told) / len(told), 1) if len(told) == len(asked) else None
    return SurveyRow(factor, "", None, None, mean)
