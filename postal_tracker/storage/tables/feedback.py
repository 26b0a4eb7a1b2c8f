"""What citizens told the hotline, what was done about it, and denunciations, which are kept apart.

What people wrote stands in columns of its own, which are emptied when somebody's data are erased;
number, kind and times stay.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import codes_of, ref, row_id

LONGEST_TEXT = 2000

_IS_DUE = text("next_due_at IS NOT NULL")
_DUE: Any = {"sqlite_where": _IS_DUE, "postgresql_where": _IS_DUE}


class Feedback(SQLModel, table=True):
    """One complaint or question about one dossier, with the law's clock."""

    __table_args__ = (
        Index("ix_feedback_due", "next_due_at", "id", **_DUE),
        Index("ix_feedback_dossier", "dossier_id", "id"),
        Index("ix_feedback_state", "state", "id"),
        Index("ix_feedback_kind", "kind", "id"),
        Index("ix_feedback_office", "office_id", "id"),
        Index("ix_feedback_assignee", "assignee_id", "id"),
        Index("ix_feedback_opened", "opened_at"),
    )

    id: int = row_id()
    number: str = codes_of(30, unique=True)
    office_id: int = ref("office.id")
    """Whose dossier it is about."""
    dossier_id: int = ref("dossier.id")
    parcel_id: int | None = ref("parcel.id", null=True)
    """The parcel whose delivery is disputed."""
    kind: str = Field(max_length=20)
    category: str = Field(max_length=20)
    channel: str = Field(max_length=20)
    by: str = Field(default="", max_length=80)
    """Which account or key entered it; empty: the citizen."""
    opened_at: datetime
    answer_by: datetime
    next_due_at: datetime | None = None
    """Until when somebody takes it, then until when it is answered; none: its clock has ended."""
    state: str = Field(max_length=20)
    assignee_id: int | None = ref("staff_member.id", null=True)
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    taken_late: bool | None = None
    """Whether it was taken, or declined, after its day; none: not yet, or before that was kept."""
    asked_late: bool | None = None
    """Whether the citizen was asked for more after the day for that; none: was not asked."""
    settled_at: datetime | None = None
    """When a disputed delivery was settled."""
    text: str = Field(default="", max_length=LONGEST_TEXT)
    answer: str = Field(default="", max_length=LONGEST_TEXT)


class FeedbackAct(SQLModel, table=True):
    """What somebody did about it. `text` may name people and goes with the feedback's own."""

    __tablename__ = "feedback_act"

    id: int = row_id()
    feedback_id: int = ref("feedback.id", index=True)
    at: datetime
    what: str = Field(max_length=20)
    by: str = Field(default="", max_length=80)
    to: str = Field(default="", max_length=100)
    """The account or body to which it was given."""
    text: str = Field(default="", max_length=LONGEST_TEXT)


class Denunciation(SQLModel, table=True):
    """A denunciation (tố cáo): belongs to no dossier, and only who is named for it reads it."""

    __table_args__ = (Index("ix_denunciation_office", "office_id", "id"),)

    id: int = row_id()
    number: str = codes_of(30, unique=True)
    office_id: int = ref("office.id")
    received_at: datetime
    accept_by: datetime
    settle_by: datetime
    by: str = Field(max_length=80)
    closed_at: datetime | None = None
    name: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=300)
    text: str = Field(default="", max_length=LONGEST_TEXT)
    outcome: str = Field(default="", max_length=LONGEST_TEXT)
