"""The tables hold the record; what it means is worked out in `journey`, written by `ledger`.

Tables check nothing when they are made (SQLModel does not validate them): what people and carriers
send goes through `web/forms.py` or an adapter first. Words that a decree may change are text, not
database types. Personal data stands in `applicant`, `recipient`, `entry_note` and `carrier_message`
alone, so that it can be erased while the history stays whole.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

metadata: MetaData = SQLModel.metadata
metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# Partial indexes hold what is open. SQLite uses one only where the query has its very words, and
# SQLAlchemy asks SQLite for `open = 1`, PostgreSQL for `open`.

# SQLite numbers rows by itself only for a column called exactly INTEGER.
Big = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Any:
    return Field(default=None, sa_column=Column(Big, primary_key=True, autoincrement=True))


def _ref(target: str, *, null: bool = False, index: bool = False, primary: bool = False) -> Any:
    column: Column[int] = Column(
        Big, ForeignKey(target), nullable=null, index=index or None, primary_key=primary
    )
    return Field(default=None, sa_column=column)


class Office(SQLModel, table=True):
    """A place where dossiers come in: the centre, or one of its ward desks (điểm tiếp nhận)."""

    id: int = _id()
    code: str = Field(max_length=30, unique=True)
    parent_code: str = Field(default="", max_length=30)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)
    valid_from: date | None = None
    valid_to: date | None = None


class Authority(SQLModel, table=True):
    """Who decides a procedure (cơ quan giải quyết)."""

    id: int = _id()
    code: str = Field(max_length=30, unique=True)
    name_vi: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=300)
    phone: str = Field(default="", max_length=20)


class Procedure(SQLModel, table=True):
    """What is asked for (thủ tục hành chính), with its time limit in working days."""

    id: int = _id()
    code: str = Field(max_length=30, unique=True)
    name_vi: str = Field(max_length=300)
    name_en: str = Field(default="", max_length=300)
    authority_id: int = _ref("authority.id")
    working_days: int
    post_out: bool = True
    post_back: bool = True
    valid_from: date | None = None
    valid_to: date | None = None


class StaffMember(SQLModel, table=True):
    """Somebody who signs in: desk, manager, admin or courier."""

    __tablename__ = "staff_member"

    id: int = _id()
    username: str = Field(max_length=60, unique=True)
    name: str = Field(max_length=120)
    role: str = Field(max_length=20)
    office_id: int | None = _ref("office.id", null=True)
    password_hash: str = Field(max_length=200)
    created_at: datetime
    disabled_at: datetime | None = None


class StaffSession(SQLModel, table=True):
    """One sign-in; only a hash of its token is kept."""

    __tablename__ = "staff_session"

    token_hash: str = Field(max_length=64, primary_key=True)
    staff_id: int = _ref("staff_member.id", index=True)
    created_at: datetime
    seen_at: datetime


class ApiKey(SQLModel, table=True):
    """A program's or a courier's key; only a hash of its secret is kept."""

    __tablename__ = "api_key"

    id: str = Field(max_length=16, primary_key=True)
    secret_hash: str = Field(max_length=64)
    name: str = Field(max_length=120)
    role: str = Field(max_length=20)
    carrier: str = Field(default="", max_length=30)
    office_id: int | None = _ref("office.id", null=True)
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class Dossier(SQLModel, table=True):
    """One citizen's case file. From `stage` on, columns are a copy of what `journey` works out."""

    __table_args__ = (
        Index(
            "ix_dossier_open_holder",
            "holder",
            "authority_id",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index(
            "ix_dossier_open_due",
            "due_on",
            "authority_id",
            "id",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index("ix_dossier_stage", "stage", "id"),
        # Partial, or SQLite would choose it for what is overdue, and read a hundred times as much.
        Index(
            "ix_dossier_result_ready",
            "result_ready_at",
            "authority_id",
            "due_on",
            sqlite_where=text("result_ready_at IS NOT NULL"),
            postgresql_where=text("result_ready_at IS NOT NULL"),
        ),
    )

    id: int = _id()
    code: str = Field(max_length=60, unique=True)
    lookup_code: str = Field(max_length=13, unique=True)
    procedure_id: int = _ref("procedure.id")
    authority_id: int = _ref("authority.id")
    office_id: int = _ref("office.id", index=True)
    received_at: datetime
    due_on: date
    return_by_post: bool = False
    created_at: datetime

    open: bool = True
    stage: str = Field(max_length=20)
    holder: str = Field(max_length=20)
    place: str = Field(default="", max_length=200)
    since: datetime
    result_ready_at: datetime | None = None
    flags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    resume: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """What `journey.follow` needs beside these columns to go on without a full replay."""


class Applicant(SQLModel, table=True):
    """Who handed the dossier in. Personal data: erased by emptying the row."""

    dossier_id: int = _ref("dossier.id", primary=True)
    name: str = Field(default="", max_length=200)
    name_folded: str = Field(default="", max_length=200, index=True)
    """Without diacritics and in lower case, for searching."""
    phone: str = Field(default="", max_length=20, index=True)
    """E.164."""
    email: str = Field(default="", max_length=254)
    id_number: str = Field(default="", max_length=20)
    address: str = Field(default="", max_length=300)
    ward: str = Field(default="", max_length=100)
    province: str = Field(default="", max_length=100)
    note: str = Field(default="", max_length=1000)


class Parcel(SQLModel, table=True):
    """One postal item: one carrier, one number, one direction, one or more dossiers inside.

    From `open` on, columns are a copy of what `journey` works out.
    """

    __table_args__ = (
        # A number is ours once at a time; a closed one may come back after a year (UPU S10).
        Index(
            "uq_parcel_open_number",
            "tracking_number",
            unique=True,
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index("ix_parcel_tracking_number", "tracking_number", "id"),
        Index(
            "ix_parcel_due",
            "carrier",
            "next_check_at",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index(
            "ix_parcel_open_milestone",
            "milestone",
            "milestone_at",
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
    )

    id: int = _id()
    carrier: str = Field(max_length=30)
    tracking_number: str = Field(max_length=64)
    direction: str = Field(max_length=20)
    office_id: int = _ref("office.id", index=True)
    authority_id: int | None = _ref("authority.id", null=True)
    created_at: datetime
    announced_at: datetime | None = None
    next_check_at: datetime | None = None
    """When the carrier is asked next; a fact of the domain, shown to staff."""

    open: bool = True
    milestone: str = Field(default="", max_length=30)
    place: str = Field(default="", max_length=200)
    milestone_at: datetime | None = None
    flags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    resume: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Recipient(SQLModel, table=True):
    """To whom a parcel goes, if it is not the authority or the centre. Personal data."""

    parcel_id: int = _ref("parcel.id", primary=True)
    name: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=20)
    address: str = Field(default="", max_length=600)


class Enclosure(SQLModel, table=True):
    """One dossier's ride in one parcel; `open` until the parcel's journey ends or it is out."""

    __table_args__ = (
        # No dossier can be in two parcels at once.
        Index(
            "uq_enclosure_open_dossier",
            "dossier_id",
            unique=True,
            sqlite_where=text("open = 1"),
            postgresql_where=text("open"),
        ),
        Index("ix_enclosure_dossier", "dossier_id"),
    )

    parcel_id: int = _ref("parcel.id", primary=True)
    dossier_id: int = _ref("dossier.id", primary=True)
    open: bool = True


class Handover(SQLModel, table=True):
    """The list of parcels one postman signs for at once (bảng kê giao nhận)."""

    id: int = _id()
    number: str = Field(max_length=30, unique=True)
    carrier: str = Field(max_length=30)
    office_id: int = _ref("office.id", index=True)
    created_at: datetime
    created_by: str = Field(max_length=80)
    signed_at: datetime | None = None
    signed_by: str = Field(default="", max_length=120)
    """The postman's name, as he signed."""


class HandoverLine(SQLModel, table=True):
    """One parcel on one list; a parcel stands on one list only."""

    __tablename__ = "handover_line"

    parcel_id: int = _ref("parcel.id", primary=True)
    handover_id: int = _ref("handover.id", index=True)
    position: int


class CarrierMessage(SQLModel, table=True):
    """One message from a carrier, kept byte for byte. May hold personal data."""

    __tablename__ = "carrier_message"
    __table_args__ = (
        UniqueConstraint("carrier", "digest"),
        Index("ix_carrier_message_state", "state", "id"),
    )

    id: int = _id()
    carrier: str = Field(max_length=30)
    source: str = Field(max_length=20)
    by: str = Field(default="", max_length=80)
    received_at: datetime
    digest: str = Field(max_length=64)
    """SHA-256 of the body; the same body again is the same message."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = Field(max_length=20)
    """read, unread (we could not) or unclaimed (of parcels we do not know)."""
    problem: str = Field(default="", max_length=300)


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
    )

    id: int = _id()
    key: str = Field(max_length=200, unique=True)
    """Who told it and by which id; the same news twice has the same key."""
    dossier_id: int | None = _ref("dossier.id", null=True)
    parcel_id: int | None = _ref("parcel.id", null=True)
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
    message_id: int | None = _ref("carrier_message.id", null=True)
    strikes_id: int | None = _ref("ledger_entry.id", null=True)


class EntryNote(SQLModel, table=True):
    """What a person wrote beside an entry. May hold personal data; the entry does not need it."""

    __tablename__ = "entry_note"

    entry_id: int = _ref("ledger_entry.id", primary=True)
    text: str = Field(max_length=1000)


class Notice(SQLModel, table=True):
    """A change of stage that somebody is to be told of; written with the change itself."""

    __table_args__ = (
        UniqueConstraint("dossier_id", "stage", "happened_at"),
        Index(
            "ix_notice_waiting",
            "id",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    id: int = _id()
    dossier_id: int = _ref("dossier.id")
    stage: str = Field(max_length=20)
    happened_at: datetime
    queued_at: datetime
    sent_at: datetime | None = None


class NumberRange(SQLModel, table=True):
    """S10 serials that the post allotted to the centre; `next_serial` is the next unused one."""

    __tablename__ = "number_range"
    __table_args__ = (
        CheckConstraint("first_serial <= last_serial", name="ascending"),
        CheckConstraint("next_serial BETWEEN first_serial AND last_serial + 1", name="within"),
        Index("ix_number_range_carrier", "carrier", "id"),
    )

    id: int = _id()
    carrier: str = Field(max_length=30)
    indicator: str = Field(max_length=2)
    country: str = Field(default="VN", max_length=2)
    first_serial: int
    last_serial: int
    next_serial: int


class DaySerial(SQLModel, table=True):
    """The last number given in one series on one day: dossiers of a unit, handover lists."""

    __tablename__ = "day_serial"

    series: str = Field(max_length=40, primary_key=True)
    day: date = Field(primary_key=True)
    last: int


class PrintedLabel(SQLModel, table=True):
    """Who printed which label when; `copy_number` 2 and above are reprints."""

    __tablename__ = "printed_label"
    __table_args__ = (
        Index("ix_printed_label_parcel", "parcel_id"),
        Index("ix_printed_label_dossier", "dossier_id"),
    )

    id: int = _id()
    parcel_id: int | None = _ref("parcel.id", null=True)
    dossier_id: int | None = _ref("dossier.id", null=True)
    copy_number: int
    medium: str = Field(max_length=20)
    format: str = Field(max_length=10)
    printed_at: datetime
    printed_by: str = Field(max_length=80)


class AnsweredRequest(SQLModel, table=True):
    """The answer to a request with an Idempotency-Key, given again if the request comes again."""

    __tablename__ = "answered_request"

    caller: str = Field(max_length=80, primary_key=True)
    key: str = Field(max_length=255, primary_key=True)
    fingerprint: str = Field(max_length=64)
    answer: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    answered_at: datetime = Field(index=True)


class WrongProof(SQLModel, table=True):
    """How many wrong proofs were tried in one window; keys are hashes, so nobody stands in here."""

    __tablename__ = "wrong_proof"

    key: str = Field(max_length=64, primary_key=True)
    window_ends_at: datetime = Field(index=True)
    tries: int
