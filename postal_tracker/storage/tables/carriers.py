"""How it goes with each carrier, and who works for us in the background."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import ref


class CarrierState(SQLModel, table=True):
    """How it goes with one carrier: heard, polled, failing, resting, and who polls it now."""

    __tablename__ = "carrier_state"

    carrier: str = Field(primary_key=True, max_length=30)
    last_hook_at: datetime | None = None
    last_asked_at: datetime | None = None
    last_answered_at: datetime | None = None
    error_rate: float = 0.0
    """Of the last some twenty questions, those that failed; 0 to 1."""
    failures: int = 0
    """Questions that failed one after the other, up to now."""
    rests_until: datetime | None = None
    """It is left alone until then: it fails, or it wishes so."""
    held_by: str = Field(default="", max_length=80)
    """Which process polls it now: one at a time, so that its rate is kept wherever we run."""
    held_until: datetime | None = None


class MessageNumber(SQLModel, table=True):
    """A number that an unclaimed message tells of: read again when such a parcel appears."""

    __tablename__ = "message_number"

    message_id: int = ref("carrier_message.id", primary=True)
    tracking_number: str = Field(primary_key=True, max_length=64, index=True)


class Echo(SQLModel, table=True):
    """The first webhook that told what polling had found before. Those without were never told."""

    entry_id: int = ref("ledger_entry.id", primary=True)
    heard_at: datetime


class Worker(SQLModel, table=True):
    """A process that does background work: who is silent for long is dead, and others take over."""

    name: str = Field(primary_key=True, max_length=60)
    seen_at: datetime
