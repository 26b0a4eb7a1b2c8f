"""What is counted and noted beside the record: numbers, printed labels, answers, wrong proofs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, Index, LargeBinary, Text, text
from sqlmodel import Field, SQLModel

from postal_tracker.storage.tables.columns import Big, ref, row_id


class NumberRange(SQLModel, table=True):
    """S10 serials that the post allotted to the centre; `next_serial` is the next unused one."""

    __tablename__ = "number_range"
    __table_args__ = (
        CheckConstraint("first_serial <= last_serial", name="ascending"),
        CheckConstraint("next_serial BETWEEN first_serial AND last_serial + 1", name="within"),
        Index("ix_number_range_carrier", "carrier", "id"),
    )

    id: int = row_id()
    carrier: str = Field(max_length=30)
    indicator: str = Field(max_length=2)
    country: str = Field(default="VN", max_length=2)
    first_serial: int
    last_serial: int
    next_serial: int


class DaySerial(SQLModel, table=True):
    """The last number given in one series on one day: dossiers of a unit, handover lists.

    Registers of dossiers count through a year, from its first day.
    """

    __tablename__ = "day_serial"

    series: str = Field(max_length=40, primary_key=True)
    day: date = Field(primary_key=True)
    last: int


class OwnDay(SQLModel, table=True):
    """What was told of one day of the centre's calendar; of a day the last row holds.

    Rows are added and never changed: what was promised before one goes by those that were there.
    """

    __tablename__ = "own_day"

    id: int = row_id()
    day: date
    working: bool | None = None
    """None: as the country's calendar has it, again."""
    reason: str = Field(max_length=200)
    source: str = Field(default="", max_length=200)
    told_at: datetime


class ListImport(SQLModel, table=True):
    """A list of dossiers that was brought in as a file."""

    __tablename__ = "list_import"

    id: int = row_id()
    digest: str = Field(max_length=64, index=True)
    """SHA-256 of the file."""
    by: str = Field(max_length=80)
    imported_at: datetime
    undone_at: datetime | None = None


class ListImportLine(SQLModel, table=True):
    """One dossier that came in with a list."""

    __tablename__ = "list_import_line"

    import_id: int = ref("list_import.id", primary=True)
    dossier_id: int = ref("dossier.id", primary=True)


class ListWork(SQLModel, table=True):
    """A long list that is brought in, or taken back, a few rows at a time.

    Whoever works on it (`worker`) says so with each step (`told_at`); if he falls silent, another
    goes on where he stopped.
    """

    __tablename__ = "list_work"
    __table_args__ = (
        Index(
            "ix_list_work_open",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_list_work_ended", "ended_at"),
    )

    id: int = row_id()
    task: str = Field(max_length=10)
    """Of `desks.imports.under_way.Task`."""
    state: str = Field(max_length=10)
    """Of `desks.imports.under_way.State`."""
    by: str = Field(max_length=80)
    digest: str = Field(default="", max_length=64)
    """SHA-256 of the file."""
    data: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """The file, until that is done. Personal."""
    format: str = Field(default="", max_length=4)
    doubles: str = Field(default="", max_length=10)
    reason: str = Field(default="", max_length=300)
    """Why it is taken back."""
    import_id: int | None = ref("list_import.id", null=True)
    done: int = 0
    """How many rows of the step under way are done."""
    total: int = 0
    reached: int = Field(default=0, sa_column=Column(Big, nullable=False))
    """The last dossier that was taken back."""
    report: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    """What became of it; what is wrong with a row may hold a telephone number. Personal."""
    worker: str = Field(default="", max_length=80)
    began_at: datetime
    told_at: datetime
    ended_at: datetime | None = None


class WorkItem(SQLModel, table=True):
    """Who has taken something on the worklist, until when it was put off, when it was escalated."""

    __tablename__ = "work_item"
    __table_args__ = (Index("ix_work_item_changed", "changed_at"),)

    key: str = Field(max_length=120, primary_key=True)
    """Its kind, and a code that names no person: `silent:EA123456785VN`."""
    assignee_id: int | None = ref("staff_member.id", null=True)
    snoozed_until: datetime | None = None
    told_at: datetime | None = None
    """When whose it is was written to that it waits too long."""
    changed_at: datetime


class PrintedLabel(SQLModel, table=True):
    """Who printed which label when; `copy_number` 2 and above are reprints.

    A label is noted before its printer gets it, and the note deleted if nothing can have come out.
    """

    __tablename__ = "printed_label"
    __table_args__ = (
        Index("ix_printed_label_parcel", "parcel_id"),
        Index("ix_printed_label_dossier", "dossier_id"),
        Index(
            "ix_printed_label_unsure",
            "id",
            sqlite_where=text("is_unsure = 1"),
            postgresql_where=text("is_unsure"),
        ),
    )

    id: int = row_id()
    parcel_id: int | None = ref("parcel.id", null=True)
    dossier_id: int | None = ref("dossier.id", null=True)
    copy_number: int
    medium: str = Field(max_length=40)
    format: str = Field(max_length=10)
    printed_at: datetime
    printed_by: str = Field(max_length=80)
    printer: str | None = Field(default=None, max_length=60)
    """The printer's name, as it was then; None if the label went out as a file."""
    is_unsure: bool = False
    """The printer failed, and nobody has said yet whether the label came out all the same."""


class AnsweredRequest(SQLModel, table=True):
    """The answer to a request with an Idempotency-Key, given again if the request comes again."""

    __tablename__ = "answered_request"

    caller: str = Field(max_length=80, primary_key=True)
    key: str = Field(max_length=255, primary_key=True)
    fingerprint: str = Field(max_length=64)
    answer: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    answered_at: datetime = Field(index=True)


class KeptSetting(SQLModel, table=True):
    """A setting that an administrator has changed; the environment goes before it."""

    __tablename__ = "kept_setting"

    name: str = Field(max_length=80, primary_key=True)
    """`silent_after_hours`, or a carrier's: `carriers.ghn.token`."""
    value: str = Field(sa_column=Column(Text, nullable=False))
    """As it was typed; a secret is sealed, see `access/sealed.py`."""
    changed_at: datetime
    changed_by: str = Field(max_length=80)


class WrongProof(SQLModel, table=True):
    """How many wrong proofs were tried in one window; keys are hashes, so nobody stands in here."""

    __tablename__ = "wrong_proof"

    key: str = Field(max_length=64, primary_key=True)
    window_ends_at: datetime = Field(index=True)
    tries: int
    last_at: datetime
