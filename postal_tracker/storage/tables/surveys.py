"""Surveys on paper: a round of sheets with numbers, and what was ticked on each. No names."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import codes_of, ref, row_id

LONGEST_ANSWERS = 100
"""Questions of one sheet."""


class SurveyRound(SQLModel, table=True):
    """Sheets with the same questions that one office gives out."""

    __tablename__ = "survey_round"

    id: int = row_id()
    code: str = codes_of(30, unique=True)
    office_id: int = ref("office.id")
    opened_at: datetime
    by: str = Field(max_length=80)
    edition: date
    """Since when its questions are in force."""
    population: int
    """Of how many people those are a sample who are asked."""
    sheets: int
    """How many there are: they are numbered from 1 on."""


class SurveySheet(SQLModel, table=True):
    """What was ticked on one sheet, as it was entered last."""

    __tablename__ = "survey_sheet"

    round_id: int = ref("survey_round.id", primary=True)
    number: int = Field(primary_key=True)
    answers: str = Field(max_length=LONGEST_ANSWERS)
    """A digit for each question in turn, 1 to 5; 0: none, or not clear."""
    by: str = Field(max_length=80)
    """Who entered it."""
