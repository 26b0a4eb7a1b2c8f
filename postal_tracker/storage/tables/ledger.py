"""What happened, what carriers wrote of it, and the outbox."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import Big, ref, row_id


class CarrierMessage(SQLModel, table=True):
    """One message from a carrier, kept byte for byte. May hold personal data."""

    __tablename__ = "carrier_message"
    __table_args__ = (
        UniqueConstraint("carrier", "digest"),
        Index("ix_carrier_message_state", "state", "id"),
        Index(
            "ix_carrier_message_kept",
            "received_at",
            sqlite_where=text("erased_at IS NULL"),
            postgresql_where=text("erased_at IS NULL"),
        ),
    )

    id: int = row_id()
    carrier: str = Field(max_length=30)
    source: str = Field(max_length=20)
    by: str = Field(default="", max_length=80)
    received_at: datetime
    digest: str = Field(max_length=64)
    """SHA-256 of the body; the same body again is the same message."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = Field(max_length=20)
    """read, unread (we could not), unclaimed (of parcels we do not know) or conflicting."""
    problem: str = Field(default="", max_length=300)
    erased_at: datetime | None = None
    """When its body was emptied, for it may name people; the digest stays."""


ROOM_FOR_FIELDS = 120


class LedgerEntry(SQLModel, table=True):
    """One thing that happened to one dossier or parcel. Never changed, never deleted.

    No personal data: it can be kept for ever. A correction is a new entry that strikes an old one.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("dossier_id IS NOT NULL OR parcel_id IS NOT NULL", name="about_something"),
        # Two scans are one if parcel, milestone, time and place are, whatever their ids.
        Index(
            "uq_ledger_entry_scan",
            "parcel_id",
            "what",
            "happened_at",
            "place",
            "claimed",
            unique=True,
            sqlite_where=text("dossier_id IS NULL"),
            postgresql_where=text("dossier_id IS NULL"),
        ),
        Index(
            "ix_ledger_entry_dossier",
            "dossier_id",
            sqlite_where=text("dossier_id IS NOT NULL"),
            postgresql_where=text("dossier_id IS NOT NULL"),
        ),
        # What a courier told of these days.
        Index(
            "ix_ledger_entry_courier",
            "by",
            "happened_at",
            sqlite_where=text("source = 'courier'"),
            postgresql_where=text("source = 'courier'"),
        ),
        # What desks recorded in a period.
        Index(
            "ix_ledger_entry_desk",
            "recorded_at",
            "what",
            "by",
            sqlite_where=text("source = 'staff'"),
            postgresql_where=text("source = 'staff'"),
        ),
    )

    id: int = row_id()
    key: str = Field(max_length=200, unique=True)
    """The idempotency key: who told it and by which id; the same news twice has the same key."""
    dossier_id: int | None = ref("dossier.id", null=True)
    parcel_id: int | None = ref("parcel.id", null=True)
    what: str = Field(max_length=30)
    happened_at: datetime
    """Their clock, UTC."""
    recorded_at: datetime
    """Our clock, UTC."""
    source: str = Field(max_length=20)
    by: str = Field(default="", max_length=80)
    """Which account or key: `staff:3`, `key:AB12`; never a name."""
    place: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=30)
    carrier_code: str = Field(default="", max_length=60)
    claimed: bool = False
    message_id: int | None = Field(default=None, sa_type=Big)
    """Which message told it. Its row goes when its time is over; the number stays."""
    strikes_id: int | None = ref("ledger_entry.id", null=True)
    fields: str | None = Field(default=None, max_length=ROOM_FOR_FIELDS)
    """Which data a correction changed, with blanks between; never what they were."""
    due_at: datetime | None = None
    """The date that an extension promises."""


class EntryNote(SQLModel, table=True):
    """What a person wrote beside an entry. May hold personal data; the entry does not need it."""

    __tablename__ = "entry_note"

    entry_id: int = ref("ledger_entry.id", primary=True)
    text: str = Field(max_length=1000)


class EntryDetail(SQLModel, table=True):
    """What an act of the law says beside its entry: reason, what is lacking, sum, signer.

    May hold personal data; the entry does not need it.
    """

    __tablename__ = "entry_detail"

    entry_id: int = ref("ledger_entry.id", primary=True)
    field: str = Field(max_length=20, primary_key=True)
    text: str = Field(max_length=10_000)


class Correction(SQLModel, table=True):
    """What a field held before a correction and after it. Personal data: erased by emptying both.

    The entry goes on saying which fields were corrected, by whom and when.
    """

    entry_id: int = ref("ledger_entry.id", primary=True)
    field: str = Field(max_length=20, primary_key=True)
    was: str = Field(default="", max_length=1000)
    became: str = Field(default="", max_length=1000)


class StageChange(SQLModel, table=True):
    """A change of a dossier's stage, or that there is feedback on it; numbered after its commit."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_number",
            "number",
            unique=True,
            sqlite_where=text("number IS NOT NULL"),
            postgresql_where=text("number IS NOT NULL"),
        ),
        Index(
            "ix_outbox_unnumbered",
            "id",
            sqlite_where=text("number IS NULL"),
            postgresql_where=text("number IS NULL"),
        ),
        {"sqlite_autoincrement": True},  # or SQLite would give ids out again
    )

    id: int = row_id()
    dossier_id: int = ref("dossier.id")
    stage_before: str | None = Field(default=None, max_length=20)
    """None: it was registered just now."""
    stage: str = Field(max_length=20)
    happened_at: datetime
    """When that happened which changed it; for a strike-out, when it was struck out."""
    recorded_at: datetime
    number: int | None = Field(default=None, sa_type=Big)
    """Its place in the order of commits; none until the relay has seen it."""
    feedback: str | None = Field(default=None, max_length=30)
    """The number of the feedback that was opened, the stage being as it was; none: it changed."""
