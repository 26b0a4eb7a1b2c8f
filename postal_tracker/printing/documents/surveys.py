"""Sheets of a survey, from a round's questions."""

from collections.abc import Sequence

from sqlmodel import Session

from labels.papers import survey
from labels.papers.survey import SurveySheet
from postal_tracker.access import Scope
from postal_tracker.core.surveys import Edition, edition_of
from postal_tracker.printing.documents.drawn import pdf
from postal_tracker.printing.documents.parties import name_above
from postal_tracker.storage.tables import Office
from postal_tracker.views.surveys import find_round

A_FILE = 100
"""Sheets of one file."""


def sheets_for(
    session: Session, code: str, first: int, *, known: Sequence[Edition], scope: Scope
) -> Sequence[SurveySheet]:
    """Return the sheets from a number on in words, A_FILE at most. Raises NotFound, Conflict."""
    about = find_round(session, code, scope=scope)
    office = session.get_one(Office, about.office_id)
    edition = edition_of(known, about.edition)
    above = name_above(session, office)
    factors = [(one.words[0], [vi for vi, _ in one.questions]) for one in edition.factors]
    return [
        SurveySheet(f"{about.code}-{n:04}", above, office.name_vi, factors)
        for n in range(first, min(about.sheets, first + A_FILE - 1) + 1)
    ]


def draw(sheets: Sequence[SurveySheet]) -> bytes:
    """Return the sheets as one PDF. Raises Invalid."""
    title = f"Phiếu khảo sát {sheets[0].code}" if sheets else "Phiếu khảo sát"
    return pdf(lambda: [page for one in sheets for page in survey.pages(one)], title)
