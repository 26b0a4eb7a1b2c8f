"""What citizens are told: what calls for it, each notice, each attempt, how its channels fare.

No address and no words of a notice stand here: both are worked out when it is sent.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import ref, row_id

_IS_PENDING = text("next_at IS NOT NULL")
_PENDING: Any = {"sqlite_where": _IS_PENDING, "postgresql_where": _IS_PENDING}


class NoticeCue(SQLModel, table=True):
    """Something happened that citizens are told of though the stage stayed as it was.

    Written with the entry (transactional outbox), deleted by the relay.
    """

    __tablename__ = "notice_cue"

    id: int = row_id()
    dossier_id: int = ref("dossier.id")
    entry_id: int = ref("ledger_entry.id")
    what: str = Field(max_length=30)
    happened_at: datetime


class Notice(SQLModel, table=True):
    """One message to one citizen about one change."""

    __table_args__ = (
        Index("uq_notice_once", "dossier_id", "event", "occasion", unique=True),
        Index("ix_notice_list", "dossier_id", "id"),
        Index("ix_notice_due", "channel", "next_at", **_PENDING),
        Index("ix_notice_order", "dossier_id", "id", **_PENDING),
        Index("ix_notice_created", "created_at"),
    )

    id: int = row_id()
    dossier_id: int = ref("dossier.id")
    event: str = Field(max_length=20)
    occasion: str = Field(default="", max_length=20)
    """What tells two of one event apart."""
    happened_at: datetime
    created_at: datetime
    state: str = Field(max_length=10)
    """queued, sent, delivered, failed or uncertain."""
    fault: str = Field(default="", max_length=20)
    """Why it failed: a word of `outgoing.notices.outcomes`."""
    channel: str = Field(default="", max_length=10)
    """By which it goes next, or went last."""
    next_at: datetime | None = None
    """When something is to be done about it; none: nothing. While it is being done, when the lease
    ends."""
    round: int = 1
    """How often somebody has asked for it to be sent, the first time included."""
    asked_by: str = Field(default="", max_length=80)
    """Who asked for it to be sent again."""


class NoticeChoice(SQLModel, table=True):
    """How somebody wants to be told, if they said. Personal data: erased by deleting the row."""

    __tablename__ = "notice_choice"

    dossier_id: int = ref("dossier.id", primary=True)
    channels: str = Field(default="", max_length=40)
    """In their order, with commas between; empty: as the house has it; `none`: not at all."""
    lang: str = Field(default="vi", max_length=2)
    chosen_at: datetime
    by: str = Field(max_length=80)
    """Who took it down."""
    consent: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Which text was agreed to (`core.notices.consent`); 0: none was, or before texts were kept."""


class NoticeAttempt(SQLModel, table=True):
    """One try to send a notice by one channel, written before it is made."""

    __tablename__ = "notice_attempt"
    __table_args__ = (Index("ix_notice_attempt_notice", "notice_id", "id"),)

    id: int = row_id()
    notice_id: int = ref("notice.id")
    round: int
    channel: str = Field(max_length=10)
    reference: str = Field(max_length=40, unique=True)
    """By what the gateway knows it from us, and reports on it. No id, which a record that was put
    back to an older copy would give out again."""
    state: str = Field(max_length=10)
    """trying, sent, delivered, failed or uncertain."""
    fault: str = Field(default="", max_length=20)
    begun_at: datetime
    ended_at: datetime | None = None
    asks: int = 0
    """How often the gateway was asked what became of it."""


class NoticeChannel(SQLModel, table=True):
    """How it goes with a channel, whichever process uses it."""

    __tablename__ = "notice_channel"

    name: str = Field(primary_key=True, max_length=10)
    free_at: datetime
    """From when on it may take the next one: its rate limit."""
    failures: int = 0
    """How many in a row it did not take for a reason of its own."""
    paused_until: datetime | None = None
    """While it fails for many; then one is tried."""
    sealed_tokens: str = Field(default="", max_length=8000)
    """What it signs in with and is given anew each time (`access.sealed`)."""
