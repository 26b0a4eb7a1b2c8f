"""What citizens thought of it, counted so that nobody can tell who said what."""

from datetime import date

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import Big, ref, row_id


class RatingTally(SQLModel, table=True):
    """How many answers a month brought about one office, procedure, authority and carrier."""

    __tablename__ = "rating_tally"

    month: date = Field(primary_key=True)
    """Its first day."""
    office_id: int = ref("office.id", primary=True)
    procedure_id: int = ref("procedure.id", primary=True)
    authority_id: int = ref("authority.id", primary=True)
    carrier: str = Field(default="", max_length=30, primary_key=True)
    """Who brought the result, or took the dossier to the authority; empty: nobody yet."""
    answers: int = 0
    fast: int = 0
    """How many found it fast: 4 or 5 of 5."""
    polite: int = 0


class RatedDossier(SQLModel, table=True):
    """Which dossiers have been rated, so that each is once; not how, and not when."""

    __tablename__ = "rated_dossier"

    dossier_id: int = Field(
        sa_column=Column(Big, primary_key=True, autoincrement=False, nullable=False)
    )


class RatingText(SQLModel, table=True):
    """What somebody wrote beside a rating. It may name people, and goes after a time."""

    __tablename__ = "rating_text"

    id: int = row_id()
    month: date = Field(index=True)
    office_id: int = ref("office.id")
    text: str = Field(max_length=1000)
